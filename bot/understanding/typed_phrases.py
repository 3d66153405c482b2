"""What people type in their own words instead of tapping a button, in every language at once.

The phrases stand in ``nlu/typed/<language>.yml``; ``nlu/typed/README.md`` explains what each block means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.errors import LotseError
from bot.understanding.garbage import nothing_thrown_away
from bot.understanding.safety import GAP
from bot.understanding.safety_phrases import Line, Node, Phrase, Vocabulary, fold

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

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._first: dict[int, list[Node]] = {}

    @classmethod
    def read(cls, directory: Path) -> "TypedPhrases":
        """Read every ``*.yml`` in ``directory``; raise ``LotseError`` that names file, line, problem and remedy."""
        phrases = cls()
        with nothing_thrown_away():
            for path in sorted(directory.glob("*.yml")):
                for line, number in _lines(path):
                    try:
                        phrases._add(line)
                    except ValueError as problem:
                        raise _broken(path, number, f"'{line.text}': {problem}") from None
        return phrases

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

    def _add(self, line: Line) -> None:
        for node in Phrase(line, self._vocabulary).start().reached():
            for number, after in node.following.items():
                self._first.setdefault(number, []).extend(after)

    @staticmethod
    def _words(text: str) -> list[str]:
        words = fold(text).split()
        return words if len(words) <= LONGEST else []

    def _hits(self, words: list[str]) -> list[_Hit]:
        known = {word: self._vocabulary.numbers(word) for word in set(words)}
        numbers = [known[word] for word in words]
        starts = [
            (node, first + 1, frozenset({first}))
            for first in range(len(words))
            for number in numbers[first]
            for node in self._first.get(number, ())
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


def _lines(path: Path) -> Iterator[tuple[Line, int]]:
    """Yield the lines of a file, each with its number in the file."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.MarkedYAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise _broken(path, mark.line + 1 if mark else 1, "this is no YAML in UTF-8") from None
    if not isinstance(root, yaml.MappingNode):
        raise _broken(path, 1, "names with phrases are expected here")
    for name, node in root.value:
        first = node.start_mark.line + 1
        if name.value not in SUBJECTS:
            raise _broken(path, first, f"'{name.value}' is none of {', '.join(SUBJECTS)}")
        if not isinstance(node, yaml.ScalarNode) or node.style != "|":
            raise _broken(path, first, "lines of phrases are expected here, after a '|'")
        for number, text in enumerate(node.value.split("\n"), start=first + 1):
            if text.strip() and not text.strip().startswith("#"):
                yield Line(path.stem, name.value, "", text.strip()), number


def _broken(path: Path, number: int, problem: str) -> LotseError:
    return LotseError(
        f"{path}, line {number}: {problem}. Correct this line; nlu/typed/README.md shows how to write it."
    )
