"""What was typed while a search is under way: the words of a button, an age, or more wishes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, get_args

from bot.content.model import Language
from bot.content.vocabulary import ENTITIES
from bot.conversation import OfferKind, Search
from bot.dialogues.finding.questions import ANY, about, answers
from bot.dialogues.finding.results import official
from bot.dialogues.finding.words import wish_label
from bot.i18n import Texts
from bot.menu import neighbour_buttons
from bot.messages import Understanding
from bot.offers.model import GROUP_TYPES, LEVELS
from bot.offers.stock import Stock
from bot.offers.wishes import (
    GENDERS,
    LIFE_STAGES,
    MODES,
    OLDEST,
    TIMES_OF_DAY,
    WEEKDAYS,
    Wishes,
    WishName,
    from_json,
    given,
    wishes_of,
    without,
)
from bot.understanding.normalise import words_of
from bot.understanding.safety_phrases import fold

KINDS: Final[Mapping[str, OfferKind]] = {"find_course": "course", "find_sport": "sport"}
"""The intents that ask for offers of a kind."""

_NUMBER: Final = re.compile(r"\W*(\d{1,3})\W*")
_CROSSED: Final = re.compile(r"[✕✖×❌-]\s*|[xX]\s+")
_FEW_WORDS: Final = 3
_WORDS_A_WISH: Final = 3
_NEVER_A_WISH: Final = frozenset({"faq/violence-against-women"})
_USELESS: Final[Mapping[OfferKind, tuple[WishName, ...]]] = {
    "course": ("sports", "group_types"),
    "sport": ("levels", "group_types"),
    "group": ("sports", "levels"),
}
"""What offers of a kind never say, so that nobody is asked to give it up."""


def answer_in_words(
    text: str, search: Search, stock: Stock, languages: Mapping[str, Language], present: str
) -> tuple[str, str] | None:
    """The action of the button below the open question with these words, and the label's language.

    ``present``'s own labels come first. A bare number answers for whom it is.
    """
    if not about(search.question):
        return None
    age = _NUMBER.fullmatch(text)
    if age and search.question == "who" and int(age[1]) <= OLDEST:
        return f"wish:{search.number}:ages:{int(age[1])}", present
    words = fold(text)
    for code in sorted(languages, key=lambda code: code != present):
        labels = _labels(search, Texts(code), stock) if words else {}
        if words in labels:
            return labels[words], code
    return None


def on_the_page(text: str, search: Search, languages: Mapping[str, Language], present: str) -> tuple[str, str] | None:
    """The action of the button below the results with these words, and the label's language.

    A bare number opens the offer with that number. "Without" and a wish is enough: how many offers that gives need
    not be typed, too.
    """
    if not search.shown:
        return None
    number = _NUMBER.fullmatch(text)
    if number and 0 < int(number[1]) <= len(search.page) and (key := search.page[int(number[1]) - 1]):
        return f"offer:{key}", present
    words, crossed = fold(text), _CROSSED.match(text.strip())
    for code in sorted(languages, key=lambda code: code != present):
        t = Texts(code)
        label = fold(text.strip()[crossed.end() :]) if crossed else words
        actions = _filters(search, t, crossed=bool(crossed)) if crossed else _below_results(search, t)
        if label and label in actions:
            return actions[label], code
        for start, action in _filters(search, t, crossed=False).items():
            if start and f"{words} ".startswith(f"{start} "):
                return action, code
    return None


def _below_results(search: Search, t: Texts) -> dict[str, str]:
    number, wishes = search.number, from_json(search.wishes)
    district = next(iter(wishes.districts), "") if len(wishes.districts) == 1 else ""
    buttons = (*neighbour_buttons(search.kind, t, district), official(search.kind, t))
    return {fold(button.label): button.action for button in buttons} | {
        fold(t.say("⬇ Show more")): f"more:{number}",
        fold(t.say("🔍 Change my wishes")): f"filters:{number}",
        fold(t.say("🔔 Tell me when a new one appears")): f"watch-new:{number}",
    }


def _filters(search: Search, t: Texts, *, crossed: bool) -> dict[str, str]:
    """The wishes that can be taken off: by their names alone, or by how a button that leaves one out begins."""
    wishes = from_json(search.wishes)
    names = [name for name in given(wishes) if name not in ("kind", "near")]
    labels = {name: wish_label(name, wishes, t) for name in names}
    if not crossed:
        labels = {name: t.say("Without “%(wish)s”: %(offers)s", wish=labels[name], offers="") for name in names}
    return {fold(labels[name]): f"unwish:{search.number}:{name}" for name in names}


def _labels(search: Search, t: Texts, stock: Stock) -> dict[str, str]:
    question: Any = search.question
    buttons = (button for row in answers(question, search.number, t, stock) for button in row)
    return {fold(button.label): button.action for button in buttons}


def with_answer(wishes: Wishes, name: str, value: str) -> Wishes | None:
    """The wishes with the answer of a button in place of what they said about it; None where it says nothing known.

    ``name`` is a wish, or a question that is about several; the value ``any`` takes them off.
    """
    if value == ANY:
        return _without_all(wishes, name)
    if name == "who":
        cleared = _without_all(wishes, name) or wishes
        return with_answer(cleared, "audiences" if value in LIFE_STAGES else "genders", value)
    if name in ("childcare", "free"):
        return replace(wishes, childcare=True) if name == "childcare" else replace(wishes, free=True)
    known = _known(name, value)
    return None if known is None else merged(wishes, known)


def _without_all(wishes: Wishes, name: str) -> Wishes | None:
    names = about(name) or tuple(wish for wish in get_args(WishName) if wish == name != "kind")
    for wish in names:
        wishes = without(wishes, wish)
    return wishes if names else None


def _known(name: str, value: str) -> Wishes | None:
    """A wish of its own; None where the vocabulary does not know its name or value."""
    if name in ("weekdays", "ages"):
        highest = OLDEST if name == "ages" else len(WEEKDAYS) - 1
        number = int(value) if value.isdecimal() else highest + 1
        numbers: dict[str, Any] = {name: frozenset({number})}
        return Wishes(**numbers) if number <= highest else None
    if value not in _VALUES.get(name, ()) or not value:
        return None
    values: dict[str, Any] = {name: frozenset({value})}
    return Wishes(**values)


_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "levels": LEVELS,
    "times_of_day": TIMES_OF_DAY,
    "modes": MODES,
    "genders": GENDERS,
    "audiences": LIFE_STAGES,
    "districts": tuple(ENTITIES["district"]),
    "sports": tuple(ENTITIES["sport"]),
    "group_types": GROUP_TYPES,
}


def merged(old: Wishes, new: Wishes) -> Wishes:
    """The old wishes, with each of the new ones in place of the same old one and of what it rules out."""
    named = [name for name in given(new) if name != "kind"]
    if "ages" in named and "audiences" not in named:
        old = without(old, "audiences")
    if "audiences" in named and "ages" not in named:
        old = without(old, "ages")
    if new.modes == {"online"}:
        old = without(old, "districts")
    if new.districts and not new.modes and old.modes == {"online"}:
        old = without(old, "modes")
    values: dict[str, Any] = {name: getattr(new, name) for name in named}
    return replace(old, **values)


def of_kind(wishes: Wishes, kind: OfferKind) -> Wishes:
    """The wishes as far as offers of this kind can meet them."""
    for name in _USELESS[kind]:
        wishes = without(wishes, name)
    return replace(wishes, kind=kind)


def refining(text: str, understanding: Understanding, present: Search) -> Wishes | None:
    """What a text wishes of the search that is under way; None where it is about something else.

    "Abends" is no sentence, and its intent a guess: the less is sure, the more of a text may be other words than
    wishes. Another kind counts where it was surely meant, or where a sport or a level is named.
    """
    intent, band = understanding.intent, understanding.band
    wishes = wishes_of(understanding.entities, KINDS.get(intent) if band == "sure" else None)
    if intent in KINDS and (band == "sure" or (band == "unsure" and KINDS[intent] == present.kind)):
        return wishes
    named = {name for name in given(wishes) if name != "kind"}
    if not named or understanding.entities.get("office"):
        return None
    if only_wishes(text, wishes) and intent not in _NEVER_A_WISH:
        return wishes
    words = len(words_of(text))
    if band == "sure":
        expected: set[str] = {"childcare", *about(present.question)}
        return wishes if words <= _FEW_WORDS and named <= expected and intent not in _NEVER_A_WISH else None
    count = sum(len(values) for values in understanding.entities.values())
    return wishes if words <= _WORDS_A_WISH * (count + (band == "unknown")) else None


def only_wishes(text: str, wishes: Wishes) -> bool:
    """Say whether a text is nothing but what it wishes: "online", "Samstag abends"."""
    return len(words_of(text)) <= len([name for name in given(wishes) if name != "kind"])
