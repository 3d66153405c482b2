"""CSV as spreadsheets write it -> rows, and back.

What a file says is never run: cells that a spreadsheet would take for a formula are written with an apostrophe in
front, which is taken off again when the file is read.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.content.fields import suggest
from bot.content.model import SOURCE_LANGUAGE
from bot.content.source_file import SourceFile
from bot.offers.cells import LONGEST_CELL, shown
from bot.offers.columns import COLUMNS, SPOKEN, headings
from bot.offers.model import Kind
from bot.offers.rows import TEXTS, Row, cells_with_languages, key

LARGEST_FILE = 20_000_000
LARGEST_FEED = 60_000_000  # of a format for machines, which says much about each offer
MOST_ROWS = 50_000
MOST_COLUMNS = 300
SHEETS: Mapping[Kind, str] = {"course": "Kurse", "sport": "Sport", "group": "Gruppen"}
"""What the sheet of each kind is called in a workbook."""

_UTF8_REMEDY = 'Save it again as "CSV UTF-8 (durch Trennzeichen getrennt)", or send it as .xlsx'
# Full-width signs are formulas too where the spreadsheet speaks Chinese or Japanese.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_ESCAPED = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")
_MOST_UNKNOWN = 5


def read_csv(file: SourceFile, data: bytes, kind: Kind, languages: Iterable[str] = SPOKEN.values()) -> list[Row]:
    """Return the rows of a CSV file; what is wrong with it as a file is reported, never raised."""
    text = decode(file, data)
    if text is None:
        return []
    return rows_of(file, records(file, text), kind, languages)


def decode(file: SourceFile, data: bytes, largest: int = LARGEST_FILE) -> str | None:
    """Return the text of a file that should be UTF-8, or None after saying which encoding it seems to have."""
    if len(data) > largest:
        file.report(1, f"the file is larger than {largest // 1_000_000} MB", "Split it, one file a provider")
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        file.report(1, "this is UTF-16, not UTF-8", _UTF8_REMEDY)
        return None
    if data.startswith(b"PK") or b"\0" in data:
        file.report(1, "this is not a text file", "Open it in a spreadsheet and save it as .xlsx or as CSV UTF-8")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        start, end = data.rfind(b"\n", 0, error.start) + 1, data.find(b"\n", error.start)
        excerpt = shown(data[max(start, error.start - 20) : end if end >= 0 else None].decode("cp1252", "replace"))
        file.report(line, f"this is not UTF-8 but seems to be Windows-1252 (near {excerpt})", _UTF8_REMEDY)
        return None
    if not text.strip():
        file.report(1, "the file is empty", "Start from a template (lotse template), or delete the file")
        return None
    return text


def records(file: SourceFile, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of every record; the separator is read off the first line."""
    lines = list(io.StringIO(text, newline=""))
    skip = 1 if lines[0].lower().startswith("sep=") else 0  # how Excel is told the separator
    first = lines[skip] if len(lines) > skip else ""
    separator = max(";,\t", key=first.count)
    reader = csv.reader(lines[skip:], delimiter=separator, strict=True)
    line = skip + 1
    try:
        for cells in reader:
            yield line, cells
            line = skip + reader.line_num + 1
    except csv.Error as error:
        if "limit" in str(error):
            file.report(line, "a cell of this row is far too long", f"Write at most {LONGEST_CELL} letters in a cell")
        else:
            remedy = 'Look for a " too many in this row, or save the file again in a spreadsheet'
            file.report(line, "quotation marks do not match from this row on", remedy)


def rows_of(
    file: SourceFile, lines: Iterable[tuple[int, Sequence[str]]], kind: Kind, languages: Iterable[str]
) -> list[Row]:
    """Return the rows below a row of headings; wrong headings and stray cells are reported."""
    lines = iter(lines)
    header = next((record for record in lines if any(cell.strip() for cell in record[1])), None)
    if header is None:
        if not file.broken:
            file.report(1, "the table is empty", "Start from a template (lotse template)")
        return []
    keys = _keys(file, header, kind, tuple(languages))
    found: list[Row] = []
    if keys is None:
        return found
    for line, cells in lines:
        if len(found) == MOST_ROWS:
            file.report(line, f"there are more than {MOST_ROWS} rows", "Split the file")
            break
        row = _row(file, line, cells, keys)
        if row is not None:
            found.append(row)
    return found


