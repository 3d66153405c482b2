"""The files that editors keep: one a provider in ``courses/``, ``sports/`` and ``groups/``, CSV or YAML -> offers."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from bot.content.problems import ContentError, Problem
from bot.content.source_file import SourceFile
from bot.offers.columns import SPOKEN
from bot.offers.model import Kind, Offer
from bot.offers.rows import Row, Rules, offer_of
from bot.offers.table import LARGEST_FILE, read_csv
from bot.offers.yaml_table import read_yaml

FOLDERS: Mapping[str, Kind] = {"courses": "course", "sports": "sport", "groups": "group"}
STEM = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

_READ = frozenset({".csv", ".yaml"})
_NOTES = frozenset({".md", ".txt", ".py"})
_REMEDIES: Mapping[str, str] = {
    ".yml": "Let its name end in .yaml",
    ".xlsx": "Take it in with: lotse import",
    ".json": "Take it in with: lotse import",
    ".xls": "Save it as .xlsx, and take that in with: lotse import",
    ".ods": "Save it as .xlsx, and take that in with: lotse import",
}


@dataclass(frozen=True, slots=True)
class OfferReading:
    """What was read: offers without errors, in the order of the files, and all that is wrong with the others.

    ``lines`` is where each offer stands, by its id: the file and the line.
    """

    offers: tuple[Offer, ...]
    problems: tuple[Problem, ...]
    lines: Mapping[str, tuple[str, int]]

    @property
    def errors(self) -> list[Problem]:
        """Return the problems that keep offers from being used."""
        return [problem for problem in self.problems if problem.severity == "error"]


def offer_files(directory: Path) -> dict[str, bytes]:
    """Return the bytes of the files of offers, by their path within the directory.

    Of a file that is too large to be read, just enough is taken to see that.
    """
    found: dict[str, bytes] = {}
    for folder in FOLDERS:
        for path in sorted((directory / folder).glob("*")):
            if path.is_file() and not path.name.startswith((".", "~")) and path.suffix.lower() not in _NOTES:
                with path.open("rb") as stream:
                    found[path.relative_to(directory).as_posix()] = stream.read(LARGEST_FILE + 1)
    return found


def ids_in(folder: Path) -> list[str] | None:
    """Return what the files of a folder are called, or None where there is no such folder."""
    return [path.stem for path in folder.glob("*.yaml")] if folder.is_dir() else None


def load_offers(directory: Path, *, sample: bool = False) -> tuple[Offer, ...]:
    """Return the offers of a directory.

    Raises:
        ContentError: a file is wrong; the error holds all problems of all files.
    """
    reading = read_offers(offer_files(directory), directory.resolve().name, sample=sample)
    if reading.errors:
        raise ContentError(reading.problems)
    return reading.offers


def read_offers(
    files: Mapping[str, bytes],
    shown_as: str = "content",
    *,
    sample: bool | None = False,
    languages: Collection[str] = tuple(SPOKEN.values()),
    topics: Collection[str] | None = None,
    services: Collection[str] | None = None,
) -> OfferReading:
    """Return the offers in these files; problems name them as ``<shown_as>/<path>``. Never raises.

    ``sample`` says whether the offers must be marked as invented (None: either). ``topics`` and ``services`` are the
    ids that offers may refer to; None takes any.
    """
    offers: dict[str, Offer] = {}
    lines: dict[str, tuple[str, int]] = {}
    problems: list[Problem] = []
    for name, data in files.items():
        path = PurePosixPath(name)
        file = SourceFile(f"{shown_as}/{name}")
        kind = FOLDERS[path.parts[0]]
        rules = Rules(kind, path.stem, languages=languages, sample=sample, topics=topics, services=services)
        for row in _rows(file, path, data, rules):
            offer = offer_of(file, row, rules)
            if offer is None:
                continue
            if offer.id in lines:
                other, line = lines[offer.id]
                where = f"line {line}" if other == file.path else f"{other}:{line}"
                file.report(row.line, f'the id "{row.cells["id"]}" is taken already ({where})', "Choose another id")
                continue
            offers[offer.id], lines[offer.id] = offer, (file.path, row.line)
        problems.extend(file.problems)
    return OfferReading(tuple(offers.values()), tuple(sorted(problems)), MappingProxyType(lines))


def _rows(file: SourceFile, path: PurePosixPath, data: bytes, rules: Rules) -> list[Row]:
    suffix = path.suffix.lower()
    if suffix not in _READ:
        file.report(1, "this file is not read here", _REMEDIES.get(suffix, "Keep offers in .csv or .yaml files"))
        return []
    if not STEM.fullmatch(path.stem):
        remedy = "Use at most 40 small letters, digits and hyphens"
        file.report(1, f'the name "{path.stem}" cannot begin the ids of offers', remedy)
        return []
    read = read_csv if suffix == ".csv" else read_yaml
    return read(file, data, rules.kind, rules.languages)
