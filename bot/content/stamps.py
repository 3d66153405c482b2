"""The stamps that tie translations to the German text that they were made from, written into editors' files."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bot.content.fields import suggest
from bot.content.model import SOURCE_LANGUAGE, made_from, made_from_phrase
from bot.content.source_file import SourceFile, is_null, line_of, pairs, read_source
from bot.errors import LotseError
from bot.understanding.files import write_atomically

FOLDERS = ("faq", "cards")
PHRASES = "phrases"
_STAMP = "made_from"
_LINE_ENDS = re.compile("(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n)")  # what YAML takes for the end of a line


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where the texts of an entry stand: a file, and the keys that lead to them from its top."""

    path: Path
    keys: tuple[str, ...] = ("texts",)


@dataclass(frozen=True, slots=True)
class _Text:
    """A language's part of an entry: its name, and what stands under it."""

    key: ScalarNode
    node: Node

    def part(self, name: str) -> Node | None:
        return next((value for key, value in pairs(self.node) if key.value == name), None)

    def word(self, name: str) -> str:
        value = self.part(name)
        return str(value.value).strip() if isinstance(value, ScalarNode) and not is_null(value) else ""

    @property
    def written(self) -> bool:
        """Whether the whole of it stands there: the sentences of a phrase, or else a title and an answer."""
        return bool(self.word("text") or (self.word("title") and self.word("answer")))

    @property
    def translated(self) -> bool:
        """Whether there is anything to mark."""
        return bool(self.word("text") or self.word("answer"))

    @property
    def stamp(self) -> str:
        """What ties translations to it."""
        phrase = self.word("text")
        return made_from_phrase(phrase) if phrase else made_from(self.word("title"), self.word("answer"))


def stamp(directory: Path, name: str, languages: Collection[str] = ()) -> list[str]:
    """Mark translations as made from the present German text, and return their languages.

    Without ``languages`` those are marked that never were: an older stamp says that somebody has to compare.

    Raises:
        LotseError: there is no such entry, its German text is not written, there is no text in a language, a text is
            written in a way that no stamp can be set into, or the file cannot be read or written.
    """
    entry = _entry(directory, name)
    written = _read(entry.path)
    texts = _texts(_parsed(entry.path, written), entry.keys)
    german = texts.get(SOURCE_LANGUAGE)
    if german is None or not german.written:
        what = "it" if entry.keys[0] == PHRASES else "its title and answer"
        raise LotseError(f'The German text of "{name}" is not written yet. Write {what} first.')
    there = [code for code, text in texts.items() if text.translated and code != SOURCE_LANGUAGE]
    for code in languages:
        if code not in there:
            raise LotseError(f'"{name}" has no text in "{code}". {suggest(code, there)}.')
    marked = list(dict.fromkeys(languages)) or [code for code in there if not texts[code].word(_STAMP)]
    changed = written
    for code in marked:
        changed = _stamped(entry, changed, code, german.stamp)
    if changed != written:
        _write(entry.path, changed)
    return marked


def _entry(directory: Path, name: str) -> _Entry:
    files = [path for folder in FOLDERS for path in sorted((directory / folder).glob("*.yaml"))]
    for path in files:
        if path.stem == name:
            return _Entry(path)
    phrases = list(_phrases(directory))
    for phrase, path in phrases:
        if phrase == name:
            return _Entry(path, (PHRASES, name, "texts"))
    known = [*(path.stem for path in files), *(phrase for phrase, _ in phrases)]
    raise LotseError(f'There is no topic, card or phrase "{name}". {suggest(name, known)}.')


def _phrases(directory: Path) -> Iterator[tuple[str, Path]]:
    """Yield the ids of phrases with their files; a file that cannot be read has none."""
    for path in sorted((directory / PHRASES).glob("*.yaml")):
        source = read_source(str(path), _read(path).encode("utf-8", "surrogateescape"))
        yield from ((key.value, path) for key, _ in pairs(_below(source.root, (PHRASES,))))


def _read(path: Path) -> str:
    try:
        # Not read_text(): it would change the line ends of Windows.
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise LotseError(f"{path} cannot be read ({error.strerror}). Allow Lotse to read it.") from error


def _write(path: Path, text: str) -> None:
    try:
        write_atomically(path.resolve(), text.encode())
    except OSError as error:
        raise LotseError(f"{path} cannot be written ({error.strerror}). Allow Lotse to write there.") from error


def _parsed(path: Path, written: str) -> SourceFile:
    source = read_source(str(path), written.encode("utf-8", "surrogateescape"))
    if source.broken:
        raise LotseError("\n".join(str(problem) for problem in source.problems))
    return source


def _below(root: Node | None, keys: Iterable[str]) -> Node | None:
    for name in keys:
        root = next((node for key, node in pairs(root) if key.value == name), None)
    return root


def _texts(source: SourceFile, keys: Iterable[str]) -> dict[str, _Text]:
    return {key.value: _Text(key, node) for key, node in pairs(_below(source.root, keys))}


def _stamped(entry: _Entry, written: str, code: str, new: str) -> str:
    path = entry.path
    source = _parsed(path, written)
    text = _texts(source, entry.keys)[code]
    value, lines = text.part(_STAMP), _LINE_ENDS.split(written)
    if value is None:
        _insert(lines, text, new)
    else:
        _replace(lines, value, new)
    changed = "".join(lines)
    wanted = _values(source.root)
    reduce(getitem, (*entry.keys, code), wanted)[_STAMP] = new
    # Read it as everybody else will: nothing but the stamp may differ from what stood there.
    if _values(read_source(str(path), changed.encode()).root) != wanted:
        problem = f'no stamp can be set into the text in "{code}" as it is written'
        remedy = "Write each of its fields on a line of its own, as in other files"
        raise LotseError(f"{path}:{line_of(text.key)}: {problem}. {remedy}.")
    return changed


def _insert(lines: list[str], text: _Text, new: str) -> None:
    first = pairs(text.node)[0][0].start_mark
    if isinstance(text.node, MappingNode) and text.node.flow_style:
        line = lines[first.line]
        lines[first.line] = f"{line[: first.column]}{_STAMP}: {new}, {line[first.column :]}"
    else:
        above = text.key.end_mark.line
        end = "\r\n" if lines[above].endswith("\r\n") else "\n"
        lines.insert(above + 1, f"{' ' * first.column}{_STAMP}: {new}{end}")


def _replace(lines: list[str], value: Node, new: str) -> None:
    start, end = value.start_mark, value.end_mark
    before, after = lines[start.line][: start.column], lines[end.line][end.column :]
    space = " " if before.endswith(":") else ""
    lines[start.line : end.line + 1] = [f"{before}{space}{new}{after}"]


def _values(node: Node | None) -> Any:
    """Return what stands in a file, without its comments."""
    if isinstance(node, MappingNode):
        return {key.value: _values(value) for key, value in pairs(node)}
    if isinstance(node, SequenceNode):
        return [_values(item) for item in node.value]
    return None if node is None else node.value
