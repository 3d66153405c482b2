"""Reads training examples and the surface forms of entities from the files in ``nlu/data``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import LotseError

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that a person might write in ``language`` (BCP 47), and the intent that it has."""

    text: str
    language: str
    intent: str


@dataclass(frozen=True, slots=True)
class Synonym:
    """A way to say the canonical ``value`` of an ``entity``, as in ``office``, ``jobcenter``."""

    surface: str
    entity: str
    value: str


def read_intents(nlu_dir: Path) -> list[Example]:
    """Read ``intents.yml`` and ``utterances.yml`` of every ``<nlu_dir>/<language>`` (Rasa's YAML), without annotations.

    Raises:
        LotseError: a file is not what Rasa expects; the message names file and line.
    """
    return [
        Example(_ANNOTATION.sub(r"\1", line), path.parent.name, name)
        for path in sorted([*nlu_dir.glob("*/intents.yml"), *nlu_dir.glob("*/utterances.yml")])
        for name, line in _lines(path, "intent")
    ]


def read_synonyms(nlu_dir: Path) -> dict[str, list[Synonym]]:
    """Read every ``<nlu_dir>/<language>/entities.yml``: language -> surface forms.

    A block is named ``<entity>/<canonical value>``; the value itself is a surface form too.

    Raises:
        LotseError: a file is not what Rasa expects; the message names file and line.
    """
    found: dict[str, list[Synonym]] = {}
    for path in sorted(nlu_dir.glob("*/entities.yml")):
        forms = found.setdefault(path.parent.name, [])
        for name, line in _lines(path, "synonym"):
            entity, slash, value = name.partition("/")
            if not slash or not entity or not value:
                raise LotseError(f'{path}: synonym "{name}" should be named <entity>/<value>.')
            forms.append(Synonym(line, entity, value))
    return found


@dataclass(frozen=True, slots=True)
class Names:
    """What holds in every language: names by entity, and expressions that mark a value inside a longer word."""

    lookups: frozenset[tuple[str, str]] = frozenset()
    expressions: tuple[re.Pattern[str], ...] = ()


def read_names(nlu_dir: Path) -> Names:
    """Read the look-up tables and expressions of every ``<nlu_dir>/<language>/lookups.yml``.

    Raises:
        LotseError: a file is not what Rasa expects, or an expression is none; the message names the file.
    """
    files = sorted(nlu_dir.glob("*/lookups.yml"))
    lookups = frozenset(entry for path in files for entry in _lines(path, "lookup"))
    return Names(lookups, tuple(_expression(path, line) for path in files for _, line in _lines(path, "regex")))


def _expression(path: Path, line: str) -> re.Pattern[str]:
    try:
        return re.compile(line)
    except re.error as error:
        raise LotseError(f'{path}: "{line}" is not a regular expression ({error}).') from error


def _lines(path: Path, kind: str) -> Iterator[tuple[str, str]]:
    """Yield (block name, example) of the blocks of one kind."""
    for block in _blocks(path):
        if not isinstance(block, dict):
            raise LotseError(f"{path}: each entry below nlu should be a block with a name and examples.")
        if kind not in block:
            continue
        name, examples = block[kind], block.get("examples")
        if not isinstance(name, str) or not isinstance(examples, str):
            raise LotseError(f'{path}: {kind} "{name}" needs "examples: |" with lines that begin with "- ".')
        yield from ((name, line) for line in _bullets(path, name, examples))


def _bullets(path: Path, name: str, examples: str) -> Iterator[str]:
    for line in examples.splitlines():
        text = line.strip()
        if not text:
            continue
        if not text.startswith("-"):
            raise LotseError(f'{path}: in "{name}" the line "{text[:40]}" should begin with "- ".')
        if text := text[1:].strip():
            yield text


def _blocks(path: Path) -> list[Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LotseError(f"{path}:{line}: {error.problem or 'this is not valid YAML'}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise LotseError(f"{path}:1: the file cannot be read as YAML in UTF-8 ({type(error).__name__}).") from error
    blocks = content.get("nlu") if isinstance(content, dict) else None
    if not isinstance(blocks, list):
        raise LotseError(f'{path}:1: "nlu:" with a list of blocks is missing.')
    return blocks
