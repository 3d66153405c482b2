"""Words of danger that no model may miss: emergencies and crises, in every language at once.

The words stand in ``nlu/safety/<language>.yml``; ``nlu/safety/README.md`` explains how they are written.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Literal

import yaml
from rapidfuzz.distance import OSA

from bot.errors import LotseError

Kind = Literal["emergency", "crisis"]

LONGEST_TEXT = 8192  # characters looked at; no channel delivers more in one message
LONGEST_WORD = 18  # letters looked at for misspellings
SHORT_MESSAGE = 5  # words
GAP = 3  # words that ".." may skip
LEAST_LETTERS_TO_MISSPELL = 6
MOST_SPELLINGS = 3000  # of one line, so that a slip does not fill the memory
LEVELS = ("always", "likely", "short")
CONTEXTS = ("urgent", "calm", "mask")


@dataclass(frozen=True, slots=True)
class SafetyMatch:
    """A message that speaks of danger; ``phrase`` is the editors' line that recognised it, never the person's words."""

    kind: Kind
    language: str
    phrase: str


# --- Writing of people who are in a hurry: one form for all spellings -------------------------------------------

_SAME_LETTERS = dict(
    zip("ةىيكېۍګټډړڼہھەıієыэґøđł", "ههیکییگتدرنهههiиеиегodl", strict=True)  # noqa: RUF100
)
_SAME_LETTERS |= {"ى": "ی", "ь": "", "ъ": "", "æ": "ae", "œ": "oe", "_": " ", "\u200c": " "}
_SAME_LETTERS |= {mark: "'" for mark in "’ʼ`´‘ʹ"}
# Ge'ez letters that sound alike: (first letter of the row, first letter of the row it is read as).
for _row, _read_as in ((0x1280, 0x1200), (0x1210, 0x1200), (0x1220, 0x1230), (0x1340, 0x1338), (0x12D0, 0x12A0)):
    _SAME_LETTERS |= {chr(_row + vowel): chr(_read_as + vowel) for vowel in range(7)}
_SAME_LETTERS |= {"ኣ": "አ", "ዓ": "አ"}


class _Letters(dict[int, str]):
    """What each character becomes, worked out once a character."""

    def __missing__(self, code: int) -> str:
        self[code] = "".join(self._one(letter) for letter in unicodedata.normalize("NFD", chr(code)))
        return self[code]

    @staticmethod
    def _one(letter: str) -> str:
        if letter in _SAME_LETTERS:
            return _SAME_LETTERS[letter]
        category = unicodedata.category(letter)
        if category in ("Mn", "Cf", "Lm"):
            return ""
        if category == "Nd":
            return str(unicodedata.digit(letter))
        return letter if category[0] == "L" or letter == "'" else " "


_LETTERS = _Letters()
_ELISION = re.compile(r"\b([ldjmnstc]|qu)'(?=\w)")
_REPEATED = re.compile(r"([^\W\d_])\1+")
_DIGIT_AS_LETTER = re.compile(r"\b(?=\d*[a-z])(?=[a-z]*\d)[a-z0-9]+\b")
_ARABIC_CHAT = str.maketrans({"2": "", "3": "a", "5": "kh", "6": "t", "7": "h", "8": "gh", "9": "q"})


def fold(text: str) -> str:
    """Return ``text`` as words in one plain spelling, a space apart: no case, marks, doubled letters or signs."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().translate(_LETTERS)
    text = _ELISION.sub(r"\1 ", text).replace("'", "")
    text = _DIGIT_AS_LETTER.sub(lambda word: word[0].translate(_ARABIC_CHAT), text)
    return " ".join(_REPEATED.sub(r"\1", text).split())


_PROCLITICS = re.compile(r"^(?:[وفبلک]?ال|لل|[وفبلک]|ን|ብ|ዝ|እን)(?=\w\w\w)")


def _forms(word: str) -> tuple[str, ...]:
    """Return the word, and without the small words that Arabic and Tigrinya write in front of it."""
    if word.isascii():
        return (word,)
    bare = _PROCLITICS.sub("", word)
    return (word,) if bare == word else (word, bare)


# --- The editors' phrases ----------------------------------------------------------------------------------------

_SIGNS = re.compile(r"\.\.|[()\[\]|&]|[^\s()\[\]|&]+")
_Spellings = list[tuple[str, ...]]


