"""Offers -> XLSX that is easy to fill in: drop-downs, checks while typing, and a sheet that explains the columns."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.offers.columns import COLUMNS, NO, YES, Column
from bot.offers.model import Kind
from bot.offers.table import SHEETS, guarded, layout

EXPLANATION, LISTS = "Erklärung", "Listen"
_ROWS = 2_000
_FORMS: Mapping[str, str] = {
    "id": "Kleinbuchstaben, Ziffern und Bindestriche",
    "text": "Text",
    "word": "ein Wort aus der Liste",
    "words": "Wörter aus der Liste, mit Komma getrennt",
    "yes_no": "ja oder nein",
    "number": "ganze Zahl",
    "degrees": "Gradzahl",
    "day": "Tag: 24.12.2026",
    "days": "Tage, mit Komma getrennt",
    "sessions": "Wochentage und Uhrzeiten",
    "price": "Preis",
    "phone": "Telefonnummer",
    "email": "E-Mail-Adresse",
    "url": "Adresse im Netz, ab https://",
    "ids": "Kennungen, mit Komma getrennt",
    "sources": "Quellen",
}
_WIDTHS = (24, 10, 34, 70, 60)


_HEADING_FILL = PatternFill("solid", start_color="DDE7F3")
_WIDEST, _NARROWEST = 40, 11
_TEXT, _DAY_FORMAT = "@", "DD.MM.YYYY"


@dataclass(frozen=True, slots=True)
class _Lists:
    """A sheet with the values of drop-downs, and where each list stands in it."""

    sheet: Worksheet
    ranges: dict[tuple[str, ...], str]


def write_xlsx(tables: Mapping[Kind, Sequence[Mapping[str, str]]], languages: Iterable[str] = ()) -> bytes:
    """Return a workbook with a sheet for each kind that is given, drop-downs, and a sheet that explains the columns.

    Without rows it is the template for editors. ``languages`` are those, besides German, that get columns of texts.
    """
    book = Workbook()
    first = book.active
    lists = _add_lists(book)
    for kind, rows in tables.items():
        sheet = book.create_sheet(SHEETS[kind])
        columns = layout(kind, rows, languages)
        _fill(sheet, kind, columns, rows)
        _add_validation(sheet, kind, columns, lists)
    _add_explanation(book, list(tables))
    book.move_sheet(lists.sheet, len(book.sheetnames))
    lists.sheet.sheet_state = "hidden"
    if first is not None:
        book.remove(first)
    book.active = 0
    return _saved(book)


def _fill(sheet: Worksheet, kind: Kind, columns: Sequence[tuple[str, str]], rows: Sequence[Mapping[str, str]]) -> None:
    forms = {column.field: column for column in COLUMNS[kind]}
    for number, (heading, name) in enumerate(columns, start=1):
        column = forms[name.partition("@")[0]]
        top = sheet.cell(1, number, f"{heading} *" if column.required and "@" not in name else heading)
        _head_style(top)
        width = min(_WIDEST, max(_NARROWEST, len(heading) + 4, *(len(row.get(name, "")) for row in rows[:200]), 0))
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width
        # As text, so that no spreadsheet turns a telephone number, a time or a day into something else.
        sheet.column_dimensions[letter].number_format = _DAY_FORMAT if column.form == "day" else _TEXT
        for line, row in enumerate(rows, start=2):
            if row.get(name):
                _write(sheet, line, number, row[name], column.form)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(2, len(rows) + 1)}"


def _write(sheet: Worksheet, line: int, column: int, text: str, form: str) -> None:
    """Write a day as a day, everything else as a text."""
    if form == "day":
        cell = sheet.cell(line, column, datetime.strptime(text, "%d.%m.%Y").replace(tzinfo=UTC).date())
        cell.number_format = _DAY_FORMAT
    else:
        _write_text(sheet, line, column, text)


def _head_style(cell: Cell) -> None:
    cell.font = Font(bold=True)
    cell.fill = _HEADING_FILL
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _write_text(sheet: Worksheet, line: int, column: int, text: str) -> None:
    """Write a text that stays a text, whatever it begins with."""
    cell = sheet.cell(line, column)
    cell.value = guarded(text)
    cell.data_type = "s"
    cell.quotePrefix = True  # stays a text when somebody edits it, too
    cell.number_format = _TEXT


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_lists(book: Workbook) -> _Lists:
    """Add the sheet of lists: a drop-down's own list of values may have 255 letters at most."""
    sheet = book.create_sheet(LISTS)
    lists = _Lists(sheet, {})
    wanted = [(YES, NO), *(tuple(column.words) for columns in COLUMNS.values() for column in columns if column.words)]
    for number, values in enumerate(dict.fromkeys(wanted), start=1):
        for line, value in enumerate(values, start=1):
            _write_text(sheet, line, number, value)
        letter = get_column_letter(number)
        lists.ranges[values] = f"'{LISTS}'!${letter}$1:${letter}${len(values)}"
    return lists


