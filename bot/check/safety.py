"""The words of danger and the lists of names: every line of them, and the languages that lack them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.check.phrases import check_block, check_files, check_missing
from bot.content import Language, Problem
from bot.content.fields import suggest
from bot.content.source_file import SourceFile, pairs
from bot.understanding.safety import CONTEXTS, LEVELS
from bot.understanding.safety_phrases import Line, Vocabulary

SAFETY, NAMES = "nlu/safety", "nlu/names"
DANGERS = ("emergency", "crisis")


def check_safety(root: Path, languages: Mapping[str, Language]) -> Iterator[Problem]:
    """Yield the problems of nlu/safety/<language>.yml."""
    yield from check_files(root, SAFETY, languages, _file)
    problem = "there are no words of danger in"
    yield from check_missing(root, SAFETY, languages, problem=problem, remedy="Write them")


def _file(file: SourceFile, language: str, vocabulary: Vocabulary) -> None:
    blocks = {key.value: (key, node) for key, node in pairs(file.root)}
    for name, (key, node) in blocks.items():
        if name in DANGERS:
            for level, lines in pairs(node):
                if level.value in LEVELS:
                    check_block(file, lines, Line(language, name, level.value, ""), vocabulary)
                else:
                    file.report(level, f'"{level.value}" is not known here', suggest(level.value, LEVELS))
        elif name in CONTEXTS:
            check_block(file, node, Line(language, name, "", ""), vocabulary)
        else:
            file.report(key, f'"{name}" is not known here', suggest(name, (*DANGERS, *CONTEXTS)))
    for name in DANGERS:
        if name not in blocks:
            file.report(1, f"there are no words of {name}", f'Add "{name}:"')


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
