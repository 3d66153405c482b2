"""Words of danger that no model may miss: emergencies and crises, in every language at once.

The words stand in ``nlu/safety/<language>.yml``; ``nlu/safety/README.md`` explains how they are written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.errors import LotseError
from bot.understanding.phrase_files import GAP, PhraseFile, Phrases
from bot.understanding.safety_phrases import LONGEST_TEXT, Line, Node, fold

Kind = Literal["emergency", "crisis"]

MOST_WORDS = {"always": LONGEST_TEXT, "likely": LONGEST_TEXT, "short": 5, "alone": 2, "whole": 1}
LEVELS = tuple(MOST_WORDS)
CONTEXTS = ("urgent", "calm", "mask")


@dataclass(frozen=True, slots=True)
class SafetyMatch:
    """A message that speaks of danger; ``phrase`` is the editors' line that recognised it, never the person's words.

    ``language`` is that line's; ``languages`` are those of all lines that say so. ``international`` says that the
    message is nothing but digits and words that several languages share, such as "112", "SOS" or "police".
    """

    kind: Kind
    language: str
    phrase: str
    languages: frozenset[str] = frozenset()
    international: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    line: Line
    first: int
    words: frozenset[int]


_YEAR = re.compile(r"(?:19|20)\d\d|1[34]\d\d")


class SafetyWords:
    """The words of danger of all languages; made by ``read``."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    @classmethod
    def read(cls, directory: Path) -> "SafetyWords":
        """Read every ``*.yml`` in ``directory``; raise ``LotseError`` that names file, line, problem and remedy."""
        files = sorted(directory.glob("*.yml"))
        if not files:
            raise LotseError(f"{directory}: no words of danger here. Put back the files nlu/safety/<language>.yml.")
        return cls(Phrases.read(files, "nlu/safety/README.md", _lines))

    def find(self, text: str) -> SafetyMatch | None:
        """Return what danger ``text`` speaks of, or None; an emergency comes first unless it is self-harm."""
        words = fold(text).split()
        found = self._find(words)
        if found or not (cries := _cries(text)):
            return found
        return self._find([*words, *[""] * (GAP + 1), *cries])

    def _find(self, words: list[str]) -> SafetyMatch | None:
        hits = self._hits(words)
        masks = [hit for hit in hits if hit.line.subject == "mask"]
        firing = [hit for hit in _firing(hits, words) if not any(_covers(mask, hit) for mask in masks)]
        emergencies = [hit for hit in firing if hit.line.subject == "emergency"]
        firing = [hit for hit in firing if not _says_more_of_others(hit, emergencies)]
        if not firing:
            return None
        best = min(firing, key=lambda hit: (_order(hit.line), -len(hit.words), hit.first, hit.line.language)).line
        kind: Kind = "crisis" if best.subject == "crisis" else "emergency"
        languages = frozenset(hit.line.language for hit in firing)
        return SafetyMatch(kind, best.language, best.text, languages, _is_international(firing, words))

    def _hits(self, words: list[str]) -> list[_Hit]:
        numbers = self._phrases.numbers_of(words)
        hits: dict[tuple[Line, int], _Hit] = {}
        for first in range(len(words)):
            steps: list[_Step] = [(node, first + 1, (first,)) for node in self._phrases.begun_by(numbers[first])]
            for hit in _walk(steps, numbers):
                hits.setdefault((hit.line, hit.first), hit)
        return list(hits.values())


_Step = tuple[Node, int, tuple[int, ...]]  # where in a phrase, the next word's place, the places of its words so far


def _walk(steps: list[_Step], numbers: list[frozenset[int]]) -> Iterator[_Hit]:
    """Follow all phrases at once; each point of a phrase is visited once a place, so time grows with the text only."""
    seen: set[tuple[int, int]] = set()
    while steps:
        node, at, used = steps.pop()
        if (id(node), at) in seen:
            continue
        seen.add((id(node), at))
        for line in node.complete:
            yield _Hit(line, used[0], frozenset(used))
        steps.extend((skipped, at, used) for skipped in node.skips)
        steps.extend((after, at + words, used) for after in node.gaps for words in range(GAP + 1))
        if node.following and at < len(numbers):
            for number in numbers[at]:
                steps.extend((after, at + 1, (*used, at)) for after in node.following.get(number, ()))


def _firing(hits: list[_Hit], words: list[str]) -> Iterator[_Hit]:
    """Yield the hits that mean danger, given what else was found in the message.

    A word such as "ambulance" is found in several languages: it is calm if one of them is.
    """
    calm = {hit.line.language for hit in hits if hit.line.subject == "calm"}
    urgent = any(hit.line.subject == "urgent" for hit in hits)
    calmed = {word for hit in hits if hit.line.level and hit.line.language in calm for word in hit.words}
    dated = any(_YEAR.fullmatch(word) for word in words)
    for hit in hits:
        if hit.line.level == "always":
            yield hit
        elif not hit.line.level or dated or hit.words & calmed:
            continue
        elif (urgent and hit.line.level != "whole") or len(words) <= MOST_WORDS[hit.line.level]:
            yield hit


_CRY = re.compile(r"(?:^|(?<=[.!?؟።\n]))([^.!?؟።!\n]{1,60})(?:[!\uff01]\s*){2,}")
LONGEST_CRY = 4  # words


def _cries(text: str) -> list[str]:
    """Return the few words that ``text`` cries out, twice: "help!!" is as loud as "help help"; [] when none are.

    A longer sentence with as many marks is no cry: "thank you for your help!!".
    """
    cries = (fold(cry).split() for cry in _CRY.findall(text[:LONGEST_TEXT]))
    return [word for cry in cries if len(cry) <= LONGEST_CRY for word in cry * 2]


def _covers(mask: _Hit, hit: _Hit) -> bool:
    """Whether a word of ``hit`` stands between the first and the last word of ``mask``."""
    last = max(mask.words)
    return any(mask.first <= word <= last for word in hit.words)


def _says_more_of_others(hit: _Hit, emergencies: list[_Hit]) -> bool:
    """Whether a crisis' words are only a part of an emergency's: "he will kill me" has "kill me" in it."""
    return hit.line.subject == "crisis" and any(hit.words < other.words for other in emergencies)


def _is_international(firing: list[_Hit], words: list[str]) -> bool:
    """Whether every word is a number, or a word in Latin letters that fires in several languages."""
    languages: dict[int, set[str]] = {}
    for hit in firing:
        for word in hit.words:
            languages.setdefault(word, set()).add(hit.line.language)
    return all(
        word.isdigit() or (word.isascii() and len(languages.get(place, ())) > 1)
        for place, word in enumerate(words)
        if word
    )


def _order(line: Line) -> int:
    if line.subject == "crisis":
        return 0 if line.level == "always" else 2
    return 1


# --- The files ----------------------------------------------------------------------------------------------------


def _lines(file: PhraseFile) -> Iterator[tuple[Line, int]]:
    """Yield the lines of a file, each with its number in the file."""
    for name, value in file.entries():
        if name in ("emergency", "crisis"):
            for level, block in file.entries_of(value):
                if level not in LEVELS:
                    raise file.broken(block.start_mark.line + 1, f"'{level}' is none of {', '.join(LEVELS)}")
                yield from file.block(block, name, level)
        elif name in CONTEXTS:
            yield from file.block(value, name)
        else:
            number = value.start_mark.line + 1
            raise file.broken(number, f"'{name}' is not emergency, crisis, urgent, calm or mask")