def _add_validation(sheet: Worksheet, kind: Kind, columns: Sequence[tuple[str, str]], lists: _Lists) -> None:
    """Give columns their drop-downs and checks."""
    forms = {column.field: column for column in COLUMNS[kind]}
    for number, (heading, name) in enumerate(columns, start=1):
        column = forms[name.partition("@")[0]]
        check = _validation(column, lists)
        check.promptTitle = heading[:32]
        check.prompt = column.help[:255]
        check.showInputMessage = True
        letter = get_column_letter(number)
        check.add(f"{letter}2:{letter}{_ROWS}")
        sheet.add_data_validation(check)


def _validation(column: Column, lists: _Lists) -> DataValidation:
    words = (YES, NO) if column.form == "yes_no" else tuple(column.words)
    if words:
        check = DataValidation(type="list", formula1=lists.ranges[words], allow_blank=True)
        # Several words in one cell are right, though no drop-down can offer that.
        check.showErrorMessage = column.form != "words"
        check.error = "Bitte ein Wort aus der Liste wählen."
        return check
    if column.form == "number":
        check = DataValidation(type="whole", operator="between", formula1="0", formula2="1000000", allow_blank=True)
        check.error = "Bitte eine ganze Zahl schreiben."
        check.showErrorMessage = True
        return check
    if column.form == "day":
        # Days from 2000 to 2100, as spreadsheets count them. A warning: a day written as text is read as well.
        check = DataValidation(
            type="date", operator="between", formula1="36526", formula2="73415", allow_blank=True, errorStyle="warning"
        )
        check.error = "Bitte einen Tag schreiben: 24.12.2026"
        check.showErrorMessage = True
        return check
    return DataValidation(allow_blank=True)


def _add_explanation(book: Workbook, kinds: Iterable[Kind]) -> None:
    """Add the sheet that says what each column means and how its values are written."""
    sheet = book.create_sheet(EXPLANATION)
    line = 1
    for kind in kinds:
        _write_text(sheet, line, 1, f'So wird das Blatt "{SHEETS[kind]}" ausgefüllt')
        _head_style(sheet.cell(line, 1))
        line += 1
        for number, heading in enumerate(("Spalte", "Pflicht", "Schreibweise", "Erklärung", "Werte"), start=1):
            _write_text(sheet, line, number, heading)
            _head_style(sheet.cell(line, number))
        for column in COLUMNS[kind]:
            line += 1
            values = (column.heading, YES if column.required else "", _FORMS[column.form], column.help, _values(column))
            for number, value in enumerate(values, start=1):
                _write_text(sheet, line, number, value)
                sheet.cell(line, number).alignment = Alignment(vertical="top", wrap_text=True)
        line += 2
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def _values(column: Column) -> str:
    return ", ".join((YES, NO) if column.form == "yes_no" else column.words)
