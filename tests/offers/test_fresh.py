"""New offers, compared with what people wait for."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.offers.districts import Districts, load_districts
from bot.offers.fresh import Found, Fresh
from bot.offers.index import build
from bot.offers.ranking import search
from bot.offers.wishes import Wishes
from tests.offers.conftest import CONTENT
from tests.offers.making import EVENING, MORNING, TODAY, any_offer, any_wishes, course

DISTRICTS = load_districts(CONTENT)
EVENINGS = Wishes(kind="course", times_of_day=frozenset({"evening"}))


def test_only_what_is_newer_is_found(districts: Districts) -> None:
    """A moment that was told already does not count again."""
    offers = [course(f"x/{number}") for number in range(3)]
    fresh = Fresh.of(offers, {"x/0": 1.0, "x/1": 2.0, "x/2": 3.0}, districts)
    assert fresh.find(Wishes(), 1.0, TODAY, 3).ids == {"x/1", "x/2"}
    assert fresh.find(Wishes(), 3.0, TODAY, 3) == Found()


def test_near_misses_and_full_offers_are_no_news(districts: Districts) -> None:
    """Who waits for an evening is not written to for a morning."""
    offers = [course("x/a", sessions=(MORNING,)), course("x/b", sessions=(EVENING,), seats_free=0)]
    fresh = Fresh.of(offers, {"x/a": 1.0, "x/b": 1.0}, districts)
    assert fresh.find(EVENINGS, 0.0, TODAY, 3) == Found()


def test_nothing_new_finds_nothing(districts: Districts) -> None:
    """An empty index is no error."""
    assert Fresh.of([], {}, districts).find(EVENINGS, 0.0, TODAY, 3) == Found()


@given(st.integers(0, 2**32).map(Random))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_news_are_what_a_search_among_the_newer_offers_finds(random: Random) -> None:
    """The same offers, in the same order, for the same reasons."""
    offers = [replace(any_offer(random), id=f"x/{number:02}") for number in range(20)]
    since = {offer.id: float(random.randrange(3)) for offer in offers}
    wishes = any_wishes(random)
    found = Fresh.of(offers, since, DISTRICTS).find(wishes, 1.0, TODAY, 3)
    newer = build([offer for offer in offers if since[offer.id] > 1.0], DISTRICTS)
    expected = [hit for hit in search(newer, wishes, TODAY, len(newer)).hits if hit.exact]
    assert found.ids == {hit.offer.id for hit in expected}
    assert list(found.best) == expected[:3]
