"""The files that editors keep: one a provider in ``courses/``, ``sports/`` and ``groups/``, CSV or YAML -> offers."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
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

    ``lines`` is where each offer stands, by its id: the file and the line. ``rows`` counts the rows, good or bad;
    there are none in a file that cannot be read as a table.
    """

    offers: tuple[Offer, ...]
    problems: tuple[Problem, ...]
    lines: Mapping[str, tuple[str, int]]
    rows: int = 0

    @property
    def errors(self) -> list[Problem]:
        """Return the problems that keep offers from being used."""
        return [problem for problem in self.problems if problem.severity == "error"]


def offer_paths(directory: Path) -> Iterator[Path]:
    """Yield the files of offers within the directory, in their order."""
    for folder in FOLDERS:
        for path in sorted((directory / folder).glob("*")):
            if path.is_file() and not path.name.startswith((".", "~")) and path.suffix.lower() not in _NOTES:
                yield path


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a file; of one that is too large to be read, just enough to see that."""
    with path.open("rb") as stream:
        return stream.read(LARGEST_FILE + 1)


def offer_files(directory: Path) -> dict[str, bytes]:
    """Return the bytes of the files of offers, by their path within the directory."""
    return {path.relative_to(directory).as_posix(): bytes_of(path) for path in offer_paths(directory)}


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
    readings = []
    for name, data in files.items():
        path = PurePosixPath(name)
        rules = Rules(
            FOLDERS[path.parts[0]], path.stem, languages=languages, sample=sample, topics=topics, services=services
        )
        readings.append(_read_file(SourceFile(f"{shown_as}/{name}"), path, data, rules))
    return joined(readings)


def joined(readings: Iterable[OfferReading]) -> OfferReading:
    """Return several readings as one; of offers with the same id the first counts, and the others are problems."""
    offers: dict[str, Offer] = {}
    lines: dict[str, tuple[str, int]] = {}
    problems: list[Problem] = []
    rows = 0
    for reading in readings:
        problems.extend(reading.problems)
        rows += reading.rows
        for offer in reading.offers:
            place = reading.lines[offer.id]
            if offer.id in lines:
                problems.append(Problem(*place, *_taken(offer.id, "{}:{}".format(*lines[offer.id]))))
                continue
            offers[offer.id], lines[offer.id] = offer, place
    return OfferReading(tuple(offers.values()), tuple(sorted(problems)), MappingProxyType(lines), rows)


def _read_file(file: SourceFile, path: PurePosixPath, data: bytes, rules: Rules) -> OfferReading:
    offers: list[Offer] = []
    lines: dict[str, tuple[str, int]] = {}
    rows = _rows(file, path, data, rules)
    for row in rows:
        offer = offer_of(file, row, rules)
        if offer is None:
            continue
        if offer.id in lines:
            file.report(row.line, *_taken(offer.id, f"line {lines[offer.id][1]}"))
            continue
        offers.append(offer)
        lines[offer.id] = file.path, row.line
    return OfferReading(tuple(offers), tuple(file.problems), MappingProxyType(lines), len(rows))


def _taken(id_: str, where: str) -> tuple[str, str]:
    return f'the id "{id_.rpartition("/")[2]}" is taken already ({where})', "Choose another id"


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
