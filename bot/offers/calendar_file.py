"""The sessions of an offer as a calendar file (iCalendar, RFC 5545) for the person's own calendar."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from bot.content.hours import BERLIN
from bot.content.vocabulary import DISTRICT_NAMES
from bot.offers.model import Offer, Session, last_day
from bot.offers.stock import key_of

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK: Final = timedelta(days=7)
_WINTER, _SUMMER = timedelta(hours=1), timedelta(hours=2)


def calendar_of(offer: Offer, title: str, today: date) -> str | None:
    """Return a calendar with one weekly event a session, by the clock on the wall in Europe/Berlin.

    It begins with the next session from ``today`` on, leaves out the exceptions, and ends with the offer. The same
    offer gives the same UIDs again, so that a newer file replaces the events of an older one.

    Sport and groups go on week after week, so they need no first day. A course begins once: without its first day
    nobody knows when.

    Returns:
        The file's text, or None where no session or the first day of a course is not known, or where none is left.
    """
    events = [event for session in offer.sessions if (event := _event(offer, session, title, today))]
    if not events:
        return None
    calendar = Calendar()
    calendar.add("prodid", "-//Lotse Stuttgart//Lotse//DE")
    calendar.add("version", "2.0")
    calendar.add_component(_berlin())
    for event in events:
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def has_calendar(offer: Offer, today: date) -> bool:
    """Say whether ``calendar_of`` gives a file."""
    return any(_first(offer, session, today) for session in offer.sessions)


def _event(offer: Offer, session: Session, title: str, today: date) -> Event | None:
    first, last = _first(offer, session, today), last_day(offer)
    if first is None:
        return None
    start = datetime.combine(first, session.start, BERLIN)
    event = Event()
    event.add("uid", f"{key_of(offer.id)}-{_DAYS[session.weekday]}-{session.start:%H%M}@lotse")
    event.add("dtstamp", datetime.combine(today, time(), UTC))
    event.add("summary", title)
    event.add("dtstart", start)
    if session.end > session.start:
        event.add("dtend", datetime.combine(first, session.end, BERLIN))
    event.add("rrule", _weekly(session, last))
    for day in _left_out(offer, session, first, last):
        event.add("exdate", datetime.combine(day, session.start, BERLIN))
    if location := address_of(offer):
        event.add("location", location)
    if offer.url:
        event.add("url", offer.url)
    return event


def _first(offer: Offer, session: Session, today: date) -> date | None:
    """Return the first day of a session from today on, or None where it is unknown or nothing is left."""
    if offer.kind == "course" and not (offer.starts or offer.season_from):
        return None
    day = max(day for day in (offer.starts, offer.season_from, today) if day)
    day += timedelta(days=(session.weekday - day.weekday()) % 7)
    last = last_day(offer) or date.max
    # A file whose first day is left out would show that day in calendars that read the rule alone.
    days = (day + _WEEK * week for week in range(len(offer.exceptions) + 1))
    return next((day for day in days if day not in offer.exceptions and day <= last), None)


def _weekly(session: Session, last: date | None) -> vRecur:
    rule = vRecur(freq="WEEKLY", byday=_DAYS[session.weekday])
    if last:
        # The rule ends in UTC where the start names a time zone.
        rule["until"] = [datetime.combine(last, session.start, BERLIN).astimezone(UTC)]
    return rule


def _left_out(offer: Offer, session: Session, first: date, last: date | None) -> list[date]:
    until = last or date.max
    return sorted({day for day in offer.exceptions if day.weekday() == session.weekday and first <= day <= until})


def address_of(offer: Offer) -> str:
    """Return the place in one line with its name; ``""`` where it is not known."""
    name = offer.place.name if offer.place else ""
    return ", ".join(part for part in (name, street_of(offer)) if part)


def street_of(offer: Offer) -> str:
    """Return street, postcode and town in one line, as far as they are known."""
    place = offer.place
    if place is None:
        return ""
    # All districts are Stuttgart's; of other places the town is not known.
    town = f"Stuttgart-{DISTRICT_NAMES[place.district]}" if place.district in DISTRICT_NAMES else ""
    return ", ".join(part for part in (place.street, f"{place.postcode} {town}".strip()) if part)


def _berlin() -> Timezone:
    """Return the rules of the clock in Berlin for all years, as they have been since 1996."""
    zone = Timezone()
    zone.add("tzid", "Europe/Berlin")
    winter, summer = TimezoneStandard(), TimezoneDaylight()
    _observed(winter, "CET", datetime(1996, 10, 27, 3), (_SUMMER, _WINTER), 10)  # noqa: DTZ001 - by the clock on the wall
    _observed(summer, "CEST", datetime(1996, 3, 31, 2), (_WINTER, _SUMMER), 3)  # noqa: DTZ001
    zone.add_component(winter)
    zone.add_component(summer)
    return zone


def _observed(
    part: TimezoneStandard | TimezoneDaylight,
    name: str,
    since: datetime,
    offsets: tuple[timedelta, timedelta],
    month: int,
) -> None:
    part.add("dtstart", since)
    part.add("tzoffsetfrom", offsets[0])
    part.add("tzoffsetto", offsets[1])
    part.add("tzname", name)
    part.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday="-1SU"))
