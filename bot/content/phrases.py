"""Phrases of social workers: the schema of content/phrases/*.yaml, and how their blanks are filled in."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, get_args

from babel import numbers
from yaml import Node

from bot.content.faq import Known, is_outdated, same_as_file
from bot.content.fields import IDENTIFIER, Parser, Section, by_language, day, list_of, nullable, one_of, section, text
from bot.content.model import (
    SOURCE_LANGUAGE,
    BlankKind,
    Phrase,
    PhraseGroup,
    PhraseText,
    made_from_phrase,
)
from bot.content.source_file import SourceFile, WrittenText, line_of, pairs
from bot.errors import LotseError
from bot.i18n import embed, format_day, format_time, locale_of

MOST_WORDS: Final = 60
LONGEST_VALUE: Final = 200
"""Characters of what is written into a blank for text."""

KINDS: Final[tuple[BlankKind, ...]] = get_args(BlankKind)
ROLE: Final = "phrase"
"""The role of the texts among all written texts."""

_FEWEST_KEYWORDS = 3
_BLANK = re.compile(r"\{([a-z][a-z_]{0,39})\}")
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")

BlankProblem = Literal["missing", "date", "time", "number", "long"]


class BlanksError(LotseError):
    """Blanks are not filled in as they should be; ``problems`` says for each such blank what is wrong."""

    def __init__(self, problems: Mapping[str, BlankProblem]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in self.problems.items()))


@dataclass(frozen=True, slots=True)
class Filled:
    """A phrase as it will be read, and the text that it was made of; its ``language`` may be another one."""

    text: str
    source: PhraseText


def fill(phrase: Phrase, language: str, values: Mapping[str, str]) -> Filled:
    """Return the phrase in this language, else in German, with its blanks filled in.

    Args:
        phrase: the phrase.
        language: the language of the person.
        values: what staff wrote, by blank: a day as 2026-11-25, a time as 14:30, a number as 45 or 1,5, or words on
            one line; what belongs to no blank is ignored.

    Raises:
        BlanksError: a blank is empty, or what was written does not fit into it.
    """
    source = phrase.text_in(language)
    parsed = _parsed(phrase.blanks, values)
    said = {name: _formatted(value, source.language) for name, value in parsed.items()}
    return Filled(_BLANK.sub(lambda blank: said[blank[1]], source.text), source)


def _parsed(blanks: Mapping[str, BlankKind], values: Mapping[str, str]) -> dict[str, date | time | Decimal | str]:
    parsed: dict[str, date | time | Decimal | str] = {}
    problems: dict[str, BlankProblem] = {}
    for name, kind in blanks.items():
        written = " ".join(_visible(values.get(name, "")).split())
        try:
            parsed[name] = _value(kind, written)
        except ValueError:
            problems[name] = "missing" if not written else ("long" if kind == "text" else kind)
    if problems:
        raise BlanksError(problems)
    return parsed


def _visible(written: str) -> str:
    """Return a text without controls, direction marks and halves of letters: they would disturb the words around."""
    return "".join(each if unicodedata.category(each)[0] != "C" else " " for each in written)


def _value(kind: BlankKind, written: str) -> date | time | Decimal | str:
    if kind == "date":
        return date.fromisoformat(written if re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII) else "")
    if kind == "time":
        return time.fromisoformat(written if re.fullmatch(r"\d\d:\d\d", written, re.ASCII) else "")
    if kind == "number":
        if not _NUMBER.fullmatch(written):
            raise ValueError(written)
        return Decimal(written.replace(",", "."))
    if not written or len(written) > LONGEST_VALUE:
        raise ValueError(written)
    return written


def _formatted(value: date | time | Decimal | str, language: str) -> str:
    if isinstance(value, date):
        return format_day(value, language)
    if isinstance(value, time):
        return format_time(value)
    if isinstance(value, Decimal):
        return str(numbers.format_decimal(value, locale=locale_of(language)))
    return embed(value, language)


def read_phrases(file: SourceFile, root: Node, stem: str, known: Known) -> PhraseGroup | None:
    """Return the phrases of a file named ``<stem>.yaml``, or None where an error was reported."""
    entry = section(file, root, ("group", "name", "phrases"))
    if entry is None:
        return None
    same_as_file(entry, "group", stem)
    nothing: Mapping[str, str] = {}
    names = entry.get("name", by_language(known.languages, "name", "name"), nothing)
    found = []
    for key, node in pairs(entry.values.get("phrases")):
        if not IDENTIFIER.fullmatch(key.value):
            file.report(key, f'"{key.value}" is not an id', "Use small letters, digits and hyphens")
        elif (phrase := _phrase(file, node, key.value, stem, known.languages)) is not None:
            found.append(phrase)
    if not found and not file.broken:
        file.report(root, "there are no phrases here", "Write one, or delete the file")
    return None if file.broken else PhraseGroup(stem, names, tuple(found))


def _phrase(file: SourceFile, node: Node, name: str, group: str, languages: Collection[str]) -> Phrase | None:
    entry = section(file, node, ("blanks", "keywords", "texts"))
    if entry is None:
        return None
    keywords = entry.get("keywords", list_of(text), ())
    if len(keywords) < _FEWEST_KEYWORDS and "keywords" in entry.values:
        problem = f"{name} has fewer than {_FEWEST_KEYWORDS} keywords"
        file.report(entry.values["keywords"], problem, "Add German words by which staff would look for it", "warning")
    blanks = entry.get("blanks", _blanks, MappingProxyType({}))
    return Phrase(name, group, blanks, keywords, _texts(entry, name, blanks, languages))


def _blanks(file: SourceFile, node: Node) -> Mapping[str, BlankKind] | None:
    names = [key.value for key, _ in pairs(node)]
    entry = section(file, node, (), [name for name in names if _BLANK.fullmatch(f"{{{name}}}")])
    if entry is None:
        return None
    kind_of: Parser[BlankKind] = one_of(KINDS, "kind of blank")
    kinds: dict[str, BlankKind | None] = {name: entry.get(name, kind_of, None) for name in entry.values}
    return MappingProxyType({name: kind for name, kind in kinds.items() if kind is not None})


def _texts(
    entry: Section, name: str, blanks: Mapping[str, BlankKind], languages: Collection[str]
) -> Mapping[str, PhraseText]:
    node = entry.values.get("texts")
    others = [code for code in languages if code != SOURCE_LANGUAGE]
    texts = section(entry.file, node, (SOURCE_LANGUAGE,), others) if node else None
    found: dict[str, PhraseText] = {}
    stamp = ""
    # German first: the others are compared with it.
    for language, part in sorted(texts.values.items() if texts else (), key=lambda each: each[0] != SOURCE_LANGUAGE):
        parsed = _text_in(entry.file, part, language, stamp, name)
        if parsed is not None:
            _look_at_blanks(entry.file, part, parsed, blanks)
            found[language] = parsed
            stamp = made_from_phrase(parsed.text) if language == SOURCE_LANGUAGE else stamp
    return MappingProxyType(found)


def _text_in(file: SourceFile, node: Node, language: str, stamp: str, name: str) -> PhraseText | None:
    translated = language != SOURCE_LANGUAGE
    part = section(file, node, ("text",), ("review", *(("made_from",) if translated else ())))
    said = part.get("text", _sentences, "") if part else ""
    if part is None or not said:
        return None
    file.texts.append(WrittenText(file.path, line_of(part.values["text"]), language, name, ROLE, said))
    return PhraseText(
        language,
        said,
        review=part.get("review", nullable(day), None),
        outdated=translated and is_outdated(part, language, stamp, name),
    )


def _sentences(file: SourceFile, node: Node) -> str | None:
    value = text(file, node)
    words = len(value.split()) if value else 0
    if words > MOST_WORDS:
        file.report(node, f"this phrase has {words} words", f"Shorten it to {MOST_WORDS}")
    return value


def _look_at_blanks(file: SourceFile, node: Node, said: PhraseText, blanks: Collection[str]) -> None:
    """Report blanks that a text lacks, has twice or does not know: staff would fill them in vain."""
    written = _BLANK.findall(said.text)
    for name in sorted({*blanks, *written}):
        if name not in blanks:
            file.report(node, f"{{{name}}} ({said.language}) is not among the blanks", "Name it there, or remove it")
        elif written.count(name) != 1:
            times = "missing" if name not in written else "there twice"
            file.report(node, f"{{{name}}} is {times} in this text ({said.language})", "Write it exactly once")
    if re.search(r"[{}]", _BLANK.sub("", said.text)):
        file.report(node, f"a brace without a blank stands here ({said.language})", "Write {name}, or no brace")
