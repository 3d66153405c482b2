"""Hard wishes take offers away, soft ones are met or missed; a stricter wish never adds an offer."""

from dataclasses import fields, replace
from datetime import date, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.offers.districts import Districts, load_districts
from bot.offers.index import Index, build
from bot.offers.matching import SOFT, fitting
from bot.offers.model import Offer, Session
from bot.offers.wishes import GENDERS, NOTHING, Wishes
from tests.bench.offers import scan
from tests.offers.conftest import CONTENT
from tests.offers.making import (
    EVENING,
    FREE,
    MORNING,
    TODAY,
    any_offer,
    any_wishes,
    circle,
    course,
    in_district,
    sport,
    wished,
)

DISTRICTS = load_districts(CONTENT)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
steady = settings(deadline=None, max_examples=100, derandomize=True)
chance = st.integers(0, 2**32).map(Random)


def fit(offer: Offer, **values: Any) -> str:
    """Return "yes" where the offer fits exactly, the wishes that it misses, or "no"."""
    found = fitting(build([offer], DISTRICTS), wished(**values), TODAY)
    if not len(found.rows):
        return "no"
    return " ".join(name for name, met in found.met.items() if not met[0]) or "yes"


@pytest.mark.parametrize(
    ("offer", "wishes", "expected"),
    [
        (course(level_from="A2", level_to="B1"), {"levels": {"B1"}}, "yes"),
        (course(level_from="B1", level_to="B1"), {"levels": {"A2"}}, "levels"),
        (course(level_from="B1", level_to="B1"), {"levels": {"B2"}}, "levels"),
        (course(level_from="B1", level_to="B1"), {"levels": {"A1"}}, "no"),
        (course(level_from="B1", level_to="B1"), {"levels": {"A1", "B1"}}, "yes"),
        (course(level_from="A1", level_to="A1"), {"levels": {"alpha"}}, "no"),
        (course(level_from="alpha", level_to="alpha"), {"levels": {"A1"}}, "no"),
        (course(level_from="", level_to=""), {"levels": {"A1"}}, "levels"),
        (circle(), {"levels": {"A1"}}, "levels"),
        (sport(), {"levels": {"A1"}}, "no"),
        (sport(), {"kind": "course"}, "no"),
        (sport(sport="yoga"), {"sports": {"football", "yoga"}}, "yes"),
        (sport(sport="yoga"), {"sports": {"football"}}, "no"),
        (sport(sport=""), {"sports": {"football"}}, "no"),
        (circle(), {"group_types": {"volunteer_circle"}}, "yes"),
        (circle(group_type="meeting_place"), {"group_types": {"volunteer_circle"}}, "no"),
        (course(mode="online"), {"modes": {"online"}}, "yes"),
        (course(mode="hybrid"), {"modes": {"online"}}, "yes"),
        (course(mode="in_person"), {"modes": {"online"}}, "no"),
        (course(mode="online"), {"modes": {"in_person"}}, "no"),
        (course(mode="online"), {"modes": {"in_person", "online"}}, "yes"),
    ],
)
def test_what_is_looked_for_has_to_be_it(offer: Offer, wishes: dict[str, Any], expected: str) -> None:
    """Kind, sport, mode and level; a neighbouring level only counts as missed."""
    assert fit(offer, **wishes) == expected


