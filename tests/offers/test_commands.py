"""The verbs of the command line about offers."""

import argparse
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bot.errors import LotseError
from bot.offers.commands import FORMATS, add_export, add_verbs
from bot.offers.files import load_offers
from tests.offers.tables import table

Verb = Callable[..., tuple[int, str]]


@pytest.fixture
def verb(tmp_path: Path) -> Verb:
    """Return what a command line answers: its exit code and what it says."""

    def run(*words: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        verbs = parser.add_subparsers(required=True)
        add_verbs(verbs)
        add_export(verbs.add_parser("export").add_subparsers(required=True))
        given = parser.parse_args(words)
        said: list[str] = []
        return given.run(given, tmp_path / "content", said.append), "\n".join(said)

    return run


def test_a_template_goes_out_and_comes_in_again(verb: Verb, tmp_path: Path) -> None:
    """An editor fills in one row, and the offer is there."""
    file = tmp_path / "kurse.xlsx"
    code, said = verb("template", "courses", str(file), "--languages", "en")
    assert code == 0
    assert f"lotse import courses {file}" in said
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    book.worksheets[0]["A2"] = "a1"
    book.worksheets[0]["C2"] = "Deutsch"
    book.save(file)
    code, said = verb("import", "courses", str(file), "--provider", "Beispielverein")
    assert (code, said) == (
        0,
        f"row 2: taken: a1 Deutsch\n{file} -> {tmp_path}/content/courses/beispielverein.csv: 1 taken.",
    )
    assert load_offers(tmp_path / "content")[0].title == {"de": "Deutsch"}


def test_an_import_with_refused_rows_ends_with_one(verb: Verb, tmp_path: Path) -> None:
    """Scripts notice; a rehearsal writes nothing."""
    file = tmp_path / "x.csv"
    file.write_bytes(table({}, {"Preis": "teuer"}))
    code, said = verb("import", "courses", str(file), "--provider", "V e. V.", "--dry-run", "--json")
    assert code == 1
    assert '"rehearsal": true' in said
    assert not (tmp_path / "content").exists()


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_that_is_handed_on_can_be_taken_in(verb: Verb, tmp_path: Path, format_: str) -> None:
    """The same provider's offers come back unchanged."""
    first = tmp_path / "x.csv"
    first.write_bytes(table({"Termine": "Mo 18:00-19:30", "Preis": "5 € im Monat"}, {"Niveau von": "B1"}))
    verb("import", "courses", str(first), "--provider", "Verein")
    suffix = {"hsds": "json", "schema-org": "jsonld", "hsds-package": "zip"}.get(format_, format_)
    file = tmp_path / f"out.{suffix}"
    assert verb("export", "offers", format_, str(file), "--kind", "courses") == (0, f"{file}: 2 offers.")
    code, said = verb("import", "courses", str(file), "--provider", "Verein")
    assert code == 0
    assert "2 unchanged" in said


def test_files_that_are_there_are_not_overwritten(verb: Verb, tmp_path: Path) -> None:
    """Neither by a template nor by an export."""
    file = tmp_path / "x.csv"
    file.write_text("mine")
    for words in (["template", "groups", str(file)], ["export", "offers", "csv", str(file), "--kind", "groups"]):
        with pytest.raises(LotseError, match="exists already"):
            verb(*words)
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["template", "courses", "x.pdf"], "neither .xlsx nor .csv"),
        (["template", "courses", "x.csv", "--languages", "xx"], '"xx" is not a known language'),
        (["export", "offers", "csv", "x.csv"], "Add --kind"),
        (["export", "offers", "hsds", "/nowhere/x.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told(verb: Verb, words: list[str], said: str) -> None:
    """In one sentence with the remedy."""
    with pytest.raises(LotseError, match=said):
        verb(*words)
