"""What a person keeps for later, and what they want to be told about; all of it is part of the conversation's state."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Final

from bot.conversation import Outcome, Watch
from bot.dialogues import small_talk
from bot.dialogues.finding.cards import Cards
from bot.dialogues.finding.results import LABEL, example_mark, saved_page
from bot.dialogues.finding.words import DOT, cut, kind_name, too_late, wish_label
from bot.i18n import embed
from bot.menu import main_menu
from bot.messages import Button, Reply
from bot.offers.model import Offer, full
from bot.offers.wishes import from_json, given

MOST_SAVED: Final = 50
MOST_WATCHES: Final = 10

_SIGN: Final = 4  # letters of the sign before a title on a button, and of the marks of its direction
_LEAST: Final = 10  # letters of a title that are always shown


class Keeping(Cards):
    """The part of a turn that keeps offers, and notes what to tell the person."""

    ACTIONS: ClassVar[frozenset[str]] = Cards.ACTIONS | {"save", "unsave", "saved", "watch", "watch-new", "unwatch"}

    def do_save(self, key: str) -> Outcome:
        """Keep an offer."""
        offer = self.stock.by_key.get(key)
        if offer is None:
            return self.gone()
        if offer.id not in self.talk.saved:
            if len(self.talk.saved) >= MOST_SAVED:
                self.talk.saved = [id_ for id_ in self.talk.saved if id_ in self.stock.by_id]
            if len(self.talk.saved) >= MOST_SAVED:
                return Outcome((self._too_much(),))
            self.talk.saved = [*self.talk.saved, offer.id]
        return Outcome((self._same_card(offer),))

    def do_unsave(self, key: str) -> Outcome:
        """Keep an offer no longer."""
        offer = self.stock.by_key.get(key)
        if offer is None:
            return self.gone()
        self.talk.saved = [id_ for id_ in self.talk.saved if id_ != offer.id]
        return Outcome((self._same_card(offer),))

    def do_saved(self, _: str) -> Outcome:
        """Show what is kept, and what the person will be told about."""
        kept = [self.stock.by_id[id_] for id_ in self.talk.saved if id_ in self.stock.by_id]
        gone = len(self.talk.saved) - len(kept)
        return Outcome((saved_page(kept, gone, list(self._watched()), self.t, self.today),))

    def do_watch(self, key: str) -> Outcome:
        """Tell the person when a place in a full offer is free."""
        offer = self.stock.by_key.get(key)
        if offer is None:
            return self.gone()
        if not full(offer) or too_late(offer, self.t, self.today):
            return Outcome((self.card(offer),))
        return self._note(Watch(0, self.now.isoformat(), offer=offer.id))

    def do_watch_new(self, number: str) -> Outcome:
        """Tell the person when a new offer fits the wishes of this search."""
        search = self.talk.search
        if search is None or str(search.number) != number:
            return Outcome((small_talk.button_too_old(self.t),))
        return self._note(Watch(0, self.now.isoformat(), kind=search.kind, wishes=dict(search.wishes)))

    def do_unwatch(self, number: str) -> Outcome:
        """Tell the person no longer about one thing, or about anything."""
        self.talk.watches = [watch for watch in self.talk.watches if number and str(watch.number) != number]
        text = self.t.say("I will not write to you about this any more.")
        saved = (Button(self.t.say("⭐ Saved"), action="saved"),) if self.talk.saved or self.talk.watches else ()
        return Outcome((Reply(text=text, language=self.t.language, buttons=((*saved, main_menu(self.t)),)),))

    def _note(self, watch: Watch) -> Outcome:
        """Note what to tell, once, and say how the news will come."""
        known = [each for each in self.talk.watches if replace(watch, number=each.number, since=each.since) == each]
        if not known:
            if len(self.talk.watches) >= MOST_WATCHES:
                self.talk.watches = [each for each in self.talk.watches if each.kind or each.offer in self.stock.by_id]
            if len(self.talk.watches) >= MOST_WATCHES:
                return Outcome((self._too_much(),))
            self.talk.watched += 1
            known = [replace(watch, number=self.talk.watched)]
            self.talk.watches = [*self.talk.watches, *known]
        return Outcome((self._promise(known[0]),))

    def _promise(self, watch: Watch) -> Reply:
        if watch.offer:
            first = self.t.say("🔔 I will tell you when a place is free.")
        else:
            first = self.t.say("🔔 I will tell you when something new fits.")
        lines = (first, self.t.say("I write at most one message a day, and never at night."))
        stop = Button(self.t.say("🔕 Stop telling me"), action=f"unwatch:{watch.number}")
        return Reply(text="\n".join(lines), language=self.t.language, buttons=((stop,), (main_menu(self.t),)))

    def _too_much(self) -> Reply:
        lines = (
            self.t.say("You have saved very much already."),
            self.t.say("Please remove something first. Then I can keep this too."),
        )
        saved = Button(self.t.say("⭐ Saved"), action="saved")
        return Reply(text="\n".join(lines), language=self.t.language, buttons=((saved,), (main_menu(self.t),)))

    def _same_card(self, offer: Offer) -> Reply:
        """The card again in its place; the pin on the map stands below it already."""
        return replace(self.card(offer, replaces=True), place=None)

    def _watched(self) -> Iterator[tuple[int, str]]:
        """The number of each watch and what it is about, as far as that is known still."""
        for watch in self.talk.watches:
            if watch.kind:
                wishes = from_json(watch.wishes)
                labels = [wish_label(name, wishes, self.t) for name in given(wishes) if name != "kind"]
                yield watch.number, DOT.join([kind_name(watch.kind, self.t), *labels])
            elif offer := self.stock.by_id.get(watch.offer):
                yield watch.number, self._named(offer)

    def _named(self, offer: Offer) -> str:
        """The title of an offer, cut so that the mark of an invented one still stands on a button."""
        mark = f"{DOT}{example_mark(self.t)}" if offer.sample else ""
        title = cut(offer.title_in(self.t.language), max(LABEL - len(mark) - _SIGN, _LEAST))
        return f"{embed(title, self.t.language)}{mark}"
