"""Levels, hours and audiences are understood, not compared as strings."""

from datetime import time
from typing import Any

import pytest

from bot.offers import traits
from bot.offers.model import LEVELS, Session
from bot.offers.wishes import GENDERS, LIFE_STAGES, TIMES_OF_DAY
from tests.offers.making import course, frozen, sport


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        (time(8, 30), time(12, 30), ["morning"]),
        (time(9), time(15), ["morning", "afternoon"]),
        (time(14), time(16), ["afternoon"]),
        (time(16, 30), time(18, 30), ["evening"]),
        (time(18), time(19, 30), ["evening"]),
        (time(12), time(13), ["afternoon"]),
        (time(18), time(18), ["evening"]),
        (time(22), time(0), ["evening"]),
    ],
)
def test_a_session_is_in_the_part_of_the_day_with_most_of_it(start: time, end: time, parts: list[str]) -> None:
    """Half past four to half past six is an evening, as most of it is."""
    assert [TIMES_OF_DAY[part] for part in traits.parts_of(Session(0, start, end))] == parts


@pytest.mark.parametrize(
    ("values", "suited"),
    [
        ({}, "men children teens seniors families"),
        ({"audiences": {"all"}}, "men children teens seniors families"),
        ({"women_only": True}, "women children teens seniors families"),
        ({"audiences": {"women"}}, "women teens seniors"),
        ({"audiences": {"women", "men"}}, "men teens seniors"),
        ({"audiences": {"women"}, "age_max": 12}, "women children"),
        ({"audiences": {"girls"}}, "women children teens"),
        ({"audiences": {"girls"}, "age_max": 10}, "women children"),
        ({"audiences": {"children"}}, "men children"),
        ({"audiences": {"children"}, "women_only": True}, "women children"),
        ({"audiences": {"families"}}, "men children families"),
        ({"audiences": {"seniors"}}, "men seniors"),
        ({"age_min": 18, "age_max": 59}, "men"),
        ({"age_min": 14}, "men teens seniors"),
    ],
)
def test_audience_and_ages_say_whom_an_offer_suits(values: dict[str, Any], suited: str) -> None:
    """Only what is for women or girls alone suits a wish for women; anything else suits one for men."""
    offer = sport(**frozen(values))
    people = (*GENDERS, *LIFE_STAGES)
    assert [name for name in people if traits.suited_people(offer) & traits.people([name])] == suited.split()


def test_a_language_course_without_ages_is_for_adults() -> None:
    """A child is not sent to it; one that says that it is for children is for children."""
    assert traits.ages_of(course()) == (16, traits.NO_AGE)
    assert traits.ages_of(course(age_min=12)) == (12, traits.NO_AGE)
    assert traits.ages_of(course(audiences=frozenset({"children"}))) == (0, 21)


def test_ages_that_are_stated_count_as_they_are() -> None:
    """A group for seniors that welcomes people from 45 does."""
    assert traits.ages_of(sport(audiences=frozenset({"seniors"}), age_min=45)) == (45, traits.NO_AGE)
    assert traits.ages_of(sport(age_min=6, age_max=10)) == (6, 10)


@pytest.mark.parametrize(
    ("level_from", "level_to", "levels"),
    [
        ("A2", "B1", ({"A2", "B1"}, {"A1"}, {"B2"})),
        ("B1", "", ({"B1"}, {"A2"}, {"B2"})),
        ("", "B1", ({"B1"}, {"A2"}, {"B2"})),
        ("B1", "A2", ({"A2", "B1"}, {"A1"}, {"B2"})),
        ("alpha", "alpha", ({"alpha"}, set(), set())),
        ("alpha", "A1", ({"alpha", "A1"}, set(), {"A2"})),
        ("A1", "A1", ({"A1"}, set(), {"A2"})),
        ("C1", "C1", ({"C1"}, {"B2"}, set())),
        ("", "", (set(), set(), set())),
    ],
)
def test_levels_have_neighbours_but_alpha_has_none(
    level_from: str, level_to: str, levels: tuple[set[str], ...]
) -> None:
    """One step below and one above; learning letters is another thing."""
    found = traits.levels_of(course(level_from=level_from, level_to=level_to))
    assert found == tuple(traits.bits(each, LEVELS) for each in levels)
