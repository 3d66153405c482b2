"""What people type instead of tapping: every line of it, and the languages that lack it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from yaml import ScalarNode

from bot.check.amounts import severity_of
from bot.content import Language, Problem
from bot.content.fields import suggest
from bot.content.source_file import SourceFile, line_of, pairs, read_source
from bot.understanding.safety_phrases import Line, Phrase, Vocabulary
from bot.understanding.typed_phrases import SUBJECTS

TYPED = "nlu/typed"


def check_typed(root: Path, languages: Mapping[str, Language]) -> Iterator[Problem]:
    """Yield the problems of nlu/typed/<language>.yml."""
    vocabulary = Vocabulary()
    for path in sorted((root / TYPED).glob("*.y*ml")):
        file = read_source(f"{TYPED}/{path.name}", path.read_bytes())
        if path.suffix != ".yml":
            file.report(1, "this file is not read, because its name does not end in .yml", "Rename it")
        elif path.stem not in languages:
            problem = f'"{path.stem}" is not a language of content/languages.yaml'
            file.report(1, problem, suggest(path.stem, languages), "warning")
        if file.root is not None:
            _blocks(file, path.stem, vocabulary)
        yield from file.problems
    # Buttons work without it: a town may do without the whole folder.
    for code, language in languages.items() if (root / TYPED).is_dir() else ():
        if not (root / TYPED / f"{code}.yml").is_file():
            problem, remedy = f"nothing is known that people type in {code}", f"Write it; {TYPED}/README.md shows how"
            yield Problem(f"{TYPED}/{code}.yml", 1, problem, remedy, severity_of(language))


def _blocks(file: SourceFile, language: str, vocabulary: Vocabulary) -> None:
    blocks = list(pairs(file.root))
    for key, node in blocks:
        if key.value not in SUBJECTS:
            file.report(key, f'"{key.value}" is not known here', suggest(key.value, SUBJECTS))
        elif not isinstance(node, ScalarNode) or node.style != "|":
            file.report(node, "lines of phrases are needed here", 'Write them below a "|"')
        else:
            _lines(file, node, Line(language, key.value, "", ""), vocabulary)
    for name in SUBJECTS:
        if name not in {key.value for key, _ in blocks}:
            file.report(1, f'there are no phrases for "{name}"', f'Add "{name}:"', "warning")


def _lines(file: SourceFile, node: ScalarNode, block: Line, vocabulary: Vocabulary) -> None:
    for number, text in enumerate(node.value.split("\n"), start=line_of(node)):
        if text.strip() and not text.strip().startswith("#"):
            try:
                Phrase(Line(block.language, block.subject, "", text.strip()), vocabulary).start()
            except ValueError as problem:
                file.report(number, f'"{text.strip()}": {problem}', f"{TYPED}/README.md shows how to write it")
