"""Weekdays of two or three letters ("mo", "lun"), written out: most are other words too, so their company decides."""

import re
from collections.abc import Mapping, Sequence
from functools import partial

_WRITTEN_OUT = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_SHORT: Mapping[str, tuple[Sequence[str], str]] = {
    "de": (("mo", "di", "mi", "do", "fr", "sa", "so"), "und|oder|u|od|bzw"),
    "fr": (("lun", "mar", "mer", "jeu", "ven", "sam", "dim"), "et|ou"),
    "tr": (("pzt", "sal", "çar", "per", "cum", "cmt", "paz"), "ve|veya"),
}
_FILLERS = frozenset({"so", "do"})  # of many languages: "so, do it"


def _list_of(days: Sequence[str], joints: str) -> re.Pattern[str]:
    """Return what matches "mo oder mi" and "mo, mi u. fr": beside another day each is a day."""
    day = f"(?:{'|'.join(days)})"
    joint = rf"(?:\.?\s?[,/+&]\s?|\.?\s(?:{joints})\.?\s)"
    return re.compile(rf"(?<![\w'-]){day}(?:{joint}{day})+\b\.?(?!['-])")


_LISTS = {language: _list_of(days, joints) for language, (days, joints) in _SHORT.items()}
# Of German alone: in other languages "am", "so", "do" and "mi" are words of a sentence.
_BEHIND = re.compile(
    r"(?<![\w'-])(?:(?:am|jeden)\s(?:mo|di|mi|do|fr|sa|so)|(?:nur|immer|lieber|nicht|ab)\s(?:mo|di|mi|do|fr|sa))\b\.?(?!['-])"
)
_BEFORE = re.compile(
    r"(?<![\w'-])(?:mo|di|mi|do|fr|sa)\b\.?"
    r"(?=\s(?:(?:vor|nach)?mittags?|morgens?|abends?|früh|\d{1,2}(?:[:.]\d\d)?\s?uhr)\b)"
)
# "Di Do", "Mo Mi Fr": side by side in the order of the week, as nobody writes by chance.
_SIDE_BY_SIDE = re.compile(r"(?<![\w'-])(?:mo|di|mi|do|fr|sa)\b(?:\.?\s(?:mo|di|mi|do|fr|sa|so)\b)+\.?(?!['-])")


def written_out(text: str, language: str) -> str:
    """Return a normalised text with abbreviated weekdays written out in German, which is understood everywhere."""
    for own in dict.fromkeys(("de", language)):
        if own in _SHORT:
            text = _LISTS[own].sub(partial(_list, days=_SHORT[own][0]), text)
    if language == "de":
        text = _SIDE_BY_SIDE.sub(_in_order, text)
        for expression in (_BEHIND, _BEFORE):
            text = expression.sub(lambda match: _long(match[0], _SHORT["de"][0]), text)
    return text


def _list(match: re.Match[str], days: Sequence[str]) -> str:
    named = {word for word in re.findall(r"\w+", match[0]) if word in days}
    return _long(match[0], days) if len(named) > 1 and not named <= _FILLERS else match[0]


def _in_order(match: re.Match[str]) -> str:
    days = _SHORT["de"][0]
    places = [days.index(word) for word in re.findall(r"\w+", match[0])]
    named = {days[place] for place in places}
    return _long(match[0], days) if places == sorted(set(places)) and not named <= _FILLERS else match[0]


def _long(text: str, days: Sequence[str]) -> str:
    long = dict(zip(days, _WRITTEN_OUT, strict=True))
    return re.sub(rf"\b({'|'.join(days)})\b\.?", lambda match: long[match[1]], text)
