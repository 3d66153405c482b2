"""Wishes and reasons are put into short words that a person reads on a button or a card."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.content.vocabulary import ENTITIES
from bot.dialogues.finding.words import (
    ages_line,
    audience_name,
    days_line,
    distance_text,
    language_name,
    level_line,
    missed_line,
    price_line,
    reason_line,
    sport_name,
    times_line,
    value_label,
    wish_label,
)
from bot.i18n import Texts
from bot.messages import Location
from bot.offers.columns import SPOKEN
from bot.offers.districts import load_districts
from bot.offers.index import build
from bot.offers.model import AUDIENCES, GROUP_TYPES, LEVELS, Offer, Place, Price
from bot.offers.ranking import search
from bot.offers.reasons import Hit
from bot.offers.wishes import GENDERS, LIFE_STAGES, MODES, TIMES_OF_DAY, WishName, given
from tests.offers.conftest import CONTENT
from tests.offers.making import EVENING, FREE, MORNING, TODAY, course, sport, wished

DISTRICTS = load_districts(CONTENT)
EN = Texts("en")


def found(offer: Offer, **values: Any) -> Hit:
    """Return the offer as a search finds it."""
    (hit,) = search(build([offer], DISTRICTS), wished(**values), TODAY).hits
    return hit


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("levels", {"A2"}, "A2"),
        ("levels", {"A1", "alpha"}, "learn to read and write and A1"),
        ("times_of_day", {"evening", "morning"}, "morning and evening"),
        ("weekdays", {5}, "Saturday"),
        ("modes", {"online"}, "online"),
        ("childcare", True, "child care"),
        ("free", True, "free of charge"),
        ("genders", {"women"}, "women"),
        ("audiences", {"teens"}, "teenagers"),
        ("ages", {8}, "8 years old"),
        ("ages", {1}, "1 year old"),
        ("districts", {"sued"}, "Süd"),
        ("near", Location(48.8, 9.2), "near me"),
        ("sports", {"table-tennis"}, "Table tennis"),
        ("group_types", {"meeting_place"}, "meeting place"),
        ("text", "yoga", "yoga"),
    ],
)
def test_a_wish_has_a_short_label(name: WishName, value: object, label: str) -> None:
    """A filter on a button says what is wished, several alternatives as a list in their natural order."""
    wishes = wished(**{name: value})
    assert given(wishes) == (name,)
    assert wish_label(name, wishes, EN) == label


def test_every_value_of_a_wish_has_words() -> None:
    """No person reads an id such as "in_person" or "table-tennis"."""
    values: dict[WishName, Any] = {
        "times_of_day": TIMES_OF_DAY,
        "modes": MODES,
        "genders": GENDERS,
        "audiences": LIFE_STAGES,
        "group_types": GROUP_TYPES,
        "districts": ENTITIES["district"],
    }
    bare = {id_ for ids in values.values() for id_ in ids if "_" in id_ or "-" in id_}
    labels = {value_label(name, value, EN) for name, ids in values.items() for value in ids}
    assert not bare & labels
    assert not {sport_name(id_, EN) for id_ in ENTITIES["sport"]} & set(ENTITIES["sport"])
    assert value_label("levels", LEVELS[0], EN) != LEVELS[0]


def test_reasons_read_as_one_line() -> None:
    """Evening, the district with the distance, free, child care: each once, in the order of the reasons."""
    place = Place(district="feuerbach", latitude=48.81, longitude=9.16)
    offer = course(place=place, sessions=(EVENING,), price=FREE, childcare=True)
    wishes: dict[str, Any] = {"times_of_day": {"evening"}, "districts": {"feuerbach"}, "childcare": True}
    hit = found(offer, near=Location(48.8, 9.16), **wishes)
    assert reason_line(hit, EN) == "evening · Feuerbach, 1.1 km from you · free of charge · child care"


def test_what_speaks_against_an_offer_is_marked() -> None:
    """A full course one level above is not sold as fitting."""
    line = reason_line(found(course(level_from="B1", level_to="B1", seats_free=0), levels={"A2"}), EN)
    assert line == "⚠ level B1, harder · ⚠ full"


@pytest.mark.parametrize(
    ("offer", "wishes", "line"),
    [
        (course(level_from="A1", level_to="A1"), {"levels": {"A2"}}, "⚠ level A1, easier"),
        (course(level_from="", level_to=""), {"levels": {"A2"}}, "⚠ level not known"),
        (course(mode="online"), {"modes": {"online"}}, "online"),
        (course(seats_free=1), {}, "1 free place"),
        (course(starts=date(2026, 12, 1)), {}, "starts on 1 December 2026"),
        (course(starts=date(2026, 11, 2)), {}, "⚠ has begun on 2 November 2026"),
        (course(rolling_entry=True), {}, "start at any time"),
        (sport(season_from=date(2027, 5, 1)), {}, "⚠ only from 1 May 2027"),
        (sport(women_only=True), {}, "only women and girls"),
        (sport(age_min=6, age_max=10), {"ages": {8}}, "6 to 10 years old"),
        (sport(audiences=frozenset({"seniors"})), {"audiences": {"seniors"}}, "older people"),
        (sport(sessions=(EVENING,)), {"weekdays": {1}}, "Tuesday"),
        (sport(place=Place(district="botnang")), {"districts": {"feuerbach"}}, "Botnang, the next district"),
    ],
)
def test_each_reason_has_its_words(offer: Offer, wishes: dict[str, Any], line: str) -> None:
    """Nobody reads the name of a reason."""
    assert reason_line(found(offer, **wishes), EN) == line


def test_missed_wishes_are_named_but_a_level_not_twice() -> None:
    """A course of another level in the morning misses the evening; the level stands among the reasons."""
    wishes: dict[str, Any] = {"levels": {"A2"}, "times_of_day": {"evening"}, "free": True}
    hit = found(course(level_from="B1", level_to="B1", sessions=(MORNING,)), **wishes)
    assert missed_line(hit, wished(**wishes), EN) == "⚠ Not as you wish: evening and free of charge"
    assert missed_line(found(course()), wished(), EN) == ""


def test_times_are_weekdays_hours_and_days() -> None:
    """Days in a row with the same hours are one; what is not known is left out."""
    offer = course(sessions=(MORNING, EVENING), starts=date(2026, 12, 1), ends=date(2027, 3, 1))
    expected = "Mon 09:00–12:15, Tue 18:00–19:30 · from 1 December 2026 to 1 March 2027"
    assert times_line(offer, EN) == expected
    assert times_line(course(), EN) == ""
    assert days_line(course(ends=date(2027, 3, 1)), EN) == "until 1 March 2027"
    assert days_line(sport(season_from=date(2027, 5, 1)), EN) == "from 1 May 2027"


def test_a_first_day_that_is_past_is_not_named_on_a_list() -> None:
    """Who looks for a course today wants to know how long it goes on."""
    offer = course(starts=date(2026, 10, 1), ends=date(2027, 3, 1))
    assert days_line(offer, EN, TODAY) == "until 1 March 2027"


@pytest.mark.parametrize(
    ("price", "line"),
    [
        (Price(), ""),
        (FREE, "free of charge"),
        (Price(Decimal(60), "course"), "60\u00a0€ for the course"),
        (Price(Decimal("2.29"), "lesson"), "2.29\u00a0€ per lesson"),
        (Price(Decimal("5.00"), "month"), "5\u00a0€ per month"),
        (Price(Decimal(20), "once"), "20\u00a0€ once"),
        (Price(Decimal(20)), "20\u00a0€"),
    ],
)
def test_prices(price: Price, line: str) -> None:
    """An unknown price is not free, and whole euros have no cents."""
    assert price_line(course(price=price), EN) == line


def test_levels_and_ages() -> None:
    """One level stands alone, and an age without an end says so."""
    assert level_line(course(level_from="A1", level_to="B1"), EN) == "A1–B1"
    assert level_line(course(), EN) == "A2"
    assert ages_line(sport(age_min=16), EN) == "16 years or older"
    assert ages_line(sport(age_max=12), EN) == "up to 12 years old"
    assert ages_line(sport(), EN) == ""


def test_numbers_are_written_as_in_the_language() -> None:
    """A German reads 1,2 km; nobody reads that something is 0 km away."""
    assert distance_text(1180, Texts("de")) == "1,2 km"
    assert distance_text(12, EN) == "0.1 km"


def test_names_keep_their_direction_within_right_to_left_text() -> None:
    """A district in Latin letters does not turn an Arabic sentence around."""
    assert value_label("districts", "feuerbach", Texts("ar")) == "\u2068Feuerbach\u2069"


@pytest.mark.parametrize("language", ["de", "ar", "kmr", "so"])
def test_every_language_spoken_on_site_has_a_name(language: str) -> None:
    """Kurmanji too, which the names know as Kurdish."""
    names = {language_name(code, Texts(language)) for code in SPOKEN.values()}
    assert len(names) == len(SPOKEN)
    assert not names & set(SPOKEN.values())


def test_every_audience_has_words() -> None:
    """Also those that nobody wishes for by name."""
    assert len({audience_name(name, EN) for name in AUDIENCES}) == len(AUDIENCES)
