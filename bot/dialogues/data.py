"""The person's own data: what is kept, a copy of it, erasing it."""

from bot.i18n import Texts
from bot.menu import main_menu
from bot.messages import Button, Reply


def privacy(
    t: Texts, transcript_days: int, media_days: int, *, staff_topics: bool = False, translated: bool = False
) -> Reply:
    """What Lotse keeps, for how long, and what the person can do.

    Talks with staff stay ``transcript_days`` after their end, files in them ``media_days``. With ``staff_topics`` they
    are in a group of the staff on Telegram too; where they may be ``translated``, a machine reads them.
    """
    by_machine = t.say("Social workers can let a machine translate what you write to them.")
    on_telegram = t.say(
        "Social workers also answer from a closed group on Telegram. What you write to them is there too. "
        "It is deleted there together with the talk."
    )
    paragraphs = (
        t.say("I do not keep your name, your phone number or your profile."),
        t.say("I keep your language, and an encrypted address so that I can answer you."),
        t.say("I keep your last three messages for one hour, so that you can pass them on to a social worker."),
        _talks_with_staff(t, transcript_days, media_days),
        *([on_telegram] if staff_topics else []),
        *([by_machine] if translated else []),
        t.say(
            "If you send a picture, a document or a voice message to a social worker, I keep it too, and it is "
            "encrypted. From a picture I remove where and when it was taken."
        ),
        t.say(
            "If I cannot answer a question, I keep its words without names and numbers, and without knowing who asked."
        ),
        t.say("I keep the offers that you save, and what you want news about, until you remove them."),
        t.say("If you share your location or write your surname, I use it once and do not keep it."),
        t.say("If you delete a message in your app, I do not notice. Use /delete here."),
        t.say("/export sends you everything I have stored about you. /delete erases it at once."),
    )
    return Reply(
        title=t.say("🔒 What Lotse keeps about you"),
        text="\n\n".join(paragraphs),
        language=t.language,
        buttons=(
            (Button(t.say("📄 Send me my data"), action="export"),),
            (Button(t.say("🗑 Delete my data"), action="delete"),),
            (main_menu(t),),
        ),
    )


def _talks_with_staff(t: Texts, transcript_days: int, media_days: int) -> str:
    sentences = (
        t.say(
            "If you talk to a social worker, I keep that talk, and the district or shelter if you name it. "
            "It is encrypted. Social workers are bound to secrecy."
        ),
        t.say_count(
            "I delete the talk %(number)d day after it has ended.",
            "I delete the talk %(number)d days after it has ended.",
            transcript_days,
        ),
        t.say_count(
            "I delete files in it %(number)d day after it has ended.",
            "I delete files in it %(number)d days after it has ended.",
            media_days,
        ),
    )
    return " ".join(sentences)


def export_caption(t: Texts) -> Reply:
    """Goes with the file that holds everything stored about the person."""
    return Reply(text=t.say("This is everything that Lotse has stored about you."), language=t.language)


def ask_before_erasing(t: Texts, *, case_open: bool) -> Reply:
    """One question before everything is gone."""
    text = t.say("Shall I delete everything that I have stored about you? This cannot be undone.")
    if case_open:
        text += "\n" + t.say("Your talk with the social worker will be deleted too.")
    return Reply(
        text=text,
        language=t.language,
        buttons=(
            (Button(t.say("🗑 Yes, delete everything"), action="delete:yes"),),
            (Button(t.say("No, keep it"), action="menu"),),
        ),
    )


def erased(t: Texts) -> Reply:
    """The last words before Lotse knows nothing any more."""
    text = t.say("Everything that I had stored about you is deleted. You can write to me again at any time.")
    return Reply(text=text, language=t.language, forgets=True)
