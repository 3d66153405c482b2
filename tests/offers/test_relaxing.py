"""What dropping a wish would give is what searching without it gives."""

from dataclasses import replace
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.offers import wishes as wishing
from bot.offers.districts import Districts, load_districts
from bot.offers.index import build
from bot.offers.ranking import search
from bot.offers.relaxing import Relaxation, relaxations
from bot.offers.wishes import Wishes, WishName, without
from tests.offers.conftest import CONTENT
from tests.offers.making import EVENING, FREE, MORNING, TODAY, any_offer, any_wishes, course, in_district, sport

DISTRICTS = load_districts(CONTENT)


def test_the_wish_whose_dropping_gives_most_is_named_first(districts: Districts) -> None:
    """Without "evening": 2 courses; without "Mitte": 1."""
    offers = [
        course("x/a", place=in_district("mitte"), sessions=(MORNING,)),
        course("x/b", place=in_district("mitte"), sessions=(MORNING,)),
        course("x/c", place=in_district("ost"), sessions=(EVENING,)),
    ]
    wishes = Wishes(kind="course", times_of_day=frozenset({"evening"}), districts=frozenset({"mitte"}))
    assert relaxations(build(offers, districts), wishes, TODAY) == [
        Relaxation(("times_of_day",), 3, 2),
        Relaxation(("districts",), 3, 1),
    ]


def test_full_offers_are_no_gain(districts: Districts) -> None:
    """Who is told "without evening: 1 course" wants to join it."""
    offers = [course("x/a", sessions=(MORNING,), seats_free=0), course("x/b")]
    wishes = Wishes(kind="course", times_of_day=frozenset({"evening"}))
    assert relaxations(build(offers, districts), wishes, TODAY) == [Relaxation(("times_of_day",), 2, 1)]


def test_where_nothing_fits_anything_is_a_gain(districts: Districts) -> None:
    """Without "C1" there is a course, though not in the evening."""
    wishes = Wishes(kind="course", levels=frozenset({"C1"}), times_of_day=frozenset({"evening"}))
    assert relaxations(build([course()], districts), wishes, TODAY) == [Relaxation(("levels",), 1, 0)]


def test_where_no_single_wish_helps_pairs_do(districts: Districts) -> None:
    """A free course in the morning in Ost: without "evening" and "Mitte" there it is."""
    offers = [course("x/a", place=in_district("ost"), sessions=(MORNING,), price=FREE)]
    wishes = Wishes(kind="course", times_of_day=frozenset({"evening"}), free=True, districts=frozenset({"mitte"}))
    assert relaxations(build(offers, districts), wishes, TODAY) == [Relaxation(("times_of_day", "districts"), 1, 1)]


def test_where_no_pair_helps_three_at_once_do_and_four_are_too_many(districts: Districts) -> None:
    """Of four wishes dropped together little would be left of what somebody wants."""
    index = build([course("x/a", place=in_district("ost"), sessions=(MORNING,))], districts)
    wishes = Wishes(kind="course", times_of_day=frozenset({"evening"}), free=True, districts=frozenset({"mitte"}))
    assert relaxations(index, wishes, TODAY) == [Relaxation(("times_of_day", "free", "districts"), 1, 1)]
    assert relaxations(index, replace(wishes, childcare=True), TODAY) == []


def test_pairs_are_not_tried_where_something_fits_exactly(districts: Districts) -> None:
    """Only who finds nothing is asked to give up that much."""
    offers = [
        course("x/a", sessions=(EVENING,), price=FREE, starts=TODAY),
        *(course(f"x/{n}", sessions=(MORNING,)) for n in range(5)),
    ]
    wishes = Wishes(kind="course", times_of_day=frozenset({"evening"}), free=True)
    assert relaxations(build(offers, districts), wishes, TODAY) == []


def test_what_nobody_can_change_is_not_to_be_dropped(districts: Districts) -> None:
    """A child of eight does not get older by it."""
    index = build([sport(age_min=18)], districts)
    wishes = Wishes(kind="sport", ages=frozenset({8}), audiences=frozenset({"children"}))
    assert relaxations(index, wishes, TODAY) == []


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.integers(0, 2**32).map(Random))
def test_relaxing_says_the_truth(random: Random) -> None:
    """Each figure is that of the search without the wish; each is a gain; the largest is first; none is kept back."""
    index = build([any_offer(random, f"x/{number}") for number in range(40)], DISTRICTS)
    wishes = any_wishes(random, 0.25)
    now = search(index, wishes, TODAY)
    found = relaxations(index, wishes, TODAY)
    facts = {"kind", "ages", "near", *(["audiences"] if wishes.audiences & {"children", "teens"} else [])}
    names = [name for name in wishing.given(wishes) if name not in facts]
    gains: dict[tuple[WishName, ...], tuple[int, int]] = {}
    for size in (1,) if now.exact else (1, 2, 3):
        for chosen in combinations(names, size) if not gains else ():
            then = search(index, without(wishes, *chosen), TODAY)
            if then.exact > now.exact or then.total > now.total == 0:
                gains[chosen] = (then.total, then.exact)
    assert {each.names: (each.total, each.exact) for each in found} == gains
    sizes = [(each.exact, each.total) for each in found]
    assert sizes == sorted(sizes, reverse=True)
