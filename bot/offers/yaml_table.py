"""A provider's offers as YAML, for those who keep files by hand -> rows.

    provider: Beispielverein Feuerbach
    offers:
      - id: a1-abend
        title: {de: Deutsch am Abend, en: German in the evening}
        sessions: Mo 18:00-19:30; Do 18:00-19:30
        place: {name: Bürgerhaus, district: feuerbach}

Keys are the fields of an offer or the headings of the table; values are written as in a cell, lists may be lists.
"""

from collections.abc import Iterable, Iterator

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bot.content.fields import section, suggest, text
from bot.content.source_file import SourceFile, is_null, items, line_of, pairs, read_source
from bot.offers.cells import shown
from bot.offers.columns import COLUMNS, SPOKEN
from bot.offers.model import Kind
from bot.offers.rows import Row
from bot.offers.table import known_headings

_LARGEST_FILE = 5_000_000
_PARTED_BY_SEMICOLON = frozenset({"sessions", "source"})


def read_yaml(file: SourceFile, data: bytes, kind: Kind, languages: Iterable[str] = SPOKEN.values()) -> list[Row]:
    """Return the rows of a YAML file; what is wrong with it as a file is reported, never raised."""
    if len(data) > _LARGEST_FILE:
        file.report(1, f"the file is larger than {_LARGEST_FILE // 1_000_000} MB", "Split it, one file a provider")
        return []
    read = read_source(file.path, data)
    file.problems.extend(read.problems)
    found = section(file, read.root, ["offers"], ["provider"]) if read.root else None
    if found is None:
        return []
    provider = found.get("provider", text, "")
    offers = found.values.get("offers")
    if offers is not None and not isinstance(offers, SequenceNode):
        file.report(offers, "a list of offers is needed here", "Start each with a dash")
    known = known_headings(kind, languages)
    return [row for node in items(offers) if (row := _row(file, node, known, kind, provider)) is not None]


def _row(file: SourceFile, node: Node, known: dict[str, str], kind: Kind, provider: str) -> Row | None:
    if not isinstance(node, MappingNode):
        file.report(node, "an offer is needed here", "Write its fields, each with a colon: id, title, …")
        return None
    cells = {"provider": provider} if provider else {}
    lines: dict[str, int] = {}
    for path, where, value in _flat(node, ""):
        name = known.get(path.casefold())
        if name is None:
            file.report(
                where, f"{shown(path)} is not known here", suggest(path, [each.field for each in COLUMNS[kind]])
            )
            continue
        written = _text(file, value, name)
        if written is not None:
            cells[name], lines[name] = written, line_of(value)
    return Row(line_of(node), cells, lines=lines)


def _flat(node: MappingNode, prefix: str) -> Iterator[tuple[str, Node, Node]]:
    """Yield (path, key, value) of everything in an offer: ``place.street``, ``title@en``, ``price.note@en``."""
    for key, value in pairs(node):
        path = f"{prefix}{key.value}"
        if path == "price.amount":
            path = "price"
        if not isinstance(value, MappingNode):
            yield path, key, value
        elif prefix or path in {"place", "contact", "price"}:
            separator = "@" if prefix else "."
            yield from _flat_once(value, path, separator)
        else:
            yield from _flat_once(value, path, "@")


def _flat_once(node: MappingNode, path: str, separator: str) -> Iterator[tuple[str, Node, Node]]:
    if separator == ".":
        yield from _flat(node, f"{path}.")
        return
    for key, value in pairs(node):
        yield (path if key.value == "de" else f"{path}@{key.value}"), key, value


def _text(file: SourceFile, node: Node, name: str) -> str | None:
    if isinstance(node, ScalarNode):
        return "" if is_null(node) else str(node.value)
    parts = items(node)
    if isinstance(node, SequenceNode) and all(isinstance(part, ScalarNode) for part in parts):
        separator = "; " if name in _PARTED_BY_SEMICOLON else ", "
        return separator.join(str(part.value) for part in parts)
    file.report(node, "a value is needed here", "Write it after the colon")
    return None