class _Phrase:
    """Reads one line into all the word sequences that it stands for; raises ``ValueError`` with the problem."""

    def __init__(self, line: str) -> None:
        self._signs = _SIGNS.findall(line)
        self._next = 0

    def spellings(self) -> _Spellings:
        found = self._alternatives()
        if self._next < len(self._signs):
            raise ValueError(f"'{self._signs[self._next]}' closes nothing")
        if any(not spelling or ".." in (spelling[0], spelling[-1]) for spelling in found):
            raise ValueError("it may be empty, or starts or ends with '..'")
        return list(dict.fromkeys(found))

    def _peek(self) -> str:
        return self._signs[self._next] if self._next < len(self._signs) else ""

    def _alternatives(self) -> _Spellings:
        found = self._pair()
        while self._peek() == "|":
            self._next += 1
            found = found + self._pair()
        return found

    def _pair(self) -> _Spellings:
        """``a & b``: both, in either order, with a gap between them."""
        found = self._sequence()
        while self._peek() == "&":
            self._next += 1
            other = self._sequence()
            found = [order for a, b in _limited(found, other) for order in ((*a, "..", *b), (*b, "..", *a)) if a and b]
        return found

    def _sequence(self) -> _Spellings:
        found: _Spellings = [()]
        while (sign := self._peek()) and sign not in ("|", ")", "]", "&"):
            self._next += 1
            found = [(*a, *b) for a, b in _limited(found, self._element(sign))]
        return found

    def _element(self, sign: str) -> _Spellings:
        if sign not in ("(", "["):
            return [("..",)] if sign == ".." else _word_spellings(sign)
        inside = self._alternatives()
        if self._peek() != (")" if sign == "(" else "]"):
            raise ValueError(f"'{sign}' is never closed")
        self._next += 1
        return [*inside, ()] if sign == "[" else inside


def _limited(left: _Spellings, right: _Spellings) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    if len(left) * len(right) > MOST_SPELLINGS:
        raise ValueError(f"it stands for more than {MOST_SPELLINGS} spellings")
    return product(left, right)


def _word_spellings(word: str) -> _Spellings:
    """Return the word with and without a space at each ``~``, and with ``ae`` for ``ä``; stars stay where they are."""
    exact, core = ("=", word[1:]) if word.startswith("=") else ("", word)
    front, back = ("*" if core.startswith("*") else ""), ("*" if core.endswith("*") else "")
    pieces = core.strip("*").split("~")
    joints = product(*([("", " ")] * (len(pieces) - 1)))
    written = ["".join(part for pair in zip(pieces, (*joint, ""), strict=True) for part in pair) for joint in joints]
    written += [_spelled_out(one) for one in written]
    if "*" in core.strip("*") or not all(fold(one) for one in written):
        raise ValueError(f"'{word}' is no word; '*' stands only where a word starts or ends")
    found = []
    for one in dict.fromkeys(fold(one) for one in written):
        words = one.split()
        words[0], words[-1] = front + words[0], words[-1] + back
        found.append(tuple(exact + each for each in words))
    return found


def _spelled_out(word: str) -> str:
    return word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


# --- Which words of the phrases a written word can be --------------------------------------------------------------


class _Vocabulary:
    """All words of all phrases, found by their letters; misspellings of one letter count for long words."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._whole: dict[str, list[int]] = {}
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        self._misspelt: dict[str, set[tuple[str, int, bool]]] = {}

    def number(self, word: str) -> int:
        """Return the number of a phrase's word, which may carry ``=`` in front and ``*`` at its ends."""
        if word in self._numbers:
            return self._numbers[word]
        number = self._numbers[word] = len(self._numbers)
        letters = word.strip("=*")
        place = self._ends if word.lstrip("=").startswith("*") else self._starts if word.endswith("*") else self._whole
        place.setdefault(letters, []).append(number)
        if place is not self._ends and not word.startswith("=") and len(letters) >= LEAST_LETTERS_TO_MISSPELL:
            for shorter in _one_letter_less(letters):
                self._misspelt.setdefault(shorter, set()).add((letters, number, place is self._starts))
        return number

    def numbers(self, word: str) -> frozenset[int]:
        found: set[int] = set()
        for form in _forms(word):
            found.update(self._whole.get(form, ()))
            form = form[: 2 * LONGEST_WORD]  # noqa: PLW2901 - longer words only cost time
            for length in range(2, len(form) + 1):
                found.update(self._starts.get(form[:length], ()))
                found.update(self._ends.get(form[-length:], ()))
            if len(form) >= LEAST_LETTERS_TO_MISSPELL - 1:
                found.update(self._misspellings(form[:LONGEST_WORD]))
        return frozenset(found)

    def _misspellings(self, word: str) -> Iterator[int]:
        for length in range(LEAST_LETTERS_TO_MISSPELL - 1, len(word) + 1):
            cut = word[:length]
            for shorter in _one_letter_less(cut):
                for letters, number, is_start in self._misspelt.get(shorter, ()):
                    whole = is_start or length == len(word)
                    if whole and letters[0] == cut[0] and OSA.distance(letters, cut) <= 1:
                        yield number


def _one_letter_less(word: str) -> Iterator[str]:
    """Yield the word, and without one of its letters but the first."""
    yield word
    for position in range(1, len(word)):
        yield word[:position] + word[position + 1 :]


# --- The matcher ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a file: ``subject`` is a kind or a context; ``level`` is empty for a context."""

    language: str
    subject: str
    level: str
    text: str


