"""The whole conversation, top to bottom: one message in, replies and effects out.

The order of the questions is the order of importance: danger first, then the person's rights over their
data, then silence while people talk to people, and only then what the bot is for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import menu
from bot.answers import FAQ, appointment_card, entry_reply, intent_label, service_card
from bot.content.model import Catalogue
from bot.conversation import (
    AddToCase,
    CloseCase,
    Conversation,
    CountQuestion,
    DescribeCase,
    Effect,
    EraseAll,
    OpenCase,
    Outcome,
    Reason,
    SendExport,
)
from bot.dialogues import browse, data, language, small_talk
from bot.escalation import replies as handover
from bot.escalation.districts import DISTRICTS
from bot.i18n import Texts, spoken
from bot.messages import Button, Message, Reply, Understanding
from bot.understanding.interpreter import Interpreter
from bot.understanding.safety import SafetyWords

FAILURES_BEFORE_HANDOVER = 2
OFFERED = 3
_SHELTER_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything that answers, tied together by ``bootstrap``.

    ``catalogue`` is a function because content may be replaced while Lotse runs; ``redact`` cleans a
    question of everything personal; ``now`` is the clock (aware datetimes);
    ``on_understood`` counts (band, language).
    """

    interpreter: Interpreter
    safety: SafetyWords
    catalogue: Callable[[], Catalogue]
    redact: Callable[[str], str]
    now: Callable[[], datetime]
    on_understood: Callable[[str, str], None] = lambda _band, _language: None

    async def respond(self, message: Message, talk: Conversation) -> Outcome:
        """Decide what to answer and what to keep; changes ``talk`` in place.

        Raises:
            Exception: whatever a part raises; the caller tries again and then sets the message aside.
        """
        return await _Turn(self, self.catalogue(), message, talk).run()


