"""``lotse check``: everything that is wrong with content, catalogues and training data, at once.

It needs no account and no database; how close examples are to each other it judges only where it is given a ``Judge``.
"""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from bot.check.amounts import check_amounts
from bot.check.catalogues import check_catalogues
from bot.check.closeness import Judge, check_closeness
from bot.check.contents import check_contents
from bot.check.examples import check_doubles, examples_of_entries
from bot.check.offers import OfferFiles
from bot.check.report import Report
from bot.check.safety import check_names, check_safety
from bot.check.training import check_training
from bot.check.typed import check_typed
from bot.content import Problem, content_files, read
from bot.content.source_file import read_source

__all__ = ["Judge", "Report", "run"]


def run(root: Path, *, today: date, content: Path | None = None, judge: Judge | None = None) -> Report:
    """Examine ``content/``, ``locales/`` and ``nlu/`` below ``root``; nothing is raised about what stands in them.

    ``content`` is the editors' folder where it is another one; without a ``judge`` no examples are compared.
    """
    directory = content or root / "content"
    folder = directory.relative_to(root).as_posix() if directory.is_relative_to(root) else str(directory)
    files = content_files(directory)
    reading = read(files, folder)
    languages = reading.catalogue.languages
    topics, services = (
        [Path(name).stem for name in files if name.startswith(f"{part}/")] for part in ("faq", "services")
    )
    offers = OfferFiles(directory, folder)
    training = check_training(root, languages, topics, services)
    examples = [*examples_of_entries(reading), *training.examples]
    problems = [
        *reading.problems,
        *_other_files(directory, folder, {*files, *offers.names}),
        *check_contents(reading, folder, today),
        *offers.check(topics, services, today),
        *check_catalogues(root, languages),
        *training.problems,
        *check_amounts(reading, examples, folder),
        *check_safety(root, languages),
        *check_names(root),
        *check_typed(root, languages),
        *check_doubles(examples),
        *(check_closeness(examples, judge) if judge else ()),
    ]
    return Report(tuple(sorted(set(problems))))


def _other_files(directory: Path, folder: str, known: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with YAML files of other rooms, as files: their schema is not known here."""
    for path in sorted(directory.rglob("*.y*ml")):
        name = path.relative_to(directory).as_posix()
        if name not in known:
            yield from read_source(f"{folder}/{name}", path.read_bytes()).problems
