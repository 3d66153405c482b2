"""The whole conversation, top to bottom: one message in, replies and effects out.

The order of the questions is the order of importance: danger first, then the person's rights over their
data, then silence while people talk to people, and only then what the bot is for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import menu
from bot.answers import FAQ, appointment_card, entry_reply, intent_label
from bot.content.model import Catalogue
from bot.conversation import (
    AddToCase,
    Conversation,
    CountQuestion,
    Effect,
    EraseAll,
    OfferKind,
    Outcome,
    Reason,
    SendExport,
)
from bot.dialogues import browse, danger, data, language, next_best, small_talk, typed
from bot.dialogues.offices import Offices
from bot.dialogues.own_words import OwnWords
from bot.dialogues.turn import EDITED
from bot.i18n import Texts
from bot.messages import Button, Message, Reply, Understanding
from bot.offers.stock import Stock
from bot.understanding.guarded import Guarded
from bot.understanding.interpreter import Interpreter
from bot.understanding.safety import SafetyMatch, SafetyWords
from bot.understanding.typed_phrases import TypedPhrases

FAILURES_BEFORE_HANDOVER = 2
OFFERED = 3


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything that answers, tied together by ``bootstrap``.

    ``catalogue`` is a function because content may be replaced while Lotse runs; ``redact`` cleans a
    question of everything personal; ``now`` is the clock (aware datetimes); ``offers`` are those of the moment;
    ``on_understood`` counts (band, language). ``transcript_days`` and ``media_days`` are how long talks with staff and
    the files in them stay after their end, ``staff_topics`` whether they are in a group of the staff on Telegram too,
    and ``translated`` whether staff can let a machine translate them.
    """

    interpreter: Interpreter
    safety: SafetyWords
    phrases: TypedPhrases
    catalogue: Callable[[], Catalogue]
    redact: Callable[[str], str]
    now: Callable[[], datetime]
    offers: Callable[[], Stock]
    on_understood: Callable[[str, str], None] = lambda _band, _language: None
    transcript_days: int = 90
    staff_topics: bool = False
    translated: bool = False
    media_days: int = 30

    async def respond(self, message: Message, talk: Conversation) -> Outcome:
        """Decide what to answer and what to keep; changes ``talk`` in place.

        Raises:
            Exception: whatever a part raises; the caller tries again and then sets the message aside.
        """
        turn = _Turn(self, message, talk)
        failures = talk.failures
        return turn.with_count(await turn.with_gloss(await turn.run()), failures)


