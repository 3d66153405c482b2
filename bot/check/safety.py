"""The words of danger and the lists of names: every line of them, and the languages that lack them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from yaml import Node, ScalarNode

from bot.check.amounts import severity_of
from bot.content import Language, Problem
from bot.content.fields import suggest
from bot.content.source_file import SourceFile, line_of, pairs, read_source
from bot.understanding.safety import CONTEXTS, LEVELS
from bot.understanding.safety_phrases import Line, Phrase, Vocabulary

SAFETY, NAMES = "nlu/safety", "nlu/names"
DANGERS = ("emergency", "crisis")


def check_safety(root: Path, languages: Mapping[str, Language]) -> Iterator[Problem]:
    """Yield the problems of nlu/safety/<language>.yml."""
    vocabulary = Vocabulary()
    for path in sorted((root / SAFETY).glob("*.y*ml")):
        file = read_source(f"{SAFETY}/{path.name}", path.read_bytes())
        if path.suffix != ".yml":
            file.report(1, "this file is not read, because its name does not end in .yml", "Rename it")
        elif path.stem not in languages:
            problem = f'"{path.stem}" is not a language of content/languages.yaml'
            file.report(1, problem, suggest(path.stem, languages), "warning")
        if file.root is not None:
            _file(file, path.stem, vocabulary)
        yield from file.problems
    for code, language in languages.items():
        if not (root / SAFETY / f"{code}.yml").is_file():
            problem, remedy = f"there are no words of danger in {code}", f"Write them; {SAFETY}/README.md shows how"
            yield Problem(f"{SAFETY}/{code}.yml", 1, problem, remedy, severity_of(language))


def _file(file: SourceFile, language: str, vocabulary: Vocabulary) -> None:
    blocks = {key.value: (key, node) for key, node in pairs(file.root)}
    for name, (key, node) in blocks.items():
        if name in DANGERS:
            for level, lines in pairs(node):
                if level.value in LEVELS:
                    _block(file, lines, (language, name, level.value), vocabulary)
                else:
                    file.report(level, f'"{level.value}" is not known here', suggest(level.value, LEVELS))
        elif name in CONTEXTS:
            _block(file, node, (language, name, ""), vocabulary)
        else:
            file.report(key, f'"{name}" is not known here', suggest(name, (*DANGERS, *CONTEXTS)))
    for name in DANGERS:
        if name not in blocks:
            file.report(1, f"there are no words of {name}", f'Add "{name}:"')


def _block(file: SourceFile, node: Node, subject: tuple[str, str, str], vocabulary: Vocabulary) -> None:
    if not isinstance(node, ScalarNode) or node.style != "|":
        file.report(node, "lines of phrases are needed here", 'Write them below a "|"')
        return
    for number, text in enumerate(node.value.split("\n"), start=line_of(node)):
        if text.strip() and not text.strip().startswith("#"):
            try:
                Phrase(Line(*subject, text.strip()), vocabulary).start()
            except ValueError as problem:
                file.report(number, f'"{text.strip()}": {problem}', f"{SAFETY}/README.md shows how to write it")


def check_names(root: Path) -> Iterator[Problem]:
    """Yield the problems of nlu/names/*.txt: what would never be found in a message, or stops the start."""
    files = sorted((root / NAMES).glob("*.txt"))
    if not files:
        yield Problem(NAMES, 1, "there are no names of persons here", "Put back the files nlu/names/*.txt")
    for path in files:
        name = f"{NAMES}/{path.name}"
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            yield Problem(name, 1, "this is not UTF-8", "Save the file again with the encoding UTF-8")
            continue
        for number, line in enumerate(lines, start=1):
            written = line.split("#")[0].strip().removeprefix("^")
            if written and (" " in written or not any(letter.isalpha() for letter in written)):
                yield Problem(name, number, f'"{written}" is not one name', "Write one name a line, without spaces")
