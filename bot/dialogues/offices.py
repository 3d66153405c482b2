"""Offices: where they are, whether they are open on the days in question, and which team is responsible."""

from datetime import date, timedelta
from typing import ClassVar

from bot.answers import ask_surname, service_card, team_card
from bot.content.model import Service
from bot.conversation import Outcome
from bot.dialogues import browse, office_names, small_talk, surnames
from bot.dialogues.turn import Turn
from bot.messages import Understanding
from bot.understanding.dates import WEEKDAYS

_MOST_DAYS = 7
_FARTHEST = timedelta(days=366)


class Offices(Turn):
    """The part of a turn that deals with offices and counselling places."""

    ACTIONS: ClassVar[frozenset[str]] = frozenset({"office", "team"})

    def do_office(self, service: str) -> Outcome:
        """The card of one office."""
        return self.card_of(service)

    def do_team(self, argument: str) -> Outcome:
        """Ask for the surname, or show the team that was tapped."""
        name, _, number = argument.partition(":")
        service = self.catalogue.services.get(name)
        self.no_surname()
        if service is None or not service.teams or (number and not number.isdecimal()):
            return Outcome((small_talk.button_too_old(self.t),))
        if not number:
            return self.ask_for_surname(service)
        if int(number) >= len(service.teams):
            return Outcome((small_talk.button_too_old(self.t),))
        return self.team_of(service, int(number))

    def office_for(self, understanding: Understanding) -> Outcome:
        """The office that was named, with its hours on the days that were named; else offices to choose from."""
        known = self.offices_named(understanding)
        if len(known) == 1:
            return self.card_of(known[0], self.days_in(understanding))
        return Outcome((browse.services(self.catalogue, "office", self.t, only=known),))

    def offices_named(self, understanding: Understanding) -> list[str]:
        """The offices that were named: those that were understood, else those whose own name stands in the text."""
        named = dict.fromkeys(understanding.entities.get("office", ()))
        known = [office for office in named if office in self.catalogue.services]
        return known or office_names.named_in(self.message.text, self.catalogue.services.values())

    def team_in_words(self, understanding: Understanding) -> Outcome | None:
        """The team for a surname that stands in a sentence, or the question for it; None where none is asked for.

        It is asked before the sentence is remembered or counted, for a surname is used and forgotten.
        """
        text, intent, sure = self.message.text, understanding.intent, understanding.band == "sure"
        whose = not sure or intent == "find_office"
        which = whose or intent == "find_appointment" or intent.startswith("faq/")
        name = surnames.name_in(text) if whose else surnames.surname_in(text) if which else ""
        asked = (which and surnames.asks_for_team(text)) or (whose and surnames.asks_who_is_responsible(text))
        if not (name or asked) or understanding.language not in self.catalogue.languages:
            return None
        named = self.offices_named(understanding)
        service = self.catalogue.services[named[0]] if len(named) == 1 else None
        if service is None or not service.teams:
            return None
        self.speak(understanding.language)
        number = surnames.team_of(name, service.teams) if name else None
        if number is None:
            return self.with_offer_to_stay(self.ask_for_surname(service, again=bool(name)))
        return self.with_offer_to_stay(self.team_of(service, number))

    def surname_given(self, *, sure: bool = False) -> Outcome | None:
        """The team for the surname that was typed, which is forgotten at once; another one may follow.

        None where something else was written, or where it is ``sure`` what was meant: then nobody waits for a
        surname any more.
        """
        service = self.catalogue.services.get(self.talk.office)
        if sure or service is None or not service.teams or not surnames.could_be_name(self.message.text):
            self.no_surname()
            return None
        number = surnames.team_of(self.message.text, service.teams)
        if number is None:
            return self.ask_for_surname(service, again=True)
        return self.team_of(service, number)

    def team_of(self, service: Service, number: int) -> Outcome:
        """The card of one team."""
        self.answered("find_office")
        return Outcome((team_card(service, service.teams[number], self.t),))

    def no_surname(self) -> None:
        """Nobody waits for a surname any more."""
        if self.talk.awaiting == "surname":
            self.talk.awaiting = ""
        self.talk.office = ""

    def ask_for_surname(self, service: Service, *, again: bool = False) -> Outcome:
        """Wait for the surname, for an hour at most."""
        self.talk.awaiting, self.talk.office, self.talk.noted_at = "surname", service.id, self.now.isoformat()
        return Outcome((ask_surname(service, self.t, again=again),))

    def card_of(self, name: str, days: tuple[date, ...] = ()) -> Outcome:
        """The card of one office, also with its hours on these days."""
        service = self.catalogue.services.get(name)
        if service is None:
            return Outcome((small_talk.button_too_old(self.t),))
        self.answered("find_office")
        return Outcome((service_card(service, self.t, self.now, days),))

    def days_in(self, understanding: Understanding) -> tuple[date, ...]:
        """The days from today on that were named: single ones, those of a week, or the next such weekday."""
        today = self.today
        named = understanding.entities.get("date", ())
        days = [day for value in named for day in _days_of(value)]
        if not named:
            weekdays = understanding.entities.get("weekday", ())
            ahead = [(WEEKDAYS.index(day) - today.weekday()) % 7 for day in weekdays if day in WEEKDAYS]
            days = [today + timedelta(days=number) for number in ahead]
        wanted = sorted({day for day in days if today <= day <= today + _FARTHEST})
        return tuple(wanted[:_MOST_DAYS])


def _days_of(value: str) -> list[date]:
    """The days of an ISO 8601 day or interval; none of what cannot be read, or is longer than a week."""
    first, _, last = value.partition("/")
    try:
        start = date.fromisoformat(first)
        end = date.fromisoformat(last) if last else start
    except ValueError:
        return []
    length = (end - start).days + 1
    return [start + timedelta(days=number) for number in range(length)] if length <= _MOST_DAYS else []
