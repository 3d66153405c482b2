"""Finds the surface forms of the editors' lists in a text: whole, inflected, with an article, or misspelt."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.understanding.examples import Synonym
from bot.understanding.normalise import key_of, without_accents

Meanings = tuple[tuple[str, str], ...]

_SHORT_WORD = 3  # so short a word is another one without its accents: "în" is Friday, "in" is not
_LONG_WORD = 5  # shorter words are too alike for anything but an exact match
_TYPO_WORD = 7  # "Wagen" is not a misspelt "Wangen"
_ALIKE = 88.0  # percent of letters that a misspelt form shares with the right one
_ALIKE_WORD = 80.0  # the same for each of its words
_LONGEST_ENDING = 3  # letters that inflection may add
_SLIPS = 2  # letters that a misspelt form has more or less than the right one
_LONGEST_TYPO = 3  # words of a form in which slips of the finger are looked for
_SYLLABLES = 3  # a Ge'ez letter is a syllable: so many of them make a long word
_WORDS_BEFORE = ("وال", "بال", "فال", "عال", "ال", "لل", "و", "ب", "ل", "ف", "l'", "d'", "qu'", "s'")
_BEFORE_GEEZ = ("ናይ", "ኣብ", "ካብ", "ናብ", "ን", "ብ", "ዝ", "ከ")
_AFTER_GEEZ = ("ውን", "ን", "ዶ", "ና")
_LONGEST_TAIL = 5  # letters behind an apostrophe: Turkish writes "Vaihingen'deki"
_DIGITS_FIRST = re.compile(r"(\d+)([^\W\d].*)")
_GEEZ_DIGITS = re.compile(r"([ንብካዝከ]?)([፩-፼]+)(\D*)")
_SHORTEST_DAY, _SHORTEST_PART = 4, 3  # letters of "samstag" and "abend" in "samstagabend"
_SHORTEST_END = 3  # letters that are left of the last word of a form whose ending is another one
_WEAK = frozenset({"no-age", "no-date"})  # what only says what a number beside it is not

# Letters that sound alike, so that a word written by ear is found too.
_BY_EAR = str.maketrans(
    {
        **dict.fromkeys("ሐኀ", "ሀ"), **dict.fromkeys("ሑኁ", "ሁ"), **dict.fromkeys("ሒኂ", "ሂ"),
        **dict.fromkeys("ሓኃ", "ሃ"), **dict.fromkeys("ሔኄ", "ሄ"), **dict.fromkeys("ሕኅ", "ህ"),
        **dict.fromkeys("ሖኆ", "ሆ"), "ሠ": "ሰ", "ሡ": "ሱ", "ሢ": "ሲ", "ሣ": "ሳ", "ሤ": "ሴ", "ሥ": "ስ", "ሦ": "ሶ",
        **dict.fromkeys("አዐዓ", "ኣ"), "ዑ": "ኡ", "ዒ": "ኢ", "ዔ": "ኤ", "ዕ": "እ", "ዖ": "ኦ",
        "ፀ": "ጸ", "ፁ": "ጹ", "ፂ": "ጺ", "ፃ": "ጻ", "ፄ": "ጼ", "ፅ": "ጽ", "ፆ": "ጾ",
        "ث": "س", "ص": "س", "ذ": "ز", "ض": "ز", "ظ": "ز", "ط": "ت",
        "ы": "и", "і": "и", "ї": "и", "э": "е", "є": "е", "ъ": None, "ь": None, "щ": "ш", "'": None,
    }
)  # fmt: skip
_BY_EAR_LATIN = re.compile(r"sch|sh|ck|c(?=[eiy])|ph|th|ts|tz|ae|oe|ue|dsch|(.)\1")
_SOUNDS = {
    "c": "s",
    "sch": "s",
    "sh": "s",
    "ck": "k",
    "ph": "f",
    "th": "t",
    "ts": "s",
    "tz": "s",
    "ae": "a",
    "oe": "o",
    "ue": "u",
}
_ONE_SOUND = str.maketrans("wyqcz", "vikks")


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a text that are one surface form, or a word that is none (then without meanings)."""

    text: str
    meanings: Meanings
    at: int  # the place of its first word

    def has(self, entity: str, value: str | None = None) -> bool:
        """Say whether it may mean an entity, or one value of it."""
        return any(e == entity and value in (None, v) for e, v in self.meanings)

    def values(self, entity: str) -> list[str]:
        """Return the values of an entity that it may mean."""
        return [v for e, v in self.meanings if e == entity]