def _row(file: SourceFile, line: int, cells: Sequence[str], keys: Sequence[str]) -> Row | None:
    values = [plain(cell) if cell else "" for cell in cells]
    if not any(value.strip() for value in values):
        return None
    stray = next(
        (value for place, value in enumerate(values) if value and not _named(keys, place) and value.strip()), None
    )
    if stray is not None:
        file.report(line, f"{shown(stray)} stands in a column without a heading", "Give the column its heading")
    return Row(line, {name: value for name, value in zip(keys, values, strict=False) if name})


def _named(keys: Sequence[str], number: int) -> bool:
    return number < len(keys) and bool(keys[number])


def _keys(
    file: SourceFile, header: tuple[int, Sequence[str]], kind: Kind, languages: Sequence[str]
) -> list[str] | None:
    """Return the key of each column (``""`` for one without a heading), or None where nothing can be made of them."""
    line, cells = header
    known = known_headings(kind, languages)
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        file.report(line, f"there are {len(cells)} columns", "Keep the columns of the template")
        return None
    keys: list[str] = []
    for cell in cells:
        heading = plain(cell).strip().rstrip("*").strip()
        found = known.get(" ".join(heading.split()).casefold(), "")
        if found and found in keys:
            file.report(line, f'the column "{heading}" stands here twice', "Keep one of them")
            found = ""
        keys.append(found or (f"?{heading}" if heading else ""))
    return keys if _headings_suffice(file, line, keys, kind) else None


def _headings_suffice(file: SourceFile, line: int, keys: Sequence[str], kind: Kind) -> bool:
    """Report headings that are unknown or missing, and say whether rows can be read all the same."""
    unknown = [name[1:] for name in keys if name.startswith("?")]
    if len(unknown) == len([name for name in keys if name]):
        file.report(
            line, "this row has none of the headings", f"Start with a row of headings: {', '.join(headings(kind)[:4])}…"
        )
        return False
    for heading in unknown[:_MOST_UNKNOWN]:
        file.report(line, f"there is no column {shown(heading)}", suggest(heading, headings(kind)))
    if len(unknown) > _MOST_UNKNOWN:
        file.report(line, f"{len(unknown) - _MOST_UNKNOWN} more columns are not known", "Start from a template")
    missing = [column.heading for column in COLUMNS[kind] if column.required and column.field not in keys]
    for heading in missing:
        file.report(line, f'the column "{heading}" is missing', "Add it, or start from a template")
    return not missing


def known_headings(kind: Kind, languages: Iterable[str]) -> dict[str, str]:
    """Return the key behind each heading in small letters; the name of a field is a heading too."""
    known: dict[str, str] = {}
    for column in COLUMNS[kind]:
        for language in (SOURCE_LANGUAGE, *(languages if column.field in TEXTS else ())):
            name = key(column.field, language)
            known[column.heading_in(language).casefold()] = name
            known[name.casefold()] = name
        known[f"{column.heading} (de)".casefold()] = column.field
    return known


def plain(cell: str) -> str:
    """Return a cell without the apostrophe that kept a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and _ESCAPED.match(cell) else cell


def neutral(cell: str) -> str:
    """Return a cell as it may stand in a spreadsheet: no program takes it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def guarded(cell: str) -> str:
    """Return a cell as it may stand in a workbook, which knows texts: only what reading takes off is added."""
    return f"'{cell}" if _ESCAPED.match(cell) else cell


def layout(kind: Kind, rows: Sequence[Mapping[str, str]], languages: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return (heading, key) of the columns that a table of these rows has: all of the kind's, texts by language."""
    others = sorted({*languages, *cells_with_languages(rows)} - {SOURCE_LANGUAGE})
    found: list[tuple[str, str]] = []
    for column in COLUMNS[kind]:
        found.append((column.heading, column.field))
        if column.field in TEXTS:
            wanted = others if column.translated else [code for code in others if _used(rows, key(column.field, code))]
            found.extend((column.heading_in(language), key(column.field, language)) for language in wanted)
    return found


def _used(rows: Sequence[Mapping[str, str]], name: str) -> bool:
    return any(name in row for row in rows)


def write_csv(kind: Kind, rows: Sequence[Mapping[str, str]], languages: Iterable[str] = ()) -> bytes:
    """Return a table that spreadsheets open with a double click: UTF-8 with a byte order mark, semicolons."""
    columns = layout(kind, rows, languages)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([heading for heading, _ in columns])
    for row in rows:
        writer.writerow([neutral(row.get(name, "")) for _, name in columns])
    return out.getvalue().encode("utf-8-sig")
