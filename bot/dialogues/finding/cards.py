"""One offer on a tap: its card, and its calendar file."""

from dataclasses import replace
from typing import ClassVar

from bot.conversation import Outcome
from bot.dialogues import small_talk
from bot.dialogues.finding.card import calendar_reply, offer_card
from bot.dialogues.turn import Turn
from bot.messages import Reply
from bot.offers.model import Offer, over


class Cards(Turn):
    """The part of a turn that shows single offers."""

    ACTIONS: ClassVar[frozenset[str]] = frozenset({"offer", "ics"})

    def do_offer(self, key: str) -> Outcome:
        """All that is known about an offer."""
        offer = self.stock.by_key.get(key)
        return Outcome((self.card(offer),)) if offer else self.gone()

    def do_ics(self, key: str) -> Outcome:
        """The sessions of an offer for the person's own calendar."""
        offer = self.stock.by_key.get(key)
        if offer and over(offer, self.today):
            return Outcome((self.card(offer),))
        reply = calendar_reply(offer, self.t, self.today) if offer else None
        return Outcome((reply,)) if reply else self.gone()

    def card(self, offer: Offer, *, replaces: bool = False) -> Reply:
        """The card of an offer with the buttons that fit what the person keeps."""
        search = self.talk.search
        card = offer_card(
            offer,
            self.t,
            self.today,
            saved=offer.id in self.talk.saved,
            watched=any(watch.offer == offer.id for watch in self.talk.watches),
            back=search.number if search and not search.question else None,
        )
        return replace(card, replaces=replaces)

    def gone(self) -> Outcome:
        """An offer that is not there any more, or has nothing to put into a calendar."""
        return Outcome((small_talk.button_too_old(self.t),))