class _Turn(OwnWords, Offices):
    """One turn from top to bottom: the parts of the house come to what every turn knows."""

    def __init__(self, house: Assistant, message: Message, talk: Conversation) -> None:
        super().__init__(house.catalogue(), message, talk, house.now(), house.offers())
        self.house, self.phrases = house, house.phrases

    async def run(self) -> Outcome:
        """Take the first answer in the order of importance."""
        message, with_staff = self.message, self.talk.status != "bot"
        if match := self.house.safety.find(message.words):
            return self.with_file(self.cry(match))
        if message.kind == "text":
            return await self.in_words()
        if message.kind == "command":
            return await self.command()
        if message.kind == "tap":
            return self.do(message.action)
        if message.kind == "location" and message.location and not with_staff:
            return self.near(message.location)
        return await self.unreadable()

    async def unreadable(self) -> Outcome:
        """A picture, a voice message and the like: staff get what can be kept, and the bot can only say sorry."""
        words = self.message.text
        if self.message.file and self.talk.status != "bot":
            return self.with_file(self.to_staff() if words.strip() else Outcome())
        # Staff do not see it either, so silence would lose it; what is written below it can be read.
        below = await self.in_words() if _has_letters(words) else Outcome()
        return replace(below, replies=(small_talk.unreadable(self.t, self.message.medium), *below.replies))

    async def in_words(self) -> Outcome:
        """What was written goes to staff, or is understood."""
        if self.talk.status != "bot":
            # The right to be left alone holds at any time; all else is for those who talk.
            return self.do("unwatch") if self.stops_news() else self.to_staff()
        return Outcome() if await self.says_the_same() else await self.free_text()

    async def says_the_same(self) -> bool:
        """Whether a correction means what was answered already: then that answer stands."""
        if not self.message.edited or not self.talk.recent or not _has_letters(self.message.text):
            return False
        understand = self.house.interpreter.understand
        before = await understand(self.talk.recent[-1][1], self.prior)
        after = await understand(self.message.text, self.prior)
        same = replace(before, confidence=after.confidence, ranking=after.ranking) == after
        if same:
            self.talk.recent.pop()
            self.talk.remember(self.message.text, self.now)
        return same

    async def command(self) -> Outcome:
        """Carry out a command; words behind it are kept where somebody may read them."""
        name, rest, with_staff = self.message.text, self.message.rest, self.talk.status != "bot"
        if rest and name not in _COMMANDS:
            words = f"/{name} {rest}" if with_staff else rest
            self.message = replace(self.message, kind="text", text=words, rest="")
            return await self.in_words()
        if rest and name == "human" and not with_staff:
            self.talk.remember(rest, self.now)
        outcome = self.do(_COMMANDS.get(name, "help"))
        if rest and with_staff and name not in _WORDLESS:
            return replace(outcome, effects=(*outcome.effects, AddToCase((self.line,))))
        return outcome

    async def with_gloss(self, outcome: Outcome) -> Outcome:
        """What the person wrote goes to staff with what it was understood as: they may not read the language."""
        effects = [
            replace(effect, understood=tuple([await self.gloss(text) for text in effect.texts]))
            if isinstance(effect, AddToCase) and not effect.understood
            else effect
            for effect in outcome.effects
        ]
        return replace(outcome, effects=tuple(effects))

    async def gloss(self, text: str) -> Understanding | None:
        """What words mean as far as Lotse can tell; they reach staff all the same where it cannot."""
        words = text.removesuffix(EDITED)
        if not _has_letters(words):
            return None
        try:
            return await Guarded(self.house.interpreter, self.house.safety).understand(words, self.prior)
        except Exception:  # noqa: BLE001 - whatever is wrong with the understanding, people read what was written
            return None

    # What comes before everything else

    def cry(self, match: SafetyMatch) -> Outcome:
        """Words of danger, answered in the language in which they were cried."""
        self.no_surname()
        codes, interpreter = self.catalogue.languages, self.house.interpreter
        self.speak(danger.language_of(match, self.message.words, self.prior, interpreter, codes))
        return self.with_offer_to_stay(self.danger(match.kind))

    # Buttons and commands

    def do(self, action: str) -> Outcome:
        """Carry out a verified action; an empty or unknown one comes from an old or foreign button."""
        name, _, argument = action.partition(":")
        if name != "team":
            self.no_surname()
        if self.talk.status != "bot" and name not in _ALLOWED_WITH_STAFF:
            return self.case_is_open()
        simple = {
            "menu": menu.menu,
            "settings": menu.settings,
            "help": small_talk.help_text,
        }
        if name in simple:
            return Outcome((simple[name](self.t),))
        self.note_screen(name, argument)
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
        self.shown(FAQ + topic)
        return Outcome((entry_reply(self.catalogue, self.catalogue.faq[topic], self.t),))

    def do_offices(self, _: str) -> Outcome:
        """All offices and counselling places."""
        return Outcome((browse.services(self.catalogue, "office", self.t),))

    def do_appointments(self, _: str) -> Outcome:
        """Offices by how one gets an appointment there."""
        return Outcome((browse.services(self.catalogue, "appointment", self.t),))

    def do_appointment(self, service: str) -> Outcome:
        """How one gets an appointment at one office."""
        if service not in self.catalogue.services:
            return Outcome((small_talk.button_too_old(self.t),))
        self.answered("find_appointment")
        return Outcome((appointment_card(self.catalogue.services[service], self.t, self.now),))

    def do_privacy(self, _: str) -> Outcome:
        """What is kept, and for how long."""
        house = self.house
        days = (house.transcript_days, house.media_days)
        seen = {"staff_topics": house.staff_topics, "translated": house.translated}
        return Outcome((data.privacy(self.t, *days, **seen),))

    def do_export(self, _: str) -> Outcome:
        """All that is stored, as a file."""
        return Outcome(effects=(SendExport(data.export_caption(self.t)),))

    def do_delete(self, confirmed: str) -> Outcome:
        """Erase at once; the button asks first, the command is clear enough."""
        if self.message.kind != "command" and confirmed != "yes":
            return Outcome((data.ask_before_erasing(self.t, case_open=self.talk.status != "bot"),))
        return Outcome((data.erased(self.t),), (EraseAll(),))

    # Free text

    async def free_text(self) -> Outcome:
        """Understand and act: sure, unsure, unknown."""
        typed_label = typed.meant(self.message.text, self.catalogue.languages, self.talk.language)
        if label := self.answer_in_words() or self.on_the_card() or typed_label or self.said_instead():
            return self.as_tapped(*label)
        if not _has_letters(self.message.text):
            return Outcome((small_talk.unreadable(self.t, "signs"),))
        if checked := self.check_in_words(self.message.text):
            return checked
        understanding = await self.house.interpreter.understand(self.message.text, self.prior)
        # A surname is used and forgotten: it is neither counted nor remembered, and no language is read from it.
        team = self.surname_given(sure=understanding.band == "sure") if self.talk.awaiting == "surname" else None
        if team := team or self.team_in_words(understanding):
            return team
        self.house.on_understood(understanding.band, understanding.language)
        if understanding.language not in self.catalogue.languages:
            return Outcome((language.not_spoken(self.t, self.catalogue.languages),))
        self.speak(understanding.language)
        self.talk.remember(self.message.text, self.now)
        own = self.looks_for(understanding) or self.given_up(understanding)
        outcome = own or self.about_search(understanding) or self.by_band(understanding)
        return self.with_offer_to_stay(outcome)

    def as_tapped(self, action: str, code: str) -> Outcome:
        """The words of a button do what the button does; where no language is known yet, in theirs."""
        if self.prior is None:
            self.speak(code)
        outcome = self.do(action)
        return replace(outcome, replies=tuple(replace(reply, replaces=False) for reply in outcome.replies))

    def by_band(self, understanding: Understanding) -> Outcome:
        """Act when sure, ask when unsure, offer a human when neither."""
        offers = [
            candidate.intent
            for candidate in understanding.ranking
            if intent_label(self.catalogue, candidate.intent, self.t)
        ]
        if understanding.band == "sure":
            if next_best.answers_among([understanding.intent]):
                self.talk.options = next_best.answers_among(offers)
            return self.act(understanding)
        if understanding.band == "unsure" and offers and understanding.intent != "out_of_scope":
            self.talk.options = next_best.answers_among(offers)
            self.note_wishes(understanding)
            return Outcome((small_talk.did_you_mean(self.t, self.buttons_for(offers[:OFFERED])),))
        self.talk.options = []
        return self.not_understood(self.message.text)

    def act(self, understanding: Understanding) -> Outcome:
        """Do what was meant."""
        intent = understanding.intent
        if intent == "complaint":
            return self.do_no_help("")
        self.talk.failures, self.talk.offered = 0, []
        if intent.startswith(FAQ):
            topic = intent.removeprefix(FAQ)
            return self.do_faq(topic) if topic in self.catalogue.faq else self.not_understood(self.message.text)
        if intent.startswith("find_"):
            return self.to_find(understanding)
        small = {"greet": small_talk.greet, "thank": small_talk.thank, "goodbye": small_talk.goodbye}
        if intent in small:
            return Outcome((small[intent](self.t),))
        action = _ACTION_OF_INTENT.get(intent)
        return self.do(action) if action else Outcome((small_talk.out_of_scope(self.t),))

    def to_find(self, understanding: Understanding) -> Outcome:
        """Find offers, an office, or how one gets an appointment there: at the one that was named, else of all."""
        if kind := _KIND_OF_INTENT.get(understanding.intent):
            return self.find(kind, understanding)
        if understanding.intent == "find_office":
            return self.office_for(understanding)
        known = self.offices_named(understanding)
        if len(known) == 1:
            return self.do_appointment(known[0])
        return Outcome((browse.services(self.catalogue, "appointment", self.t, only=known),))

    def not_understood(self, text: str) -> Outcome:
        """Say so, count the question, offer a human; the second time in a row a human is called."""
        counted = CountQuestion(self.house.redact(text), self.t.language) if text else None
        effects: tuple[Effect, ...] = (counted,) if counted and counted.text else ()
        return self.failed("no_answer", small_talk.not_understood(self.t), effects)

    def failed(self, reason: Reason, reply: Reply, effects: tuple[Effect, ...] = ()) -> Outcome:
        """One more failure; the second in a row is handed over."""
        self.talk.failures += 1
        self.talk.noted_at = self.now.isoformat()
        if self.talk.failures < FAILURES_BEFORE_HANDOVER:
            return Outcome((reply,), effects)
        opened = self.open_case(reason)
        return replace(opened, effects=(*opened.effects, *effects))

    def do_none(self, _: str) -> Outcome:
        """None of the offered meanings was right."""
        return self.not_understood(self.talk.recent[-1][1] if self.talk.recent else "")

    def do_no_help(self, _: str) -> Outcome:
        """An answer did not help: the next best answers, then a human."""
        talk, offers = self.talk, self.not_yet_offered()[:OFFERED]
        if not offers:
            return self.failed("not_helped", small_talk.no_help(self.t))
        talk.offered = [*talk.offered, *offers]
        talk.options = [intent for intent in talk.options if intent not in offers]
        return self.failed("not_helped", small_talk.next_best(self.t, self.buttons_for(offers)))

    def not_yet_offered(self) -> list[str]:
        """What else the question may have meant, else what is near the last answer."""
        known = (self.talk.options, next_best.near(self.catalogue, self.talk.shown))
        fresh = ([intent for intent in intents if intent not in self.talk.offered] for intents in known)
        return next((intents for intents in fresh if intents), [])

    def shown(self, intent: str) -> None:
        """Note the answer that may turn out not to help; what else the question may have meant stays on offer."""
        talk = self.talk
        expected = intent in talk.options or intent in talk.offered
        talk.options = [option for option in talk.options if option != intent] if expected else []
        self.answered(intent)
        talk.shown, talk.noted_at = intent, self.now.isoformat()

    def buttons_for(self, intents: Sequence[str]) -> tuple[tuple[Button, ...], ...]:
        """One button a meaning."""
        return tuple(
            (Button(intent_label(self.catalogue, intent, self.t), action=_action_for(intent)),) for intent in intents
        )


