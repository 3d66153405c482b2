"""What people keep, and what they want to be told about."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.content.model import Catalogue
from bot.conversation import Conversation, Outcome, Search
from bot.dialogues.finding.keeping import MOST_SAVED, MOST_WATCHES, Keeping
from bot.i18n import Texts
from bot.messages import Message, Reply
from bot.offers.districts import Districts
from bot.offers.model import Offer
from bot.offers.stock import Stock, key_of
from tests.dialogues.finder import LANGUAGES
from tests.dialogues.talker import actions
from tests.offers.making import course, in_district

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FREE, FULL = course("x/free", seats_free=3), course("x/full", seats_free=0, place=in_district("mitte"))
MANY = [course(f"x/{number:02}", seats_free=0) for number in range(MOST_SAVED + 1)]
A2 = {"kind": "course", "levels": ["A2"], "times_of_day": ["evening"]}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's own content."""
    return load(Path("content"))


class Keeper:
    """Somebody who taps the buttons below offers."""

    def __init__(self, catalogue: Catalogue, *offers: Offer) -> None:
        self.catalogue = catalogue
        self.stock = Stock.of(offers, Districts({}))
        self.talk = Conversation(language="en", chosen=True)

    def taps(self, action: str, argument: str = "") -> Reply:
        """Tap a button; between two turns the state is stored and read."""
        self.talk = Conversation.from_json(json.loads(json.dumps(self.talk.as_json())))
        turn = Keeping(self.catalogue, Message("tap"), self.talk, NOW, self.stock)
        outcome: Outcome = getattr(turn, "do_" + action)(argument)
        (reply,) = outcome.replies
        return reply


@pytest.fixture
def keeper(catalogue: Catalogue) -> Keeper:
    """Somebody who keeps nothing yet."""
    return Keeper(catalogue, FREE, FULL, *MANY)


def test_every_action_has_its_method() -> None:
    """A button that is offered is answered."""
    assert all(hasattr(Keeping, "do_" + name.replace("-", "_")) for name in Keeping.ACTIONS)


def test_a_kept_offer_is_shown_until_it_is_dropped(keeper: Keeper) -> None:
    """The card says in its own place that it is kept, and its button undoes it."""
    key = key_of(FREE.id)
    card = keeper.taps("save", key)
    assert (card.replaces, card.place) == (True, None)
    assert f"unsave:{key}" in actions(card)
    assert f"offer:{key}" in actions(keeper.taps("saved"))
    assert f"save:{key}" in actions(keeper.taps("unsave", key))
    assert f"offer:{key}" not in actions(keeper.taps("saved"))


def test_an_offer_is_kept_once(keeper: Keeper) -> None:
    """A second tap changes nothing."""
    keeper.taps("save", key_of(FREE.id))
    keeper.taps("save", key_of(FREE.id))
    assert keeper.talk.saved == [FREE.id]


def test_no_more_than_fifty_are_kept(keeper: Keeper) -> None:
    """The person is told what to do, and nothing that they keep is lost."""
    for offer in MANY[:MOST_SAVED]:
        keeper.taps("save", key_of(offer.id))
    assert actions(keeper.taps("save", key_of(MANY[MOST_SAVED].id))) == ["saved", "menu"]
    assert keeper.talk.saved == [offer.id for offer in MANY[:MOST_SAVED]]


def test_offers_that_are_gone_are_counted_and_give_way(keeper: Keeper) -> None:
    """They stay kept, for they may come back, but not where another one needs their place."""
    keeper.talk.saved = [f"y/{number}" for number in range(MOST_SAVED)]
    assert str(MOST_SAVED) in keeper.taps("saved").text
    keeper.taps("save", key_of(FREE.id))
    assert keeper.talk.saved == [FREE.id]


def test_whoever_waits_for_a_place_is_promised_news(keeper: Keeper) -> None:
    """The promise can be taken back below it, and the card knows of it."""
    promise = keeper.taps("watch", key_of(FULL.id))
    assert actions(promise) == ["unwatch:1", "menu"]
    assert "one message a day" in promise.text
    assert [(watch.offer, watch.since) for watch in keeper.talk.watches] == [(FULL.id, NOW.isoformat())]
    assert f"watch:{key_of(FULL.id)}" not in actions(keeper.taps("offer", key_of(FULL.id)))


