"""The best offers come first, what is full or begun last, and pages fit together."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Location
from bot.offers.districts import load_districts
from bot.offers.index import build
from bot.offers.model import Offer, Place
from bot.offers.ranking import search
from bot.offers.wishes import Wishes
from tests.offers.conftest import CONTENT
from tests.offers.making import (
    EVENING,
    FREE,
    MORNING,
    TODAY,
    any_offer,
    any_wishes,
    course,
    in_district,
    sport,
)

DISTRICTS = load_districts(CONTENT)
NEXT_WEEK = TODAY + timedelta(days=7)


def order(offers: list[Offer], wishes: Wishes) -> list[str]:
    """Return the slugs in their order."""
    found = search(build(offers, DISTRICTS), wishes, TODAY, limit=len(offers))
    return [hit.offer.id.partition("/")[2] for hit in found.hits]


A2 = Wishes(levels=frozenset({"A2"}))
EVENINGS = Wishes(times_of_day=frozenset({"evening"}))
SIX_AND_TEN = Wishes(ages=frozenset({6, 10}))
NEXT_YEAR = TODAY + timedelta(days=160)


@pytest.mark.parametrize(
    ("best", "rest", "wishes"),
    [
        ({"price": FREE}, {}, Wishes(free=True)),
        ({"childcare": True}, {"price": FREE}, Wishes(free=True, childcare=True)),
        ({"sessions": (EVENING,)}, {"sessions": (MORNING,)}, Wishes(times_of_day=frozenset({"evening"}))),
        ({"sessions": (EVENING,)}, {"sessions": (MORNING,)}, Wishes(weekdays=frozenset({1}))),
        ({"place": in_district("west")}, {"place": in_district("ost")}, Wishes(districts=frozenset({"west"}))),
        ({"place": in_district("west")}, {"place": in_district("ost")}, Wishes(districts=frozenset({"botnang"}))),
        ({"place": in_district("ost")}, {}, Wishes(districts=frozenset({"botnang"}))),
        ({"mode": "online"}, {"place": in_district("vaihingen")}, Wishes(districts=frozenset({"stammheim"}))),
        ({"place": in_district("mitte")}, {"mode": "online"}, Wishes(near=Location(48.779, 9.181))),
        ({"starts": NEXT_WEEK}, {"starts": TODAY + timedelta(days=50)}, A2),
        ({}, {"level_from": "B1", "level_to": "B1", "price": FREE, "childcare": True}, A2),
        ({}, {"level_from": "", "level_to": "", "price": FREE}, A2),
        ({"level_from": "", "level_to": ""}, {"level_from": "B1", "level_to": "B1"}, A2),
        ({"level_from": "B1", "level_to": "B1"}, {"seats_free": 0, "price": FREE}, A2),
        ({}, {"starts": TODAY - timedelta(days=5), "price": FREE}, A2),
        ({"starts": TODAY - timedelta(days=5), "rolling_entry": True}, {"starts": TODAY - timedelta(days=5)}, A2),
        ({"mode": "hybrid"}, {}, Wishes(near=Location(48.779, 9.181))),
        ({}, {"women_only": True, "price": FREE}, A2),
        ({}, {"season_from": NEXT_YEAR, "rolling_entry": True, "price": FREE}, A2),
        ({"sessions": (MORNING,)}, {"season_from": NEXT_YEAR, "sessions": (EVENING,)}, EVENINGS),
        ({"level_from": "B1", "level_to": "B1"}, {"season_from": NEXT_YEAR, "price": FREE}, A2),
        ({"season_from": NEXT_YEAR}, {"seats_free": 0}, A2),
        ({"season_from": NEXT_WEEK}, {"season_from": TODAY + timedelta(days=13), "rolling_entry": True}, A2),
        ({"age_min": 5}, {"age_min": 8, "price": FREE, "sessions": (EVENING,)}, SIX_AND_TEN),
    ],
)
def test_the_better_offer_is_first(best: dict[str, Any], rest: dict[str, Any], wishes: Wishes) -> None:
    """What is wished, what is near, what begins soon; full, of a later season, begun and off level far below."""
    assert order([course("x/b-best", **best), course("x/a-rest", **rest)], wishes) == ["b-best", "a-rest"]


def test_metres_count_where_a_point_is_known() -> None:
    """The nearer place is first, and one whose district alone is known is taken for the middle of it."""
    wishes = Wishes(near=Location(48.8, 9.2))
    places = {"a": Place(latitude=48.75, longitude=9.1), "b": Place(latitude=48.8, longitude=9.21), "c": Place()}
    places["d"] = in_district("bad-cannstatt")
    found = search(build([sport(f"x/{n}", place=p) for n, p in places.items()], DISTRICTS), wishes, TODAY, limit=9)
    assert [hit.offer.id for hit in found.hits] == ["x/b", "x/d", "x/a", "x/c"]
    shown = [reason.value for hit in found.hits for reason in hit.reasons if reason.name == "distance"]
    assert shown == [pytest.approx(732, abs=5), pytest.approx(9180, abs=50)]


def test_the_count_says_how_many_fit_and_how_many_fit_exactly() -> None:
    """A card can say "2 courses, 1 of them in the evening"."""
    offers = [course("x/a", sessions=(EVENING,)), course("x/b"), sport("x/c")]
    found = search(build(offers, DISTRICTS), Wishes(kind="course", times_of_day=frozenset({"evening"})), TODAY, limit=1)
    assert (found.total, found.exact) == (2, 1)
    assert [(hit.offer.id, hit.exact) for hit in found.hits] == [("x/a", True)]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 2**32).map(Random), st.integers(1, 7))
def test_pages_fit_together(random: Random, size: int) -> None:
    """Turning pages shows every offer once, in the order of one long list; of a later season, then full, at the end."""
    index = build([any_offer(random, f"x/{number}") for number in range(30)], DISTRICTS)
    wishes = any_wishes(random, 0.1)
    whole = search(index, wishes, TODAY, limit=99)
    pages = [search(index, wishes, TODAY, limit=size, offset=offset) for offset in range(0, 30, size)]
    assert [hit.offer.id for page in pages for hit in page.hits] == [hit.offer.id for hit in whole.hits]
    assert len({hit.offer.id for hit in whole.hits}) == whole.total
    assert sum(hit.exact for hit in whole.hits) == whole.exact
    sunk = [(hit.offer.seats_free == 0, hit.later) for hit in whole.hits]
    assert sunk == sorted(sunk)


def test_the_order_does_not_depend_on_the_order_of_the_files() -> None:
    """Offers that are equally good stand in the order of their ids."""
    offers = [course(f"x/{letter}") for letter in "bca"]
    assert order(offers, A2) == order(offers[::-1], A2) == ["a", "b", "c"]


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (3, 9), (-1, -1), (0, 2)])
def test_a_page_beyond_the_end_is_empty(limit: int, offset: int) -> None:
    """The count is right all the same."""
    found = search(build([course()], DISTRICTS), A2, TODAY, limit=limit, offset=offset)
    assert (found.hits, found.total) == ((), 1)


def test_an_offer_for_the_young_is_not_the_first_for_somebody_who_names_no_age() -> None:
    """Most people look for themselves."""
    children = frozenset({"children"})
    offers = [sport("x/a", audiences=children, price=FREE), replace(sport("x/b"), rolling_entry=True)]
    assert order(offers, Wishes(kind="sport")) == ["b", "a"]
    assert order(offers, Wishes(kind="sport", audiences=frozenset({"children"}))) == ["a", "b"]
