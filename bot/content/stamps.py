"""The stamps that tie translations to the German text that they were made from, written into editors' files."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bot.content.fields import suggest
from bot.content.model import SOURCE_LANGUAGE, made_from
from bot.content.source_file import SourceFile, is_null, line_of, pairs, read_source
from bot.errors import LotseError
from bot.understanding.files import write_atomically

FOLDERS = ("faq", "cards")
_STAMP = "made_from"
_LINE_ENDS = re.compile("(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n)")  # what YAML takes for the end of a line


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


def stamp(directory: Path, name: str, languages: Collection[str] = ()) -> list[str]:
    """Mark translations as made from the present German text, and return their languages.

    Without ``languages`` those are marked that never were: an older stamp says that somebody has to compare.

    Raises:
        LotseError: there is no such entry, its German text is not written, there is no text in a language, a text is
            written in a way that no stamp can be set into, or the file cannot be read or written.
    """
    path = _entry(directory, name)
    written = _read(path)
    texts = _texts(_parsed(path, written))
    german = texts.get(SOURCE_LANGUAGE)
    if german is None or not german.word("title") or not german.word("answer"):
        raise LotseError(f'The German text of "{name}" is not written yet. Write its title and answer first.')
    there = [code for code, text in texts.items() if text.word("answer") and code != SOURCE_LANGUAGE]
    for code in languages:
        if code not in there:
            raise LotseError(f'"{name}" has no text in "{code}". {suggest(code, there)}.')
    marked = list(dict.fromkeys(languages)) or [code for code in there if not texts[code].word(_STAMP)]
    new = made_from(german.word("title"), german.word("answer"))
    changed = written
    for code in marked:
        changed = _stamped(path, changed, code, new)
    if changed != written:
        _write(path, changed)
    return marked


def _entry(directory: Path, name: str) -> Path:
    files = [path for folder in FOLDERS for path in sorted((directory / folder).glob("*.yaml"))]
    for path in files:
        if path.stem == name:
            return path
    raise LotseError(f'There is no topic or card "{name}". {suggest(name, [path.stem for path in files])}.')


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


def _texts(source: SourceFile) -> dict[str, _Text]:
    root = next((node for key, node in pairs(source.root) if key.value == "texts"), None)
    return {key.value: _Text(key, node) for key, node in pairs(root)}


def _stamped(path: Path, written: str, code: str, new: str) -> str:
    source = _parsed(path, written)
    text = _texts(source)[code]
    value, lines = text.part(_STAMP), _LINE_ENDS.split(written)
    if value is None:
        _insert(lines, text, new)
    else:
        _replace(lines, value, new)
    changed = "".join(lines)
    wanted = _values(source.root)
    wanted["texts"][code][_STAMP] = new
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
