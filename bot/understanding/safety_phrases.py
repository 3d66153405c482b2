"""How the lines of ``nlu/safety/<language>.yml`` are read: spellings, words and the phrases made of them.

``nlu/safety/README.md`` explains how a line is written.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from rapidfuzz.distance import OSA

LONGEST_TEXT = 8192  # characters looked at; no channel delivers more in one message
LONGEST_WORD = 18  # letters looked at for misspellings
LEAST_LETTERS_TO_MISSPELL = 6
LEAST_LETTERS_TO_MISSPELL_A_START = 8  # many more words start alike than are alike


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: ``subject`` is a kind or a context; ``level`` is empty for a context."""

    language: str
    subject: str
    level: str
    text: str


# --- Writing of people who are in a hurry: one form for all spellings -------------------------------------------

_SAME_LETTERS = dict(
    zip("ةىيكېۍګټډړڼہھەıієыэґøđł", "ههیکییگتدرنهههiиеиегodl", strict=True)  # noqa: RUF100
)
_SAME_LETTERS |= {"ى": "ی", "ь": "", "ъ": "", "æ": "ae", "œ": "oe", "_": " ", "\u200c": " "}
_SAME_LETTERS |= {"§": " paragraf ", "€": " euro "}
_SAME_LETTERS |= dict.fromkeys("’ʼ`´‘ʹ", "'")
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


_PROCLITICS = re.compile(r"^(?:و(?=\w\w$)|(?:[وفبلک]?ال|لل|[وفبلک]|ን|ብ|ዝ|እን)(?=\w\w\w))")


def _forms(word: str) -> tuple[str, ...]:
    """Return the word, and without the small words that Arabic and Tigrinya write in front of it."""
    if word.isascii():
        return (word,)
    bare = _PROCLITICS.sub("", word)
    return (word,) if bare == word else (word, bare)


# --- Which words of the phrases a written word can be --------------------------------------------------------------


class Vocabulary:
    """All words of all phrases, found by their letters; misspellings of one letter count for long words."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._exact: dict[str, list[int]] = {}
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
        if word.startswith("=") and "*" not in word:
            self._exact.setdefault(letters, []).append(number)
            return number
        place = self._ends if word.lstrip("=").startswith("*") else self._starts if word.endswith("*") else self._whole
        place.setdefault(letters, []).append(number)
        least = LEAST_LETTERS_TO_MISSPELL_A_START if place is self._starts else LEAST_LETTERS_TO_MISSPELL
        if place is not self._ends and not word.startswith("=") and len(letters) >= least:
            for shorter in _one_letter_less(letters):
                self._misspelt.setdefault(shorter, set()).add((letters, number, place is self._starts))
        return number

    def numbers(self, word: str) -> frozenset[int]:
        """Return the numbers of all phrase words that the written ``word`` can be."""
        found = set(self._exact.get(word, ()))
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


# --- The editors' phrases ----------------------------------------------------------------------------------------

_SIGNS = re.compile(r"\.\.|[()\[\]|&]|[^\s()\[\]|&]+")


@dataclass(slots=True, eq=False)
class Node:
    """A point between two words of a phrase, and where it goes on from here.

    ``following`` goes on with a word (by its number), ``skips`` without one, ``gaps`` after any few words.
    ``complete`` holds the lines that end here.
    """

    following: dict[int, "list[Node]"] = field(default_factory=dict)
    skips: "list[Node]" = field(default_factory=list)
    gaps: "list[Node]" = field(default_factory=list)
    complete: list[Line] = field(default_factory=list)

    def reached(self) -> "list[Node]":
        """Return this node and all that are reached from it without a word."""
        found = [self]
        for node in found:
            found.extend(skipped for skipped in node.skips if skipped not in found)
        return found


_Part = Callable[[Node], Node]  # adds itself after a node and returns the node behind it


class Phrase:
    """Reads one line of a file and adds it to a graph of words."""

    def __init__(self, line: Line, vocabulary: Vocabulary) -> None:
        self._line = line
        self._vocabulary = vocabulary
        self._signs = _SIGNS.findall(line.text)
        self._next = 0

    def start(self) -> Node:
        """Return the node before the line's first word; raise ``ValueError`` that names what is wrong with it."""
        whole = self._alternatives()
        if self._next < len(self._signs):
            raise ValueError(f"'{self._signs[self._next]}' closes nothing")
        start = Node()
        end = whole(start)
        first = start.reached()
        if end in first or any(node.gaps for node in first):
            raise ValueError("it may be empty or starts with '..'")
        end.complete.append(self._line)
        return start

    def _peek(self) -> str:
        return self._signs[self._next] if self._next < len(self._signs) else ""

    def _alternatives(self) -> _Part:
        parts = [self._pair()]
        while self._peek() == "|":
            self._next += 1
            parts.append(self._pair())
        return _any_of(parts)

    def _pair(self) -> _Part:
        """``a & b``: both, in either order, with a gap between them."""
        part = self._sequence()
        while self._peek() == "&":
            self._next += 1
            other = self._sequence()
            part = _any_of([_in_turn([part, _gap, other]), _in_turn([other, _gap, part])])
        return part

    def _sequence(self) -> _Part:
        parts = []
        while (sign := self._peek()) and sign not in ("|", ")", "]", "&"):
            self._next += 1
            parts.append(self._element(sign))
        if not parts or parts[-1] is _gap:
            raise ValueError("words are missing between two signs or at the end")
        return _in_turn(parts)

    def _element(self, sign: str) -> _Part:
        if sign not in ("(", "["):
            return _gap if sign == ".." else self._words(sign)
        inside = self._alternatives()
        if self._peek() != (")" if sign == "(" else "]"):
            raise ValueError(f"'{sign}' is never closed")
        self._next += 1
        return _any_of([inside, _nothing]) if sign == "[" else inside

    def _words(self, word: str) -> _Part:
        return _any_of([_in_turn([_word(self._vocabulary.number(one)) for one in words]) for words in _spellings(word)])


def _nothing(node: Node) -> Node:
    return node


def _gap(node: Node) -> Node:
    node.gaps.append(after := Node())
    return after


def _word(number: int) -> _Part:
    def add(node: Node) -> Node:
        node.following.setdefault(number, []).append(after := Node())
        return after

    return add


def _in_turn(parts: list[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]

    def add(node: Node) -> Node:
        for part in parts:
            node = part(node)
        return node

    return add


def _any_of(parts: list[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]

    def add(node: Node) -> Node:
        together = Node()
        for part in parts:
            part(node).skips.append(together)
        return together

    return add


@cache
def _spellings(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the word with and without a space at each ``~``, and with ``ae`` for ``ä``; stars stay where they are."""
    exact, core = ("=", word[1:]) if word.startswith("=") else ("", word)
    front, back = ("*" if core.startswith("*") else ""), ("*" if core.endswith("*") else "")
    pieces = core.strip("*").split("~")
    joints = product(*([("", " ")] * (len(pieces) - 1)))
    written = ["".join(part for pair in zip(pieces, (*joint, ""), strict=True) for part in pair) for joint in joints]
    folded = dict.fromkeys(fold(one) for one in dict.fromkeys(written + [_spelled_out(one) for one in written]))
    if "*" in core.strip("*") or "" in folded or (front and back):
        raise ValueError(f"'{word}' is no word; '*' stands where a word starts or where it ends")
    found = []
    for one in folded:
        words = one.split()
        words[0] = front + words[0]
        words[-1] += back
        found.append(tuple(exact + each for each in words))
    return tuple(found)


def _spelled_out(word: str) -> str:
    return word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
