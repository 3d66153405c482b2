"""What Lotse understood of a message, in the reader's language: a gloss for those who cannot read the original."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.content.model import Catalogue
from bot.content.vocabulary import DISTRICT_NAMES
from bot.dialogues.finding.words import language_name, sport_name, value_label, weekday
from bot.i18n import Texts, format_day
from bot.messages import Band, Understanding
from bot.offers.wishes import WishName

_FAQ: Final = "faq/"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WISHES: Final[dict[str, WishName]] = {
    "level": "levels",
    "time_of_day": "times_of_day",
    "mode": "modes",
    "childcare": "childcare",
    "free": "free",
}
_LEAST_SHOWN: Final = 0.05
_MOST_OTHERS: Final = 2
_RTL: Final = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic that a message may be about; ``topic`` is its id if there is an approved answer to it."""

    name: str
    percent: int
    topic: str


@dataclass(frozen=True, slots=True)
class Gloss:
    """The nearest topic, how sure Lotse was, what else it could be, and what was named: (what, values)."""

    nearest: Guess
    band: Band
    others: tuple[Guess, ...]
    named: tuple[tuple[str, str], ...]
    language: str


def gloss(meant: Understanding, catalogue: Catalogue, t: Texts) -> Gloss:
    """The gloss of one message."""
    others = [each for each in meant.ranking if each.intent != meant.intent and each.confidence >= _LEAST_SHOWN]
    return Gloss(
        nearest=_guess(meant.intent, meant.confidence, catalogue, t),
        band=meant.band,
        others=tuple(_guess(each.intent, each.confidence, catalogue, t) for each in others[:_MOST_OTHERS])
        if meant.band != "sure"
        else (),
        named=tuple(
            (_entity(name, t), ", ".join(_value(name, value, catalogue, t) for value in values))
            for name, values in meant.entities.items()
            if values
        ),
        language=language_name(meant.language, t) if meant.language else "",
    )


def direction_of(text: str) -> str:
    """``rtl`` where most letters are written from right to left: one Latin word at the beginning changes nothing."""
    letters = [unicodedata.bidirectional(letter) for letter in text if letter.isalpha()]
    return "rtl" if sum(each in _RTL for each in letters) * 2 > len(letters) else "ltr"


def _guess(intent: str, confidence: float, catalogue: Catalogue, t: Texts) -> Guess:
    topic = intent.removeprefix(_FAQ) if intent.startswith(_FAQ) else ""
    entry = catalogue.faq.get(topic)
    name = entry.text_in(t.language).title if entry else _intent(intent, t)
    return Guess(name, round(confidence * 100), topic if entry else "")


def _intent(intent: str, t: Texts) -> str:
    return {
        "greet": t.say("A greeting"),
        "thank": t.say("Thanks"),
        "goodbye": t.say("A goodbye"),
        "help": t.say("What Lotse can do"),
        "change_language": t.say("Another language"),
        "find_course": t.say("Looks for a German course"),
        "find_sport": t.say("Looks for sport"),
        "find_office": t.say("Looks for an office"),
        "find_appointment": t.say("Wants an appointment"),
        "talk_to_human": t.say("Wants to talk to a human"),
        "emergency": t.say("An emergency"),
        "crisis": t.say("A crisis"),
        "delete_my_data": t.say("Wants their data erased"),
        "complaint": t.say("A complaint"),
        "out_of_scope": t.say("Something else"),
    }.get(intent, intent)


def _entity(name: str, t: Texts) -> str:
    return {
        "level": t.say("Level of German"),
        "time_of_day": t.say("Time of day"),
        "weekday": t.say("Day of the week"),
        "mode": t.say("Where"),
        "childcare": t.say("Child care"),
        "free": t.say("Price"),
        "audience": t.say("For whom"),
        "district": t.say("District"),
        "sport": t.say("Sport"),
        "office": t.say("Office"),
        "age": t.say("Age"),
        "date": t.say("Day"),
    }.get(name, name)


def _value(name: str, value: str, catalogue: Catalogue, t: Texts) -> str:
    if name == "district":
        return DISTRICT_NAMES.get(value, value)
    if name == "sport":
        return sport_name(value, t)
    if name == "weekday" and value in _WEEKDAYS:
        return weekday(_WEEKDAYS.index(value), t)
    if name == "office" and value in catalogue.services:
        return catalogue.services[value].name_in(t.language)
    if name == "date":
        return _day(value, t)
    wish = _wish(name, value)
    return value_label(wish, value, t) if wish else value


def _wish(name: str, value: str) -> WishName | None:
    """Under which wish the words for a value stand."""
    if name == "audience":
        return "genders" if value in ("women", "men") else "audiences"
    return "ages" if name == "age" and value.isdecimal() else _WISHES.get(name)


def _day(value: str, t: Texts) -> str:
    try:
        return format_day(date.fromisoformat(value), t.language)
    except ValueError:
        return value
