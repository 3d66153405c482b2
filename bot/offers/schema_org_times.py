"""Schedules, dates and opening hours of schema.org -> the cells of a row."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from bot.offers.cells import shown
from bot.offers.hsds_export import BERLIN, BYDAY
from bot.offers.jsons import Json, parts, text_of
from bot.offers.model import Session
from bot.offers.notes import Notes
from bot.offers.times import write_sessions

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKLY = frozenset({"p1w", "p7d", "weekly", ""})
_REMEDY = "Write the times by hand"


def schedule_cells(held: Json, notes: Notes) -> dict[str, str]:
    """Return sessions, period and days off; what is not weekly, or cannot be read, is left out and noted."""
    schedules = [
        *parts(held, "eventSchedule"),
        *parts(held, "courseSchedule"),
        *parts(held, "openingHoursSpecification"),
    ]
    sessions: set[Session] = set()
    off: set[str] = set()
    for schedule in schedules:
        sessions.update(_sessions(schedule, notes))
        off.update(_days(schedule.get("exceptDate")))
    first, last = _moment(held.get("startDate")), _moment(held.get("endDate"))
    if not schedules and first and last and first[1] and last[1] and first[0] == last[0] and first[1] < last[1]:
        sessions.add(Session(first[0].weekday(), first[1], last[1]))
    starts, ends = first[0].isoformat() if first else "", last[0].isoformat() if last else ""
    return {
        "sessions": write_sessions(sorted(sessions, key=lambda each: (each.weekday, each.start, each.end))),
        "starts": starts or _edge(schedules, "startDate"),
        "ends": ends or _edge(schedules, "endDate"),
        "exceptions": ", ".join(sorted(off)),
    }


def _sessions(schedule: Json, notes: Notes) -> Iterator[Session]:
    if text_of(schedule.get("repeatFrequency")).lower() not in _WEEKLY:
        notes.warn("its times are not weekly, and are left out", _REMEDY)
        return
    zone = text_of(schedule.get("scheduleTimezone"))
    if zone not in {"", "Europe/Berlin"}:
        notes.warn(f"its times are those of {shown(zone)}, and are left out", _REMEDY)
        return
    if not any(text_of(schedule.get(name)) for name in ("startTime", "opens")):
        return  # a schedule of days off alone
    start = _clock(schedule.get("startTime") or schedule.get("opens"))
    end = _clock(schedule.get("endTime") or schedule.get("closes"))
    days = [_weekday(name) for name in _names(schedule.get("byDay") or schedule.get("dayOfWeek"))]
    if start is None or end is None or end <= start or not days or None in days:
        notes.warn("its weekdays or times cannot be read, and are left out", _REMEDY)
        return
    yield from (Session(day, start, end) for day in days if day is not None)


def _names(value: Any) -> list[str]:
    return [text_of(each) for each in (value if isinstance(value, list) else [value]) if text_of(each)]


def _weekday(name: str) -> int | None:
    word = re.split(r"[/:#]", name)[-1]
    if word in DAYS:
        return DAYS.index(word)
    return BYDAY.index(word) if word in BYDAY else None


def _clock(value: Any) -> time | None:
    try:
        clock = time.fromisoformat(text_of(value))
    except ValueError:
        return None
    return clock.replace(tzinfo=None, second=0, microsecond=0)


def _moment(value: Any) -> tuple[date, time | None] | None:
    """Return the day and, if given, the time on the wall in Berlin."""
    text = text_of(value)
    try:
        if len(text) <= len("2026-12-24"):
            return date.fromisoformat(text), None
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    local = moment.astimezone(BERLIN) if moment.tzinfo else moment
    return local.date(), local.time().replace(second=0, microsecond=0)


def _days(value: Any) -> Iterator[str]:
    for name in _names(value):
        moment = _moment(name)
        if moment is not None:
            yield moment[0].isoformat()


def _edge(schedules: list[Json], name: str) -> str:
    """Return the first or the last day of schedules that all have one."""
    days = [moment[0] for each in schedules if (moment := _moment(each.get(name)))]
    if not days or len(days) < len(schedules):
        return ""
    return (min(days) if name == "startDate" else max(days)).isoformat()
