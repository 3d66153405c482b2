"""The calendar file says when each session is, by the clock in Berlin, in every calendar that reads RFC 5545."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from bot.content.hours import BERLIN
from bot.offers.calendar_file import calendar_of, has_calendar
from bot.offers.model import Offer, Place, Session
from tests.offers.making import MORNING, TODAY, circle, course, sport

MONDAYS, WEDNESDAYS = (Session(day, time(18), time(19, 30)) for day in (0, 2))
START = date(2027, 3, 1)


def events(offer: Offer, today: date = TODAY) -> list[Any]:
    """Return the events of the file, as a calendar reads them."""
    content = calendar_of(offer, offer.title_in("de"), today)
    return [] if content is None else list(Calendar.from_ical(content).walk("VEVENT"))


def starts(event: Any) -> list[datetime]:
    """Return all moments at which an event begins, computed from the rule by another library."""
    first = event.decoded("dtstart")
    # The library wants times without a zone, and the end of the rule by the same clock.
    rule = event["rrule"].to_ical().decode()
    until = event["rrule"]["until"][0].astimezone(BERLIN)
    naive = rrulestr(rule.replace(until.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), until.strftime("%Y%m%dT%H%M%S")))
    moments = [moment.replace(tzinfo=BERLIN) for moment in naive.replace(dtstart=first.replace(tzinfo=None))]
    out = event.get("exdate", [])
    left_out = {each.dt for dates in (out if isinstance(out, list) else [out]) for each in dates.dts}
    return [moment for moment in moments if moment not in left_out]


def dated(**values: Any) -> Offer:
    """Return a course on Mondays in March and April 2027."""
    return course(**{"sessions": (MONDAYS,), "starts": START, "ends": date(2027, 4, 12), **values})


def test_a_session_stays_at_its_hour_when_the_clocks_change() -> None:
    """18:00 is 17:00 UTC before the last Sunday of March and 16:00 UTC after it; the last day is in it."""
    (event,) = events(dated())
    moments = starts(event)
    assert [moment.date() for moment in moments] == [START + timedelta(days=7 * week) for week in range(7)]
    assert {moment.time() for moment in moments} == {time(18)}
    assert [moment.astimezone(UTC).hour for moment in moments] == [17, 17, 17, 17, 16, 16, 16]
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=90)


def test_days_without_a_session_are_left_out() -> None:
    """Easter Monday; a day on which there is none anyway is not named."""
    (event,) = events(dated(exceptions=(date(2027, 3, 29), date(2027, 3, 30))))
    assert date(2027, 3, 29) not in [moment.date() for moment in starts(event)]
    assert len(starts(event)) == 6
    (whole,) = events(dated(exceptions=(date(2027, 3, 30),)))
    assert "exdate" not in whole


def test_it_begins_with_the_next_session() -> None:
    """Not with past ones, nor with one that is left out, nor before the first day's weekday."""
    (running,) = events(dated(exceptions=(date(2027, 3, 15),)), date(2027, 3, 9))
    assert running.decoded("dtstart").date() == date(2027, 3, 22)
    (event,) = events(dated(starts=date(2027, 3, 3)))
    assert event.decoded("dtstart").date() == date(2027, 3, 8)


def test_the_zone_of_the_file_agrees_with_berlin_for_years() -> None:
    """The rules in the file give the same offsets as the world's table of time zones."""
    content = calendar_of(dated(), "Deutsch", TODAY)
    assert content is not None
    zone: Any
    (zone,) = Calendar.from_ical(content).walk("VTIMEZONE")
    ours = zone.to_tz(lookup_tzid=False)
    for month in range(12 * 10):
        moment = datetime(2026 + month // 12, month % 12 + 1, 28, 12)  # noqa: DTZ001 - by the clock on the wall
        assert moment.replace(tzinfo=ours).utcoffset() == moment.replace(tzinfo=BERLIN).utcoffset()


def test_without_a_first_day_of_a_course_or_a_session_there_is_no_file() -> None:
    """Nor where all of it is past, nor where every day is left out."""
    for offer in (
        dated(starts=None),
        dated(sessions=()),
        dated(ends=TODAY - timedelta(days=1), starts=date(2026, 9, 1)),
        dated(ends=START, exceptions=(START,)),
    ):
        assert calendar_of(offer, "Deutsch", TODAY) is None
        assert not has_calendar(offer, TODAY)
    assert has_calendar(dated(), TODAY)


@pytest.mark.parametrize("offer", [sport(sessions=(WEDNESDAYS,)), circle(sessions=(WEDNESDAYS,))])
def test_sport_and_groups_need_no_first_day(offer: Offer) -> None:
    """They begin with the next session, on the day itself or in the week that follows, and go on without an end."""
    assert has_calendar(offer, TODAY)
    (event,) = events(offer)
    assert event.decoded("dtstart") == datetime(2026, 11, 25, 18, tzinfo=BERLIN)
    assert event["rrule"].to_ical().decode() == "FREQ=WEEKLY;BYDAY=WE"
    (same_day,) = events(offer, date(2026, 11, 25))
    assert same_day.decoded("dtstart").date() == date(2026, 11, 25)


def test_sport_without_a_first_day_ends_with_its_season() -> None:
    """After the season there is nothing left."""
    swimming = sport(sessions=(MONDAYS,), season_to=date(2026, 12, 7))
    (event,) = events(swimming)
    assert [moment.date() for moment in starts(event)] == [TODAY, date(2026, 11, 30), date(2026, 12, 7)]
    assert not has_calendar(swimming, date(2026, 12, 8))


def test_a_season_is_as_good_as_a_first_day() -> None:
    """Sport in summer ends with the summer."""
    (event,) = events(sport(sessions=(MONDAYS,), season_from=date(2027, 5, 1), season_to=date(2027, 5, 31)))
    assert [moment.day for moment in starts(event)] == [3, 10, 17, 24, 31]


def test_without_a_last_day_it_goes_on() -> None:
    """The rule has no end where nobody knows one."""
    (event,) = events(dated(ends=None))
    assert "until" not in event["rrule"]


def test_a_newer_file_replaces_the_events_of_an_older_one() -> None:
    """The identity of an event is the same on another day, and differs between sessions and offers."""
    both = dated(sessions=(MONDAYS, MORNING))
    today = [event["uid"] for event in events(both)]
    assert today == [event["uid"] for event in events(both, TODAY + timedelta(days=30))]
    assert len({*today, events(dated(id_="example/other"))[0]["uid"]}) == 3


def test_place_and_title_are_escaped_as_the_format_wants() -> None:
    """A comma or a line break in a name does not become a second value or another property."""
    place = Place("Haus, Hof", "Weg 1", "70469", "sued")
    content = calendar_of(dated(place=place), "Deutsch\nSUMMARY:böse; A2", TODAY)
    assert content is not None
    event: Any
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["location"] == "Haus, Hof, Weg 1, 70469 Stuttgart-Süd"
    assert event["summary"] == "Deutsch\nSUMMARY:böse; A2"
    assert content.count("\r\nSUMMARY") == 1


def test_a_session_without_a_known_end_has_none() -> None:
    """An end that is not after the start is a slip."""
    (event,) = events(dated(sessions=(Session(0, time(18), time(18)),)))
    assert "dtend" not in event
