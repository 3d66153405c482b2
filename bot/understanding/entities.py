"""Finds offices, districts, sports, levels and ages that an utterance names, as canonical values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.understanding.examples import Synonym
from bot.understanding.normalise import key_of, normalise, without_accents, words_of

_LONG_WORD = 5  # shorter words are too alike for anything but an exact match
_TYPO_WORD = 7  # "Wagen" is not a misspelt "Wangen"
_ALIKE = 88.0  # percent of letters that a misspelt form shares with the right one
_ALIKE_WORD = 80.0  # the same for each of its words
_LONGEST_ENDING = 3  # letters that inflection may add
_BORROWED = 4  # letters that a German form needs to be looked for in other languages: "so" is Sunday only in German
_NAMES = frozenset({"office", "district", "sport", "level"})  # whose canonical values are words that people write
_WORDS_BEFORE = ("وال", "بال", "فال", "عال", "ال", "لل", "و", "ب", "ل", "ف", "l'", "d'")
_YEARS = (
    "jahr|jähr|jaehr|year|yrs?|ans|yaş|yas|sal|sano|jir|sana|san|год|лет|рок|рік|річ|let|god|rok|rik|"
    "سن|عام|سال|کلن|کال|ዓመ|ዓመት|amet"
)
_AGE = re.compile(rf"(?<!\d)(\d{{1,2}})\s*-?\s*(?:{_YEARS})")
_AGE_AFTER = re.compile(r"(?:\bage|\balter|\baged|عمر\w*|\bumr\w*|\b[3o]mr\w*|\bвозраст|\bвік)[\s:]*(\d{1,2})(?!\d)")

Meanings = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Forms:
    """The surface forms of one language: normalised words -> (entity, value); ``stems`` lack the last letter."""

    exact: Mapping[str, Meanings]
    stems: Mapping[str, Meanings]
    longest: int
    typo_words: tuple[str, ...]


class EntityFinder:
    """Looks up the surface forms of an utterance's language and of German, whose names everybody uses."""

    def __init__(self, synonyms: Mapping[str, Sequence[Synonym]]) -> None:
        values = {(s.entity, s.value) for forms in synonyms.values() for s in forms if s.entity in _NAMES}
        common = [Synonym(value.replace("-", " "), entity, value) for entity, value in sorted(values)]
        common += [s for s in synonyms.get("de", ()) if len(s.surface) >= _BORROWED or s.entity == "level"]
        self._forms = {language: _index([*forms, *common]) for language, forms in synonyms.items()}
        self._fallback = _index(common)

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
        if ages := _ages(text):
            found["age"] = ages
        return {entity: tuple(values) for entity, values in found.items()}


def _index(synonyms: Sequence[Synonym]) -> _Forms:
    exact: dict[str, dict[tuple[str, str], None]] = {}
    for synonym in synonyms:
        key = key_of(synonym.surface)
        for form in {key, without_accents(key)} - {""}:
            exact.setdefault(form, {})[synonym.entity, synonym.value] = None
    meanings = {form: tuple(found) for form, found in exact.items()}
    stems = {form[:-1]: found for form, found in meanings.items() if len(form) > _LONG_WORD}
    stems |= {form: found for form, found in meanings.items() if len(form) >= _LONG_WORD}
    longest = max((form.count(" ") + 1 for form in exact), default=1)
    return _Forms(meanings, stems, longest, tuple(form for form in exact if len(form) >= _TYPO_WORD))


def _ages(text: str) -> list[str]:
    normalised = normalise(text)
    return list(dict.fromkeys([*_AGE.findall(normalised), *_AGE_AFTER.findall(normalised)]))


def _match_at(words: Sequence[str], start: int, forms: _Forms) -> tuple[int, Meanings]:
    """Return how many words from ``start`` on are one surface form, the longest first, and what it means."""
    for length in range(min(forms.longest, len(words) - start), 0, -1):
        phrase = " ".join(words[start : start + length])
        if meanings := _meanings(phrase, forms):
            return length, meanings
    return 1, ()


def _meanings(phrase: str, forms: _Forms) -> Meanings:
    for spelling in dict.fromkeys((phrase, without_accents(phrase), *_without_article(phrase))):
        if spelling in forms.exact:
            return forms.exact[spelling]
    if len(phrase) < _LONG_WORD:
        return ()
    for ending in range(_LONGEST_ENDING + 1):
        stem = phrase[: len(phrase) - ending]
        if len(stem) >= _LONG_WORD and stem in forms.stems:
            return forms.stems[stem]
    if len(phrase) < _TYPO_WORD:
        return ()
    best = process.extractOne(phrase, forms.typo_words, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return forms.exact[best[0]] if best and _is_misspelt(phrase, best[0]) else ()


def _is_misspelt(phrase: str, form: str) -> bool:
    """Say whether each word is alike, not only the whole: "Stuttgart mit" is not Stuttgart-Mitte."""
    written, right = phrase.split(), form.split()
    if len(written) != len(right):
        return phrase.replace(" ", "") == form.replace(" ", "")
    # A misspelling keeps the first letter; "Osten" and "Posten" are two words.
    return all(w[0] == r[0] and fuzz.ratio(w, r) >= _ALIKE_WORD for w, r in zip(written, right, strict=True))


def _without_article(phrase: str) -> list[str]:
    """Return an Arabic or romance phrase without the article or preposition that is written onto it."""
    return [phrase[len(w) :] for w in _WORDS_BEFORE if phrase.startswith(w) and len(phrase) > len(w) + 2]
