"""Somebody who looks for offers, without an understanding: what a text was taken for is said beside it."""

import json
from datetime import UTC, datetime

from bot.content.model import Catalogue
from bot.conversation import Conversation, Outcome, Search
from bot.dialogues.finding.talk import Finding
from bot.dialogues.finding.typed import KINDS
from bot.messages import Band, Location, Message, Reply, Understanding
from bot.offers.districts import load_districts
from bot.offers.stock import Stock, key_of
from bot.offers.wishes import Wishes, from_json
from tests.dialogues.talker import actions
from tests.offers.conftest import CONTENT
from tests.offers.making import EVENING, FREE, MORNING, circle, course, in_district, sport

LANGUAGES = ("de", "en", "ar", "fa", "ps", "kmr", "tr", "uk", "ru", "ti", "so", "fr")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DISTRICTS = load_districts(CONTENT)
FEUERBACH = Location(48.808, 9.155)
OFFERS = (
    *(course(f"x/evening-{number}", sessions=(EVENING,), price=FREE) for number in range(5)),
    course("x/morning", sessions=(MORNING,)),
    *(sport(f"x/football-{number}", place=in_district("ost")) for number in range(4)),
    sport("x/chess", sport="chess", place=in_district("feuerbach"), age_min=6, age_max=12),
    circle("x/circle", place=in_district("feuerbach")),
)


class Person:
    """Somebody who looks for offers; what they do returns the reply, None where it was about something else."""

    def __init__(self, catalogue: Catalogue, stock: Stock) -> None:
        self.catalogue, self.stock = catalogue, stock
        self.talk = Conversation(language="en", chosen=True)

    def turn(self, message: Message) -> Finding:
        """One turn; the state is read back from what is stored of it, as between two messages."""
        self.talk = Conversation.from_json(json.loads(json.dumps(self.talk.as_json())))
        return Finding(self.catalogue, message, self.talk, NOW, self.stock)

    def taps(self, action: str) -> Reply:
        """Tap a button."""
        name, _, argument = action.partition(":")
        assert name in Finding.ACTIONS
        outcome: Outcome = getattr(self.turn(Message("tap", action=action)), "do_" + name.replace("-", "_"))(argument)
        (reply,) = outcome.replies
        return reply

    def seeks(self, intent: str, **entities: str) -> Reply:
        """Say in a sentence what is sought; several values of an entity stand apart by commas."""
        turn = self.turn(Message("text", text="a sentence"))
        (reply,) = turn.find(KINDS[intent], understood(intent, "sure", **entities)).replies
        return reply

    def says(self, text: str, intent: str, band: Band, **entities: str) -> Reply | None:
        """Write while a search is under way."""
        outcome = self.turn(Message("text", text=text)).about_search(understood(intent, band, **entities))
        return outcome.replies[0] if outcome else None

    def sends(self, location: Location) -> Reply:
        """Share where one is."""
        (reply,) = self.turn(Message("location", location=location)).near(location).replies
        return reply

    @property
    def search(self) -> Search:
        """The search that is under way."""
        assert self.talk.search
        return self.talk.search

    @property
    def wishes(self) -> Wishes:
        """All that is wished."""
        return from_json(self.search.wishes)


def understood(intent: str, band: Band, **entities: str) -> Understanding:
    """What was meant; several values of an entity stand apart by commas."""
    values = {name: tuple(value.split(",")) for name, value in entities.items()}
    return Understanding("en", intent, 0.9, band, (), values)


def shown(reply: Reply) -> list[str]:
    """The keys of the offers that can be tapped."""
    return [action.removeprefix("offer:") for action in actions(reply) if action.startswith("offer:")]


def keys(*ids: str) -> list[str]:
    """How buttons name these offers."""
    return [key_of(f"x/{id_}") for id_ in ids]
