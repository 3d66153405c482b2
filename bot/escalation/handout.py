"""What a person reads around their own case when they ask for it: names of things, in their language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.content.hours import BERLIN
from bot.content.vocabulary import DISTRICT_NAMES
from bot.i18n import Texts, format_day, format_time, locale_of


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was written. ``author``: contact, staff, note, bot; ``who`` says it; ``files``: (name, path)."""

    author: str
    who: str
    when: str
    text: str
    translations: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A case as its person reads it; ``facts`` are pairs of a name and what is kept under it."""

    title: str
    intro: str
    made: str
    facts: tuple[tuple[str, str], ...]
    heading: str
    lines: tuple[Line, ...]
    by_machine: str


def paper(data: dict[str, Any], t: Texts, made_at: datetime, files: tuple[tuple[str, ...], ...]) -> Paper:
    """A case in the person's language.

    Args:
        data: the case as ``personal.case_data`` gives it.
        t: the person's texts.
        made_at: now, an aware moment.
        files: for each message the paths of its files.
    """
    who = {
        "contact": t.say("You"),
        "staff": t.say("Social worker"),
        "note": t.say("Note of the social workers"),
        "bot": t.say("Lotse"),
    }
    lines = []
    for message, paths in zip(data["messages"], files, strict=True):
        author = "note" if message["kind"] == "note" else message["author"]
        names = [each["name"] for each in message["files"]]
        made = tuple((each["language"], each["text"]) for each in message["machine_translations"])
        when = _when(datetime.fromisoformat(message["at"]), t)
        pairs = tuple(zip(names, paths, strict=True))
        lines.append(Line(author, who[author], when, message["text"], made, pairs))
    return Paper(
        title=t.say("Your talk with the social workers"),
        intro=t.say("This is everything that Lotse has stored about this talk."),
        made=_when(made_at, t),
        facts=tuple(_facts(data, t)),
        heading=t.say("What was written"),
        lines=tuple(lines),
        by_machine=t.say("Translated by a machine. It may have mistakes."),
    )


def _facts(data: dict[str, Any], t: Texts) -> list[tuple[str, str]]:
    facts = [
        (t.say("Language"), _language(data["language"], t)),
        (t.say("District"), DISTRICT_NAMES.get(data["district"] or "", data["district"] or "")),
        (t.say("Shelter"), data["shelter"] or ""),
        (t.say("Beginning"), _moment(data["opened"], t)),
        (t.say("First answer"), _moment(data["first_answered"], t)),
        (t.say("End"), _moment(data["closed"], t)),
    ]
    return [(name, value) for name, value in facts if value]


def _language(code: str, t: Texts) -> str:
    """The name of a language in the person's own; its code where nobody has a name for it."""
    return locale_of(code).get_language_name(locale_of(t.language)) or code


def _moment(text: str | None, t: Texts) -> str:
    return _when(datetime.fromisoformat(text), t) if text else ""


def _when(moment: datetime, t: Texts) -> str:
    local = moment.astimezone(BERLIN)
    return f"{format_day(local.date(), t.language)}, {format_time(local.time())}"
