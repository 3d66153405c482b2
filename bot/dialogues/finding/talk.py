"""Finding courses, sport and groups in a talk of one or two questions."""

from dataclasses import replace
from typing import ClassVar, Final, cast, get_args

from bot.answers import FAQ, entry_reply
from bot.conversation import OfferKind, Outcome, Search
from bot.dialogues import browse, small_talk
from bot.dialogues.finding import nearby, typed
from bot.dialogues.finding.questions import QUESTIONS, Question, ask, changes, next_question, which_kind
from bot.dialogues.finding.results import behind_the_nearest, results_page
from bot.dialogues.turn import Turn
from bot.messages import Location, Understanding
from bot.offers.ranking import Results, search
from bot.offers.reasons import Hit
from bot.offers.relaxing import relaxations
from bot.offers.stock import key_of
from bot.offers.wishes import Wishes, as_json, from_json, given, wishes_from, without

PAGE: Final = 3
REMEMBERED: Final = 12
"""So many offers stay sorted by a point that is not kept: four pages."""

_INTENTS: Final = {kind: intent for intent, kind in typed.KINDS.items()}
_GROUPS_TOPIC: Final = "meet-people"


class Finding(Turn):
    """The part of a turn that finds offers; the search that is under way is ``talk.search``."""

    ACTIONS: ClassVar[frozenset[str]] = frozenset(
        {"courses", "sport", "groups", "wish", "unwish", "filters", "more", "results", "official", "news"}
    )

    # What the assistant calls

    def find(self, kind: OfferKind, understanding: Understanding) -> Outcome:
        """Start a search with all that a sentence wishes."""
        return self.start_search(kind, typed.of_kind(wishes_from(understanding), kind))

    def about_search(self, understanding: Understanding) -> Outcome | None:
        """Take a text as more wishes of the search that is under way; None where it is about something else."""
        present = self.talk.search
        if present is None:
            return None
        said = self.answer_in_words()
        if said and said[0].startswith("wish:"):
            return self.do_wish(said[0].removeprefix("wish:"))
        wishes = typed.refining(self.message.text, understanding, present)
        if wishes is None:
            return None
        # "Online" alone names no kind, whatever it was taken for; football does.
        named = wishes.sports or wishes.levels or not typed.only_wishes(self.message.text, wishes)
        if wishes.kind and wishes.kind != present.kind and named:
            return self.find(wishes.kind, understanding)
        wishes = typed.of_kind(wishes, present.kind)
        self._wish(present, typed.merged(from_json(present.wishes), wishes))
        return self.go_on()

    def answer_in_words(self) -> tuple[str, str] | None:
        """The action of a button on the screen that was typed, and its language; else None.

        That is one below the open question, else one below the results.
        """
        present = self.talk.search
        if present is None:
            return None
        text, languages, language = self.message.text, self.catalogue.languages, self.talk.language
        if present.question:
            return typed.answer_in_words(text, present, self.stock, languages, language)
        return typed.on_the_page(text, present, languages, language)

    def near(self, location: Location) -> Outcome:
        """Show the nearest offers first, in place of a wished district; the point is forgotten with this turn."""
        present = self.talk.search
        if present is None:
            return Outcome((which_kind(self.t),))
        self._wish(present, without(from_json(present.wishes), "districts"))
        self._no_more_questions(present)
        wishes = replace(from_json(present.wishes), near=location)
        found = nearby.nearest(self.stock, wishes, self.today, REMEMBERED)
        present.found = [key_of(each.offer.id) for each in found.hits]
        return self._page(present, wishes, replace(found, hits=found.hits[:PAGE]), 0)

    def go_on(self) -> Outcome:
        """Ask the next question, or show what was found."""
        present = self.talk.search
        if present is None:
            return self._too_old()
        wishes = from_json(present.wishes)
        question = next_question(present, wishes)
        if question is None:
            return self._first_page(present)
        present.asked.append(question)
        return self._ask(present, question)

    def shown(self, intent: str) -> None:
        """Note the answer that may turn out not to help."""
        self.talk.shown, self.talk.noted_at = intent, self.now.isoformat()

    def start_search(self, kind: OfferKind, wishes: Wishes) -> Outcome:
        """Begin a search in place of the one before; without any offers of the kind, show official pages."""
        if not self.stock.has(kind):
            return self.do_official(kind)
        self.talk.searches += 1
        self.talk.search = Search(self.talk.searches, kind, self.now.isoformat())
        self._wish(self.talk.search, replace(wishes, kind=kind))
        return self.go_on()

    # Buttons

    def do_courses(self, which: str) -> Outcome:
        """Find a German course."""
        return self.start_search("course", self._noted_wishes(which, "course"))

    def do_sport(self, which: str) -> Outcome:
        """Find sport."""
        return self.start_search("sport", self._noted_wishes(which, "sport"))

    def do_groups(self, _: str) -> Outcome:
        """Find groups and meeting places."""
        return self.start_search("group", Wishes())

    def do_wish(self, argument: str) -> Outcome:
        """Take the answer to a question, or one more wish."""
        present, rest = self._of_this_search(argument)
        name, _, value = rest.partition(":")
        wishes = typed.with_answer(from_json(present.wishes), name, value) if present else None
        if present is None or wishes is None:
            return self._too_old()
        present.question = ""
        self._wish(present, wishes)
        return self._in_place(self.go_on())

    def do_unwish(self, argument: str) -> Outcome:
        """Take a wish off, or several ("levels+districts"), and show what that gives."""
        present, names = self._of_this_search(argument)
        wishes = from_json(present.wishes) if present else Wishes()
        wished = [wish for wish in given(wishes) if wish in names.split("+") and wish != "kind"]
        if present is None:
            return self._too_old()
        # Tapped twice, the second tap has nothing left to take off.
        self._wish(present, without(wishes, *wished))
        return self._in_place(self._first_page(present))

    def do_filters(self, argument: str) -> Outcome:
        """Choose what to change, or ask about one wish again."""
        present, question = self._of_this_search(argument)
        if present is None or question not in ("", *get_args(Question)):
            return self._too_old()
        self._changed(present)
        if question:
            self._no_more_questions(present)
            return self._in_place(self._ask(present, cast("Question", question)))
        return Outcome((changes(present, from_json(present.wishes), self.t),))

    def do_more(self, argument: str) -> Outcome:
        """Show the next offers; behind the last one the first ones again, unless only the nearest are known."""
        present, _ = self._of_this_search(argument)
        if present is None:
            return self._too_old()
        self._changed(present)
        wishes, start = from_json(present.wishes), present.shown
        results = search(self.stock.index, wishes, self.today, limit=PAGE, offset=start)
        if present.found[start:]:
            results = replace(results, hits=self._remembered(present, wishes, start))
        elif present.found and results.hits:
            return Outcome((behind_the_nearest(present, self.t),))
        if not results.hits:
            return self._first_page(present)
        return self._page(present, wishes, results, start)

    def do_results(self, argument: str) -> Outcome:
        """Show the first offers again, in the same order."""
        present, _ = self._of_this_search(argument)
        if present is None:
            return self._too_old()
        self._changed(present)
        return self._first_page(present)

    def do_official(self, kind: str) -> Outcome:
        """Official pages about courses, sport or groups."""
        if kind in ("course", "sport"):
            self.shown(_INTENTS[cast("OfferKind", kind)])
            card = browse.courses if kind == "course" else browse.sport
            return Outcome((card(self.catalogue, self.t),))
        if kind == "group" and _GROUPS_TOPIC in self.catalogue.faq:
            self.shown(FAQ + _GROUPS_TOPIC)
            return Outcome((entry_reply(self.catalogue, self.catalogue.faq[_GROUPS_TOPIC], self.t),))
        return self._too_old()

    def do_news(self, number: str) -> Outcome:
        """Show all offers that fit what the person wanted to be told about."""
        watch = next((each for each in self.talk.watches if str(each.number) == number), None)
        if watch is None or watch.kind is None:
            return self._too_old()
        if not self.stock.has(watch.kind):
            return self.do_official(watch.kind)
        self.talk.searches += 1
        present = self.talk.search = Search(self.talk.searches, watch.kind, self.now.isoformat())
        self._wish(present, replace(from_json(watch.wishes), kind=watch.kind))
        return self._first_page(present)

    # Parts of these

    def note_wishes(self, understanding: Understanding) -> None:
        """Keep what a sentence wishes while the person is asked what they meant."""
        self.talk.wished, self.talk.noted_at = as_json(wishes_from(understanding)), self.now.isoformat()

    def _noted_wishes(self, which: str, kind: OfferKind) -> Wishes:
        """The wishes that were noted, for a button below "did you mean"."""
        return typed.of_kind(from_json(self.talk.wished), kind) if which == "these" else Wishes()

    def _of_this_search(self, argument: str) -> tuple[Search | None, str]:
        """The search that a button belongs to, and what else it says; no search for a button of an older one."""
        number, _, rest = argument.partition(":")
        present = self.talk.search
        return (present if present and str(present.number) == number else None), rest

    def _too_old(self) -> Outcome:
        return Outcome((small_talk.button_too_old(self.t),))

    def _in_place(self, outcome: Outcome) -> Outcome:
        """After a tap, the reply takes the place of the message whose button was tapped."""
        if self.message.kind != "tap":
            return outcome
        return replace(outcome, replies=tuple(replace(reply, replaces=True) for reply in outcome.replies))

    def _wish(self, present: Search, wishes: Wishes) -> None:
        """Keep the wishes; an order by a point that is not kept ends with the old ones."""
        present.wishes, present.found, present.level_check = as_json(wishes), [], None
        self._changed(present)

    def _changed(self, present: Search) -> None:
        """The search stays for another hour; whoever goes on with it has been understood."""
        present.at = self.now.isoformat()
        self.talk.failures, self.talk.offered = 0, []

    def _no_more_questions(self, present: Search) -> None:
        present.asked, present.question = list(QUESTIONS[present.kind]), ""

    def _ask(self, present: Search, question: Question) -> Outcome:
        present.question = question
        return Outcome((ask(question, present, from_json(present.wishes), self.t, self.stock),))

    def _first_page(self, present: Search) -> Outcome:
        self._no_more_questions(present)
        wishes = from_json(present.wishes)
        results = search(self.stock.index, wishes, self.today, limit=PAGE)
        if present.found:
            results = replace(results, hits=self._remembered(present, wishes, 0))
        return self._page(present, wishes, results, 0)

    def _remembered(self, present: Search, wishes: Wishes, start: int) -> tuple[Hit, ...]:
        """The next of the offers whose order was kept, as far as they still exist."""
        keys = [key for key in present.found[start : start + PAGE] if key in self.stock.by_key]
        return nearby.hits_of(self.stock, [self.stock.by_key[key] for key in keys], wishes, self.today)

    def _page(self, present: Search, wishes: Wishes, results: Results, start: int) -> Outcome:
        """One page of results; ``start`` counts the offers on the pages before it."""
        relaxed = [] if results.exact or start else relaxations(self.stock.index, wishes, self.today)
        present.shown, present.card = start + PAGE, ""
        self.helped = True
        # Numbers go on from page to page, and the earlier ones can still be read.
        present.page = [*(present.page + [""] * start)[:start], *(key_of(hit.offer.id) for hit in results.hits)]
        if present.kind in _INTENTS:
            self.shown(_INTENTS[present.kind])
        page = results_page(results, wishes, present, self.t, self.today, shown=start, relaxed=relaxed)
        return Outcome((page,))