@pytest.mark.parametrize(
    ("offer", "wishes", "expected"),
    [
        (sport(women_only=True), {"genders": {"men"}}, "no"),
        (sport(women_only=True, audiences=frozenset({"all"})), {"genders": {"men"}}, "no"),
        (sport(audiences=frozenset({"girls"})), {"genders": {"men"}}, "no"),
        (sport(), {"genders": {"men"}}, "yes"),
        (sport(audiences=frozenset({"children"})), {"genders": {"men"}}, "no"),
        (sport(audiences=frozenset({"teens"})), {"genders": {"men"}}, "no"),
        (sport(audiences=frozenset({"girls"})), {"genders": {"women"}}, "no"),
        (sport(age_min=6, age_max=17), {"genders": {"men"}}, "no"),
        (sport(age_min=6, age_max=18), {"genders": {"men"}}, "yes"),
        (sport(audiences=frozenset({"families"})), {"genders": {"men"}}, "yes"),
        (sport(audiences=frozenset({"children"})), {"genders": {"men"}, "audiences": {"children"}}, "yes"),
        (sport(age_min=6, age_max=10), {"genders": {"men"}, "ages": {8}}, "yes"),
        (sport(audiences=frozenset({"girls"})), {"genders": {"women"}, "ages": {8}}, "yes"),
        (sport(audiences=frozenset({"children"})), {}, "yes"),
        (sport(), {"genders": {"women"}}, "no"),
        (sport(audiences=frozenset({"women", "men"})), {"genders": {"women"}}, "no"),
        (sport(audiences=frozenset({"women"})), {"genders": {"women"}}, "yes"),
        (sport(women_only=True), {"genders": {"women"}}, "yes"),
        (sport(women_only=True), {}, "yes"),
        (sport(audiences=frozenset({"girls"})), {"genders": {"women"}, "audiences": {"children"}}, "yes"),
        (sport(audiences=frozenset({"children"})), {"genders": {"women"}, "audiences": {"children"}}, "no"),
        (sport(women_only=True, age_min=18), {"genders": {"women"}, "audiences": {"children"}}, "no"),
        (sport(age_min=6, age_max=10), {"ages": {8}}, "yes"),
        (sport(age_min=6, age_max=10), {"ages": {10}}, "yes"),
        (sport(age_min=6, age_max=10), {"ages": {11}}, "no"),
        (sport(age_min=6, age_max=10), {"ages": {4, 8}}, "yes"),
        (sport(), {"ages": {8}}, "yes"),
        (sport(audiences=frozenset({"children"})), {"ages": {30}}, "no"),
        (course(), {"ages": {8}}, "no"),
        (course(), {"audiences": {"children"}}, "no"),
    ],
)
def test_it_has_to_be_for_the_person(offer: Offer, wishes: dict[str, Any], expected: str) -> None:
    """Women only, and ages; "for men" alone finds nothing for boys, and nobody who wishes for men finds women's."""
    assert fit(offer, **wishes) == expected


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (course(ends=YESTERDAY), "no"),
        (course(ends=TODAY), "yes"),
        (course(enrol_until=YESTERDAY), "no"),
        (course(enrol_until=YESTERDAY, rolling_entry=True), "no"),
        (course(enrol_until=TODAY), "yes"),
        (sport(season_to=YESTERDAY), "no"),
        (sport(season_from=TOMORROW), "yes"),
        (course(starts=YESTERDAY), "yes"),
        (course(seats_free=0), "yes"),
    ],
)
def test_what_is_over_is_gone(offer: Offer, expected: str) -> None:
    """Past, out of season, or closed; what is full stays, far below."""
    assert fit(offer) == expected


SATURDAY_MORNING = Session(5, time(10), time(11, 30))


@pytest.mark.parametrize(
    ("offer", "wishes", "expected"),
    [
        (sport(sessions=(MORNING, EVENING)), {"times_of_day": {"evening"}}, "yes"),
        (course(sessions=(MORNING, EVENING)), {"times_of_day": {"evening"}}, "times_of_day"),
        (course(sessions=(MORNING, EVENING)), {"times_of_day": {"evening", "morning"}}, "yes"),
        (course(), {"times_of_day": {"evening"}, "weekdays": {1}}, "weekdays times_of_day"),
        (sport(sessions=(EVENING,)), {"weekdays": {1}}, "yes"),
        (sport(sessions=(EVENING,)), {"weekdays": {5}}, "weekdays"),
        (sport(sessions=(EVENING, SATURDAY_MORNING)), {"weekdays": {5}, "times_of_day": {"morning"}}, "yes"),
        (sport(sessions=(EVENING, SATURDAY_MORNING)), {"weekdays": {5}, "times_of_day": {"evening"}}, "times_of_day"),
        (course(childcare=True), {"childcare": True}, "yes"),
        (course(childcare=None), {"childcare": True}, "childcare"),
        (course(price=FREE), {"free": True}, "yes"),
        (course(), {"free": True}, "free"),
        (course(place=in_district("ost")), {"districts": {"ost", "mitte"}}, "yes"),
        (course(place=in_district("ost")), {"districts": {"mitte"}}, "districts"),
        (course(), {"districts": {"mitte"}}, "districts"),
        (course(mode="online"), {"districts": {"mitte"}}, "districts"),
    ],
)
def test_soft_wishes_are_met_or_missed(offer: Offer, wishes: dict[str, Any], expected: str) -> None:
    """They never take an offer away, and what is not known is not met."""
    assert fit(offer, **wishes) == expected


def test_words_are_found_by_their_beginning_without_accents() -> None:
    """All words have to be there; short ones only as they are."""
    offer = replace(sport(), title={"de": "Fußball für Anfänger", "tr": "Futbol"})
    assert fit(offer, text="FUSSBALL anfaenger") == "no"
    assert fit(offer, text="Anfanger fuß") == "yes"
    assert fit(offer, text="futbol") == "yes"
    assert fit(offer, text="fu") == "no"
    assert fit(offer, text="Fußball Turnier") == "no"
    assert fit(offer, text="!?") == "yes"


def index_of(random: Random, count: int = 40) -> Index:
    """Return an index of offers by chance."""
    return build([any_offer(random, f"example/{number}") for number in range(count)], DISTRICTS)


