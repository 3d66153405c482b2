"""Files of phrases, ``<language>.yml`` with blocks of lines, and how phrases begin in a text.

What the lines of a block mean is said where they are used: ``safety`` and ``typed_phrases``.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import yaml

from bot.errors import LotseError
from bot.understanding.garbage import nothing_thrown_away
from bot.understanding.safety_phrases import Line, Node, Phrase, Vocabulary

GAP = 3  # words that ".." may skip


class PhraseFile:
    """One file; ``manual`` tells an editor how to write it. All errors name file, line, problem and remedy."""

    def __init__(self, path: Path, manual: str) -> None:
        self.path = path
        self._manual = manual

    def broken(self, number: int, problem: str) -> LotseError:
        """Return the error about a line."""
        return LotseError(
            f"{self.path}, line {number}: {problem}. Correct this line; {self._manual} shows how to write it."
        )

    def entries(self) -> Iterator[tuple[str, yaml.Node]]:
        """Yield the names at the top of the file with their values; raise ``LotseError`` if it has none."""
        try:
            root = yaml.compose(self.path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except (yaml.MarkedYAMLError, UnicodeDecodeError) as problem:
            mark = getattr(problem, "problem_mark", None)
            raise self.broken(mark.line + 1 if mark else 1, "this is no YAML in UTF-8") from None
        yield from self.entries_of(root)

    def entries_of(self, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
        """Yield the names in a value with their own values; raise ``LotseError`` if it has none."""
        if not isinstance(node, yaml.MappingNode):
            raise self.broken(node.start_mark.line + 1 if node else 1, "names with values are expected here")
        yield from ((str(name.value), value) for name, value in node.value)

    def block(self, node: yaml.Node, subject: str, level: str = "") -> Iterator[tuple[Line, int]]:
        """Yield the lines of a block, each with its number in the file; raise ``LotseError`` if it is none."""
        first = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode) or node.style != "|":
            raise self.broken(first, "lines of phrases are expected here, after a '|'")
        for number, text in written_lines(node.value, first + 1):
            yield Line(self.path.stem, subject, level, text), number


def written_lines(block: str, first: int) -> Iterator[tuple[int, str]]:
    """Yield the phrases of a block, each with its number in the file; ``first`` is the number of its first line."""
    for number, text in enumerate(block.split("\n"), start=first):
        if text.strip() and not text.strip().startswith("#"):
            yield number, text.strip()


class Phrases:
    """The phrases of all languages, found by the words with which they begin."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._first: dict[int, list[Node]] = {}

    @classmethod
    def read(
        cls, paths: Sequence[Path], manual: str, lines_of: Callable[[PhraseFile], Iterator[tuple[Line, int]]]
    ) -> "Phrases":
        """Read files; raise ``LotseError`` that names file, line, problem and remedy."""
        phrases = cls()
        with nothing_thrown_away():
            for path in paths:
                file = PhraseFile(path, manual)
                for line, number in lines_of(file):
                    try:
                        phrases._add(line)
                    except ValueError as problem:
                        raise file.broken(number, f"'{line.text}': {problem}") from None
        return phrases

    def _add(self, line: Line) -> None:
        for node in Phrase(line, self._vocabulary).start().reached():
            for number, after in node.following.items():
                self._first.setdefault(number, []).extend(after)

    def numbers_of(self, words: Sequence[str]) -> list[frozenset[int]]:
        """Return for each written word the numbers of the phrases' words that it can be."""
        known = {word: self._vocabulary.numbers(word) for word in set(words)}
        return [known[word] for word in words]

    def begun_by(self, numbers: frozenset[int]) -> Iterator[Node]:
        """Yield where phrases go on that begin with one of these words."""
        for number in numbers:
            yield from self._first.get(number, ())
