"""Files of phrases below ``nlu/``: which there are, and every line of their blocks."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from yaml import Node, ScalarNode

from bot.check.amounts import severity_of
from bot.content import Language, Problem
from bot.content.fields import suggest
from bot.content.source_file import SourceFile, line_of, read_source
from bot.understanding.phrase_files import written_lines
from bot.understanding.safety_phrases import Line, Phrase, Vocabulary

CheckFile = Callable[[SourceFile, str, Vocabulary], None]
"""Reports what is wrong with a file of a language."""


def check_files(root: Path, folder: str, languages: Collection[str], check: CheckFile) -> Iterator[Problem]:
    """Yield the problems of ``<folder>/<language>.yml``; ``check`` reports those of what stands in a file."""
    vocabulary = Vocabulary()
    for path in sorted((root / folder).glob("*.y*ml")):
        file = read_source(f"{folder}/{path.name}", path.read_bytes())
        if path.suffix != ".yml":
            file.report(1, "this file is not read, because its name does not end in .yml", "Rename it")
        elif path.stem not in languages:
            problem = f'"{path.stem}" is not a language of content/languages.yaml'
            file.report(1, problem, suggest(path.stem, languages), "warning")
        if file.root is not None:
            check(file, path.stem, vocabulary)
        yield from file.problems


def check_missing(
    root: Path, folder: str, languages: Mapping[str, Language], *, problem: str, remedy: str
) -> Iterator[Problem]:
    """Yield the languages without a file; ``problem`` ends before the language's code."""
    for code, language in languages.items():
        if not (root / folder / f"{code}.yml").is_file():
            shown = f"{remedy}; {folder}/README.md shows how"
            yield Problem(f"{folder}/{code}.yml", 1, f"{problem} {code}", shown, severity_of(language))


def check_block(file: SourceFile, node: Node, block: Line, vocabulary: Vocabulary) -> None:
    """Report what is wrong with the lines of a block; ``block`` says whose they are, its text is not looked at."""
    if not isinstance(node, ScalarNode) or node.style != "|":
        file.report(node, "lines of phrases are needed here", 'Write them below a "|"')
        return
    manual = f"{Path(file.path).parent}/README.md"
    for number, text in written_lines(node.value, line_of(node)):
        try:
            Phrase(Line(block.language, block.subject, block.level, text), vocabulary).start()
        except ValueError as problem:
            file.report(number, f'"{text}": {problem}', f"{manual} shows how to write it")