@dataclass(slots=True)
class _Node:
    """The words that may follow, and the lines that are complete here."""

    following: dict[int, "_Node"] = field(default_factory=dict)
    gap: "_Node | None" = None
    complete: list[_Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Hit:
    line: _Line
    first: int
    words: frozenset[int]


_YEAR = re.compile(r"(?:19|20)\d\d|1[34]\d\d")


class SafetyWords:
    """The words of danger of all languages; made by ``read``."""

    def __init__(self) -> None:
        self._vocabulary = _Vocabulary()
        self._root = _Node()

    @classmethod
    def read(cls, directory: Path) -> "SafetyWords":
        """Read every ``*.yml`` in ``directory``; raise ``LotseError`` that names file, line, problem and remedy."""
        words = cls()
        files = sorted(directory.glob("*.yml"))
        if not files:
            raise LotseError(f"{directory}: no words of danger here. Put back the files nlu/safety/<language>.yml.")
        for path in files:
            for line, number in _lines(path):
                try:
                    words._add(line)
                except ValueError as problem:
                    raise _broken(path, number, f"'{line.text}': {problem}") from None
        return words

    def find(self, text: str) -> SafetyMatch | None:
        """Return what danger ``text`` speaks of, or None; an emergency comes first unless it is self-harm."""
        words = fold(text).split()
        hits = self._hits(words)
        firing = [hit for hit in hits if hit.line.level and _fires(hit, hits, words)]
        if not firing:
            return None
        best = min(firing, key=lambda hit: (_order(hit.line), -len(hit.words), hit.first, hit.line.language)).line
        return SafetyMatch("crisis" if best.subject == "crisis" else "emergency", best.language, best.text)

    def _add(self, line: _Line) -> None:
        for spelling in _Phrase(line.text).spellings():
            node = self._root
            for word in spelling:
                if word == "..":
                    node.gap = node.gap or _Node()
                    node = node.gap
                else:
                    node = node.following.setdefault(self._vocabulary.number(word), _Node())
            if line not in node.complete:
                node.complete.append(line)

    def _hits(self, words: list[str]) -> list[_Hit]:
        known = {word: self._vocabulary.numbers(word) for word in set(words)}
        numbers = [known[word] for word in words]
        hits: dict[tuple[_Line, int], _Hit] = {}
        for first in range(len(words)):
            steps: list[tuple[_Node, int, tuple[int, ...]]] = [(self._root, first, ())]
            while steps:
                node, at, used = steps.pop()
                for line in node.complete:
                    hits.setdefault((line, first), _Hit(line, first, frozenset(used)))
                if node.gap:
                    steps.extend((node.gap, at + skipped, used) for skipped in range(GAP + 1))
                if at < len(words):
                    steps.extend((node.following[n], at + 1, (*used, at)) for n in numbers[at] if n in node.following)
        return list(hits.values())


def _fires(hit: _Hit, hits: list[_Hit], words: list[str]) -> bool:
    if any(other.line.subject == "mask" and _covers(other, hit) for other in hits):
        return False
    if hit.line.level == "always":
        return True
    contexts = {other.line.subject for other in hits if other.line.language == hit.line.language}
    if "calm" in contexts or any(_YEAR.fullmatch(word) for word in words):
        return False
    return hit.line.level == "likely" or "urgent" in contexts or len(words) <= SHORT_MESSAGE


def _covers(mask: _Hit, hit: _Hit) -> bool:
    """Whether a word of ``hit`` stands between the first and the last word of ``mask``."""
    last = max(mask.words)
    return any(mask.first <= word <= last for word in hit.words)


def _order(line: _Line) -> int:
    if line.subject == "crisis":
        return 0 if line.level == "always" else 2
    return 1


# --- The files ----------------------------------------------------------------------------------------------------------


def _broken(path: Path, number: int, problem: str) -> LotseError:
    return LotseError(
        f"{path}, line {number}: {problem}. Correct this line; nlu/safety/README.md shows how to write it."
    )


def _lines(path: Path) -> Iterator[tuple[_Line, int]]:
    """Yield the lines of a file, each with its number in the file."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.MarkedYAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise _broken(path, mark.line + 1 if mark else 1, "this is no YAML in UTF-8") from None
    for name, value in _entries(path, root):
        if name in ("emergency", "crisis"):
            for level, block in _entries(path, value):
                if level not in LEVELS:
                    raise _broken(path, block.start_mark.line + 1, f"'{level}' is none of {', '.join(LEVELS)}")
                yield from _block(path, block, name, level)
        elif name in CONTEXTS:
            yield from _block(path, value, name, "")
        else:
            raise _broken(path, value.start_mark.line + 1, f"'{name}' is not emergency, crisis, urgent, calm or mask")


def _entries(path: Path, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _broken(path, node.start_mark.line + 1 if node else 1, "names with values are expected here")
    yield from ((str(name.value), value) for name, value in node.value)


def _block(path: Path, node: yaml.Node, subject: str, level: str) -> Iterator[tuple[_Line, int]]:
    first = node.start_mark.line + 1
    if not isinstance(node, yaml.ScalarNode) or node.style != "|":
        raise _broken(path, first, "lines of phrases are expected here, after a '|'")
    for number, text in enumerate(node.value.split("\n"), start=first + 1):
        if text.strip() and not text.strip().startswith("#"):
            yield _Line(path.stem, subject, level, text.strip()), number
