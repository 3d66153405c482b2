"""``lotse check``: everything that is wrong with content, catalogues and training data, at once.

It needs no account, no database and no interpreter.
"""

from datetime import date
from pathlib import Path

from bot.check.catalogues import check_catalogues
from bot.check.contents import check_contents
from bot.check.examples import check_doubles, examples_of_entries
from bot.check.report import Report
from bot.check.training import check_training
from bot.content import content_files, read

__all__ = ["Report", "run"]


def run(root: Path, *, today: date) -> Report:
    """Examine ``content/``, ``locales/`` and ``nlu/`` below ``root``; nothing is raised about what stands in them."""
    reading = read(content_files(root / "content"))
    languages = list(reading.catalogue.languages)
    training = check_training(root, languages, list(reading.catalogue.faq))
    problems = [
        *reading.problems,
        *check_contents(reading, today),
        *check_catalogues(root, languages),
        *training.problems,
        *check_doubles([*examples_of_entries(reading), *training.examples]),
    ]
    return Report(tuple(sorted(set(problems))))
