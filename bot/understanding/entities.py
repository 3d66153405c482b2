"""Finds offices, districts, sports, levels and ages that an utterance names, as canonical values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from bot.understanding.examples import Synonym
from bot.understanding.normalise import key_of, normalise, without_accents, words_of

_LONG_WORD = 5  # shorter words are too alike for anything but an exact match
_ALIKE = 88.0  # percent of letters that a misspelt word shares with the right one
_LONGEST_ENDING = 3  # letters that inflection may add: Jobcenters, поліклініку, ofisa
_WORDS_BEFORE = ("ال", "وال", "بال", "لل", "فال", "عال", "و", "ب", "ل", "ف", "el", "al", "l'", "d'")
_AGE = re.compile(
    r"\b(\d{1,2})\s*-?\s*(?:jahr|jähr|years?\b|yrs?\b|y\.?o\b|ans?\b|yaş|yas|sal|sano|jir|sana|год|лет|рок|рік|"
    r"سن|عام|ساله?|کال|عامت|ዓመ|አመ|amet|let\b|god\b|rok)",
)


@dataclass(frozen=True)
class _Forms:
    """The surface forms of one language: normalised words -> (entity, value)."""

    exact: Mapping[str, tuple[tuple[str, str], ...]]
    longest: int
    long_words: tuple[str, ...] = field(repr=False)


class EntityFinder:
    """Looks up the surface forms of an utterance's language and of German, whose names everybody uses."""

    def __init__(self, synonyms: Mapping[str, Sequence[Synonym]]) -> None:
        german = synonyms.get("de", ())
        canonical = [Synonym(s.value.replace("-", " "), s.entity, s.value) for forms in synonyms.values() for s in forms]
        canonical = [s for s in dict.fromkeys(canonical) if len(s.surface) > 1 and s.value != "yes"]
        self._forms = {language: _index([*forms, *german, *canonical]) for language, forms in synonyms.items()}
        self._fallback = self._forms.get("de") or _index(canonical)

    def find(self, text: str, language: str) -> dict[str, tuple[str, ...]]:
        """Return entity -> canonical values, in the order of the utterance, each once."""
        found: dict[str, list[str]] = {}
        forms = self._forms.get(language, self._fallback)
        words = words_of(text)
        start = 0
        while start < len(words):
            length, meanings = _match_at(words, start, forms)
            for entity, value in meanings:
                values = found.setdefault(entity, [])
                if value not in values:
                    values.append(value)
            start += length
        if ages := list(dict.fromkeys(_AGE.findall(normalise(text)))):
            found["age"] = ages
        return {entity: tuple(values) for entity, values in found.items()}


def _index(synonyms: Sequence[Synonym]) -> _Forms:
    exact: dict[str, dict[tuple[str, str], None]] = {}
    for synonym in synonyms:
        key = key_of(synonym.surface)
        for form in {key, without_accents(key)} - {""}:
            exact.setdefault(form, {})[synonym.entity, synonym.value] = None
    longest = max((form.count(" ") + 1 for form in exact), default=1)
    long_words = tuple(form for form in exact if len(form) >= _LONG_WORD)
    return _Forms({form: tuple(meanings) for form, meanings in exact.items()}, longest, long_words)


def _match_at(words: Sequence[str], start: int, forms: _Forms) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Return how many words from ``start`` on are one surface form, the longest first, and what it means."""
    for length in range(min(forms.longest, len(words) - start), 0, -1):
        phrase = " ".join(words[start : start + length])
        if meanings := _meanings(phrase, forms):
            return length, meanings
    return 1, ()


def _meanings(phrase: str, forms: _Forms) -> tuple[tuple[str, str], ...]:
    for spelling in dict.fromkeys((phrase, without_accents(phrase), *_without_article(phrase))):
        if spelling in forms.exact:
            return forms.exact[spelling]
    if len(phrase) < _LONG_WORD:
        return ()
    for ending in range(1, _LONGEST_ENDING + 1):
        stem = phrase[:-ending]
        if len(stem) >= _LONG_WORD and stem in forms.exact:
            return forms.exact[stem]
    best = process.extractOne(phrase, forms.long_words, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    # A misspelling keeps the first letter; "Osten" and "Posten" are two words.
    return forms.exact[best[0]] if best and best[0][0] == phrase[0] else ()


def _without_article(phrase: str) -> list[str]:
    """Return an Arabic or romance phrase without the article or preposition that is written onto it."""
    return [phrase[len(word) :].lstrip() for word in _WORDS_BEFORE if phrase.startswith(word) and len(phrase) > len(word) + 2]
