"""Opening hours of a place in Stuttgart: values, never sentences.

``hours`` is always a service's ``hours``: valid, or ``""`` where they are unknown. All times are in Europe/Berlin.

The library behind it knows the holidays of Germany but not those of Baden-Württemberg alone, and hours written
without a word on holidays would be open on all of them; so days are computed one by one here: on a holiday a place
is closed unless its hours name holidays (``PH``) or it is open on every day of the week.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from holidays import country_holidays
from opening_hours import OpeningHours, State

BERLIN = ZoneInfo("Europe/Berlin")
DAYS_AHEAD = 60

DoorState = Literal["open", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A time in which a place is open; ``unknown`` means it may be (hours say so, for instance by arrangement).

    It lies within one day: a night is two intervals, and an end at midnight is 00:00 of the day after. ``note`` is
    the comment in the hours, as written there.
    """

    start: datetime
    end: datetime
    state: Literal["open", "unknown"] = "open"
    note: str = ""


@dataclass(frozen=True, slots=True)
class WeekdayHours:
    """The regular hours of a weekday (0 is Monday) as pairs of local times; an end at midnight is 00:00."""

    weekday: int
    intervals: tuple[tuple[time, time], ...]


def hours_on(hours: str, day: date) -> list[Interval]:
    """Return when a place with these hours is open on this day; an empty list means closed or unknown."""
    if not hours:
        return []
    if is_holiday(day):
        if not re.search(r"\bPH\b", hours):
            return _intervals(hours, day, day) if _opens_daily(hours, day) else []
        return _intervals(hours, day, _national_twin(day))
    return _intervals(hours, day, day)


def state_at(hours: str, now: datetime) -> DoorState:
    """Say whether the place is open at this moment (with a time zone)."""
    if not hours:
        return "unknown"
    local = now.astimezone(BERLIN)
    for interval in hours_on(hours, local.date()):
        if interval.start <= local < interval.end:
            return interval.state
    return "closed"


def today_and_tomorrow(hours: str, now: datetime) -> tuple[list[Interval], list[Interval]]:
    """Return the intervals of the day that ``now`` lies in, in Berlin, and of the day after."""
    today = now.astimezone(BERLIN).date()
    return hours_on(hours, today), hours_on(hours, today + timedelta(days=1))


def next_change(hours: str, now: datetime) -> datetime | None:
    """Return when the state changes next, or None where it stays the same for the next 60 days."""
    local = now.astimezone(BERLIN)
    present = state_at(hours, local)
    for ahead in range(DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        for moment in _turning_points(hours, day):
            if moment > local and state_at(hours, moment) != present:
                return moment
    return None


def regular_week(hours: str, near: date) -> tuple[WeekdayHours, ...]:
    """Return the hours of Monday to Sunday in the week without a holiday that is nearest after ``near``."""
    monday = near - timedelta(days=near.weekday())
    while any(is_holiday(monday + timedelta(days=ahead)) for ahead in range(7)):
        monday += timedelta(days=7)
    week = []
    for weekday in range(7):
        open_times = hours_on(hours, monday + timedelta(days=weekday))
        week.append(WeekdayHours(weekday, tuple((each.start.time(), each.end.time()) for each in open_times)))
    return tuple(week)


def week_of(hours: str) -> dict[int, tuple[tuple[time, time], ...]]:
    """Return the regular hours around today as weekday (0 is Monday) -> intervals; closed days are absent."""
    week = regular_week(hours, datetime.now(BERLIN).date())
    return {day.weekday: day.intervals for day in week if day.intervals}


def is_holiday(day: date) -> bool:
    """Say whether this is a public holiday in Baden-Württemberg."""
    return day in _holidays(day.year)


def holiday_on(day: date) -> str:
    """Return the German name of the public holiday on this day, or ``""``."""
    return _german_holidays(day.year).get(day, "")


@lru_cache(maxsize=512)
def _parsed(hours: str) -> OpeningHours:
    return OpeningHours(hours, country="DE")


def _intervals(hours: str, day: date, like: date) -> list[Interval]:
    """Return the intervals of ``day`` with the rules that hold on the day ``like``."""
    start = datetime.combine(like, time())
    shift = day - like
    found = []
    for begin, end, state, note in _parsed(hours).intervals(start, start + timedelta(days=1)):
        if state != State.CLOSED:
            found.append(
                Interval(
                    (begin + shift).replace(tzinfo=BERLIN),
                    (end + shift).replace(tzinfo=BERLIN),
                    "open" if state == State.OPEN else "unknown",
                    note,
                )
            )
    return found


def _opens_daily(hours: str, near: date) -> bool:
    return all(_intervals(hours, day, day) for day in (near + timedelta(days=ahead) for ahead in range(7)))


def _turning_points(hours: str, day: date) -> list[datetime]:
    midnight = datetime.combine(day, time(), BERLIN)
    return sorted({midnight, *(edge for each in hours_on(hours, day) for edge in (each.start, each.end))})


# Holidays that only some Länder have, each with one of the whole country whose hours it shares.
_NATIONAL_TWINS = {
    "Epiphany": "New Year's Day",
    "Corpus Christi": "Pentecost Monday",
    "All Saints' Day": "German Unity Day",
}


@lru_cache(maxsize=16)
def _holidays(year: int) -> Mapping[date, str]:
    """Return the public holidays of Baden-Württemberg by day, with English names."""
    return dict(country_holidays("DE", subdiv="BW", years=year, language="en_US"))


@lru_cache(maxsize=16)
def _german_holidays(year: int) -> Mapping[date, str]:
    return dict(country_holidays("DE", subdiv="BW", years=year, language="de"))


def _national_twin(day: date) -> date:
    """Return the holiday of the whole country whose hours a holiday of Baden-Württemberg shares."""
    days = _holidays(day.year)
    twin = _NATIONAL_TWINS.get(days[day])
    return next((other for other, name in days.items() if name == twin), day)