def test_nobody_waits_for_a_place_that_is_free(keeper: Keeper) -> None:
    """The card is shown as it is now."""
    assert f"save:{key_of(FREE.id)}" in actions(keeper.taps("watch", key_of(FREE.id)))
    assert keeper.talk.watches == []


def test_nobody_waits_for_a_place_in_what_is_over(catalogue: Catalogue) -> None:
    """An old button shows the card, which says so."""
    ended = course("x/ended", seats_free=0, ends=date(2026, 11, 22))
    keeper = Keeper(catalogue, ended)
    assert keeper.taps("watch", key_of(ended.id)).text.startswith("⚠ This is over.")
    assert keeper.talk.watches == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_invented_offers_say_so_where_they_are_only_named(catalogue: Catalogue, language: str) -> None:
    """In the saved list, and in what the person waits for, on the button too; however long the title is."""
    invented = replace(course("x/invented", seats_free=0, sample=True), title={"de": "Deutsch am Abend " * 9})
    keeper = Keeper(catalogue, invented, FULL)
    keeper.talk.language = language
    for offer in (invented, FULL):
        keeper.taps("watch", key_of(offer.id))
    mark = Texts(language).say("🧪 Example, not a real offer")
    reply = keeper.taps("saved")
    (line, real) = (line for line in reply.text.splitlines() if line.startswith("•"))
    assert "Deutsch" in line
    assert line.endswith(mark)
    assert mark not in real
    stops = [button.label for row in reply.buttons for button in row if button.action.startswith("unwatch:")]
    assert stops[0].endswith(mark)
    keeper.taps("save", key_of(invented.id))
    keeper.taps("unwatch")
    assert mark in keeper.taps("saved").text


def test_a_search_is_watched_with_its_wishes(keeper: Keeper) -> None:
    """Its wishes stay when the search is forgotten."""
    keeper.talk.search = Search(4, "course", NOW.isoformat(), wishes=dict(A2))
    keeper.taps("watch_new", "4")
    keeper.talk.search = None
    (watch,) = keeper.talk.watches
    assert (watch.number, watch.kind, watch.wishes, watch.since) == (1, "course", A2, NOW.isoformat())
    page = keeper.taps("saved")
    assert "A2" in page.text
    assert "unwatch:1" in actions(page)


def test_a_button_of_an_older_search_watches_nothing(keeper: Keeper) -> None:
    """The wishes that it stood for are not known any more."""
    keeper.talk.search = Search(4, "course", NOW.isoformat(), wishes=dict(A2))
    assert "does not work any more" in keeper.taps("watch_new", "3").text
    assert keeper.talk.watches == []


def test_the_same_is_watched_once(keeper: Keeper) -> None:
    """A second tap gives the same promise with the same button."""
    first = keeper.taps("watch", key_of(FULL.id))
    assert keeper.taps("watch", key_of(FULL.id)) == first
    assert len(keeper.talk.watches) == 1


def test_no_more_than_ten_are_watched_and_numbers_do_not_return(keeper: Keeper) -> None:
    """A button of a watch that ended never ends another one."""
    for offer in MANY[:MOST_WATCHES]:
        keeper.taps("watch", key_of(offer.id))
    assert actions(keeper.taps("watch", key_of(FULL.id))) == ["saved", "menu"]
    keeper.taps("unwatch", "10")
    assert actions(keeper.taps("watch", key_of(FULL.id))) == ["unwatch:11", "menu"]
    assert [watch.number for watch in keeper.talk.watches] == [*range(1, 10), 11]


def test_one_tap_stops_one_or_all(keeper: Keeper) -> None:
    """Also twice, and after it has ended already."""
    for offer in MANY[:3]:
        keeper.taps("watch", key_of(offer.id))
    for _ in range(2):
        assert "saved" in actions(keeper.taps("unwatch", "2"))
        assert [watch.number for watch in keeper.talk.watches] == [1, 3]
    assert actions(keeper.taps("unwatch")) == ["menu"]
    assert keeper.talk.watches == []


@pytest.mark.parametrize("action", ["save", "unsave", "watch"])
def test_an_offer_that_is_gone_is_no_error(keeper: Keeper, action: str) -> None:
    """Its button is as good as an old one."""
    assert "does not work any more" in keeper.taps(action, "aaaaaaaa").text
