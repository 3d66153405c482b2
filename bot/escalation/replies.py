"""What a person is told before, during and after a case."""

from dataclasses import replace

from bot.channels.layout import length, split
from bot.content.vocabulary import DISTRICT_NAMES
from bot.conversation import Reason
from bot.escalation.files import LARGEST
from bot.escalation.promises import Promise
from bot.escalation.promises import told as promised
from bot.i18n import Texts
from bot.menu import human, main_menu, menu_buttons
from bot.messages import Button, Reply

RATINGS = ("good", "partly", "bad")
"""What somebody may tap when their case is over."""

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


def opened(t: Texts, reason: Reason, promise: Promise, handover: int, *, again: bool = False) -> Reply:
    """What happens next, and when; in danger outside office hours also who answers at once.

    ``again``: it is a case that was closed a short while ago.
    """
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
    known = t.say("They can read what you wrote to each other before.") if again else ""
    parts = (lead, known, _meanwhile(t, reason, promise), promised(promise, t), silence)
    return Reply(
        title=t.say("🧑 A human will answer you"),
        text="\n\n".join(part for part in parts if part),
        language=t.language,
        buttons=((_end(t, handover),),),
    )


def nobody_answers(t: Texts) -> Reply:
    """Staff have blocked the person; nothing is promised, and Lotse does not fall silent."""
    text = t.say(
        "The social workers do not answer you here at the moment. I still answer your questions. In danger, call 112."
    )
    return Reply(text=text, language=t.language)


def still_open(t: Texts, reason: Reason, promise: Promise, handover: int) -> Reply:
    """Somebody asks for a human again while a case is open."""
    text = t.say("Your message is with the social workers. One of them will answer you here.")
    parts = (text, _meanwhile(t, reason, promise), promised(promise, t))
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
    names = [Button(name, action=f"{action}:{district}") for district, name in DISTRICT_NAMES.items()]
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


def noted(t: Texts, promise: Promise | None = None) -> Reply:
    """The questions are over; ``promise`` is that of another team, if the case has moved to one."""
    text = t.say("Thank you. If you want to add something, write it now. The social worker will read it.")
    parts = (text, promised(promise, t) if promise else "")
    return Reply(text="\n\n".join(part for part in parts if part), language=t.language)


def closed_by_person(t: Texts, handover: int, *, answered: bool = False) -> Reply:
    """The talk is over and the bot is back, because the person wanted that, or is blocked.

    If staff had ``answered`` it asks whether that helped; ``handover`` numbers the case that is rated.
    """
    text = t.say("The talk with the social worker is closed. I am here again. What do you need?")
    if not answered:
        return Reply(text=text, language=t.language, buttons=menu_buttons(t))
    text = "\n\n".join((text, _did_it_help(t)))
    return Reply(text=text, language=t.language, buttons=(_ratings(t, handover), *menu_buttons(t)))


def closed_by_staff(t: Texts, handover: int) -> Reply:
    """Staff closed the case: Lotse is back, how to come back to staff, and one tap about how it was."""
    text = t.say(
        "The social worker has closed this case. I am here again. If you need a human once more, write /human."
    )
    again = t.say("If you do that within two days, your talk goes on where it ended.")
    text = "\n\n".join((f"{text} {again}", _did_it_help(t)))
    return Reply(text=text, language=t.language, buttons=(_ratings(t, handover), (main_menu(t),)))


def reopened_by_staff(t: Texts, handover: int) -> Reply:
    """Staff opened the closed case again."""
    text = t.say("The social worker has opened your case again. What you write goes to them now. In danger, call 112.")
    title = t.say("🧑 A human will answer you")
    return Reply(title=title, text=text, language=t.language, buttons=((_end(t, handover),),))


def rated(t: Texts, value: str) -> Reply:
    """Thanks for a tap; whoever was not helped is offered a human once more."""
    if value == "good":
        text = t.say("Thank you. I am glad that it helped.")
        return Reply(text=text, language=t.language, buttons=((main_menu(t),),))
    text = t.say("Thank you for telling us. If you still need help, a social worker can go on with your case.")
    return Reply(text=text, language=t.language, buttons=((human(t),), (main_menu(t),)))


