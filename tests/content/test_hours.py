"""Opening hours are computed for Stuttgart: its time, its holidays."""

from datetime import UTC, date, datetime, time

import pytest

from bot.content.hours import (
    BERLIN,
    holiday_on,
    hours_on,
    is_holiday,
    next_change,
    regular_week,
    state_at,
    today_and_tomorrow,
)

OFFICE = "Mo-Fr 09:00-12:00; Th 14:00-18:00"


def berlin(*parts: int) -> datetime:
    """Return a moment in Stuttgart."""
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def test_open_and_closed_change_to_the_minute() -> None:
    """The first minute counts as open, the last one as closed."""
    assert state_at(OFFICE, berlin(2026, 11, 23, 8, 59)) == "closed"
    assert state_at(OFFICE, berlin(2026, 11, 23, 9, 0)) == "open"
    assert state_at(OFFICE, berlin(2026, 11, 23, 12, 0)) == "closed"


def test_moments_of_other_time_zones_are_converted() -> None:
    """08:30 in Greenwich is 09:30 in Stuttgart in winter, 10:30 in summer."""
    assert state_at("Mo-Fr 09:00-10:00", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)) == "open"
    assert state_at("Mo-Fr 09:00-10:00", datetime(2026, 7, 20, 8, 30, tzinfo=UTC)) == "closed"


def test_hours_that_are_uncertain_say_so() -> None:
    """By arrangement is neither open nor closed, and the note is kept."""
    (interval,) = hours_on('Mo 09:00-10:00 unknown "by arrangement"', date(2026, 11, 23))
    assert (interval.state, interval.note) == ("unknown", "by arrangement")
    assert state_at('Mo 09:00-10:00 unknown "by arrangement"', berlin(2026, 11, 23, 9, 30)) == "unknown"


def test_unknown_hours_promise_nothing() -> None:
    """A service without hours is neither open nor closed."""
    now = berlin(2026, 11, 23, 9, 30)
    assert state_at("", now) == "unknown"
    assert hours_on("", now.date()) == []
    assert next_change("", now) is None
    assert not any(each.intervals for each in regular_week("", now.date()))


def test_today_and_tomorrow_are_listed() -> None:
    """On Sunday evening nothing is left of today, and Monday has its hours."""
    today, tomorrow = today_and_tomorrow(OFFICE, berlin(2026, 11, 22, 20, 0))
    assert today == []
    assert [(each.start, each.end) for each in tomorrow] == [(berlin(2026, 11, 23, 9, 0), berlin(2026, 11, 23, 12, 0))]


@pytest.mark.parametrize("day", [date(2027, 1, 6), date(2027, 5, 27), date(2027, 11, 1), date(2027, 3, 26)])
def test_an_office_is_closed_on_holidays_of_baden_wuerttemberg(day: date) -> None:
    """Epiphany, Corpus Christi, All Saints and Good Friday need no word in the hours."""
    assert day.weekday() < 5
    assert hours_on("Mo-Fr 09:00-12:00", day) == []
    assert hours_on("Mo-Fr 09:00-12:00; PH off", day) == []


def test_hours_for_holidays_hold_on_those_of_baden_wuerttemberg_too() -> None:
    """What is written for holidays is not only for those of the whole country."""
    (interval,) = hours_on("Mo-Fr 09:00-12:00; PH 10:00-11:00", date(2027, 1, 6))
    assert (interval.start, interval.end) == (berlin(2027, 1, 6, 10, 0), berlin(2027, 1, 6, 11, 0))


@pytest.mark.parametrize("hours", ["24/7", "Mo-Su 00:00-24:00"])
def test_what_never_closes_is_open_on_holidays(hours: str) -> None:
    """A help line stays reachable at Christmas."""
    assert state_at(hours, berlin(2026, 12, 25, 3, 0)) == "open"
    assert next_change(hours, berlin(2026, 12, 25, 3, 0)) is None


def test_an_ordinary_day_is_no_holiday() -> None:
    """Reformation Day belongs to other parts of the country."""
    assert not is_holiday(date(2026, 10, 31))
    assert is_holiday(date(2026, 10, 3))


def test_the_next_change_skips_weekends_and_holidays() -> None:
    """After Christmas Eve (a Thursday) the office opens on Monday."""
    assert next_change("Mo-Fr 09:00-12:00", berlin(2026, 12, 24, 12, 0)) == berlin(2026, 12, 28, 9, 0)
    assert next_change("Mo-Fr 09:00-12:00", berlin(2026, 12, 24, 9, 30)) == berlin(2026, 12, 24, 12, 0)


def test_midnight_is_no_change_for_what_is_open_all_night() -> None:
    """A night is two intervals, and one time of being open."""
    assert next_change("Mo-Su 18:00-08:00", berlin(2026, 11, 23, 20, 0)) == berlin(2026, 11, 24, 8, 0)


def test_the_regular_week_ignores_holidays() -> None:
    """Christmas does not make Friday look closed for ever."""
    week = regular_week(OFFICE, date(2026, 12, 24))
    assert [each.weekday for each in week] == [0, 1, 2, 3, 4, 5, 6]
    assert week[4].intervals == ((time(9), time(12)),)
    assert week[3].intervals == ((time(14), time(18)),)
    assert week[6].intervals == ()


def test_a_holiday_has_the_name_that_stands_on_doors() -> None:
    """In German; another day has none."""
    assert holiday_on(date(2026, 11, 1)) == "Allerheiligen"
    assert holiday_on(date(2026, 12, 24)) == ""