class _Turn:
    """One turn: the message, the conversation, and what has been decided so far."""

    def __init__(self, house: Assistant, catalogue: Catalogue, message: Message, talk: Conversation) -> None:
        self.house = house
        self.catalogue = catalogue
        self.message = message
        self.talk = talk
        hinted = spoken(message.language_hint, catalogue.languages)
        # Where nothing is known, the language is read from the words alone.
        self.prior = talk.language or hinted or None
        talk.language = talk.language or hinted or "de"
        self.t = Texts(talk.language)
        talk.forget_old(house.now())

    async def run(self) -> Outcome:
        """Take the first answer in the order of importance."""
        message, with_staff = self.message, self.talk.status != "bot"
        if message.kind == "text" and (match := self.house.safety.find(message.text)):
            if match.language in self.catalogue.languages and not self.talk.chosen:
                self.t = Texts(match.language)
            return self.danger(match.kind)
        if message.kind == "text":
            return self.to_staff() if with_staff else await self.free_text()
        if message.kind == "command":
            return self.do(_COMMANDS.get(message.text, "help"))
        if message.kind == "tap":
            return self.do(message.action)
        if message.kind == "location" and not with_staff:
            return Outcome((small_talk.location(self.t),))
        # Staff do not see it either, so silence would lose it.
        return Outcome((small_talk.unreadable(self.t, message.medium),))

    # What comes before everything else

    def danger(self, kind: str) -> Outcome:
        """The numbers that help; despair is handed over at once, other danger on a tap."""
        reply = handover.crisis(self.t) if kind == "crisis" else handover.danger(self.t)
        if self.talk.status != "bot":
            return Outcome((reply,), (AddToCase((self.message.text,)),) if self.message.kind == "text" else ())
        if self.message.kind == "text":
            self.talk.remember(self.message.text, self.house.now())
        return self.open_case("crisis", first=reply) if kind == "crisis" else Outcome((reply,))

    # Buttons and commands

    def do(self, action: str) -> Outcome:
        """Carry out a verified action; an empty or unknown one comes from an old or foreign button."""
        name, _, argument = action.partition(":")
        if self.talk.status != "bot" and name not in _ALLOWED_WITH_STAFF:
            return Outcome((handover.still_open(self.t, self.catalogue.handover, self.talk.handovers),))
        simple = {
            "menu": menu.menu,
            "settings": menu.settings,
            "privacy": data.privacy,
            "help": small_talk.help_text,
        }
        if name in simple:
            return Outcome((simple[name](self.t),))
        method = getattr(self, "do_" + name.replace("-", "_"), None) if name in _ACTIONS else None
        return method(argument) if method else Outcome((small_talk.button_too_old(self.t),))

    def do_start(self, _: str) -> Outcome:
        """Begin: choose a language."""
        return Outcome((language.choose(self.t, self.catalogue.languages, welcome=True),))

    def do_lang(self, code: str) -> Outcome:
        """Ask for the language, or take the one that was tapped."""
        if code not in self.catalogue.languages:
            return Outcome((language.choose(self.t, self.catalogue.languages, welcome=False),))
        self.talk.language, self.talk.chosen = code, True
        self.t = Texts(code)
        confirmed = language.chosen(self.t, self.catalogue.languages)
        if self.talk.status != "bot":
            return Outcome((confirmed,))
        return Outcome((confirmed, language.introduction(self.t)))

    def do_switch(self, code: str) -> Outcome:
        """Keep the language of the last message for good."""
        if code not in self.catalogue.languages:
            return self.do_lang("")
        self.talk.language, self.talk.chosen = code, True
        # The answer above the button stays on the screen.
        return Outcome((replace(language.chosen(Texts(code), self.catalogue.languages), replaces=False),))

    def do_ask(self, _: str) -> Outcome:
        """Topics to browse, for those who do not like to write."""
        return Outcome((browse.groups(self.catalogue, self.t),))

    def do_group(self, group: str) -> Outcome:
        """The topics of a group."""
        if group not in self.catalogue.groups:
            return Outcome((small_talk.button_too_old(self.t),))
        return Outcome((browse.topics(self.catalogue, group, self.t),))

    def do_faq(self, topic: str) -> Outcome:
        """An answer chosen by a tap."""
        if topic not in self.catalogue.faq:
            return Outcome((small_talk.button_too_old(self.t),))
        intent = FAQ + topic
        self.talk.options = [option for option in self.talk.options if option != intent]
        return Outcome((entry_reply(self.catalogue, self.catalogue.faq[topic], self.t),))

    def do_courses(self, _: str) -> Outcome:
        """Where German courses are found."""
        return Outcome((browse.courses(self.catalogue, self.t),))

    def do_sport(self, _: str) -> Outcome:
        """Where sport offers are found."""
        return Outcome((browse.sport(self.catalogue, self.t),))

    def do_offices(self, _: str) -> Outcome:
        """All offices and counselling places."""
        return Outcome((browse.services(self.catalogue, "office", self.t),))

    def do_office(self, service: str) -> Outcome:
        """The card of one office."""
        if service not in self.catalogue.services:
            return Outcome((small_talk.button_too_old(self.t),))
        return Outcome((service_card(self.catalogue.services[service], self.t),))

    def do_appointments(self, _: str) -> Outcome:
        """Offices by how one gets an appointment there."""
        return Outcome((browse.services(self.catalogue, "appointment", self.t),))

    def do_appointment(self, service: str) -> Outcome:
        """How one gets an appointment at one office."""
        if service not in self.catalogue.services:
            return Outcome((small_talk.button_too_old(self.t),))
        return Outcome((appointment_card(self.catalogue.services[service], self.t),))

    def do_export(self, _: str) -> Outcome:
        """All that is stored, as a file."""
        return Outcome(effects=(SendExport(data.export_caption(self.t)),))

    def do_delete(self, confirmed: str) -> Outcome:
        """Erase at once; the button asks first, the command is clear enough."""
        if self.message.kind == "tap" and confirmed != "yes":
            return Outcome((data.ask_before_erasing(self.t, case_open=self.talk.status != "bot"),))
        return Outcome((data.erased(self.t),), (EraseAll(),))

    def do_emergency(self, _: str) -> Outcome:
        """The numbers, asked for by a button."""
        return self.danger("emergency")

    def do_crisis(self, _: str) -> Outcome:
        """Somebody to talk to, asked for by a button."""
        return self.danger("crisis")

    # Handing over

    def do_human(self, _: str) -> Outcome:
        """Open a case, or say that it is open."""
        if self.talk.status != "bot":
            return Outcome((handover.still_open(self.t, self.catalogue.handover, self.talk.handovers),))
        return self.open_case("asked")

    def do_alert(self, _: str) -> Outcome:
        """Alert staff to an emergency."""
        if self.talk.status != "bot":
            return Outcome((handover.still_open(self.t, self.catalogue.handover, self.talk.handovers),))
        return self.open_case("emergency")

    def open_case(self, reason: Reason, first: Reply | None = None) -> Outcome:
        """Hand over, and ask what staff may know: the last messages, then the district."""
        self.talk.handovers += 1
        told = [first] if first else []
        told.append(handover.opened(self.t, reason, self.catalogue.handover, self.talk.handovers))
        told.append(self.next_question())
        self.talk.status, self.talk.failures, self.talk.options = "queued", 0, []
        return Outcome(tuple(told), (OpenCase(reason, self.t.language),))

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
        return Outcome(effects=(AddToCase((self.message.text,)),))

    # Free text

    async def free_text(self) -> Outcome:
        """Understand and act: sure, unsure, unknown."""
        if not any(letter.isalpha() for letter in self.message.text):
            return Outcome((small_talk.unreadable(self.t, "signs"),))
        understanding = await self.house.interpreter.understand(self.message.text, self.prior)
        self.house.on_understood(understanding.band, understanding.language)
        if understanding.language not in self.catalogue.languages:
            return Outcome((language.not_spoken(self.t, self.catalogue.languages),))
        self.speak(understanding.language)
        self.talk.remember(self.message.text, self.house.now())
        outcome = self.by_band(understanding)
        return self.with_offer_to_stay(outcome)

    def speak(self, code: str) -> None:
        """Answer in the language of the message; it becomes the talk's own unless the person chose another."""
        if not self.talk.chosen:
            self.talk.language = code
        self.t = Texts(code)

    def with_offer_to_stay(self, outcome: Outcome) -> Outcome:
        """Below an answer in another than the chosen language, offer to switch for good."""
        if self.t.language == self.talk.language or not outcome.replies:
            return outcome
        last = outcome.replies[-1]
        offer = (language.offer_to_stay(self.t, self.catalogue.languages),)
        return replace(outcome, replies=(*outcome.replies[:-1], replace(last, buttons=(*last.buttons, offer))))

    def by_band(self, understanding: Understanding) -> Outcome:
        """Act when sure, ask when unsure, offer a human when neither."""
        offers = [
            candidate.intent
            for candidate in understanding.ranking
            if intent_label(self.catalogue, candidate.intent, self.t)
        ]
        if understanding.band == "sure":
            self.talk.options = [intent for intent in offers if intent != understanding.intent]
            return self.act(understanding)
        if understanding.band == "unsure" and offers and understanding.intent != "out_of_scope":
            self.talk.options = offers[OFFERED:]
            return Outcome((small_talk.did_you_mean(self.t, self.buttons_for(offers[:OFFERED])),))
        self.talk.options = []
        return self.not_understood(self.message.text)

    def act(self, understanding: Understanding) -> Outcome:
        """Do what was meant."""
        intent = understanding.intent
        if intent == "complaint":
            return self.do_no_help("")
        self.talk.failures = 0
        if intent.startswith(FAQ):
            topic = intent.removeprefix(FAQ)
            return self.do_faq(topic) if topic in self.catalogue.faq else self.not_understood(self.message.text)
        if intent in _OFFICE_INTENTS:
            return self.at_office(intent, understanding.entities.get("office", ()))
        small = {"greet": small_talk.greet, "thank": small_talk.thank, "goodbye": small_talk.goodbye}
        if intent in small:
            return Outcome((small[intent](self.t),))
        action = _ACTION_OF_INTENT.get(intent)
        return self.do(action) if action else Outcome((small_talk.out_of_scope(self.t),))

    def at_office(self, intent: str, offices: Sequence[str]) -> Outcome:
        """The card of the office that was named, else all of them."""
        action = _OFFICE_INTENTS[intent]
        known = [office for office in offices if office in self.catalogue.services]
        if len(known) == 1:
            return self.do(f"{action}:{known[0]}")
        return Outcome((browse.services(self.catalogue, action, self.t, only=known),))

    def not_understood(self, text: str) -> Outcome:
        """Say so, count the question, offer a human; the second time in a row a human is called."""
        counted = CountQuestion(self.house.redact(text), self.t.language) if text else None
        effects: tuple[Effect, ...] = (counted,) if counted and counted.text else ()
        return self.failed("no_answer", small_talk.not_understood(self.t), effects)

    def failed(self, reason: Reason, reply: Reply, effects: tuple[Effect, ...] = ()) -> Outcome:
        """One more failure; the second in a row is handed over."""
        self.talk.failures += 1
        if self.talk.failures < FAILURES_BEFORE_HANDOVER:
            return Outcome((reply,), effects)
        opened = self.open_case(reason)
        return replace(opened, effects=(*opened.effects, *effects))

    def do_none(self, _: str) -> Outcome:
        """None of the offered meanings was right."""
        return self.not_understood(self.talk.recent[-1][1] if self.talk.recent else "")

    def do_no_help(self, _: str) -> Outcome:
        """An answer did not help: the next best answers, then a human."""
        offers, self.talk.options = self.talk.options[:OFFERED], self.talk.options[OFFERED:]
        if not offers:
            return self.failed("not_helped", small_talk.no_help(self.t))
        return self.failed("not_helped", small_talk.next_best(self.t, self.buttons_for(offers)))

    def buttons_for(self, intents: Sequence[str]) -> tuple[tuple[Button, ...], ...]:
        """One button a meaning."""
        return tuple(
            (Button(intent_label(self.catalogue, intent, self.t), action=_action_for(intent)),) for intent in intents
        )


