"""Short replies: greetings, help, "did you mean", and kind words when something cannot be read or answered."""

from bot.i18n import Texts
from bot.menu import human, main_menu, menu_buttons
from bot.messages import Button, Reply

Rows = tuple[tuple[Button, ...], ...]


def greet(t: Texts) -> Reply:
    """Hello."""
    return Reply(text=t.say("Hello! What do you need?"), language=t.language, buttons=menu_buttons(t))


def thank(t: Texts) -> Reply:
    """You are welcome."""
    text = t.say("You are welcome. If you need something else, just write to me.")
    return Reply(text=text, language=t.language, buttons=((main_menu(t),),))


def goodbye(t: Texts) -> Reply:
    """Goodbye."""
    return Reply(text=t.say("Goodbye, and all the best! You can write to me at any time."), language=t.language)


def help_text(t: Texts) -> Reply:
    """What Lotse can do, and how."""
    lines = (
        t.say("Write your question in your own words, in your language. For example:"),
        "• " + t.say("How do I extend my residence permit?"),
        "• " + t.say("Where can I learn German?"),
        "• " + t.say("My child needs a place in a kindergarten."),
        "",
        t.say(
            "I answer with texts that people have written. If I do not know something, a social worker can help you."
        ),
        t.say("/menu shows all topics, /language changes the language, /human calls a social worker."),
    )
    # A bare "help!" may be a cry for help.
    emergency = (Button(t.say("🚨 Emergency: 112"), action="emergency"),)
    return Reply(text="\n".join(lines), language=t.language, buttons=(emergency, *menu_buttons(t)))


def did_you_mean(t: Texts, options: Rows) -> Reply:
    """Unsure: up to three meanings to choose from."""
    none = Button(t.say("None of these"), action="none")
    return Reply(text=t.say("Did you mean one of these?"), language=t.language, buttons=(*options, (none,)))


def not_understood(t: Texts) -> Reply:
    """Unknown: say so, and offer a human."""
    lines = (
        t.say("I am sorry, I have no answer to this."),
        t.say("Please write it once more in other words, or talk to a human."),
    )
    return Reply(text="\n".join(lines), language=t.language, buttons=((human(t),), (main_menu(t),)))


def next_best(t: Texts, options: Rows) -> Reply:
    """An answer did not help: perhaps one of these does."""
    text = t.say("I am sorry that this did not help. Perhaps one of these is right?")
    return Reply(text=text, language=t.language, buttons=(*options, (human(t), main_menu(t))))


def no_help(t: Texts) -> Reply:
    """An answer did not help, and there is no other."""
    lines = (
        t.say("I am sorry that this did not help."),
        t.say("Please write it once more in other words, or talk to a human."),
    )
    return Reply(text="\n".join(lines), language=t.language, buttons=((human(t),), (main_menu(t),)))


def out_of_scope(t: Texts) -> Reply:
    """Something that Lotse does not try to answer."""
    lines = (
        t.say("I cannot help with this."),
        t.say("I know about life in Stuttgart: papers, housing, money, work, learning German, school, health."),
    )
    return Reply(text="\n".join(lines), language=t.language, buttons=menu_buttons(t))


def unreadable(t: Texts, medium: str) -> Reply:
    """A photo, a voice message and the like."""
    sorry = {
        "photo": t.say("Thank you for the picture. I am sorry, I cannot look at pictures."),
        "voice": t.say("Thank you for the voice message. I am sorry, I cannot listen to it."),
        "video": t.say("Thank you for the video. I am sorry, I cannot watch it."),
        "document": t.say("Thank you for the document. I am sorry, I cannot open it."),
        "sticker": t.say("That is a nice sticker!"),
        "contact": t.say("I have not kept this contact."),
    }.get(medium, t.say("I am sorry, I cannot read this."))
    lines = (sorry, t.say("I can read text and buttons. A social worker can help you with letters and pictures."))
    return Reply(text="\n".join(lines), language=t.language, buttons=((human(t),), (main_menu(t),)))


def button_too_old(t: Texts) -> Reply:
    """A button from an earlier version, of another person, or forged."""
    return Reply(
        text=t.say("This button does not work any more. Please choose again."),
        language=t.language,
        buttons=menu_buttons(t),
    )


def slow_down(t: Texts) -> Reply:
    """Too many messages at once."""
    text = t.say("That is a lot at once. I read everything and answer one after the other, a little more slowly now.")
    return Reply(text=text, language=t.language)


def set_aside(t: Texts) -> Reply:
    """A message that could not be worked on."""
    lines = (
        t.say("I am sorry, something went wrong with your message. I have noted it."),
        t.say("Please write it once more in other words, or talk to a human."),
    )
    return Reply(text="\n".join(lines), language=t.language, buttons=((human(t),), (main_menu(t),)))
