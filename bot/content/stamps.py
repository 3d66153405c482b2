"""The stamps that tie translations to the German text that they were made from, written into editors' files."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from yaml import Node

from bot.content.fields import suggest
from bot.content.model import SOURCE_LANGUAGE, made_from
from bot.content.source_file import is_null, line_of, pairs, read_source
from bot.errors import LotseError

FOLDERS = ("faq", "cards")


@dataclass(frozen=True, slots=True)
class _Text:
    """A language's part of an entry, as written; ``stamp_line`` is 0 where there is no ``made_from``."""

    line: int
    title: str
    answer: str
    stamp: str
    stamp_line: int


def stamp(directory: Path, name: str, languages: Collection[str] = ()) -> list[str]:
    """Mark translations as made from the present German text, and return their languages.

    Without ``languages`` those are marked that never were: an older stamp says that somebody has to compare.

    Raises:
        LotseError: there is no such entry, its German text is not written, or there is no text in a language.
    """
    path = _entry(directory, name)
    written = path.read_text(encoding="utf-8")
    texts = _texts(str(path), written)
    german = texts.get(SOURCE_LANGUAGE)
    if german is None or not german.title or not german.answer:
        raise LotseError(f'The German text of "{name}" is not written yet. Write its title and answer first.')
    there = [code for code, text in texts.items() if text.answer and code != SOURCE_LANGUAGE]
    for code in languages:
        if code not in there:
            raise LotseError(f'"{name}" has no text in "{code}". {suggest(code, there)}.')
    marked = list(dict.fromkeys(languages)) or [code for code in there if not texts[code].stamp]
    changed = _with_stamp(written, [texts[code] for code in marked], made_from(german.title, german.answer))
    path.write_text(changed, encoding="utf-8")
    return marked


def _entry(directory: Path, name: str) -> Path:
    files = [path for folder in FOLDERS for path in sorted((directory / folder).glob("*.yaml"))]
    for path in files:
        if path.stem == name:
            return path
    raise LotseError(f'There is no topic or card "{name}". {suggest(name, [path.stem for path in files])}.')


def _texts(path: str, written: str) -> dict[str, _Text]:
    source = read_source(path, written.encode())
    if source.broken:
        raise LotseError("\n".join(str(problem) for problem in source.problems))
    root = next((node for key, node in pairs(source.root) if key.value == "texts"), None)
    return {key.value: _text(line_of(key), node) for key, node in pairs(root)}


def _text(line: int, node: Node) -> _Text:
    values = {key.value: (value, line_of(key)) for key, value in pairs(node)}

    def word(name: str) -> str:
        value, _ = values.get(name, (None, 0))
        return "" if value is None or is_null(value) else str(value.value).strip()

    _, stamp_line = values.get("made_from", (None, 0))
    return _Text(line, word("title"), word("answer"), word("made_from"), stamp_line)


def _with_stamp(written: str, texts: Collection[_Text], new: str) -> str:
    lines = written.split("\n")
    # From the end, so that a line that is added does not move those still to come.
    for text in sorted(texts, key=lambda text: -text.line):
        if text.stamp_line:
            lines[text.stamp_line - 1] = re.sub(r"made_from:[^,}]*", f"made_from: {new}", lines[text.stamp_line - 1])
        else:
            lines.insert(text.line, f"    made_from: {new}")
    return "\n".join(lines)