def _has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _action_for(intent: str) -> str:
    if intent.startswith(FAQ):
        return "faq:" + intent.removeprefix(FAQ)
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
# Behind these stands what a link put there, or nothing that outlives the command.
_WORDLESS = frozenset({"start", "delete"})
_ACTION_OF_INTENT = {
    "help": "help",
    "change_language": "lang",
    "find_course": "courses:these",
    "find_sport": "sport:these",
    "find_office": "offices",
    "find_appointment": "appointments",
    "talk_to_human": "human",
    "emergency": "emergency",
    "crisis": "crisis",
    "delete_my_data": "privacy",
}
_KIND_OF_INTENT: dict[str, OfferKind] = {"find_course": "course", "find_sport": "sport"}
_ACTIONS = frozenset(
    {
        *("start", "lang", "switch", "ask", "group", "faq"),
        *("offices", "appointments", "appointment", "export", "delete", "emergency", "crisis"),
        *("human", "alert", "consent", "place", "case", "rate", "none", "no-help", "privacy"),
        *(action for part in (OwnWords, Offices) for action in part.ACTIONS),
    }
)
# While a case is open: the person's rights over their data and over news, their language, the case itself, and danger.
_ALLOWED_WITH_STAFF = frozenset(
    {
        *("privacy", "export", "delete", "lang", "switch", "unwatch"),
        *("human", "alert", "consent", "place", "case", "emergency", "crisis"),
    }
)
