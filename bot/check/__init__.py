"""``lotse check``: everything that is wrong with content, catalogues and training data, at once.

It needs no account, no database and no interpreter.
"""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from bot.check.catalogues import check_catalogues
from bot.check.contents import check_contents
from bot.check.examples import check_doubles, examples_of_entries
from bot.check.report import Report
from bot.check.training import check_training
from bot.content import Problem, content_files, read
from bot.content.source_file import read_source

__all__ = ["Report", "run"]


def run(root: Path, *, today: date) -> Report:
    """Examine ``content/``, ``locales/`` and ``nlu/`` below ``root``; nothing is raised about what stands in them."""
    files = content_files(root / "content")
    reading = read(files)
    languages = list(reading.catalogue.languages)
    training = check_training(root, languages, list(reading.catalogue.faq))
    problems = [
        *reading.problems,
        *_other_files(root / "content", files),
        *check_contents(reading, today),
        *check_catalogues(root, languages),
        *training.problems,
        *check_doubles([*examples_of_entries(reading), *training.examples]),
    ]
    return Report(tuple(sorted(set(problems))))


def _other_files(directory: Path, known: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with YAML files of other rooms, as files: their schema is not known here."""
    for path in sorted(directory.rglob("*.y*ml")):
        name = path.relative_to(directory).as_posix()
        if name not in known:
            yield from read_source(f"content/{name}", path.read_bytes()).problems
