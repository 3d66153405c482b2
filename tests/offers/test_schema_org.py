"""schema.org as JSON-LD, in and out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.source_file import SourceFile
from bot.offers import schema_org, schema_org_export
from bot.offers.model import Kind, Offer
from bot.offers.rows import Row, Rules
from tests.offers.tables import GROUP, RICH, SPORT, offers_of, told

SCHEDULE = {
    "@type": "Schedule",
    "repeatFrequency": "P1W",
    "byDay": ["https://schema.org/Monday", "Thursday"],
    "startTime": "18:00:00",
    "endTime": "19:30:00",
    "scheduleTimezone": "Europe/Berlin",
    "exceptDate": "2027-05-10",
}
COURSE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Course",
    "@id": "https://example.org/kurse/B1-Abend",
    "name": [{"@value": "German", "@language": "en"}, {"@value": "Deutsch", "@language": "de-DE"}],
    "provider": {"@type": "Organization", "name": "Beispielwerk"},
    "educationalLevel": "A2 bis B1",
    "audience": {"@type": "PeopleAudience", "suggestedMinAge": 16, "suggestedGender": "https://schema.org/Female"},
    "offers": {"@type": "Offer", "price": "150.00", "priceCurrency": "EUR"},
    "hasCourseInstance": {
        "@type": "CourseInstance",
        "courseMode": "Online",
        "startDate": "2027-03-01",
        "courseSchedule": SCHEDULE,
    },
}
EVENT: dict[str, Any] = {
    "@type": "SportsEvent",
    "identifier": "lauf",
    "name": "Lauftreff",
    "organizer": "Beispielverein",
    "sport": "Laufen",
    "isAccessibleForFree": True,
    "eventSchedule": SCHEDULE,
    "location": {
        "@type": "Place",
        "address": {"addressLocality": "Bad Cannstatt", "streetAddress": "Beispielstraße 1"},
    },
}


def read(values: Any, kind: Kind) -> tuple[list[Row], str]:
    """Return the rows, and what was said."""
    file = SourceFile("x.json")
    return schema_org.read(file, values, kind), told(file)


def test_a_course_with_its_instance_becomes_an_offer() -> None:
    """Names by language, level, times, price and people."""
    rows, said = read(COURSE, "course")
    offer = offers_of(rows)[0]
    assert said == ""
    assert offer is not None
    assert offer.id == "verein/b1-abend"
    assert offer.title == {"de": "Deutsch", "en": "German"}
    assert (offer.level_from, offer.level_to, offer.mode) == ("A2", "B1", "online")
    assert [each.weekday for each in offer.sessions] == [0, 3]
    assert offer.price.amount == 150
    assert offer.age_min == 16
    assert offer.audiences == {"women"}
    assert (str(offer.starts), [str(day) for day in offer.exceptions]) == ("2027-03-01", ["2027-05-10"])


@pytest.mark.parametrize(
    "shape",
    [
        EVENT,
        [EVENT],
        {"@context": "https://schema.org", "@graph": [COURSE, EVENT]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": EVENT}]},
        {"@type": "SportsActivityLocation", "name": "Halle", "event": [EVENT]},
    ],
)
def test_events_are_found_wherever_they_stand(shape: Any) -> None:
    """Alone, in a list, a graph, a list of items, or at their place; courses beside them are left to their import."""
    rows, said = read(shape, "sport")
    assert said == ""
    offer = offers_of(rows, Rules("sport", "v"))[0]
    assert offer is not None
    assert (offer.sport, offer.price.free) == ("running", True)
    assert offer.place is not None
    assert offer.place.district == "bad-cannstatt"


def test_a_place_with_opening_hours_is_an_offer_too() -> None:
    """The hours are its times."""
    place = {
        "@type": "SportsActivityLocation",
        "@id": "https://example.org/platz-1",
        "name": "Bolzplatz",
        "keywords": "draußen, Fußball",
        "provider": "Amt",
        "geo": {"latitude": 48.8, "longitude": 9.2},
        "openingHoursSpecification": [{"dayOfWeek": ["Saturday"], "opens": "09:00", "closes": "12:00"}],
    }
    offer = offers_of(read(place, "sport")[0], Rules("sport", "v"))[0]
    assert offer is not None
    assert (offer.sport, offer.sessions[0].weekday) == ("football", 5)
    assert offer.place is not None
    assert offer.place.latitude == 48.8


def test_a_single_event_has_one_day_and_its_time_in_berlin() -> None:
    """Whatever zone it was written in."""
    once = {key: value for key, value in EVENT.items() if key != "eventSchedule"}
    once |= {"startDate": "2027-07-03T08:00:00+00:00", "endDate": "2027-07-03T10:00:00+00:00"}
    offer = offers_of(read(once, "sport")[0], Rules("sport", "v"))[0]
    assert offer is not None
    assert offer.starts == offer.ends
    assert (offer.sessions[0].weekday, f"{offer.sessions[0].start:%H:%M}") == (5, "10:00")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"repeatFrequency": "P2W"}, "not weekly"),
        ({"scheduleTimezone": "America/New_York"}, 'those of "America/New_York"'),
        ({"byDay": "Someday"}, "cannot be read"),
        ({"endTime": "abends"}, "cannot be read"),
    ],
)
def test_times_that_cannot_be_shown_are_left_out_and_told(change: dict[str, Any], said: str) -> None:
    """The rest of the offer is taken."""
    rows, told_ = read(EVENT | {"eventSchedule": SCHEDULE | change}, "sport")
    assert said in told_
    assert rows[0].cells["sessions"] == ""


def test_a_cancelled_event_is_refused() -> None:
    """With the reason."""
    assert "it is cancelled" in read(EVENT | {"eventStatus": "https://schema.org/EventCancelled"}, "sport")[1]


@pytest.mark.parametrize("values", [[], {"@type": "Person", "name": "x"}, {"@graph": "x"}, COURSE])
def test_a_file_without_such_offers_says_so(values: Any) -> None:
    """Instead of being taken as an empty list."""
    assert "nothing of the type Event" in read(values, "sport")[1]


@pytest.mark.parametrize("offer", [RICH, SPORT, GROUP])
def test_an_offer_comes_back_as_it_was(offer: Offer) -> None:
    """What schema.org has no word for travels under terms of our own."""
    values = json.loads(schema_org_export.write([offer]))
    assert schema_org.speaks(values)
    assert offers_of(read(values, offer.kind)[0], Rules(offer.kind, "verein")) == [offer]


def test_an_export_speaks_in_the_words_of_schema_org() -> None:
    """Types, schedule and place, for those who know nothing of Lotse."""
    course, sport = json.loads(schema_org_export.write([RICH, SPORT]))["@graph"]
    assert course["@type"] == "Course"
    assert course["hasCourseInstance"]["courseSchedule"][1]["byDay"] == [
        "https://schema.org/Monday",
        "https://schema.org/Thursday",
    ]
    assert course["offers"]["price"] == "12.5"
    assert sport["@type"] == "SportsEvent"
    assert sport["location"]["@type"] == "SportsActivityLocation"
    assert sport["eventSchedule"][0]["scheduleTimezone"] == "Europe/Berlin"
    assert sport["isAccessibleForFree"] is True


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted({*EVENT, *SCHEDULE})), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted({*EVENT, *COURSE})), json_values), st.sampled_from(["course", "sport"]))
def test_no_json_makes_the_reader_fail(changes: dict[str, Any], kind: Kind) -> None:
    """Fields of any type are told or left out, never raised."""
    rows, _ = read((COURSE if kind == "course" else EVENT) | changes, kind)
    offers_of(rows, Rules(kind, "v"))
