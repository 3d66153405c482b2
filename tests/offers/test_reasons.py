"""Each card says why it fits, and what speaks against it."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.messages import Location
from bot.offers.districts import load_districts
from bot.offers.index import build
from bot.offers.model import Offer, Place
from bot.offers.ranking import search
from bot.offers.reasons import AGAINST, Reason
from bot.offers.wishes import Wishes
from tests.offers.conftest import CONTENT
from tests.offers.making import EVENING, FREE, MORNING, TODAY, course, in_district, sport, wished

DISTRICTS = load_districts(CONTENT)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


def reasons(offer: Offer, **values: Any) -> list[str | tuple[str, str | int | date]]:
    """Return the reasons: bare names, or names with their values."""
    (hit,) = search(build([offer], DISTRICTS), wished(**values), TODAY).hits
    return [each.name if each.value is None else (each.name, each.value) for each in hit.reasons]


def test_a_card_says_why_it_fits() -> None:
    """Evening, Feuerbach, 1.1 km from you, free, child care."""
    place = Place(district="feuerbach", latitude=48.81, longitude=9.16)
    offer = course(place=place, sessions=(EVENING,), price=FREE, childcare=True, seats_free=4, level_to="B1")
    assert reasons(
        offer,
        levels={"B1"},
        times_of_day={"evening", "morning"},
        weekdays={1},
        districts={"feuerbach"},
        near=Location(48.8, 9.16),
        childcare=True,
        free=True,
    ) == [
        ("level", "A2-B1"),
        ("weekday", "tue"),
        ("time_of_day", "evening"),
        ("district", "feuerbach"),
        ("distance", 1112),
        "free",
        "childcare",
        ("seats_free", 4),
    ]


@pytest.mark.parametrize(
    ("offer", "wishes", "expected"),
    [
        (course(), {"levels": {"A2"}}, [("level", "A2")]),
        (course(), {"levels": {"A1"}}, [("level_above", "A2")]),
        (course(), {"levels": {"B1"}}, [("level_below", "A2")]),
        (course(level_from="", level_to=""), {"levels": {"B1"}}, ["level_unknown"]),
        (course(), {}, []),
        (sport(women_only=True), {}, ["women_only"]),
        (sport(price=FREE), {}, ["free"]),
        (sport(sessions=(MORNING, EVENING)), {"weekdays": {0}}, [("weekday", "mon")]),
        (sport(sessions=(MORNING, EVENING)), {"weekdays": {0}, "times_of_day": {"evening"}}, [("weekday", "mon")]),
        (
            sport(place=in_district("zuffenhausen")),
            {"districts": {"feuerbach"}},
            [("neighbour_district", "zuffenhausen")],
        ),
        (sport(place=in_district("vaihingen")), {"districts": {"feuerbach"}}, []),
        (sport(place=in_district("vaihingen")), {"near": Location(48.8, 9.2)}, []),
        (course(mode="online"), {"districts": {"feuerbach"}}, ["online"]),
        (course(mode="hybrid"), {"districts": {"feuerbach"}, "modes": {"in_person"}}, []),
        (course(starts=TOMORROW), {}, [("starts", TOMORROW)]),
        (course(starts=YESTERDAY), {}, [("begun", YESTERDAY)]),
        (course(starts=YESTERDAY, rolling_entry=True), {}, ["rolling_entry"]),
        (sport(season_from=TOMORROW), {}, [("season_starts", TOMORROW)]),
        (sport(seats_free=0), {}, ["full"]),
        (sport(age_min=6, age_max=10), {"ages": {8, 12, 14}}, ["age", ("not_for_age", 12), ("not_for_age", 14)]),
        (sport(age_min=6, age_max=10), {"ages": {8}, "audiences": {"children"}}, ["age"]),
        (sport(audiences=frozenset({"children"})), {"audiences": {"children"}}, [("audience", "children")]),
    ],
)
def test_each_reason_is_given_where_it_is_true(offer: Offer, wishes: dict[str, Any], expected: list[object]) -> None:
    """And only where somebody wishes it, or has to know it before they go there."""
    assert reasons(offer, **wishes) == expected


def test_reasons_against_are_told_apart() -> None:
    """A card can set them below the others."""
    (hit,) = search(build([course(seats_free=0)], DISTRICTS), Wishes(levels=frozenset({"B1"})), TODAY).hits
    assert hit.reasons == (Reason("level_below", "A2"), Reason("full"))
    assert all(reason.name in AGAINST for reason in hit.reasons)
    assert hit.missed == ("levels",)
