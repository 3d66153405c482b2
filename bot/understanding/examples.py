"""Reads training examples and the surface forms of entities from the files in ``nlu/data``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

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


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a block; ``line`` and ``block_line`` are where in ``path`` the two stand."""

    block: str
    text: str
    path: Path
    line: int
    block_line: int


def read_intents(nlu_dir: Path) -> list[Example]:
    """Read ``intents.yml`` and ``utterances.yml`` of every ``<nlu_dir>/<language>`` (Rasa's YAML), without annotations.

    Raises:
        LotseError: a file is not what Rasa expects; the message names file and line.
    """
    return [
        Example(_without_annotations(entry.text), path.parent.name, entry.block)
        for path in sorted([*nlu_dir.glob("*/intents.yml"), *nlu_dir.glob("*/utterances.yml")])
        for entry in _entries(path, "intent")
    ]


def _without_annotations(text: str) -> str:
    return _ANNOTATION.sub(r"\1", text) if "[" in text else text


def read_synonyms(nlu_dir: Path) -> dict[str, list[Synonym]]:
    """Read every ``<nlu_dir>/<language>/entities.yml``: language -> surface forms.

    A block is named ``<entity>/<canonical value>``; the value itself is a surface form too.

    Raises:
        LotseError: a file is not what Rasa expects; the message names file and line.
    """
    found: dict[str, list[Synonym]] = {}
    for path in sorted(nlu_dir.glob("*/entities.yml")):
        forms = found.setdefault(path.parent.name, [])
        for entry in _entries(path, "synonym"):
            entity, slash, value = entry.block.partition("/")
            if not slash or not entity or not value:
                raise LotseError(
                    f'{path}:{entry.block_line}: synonym "{entry.block}" should be named <entity>/<value>.'
                )
            forms.append(Synonym(entry.text, entity, value))
    return found


@dataclass(frozen=True, slots=True)
class Names:
    """What holds in every language: names by entity, and expressions that mark a value inside a longer word."""

    lookups: frozenset[tuple[str, str]] = frozenset()
    expressions: tuple[re.Pattern[str], ...] = ()


def read_names(nlu_dir: Path) -> Names:
    """Read the look-up tables and expressions of every ``<nlu_dir>/<language>/lookups.yml``.

    Raises:
        LotseError: a file is not what Rasa expects, or an expression is none; the message names file and line.
    """
    files = sorted(nlu_dir.glob("*/lookups.yml"))
    lookups = frozenset((entry.block, entry.text) for path in files for entry in _entries(path, "lookup"))
    return Names(lookups, tuple(_expression(entry) for path in files for entry in _entries(path, "regex")))


def _expression(entry: _Entry) -> re.Pattern[str]:
    try:
        return re.compile(entry.text)
    except re.error as error:
        place = f"{entry.path}:{entry.line}"
        raise LotseError(f'{place}: "{entry.text}" is not a regular expression ({error}). Correct it.') from error


def _entries(path: Path, kind: str) -> Iterator[_Entry]:
    """Yield the examples of the blocks of one kind."""
    for block in _blocks(path):
        if not isinstance(block, MappingNode):
            raise LotseError(f"{_place(path, block)}: each entry below nlu should be a block with a name and examples.")
        parts = _parts(block)
        if kind not in parts:
            continue
        name, examples = parts[kind], parts.get("examples")
        if not _is_text(name) or examples is None or not _is_text(examples):
            needed = f'{kind} "{name.value}" needs "examples: |" with lines that begin with "- "'
            raise LotseError(f"{_place(path, name)}: {needed}.")
        yield from _bullets(path, name, examples)


def _bullets(path: Path, name: ScalarNode, examples: ScalarNode) -> Iterator[_Entry]:
    # The text of a block starts on the line after its "|".
    first = examples.start_mark.line + (2 if examples.style == "|" else 1)
    block_line = name.start_mark.line + 1
    for number, line in enumerate(examples.value.split("\n"), start=first):
        text = line.strip()
        if not text:
            continue
        if not text.startswith("-"):
            raise LotseError(f'{path}:{number}: in "{name.value}" the line "{text[:40]}" should begin with "- ".')
        if text := text[1:].strip():
            yield _Entry(name.value, text, path, number, block_line)


def _place(path: Path, node: Node) -> str:
    return f"{path}:{node.start_mark.line + 1}"


def _parts(node: Node | None) -> dict[str, Node]:
    """Return what stands in a mapping under plain names."""
    pairs = node.value if isinstance(node, MappingNode) else []
    return {key.value: value for key, value in pairs if isinstance(key, ScalarNode)}


def _is_text(node: Node) -> TypeGuard[ScalarNode]:
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:str"


def _blocks(path: Path) -> list[Node]:
    try:
        content = yaml.compose(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LotseError(f"{path}:{line}: {error.problem or 'this is not valid YAML'}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise LotseError(f"{path}:1: the file cannot be read as YAML in UTF-8 ({type(error).__name__}).") from error
    blocks = _parts(content).get("nlu")
    if not isinstance(blocks, SequenceNode):
        raise LotseError(f'{path}:1: "nlu:" with a list of blocks is missing.')
    return list(blocks.value)
