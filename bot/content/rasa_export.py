"""FAQ topics and surface forms as a Rasa project reads them: written anew at each export, never kept by hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import yaml

from bot.content.model import SOURCE_LANGUAGE, Catalogue, examples, in_language
from bot.errors import LotseError
from bot.understanding.examples import Synonym
from bot.understanding.files import write_atomically

_VERSION = "3.1"  # of Rasa's training data format
_MARK = "written-by-lotse-export"
_HEAD = '# Written by "lotse export rasa" from content/ and nlu/; changes made here are lost at the next export.\n'


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: numbers of topics, examples and surface forms."""

    topics: int
    examples: int
    forms: int


def export(catalogue: Catalogue, synonyms: Mapping[str, Sequence[Synonym]], domain: Path, folder: Path) -> Exported:
    """Write ``data/<language>/faq.yml`` and ``lookups.yml``, and ``domain/`` with the fixed part and the topics.

    ``synonyms`` are surface forms by language; ``domain`` is the fixed domain file, which says what entities Rasa
    finds; ``folder`` is emptied before.

    Raises:
        LotseError: the folder holds something that no export wrote, or a file cannot be read or written.
    """
    try:
        entities = _entities(domain)
        _clear(folder)
        questions = examples(catalogue)
        for language in sorted({code for _, code, _ in questions}):
            _write(folder / "data" / language / "faq.yml", {"nlu": list(_topics(questions, language))})
        tables = {language: list(_tables(forms, entities)) for language, forms in sorted(synonyms.items())}
        for language, found in tables.items():
            _write(folder / "data" / language / "lookups.yml", {"nlu": found})
        write_atomically(folder / "domain" / "fixed.yml", domain.read_bytes())
        _write(folder / "domain" / "topics.yml", _domain(catalogue))
    except OSError as error:
        raise LotseError(f"The export to {folder} failed: {error.filename}: {error.strerror}.") from error
    forms = sum(block["examples"].count("\n") for found in tables.values() for block in found)
    return Exported(len(catalogue.faq), len(questions), forms)


def _entities(domain: Path) -> frozenset[str]:
    try:
        read = yaml.safe_load(domain.read_text(encoding="utf-8"))
        return frozenset(str(name) for name in read["entities"])
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise LotseError(f'{domain}:1: this is no Rasa domain with "entities:" ({type(error).__name__}).') from error


def _clear(folder: Path) -> None:
    """What is gone from the content must be gone from the training data; but no file of somebody else's."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise LotseError(f"{folder} holds files that no export wrote. Name an empty or a new folder.")
    for part in ("data", "domain"):
        rmtree(folder / part, ignore_errors=True)
    write_atomically(folder / _MARK, b"")


def _topics(questions: Sequence[tuple[str, str, str]], language: str) -> Iterator[dict[str, Any]]:
    for intent in sorted({intent for _, code, intent in questions if code == language}):
        yield {"intent": intent, "examples": _bullets(t for t, code, i in questions if (code, i) == (language, intent))}


def _tables(forms: Sequence[Synonym], entities: frozenset[str]) -> Iterator[dict[str, Any]]:
    """``RegexEntityExtractor`` looks for tables; what it finds, ``EntitySynonymMapper`` gives its value."""
    for entity in sorted({form.entity for form in forms} & entities):
        yield {"lookup": entity, "examples": _bullets(form.surface for form in forms if form.entity == entity)}


def _bullets(texts: Iterator[str]) -> str:
    # A bracket would begin an annotation.
    plain = (" ".join(text.replace("[", "(").replace("]", ")").split()) for text in texts)
    return "".join(f"- {text}\n" for text in dict.fromkeys(plain))


def _domain(catalogue: Catalogue) -> dict[str, Any]:
    """Topics are intents, and responses of a retrieval intent: Rasa's own tools know them both ways."""
    titles = {entry.intent: in_language(_titles(entry.texts), SOURCE_LANGUAGE) for entry in catalogue.faq.values()}
    return {
        "intents": sorted(titles),
        "responses": {f"utter_{intent}": [{"text": title or intent}] for intent, title in sorted(titles.items())},
    }


def _titles(texts: Mapping[str, Any]) -> dict[str, str]:
    return {language: text.title for language, text in texts.items()}


class _Dumper(yaml.SafeDumper):
    """Writes lists of examples as Rasa wants them: as a block, line by line."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)


def _write(path: Path, content: dict[str, Any]) -> None:
    text = yaml.dump(
        {"version": _VERSION, **content}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000
    )
    write_atomically(path, (_HEAD + text).encode())
