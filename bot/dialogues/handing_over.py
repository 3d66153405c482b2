"""Danger, and handing over to people: opening a case, what staff may know, silence, and the way back."""

from dataclasses import replace
from datetime import datetime

from bot.content.queues import DEFAULT
from bot.content.vocabulary import DISTRICT_NAMES
from bot.conversation import (
    AddToCase,
    CloseCase,
    DescribeCase,
    Effect,
    Handover,
    OpenCase,
    Outcome,
    RateCase,
    Reason,
)
from bot.dialogues import small_talk
from bot.dialogues.turn import Turn
from bot.escalation import replies as handover
from bot.escalation.promises import Promise, promise_of
from bot.escalation.routing import CaseFacts, queue_for, theme_of
from bot.messages import Reply

_SHELTER_LENGTH = 200
_URGENT = ("emergency", "crisis")


class HandingOver(Turn):
    """The part of a turn that deals with danger and with staff."""

    def danger(self, kind: str) -> Outcome:
        """The numbers that help; despair is handed over at once, other danger on a tap."""
        reply = handover.crisis(self.t) if kind == "crisis" else handover.danger(self.t)
        if self.talk.status != "bot":
            said = (AddToCase((self.line,)),) if self.message.words else ()
            return self.made_urgent("crisis", reply, said) if kind == "crisis" else Outcome((reply,), said)
        if self.message.words:
            self.talk.remember(self.message.words, self.now)
        return self.open_case("crisis", first=reply) if kind == "crisis" else Outcome((reply,))

    def do_emergency(self, _: str) -> Outcome:
        """The numbers, asked for by a button."""
        return self.danger("emergency")

    def do_crisis(self, _: str) -> Outcome:
        """Somebody to talk to, asked for by a button."""
        return self.danger("crisis")

    def do_human(self, _: str) -> Outcome:
        """Open a case, or say that it is open."""
        return self.case_is_open() if self.talk.status != "bot" else self.open_case("asked")

    def do_alert(self, _: str) -> Outcome:
        """Alert staff to an emergency."""
        return self.open_case("emergency") if self.talk.status == "bot" else self.made_urgent("emergency")

    def case_is_open(self) -> Outcome:
        """Somebody else has the word now; what they promised still holds while nobody has answered."""
        handed = self.handed()
        promise = self.promise(handed)
        if self.talk.status != "queued":
            promise = Promise(promise.hours, promise.now)
        return Outcome((handover.still_open(self.t, handed.reason, promise, self.talk.handovers),))

    def made_urgent(self, reason: Reason, first: Reply | None = None, said: tuple[Effect, ...] = ()) -> Outcome:
        """The open case becomes an urgent one, and the person is told that staff know."""
        before = self.handed()
        handed = self.talk.handover = self.routed(reason, before.theme, before.asked)
        handed.placed = before.placed
        promise = self.promise(handed)
        told = handover.opened(self.t, reason, promise, self.talk.handovers)
        urgent = DescribeCase(reason=reason, queue=handed.queue, reply_due=promise.due)
        return Outcome((first, told) if first else (told,), (urgent, *said))

    def open_case(
        self, reason: Reason, first: Reply | None = None, *, queue: str = "", questions: bool = True
    ) -> Outcome:
        """Hand over, and ask what staff may know: the last messages, then the district.

        ``queue`` names those who are asked; without ``questions`` nothing is asked, because it was before. Who comes
        back soon goes on with those who helped, and says no second time where they live.
        """
        if self.talk.blocked and reason not in _URGENT:
            told_so = handover.nobody_answers(self.t)
            return Outcome((first, told_so) if first else (told_so,))
        last = self.talk.handover
        handed = self.routed(reason, self.theme(reason), queue)
        again = last is not None and last.goes_on(reason, queue, self.now)
        if last and again:
            handed.queue, handed.placed = last.queue, last.placed
        self.talk.handover = handed
        promise = self.promise(handed)
        self.talk.handovers += 1
        told = [first] if first else []
        told.append(handover.opened(self.t, reason, promise, self.talk.handovers, again=again))
        if questions:
            told += self.next_question()
        self.talk.status, self.talk.failures, self.talk.options, self.talk.offered = "queued", 0, [], []
        opened = OpenCase(reason, self.t.language, handed.queue, handed.theme, promise.due)
        return Outcome(tuple(told), (opened,))

    # Which team, and what it promises

    def handed(self) -> Handover:
        """What the open case is about; cases of an earlier version did not say."""
        return self.talk.handover or Handover("asked", self.now.isoformat(), queue=DEFAULT)

    def theme(self, reason: Reason) -> str:
        """The group of topics that the talk was about last; nothing where the last question was not understood."""
        talk = self.talk
        if reason == "no_answer":
            return ""
        search = [f"find_{talk.search.kind}"] if talk.search else []
        # What was offered beside an answer that did not help says little.
        guessed = [] if reason == "not_helped" else talk.options[:1]
        themes = (theme_of(intent, self.catalogue) for intent in (talk.shown, *search, *guessed))
        return next(filter(None, themes), "")

    def routed(self, reason: Reason, theme: str, asked: str, district: str = "", shelter: str = "") -> Handover:
        """Find the team for what is known now."""
        facts = CaseFacts(reason, self.t.language, district, shelter, theme, asked)
        queue = queue_for(facts, self.catalogue.queues)
        return Handover(reason, self.now.isoformat(), theme, asked, queue)

    def promise(self, handed: Handover) -> Promise:
        """What the team of a case promises."""
        queues = self.catalogue.queues
        queue = queues.get(handed.queue, queues[DEFAULT])
        return promise_of(queue, datetime.fromisoformat(handed.at), self.now)

    def placed(self, described: DescribeCase) -> Outcome:
        """Note where the person lives; the team of that place takes the case while nobody has answered yet."""
        before = self.handed()
        before.placed = True
        if self.talk.status != "queued" or self.talk.handover is None:
            return Outcome((handover.noted(self.t),), (described,))
        after = self.routed(before.reason, before.theme, before.asked, described.district, described.shelter)
        if after.queue == before.queue:
            return Outcome((handover.noted(self.t),), (described,))
        after.at, after.placed = before.at, True
        self.talk.handover = after
        promise = self.promise(after)
        changed = promise if promise != self.promise(before) else None
        moved = DescribeCase(
            district=described.district, shelter=described.shelter, queue=after.queue, reply_due=promise.due
        )
        return Outcome((handover.noted(self.t, changed),), (moved,))

    # What staff may know

    def next_question(self) -> list[Reply]:
        """Consent is asked only when there is something to show, the place only once."""
        count = len(self.talk.recent)
        return [handover.ask_consent(self.t, count, self.talk.handovers)] if count else self.question_of_place()

    def question_of_place(self) -> list[Reply]:
        """Where the person lives, unless that was asked before."""
        return [] if self.handed().placed else [handover.ask_place(self.t, self.talk.handovers)]

    def of_this_case(self, argument: str) -> str:
        """What a button of the present case says; empty for a button of an older one."""
        number, _, what = argument.partition(":")
        return what if self.talk.status != "bot" and number == str(self.talk.handovers) else ""

    def do_consent(self, answer: str) -> Outcome:
        """Show the last messages to staff, or drop them; either way they leave the short memory."""
        if not (answer := self.of_this_case(answer)):
            return Outcome((small_talk.button_too_old(self.t),))
        given = answer == "yes"
        recent = tuple(text for _, text in self.talk.recent) if given else ()
        self.talk.recent = []
        effects: list[Effect] = [DescribeCase(consent=given)]
        if recent:
            effects.append(AddToCase(recent))
        return Outcome(tuple(self.question_of_place()) or (handover.noted(self.t),), tuple(effects))

    def do_place(self, place: str) -> Outcome:
        """A district, a shelter whose name follows as text, or nothing."""
        if not (place := self.of_this_case(place)):
            return Outcome((small_talk.button_too_old(self.t),))
        if place == "shelter":
            self.talk.awaiting = "shelter"
            return Outcome((handover.ask_shelter(self.t, self.talk.handovers),))
        self.talk.awaiting = ""
        if place in DISTRICT_NAMES:
            return self.placed(DescribeCase(district=place))
        self.handed().placed = True
        return Outcome((handover.noted(self.t),))

    def to_staff(self) -> Outcome:
        """While a case is open the bot keeps silent and passes on."""
        if self.talk.awaiting == "shelter":
            self.talk.awaiting = ""
            return self.placed(DescribeCase(shelter=self.message.text[:_SHELTER_LENGTH]))
        return Outcome(effects=(AddToCase((self.line,)),))

    def with_file(self, outcome: Outcome) -> Outcome:
        """What came with the message goes with what was written below it; if it cannot, both sides are told."""
        if (file := self.message.file) is None or self.talk.status == "bot":
            return outcome
        effects = list(outcome.effects)
        said = [place for place, effect in enumerate(effects) if isinstance(effect, AddToCase)]
        if not said:
            said, effects = [len(effects)], [*effects, AddToCase(("",))]
        added = effects[said[-1]]
        if isinstance(added, AddToCase):
            effects[said[-1]] = replace(added, file=not file.problem, refused=file.problem)
        told = (handover.refused_file(self.t, file.problem),) if file.problem else ()
        return replace(outcome, replies=(*outcome.replies, *told), effects=tuple(effects))

    # The way back

    def do_case(self, what: str) -> Outcome:
        """The person ends the talk with staff."""
        if self.of_this_case(what) != "close":
            return Outcome((small_talk.button_too_old(self.t),))
        answered = self.talk.status == "assigned"
        self.talk.status, self.talk.awaiting, self.talk.failures = "bot", "", 0
        return Outcome((handover.closed_by_person(self.t, self.talk.handovers, answered=answered),), (CloseCase(),))

    def do_rate(self, what: str) -> Outcome:
        """One tap after the end: whether staff were of help; an older case is rated no more."""
        number, _, value = what.partition(":")
        if number != str(self.talk.handovers) or value not in handover.RATINGS:
            return Outcome((small_talk.button_too_old(self.t),))
        return Outcome((handover.rated(self.t, value),), (RateCase(value),))