@dataclass(frozen=True, slots=True)
class Spelt:
    """A synonym and its normalised forms: as it is written, and in bare letters."""

    synonym: Synonym
    forms: tuple[str, ...]


def spell(synonym: Synonym) -> Spelt:
    """Normalise a synonym."""
    key = key_of(synonym.surface)
    bare = without_accents(key) if len(key) > _SHORT_WORD else key
    return Spelt(synonym, tuple(form for form in dict.fromkeys((key, bare)) if form))


class Forms:
    """The surface forms of one language, ready to be looked up.

    Args:
        spelt: the forms and what they mean.
        tolerant: the entities whose forms are also found when they are inflected or misspelt. The others
            (numbers, small words) are so short that they would be seen everywhere.
    """

    def __init__(self, spelt: Sequence[Spelt], tolerant: Collection[str]) -> None:
        self._exact = _exact(spelt)
        lenient = _exact([each for each in spelt if each.synonym.entity in tolerant])
        self._stems = {form[:-1]: found for form, found in lenient.items() if _is_long(form[:-1])}
        self._stems |= {form: found for form, found in lenient.items() if _is_long(form)}
        self._by_ear: dict[str, Meanings] = {}
        self._joined: dict[str, Meanings] = {}
        self._typos: dict[tuple[str, int, int], list[str]] = {}
        for form, found in lenient.items():
            self._by_ear.setdefault(_by_ear(form), found)
            if len(form) >= _TYPO_WORD:
                self._joined.setdefault(form.replace(" ", ""), found)
                self._typos.setdefault((form[0], form.count(" "), len(form)), []).append(form)
        self._longest: dict[str, int] = {}
        for form in self._exact:
            first, length = form.partition(" ")[0], form.count(" ") + 1
            self._longest[first] = max(length, self._longest.get(first, 1))

    def __contains__(self, form: str) -> bool:
        return form in self._exact

    def exact(self, form: str) -> Meanings:
        """Return what a normalised form means, exactly as it stands in the lists."""
        return self._exact.get(form, ())

    def spans(self, words: Sequence[str]) -> list[Span]:
        """Cut normalised words into surface forms, the longest first, and words that are none."""
        words = [part for word in words for part in self._parted(word)]
        spellings = [_spellings(word) for word in words]
        found, start = [], 0
        while start < len(words):
            length, meanings = self._match(words, spellings, start)
            found.append(Span(" ".join(words[start : start + length]), meanings, start))
            start += length
        return found

    def _parted(self, word: str) -> tuple[str, ...]:
        """Part "9yo" and "12jährige", but not "7adane" and "3omr", where a digit stands for an Arabic letter."""
        if word in self._exact:
            return (word,)
        if geez := _GEEZ_DIGITS.fullmatch(word):
            return tuple(part for part in geez.groups() if part)
        parted = _DIGITS_FIRST.fullmatch(word)
        if parted is None:
            return self._day_and_part(word)
        digits, rest = parted.groups()
        return (digits, rest) if len(digits) > 1 or rest in self._exact else (word,)

    def _day_and_part(self, word: str) -> tuple[str, ...]:
        """Part "samstagabend" and "lundimatin"."""
        for end in range(len(word) - _SHORTEST_PART, _SHORTEST_DAY - 1, -1):
            day, part = word[:end], word[end:]
            if any(entity == "weekday" for entity, _ in self.exact(day)) and (
                f"{day} {part}" in self._exact or any(entity == "time_of_day" for entity, _ in self.exact(part))
            ):
                return day, part
        return (word,)

    def _match(self, words: Sequence[str], spellings: Sequence[Sequence[str]], start: int) -> tuple[int, Meanings]:
        for first in spellings[start]:
            for length in range(min(self._longest.get(first, 0), len(words) - start), 0, -1):
                found = self._exactly(first, words, start, length)
                if found and not self._cuts_a_name(words, start + length - 1, found, length):
                    return self._longer(words, start, length, found)
        for length in range(min(_LONGEST_TYPO, len(words) - start), 0, -1):
            phrase = " ".join(words[start : start + length])
            if found := self._nearly(phrase):
                return length, found
        return 1, ()

    def _cuts_a_name(self, words: Sequence[str], last: int, found: Meanings, length: int) -> bool:
        """Say whether "in stuttgart" (no age) would take the beginning of "stuttgart süd"."""
        if length == 1 or not all(entity in _WEAK for entity, _ in found):
            return False
        ends = range(last + 2, min(last + self._longest.get(words[last], 1), len(words)) + 1)
        return any(entity not in _WEAK for end in ends for entity, _ in self.exact(" ".join(words[last:end])))

    def _longer(self, words: Sequence[str], start: int, length: int, found: Meanings) -> tuple[int, Meanings]:
        """Return what was found, or a longer misspelt form where that was only a decoy: "cannot" in "cannot raed"."""
        if all(entity == "decoy" for entity, _ in found):
            for longer in range(min(_LONGEST_TYPO, len(words) - start), length, -1):
                if near := self._nearly(" ".join(words[start : start + longer])):
                    return longer, near
        return length, found

    def _exactly(self, first: str, words: Sequence[str], start: int, length: int) -> Meanings:
        if length == 1:
            return self._exact.get(first, ())
        rest = range(start + 1, start + length)
        plain = self._exact.get(" ".join([first, *(words[i] for i in rest)]))
        return plain or self._exact.get(" ".join([first, *(without_accents(words[i]) for i in rest)]), ())

    def _nearly(self, phrase: str) -> Meanings:
        for spelling in dict.fromkeys((phrase, without_accents(phrase))):
            for stem in _stems(spelling):
                if stem in self._stems:
                    return self._stems[stem]
        if not _is_long(phrase):
            return ()
        if found := self._by_ear.get(_by_ear(phrase)):
            return found
        return self._misspelt(phrase) if len(phrase) >= _TYPO_WORD else ()

    def _misspelt(self, phrase: str) -> Meanings:
        if found := self._joined.get(phrase.replace(" ", "")):
            return found
        # A misspelling keeps the first letter; "Osten" and "Posten" are two words.
        first, spaces, length = phrase[0], phrase.count(" "), len(phrase)
        lengths = range(length - _SLIPS, length + _SLIPS + 1)
        candidates = [form for n in lengths for form in self._typos.get((first, spaces, n), ())]
        best = process.extractOne(phrase, candidates, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return self._exact[best[0]] if best and _is_misspelt(phrase, best[0]) else ()


def _exact(spelt: Sequence[Spelt]) -> Mapping[str, Meanings]:
    exact: dict[str, dict[tuple[str, str], None]] = {}
    for each in spelt:
        for form in each.forms:
            exact.setdefault(form, {})[each.synonym.entity, each.synonym.value] = None
    return {form: tuple(found) for form, found in exact.items()}


def _is_geez(text: str) -> bool:
    return "ሀ" <= text[:1] <= "᎟"


def _is_long(text: str) -> bool:
    return len(text) >= (_SYLLABLES if _is_geez(text) else _LONG_WORD)


def _spellings(word: str) -> list[str]:
    """Return a word, its bare letters, and what is left of it without what is written onto its front or end."""
    spellings = [word, without_accents(word)]
    before = _BEFORE_GEEZ if _is_geez(word) else _WORDS_BEFORE
    shortest = 1 if _is_geez(word) else 2  # letters
    bare = [word[len(w) :] for w in before if word.startswith(w) and len(word) > len(w) + shortest]
    spellings += bare
    if _is_geez(word):
        spellings += [w[: -len(e)] for w in (word, *bare) for e in _AFTER_GEEZ if w.endswith(e) and len(w) > len(e) + 1]
    head, apostrophe, tail = word.rpartition("'")
    if apostrophe and len(tail) <= _LONGEST_TAIL:
        spellings += [head, without_accents(head)]
    return list(dict.fromkeys(spellings))


def _stems(phrase: str) -> Iterator[str]:
    for ending in range(_LONGEST_ENDING + 1):
        stem = phrase[: len(phrase) - ending]
        # An ending is part of a word, never a word of its own: "online b1" is not an inflected "online". And there
        # has to be something that it ends: "be heye" is not an inflected "bê heq".
        last = stem.rpartition(" ")[2]
        cut = ending > 0 and len(last) < len(stem) and len(last) < _SHORTEST_END and not _is_geez(last)
        if not _is_long(stem) or " " in phrase[len(stem) - 1 :] or cut:
            return
        yield stem


def _by_ear(text: str) -> str:
    heard = without_accents(text).translate(_BY_EAR)
    if not heard.isascii():
        return heard
    return _BY_EAR_LATIN.sub(lambda match: _SOUNDS.get(match[0], match[0][:1]), heard).translate(_ONE_SOUND)


def _is_misspelt(phrase: str, form: str) -> bool:
    """Say whether each word is alike, not only the whole: "Stuttgart mit" is not Stuttgart-Mitte."""
    pairs = zip(phrase.split(), form.split(), strict=True)
    return all(w[0] == r[0] and fuzz.ratio(w, r) >= _ALIKE_WORD for w, r in pairs)
