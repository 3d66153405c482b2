"""What people type in their own words where a button would do: what they keep, news, more results, and company."""

from typing import ClassVar, Final

from bot.content.vocabulary import DISTRICT_NAMES
from bot.conversation import Conversation, Outcome
from bot.dialogues.finding.keeping import Keeping
from bot.dialogues.finding.level_check import LevelCheck
from bot.dialogues.finding.neighbours import Neighbours
from bot.dialogues.finding.questions import ANY, about
from bot.dialogues.finding.typed import KINDS
from bot.dialogues.finding.words import wish_label
from bot.messages import Understanding
from bot.offers.wishes import WishName, from_json, given, wishes_of, without
from bot.understanding.normalise import words_of
from bot.understanding.safety_phrases import fold
from bot.understanding.typed_phrases import TypedPhrases

_ON_A_CARD: Final = frozenset({"offer", "save", "unsave", "ics", "watch"})
_FEW_WORDS: Final = 4
"""In so few words, "a women's group" means nothing but that, whatever it was taken for."""
_MOST_WORDS: Final = 5
"""So many words may say that one wish does not matter."""
_NEVER: Final = frozenset({"emergency", "crisis", "faq/violence-against-women"})
"""Whoever may be in danger is not sent to a group."""
_NEVER_GIVEN_UP: Final[frozenset[WishName]] = frozenset({"kind", "free", "near"})
"""Wishes that are themselves said with "without": "without paying"."""


class OwnWords(LevelCheck, Keeping, Neighbours):
    """The part of a turn that reads phrases; ``phrases`` are those of all languages."""

    ACTIONS: ClassVar[frozenset[str]] = LevelCheck.ACTIONS | Keeping.ACTIONS | Neighbours.ACTIONS
    phrases: TypedPhrases

    def note_screen(self, name: str, argument: str) -> None:
        """Note whose card stands on the screen now, and that the numbers there are no longer those of the results."""
        search = self.talk.search
        if search is None:
            return
        search.card = argument if name in _ON_A_CARD else ""
        if name == "saved":
            search.page = []

    def on_the_card(self) -> tuple[str, str] | None:
        """The action of a button of the last card that was typed, and the talk's language; else None."""
        search, words = self.talk.search, fold(self.message.text)
        offer = self.stock.by_key.get(search.card) if search and words else None
        if offer is None:
            return None
        buttons = (button for row in self.card(offer).buttons for button in row)
        action = next((button.action for button in buttons if button.action and fold(button.label) == words), "")
        return (action, self.talk.language) if action else None

    def said_instead(self) -> tuple[str, str] | None:
        """The action of the button that the whole text stands for, and the language of its words; else None."""
        for meaning in self.phrases.meanings(self.message.text, self.talk.language):
            if action := _action(meaning.subject, self.talk):
                return action, meaning.language
        return None

    def stops_news(self) -> bool:
        """Whether a text says nothing but that the person wants no more news, and they do get some."""
        said = self.phrases.meanings(self.message.text, self.talk.language) if self.talk.watches else ()
        return any(meaning.subject == "stop" for meaning in said)

    def looks_for(self, understanding: Understanding) -> Outcome | None:
        """A sport mentor, volunteers or groups that a text looks for, in the district that it names; else None."""
        if understanding.intent in _NEVER and understanding.band != "unknown":
            return None
        said = self.phrases.within(self.message.text, self.talk.language)
        if said is None or (said.subject == "groups" and not self._groups_meant(understanding)):
            return None
        self.talk.failures, self.talk.offered = 0, []
        if said.subject == "groups":
            return self.find("group", understanding)
        named = [district for district in understanding.entities.get("district", ()) if district in DISTRICT_NAMES]
        where = named[0] if len(named) == 1 else ""
        return self.do_mentor(where) if said.subject == "mentor" else self.do_circle(where)

    def _groups_meant(self, understanding: Understanding) -> bool:
        """Whether groups as such are meant, and not those of a course or of a sport: "Gruppen im B1-Kurs"."""
        if understanding.entities.get("sport") or understanding.entities.get("level"):
            return False
        return understanding.intent not in KINDS or len(words_of(self.message.text)) <= _FEW_WORDS

    def given_up(self, understanding: Understanding) -> Outcome | None:
        """Take off wishes that do not matter any more: "not in the evening"; None where a text says no such thing."""
        present = self.talk.search
        if present is None or not self.phrases.gives_up(self.message.text, _MOST_WORDS):
            return None
        wishes = from_json(present.wishes)
        said = f" {fold(self.message.text)} "
        named = {name for name in given(wishes) if f" {fold(wish_label(name, wishes, self.t))} " in said}
        named = (named | set(given(wishes_of(understanding.entities)))) - _NEVER_GIVEN_UP
        if not named or not named <= set(given(wishes)):
            return None
        for name in named:
            wishes = without(wishes, name)
        self._wish(present, wishes)
        return self.go_on()


def _action(subject: str, talk: Conversation) -> str:
    """The action of what was said, where it makes sense in this talk; else nothing."""
    if subject == "saved":
        return "saved"
    if subject == "stop" or (subject == "halt" and talk.watches):
        return "unwatch"
    search = talk.search
    if search is None or subject == "halt":
        return ""
    asked = bool(about(search.question))
    return {
        "more": f"more:{search.number}" if search.shown and not asked else "",
        "results": f"results:{search.number}",
        "change": f"filters:{search.number}",
        "any": f"wish:{search.number}:{search.question}:{ANY}" if asked else f"results:{search.number}",
    }[subject]
