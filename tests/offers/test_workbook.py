"""XLSX from editors and from strangers, and the template."""

import io
import re
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from defusedxml.common import EntitiesForbidden
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import fromstring

from bot.content.source_file import SourceFile
from bot.offers.columns import COLUMNS, DISTRICT_WORDS
from bot.offers.model import Kind
from bot.offers.rows import row_of
from bot.offers.template import write_xlsx
from bot.offers.workbook import read_xlsx
from tests.offers.tables import RICH, offers_of, told

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{("&a" + (str(n - 1) if n else "") + ";") * 10}">' for n in range(10))
    + "]>"
)


def book(*rows: list[Any], title: str = "Kurse") -> bytes:
    """Return a workbook with one sheet of these rows."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, change: Any) -> bytes:
    """Return a workbook with one part of the archive changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in {*old.namelist(), name}:
            part = old.read(each) if each in old.namelist() else b""
            new.writestr(each, change(part) if each == name else part)
    return out.getvalue()


PLAIN = book(["Kennung", "Titel"], ["a", "Deutsch"])


def test_typed_cells_are_read_as_an_editor_would_have_written_them() -> None:
    """Days, numbers, truth values and times may be real ones."""
    file = SourceFile("x.xlsx")
    heads = [
        "Kennung *",
        "Titel *",
        "Beginn",
        "PLZ",
        "Kinderbetreuung",
        "Breitengrad",
        "Alter von",
        "Beschreibung",
        "Preis",
    ]
    data = book(heads, ["a", "Deutsch", datetime(2027, 3, 1), 70173, True, 48.78, 16.0, time(18), 5])  # noqa: DTZ001
    rows = read_xlsx(file, data, "course")
    assert not file.problems
    assert rows[0].line == 2
    assert rows[0].cells == {
        "id": "a",
        "title": "Deutsch",
        "starts": "2027-03-01",
        "place.postcode": "70173",
        "childcare": "ja",
        "place.latitude": "48,78",
        "age_min": "16",
        "summary": "18:00",
        "price": "5",
    }


