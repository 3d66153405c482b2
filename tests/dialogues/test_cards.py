"""A tap on an offer shows its card or sends its calendar file."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.content.model import Catalogue
from bot.conversation import Conversation, Search, Watch
from bot.dialogues import small_talk
from bot.dialogues.finding.cards import Cards
from bot.messages import Message, Reply
from bot.offers.districts import load_districts
from bot.offers.stock import Stock, key_of
from tests.dialogues.talker import actions
from tests.offers.making import MORNING, course

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFER = course(sessions=(MORNING,), starts=date(2026, 12, 1), seats_free=0)
KEY = key_of(OFFER.id)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's own content."""
    return load(Path("content"))


class Person:
    """Somebody who taps; each tap is a turn of its own."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.stock = Stock.of([OFFER, course("example/undated")], load_districts(Path("content")))
        self.talk = Conversation(language="en")

    def taps(self, action: str) -> Reply:
        """What a tap leads to."""
        name, _, key = action.partition(":")
        assert name in Cards.ACTIONS
        turn = Cards(self.catalogue, Message("tap", action=action), self.talk, NOW, self.stock)
        outcome = {"offer": turn.do_offer, "ics": turn.do_ics}[name](key)
        (reply,) = outcome.replies
        return reply


@pytest.fixture
def person(catalogue: Catalogue) -> Person:
    """Somebody who speaks English."""
    return Person(catalogue)


def test_a_tap_shows_the_card(person: Person) -> None:
    """With the buttons of somebody who has kept nothing, and no way back where there was no search."""
    reply = person.taps(f"offer:{KEY}")
    assert reply.title == "Deutsch"
    assert {f"save:{KEY}", f"watch:{KEY}"} <= set(actions(reply))
    assert not any(action.startswith("results:") for action in actions(reply))


def test_the_card_knows_what_the_person_keeps(person: Person) -> None:
    """Saved and waited for: it can be dropped, and is not offered again; the search is one tap away."""
    person.talk.saved = [OFFER.id]
    person.talk.watches = [Watch(1, "", offer=OFFER.id)]
    person.talk.search = Search(7, "course", NOW.isoformat())
    shown = actions(person.taps(f"offer:{KEY}"))
    assert {f"unsave:{KEY}", "results:7"} <= set(shown)
    assert f"watch:{KEY}" not in shown


def test_the_calendar_comes_as_a_file(person: Person) -> None:
    """It holds the sessions from now on."""
    document = person.taps(f"ics:{KEY}").document
    assert document is not None
    assert "DTSTART;TZID=Europe/Berlin:20261207T090000" in document.content


def test_the_old_calendar_button_of_what_is_over_says_so(person: Person) -> None:
    """A message from before its end: the card says what happened, and leads to a new search."""
    ended = course("example/ended", sessions=(MORNING,), starts=date(2026, 9, 1), ends=date(2026, 11, 1))
    person.stock = Stock.of([ended], load_districts(Path("content")))
    reply = person.taps(f"ics:{key_of(ended.id)}")
    assert reply.document is None
    assert reply.text.startswith("⚠ This is over.")
    assert "courses" in actions(reply)


@pytest.mark.parametrize("action", ["offer:unknownx", "ics:unknownx", f"ics:{key_of('example/undated')}"])
def test_a_button_of_an_offer_that_is_gone_says_so(person: Person, action: str) -> None:
    """Also where the dates are not known any more."""
    turn = Cards(person.catalogue, Message("tap"), person.talk, NOW, person.stock)
    assert person.taps(action) == small_talk.button_too_old(turn.t)
