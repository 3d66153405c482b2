"""The training data in Rasa's format: intents, synonyms, look-up lists and expressions, by language."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yaml import Node, ScalarNode

from bot.check.amounts import severity_of
from bot.check.examples import Example
from bot.check.language import letter_findings
from bot.content.fields import IDENTIFIER, suggest
from bot.content.model import SOURCE_LANGUAGE, Language
from bot.content.problems import Problem
from bot.content.source_file import SourceFile, items, line_of, pairs, read_source
from bot.content.vocabulary import ENTITIES, INTENTS, OPEN_ENTITIES
from bot.understanding.dates import NAMES as NAMED_DAYS
from bot.understanding.normalise import key_of

KINDS = ("intent", "synonym", "lookup", "regex")

_ANNOTATION = re.compile(r"\[([^\]]*)\](?:\((\w+)(?::([^)]*))?\)|(\{[^}]*\}))")


WORDS: dict[str, Collection[str]] = {
    "number": [str(number) for number in range(101)],
    "date": NAMED_DAYS,
    "month": [str(month) for month in range(1, 13)],
    "unit": ["hour", "day", "week", "month", "year"],
    "two": ["day", "week", "month"],
    "in": ["before", "after", "one"],
    "recurring": ["weekday"],
    "joint": ["and", "or"],
    "age-word": ["of", "is", "old"],
    "no-age": ["before", "after", "alone"],
    "no-date": ["before", "after"],
    "ordinal": ["ending"],
    "care": ["child"],
}
"""What the rules for numbers, dates and ages look for; editors name it in synonyms, and people never see it."""

_ONE_VALUE = frozenset({*ENTITIES, "number", "date", "month"})  # a form of these has one value ...
_BOTH = {"weekday": [{"sat", "sun"}], "office": [{"foreigners-office", "asylum-office"}]}  # ... or means both
_ANY_VALUE = "decoy"  # words that only look like an entity


@dataclass(slots=True)
class Training:
    """What was found in nlu/, the examples in it, and the values that synonyms name, by language."""

    problems: list[Problem] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    synonyms: dict[str, set[str]] = field(default_factory=dict)
    forms: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    """What (language, entity, form) means: value -> place."""


def check_training(
    root: Path, languages: Mapping[str, Language], topics: Collection[str], services: Collection[str]
) -> Training:
    """Examine nlu/data and nlu/calibration/<language>/*.yml, and every other YAML file of nlu/ for its syntax.

    What stands in nlu/calibration teaches nothing: it is not among the examples that are returned.
    """
    training, heldout = Training(), Training()
    known = {*INTENTS, *(f"faq/{topic}" for topic in topics)}
    for path in sorted((root / "nlu").rglob("*.y*ml")):
        name = path.relative_to(root).as_posix()
        parts = name.split("/")
        if parts[1] in ("safety", "typed"):
            continue  # its lines are examined apart
        file = read_source(name, path.read_bytes())
        if parts[:2] == ["nlu", "data"] and len(parts) > len(["nlu", "data", "xx"]):
            _language_file(file, parts[2], languages, known, training)
            _look_for_offices(file, services)
        elif parts[:2] == ["nlu", "calibration"] and len(parts) > len(["nlu", "calibration", "xx"]):
            _language_file(file, parts[2], languages, known, heldout)
            _only_intents(file)
        elif name == "nlu/domain.yml":
            _domain(file, known)
        training.problems += file.problems
    training.problems += _missing_synonyms(training.synonyms, languages)
    training.problems += _taught(heldout.examples, training.examples)
    return training


def _language_file(
    file: SourceFile, language: str, languages: Mapping[str, Language], known: Collection[str], training: Training
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
        _block(file, block, (language, languages.get(language)), known, training)


def _only_intents(file: SourceFile) -> None:
    """Report blocks that nobody reads in nlu/calibration."""
    for _, nlu in pairs(file.root):
        for block in items(nlu):
            kind = next((key.value for key, _ in pairs(block) if key.value in KINDS), "intent")
            if kind != "intent":
                file.report(block, f'a block "{kind}" is not read here', "Move it to nlu/data")


def _taught(heldout: Collection[Example], examples: Collection[Example]) -> Iterator[Problem]:
    """Yield utterances for calibration that are examples in any language: they only show what was learnt by heart."""
    taught = {key_of(example.text): example for example in examples}
    for utterance in heldout:
        example = taught.get(key_of(utterance.text))
        if example is not None:
            problem = f'"{utterance.text}" is an example already ({example.path}:{example.line})'
            yield Problem(utterance.path, utterance.line, problem, "Remove it here")


def _block(
    file: SourceFile, block: Node, language: tuple[str, Language | None], known: Collection[str], training: Training
) -> None:
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
        training.synonyms.setdefault(language[0], set()).add(name)
    if kind == "lookup" and name not in {*ENTITIES, *OPEN_ENTITIES, *WORDS}:
        file.report(parts[kind], f'"{name}" is not a known entity', suggest(name, [*ENTITIES, *WORDS]))
    _examples(file, parts["examples"], (kind, name), language, training)


def _examples(
    file: SourceFile, node: Node, block: tuple[str, str], language: tuple[str, Language | None], training: Training
) -> None:
    kind, name = block
    for line, text in _lines(file, node):
        if kind == "regex":
            _expression(file, line, text)
            continue
        plain = _without_annotations(file, line, text)
        for problem, remedy in letter_findings(plain, language[1]):
            file.report(line, problem, remedy, "warning")
        if kind == "intent":
            training.examples.append(Example(file.path, line, language[0], name, plain))
        elif kind == "synonym":
            _form(file, line, (language[0], name), plain, training)


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


def _expression(file: SourceFile, line: int, text: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        file.report(line, f'"{text}" is not a regular expression ({error})', "Correct it")


def _synonym(file: SourceFile, node: Node, name: str) -> None:
    entity, slash, value = name.partition("/")
    problem: tuple[str, str] | None
    if not slash or not value:
        problem = f'"{name}" does not say what it means', "Write <entity>/<value>, such as office/jobcenter"
    elif entity in WORDS:
        unknown = f'"{value}" is not a value of {entity}', suggest(value, list(WORDS[entity]))
        problem = None if value in WORDS[entity] else unknown
    else:
        problem = None if entity == _ANY_VALUE else _entity_problem(entity, value)
    if problem:
        file.report(node, *problem)


def _form(file: SourceFile, line: int, meaning: tuple[str, str], text: str, training: Training) -> None:
    """Report a form that means two values of one entity: only words for rules may, and what means both together."""
    language, name = meaning
    entity, _, value = name.partition("/")
    values = training.forms.setdefault((language, entity, key_of(text)), {})
    others = [(other, place) for other, place in values.items() if {value, other} not in _BOTH.get(entity, [])]
    if entity in _ONE_VALUE:
        for other, place in others:
            if other != value:
                problem = f'"{text}" means {entity}/{value} and {entity}/{other} ({place})'
                file.report(line, problem, "Decide for one of them")
                break
    values.setdefault(value, f"{file.path}:{line}")


def _look_for_offices(file: SourceFile, services: Collection[str]) -> None:
    """Report an office that people may name and content does not know: they would be led to nothing."""
    for _, nlu in pairs(file.root):
        for block in items(nlu):
            for key, node in pairs(block):
                entity, _, value = str(node.value).partition("/")
                known = value in services or value not in ENTITIES["office"]
                if key.value == "synonym" and entity == "office" and not known:
                    problem = f'the office "{value}" has no file content/services/{value}.yaml'
                    file.report(node, problem, "Add the file, or remove the synonym", "warning")


def _entity_problem(entity: str, value: str) -> tuple[str, str] | None:
    if entity in OPEN_ENTITIES:
        return None
    if entity not in ENTITIES:
        return f'"{entity}" is not a known entity', suggest(entity, [*ENTITIES, *sorted(OPEN_ENTITIES), *WORDS])
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


def _missing_synonyms(synonyms: Mapping[str, Collection[str]], languages: Mapping[str, Language]) -> Iterator[Problem]:
    """Yield the kinds of words that German has and another language lacks altogether."""
    german = {name.partition("/")[0] for name in synonyms.get(SOURCE_LANGUAGE, ())}
    for code, language in languages.items():
        own = {name.partition("/")[0] for name in synonyms.get(code, ())}
        missing = sorted(german & {*ENTITIES, "number", "date", "month"} - own)
        if missing:
            problem = f"{code} has no words for: {', '.join(missing)}"
            remedy = "Add synonyms as nlu/data/de/entities.yml has them"
            yield Problem(f"nlu/data/{code}/entities.yml", 1, problem, remedy, severity_of(language))
