"""Open Referral HSDS 3.0 as JSON, in and out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.source_file import SourceFile
from bot.offers import hsds, hsds_export
from bot.offers.model import Kind, Offer
from bot.offers.rows import Row, Rules
from tests.offers.tables import GROUP, RICH, SPORT, offers_of, told

SERVICE: dict[str, Any] = {
    "id": "0B7E1A52-0000-4000-8000-000000000001",
    "name": "Sprachtreff",
    "description": "Ein Treff zum Sprechen.",
    "status": "active",
    "url": "https://example.org/treff",
    "minimum_age": 16,
    "assured_date": "2026-05-01",
    "organization": {"id": "1", "name": "Beispielwerk", "description": "x"},
    "schedules": [
        {"id": "s", "freq": "WEEKLY", "byday": "MO,WE", "opens_at": "18:00+01:00", "closes_at": "19:30+01:00"}
    ],
    "cost_options": [{"id": "c", "amount": 5, "currency": "eur"}],
    "languages": [{"id": "l", "code": "uk"}, {"id": "l2", "code": "ur"}],
    "contacts": [{"id": "k", "name": "Büro", "email": "a@example.org", "phones": [{"id": "p", "number": "0711 5550"}]}],
    "service_at_locations": [
        {
            "id": "x",
            "location": {
                "id": "y",
                "name": "Bürgerhaus",
                "latitude": 48.81,
                "longitude": 9.155,
                "addresses": [{"address_1": "Beispielstraße 1", "city": "Stuttgart-Feuerbach", "postal_code": "70469"}],
            },
        }
    ],
    "attributes": [
        {"taxonomy_term": {"taxonomy": "themes", "name": "Integrationskurs"}},
        {"taxonomy_term": {"name": "B1"}},
    ],
}


def read(values: Any, kind: Kind = "course") -> tuple[list[Row], str]:
    """Return the rows, and what was said."""
    file = SourceFile("x.json")
    return hsds.read(file, values, kind), told(file)


def one(**changes: Any) -> tuple[Offer | None, str]:
    """Return the offer of the service with these changes, and what was said on the way to it."""
    rows, said = read(SERVICE | changes)
    return offers_of(rows)[0], said


def test_a_service_of_another_catalogue_becomes_an_offer() -> None:
    """Times, price, place, contact, languages, and terms that are called like our words."""
    offer, said = one()
    assert said == ""
    assert offer is not None
    assert offer.id == "verein/0b7e1a52-0000-4000-8000-000000000001"
    assert [(each.weekday, f"{each.start:%H:%M}") for each in offer.sessions] == [(0, "18:00"), (2, "18:00")]
    assert (offer.provider, offer.age_min, str(offer.verified)) == ("Beispielwerk", 16, "2026-05-01")
    assert offer.price.amount == 5
    assert offer.price.unit == ""
    assert offer.languages == ("uk", "ur")
    assert offer.course_type == "integration"
    assert offer.place is not None
    assert (offer.place.street, offer.place.district, offer.place.latitude) == ("Beispielstraße 1", "feuerbach", 48.81)
    assert offer.contact is not None
    assert offer.contact.phone == "0711 5550"


@pytest.mark.parametrize("shape", [SERVICE, [SERVICE], {"contents": [SERVICE], "total_items": 1}])
def test_one_service_a_list_and_a_page_are_all_read(shape: Any) -> None:
    """As catalogues serve them."""
    assert len(read(shape)[0]) == 1


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ({"freq": "MONTHLY", "byday": "1MO", "opens_at": "18:00", "closes_at": "19:00"}, "not weekly"),
        ({"freq": "WEEKLY", "interval": 2, "byday": "MO", "opens_at": "18:00", "closes_at": "19:00"}, "not weekly"),
        ({"freq": "WEEKLY", "byday": "MO", "opens_at": "abends", "closes_at": "19:00"}, "cannot be read"),
        ({"freq": "WEEKLY", "byday": "MO", "opens_at": "18:00Z", "closes_at": "19:00Z"}, "cannot be read"),
    ],
)
def test_times_that_cannot_be_shown_are_left_out_and_told(schedule: dict[str, Any], said: str) -> None:
    """Nobody is sent to a closed door; the rest of the offer is taken."""
    offer, told_ = one(schedules=[schedule])
    assert offer is not None
    assert offer.sessions == ()
    assert said in told_
    assert 'x.json:1: record 1 ("Sprachtreff"): ' in told_


def test_times_of_another_zone_are_turned_into_those_on_the_wall() -> None:
    """On the day of the first appointment."""
    schedule = {"freq": "WEEKLY", "byday": "MO", "opens_at": "16:00Z", "closes_at": "17:00Z", "dtstart": "2027-07-05"}
    offer, _ = one(schedules=[schedule])
    assert offer is not None
    assert f"{offer.sessions[0].start:%H:%M}" == "18:00"


def test_a_single_appointment_has_one_day() -> None:
    """It is not repeated every week."""
    offer, _ = one(schedules=[{"dtstart": "2027-07-05", "opens_at": "16:00", "closes_at": "17:00"}])
    assert offer is not None
    assert offer.starts == offer.ends
    assert offer.sessions[0].weekday == 0


def test_what_cannot_be_taken_along_is_told() -> None:
    """Several prices, and several places."""
    _, said = one(cost_options=[{"amount": 5}, {"amount": 7}], service_at_locations=SERVICE["service_at_locations"] * 2)
    assert "its price has several parts" in said
    assert "held at 2 places" in said


def test_a_service_that_is_gone_is_refused() -> None:
    """With the reason."""
    assert 'it is "defunct"' in one(status="defunct")[1]


def test_wrong_values_are_judged_like_cells() -> None:
    """With the number and the name of the record."""
    file = SourceFile("x.json")
    rows = hsds.read(file, SERVICE | {"url": "javascript:alert(1)", "minimum_age": -1}, "course")
    assert offers_of(rows) == [None]


@pytest.mark.parametrize("offer", [RICH, SPORT, GROUP])
def test_an_offer_comes_back_as_it_was(offer: Offer) -> None:
    """What HSDS has no field for travels as attributes."""
    values = json.loads(hsds_export.write([offer]))
    assert values["total_items"] == 1
    assert offers_of(read(values, offer.kind)[0], Rules(offer.kind, "verein")) == [offer]


def test_an_export_has_what_hsds_requires() -> None:
    """Ids are UUIDs and unique, times have an offset, the place has an address."""
    service = json.loads(hsds_export.write([RICH]))["contents"][0]
    assert {"id", "name", "status", "organization", "schedules", "service_at_locations"} <= service.keys()
    assert len(service["id"]) == 36
    assert service["schedules"][0]["opens_at"] == "09:00+01:00"
    assert service["schedules"][1]["byday"] == "MO,TH"
    assert service["service_at_locations"][0]["location"]["addresses"][0]["country"] == "DE"
    assert len({attribute["id"] for attribute in service["attributes"]}) == len(service["attributes"])


def test_each_import_takes_its_own_kind_from_a_file_of_several() -> None:
    """The others are not errors."""
    rows, said = read(json.loads(hsds_export.write([RICH, SPORT, GROUP])), "sport")
    assert [row.cells["id"] for row in rows] == ["schwimmen"]
    assert said == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(SERVICE)), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(SERVICE)), json_values))
def test_no_json_makes_the_reader_fail(changes: dict[str, Any]) -> None:
    """Fields of any type are told or left out, never raised."""
    offers_of(read(SERVICE | changes)[0])
