"""Weekly appointments as people write them ("Mo und Do 18-19.30 Uhr") -> sessions, and back."""

import re
from collections.abc import Iterable, Iterator
from datetime import time

from bot.offers.columns import WEEKDAYS
from bot.offers.model import Session

_LONGEST = 500
_WEEK = 7
_NAMES = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_DAY = r"(?:(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabends?|(?:mo|di|mi|do|fr|sa|so)\b\.?)"
_DAYS = rf"{_DAY}(?:\s*(?:[-–+/,&]|und|bis)\s*{_DAY})*"
_CLOCK = r"[0-9]{1,2}(?:[:.][0-9]{2})?"
_SESSION = re.compile(
    rf"\s*(?P<days>{_DAYS})\s*[:,]?\s*(?:von\s+)?(?P<start>{_CLOCK})\s*(?:uhr)?\s*(?:[-–]|bis)\s*(?P<end>{_CLOCK})"
    rf"\s*(?:uhr)?\s*(?:[;,]|und\b|$|(?={_DAY}))",
    re.IGNORECASE,
)


def parse_sessions(text: str) -> tuple[Session, ...]:
    """Return the sessions in the order of the week.

    Raises:
        ValueError: it cannot be read; the message says why in a few words.
    """
    if len(text) > _LONGEST:
        raise ValueError("it is too long")
    found: set[Session] = set()
    place = 0
    while place < len(text):
        match = _SESSION.match(text, place)
        if match is None:
            raise ValueError(f'from "{text[place : place + 20].strip()}" on')
        start, end = _clock(match["start"]), _clock(match["end"])
        if end <= start:
            raise ValueError(f"{match['start']} to {match['end']} does not end later on the same day")
        found.update(Session(weekday, start, end) for weekday in _weekdays(match["days"]))
        place = match.end()
    return tuple(sorted(found, key=lambda session: (session.weekday, session.start, session.end)))


def write_sessions(sessions: Iterable[Session]) -> str:
    """Return sessions as editors write them: ``Mo 18:00-19:30; Do 18:00-19:30``."""
    return "; ".join(f"{WEEKDAYS[each.weekday]} {each.start:%H:%M}-{each.end:%H:%M}" for each in sessions)


def _clock(text: str) -> time:
    hours, _, minutes = text.replace(".", ":").partition(":")
    try:
        return time(int(hours), int(minutes or 0))
    except ValueError:
        raise ValueError(f"{text} is no time of the day") from None


def _weekdays(text: str) -> Iterator[int]:
    """Yield the days of ``Mo, Mi und Fr`` or ``Mo-Fr``; a range may go over the end of the week."""
    before: int | None = None
    ranged = False
    for part in re.findall(rf"{_DAY}|[-–+/,&]|und|bis", text, re.IGNORECASE):
        if not part[0].isalpha() or part.lower() in {"und", "bis"}:
            ranged = part.lower() in {"-", "–", "bis"}
            continue
        day = _weekday(part.lower())
        if ranged and before is not None:
            for step in range(1, (day - before) % _WEEK):
                yield (before + step) % _WEEK
        yield day
        before, ranged = day, False


def _weekday(word: str) -> int:
    if word.startswith("sonnabend"):
        return _NAMES.index("samstag")
    return next(number for number, name in enumerate(_NAMES) if name.startswith(word[:2]))
