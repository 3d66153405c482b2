"""Fixed texts around the talk itself: command descriptions, the bot's profile, labels of the web page."""

from bot.i18n import Texts

_COMMANDS = frozenset({"start", "menu", "language", "help", "human", "privacy", "export", "delete"})


def command_in(words: str) -> tuple[str, str]:
    """The command with which a line such as ``/menu please`` begins, without its slash, and the words behind it.

    The command is empty if it is none of ours.
    """
    name, rest = command_of(words, "")
    return (name, rest) if name in _COMMANDS else ("", "")


def command_of(text: str, own_name: str) -> tuple[str, str]:
    """Any command, ``/menu`` or ``/menu@our_bot``, and the words behind it; empty if it is none, or another bot's."""
    first, *behind = text.split(maxsplit=1) if text.startswith("/") else [""]
    name, _, bot = first[1:].partition("@")
    meant = name and (not bot or bot.lower() == own_name.lower())
    return (name.lower(), "".join(behind).strip()) if meant else ("", "")


def commands(t: Texts) -> tuple[tuple[str, str], ...]:
    """Commands with what they do, at most 256 characters each (Telegram's limit)."""
    return (
        ("start", t.say("Start again")),
        ("menu", t.say("Show the menu")),
        ("language", t.say("Change the language")),
        ("help", t.say("What Lotse can do")),
        ("human", t.say("Talk to a social worker")),
        ("privacy", t.say("What Lotse keeps about me")),
        ("export", t.say("Send me my data")),
        ("delete", t.say("Delete my data")),
    )


def bot_name(t: Texts) -> str:
    """The bot's name, at most 64 characters."""
    return t.say("Lotse Stuttgart")


def bot_description(t: Texts) -> str:
    """Shown before the first message, at most 512 characters."""
    lines = (
        t.say("Lotse answers questions about life in Stuttgart: papers, housing, money, work, German courses, health."),
        t.say("In your language, free of charge, day and night. In an emergency call 112."),
    )
    return "\n".join(lines)


def bot_short_description(t: Texts) -> str:
    """Shown on the bot's profile, at most 120 characters."""
    return t.say("Answers for refugees in Stuttgart, in twelve languages")


def page_labels(t: Texts) -> dict[str, str]:
    """What the web chat's page says besides the talk."""
    return {
        "title": t.say("Lotse: answers for refugees in Stuttgart"),
        "talk": t.say("Talk with Lotse"),
        "write": t.say("Your message"),
        "send": t.say("Send"),
        "language": t.say("Language"),
        "menu": t.say("🏠 Menu"),
        "connecting": t.say("The connection is interrupted. I am trying again …"),
        "connected": t.say("Connected again."),
        "too_long": t.say("This message is too long. Please write at most %(number)s characters."),
        "failed": t.say("Your message did not arrive. Please send it again."),
        "said": t.say("You"),
        "answered": t.say("Lotse"),
        "staff": t.say("Social worker"),
        "no_script": t.say("This page needs JavaScript. Please switch it on, or use Lotse on Telegram."),
        "privacy": t.say("What Lotse keeps about me"),
        "emergency": t.say("Emergency: 112"),
        "skip": t.say("Skip to the message field"),
        "writing": t.say("Lotse is writing …"),
        "download": t.say("Download the file"),
        "map": t.say("Open the map"),
        "new_window": t.say("opens in a new window"),
    }
