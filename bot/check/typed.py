"""What people type instead of tapping: every line of it, and the languages that lack it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.check.phrases import check_block, check_files, check_missing
from bot.content import Language, Problem
from bot.content.fields import suggest
from bot.content.source_file import SourceFile, pairs
from bot.understanding.safety_phrases import Line, Vocabulary
from bot.understanding.typed_phrases import SUBJECTS

TYPED = "nlu/typed"


def check_typed(root: Path, languages: Mapping[str, Language]) -> Iterator[Problem]:
    """Yield the problems of nlu/typed/<language>.yml."""
    yield from check_files(root, TYPED, languages, _blocks)
    # Buttons work without it: a town may do without the whole folder.
    if (root / TYPED).is_dir():
        problem = "nothing is known that people type in"
        yield from check_missing(root, TYPED, languages, problem=problem, remedy="Write it")


def _blocks(file: SourceFile, language: str, vocabulary: Vocabulary) -> None:
    blocks = list(pairs(file.root))
    for key, node in blocks:
        if key.value in SUBJECTS:
            check_block(file, node, Line(language, key.value, "", ""), vocabulary)
        else:
            file.report(key, f'"{key.value}" is not known here', suggest(key.value, SUBJECTS))
    for name in SUBJECTS:
        if name not in {key.value for key, _ in blocks}:
            file.report(1, f'there are no phrases for "{name}"', f'Add "{name}:"', "warning")
