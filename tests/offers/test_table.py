"""CSV as spreadsheets write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.source_file import SourceFile
from bot.offers.rows import row_of
from bot.offers.table import LARGEST_FILE, neutral, plain, read_csv, write_csv
from tests.offers.tables import RICH, offers_of, table, told

SIMPLE = "Kennung;Titel\na;Kurs für Ältere\n"


@pytest.mark.parametrize(
    "data",
    [
        SIMPLE.encode(),
        SIMPLE.encode("utf-8-sig"),
        SIMPLE.replace(";", ",").encode(),
        SIMPLE.replace(";", "\t").encode(),
        SIMPLE.replace("\n", "\r\n").encode(),
        b"sep=;\n" + SIMPLE.encode(),
        b"\n" + SIMPLE.encode() + b";\n;;;\n",
        SIMPLE.replace("Kennung", "kennung *").encode(),
        SIMPLE.replace("Titel", "title").encode(),
    ],
)
def test_every_way_of_saving_a_table_reads_the_same(data: bytes) -> None:
    """Byte order mark, separator, line ends, empty lines and marks in headings make no difference."""
    file = SourceFile("x.csv")
    rows = read_csv(file, data, "course")
    assert not file.problems
    assert [row.cells for row in rows] == [{"id": "a", "title": "Kurs für Ältere"}]


def test_a_row_knows_its_line_even_below_cells_of_several_lines() -> None:
    """A line is where the row begins."""
    rows = read_csv(SourceFile("x.csv"), b'Kennung;Titel\na;"eins\nzwei"\nb;Kurs\n', "course")
    assert [row.line for row in rows] == [2, 4]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (SIMPLE.encode("cp1252"), 'x.csv:2: this is not UTF-8 but seems to be Windows-1252 (near "a;Kurs für Ältere")'),
        (SIMPLE.encode("utf-16"), "x.csv:1: this is UTF-16, not UTF-8"),
        (b"PK\x03\x04zip", "not a text file"),
        (b"Kennung;Titel\n\0\0", "not a text file"),
        (b"", "the file is empty"),
        (b"a;b;c\n1;2;3\n", "x.csv:1: this row has none of the headings"),
        (b"Kennung;Titl\na;b\n", 'there is no column "Titl". Write "Titel", if that is meant'),
        (b"Titel;Preis\na;frei\n", 'the column "Kennung" is missing'),
        (b"Kennung;Titel;Titel\na;b;c\n", 'the column "Titel" stands here twice'),
        (b"Kennung;Titel\na;b;stray\n", 'x.csv:2: "stray" stands in a column without a heading'),
        (b'Kennung;Titel\na;"b\nc;d\n', "x.csv:2: quotation marks do not match from this row on"),
        (b"Kennung;Titel\na;" + b"x" * 200_000, "x.csv:2: a cell of this row is far too long"),
        (b"Kennung;Titel" + b";x" * 400 + b"\na;b\n", "402 columns"),
        (b"Kennung;Titel\n" + b"x" * LARGEST_FILE, "larger than 20 MB"),
        (b"Kennung;Titel\n" + b"a;b\n" * 50_001, "more than 50000 rows"),
    ],
)
def test_a_broken_table_is_told_with_its_line(data: bytes, said: str) -> None:
    """Wrong encodings, wrong columns and huge files each have their sentence."""
    file = SourceFile("x.csv")
    read_csv(file, data, "course")
    assert said in told(file)


def test_all_unknown_columns_are_told_at_once_but_not_endlessly() -> None:
    """Five by name, the rest as a number."""
    file = SourceFile("x.csv")
    read_csv(file, b"Kennung;Titel;" + b";".join(b"q%d" % n for n in range(20)), "course")
    assert told(file).count("there is no column") == 5
    assert "15 more columns are not known" in told(file)


@pytest.mark.parametrize("text", ["=1+1", "+49 711", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1", "''+1"])
def test_no_cell_that_is_written_can_be_run(text: str) -> None:
    """A spreadsheet sees an apostrophe first, and reading takes it off again."""
    assert neutral(text) == f"'{text}"
    assert plain(neutral(text)) == text


@given(st.text(max_size=50))
def test_neutralising_loses_nothing(text: str) -> None:
    """Whatever stands in a cell comes back."""
    assert plain(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_offer_comes_back_from_a_table_as_it_was() -> None:
    """Every field survives, texts in other languages too."""
    data = write_csv("course", [row_of(RICH)])
    assert data.startswith(b"\xef\xbb\xbfKennung;Anbieter;Titel;Titel (ar);Titel (en);")
    assert b"'+49 711 555555" in data
    assert offers_of(read_csv(SourceFile("x.csv"), data, "course")) == [RICH]


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    """Broken files are told, never raised."""
    file = SourceFile("x.csv")
    offers_of(read_csv(file, b"Kennung;Titel\n" + data, "course"))


def test_helpers_of_these_tests_write_what_editors_write() -> None:
    """The table of the other tests is one that can be read."""
    assert offers_of(read_csv(SourceFile("x.csv"), table({"Preis": "frei"}), "course"))[0] is not None