def test_a_workbook_of_excel_keeps_its_words_in_a_list_of_their_own() -> None:
    """Cells name them by number; parts of a word may have a look of their own."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    words = f'<sst xmlns="{main}">' + "".join(f"<si><t>{word}</t></si>" for word in ("Kennung", "Titel", "a"))
    words += "<si><r><t>Deut</t></r><r><rPr><b/></rPr><t>sch</t></r></si></sst>"
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c><c r="B%d" t="s"><v>%d</v></c></row>'
        % (n, n, 2 * n - 2, n, 2 * n - 1)
        for n in (1, 2)
    )
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    data = with_part(PLAIN, "[Content_Types].xml", lambda old: old.replace(b"</Types>", override))
    data = with_part(data, "xl/worksheets/sheet1.xml", lambda old: re.sub(b"<row.*</row>", cells, old))
    data = with_part(data, "xl/sharedStrings.xml", lambda _: words.encode())
    rows = read_xlsx(SourceFile("x"), data, "course")
    assert [row.cells for row in rows] == [{"id": "a", "title": "Deutsch"}]


def test_the_sheet_is_found_by_its_name_or_its_headings() -> None:
    """Other sheets may stand before it."""
    made = openpyxl.load_workbook(io.BytesIO(book(["Kennung", "Titel"], ["a", "Deutsch"], title="Tabelle2")))
    made.create_sheet("Notizen", 0).append(["bitte lesen"])
    out = io.BytesIO()
    made.save(out)
    assert len(read_xlsx(SourceFile("x"), out.getvalue(), "course")) == 1


def test_formulas_are_never_computed() -> None:
    """The cell is told, and nothing of it is taken."""
    file = SourceFile("x.xlsx")
    rows = read_xlsx(file, book(["Kennung", "Titel"], ["a", '=HYPERLINK("https://example.org","x")']), "course")
    assert "x.xlsx:2: cell B2 holds a formula. Copy the column and paste it as values." in told(file)
    assert rows[0].cells["title"] == ""


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/theme/theme1.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_an_entity_bomb_is_refused_before_it_is_parsed(part: str) -> None:
    """Wherever in the workbook it stands."""
    file = SourceFile("x.xlsx")
    data = with_part(PLAIN, part, lambda old: BOMB.encode() + old.split(b"?>", 1)[-1])
    assert read_xlsx(file, data, "course") == []
    assert "a document type" in told(file)


def test_the_parser_behind_is_a_hardened_one() -> None:
    """Should a bomb ever get past the first look."""
    assert openpyxl.DEFUSEDXML
    with pytest.raises(EntitiesForbidden):
        fromstring(BOMB + "<x>&a9;</x>")


def test_an_endless_text_that_many_cells_share_is_cut_off() -> None:
    """It is told as too long, and is not copied for each cell."""
    rows = read_xlsx(SourceFile("x"), book(["Kennung", "Titel"], ["a", "x" * 30_000]), "course")
    assert len(rows[0].cells["title"]) == 4001
    assert offers_of(rows) == [None]


def test_xml_in_an_unusual_encoding_is_refused() -> None:
    """It could hide a document type."""
    file = SourceFile("x.xlsx")
    change = lambda old: b'<?xml version="1.0" encoding="utf-7"?>' + old.split(b"?>", 1)[-1]  # noqa: E731
    assert read_xlsx(file, with_part(PLAIN, "xl/workbook.xml", change), "course") == []
    assert "a document type" in told(file)


def test_a_sheet_that_claims_to_be_endless_costs_no_time() -> None:
    """A row far down and a column far right are cut off."""
    file = SourceFile("x.xlsx")
    rows = b'<row r="999999999"><c r="XFD999999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    change = lambda old: old.replace(b"</sheetData>", rows)  # noqa: E731
    assert len(read_xlsx(file, with_part(PLAIN, "xl/worksheets/sheet1.xml", change), "course")) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Kennung;Titel\n", "the archive is broken"),
        (b"", "the archive is broken"),
        (with_part(PLAIN, "xl/workbook.xml", lambda _: b"<x"), "this workbook cannot be read"),
        (book([]), "the table is empty"),
        (book(["A", "B"], ["1", "2"]), "none of the headings"),
    ],
)
def test_a_broken_workbook_is_told(data: bytes, said: str) -> None:
    """Nothing is raised."""
    file = SourceFile("x.xlsx")
    assert read_xlsx(file, data, "course") == []
    assert said in told(file)


def test_an_offer_comes_back_from_a_workbook_as_it_was() -> None:
    """Every field survives; a telephone number that begins with + is no formula."""
    data = write_xlsx({"course": [row_of(RICH)], "sport": []})
    assert offers_of(read_xlsx(SourceFile("x"), data, "course")) == [RICH]


@pytest.mark.parametrize("kind", ["course", "sport", "group"])
def test_the_template_has_headings_drop_downs_and_an_explanation(kind: Kind) -> None:
    """Every column is explained, and every column with a list of words offers it."""
    made = openpyxl.load_workbook(io.BytesIO(write_xlsx({kind: []}, ["en"])))
    sheet, explanation = made.worksheets[0], made["Erklärung"]
    headings = [str(cell.value).removesuffix(" *") for cell in sheet[1]]
    assert "Titel (en)" in headings
    assert made["Listen"].sheet_state == "hidden"
    explained = {row[0].value for row in explanation.iter_rows()}
    lists = {str(check.sqref): check for check in sheet.data_validations.dataValidation}
    for column in COLUMNS[kind]:
        assert column.heading in explained
        letter = get_column_letter(headings.index(column.heading) + 1)
        check = lists[f"{letter}2:{letter}2000"]
        assert check.prompt == column.help
        assert (check.type == "list") == (bool(column.words) or column.form == "yes_no")
        if column.field == "place.district":
            offered = made["Listen"][str(check.formula1).partition("!")[2].replace("$", "")]
            assert [cell[0].value for cell in offered] == list(DISTRICT_WORDS)


def test_a_filled_template_is_taken_as_it_is() -> None:
    """With a real day in a column of days."""
    made = openpyxl.load_workbook(io.BytesIO(write_xlsx({"course": []})))
    sheet = made.worksheets[0]
    headings = [str(cell.value).removesuffix(" *") for cell in sheet[1]]
    cells: dict[str, str | date] = {"Kennung": "a", "Titel": "Deutsch", "Beginn": date(2027, 3, 1)}
    for heading, value in cells.items():
        sheet.cell(2, headings.index(heading) + 1, value)
    out = io.BytesIO()
    made.save(out)
    offer = offers_of(read_xlsx(SourceFile("x"), out.getvalue(), "course"))[0]
    assert offer is not None
    assert offer.starts == date(2027, 3, 1)
