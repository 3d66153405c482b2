"""What a person is told before, during and after a case."""

from dataclasses import replace

from bot.channels.layout import length, split
from bot.content.hours import week_of
from bot.content.model import HandoverSettings
from bot.conversation import Reason
from bot.escalation.districts import DISTRICTS
from bot.i18n import Texts, format_week
from bot.menu import main_menu, menu_buttons
from bot.messages import Button, Reply

_DISTRICTS_PER_ROW = 3
# In UTF-16 units; every channel takes as much in one message (Telegram 4096).
_LONGEST = 4000


def danger(t: Texts) -> Reply:
    """Acute danger: the numbers that help at once, before anything else."""
    return Reply(
        title=t.say("🚨 Call 112 now"),
        text="\n".join(
            (
                t.say("Fire, accident, somebody is badly hurt or ill: 112."),
                t.say("Police, if somebody threatens or attacks you: 110."),
                t.say("Both numbers are free, day and night. Say where you are and what happened."),
            )
        ),
        language=t.language,
        buttons=((Button(t.say("🔔 Alert a social worker"), action="alert"),),),
    )


def crisis(t: Texts) -> Reply:
    """Thoughts of suicide or severe despair: somebody to talk to, now."""
    return Reply(
        title=t.say("💙 You are not alone"),
        text="\n".join(
            (
                t.say("It is good that you wrote this. Please talk to somebody now."),
                t.say("If you are in danger or may hurt yourself: call 112."),
                t.say("Telephone counselling, free, day and night, anonymous: 0800 111 0 111 or 0800 111 0 222."),
                t.say("For children and young people: 116 111, not at night."),
                t.say("Most people on the telephone speak German. At 112 ask for help in English if you can."),
            )
        ),
        language=t.language,
    )


def opened(t: Texts, reason: Reason, settings: HandoverSettings | None, handover: int) -> Reply:
    """What happens next, and when."""
    lead = {
        "asked": t.say("I have passed this on to the social workers. One of them will answer you here."),
        "crisis": t.say("I have told the social workers that you need somebody. One of them will write to you here."),
        "emergency": t.say(
            "I have alerted the social workers. One of them will write to you here. They cannot come to you now."
        ),
        "no_answer": t.say("Twice now I could not help you. So I have passed this on to the social workers."),
        "not_helped": t.say("I could not help you. So I have passed this on to the social workers."),
        "sport_mentor": t.say(
            "I have told the social workers that you are looking for a sport mentor. "
            "One of them will write to you here."
        ),
        "volunteer_circle": t.say(
            "I have told the social workers that you want to contact a volunteer circle. "
            "One of them will write to you here."
        ),
    }[reason]
    silence = t.say("Until then I am silent, and what you write goes to them. In danger, call 112.")
    return Reply(
        title=t.say("🧑 A human will answer you"),
        text="\n\n".join(part for part in (lead, _when(t, settings), silence) if part),
        language=t.language,
        buttons=((_end(t, handover),),),
    )


def still_open(t: Texts, settings: HandoverSettings | None, handover: int) -> Reply:
    """Somebody asks for a human again while a case is open."""
    text = t.say("Your message is with the social workers. One of them will answer you here.")
    parts = (text, _when(t, settings))
    return Reply(text="\n\n".join(part for part in parts if part), language=t.language, buttons=((_end(t, handover),),))


def ask_consent(t: Texts, count: int, handover: int) -> Reply:
    """May staff see what was written before? ``count`` is the number of messages (1 to 3).

    ``handover`` numbers the person's cases, so that an old button does not answer for a new case.
    """
    text = t.say_count(
        "May the social worker read your last message? It helps them to understand you.",
        "May the social worker read your last %(number)d messages? It helps them to understand you.",
        count,
    )
    buttons = (
        Button(t.say("Yes, they may"), action=f"consent:{handover}:yes"),
        Button(t.say("No"), action=f"consent:{handover}:no"),
    )
    return Reply(text=text, language=t.language, buttons=(buttons,))


def ask_place(t: Texts, handover: int) -> Reply:
    """In which district or shelter? Nobody has to say."""
    return ask_where(t, f"place:{handover}")


def ask_where(t: Texts, action: str) -> Reply:
    """In which district or shelter? A tap sends ``action`` and behind it a district, ``shelter`` or ``skip``."""
    names = [Button(name, action=f"{action}:{district}") for district, name in DISTRICTS.items()]
    rows = [tuple(names[start : start + _DISTRICTS_PER_ROW]) for start in range(0, len(names), _DISTRICTS_PER_ROW)]
    rows.append((Button(t.say("🏘 I live in a shelter"), action=f"{action}:shelter"),))
    rows.append((Button(t.say("I do not want to say"), action=f"{action}:skip"),))
    text = t.say("In which part of Stuttgart do you live? Then the right person can answer you sooner.")
    return Reply(text=text, language=t.language, buttons=tuple(rows))


def ask_shelter(t: Texts, handover: int) -> Reply:
    """The shelter's name or street, in the person's own words."""
    text = t.say("Please write the name or the street of your shelter.")
    skip = Button(t.say("I do not want to say"), action=f"place:{handover}:skip")
    return Reply(text=text, language=t.language, buttons=((skip,),))


def noted(t: Texts) -> Reply:
    """The questions are over."""
    text = t.say("Thank you. If you want to add something, write it now. The social worker will read it.")
    return Reply(text=text, language=t.language)


def closed_by_person(t: Texts) -> Reply:
    """The person came back to the bot."""
    text = t.say("The talk with the social worker is closed. I am here again. What do you need?")
    return Reply(text=text, language=t.language, buttons=menu_buttons(t))


def closed_by_staff(t: Texts) -> Reply:
    """Staff closed the case."""
    text = t.say(
        "The social worker has closed this case. I am here again. If you need a human once more, write /human."
    )
    return Reply(text=text, language=t.language, buttons=((main_menu(t),),))


def from_staff(text: str, t: Texts, handover: int) -> tuple[Reply, ...]:
    """What a social worker wrote, marked as theirs, in as many messages as it takes."""
    limit = _LONGEST
    while True:
        title = t.say("🧑 Social worker")
        said = [Reply(title=title, text=part, language=t.language, author="staff") for part in split(text, limit)]
        if all(length(reply) <= _LONGEST for reply in said):
            return (*said[:-1], replace(said[-1], buttons=((_end(t, handover),),)))
        # Title and invisible signs around numbers have their length too.
        limit = limit * 3 // 4


def _when(t: Texts, settings: HandoverSettings | None) -> str:
    """Office hours and the deployment's promise; nothing where nothing is promised."""
    if settings is None:
        return ""
    hours = format_week(week_of(settings.office_hours), t.language)
    promise = t.say_count(
        "You will get an answer within %(number)d working day.",
        "You will get an answer within %(number)d working days.",
        settings.reply_within_working_days,
    )
    return "\n".join((t.say("Social workers are there at these times:"), hours, promise))


def _end(t: Texts, handover: int) -> Button:
    return Button(t.say("↩ End this and go back to Lotse"), action=f"case:{handover}:close")
