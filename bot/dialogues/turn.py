"""What every turn knows: the message, the conversation, and the language to answer in."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from bot.content.hours import BERLIN
from bot.content.model import Catalogue
from bot.conversation import Conversation, CountTalk, OpenCase, Outcome
from bot.dialogues import language
from bot.i18n import Texts, spoken
from bot.messages import Message
from bot.offers.stock import Stock

EDITED = " (edited)"
"""Stands behind a corrected message in what staff read."""


class Turn:
    """One turn: the message, the conversation, and what has been decided so far; ``now`` is when it began.

    ``stock`` are all offers as they are known at that moment.
    """

    def __init__(self, catalogue: Catalogue, message: Message, talk: Conversation, now: datetime, stock: Stock) -> None:
        self.catalogue = catalogue
        self.stock = stock
        self.message = message
        self.talk = talk
        self.now = now
        # Whether the turn gave an answer, and not only a menu, a question or a kind word.
        self.helped = False
        hinted = spoken(message.language_hint, catalogue.languages)
        # Where nothing is known, the language is read from the words alone.
        self.prior = talk.language or hinted or None
        talk.language = talk.language or hinted or "de"
        self.t = Texts(talk.language)
        talk.forget_old(now)

    @property
    def today(self) -> date:
        """The date in Stuttgart when the turn began."""
        return self.now.astimezone(BERLIN).date()

    @property
    def line(self) -> str:
        """The person's words as staff read them."""
        return f"{self.message.words}{EDITED}" if self.message.edited else self.message.words

    def speak(self, code: str) -> None:
        """Answer in the language of the message; it becomes the talk's own unless the person chose another."""
        if not self.talk.chosen:
            self.talk.language = code
        self.t = Texts(code)

    def answered(self, intent: str) -> None:
        """An answer ends a row of failures, unless it was offered because another had not helped."""
        self.helped = True
        if intent not in self.talk.offered:
            self.talk.failures, self.talk.offered = 0, []

    def with_count(self, outcome: Outcome, failures: int) -> Outcome:
        """Say for the figures how the talk of the day goes; ``failures`` is how many there were before the turn."""
        kind: Literal["answered", "unanswered", "handed_over"] = "answered"
        if any(isinstance(effect, OpenCase) for effect in outcome.effects):
            kind = "handed_over"
        elif self.talk.failures > failures:
            kind = "unanswered"
        elif not self.helped:
            return outcome
        return replace(outcome, counted=CountTalk(kind, self.t.language, self.today.isoformat()))

    def with_offer_to_stay(self, outcome: Outcome) -> Outcome:
        """Below an answer in another than the chosen language, offer to switch for good."""
        if self.t.language == self.talk.language or not outcome.replies:
            return outcome
        last = outcome.replies[-1]
        offer = (language.offer_to_stay(self.t, self.catalogue.languages),)
        return replace(outcome, replies=(*outcome.replies[:-1], replace(last, buttons=(*last.buttons, offer))))
