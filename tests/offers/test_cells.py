"""Cells as editors type them."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.model import Source
from bot.offers.cells import WrongValueError, parse, write_price
from bot.offers.columns import COLUMNS

COLUMN = {column.field: column for columns in COLUMNS.values() for column in columns}


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("price", "frei", (Decimal(0), "")),
        ("price", "5 € im Monat", (Decimal(5), "month")),
        ("price", "12,50 € einmalig", (Decimal("12.50"), "once")),
        ("price", "EUR 5,- / Monat", (Decimal(5), "month")),
        ("price", "1.200 € pro Kurs", (Decimal(1200), "course")),
        ("price", "2 €/UE", (Decimal(2), "lesson")),
        ("price", "7.5", (Decimal("7.5"), "")),
        ("starts", "24.12.2026", date(2026, 12, 24)),
        ("starts", "2026-12-24", date(2026, 12, 24)),
        ("starts", "1. 2. 2027", date(2027, 2, 1)),
        ("exceptions", "31.12.2026, 24.12.2026", (date(2026, 12, 24), date(2026, 12, 31))),
        ("childcare", "Ja", True),
        ("childcare", "nein", False),
        ("childcare", "unbekannt", None),
        ("place.district", "bad cannstatt", "bad-cannstatt"),
        ("place.district", "sued", "sued"),
        ("audiences", "Frauen, Senioren", ("women", "seniors")),
        ("languages", "Deutsch, Spanisch, ar", ("de", "es", "ar")),
        ("place.latitude", "48,78", 48.78),
        ("units", "600", 600),
        ("contact.phone", "0711 / 123-45", "0711 / 123-45"),
        ("topics", "find-job, school", ("find-job", "school")),
        (
            "source",
            "A | https://example.org | 2026-04; B",
            (Source("A", "https://example.org", "2026-04"), Source("B")),
        ),
        ("title", "  Deutsch\n am  Abend ", "Deutsch am Abend"),
        ("title", "", None),
    ],
)
def test_cells_are_read_as_editors_write_them(field: str, typed: str, value: object) -> None:
    """German words, days and prices become values."""
    assert parse(COLUMN[field], typed) == value


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("price", "circa 5 €", '"circa 5 €" is not a price. Write "frei" or an amount'),
        ("starts", "31.02.2027", "is not a day"),
        ("starts", "24.12.26", "four digits"),
        ("childcare", "vielleicht", 'neither yes nor no. Write "ja" or "nein"'),
        ("place.district", "Feuerbch", 'Write "Feuerbach"'),
        ("age_min", "-3", "not a whole number from 0 to 120"),
        ("age_min", "٣", "not a whole number"),
        ("place.latitude", "12,5", "no degrees of a place here"),
        ("url", "javascript:alert(1)", "not a web address"),
        ("url", "https://user:pass@example.org", "not a web address"),
        ("contact.email", "a@b", "not an e-mail address"),
        ("contact.phone", "ruf an", "not a telephone number"),
        ("id", "A1 Abend", "is not an id"),
        ("topics", "Find Job", "is not an id"),
        ("source", "| https://example.org", "is not a source"),
        ("title", '=HYPERLINK("https://example.org")', "is a formula. Write the value itself"),
        ("title", "Tee\u202egnuz", "direction-changing character (U+202E)"),
        ("title", "StraÃŸe", "garbled letters"),
        ("title", "x" * 100_000, "the cell has more than 4000 letters"),
    ],
)
def test_what_cannot_be_read_is_told_with_a_remedy(field: str, typed: str, said: str) -> None:
    """The sentence shows what stands there, shortened, and what to write."""
    with pytest.raises(WrongValueError) as caught:
        parse(COLUMN[field], typed)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 500


@given(st.text(max_size=200), st.sampled_from(list(COLUMN)))
def test_no_text_makes_a_parser_fail_otherwise(text: str, field: str) -> None:
    """Whatever is typed is either a value or a told problem."""
    with suppress(WrongValueError):
        parse(COLUMN[field], text)


@given(st.decimals(0, 9999, places=2), st.sampled_from(["", "once", "month", "lesson", "course"]))
def test_a_price_that_is_written_reads_back(amount: Decimal, unit: str) -> None:
    """Amount and unit come back; only the unit of what is free and has none is nothing to tell."""
    assert parse(COLUMN["price"], write_price(amount, unit)) == (amount, unit)
