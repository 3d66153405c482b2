"""A provider's file -> rows -> the provider's file in ``content/``, whole or not at all."""

import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.content.source_file import SourceFile
from bot.errors import LotseError
from bot.offers import hsds, hsds_package, schema_org
from bot.offers.cells import shown
from bot.offers.columns import COLUMNS
from bot.offers.files import FOLDERS, STEM, ids_in
from bot.offers.model import Kind, Offer
from bot.offers.report import Change, ImportReport, Outcome
from bot.offers.rows import Row, Rules, offer_of, row_of
from bot.offers.table import LARGEST_FEED, decode, read_csv, write_csv
from bot.offers.workbook import read_xlsx
from bot.offers.yaml_table import read_yaml

_LONGEST_STEM = 40
_LONGEST_SHOWN = 100
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ł": "l", "ı": "i"})
_OLD_FORMATS = frozenset({".xls", ".ods", ".xlsm", ".xlsb", ".numbers"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an import is to go.

    ``replace_all`` removes offers that the file does not name, unless a row is refused: it may have named one of
    them. ``whole`` refuses all rows if one is wrong, and ``rehearsal`` writes nothing.
    """

    replace_all: bool = False
    whole: bool = False
    rehearsal: bool = False


def import_file(content: Path, kind: Kind, source: Path, provider: str, wanted: Wanted | None = None) -> ImportReport:
    """Take a file into the provider's file in a content directory, and return what became of each row.

    Raises:
        LotseError: the file cannot be opened, the name of the provider is of no use, or nothing can be written.
    """
    wanted = wanted or Wanted()
    target = target_of(content, kind, provider)
    file = SourceFile(str(source))
    rows = read_rows(file, source, kind)
    before = _bytes_of(target)
    rules = Rules(
        kind,
        target.stem,
        " ".join(provider.split()),
        sample=False,
        topics=ids_in(content / "faq"),
        services=ids_in(content / "services"),
    )
    report, table = plan(file, rows, SourceFile(str(target)), before, rules)
    if wanted.replace_all and report.complete:
        report, table = _without_unnamed(report, table)
    changes = any(outcome.status in {"taken", "changed", "removed"} for outcome in report.outcomes)
    stopped = any(problem.severity == "error" for problem in report.problems) or (wanted.whole and not report.complete)
    if wanted.rehearsal or stopped or not changes:
        return replace(report, rehearsal=wanted.rehearsal)
    _write(target, write_csv(kind, [row_of(offer) for offer in table]), before)
    return replace(report, written=True)


def target_of(content: Path, kind: Kind, provider: str) -> Path:
    """Return the file that a provider's offers are kept in.

    Raises:
        LotseError: no file can be named after the provider, or the offers are kept as YAML.
    """
    folder = next(name for name, each in FOLDERS.items() if each == kind)
    stem = slug(provider)
    if not STEM.fullmatch(stem):
        raise LotseError(f"No file can be named after {shown(provider)}. Give the name of the club or school.")
    target = content / folder / f"{stem}.csv"
    other = target.with_suffix(".yaml")
    if other.exists():
        raise LotseError(f"{other} holds this provider's offers. Change that file, or make it a table first.")
    return target


def slug(name: str) -> str:
    """Return a name in small letters, digits and hyphens; ``""`` where it has no Latin letters."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).lower().translate(_UMLAUTS))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")[:_LONGEST_STEM].strip("-")


def read_rows(file: SourceFile, source: Path, kind: Kind) -> list[Row]:
    """Return the rows of a CSV, XLSX, HSDS or schema.org file or folder.

    Raises:
        LotseError: there is no such file, or it may not be read.
    """
    if source.is_dir() or source.name == hsds_package.DESCRIPTOR:
        return hsds_package.read_folder(file, source if source.is_dir() else source.parent, kind)
    data, suffix = _opened(source), source.suffix.lower()
    if suffix in _OLD_FORMATS:
        file.report(1, f"{suffix} files are not read", "Save it as .xlsx or as CSV UTF-8")
        return []
    return _READERS.get(suffix, read_csv)(file, data, kind)


def _opened(source: Path) -> bytes:
    """Return the bytes of a file; of one that is too large, just enough to see that."""
    if source.exists() and not source.is_file():
        raise LotseError(f"{source} is not a file.")
    try:
        with source.open("rb") as stream:
            return stream.read(LARGEST_FEED + 1)
    except OSError as error:
        raise LotseError(f"{source} cannot be read: {error.strerror}.") from error


def _read_json(file: SourceFile, data: bytes, kind: Kind) -> list[Row]:
    text = decode(file, data, LARGEST_FEED)
    if text is None:
        return []
    try:
        values = json.loads(text, parse_constant=lambda name: name)
    except json.JSONDecodeError as error:
        file.report(error.lineno, f"this is not JSON ({error.msg})", "Export the file again")
        return []
    except (ValueError, RecursionError):
        file.report(
            1, "this JSON is not made by a catalogue (numbers too long or nested too deeply)", "Export it again"
        )
        return []
    return schema_org.read(file, values, kind) if schema_org.speaks(values) else hsds.read(file, values, kind)


_READERS: Mapping[str, Callable[[SourceFile, bytes, Kind], list[Row]]] = {
    ".xlsx": read_xlsx,
    ".yaml": read_yaml,
    ".zip": hsds_package.read_zip,
    ".json": _read_json,
    ".jsonld": _read_json,
}


def plan(
    file: SourceFile, rows: Sequence[Row], target: SourceFile, before: bytes | None, rules: Rules
) -> tuple[ImportReport, list[Offer]]:
    """Return what would become of each row, and the offers that the provider's file would hold then.

    ``before`` are the bytes of that file as it stands, ``target`` is how it is called.
    """
    standing = _standing(target, before, rules)
    problems = list(target.problems)
    if not rows and not file.broken:
        file.report(1, "there is nothing to take", "Write a row for each offer")
    numbers = {row.line for row in rows}
    problems += [each for each in file.problems if each.line not in numbers or each.severity == "warning"]
    report = ImportReport(file.path, target.path, rules.kind, problems=tuple(problems))
    if any(problem.severity == "error" for problem in problems):
        return report, list(standing.values())
    merger = _Merger(file, rules, standing)
    outcomes = [merger.outcome(row) for row in rows]
    outcomes += [
        Outcome("kept", 0, name, offer.title_in("de")) for name, offer in standing.items() if name not in merger.seen
    ]
    return replace(report, outcomes=tuple(outcomes)), list(merger.table.values())


def _standing(target: SourceFile, before: bytes | None, rules: Rules) -> dict[str, Offer]:
    """Return the offers that the provider's file holds by their slugs; what is wrong with it is reported."""
    if before is None:
        return {}
    rules = replace(rules, sample=None)
    found = [offer_of(target, row, rules) for row in read_csv(target, before, rules.kind)]
    return {_slug_of(offer): offer for offer in found if offer is not None}


class _Merger:
    """Puts rows over the offers that stand, one by one."""

    def __init__(self, file: SourceFile, rules: Rules, standing: Mapping[str, Offer]) -> None:
        self.file = file
        self.rules = rules
        self.table = dict(standing)
        self.seen: dict[str, int] = {}

    def outcome(self, row: Row) -> Outcome:
        name = _visible(row.cells.get("id", ""))
        title = _visible(row.cells.get("title", ""))
        known = self.table.get(name)
        scratch = SourceFile(self.file.path)
        scratch.problems += [each for each in self.file.problems if each.line == row.line and each.severity == "error"]
        offer = offer_of(scratch, self._merged(row, known), self.rules)
        if name in self.seen:
            where = f"row {self.seen[name]}"
            scratch.report(row.line, f"the id {shown(name)} is taken already ({where})", "Choose another id")
        self.seen.setdefault(name, row.line)
        if offer is None or scratch.broken:
            return Outcome("refused", row.line, name, title, problems=tuple(scratch.problems))
        self.table[name] = offer
        if known is None:
            return Outcome("taken", row.line, name, title)
        changes = tuple(_changes(known, offer))
        return Outcome("changed" if changes else "unchanged", row.line, name, title, changes)

    def _merged(self, row: Row, known: Offer | None) -> Row:
        """Put a row over what is known: columns that the file lacks stay, yet what was checked is open again."""
        cells = {name: text for name, text in row.cells.items() if text.strip() or known is not None}
        if not cells.get("provider", "").strip():
            cells["provider"] = self.rules.provider
        if known is None:
            return replace(row, cells=cells)
        merged = row_of(known) | cells
        if "verified" not in row.cells and known.verified is not None:
            candidate = offer_of(SourceFile(""), replace(row, cells=merged), self.rules)
            if candidate is None or any(_changes(known, candidate)):
                merged.pop("verified", None)
        return replace(row, cells=merged)


def _visible(text: str) -> str:
    """Return a text of a stranger without what could steer a terminal, and not endless."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST_SHOWN]).strip()


def _changes(before: Offer, after: Offer) -> Iterator[Change]:
    old, new = row_of(before), row_of(after)
    headings = {column.field: column for column in COLUMNS[after.kind]}
    for name in dict.fromkeys((*old, *new)):
        if old.get(name, "") != new.get(name, ""):
            field, _, language = name.partition("@")
            yield Change(headings[field].heading_in(language or "de"), old.get(name, ""), new.get(name, ""))


def _without_unnamed(report: ImportReport, table: Sequence[Offer]) -> tuple[ImportReport, list[Offer]]:
    outcomes = tuple(replace(each, status="removed") if each.status == "kept" else each for each in report.outcomes)
    gone = {outcome.id for outcome in outcomes if outcome.status == "removed"}
    return replace(report, outcomes=outcomes), [offer for offer in table if _slug_of(offer) not in gone]


def _slug_of(offer: Offer) -> str:
    return offer.id.rpartition("/")[2]


def _bytes_of(target: Path) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LotseError(f"{target} cannot be read: {error.strerror}.") from error


def _write(target: Path, data: bytes, before: bytes | None) -> None:
    """Write a file as a whole: whoever reads it meanwhile sees the old one or the new one."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if _bytes_of(target) != before:
                raise LotseError(f"{target} was changed meanwhile. Import again.")
            part.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise LotseError(f"{target} cannot be written: {error.strerror}.") from error