def from_staff(text: str, t: Texts, handover: int, below: Reply | None = None) -> tuple[Reply, ...]:
    """What a social worker wrote, marked as theirs, in as many messages as it takes.

    The last one takes its small print, its map pin and its links from ``below``; other buttons would lead to the bot,
    which is silent now. Without a text, only the title for files remains.
    """
    if not text and below is None:
        return (Reply(text="", title=t.say("🧑 Social worker"), language=t.language, author="staff"),)
    if below and length(Reply(text="\n".join(below.notes), language=t.language)) > _LONGEST // 2:
        # So much is no small print any more.
        return from_staff("\n\n".join((text, *below.notes)), t, handover, replace(below, notes=()))
    links = tuple(
        row for buttons in (below.buttons if below else ()) if (row := tuple(each for each in buttons if each.url))
    )
    limit = _LONGEST
    while True:
        title = t.say("🧑 Social worker")
        said = [Reply(title=title, text=part, language=t.language, author="staff") for part in split(text, limit)]
        last = replace(said[-1], buttons=(*links, (_end(t, handover),)))
        if below:
            last = replace(last, notes=below.notes, place=below.place)
        if all(length(reply) <= _LONGEST for reply in (*said[:-1], last)):
            return (*said[:-1], last)
        # Title and invisible signs around numbers have their length too.
        limit = limit * 3 // 4


def by_machine(translated: str, original: str, t: Texts, source: Texts, handover: int) -> tuple[Reply, ...]:
    """What a machine made of a social worker's words, marked as such, and below it the words, in their own language."""
    warning = t.say("This text was translated by a machine. It may have mistakes. The original is below.")
    said = from_staff(translated, t, handover, Reply(text="", language=t.language, notes=(warning,)))
    own = from_staff(original, source, handover)
    return (*said[:-1], replace(said[-1], buttons=()), *own[:-1], replace(own[-1], buttons=((_end(t, handover),),)))


def refused_file(t: Texts, problem: str) -> Reply:
    """What came cannot be passed on, and what would work; see ``files`` for the problems."""
    sorry = {
        "large": t.say(
            "I am sorry, this file is too large for me. I can pass on files of up to %(number)d MB.",
            number=LARGEST // 2**20,
        ),
        "kind": t.say("I am sorry, I cannot pass on this kind of file."),
        "active": t.say("I am sorry, I do not pass on this file: it contains a program or other files."),
        "video": t.say("I am sorry, I cannot pass on videos."),
        "full": t.say("I am sorry, I cannot pass on more files in this talk."),
    }.get(problem, t.say("I am sorry, I could not open this file."))
    instead = {
        "full": t.say("Please write to the social worker what is in it."),
        "broken": t.say("Please send it once more."),
        "lost": t.say("Please send it once more."),
    }.get(problem, t.say("Please send it as a photo, as a PDF or as a voice message."))
    return Reply(text=f"{sorry}\n{instead}", language=t.language)


def corrected(text: str, t: Texts, handover: int) -> tuple[Reply, ...]:
    """What a social worker has changed in a message that was sent already."""
    return from_staff("\n\n".join((t.say("✏️ I correct an earlier message:"), text)), t, handover)


def _meanwhile(t: Texts, reason: Reason, promise: Promise) -> str:
    """Who answers at once, if somebody is in danger while no social worker is there."""
    if reason not in ("crisis", "emergency") or not promise.nobody_there:
        return ""
    lines = [t.say("No social worker is there now. Do not wait for them. These numbers answer now, day and night:")]
    if reason == "crisis":
        lines += [
            t.say("If you are in danger or may hurt yourself: call 112."),
            t.say("Telephone counselling, free, day and night, anonymous: 0800 111 0 111 or 0800 111 0 222."),
        ]
    else:
        lines += [
            t.say("Fire, accident, somebody is badly hurt or ill: 112."),
            t.say("Police, if somebody threatens or attacks you: 110."),
            t.say("Violence against women: 116 016, free, in many languages."),
        ]
    return "\n".join(lines)


def _did_it_help(t: Texts) -> str:
    return t.say("Did the social worker help you? One tap is enough.")


def _ratings(t: Texts, handover: int) -> tuple[Button, ...]:
    labels = (t.say("👍 Yes"), t.say("🤏 A little"), t.say("👎 No"))
    values = zip(labels, RATINGS, strict=True)
    return tuple(Button(label, action=f"rate:{handover}:{value}") for label, value in values)


def _end(t: Texts, handover: int) -> Button:
    return Button(t.say("↩ End this and go back to Lotse"), action=f"case:{handover}:close")