def found_ids(index: Index, wishes: Wishes, day: date = TODAY) -> tuple[set[str], set[str]]:
    """Return the ids of the offers that fit, and of those that meet every wish."""
    found = fitting(index, wishes, day)
    ids = [index.offers[row].id for row in found.rows]
    return set(ids), {id_ for id_, exact in zip(ids, found.exact, strict=True) if exact}


def stricter(wishes: Wishes, random: Random) -> Wishes:
    """Return the wishes with one more of them, or with one alternative less, or with one more word."""
    grown_up = wishes.genders and not wishes.audiences and not wishes.ages
    # "For men" is not "for boys" with something left out: an age would make another person of them.
    names = [field.name for field in fields(Wishes) if not (grown_up and field.name in {"audiences", "ages"})]
    name = random.choice(names)
    value, nothing = getattr(wishes, name), getattr(NOTHING, name)
    changed: Any = value
    if value == nothing:
        changed = getattr(any_wishes(random, 1.0), name)
    elif isinstance(value, frozenset) and len(value) > 1:
        changed = value - {random.choice(sorted(value))}
    elif isinstance(value, str) and name == "text":
        changed = f"{value} lernen"
    values: dict[str, Any] = {name: changed}
    return replace(wishes, **values)


@steady
@given(chance)
def test_a_stricter_wish_never_adds_an_offer(random: Random) -> None:
    """Neither to those that fit nor to those that fit exactly."""
    index, wishes = index_of(random), any_wishes(random, 0.15)
    fits, exact = found_ids(index, wishes)
    for _ in range(3):
        wishes = stricter(wishes, random)
        fits_now, exact_now = found_ids(index, wishes)
        assert fits_now <= fits
        assert exact_now <= exact <= fits
        fits, exact = fits_now, exact_now


@steady
@given(chance)
def test_soft_wishes_take_nothing_away(random: Random) -> None:
    """With or without them the same offers fit; only a level takes away what is more than a step off."""
    index, wishes = index_of(random), any_wishes(random)
    softer = replace(wishes, **{name: getattr(NOTHING, name) for name in SOFT if name != "levels"})
    assert found_ids(index, wishes)[0] == found_ids(index, softer)[0]


@steady
@given(chance)
def test_the_columns_say_what_a_look_at_each_offer_says(random: Random) -> None:
    """The plain scan, written as one would tell the rules, finds the same numbers."""
    index, wishes = index_of(random), any_wishes(random, 0.2)
    fits, exact = found_ids(index, wishes)
    assert (len(fits), len(exact)) == scan(index.offers, wishes)


@steady
@given(chance)
def test_a_group_for_women_is_never_shown_to_a_wish_for_men(random: Random) -> None:
    """Whatever else is wished."""
    index = index_of(random)
    wishes = replace(any_wishes(random, 0.1), genders=frozenset({"men"}))
    found = fitting(index, wishes, TODAY)
    shown = [index.offers[row] for row in found.rows]
    assert not any(offer.women_only or offer.audiences == {"women"} for offer in shown)


@steady
@given(chance)
def test_a_wish_for_men_or_women_alone_finds_nothing_for_the_young(random: Random) -> None:
    """Whatever else is wished, nobody of 18 is sent to what ends at 17, or to children."""
    index = index_of(random)
    wishes = any_wishes(random, 0.1)
    wishes = replace(wishes, genders=frozenset({random.choice(GENDERS)}), audiences=frozenset(), ages=frozenset())
    shown = [index.offers[row] for row in fitting(index, wishes, TODAY).rows]
    assert not any(offer.age_max is not None and offer.age_max < 18 for offer in shown)
    assert not any(offer.audiences and offer.audiences <= {"children", "teens", "girls"} for offer in shown)


@pytest.mark.parametrize(("days", "exact"), [(1, "yes"), (14, "yes"), (15, "no"), (160, "no"), (-5, "yes")])
def test_what_begins_only_with_a_later_season_does_not_fit_exactly(days: int, exact: str) -> None:
    """In November nobody can join in May; in two weeks one as good as can."""
    offer = sport(season_from=TODAY + timedelta(days=days), rolling_entry=True)
    found = fitting(build([offer], DISTRICTS), Wishes(), TODAY)
    assert found.exact.tolist() == [exact == "yes"]


def test_an_empty_index_finds_nothing(districts: Districts) -> None:
    """It is no error to have no offers."""
    index = build([], districts)
    assert found_ids(index, Wishes(kind="sport", free=True, text="yoga")) == (set(), set())


def test_of_two_offers_with_one_id_the_last_counts(districts: Districts) -> None:
    """A file that was read later replaces what was there."""
    index = build([sport("example/a"), course("example/a")], districts)
    assert [offer.kind for offer in index.offers] == ["course"]
