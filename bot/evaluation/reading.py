"""Reads labelled utterances from files of JSON lines; every bad line is named at once."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import LotseError
from bot.messages import well_formed

_FIELDS = frozenset({"lang", "text", "label", "entities", "prior"})
_SHAPE = 'Write {"lang": "de", "text": "…", "label": "find_course", "entities": {"level": ["A1"]}}.'

Entities = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance and what it means; ``entities`` is None where nobody marked them.

    ``prior`` is the language of the conversation so far.
    """

    file: str
    number: int
    language: str
    text: str
    label: str
    entities: Entities | None = None
    prior: str | None = None


class _BadLineError(ValueError):
    """What is wrong with a line, and what to do about it."""


def read_lines(files: Iterable[Path]) -> list[Line]:
    """Read every line of every file; empty lines are skipped.

    Fields that mean nothing here are passed over; one note on standard error names them.

    Raises:
        LotseError: lines or files that cannot be used; it names file, line, problem and remedy of all of them.
    """
    found: list[Line] = []
    problems: list[str] = []
    unknown: set[str] = set()
    for file in files:
        try:
            content = file.read_bytes()
        except OSError as error:
            problems.append(f"{file}: it cannot be read ({error.strerror}). Name a file of JSON lines.")
            continue
        for number, line in _numbered(content):
            try:
                values = _object(line)
                unknown |= values.keys() - _FIELDS
                found.append(_line(str(file), number, values))
            except _BadLineError as problem:
                problems.append(f"{file}:{number}: {problem}")
    if problems:
        raise LotseError("Nothing is evaluated until these are repaired:\n" + "\n".join(problems))
    if not found:
        raise LotseError("There is nothing to evaluate: the files have no lines. " + _SHAPE)
    if unknown:
        names = ", ".join(f'"{well_formed(name)}"' for name in sorted(unknown))
        sys.stderr.write(f"These fields are not read: {names}. Known are {', '.join(sorted(_FIELDS))}.\n")
    return found


def _numbered(content: bytes) -> Iterator[tuple[int, bytes]]:
    # Only a line feed ends a line of JSON; other separators may stand inside a text.
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _object(raw: bytes) -> dict[str, object]:
    try:
        values = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise _BadLineError("it is not UTF-8. Save the file as UTF-8.") from None
    except (ValueError, RecursionError):
        raise _BadLineError(f"it is not valid JSON. {_SHAPE}") from None
    if not isinstance(values, dict):
        raise _BadLineError(f"it is no JSON object. {_SHAPE}")
    return values


def _line(file: str, number: int, values: Mapping[str, object]) -> Line:
    prior = values.get("prior")
    if prior is not None and not (isinstance(prior, str) and prior):
        raise _BadLineError('"prior" is no language code. Write a code such as "de", or leave it out.')
    if prior is not None:
        _refuse_halves("prior", prior)
    return Line(
        file,
        number,
        _word(values, "lang", "de"),
        _text(values),
        _word(values, "label", "find_course"),
        _entities(values.get("entities")),
        prior,
    )


def _word(values: Mapping[str, object], name: str, example: str) -> str:
    value = values.get(name)
    if isinstance(value, str) and value and not any(letter.isspace() for letter in value):
        _refuse_halves(name, value)
        return value
    wrong = f'"{name}" is missing' if value is None else f'"{name}" is not one word'
    raise _BadLineError(f'{wrong}. Write "{name}": "{example}", for example.')


def _refuse_halves(name: str, value: str) -> None:
    """Refuse what no file in UTF-8 can hold; only in a person's text may it stand, and is mended there."""
    if well_formed(value) != value:
        raise _BadLineError(f'"{name}" has half a character or a NUL ("{well_formed(value)}"). Write whole characters.')


def _text(values: Mapping[str, object]) -> str:
    text = values.get("text")
    if isinstance(text, str) and text.strip():
        return well_formed(text)
    wrong = "is missing" if text is None else "is empty" if isinstance(text, str) else "is no text"
    raise _BadLineError(f'"text" {wrong}. Write what a person might send, in quotation marks.')


def _entities(values: object) -> Entities | None:
    if values is None:
        return None
    if not isinstance(values, dict):
        raise _BadLineError('"entities" is no JSON object. Write {"level": ["A1"]}, or leave it out.')
    found = {name: _values(name, value) for name, value in values.items()}
    # What is not there is no value: an empty list alone says that somebody looked and found none.
    return {name: value for name, value in found.items() if value or isinstance(values[name], list)}


def _values(name: str, given: object) -> tuple[str, ...]:
    found = []
    _refuse_halves("entities", name)
    for value in given if isinstance(given, list) else [given]:
        if value is None or value is False:
            continue
        if value is True:
            found.append("yes")
            continue
        if not isinstance(value, str | int | float):
            raise _BadLineError(f'the entity "{name}" has a value that is no text, number or true. Write one of these.')
        if isinstance(value, str):
            _refuse_halves(name, value)
        whole = isinstance(value, float) and value.is_integer()
        found.append(str(int(value)) if whole else str(value))
    return tuple(dict.fromkeys(found))