def _action_for(intent: str) -> str:
    if intent.startswith(FAQ):
        return "faq:" + intent.removeprefix(FAQ)
    if intent in _OFFICE_INTENTS:
        return _OFFICE_INTENTS[intent] + "s"
    return _ACTION_OF_INTENT[intent]


_COMMANDS = {
    "start": "start",
    "menu": "menu",
    "language": "lang",
    "help": "help",
    "human": "human",
    "privacy": "privacy",
    "export": "export",
    "delete": "delete",
}
_OFFICE_INTENTS = {"find_office": "office", "find_appointment": "appointment"}
_ACTION_OF_INTENT = {
    "help": "help",
    "change_language": "lang",
    "find_course": "courses",
    "find_sport": "sport",
    "talk_to_human": "human",
    "emergency": "emergency",
    "crisis": "crisis",
    "delete_my_data": "privacy",
}
_ACTIONS = frozenset(
    {
        *("start", "lang", "switch", "ask", "group", "faq", "courses", "sport"),
        *("offices", "office", "appointments", "appointment", "export", "delete", "emergency", "crisis"),
        *("human", "alert", "consent", "place", "case", "none", "no-help"),
    }
)
# While a case is open: the person's rights over their data, their language, the case itself, and danger.
_ALLOWED_WITH_STAFF = frozenset(
    {
        *("privacy", "export", "delete", "lang", "switch"),
        *("human", "alert", "consent", "place", "case", "emergency", "crisis"),
    }
)
