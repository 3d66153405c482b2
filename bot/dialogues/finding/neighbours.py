"""People who help to begin: a sport mentor, or a circle of volunteers.

What will be passed on is said before, and nothing else is passed on: the language, the district, and the wish.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from bot.content.vocabulary import DISTRICT_NAMES
from bot.conversation import AddToCase, DescribeCase, Effect, Outcome, Reason
from bot.dialogues import small_talk
from bot.dialogues.handing_over import HandingOver
from bot.escalation import replies as handover
from bot.i18n import Texts, embed
from bot.menu import menu_buttons, sport_mentor, volunteer_circle
from bot.messages import Button, Reply
from bot.offers.model import Offer
from bot.offers.stock import key_of

MENTORS: Final = "sport-mentors"
VOLUNTEERS: Final = "volunteers"
"""The queues of cases."""

_SHELTER, _SKIP, _ASK = "shelter", "skip", "ask"
_ANSWERS: Final = (*DISTRICT_NAMES, _SHELTER, _SKIP)
_EXAMPLE: Final = "Beispiel"


@dataclass(frozen=True, slots=True)
class _Wish:
    """What one may ask for: by which action, and what the case says. ``line`` is for staff, in German."""

    action: str
    reason: Reason
    queue: str
    line: str


_MENTOR: Final = _Wish("mentor", "sport_mentor", MENTORS, "Sucht Sportpaten")
_CIRCLE: Final = _Wish("circle", "volunteer_circle", VOLUNTEERS, "Sucht Kontakt zu einem Freundeskreis")


class Neighbours(HandingOver):
    """The part of a turn that asks people for company and help."""

    ACTIONS: ClassVar[frozenset[str]] = frozenset({"mentor", "circle", "mentor-yes", "circle-yes", "neighbours-no"})

    def do_mentor(self, where: str) -> Outcome:
        """Ask for a sport mentor; ``where`` is a district, what was answered instead of one, or nothing yet."""
        return self._asked(_MENTOR, where)

    def do_circle(self, where: str) -> Outcome:
        """Get in touch with volunteers; ``where`` is as with mentors, or the key of one circle."""
        if circle := self._circle(where):
            return Outcome((ask_to_pass_on(self.t, self._language, "circle", circle=circle),))
        return self._asked(_CIRCLE, where)

    def do_mentor_yes(self, where: str) -> Outcome:
        """The wish for a sport mentor may be passed on."""
        return self._passed_on(_MENTOR, where)

    def do_circle_yes(self, where: str) -> Outcome:
        """The wish for volunteers may be passed on."""
        if circle := self._circle(where):
            return self._to_staff(_CIRCLE, f"{_CIRCLE.line}: {_name_for_staff(circle)}", "")
        return self._passed_on(_CIRCLE, where)

    def do_neighbours_no(self, _: str) -> Outcome:
        """Nothing is passed on."""
        text = self.t.say("All right. I have passed nothing on. What do you need?")
        return Outcome((Reply(text=text, language=self.t.language, buttons=menu_buttons(self.t), replaces=True),))

    @property
    def _language(self) -> str:
        return self.catalogue.languages[self.t.language].name

    def _circle(self, key: str) -> Offer | None:
        offer = self.stock.by_key.get(key)
        return offer if offer and offer.group_type == "volunteer_circle" else None

    def _asked(self, wish: _Wish, where: str) -> Outcome:
        """Ask where, unless it is known; then ask whether it may be passed on."""
        place = where or self._searched_district()
        if place in _ANSWERS:
            return Outcome((ask_to_pass_on(self.t, self._language, wish.action, place),))
        if place in ("", _ASK):
            return Outcome((handover.ask_where(self.t, wish.action),))
        return Outcome((small_talk.button_too_old(self.t),))

    def _searched_district(self) -> str:
        """The district of the present search, if it is exactly one."""
        districts = list(self.talk.search.wishes.get("districts", [])) if self.talk.search else []
        return str(districts[0]) if len(districts) == 1 else ""

    def _passed_on(self, wish: _Wish, place: str) -> Outcome:
        if place not in _ANSWERS:
            return Outcome((small_talk.button_too_old(self.t),))
        district = place if place in DISTRICT_NAMES else ""
        where = f", Stadtbezirk {DISTRICT_NAMES[district]}" if district else ""
        outcome = self._to_staff(wish, wish.line + where, district)
        if place != _SHELTER:
            return outcome
        # The name of the shelter follows as text, as after every other handover.
        self.talk.awaiting = "shelter"
        return Outcome((*outcome.replies, handover.ask_shelter(self.t, self.talk.handovers)), outcome.effects)

    def _to_staff(self, wish: _Wish, line: str, district: str) -> Outcome:
        """Open a case that holds the wish, and nothing that was written before."""
        opened = self.open_case(wish.reason, queue=wish.queue, questions=False)
        told: tuple[Effect, ...] = (DescribeCase(consent=True, district=district), AddToCase((line,), (None,)))
        return Outcome(opened.replies, (*opened.effects, *told))


def ask_to_pass_on(t: Texts, language: str, action: str, place: str = "", circle: Offer | None = None) -> Reply:
    """May this be passed on? It says all of it.

    Args:
        t: the person's language.
        language: that language's own name.
        action: ``mentor`` or ``circle``.
        place: a district, ``shelter`` or ``skip``; nothing where one ``circle`` is meant.
        circle: the circle that is meant, if it is one.
    """
    about, button = {
        "mentor": (t.say("A sport mentor helps you to begin with sport."), sport_mentor(t)),
        "circle": (t.say("In a volunteer circle, neighbours meet refugees and help them."), volunteer_circle(t)),
    }[action]
    question = t.say("May I pass this on to the social workers? They get only this:")
    silence = t.say("Until one of them answers you, I am silent. You can end this at any time.")
    wish = _wish_line(action, circle, t)
    spoken = t.say("Your language: %(language)s", language=embed(language, t.language))
    told = [f"• {line}" for line in (wish, spoken, _place_line(place, t)) if line]
    where = key_of(circle.id) if circle else place
    yes = Button(t.say("Yes"), action=f"{action}-yes:{where}")
    no = Button(t.say("No"), action="neighbours-no")
    back = ((Button(t.say("↩ Back"), action=f"{action}:{_ASK}"),),) if place else ()
    return Reply(
        title=button.label,
        text="\n".join((about, "", question, *told, "", silence)),
        language=t.language,
        buttons=((yes, no), *back),
    )


def _wish_line(action: str, circle: Offer | None, t: Texts) -> str:
    if circle:
        return t.say("Your wish: contact with “%(name)s”", name=embed(circle.title_in(t.language), t.language))
    return {
        "mentor": t.say("Your wish: a sport mentor"),
        "circle": t.say("Your wish: contact with a volunteer circle"),
    }[action]


def _place_line(place: str, t: Texts) -> str:
    if place == _SHELTER:
        return t.say("Your shelter: you write its name in the next step")
    return (
        t.say("Your district: %(name)s", name=embed(DISTRICT_NAMES[place], t.language))
        if place in DISTRICT_NAMES
        else ""
    )


def _name_for_staff(circle: Offer) -> str:
    name = circle.title_in("de")
    return f"{name} ({_EXAMPLE})" if circle.sample else name
