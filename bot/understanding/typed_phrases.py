"""What people type in their own words instead of tapping a button, in every language at once.

The phrases stand in ``nlu/typed/<language>.yml``; ``nlu/typed/README.md`` explains what each block means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.understanding.phrase_files import GAP, PhraseFile, Phrases
from bot.understanding.safety_phrases import Line, Node, fold

WHOLE: Final = ("saved", "stop", "halt", "more", "results", "change", "any")
"""What counts only where a text is nothing else, but for words such as "please"."""
ANYWHERE: Final = ("mentor", "circle", "groups")
"""What counts wherever it stands, unless a phrase of ``unless`` stands in the text, too."""
AROUND: Final = ("please", "without", "unless")
SUBJECTS: Final = (*WHOLE, *ANYWHERE, *AROUND)

LONGEST: Final = 60
"""A text of more words is a letter, and no button."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text asks for; ``language`` is that of the editors' phrase that says so."""

    subject: str
    language: str


@dataclass(frozen=True, slots=True)
class _Hit:
    line: Line
    words: frozenset[int]


class TypedPhrases:
    """The phrases of all languages; made by ``read``."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    @classmethod
    def read(cls, directory: Path) -> "TypedPhrases":
        """Read every ``*.yml`` in ``directory``; raise ``LotseError`` that names file, line, problem and remedy."""
        return cls(Phrases.read(sorted(directory.glob("*.yml")), "nlu/typed/README.md", _lines))

    def meanings(self, text: str, present: str) -> tuple[Meaning, ...]:
        """Return what the whole of a text may ask for, the language ``present`` first."""
        words = self._words(text)
        hits = self._hits(words)
        spare = _places(hits, "please")
        found = [hit for hit in hits if hit.line.subject in WHOLE and len(hit.words | spare) == len(words)]
        return tuple(dict.fromkeys(_meaning(hit) for hit in sorted(found, key=lambda hit: _order(hit, present))))

    def within(self, text: str, present: str) -> Meaning | None:
        """Return whom or what a text looks for, wherever that stands in it; None where it offers help itself."""
        hits = self._hits(self._words(text))
        found = [hit for hit in hits if hit.line.subject in ANYWHERE]
        if not found or _places(hits, "unless"):
            return None
        return _meaning(min(found, key=lambda hit: _order(hit, present)))

    def gives_up(self, text: str, most: int) -> bool:
        """Say whether a text of at most ``most`` words says that something is not wished or does not matter."""
        words = self._words(text)
        hits = self._hits(words) if len(words) <= most else []
        return any(len(hit.words) < len(words) for hit in hits if hit.line.subject in ("without", "any"))

    @staticmethod
    def _words(text: str) -> list[str]:
        words = fold(text).split()
        return words if len(words) <= LONGEST else []

    def _hits(self, words: list[str]) -> list[_Hit]:
        numbers = self._phrases.numbers_of(words)
        starts = [
            (node, first + 1, frozenset({first}))
            for first in range(len(words))
            for node in self._phrases.begun_by(numbers[first])
        ]
        return list(_walk(starts, numbers))


_Step = tuple[Node, int, frozenset[int]]  # where in a phrase, the next word's place, the places of its words so far


def _walk(steps: list[_Step], numbers: list[frozenset[int]]) -> Iterator[_Hit]:
    """Yield the ways in which phrases stand in the text."""
    seen: set[tuple[int, int, frozenset[int]]] = set()
    while steps:
        node, at, used = steps.pop()
        if (id(node), at, used) in seen:
            continue
        seen.add((id(node), at, used))
        yield from (_Hit(line, used) for line in node.complete)
        steps.extend((skipped, at, used) for skipped in node.skips)
        steps.extend((after, at + words, used) for after in node.gaps for words in range(GAP + 1))
        if node.following and at < len(numbers):
            steps.extend(
                (after, at + 1, used | {at}) for number in numbers[at] for after in node.following.get(number, ())
            )


def _places(hits: list[_Hit], subject: str) -> frozenset[int]:
    return frozenset(place for hit in hits if hit.line.subject == subject for place in hit.words)


def _order(hit: _Hit, present: str) -> tuple[bool, int, int]:
    """The language of the talk first; then the phrase with the most words."""
    return hit.line.language != present, -len(hit.words), SUBJECTS.index(hit.line.subject)


def _meaning(hit: _Hit) -> Meaning:
    return Meaning(hit.line.subject, hit.line.language)


# --- The files ----------------------------------------------------------------------------------------------------


def _lines(file: PhraseFile) -> Iterator[tuple[Line, int]]:
    """Yield the lines of a file, each with its number in the file."""
    for name, node in file.entries():
        if name not in SUBJECTS:
            raise file.broken(node.start_mark.line + 1, f"'{name}' is none of {', '.join(SUBJECTS)}")
        yield from file.block(node, name)
