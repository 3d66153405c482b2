"""Schedules of HSDS (rules of RFC 5545 in pieces) -> the cells of a row."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone

from bot.offers.cells import shown
from bot.offers.hsds_export import BERLIN, BYDAY
from bot.offers.jsons import Json, text_of
from bot.offers.model import Session
from bot.offers.notes import Notes
from bot.offers.times import write_sessions

_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?")
_BERLIN_OFFSETS = frozenset({timedelta(hours=1), timedelta(hours=2)})
_REMEDY = "Write the times by hand"


def cells_of(schedules: Sequence[Json], notes: Notes) -> dict[str, str]:
    """Return sessions and period; what is not weekly, or cannot be read, is left out and noted."""
    sessions: set[Session] = set()
    periods = {period for schedule in schedules if any(period := _period(schedule))}
    if len(periods) > 1:
        notes.warn("its times hold in several periods, which are taken as one", "Look at the times")
    for schedule in schedules:
        sessions.update(_sessions(schedule, notes))
    firsts = [first for first, _ in periods if first]
    lasts = [last for _, last in periods if last]
    ordered = sorted(sessions, key=lambda each: (each.weekday, each.start, each.end))
    return {
        "sessions": write_sessions(ordered),
        "starts": min(firsts) if len(firsts) == len(periods) and firsts else "",
        "ends": max(lasts) if len(lasts) == len(periods) and lasts else "",
    }


def _period(schedule: Json) -> tuple[str, str]:
    """Return the first and the last day, ``""`` where open; an appointment without a rule has one day."""
    first = text_of(schedule.get("dtstart")) or text_of(schedule.get("valid_from"))
    last = text_of(schedule.get("until")) or text_of(schedule.get("valid_to"))
    once = first and not last and not text_of(schedule.get("freq")) and not text_of(schedule.get("byday"))
    return first[:10], (first if once and text_of(schedule.get("opens_at")) else last)[:10]


def _sessions(schedule: Json, notes: Notes) -> Iterator[Session]:
    opens, closes = text_of(schedule.get("opens_at")), text_of(schedule.get("closes_at"))
    if not opens and not closes:
        return
    start_day = _day(text_of(schedule.get("dtstart")) or text_of(schedule.get("valid_from")))
    start, end = _clock(opens, start_day), _clock(closes, start_day)
    if start is None or end is None or end <= start:
        notes.warn(f"its times {shown(opens)} to {shown(closes)} cannot be read", _REMEDY)
        return
    days = _weekdays(schedule, start_day)
    if days is None:
        notes.warn("its times are not weekly, and are left out", _REMEDY)
        return
    yield from (Session(day, start, end) for day in days)


def _weekdays(schedule: Json, start_day: date | None) -> list[int] | None:
    """Return the weekdays of a weekly rule, or None where the rule is another one."""
    weekly = text_of(schedule.get("freq")).upper() in {"WEEKLY", ""} and text_of(schedule.get("interval")) in {"1", ""}
    special = any(text_of(schedule.get(name)) for name in ("byweekno", "bymonthday", "byyearday", "count"))
    if not weekly or special:
        return None
    names = [name.strip().upper() for name in text_of(schedule.get("byday")).split(",") if name.strip()]
    if not names and start_day is not None:
        return [start_day.weekday()]
    return [BYDAY.index(name) for name in names] if names and set(names) <= set(BYDAY) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _clock(text: str, day: date | None) -> time | None:
    """Return the time on the wall in Berlin; times of other zones need a day to be converted."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    try:
        local = time(int(match[1]), int(match[2]))
    except ValueError:
        return None
    offset = _offset(match[3])
    if offset is None or offset in _BERLIN_OFFSETS:
        return local
    if day is None:
        return None
    return datetime.combine(day, local, timezone(offset)).astimezone(BERLIN).time()


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text == "Z":
        return UTC.utcoffset(None)
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
