"""The small parsers that a schema is made of.

A parser takes a file and a node and returns a value, or None after it has reported what is wrong.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlsplit

from opening_hours import validate
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bot.content.model import SOURCE_LANGUAGE
from bot.content.source_file import SourceFile, WrittenText, is_null, items, line_of, pairs

T = TypeVar("T")
D = TypeVar("D")
W = TypeVar("W", bound=str)
Parser = Callable[[SourceFile, Node], T | None]

MOST_SUGGESTIONS = 25

IDENTIFIER = re.compile(r"[a-z][a-z0-9-]{1,39}")
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping in a file whose keys have been checked; ``values`` are the nodes behind the keys."""

    file: SourceFile
    node: Node
    values: Mapping[str, Node]

    def get(self, key: str, parser: Parser[T], default: D) -> T | D:
        """Return the parsed value, or ``default`` where it is missing or wrong (which has been reported)."""
        node = self.values.get(key)
        value = None if node is None else parser(self.file, node)
        return default if value is None else value


def section(file: SourceFile, node: Node, required: Collection[str], optional: Collection[str] = ()) -> Section | None:
    """Return a mapping as a section, after reporting keys that are missing or unknown."""
    if not isinstance(node, MappingNode):
        file.report(
            node, "names with values are needed here", f"Write {', '.join(required or optional)}, each with a colon"
        )
        return None
    found: dict[str, Node] = {}
    allowed = [*required, *optional]
    for key, value in pairs(node):
        if key.value in allowed:
            found.setdefault(key.value, value)
        else:
            file.report(key, f'"{key.value}" is not known here', suggest(key.value, allowed))
    for name in required:
        if name not in found:
            file.report(node, f'"{name}" is missing', f'Add "{name}:"')
    return Section(file, node, found)


def suggest(word: str, known: Collection[str]) -> str:
    """Return the remedy for a word that is not among the known ones, without the full stop."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f'Write "{close[0]}", if that is meant'
    if 0 < len(known) <= MOST_SUGGESTIONS:
        return f"Use one of: {', '.join(known)}"
    return "Remove it, or add what it names"


def text(file: SourceFile, node: Node) -> str | None:
    """Parse a text that is not empty; numbers and words like ``no`` are taken as they are written."""
    if not isinstance(node, ScalarNode) or is_null(node):
        file.report(node, "a text is needed here", "Write it after the colon")
        return None
    value: str = node.value.strip()
    if not value:
        file.report(node, "this text is empty", "Write it, or remove the line")
        return None
    return value


def nullable(parser: Parser[T]) -> Parser[T]:
    """Return a parser that takes ``null`` as None without a complaint."""
    return lambda file, node: None if is_null(node) else parser(file, node)


def one_of(known: Collection[W], what: str) -> Parser[W]:
    """Return a parser for a word out of ``known``; ``what`` names such a word."""

    def parse(file: SourceFile, node: Node) -> W | None:
        value = text(file, node)
        if value is None:
            return None
        for word in known:
            if word == value:
                return word
        file.report(node, f'"{value}" is not a known {what}', suggest(value, known))
        return None

    return parse


def pattern(expression: str, what: str) -> Parser[str]:
    """Return a parser for a text that matches the whole expression; ``what`` says what it looks like."""

    def parse(file: SourceFile, node: Node) -> str | None:
        value = text(file, node)
        if value is not None and not re.fullmatch(expression, value):
            file.report(node, f'"{value}" is not {what}', f"Write {what}")
            return None
        return value

    return parse


def day(file: SourceFile, node: Node) -> date | None:
    """Parse a date such as 2027-05-31."""
    value = text(file, node)
    if value is None:
        return None
    try:
        return date.fromisoformat(value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else "")
    except ValueError:
        file.report(node, f'"{value}" is not a date', "Write year-month-day, such as 2027-05-31")
        return None


def url(file: SourceFile, node: Node) -> str | None:
    """Parse the address of a web page."""
    value = text(file, node)
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or "." not in parts.netloc or re.search(r"\s", value):
        file.report(node, f'"{value}" is not a web address', "Write the whole address, starting with https://")
        return None
    if parts.scheme == "http":
        file.report(node, f'"{value}" is not encrypted', "Use https:// where the page offers it", "warning")
    return value


def yes_or_no(file: SourceFile, node: Node) -> bool | None:
    """Parse true or false."""
    value = text(file, node)
    if value is not None and value.lower() not in _BOOLEANS:
        file.report(node, f'"{value}" is neither true nor false', "Write true or false")
        return None
    return None if value is None else _BOOLEANS[value.lower()]


def whole_number(least: int, most: int) -> Parser[int]:
    """Return a parser for a whole number in this range (both ends included)."""

    def parse(file: SourceFile, node: Node) -> int | None:
        value = text(file, node)
        if value is None:
            return None
        number = int(value) if re.fullmatch(r"\d{1,9}", value) else -1
        if not least <= number <= most:
            file.report(node, f'"{value}" is not a whole number from {least} to {most}', "Write such a number")
            return None
        return number

    return parse


def number_between(least: float, most: float, what: str) -> Parser[float]:
    """Return a parser for a number of degrees in this range; ``what`` names the range."""

    def parse(file: SourceFile, node: Node) -> float | None:
        value = text(file, node)
        if value is None:
            return None
        number = float(value) if re.fullmatch(r"-?\d{1,3}(\.\d+)?", value) else float("nan")
        if not least <= number <= most:
            file.report(node, f"{value} is no {what}", f"Write a number from {least} to {most}, with a point")
            return None
        return number

    return parse


def opening_hours(file: SourceFile, node: Node) -> str | None:
    """Parse opening hours in OpenStreetMap's syntax."""
    value = text(file, node)
    if value is None:
        return None
    if not validate(value):
        file.report(node, f'"{value}" cannot be read as opening hours', 'Write them like "Mo-Fr 09:00-12:00; We off"')
        return None
    if re.search(r"\bSH\b", value):
        remedy = "Write the dates, or say it in the text"
        file.report(node, "school holidays (SH) are not known and change nothing here", remedy, "warning")
    return value


def list_of(parser: Parser[T]) -> Callable[[SourceFile, Node], tuple[T, ...]]:
    """Return a parser for a list; elements that are wrong are reported and left out."""

    def parse(file: SourceFile, node: Node) -> tuple[T, ...]:
        if not isinstance(node, SequenceNode):
            file.report(node, "a list is needed here", "Write [] for none, or lines that start with a dash")
            return ()
        return tuple(value for item in items(node) if (value := parser(file, item)) is not None)

    return parse


def by_language(languages: Collection[str], key: str, role: str) -> Parser[Mapping[str, str]]:
    """Return a parser for texts by language; German must be there."""

    def parse(file: SourceFile, node: Node) -> Mapping[str, str] | None:
        found = section(file, node, [SOURCE_LANGUAGE], [code for code in languages if code != SOURCE_LANGUAGE])
        if found is None:
            return None
        texts: dict[str, str] = {}
        for language, child in found.values.items():
            value = text(file, child)
            if value is not None:
                texts[language] = value
                file.texts.append(WrittenText(file.path, line_of(child), language, key, role, value))
        return MappingProxyType(texts)

    return parse
