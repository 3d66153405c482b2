"""The training data in Rasa's format: intents, synonyms and look-up lists by language, and the safety words."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from yaml import Node, ScalarNode

from bot.check.examples import Example
from bot.check.language import REQUIRED_LANGUAGES, letter_findings
from bot.content.fields import IDENTIFIER, suggest
from bot.content.problems import Problem, Severity
from bot.content.source_file import SourceFile, items, line_of, pairs, read_source
from bot.content.vocabulary import ENTITIES, INTENTS, OPEN_ENTITIES

KINDS = ("intent", "synonym", "lookup", "regex")

_ANNOTATION = re.compile(r"\[([^\]]*)\](?:\((\w+)(?::([^)]*))?\)|(\{[^}]*\}))")


@dataclass(slots=True)
class Training:
    """What was found in nlu/, and the examples in it."""

    problems: list[Problem] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)


def check_training(root: Path, languages: Collection[str], topics: Collection[str]) -> Training:
    """Examine nlu/data/<language>/*.yml, and every other YAML file of nlu/ for its syntax."""
    training = Training()
    known = {*INTENTS, *(f"faq/{topic}" for topic in topics)}
    for path in sorted((root / "nlu").rglob("*.y*ml")):
        name = path.relative_to(root).as_posix()
        parts = name.split("/")
        file = read_source(name, path.read_bytes())
        if parts[:2] == ["nlu", "data"] and len(parts) > len(["nlu", "data", "xx"]):
            _language_file(file, parts[2], languages, known, training)
        elif name == "nlu/domain.yml":
            _domain(file, known)
        training.problems += file.problems
    training.problems += _missing_intents(training.examples, languages)
    return training


def _language_file(
    file: SourceFile, language: str, languages: Collection[str], known: Collection[str], training: Training
) -> None:
    if language not in languages:
        file.report(1, f'"{language}" is not a language of content/languages.yaml', suggest(language, languages))
    top = {key.value: (key, node) for key, node in pairs(file.root)}
    for word, (key, _) in top.items():
        if word not in {"version", "nlu"}:
            file.report(key, f'"{word}" is not known here', "Use version and nlu")
    if file.root is not None and "nlu" not in top:
        file.report(1, '"nlu" is missing', 'Add "nlu:" above the list')
    for block in items(top["nlu"][1] if "nlu" in top else None):
        _block(file, block, language, known, training)


def _block(file: SourceFile, block: Node, language: str, known: Collection[str], training: Training) -> None:
    parts = {key.value: node for key, node in pairs(block)}
    kind = next((kind for kind in KINDS if kind in parts), None)
    if kind is None or "examples" not in parts:
        file.report(block, "a block needs a kind and examples", f"Write one of {', '.join(KINDS)}, then examples: |")
        return
    for word in parts.keys() - {kind, "examples"}:
        file.report(parts[word], f'"{word}" is not known here', "Remove it")
    name = str(parts[kind].value)
    if kind == "intent" and name not in known:
        file.report(parts[kind], f'"{name}" is not a known intent', suggest(name, sorted(known)))
    if kind == "synonym":
        _synonym(file, parts[kind], name)
    for line, text in _lines(file, parts["examples"]):
        plain = _without_annotations(file, line, text)
        for problem, remedy in letter_findings(plain, language):
            file.report(line, problem, remedy, "warning")
        if kind == "intent":
            training.examples.append(Example(file.path, line, language, name, plain))


def _lines(file: SourceFile, node: Node) -> Iterator[tuple[int, str]]:
    if not isinstance(node, ScalarNode) or node.style != "|":
        file.report(node, "examples are not a block of lines", "Write examples: | and below it lines that start with -")
        return
    for offset, line in enumerate(node.value.split("\n")):
        if not line.strip():
            continue
        text = line.strip().removeprefix("-").strip()
        if not line.startswith("- ") or not text:
            file.report(line_of(node) + offset, f'"{line}" is not an example', "Start the line with a dash and a space")
            continue
        yield line_of(node) + offset, text


def _synonym(file: SourceFile, node: Node, name: str) -> None:
    entity, _, value = name.partition("/")
    problem = _entity_problem(entity, value)
    if problem:
        file.report(node, *problem)


def _entity_problem(entity: str, value: str) -> tuple[str, str] | None:
    if entity in OPEN_ENTITIES:
        return None
    if entity not in ENTITIES:
        return f'"{entity}" is not a known entity', suggest(entity, [*ENTITIES, *OPEN_ENTITIES])
    if value not in ENTITIES[entity]:
        return f'"{value}" is not a value of {entity}', suggest(value, ENTITIES[entity])
    return None


def _without_annotations(file: SourceFile, line: int, text: str) -> str:
    for match in _ANNOTATION.finditer(text):
        problem = _annotation_problem(match)
        if problem:
            file.report(line, *problem)
    return _ANNOTATION.sub(r"\1", text)


def _annotation_problem(match: re.Match[str]) -> tuple[str, str] | None:
    surface, entity, value, details = match.groups()
    if details:
        try:
            parsed = json.loads(details)
        except ValueError:
            return f"{details} is not JSON", 'Write {"entity": "...", "value": "..."}'
        entity, value = str(parsed.get("entity", "")), parsed.get("value")
    if value is None and entity in ENTITIES:
        return None  # the value comes from a synonym
    return _entity_problem(entity, str(value if value is not None else surface))


def _domain(file: SourceFile, known: Collection[str]) -> None:
    intents = next((node for key, node in pairs(file.root) if key.value == "intents"), None)
    listed: set[str] = set()
    for node in items(intents):
        keys = [key for key, _ in pairs(node)]
        name = str(keys[0].value if keys else node.value)
        listed.add(name)
        topic = name.removeprefix("faq/")
        if name != "faq" and name not in known and (topic == name or not IDENTIFIER.fullmatch(topic)):
            file.report(node, f'"{name}" is not a known intent', suggest(name, INTENTS))
    for name in INTENTS:
        if intents is not None and name not in listed:
            file.report(intents, f'the intent "{name}" is missing', "Add it")


def _missing_intents(examples: list[Example], languages: Collection[str]) -> Iterator[Problem]:
    taught = {(example.language, example.intent) for example in examples}
    for language in languages:
        missing = [intent for intent in INTENTS if (language, intent) not in taught]
        severity: Severity = "error" if language in REQUIRED_LANGUAGES else "warning"
        if missing:
            path = f"nlu/data/{language}/intents.yml"
            yield Problem(path, 1, f"there are no examples of: {', '.join(missing)}", "Add some", severity)
