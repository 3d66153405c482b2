"""XLSX -> rows.

Workbooks come from strangers. The archive is looked at first (``archive``), a file with a document type is refused
before any parser sees it (entity bombs need one), and openpyxl parses with defusedxml. Formulas are never computed.
"""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.content.source_file import SourceFile
from bot.offers.archive import ArchiveError, members
from bot.offers.cells import LONGEST_CELL
from bot.offers.columns import NO, SPOKEN, YES
from bot.offers.model import Kind
from bot.offers.rows import Row
from bot.offers.table import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS, SHEETS, known_headings, rows_of

_TEMPLATE_REMEDY = "Save it again as .xlsx (Excel or LibreOffice), or start from a template"


def read_xlsx(file: SourceFile, data: bytes, kind: Kind, languages: Iterable[str] = SPOKEN.values()) -> list[Row]:
    """Return the rows of the sheet that holds such offers; what is wrong as a file is reported, never raised."""
    if len(data) > LARGEST_FILE:
        file.report(1, f"the file is larger than {LARGEST_FILE // 1_000_000} MB", "Split it, one file a provider")
        return []
    languages = tuple(languages)
    try:
        _refuse_entities(members(data))
        records = list(_records(file, data, kind, languages))
    except ArchiveError as error:
        file.report(1, error.problem, error.remedy)
        return []
    except Exception as error:  # noqa: BLE001 - openpyxl lets through whatever a broken file provokes
        file.report(1, f"this workbook cannot be read ({type(error).__name__})", _TEMPLATE_REMEDY)
        return []
    return rows_of(file, records, kind, languages)


def _refuse_entities(parts: Mapping[str, bytes]) -> None:
    if "[Content_Types].xml" not in parts:
        raise ArchiveError("this is an archive but no workbook", _TEMPLATE_REMEDY)
    for name, part in parts.items():
        if not name.lower().endswith((".xml", ".rels", ".vml")) or name.startswith("customXml/"):
            continue  # what SharePoint adds under customXml/ is never parsed here
        # Workbooks are UTF-8; other encodings could hide a document type from this look.
        declared = re.search(rb"^[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", part[:300])
        unusual = declared is not None and declared.group(1).lower() not in {b"utf-8", b"us-ascii"}
        if unusual or b"\0" in part[:200] or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise ArchiveError("the workbook has XML that no spreadsheet writes (a document type)", _TEMPLATE_REMEDY)


def _records(file: SourceFile, data: bytes, kind: Kind, languages: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of drop-downs and the like, which openpyxl does not read
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = _sheet(book.worksheets, kind, languages)
            rows = sheet.iter_rows(min_row=1, max_row=MOST_ROWS + 2, min_col=1, max_col=MOST_COLUMNS + 1)
            for number, cells in enumerate(rows, start=1):
                record = [_cell(file, number, cell) for cell in cells]
                if any(record):
                    yield number, record
        finally:
            book.close()


def _sheet(sheets: Sequence[Worksheet], kind: Kind, languages: Sequence[str]) -> Worksheet:
    """Return the sheet that is named like the kind, else the one whose first row knows most headings."""
    if not sheets:
        raise ArchiveError("the workbook has no sheet", _TEMPLATE_REMEDY)
    named = next((sheet for sheet in sheets if sheet.title.strip() == SHEETS[kind]), None)
    if named is not None:
        return named
    known = known_headings(kind, languages)

    def hits(sheet: Worksheet) -> int:
        first = next(sheet.iter_rows(min_row=1, max_row=1, max_col=MOST_COLUMNS, values_only=True), ())
        return sum(str(value).strip().rstrip("*").strip().casefold() in known for value in first if value is not None)

    return max(sheets, key=hits)


def _cell(file: SourceFile, line: int, cell: Any) -> str:
    """Return the text of a cell as an editor would type it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        place = f"{get_column_letter(cell.column)}{line}"
        file.report(line, f"cell {place} holds a formula", "Copy the column and paste it as values")
        return ""
    if cell.data_type == "e":
        file.report(line, f"cell {get_column_letter(cell.column)}{line} shows an error", "Write the value")
        return ""
    return _typed(value)


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return str(value)[: LONGEST_CELL + 1]  # thousands of cells may share one endless text
