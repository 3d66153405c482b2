"""Danger, and handing over to people: opening a case, what staff may know, silence, and the way back."""

from bot.conversation import AddToCase, CloseCase, DescribeCase, Effect, OpenCase, Outcome, Reason
from bot.dialogues import small_talk
from bot.dialogues.turn import Turn
from bot.escalation import replies as handover
from bot.escalation.districts import DISTRICTS
from bot.messages import Reply

_SHELTER_LENGTH = 200


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
        if self.talk.status != "bot":
            return Outcome((handover.still_open(self.t, self.catalogue.handover, self.talk.handovers),))
        return self.open_case("asked")

    def do_alert(self, _: str) -> Outcome:
        """Alert staff to an emergency."""
        return self.open_case("emergency") if self.talk.status == "bot" else self.made_urgent("emergency")

    def made_urgent(self, reason: Reason, first: Reply | None = None, said: tuple[Effect, ...] = ()) -> Outcome:
        """The open case becomes an urgent one, and the person is told that staff know."""
        told = handover.opened(self.t, reason, self.catalogue.handover, self.talk.handovers)
        return Outcome((first, told) if first else (told,), (DescribeCase(reason=reason), *said))

    def open_case(
        self, reason: Reason, first: Reply | None = None, *, queue: str = "", questions: bool = True
    ) -> Outcome:
        """Hand over, and ask what staff may know: the last messages, then the district.

        ``queue`` names those who are asked; without ``questions`` nothing is asked, because it was before.
        """
        self.talk.handovers += 1
        told = [first] if first else []
        told.append(handover.opened(self.t, reason, self.catalogue.handover, self.talk.handovers))
        if questions:
            told.append(self.next_question())
        self.talk.status, self.talk.failures, self.talk.options, self.talk.offered = "queued", 0, [], []
        return Outcome(tuple(told), (OpenCase(reason, self.t.language, queue),))

    def next_question(self) -> Reply:
        """Consent is asked only when there is something to show."""
        count = len(self.talk.recent)
        number = self.talk.handovers
        return handover.ask_consent(self.t, count, number) if count else handover.ask_place(self.t, number)

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
        place = handover.ask_place(self.t, self.talk.handovers)
        effects: list[Effect] = [DescribeCase(consent=given)]
        return Outcome((place,), (*effects, AddToCase(recent)) if recent else tuple(effects))

    def do_place(self, place: str) -> Outcome:
        """A district, a shelter whose name follows as text, or nothing."""
        if not (place := self.of_this_case(place)):
            return Outcome((small_talk.button_too_old(self.t),))
        if place == "shelter":
            self.talk.awaiting = "shelter"
            return Outcome((handover.ask_shelter(self.t, self.talk.handovers),))
        self.talk.awaiting = ""
        effects = (DescribeCase(district=place),) if place in DISTRICTS else ()
        return Outcome((handover.noted(self.t),), effects)

    def do_case(self, what: str) -> Outcome:
        """The person ends the talk with staff."""
        if self.of_this_case(what) != "close":
            return Outcome((small_talk.button_too_old(self.t),))
        self.talk.status, self.talk.awaiting, self.talk.failures = "bot", "", 0
        return Outcome((handover.closed_by_person(self.t),), (CloseCase(),))

    def to_staff(self) -> Outcome:
        """While a case is open the bot keeps silent and passes on."""
        if self.talk.awaiting == "shelter":
            self.talk.awaiting = ""
            return Outcome((handover.noted(self.t),), (DescribeCase(shelter=self.message.text[:_SHELTER_LENGTH]),))
        return Outcome(effects=(AddToCase((self.line,)),))
