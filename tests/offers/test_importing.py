"""Taking a provider's file in: row by row in the report, whole or not at all on the disk."""

import json
from pathlib import Path

import pytest

from bot.errors import LotseError
from bot.offers import hsds_export, importing
from bot.offers.files import load_offers
from bot.offers.importing import Wanted, import_file, slug
from bot.offers.report import ImportReport
from bot.offers.rows import row_of
from bot.offers.table import write_csv
from tests.offers.tables import RICH, SPORT, table

THREE = ({"Kennung": "a", "Preis": "frei"}, {"Kennung": "b", "Preis": "5 €"}, {"Kennung": "c", "Preis": "teuer"})


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """An empty content directory."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def take(content: Path, data: bytes, wanted: Wanted | None = None, name: str = "file.csv") -> ImportReport:
    """Import these bytes for the club Beispielverein."""
    source = content.parent / name
    source.write_bytes(data)
    return import_file(content, "course", source, "Beispielverein Süd", wanted)


def statuses(report: ImportReport) -> dict[str, str]:
    """Return what became of each row."""
    return {outcome.id: outcome.status for outcome in report.outcomes}


def test_good_rows_are_taken_and_wrong_ones_refused_with_the_reason(content: Path) -> None:
    """The provider's file holds the good ones, and the report says why the others are not there."""
    report = take(content, table(*THREE))
    assert statuses(report) == {"a": "taken", "b": "taken", "c": "refused"}
    assert report.written
    assert not report.complete
    assert 'file.csv:4: Preis: "teuer" is not a price' in report.text()
    assert "2 taken, 1 refused." in report.text()
    assert [offer.id for offer in load_offers(content)] == ["beispielverein-sued/a", "beispielverein-sued/b"]
    assert {offer.provider for offer in load_offers(content)} == {"Beispielverein Süd"}


def test_the_same_file_again_changes_nothing(content: Path) -> None:
    """Rows written in another way but with the same meaning are unchanged, and the file is not touched."""
    take(content, table({"Kennung": "a", "Termine": "Mo 18:00-19:30", "Preis": "frei"}))
    target = content / "courses" / "beispielverein-sued.csv"
    before = target.stat().st_mtime_ns
    report = take(content, table({"Kennung": "a", "Termine": "montags 18-19.30 Uhr", "Preis": "kostenlos"}))
    assert statuses(report) == {"a": "unchanged"}
    assert not report.written
    assert target.stat().st_mtime_ns == before


def test_a_changed_row_says_what_changed(content: Path) -> None:
    """Column, before and after; columns that the file lacks stay as they were."""
    take(content, table({"Kennung": "a", "Preis": "frei", "Ort": "Bürgerhaus"}))
    report = take(content, table({"Kennung": "a", "Preis": "5 € im Monat"}))
    change = report.outcomes[0].changes[0]
    assert (change.heading, change.before, change.after) == ("Preis", "frei", "5 € im Monat")
    assert len(report.outcomes[0].changes) == 1
    offer = load_offers(content)[0]
    assert offer.place is not None
    assert offer.place.name == "Bürgerhaus"


def test_what_was_checked_is_open_again_once_facts_change(content: Path) -> None:
    """The day of the check stays with unchanged facts only."""
    checked = {"Kennung": "a", "Preis": "frei", "Geprüft am": "01.10.2026"}
    take(content, table(checked))
    assert statuses(take(content, table({"Kennung": "a", "Preis": "frei"}))) == {"a": "unchanged"}
    take(content, table({"Kennung": "a", "Preis": "5 €"}))
    assert load_offers(content)[0].verified is None


def test_an_empty_cell_clears_what_was_there(content: Path) -> None:
    """The column is there, so the editor means it."""
    take(content, table({"Kennung": "a", "Preis": "frei"}))
    take(content, table({"Kennung": "a", "Preis": ""}))
    assert load_offers(content)[0].price.amount is None


def test_offers_that_the_file_does_not_name_are_kept_unless_all_is_replaced(content: Path) -> None:
    """Where a row is refused nothing is removed: it may have named one of them."""
    take(content, table({"Kennung": "a"}, {"Kennung": "b"}, {"Kennung": "c"}))
    newer = table({"Kennung": "a", "Preis": "teuer"}, {"Kennung": "b"})
    assert statuses(take(content, newer)) == {"a": "refused", "b": "unchanged", "c": "kept"}
    everything = Wanted(replace_all=True)
    assert statuses(take(content, newer, everything)) == {"a": "refused", "b": "unchanged", "c": "kept"}
    right = table({"Kennung": "a"}, {"Kennung": "b"})
    assert statuses(take(content, right, everything)) == {"a": "unchanged", "b": "unchanged", "c": "removed"}
    assert [offer.id[-1] for offer in load_offers(content)] == ["a", "b"]


@pytest.mark.parametrize("wanted", [Wanted(rehearsal=True), Wanted(whole=True)])
def test_nothing_is_written_in_a_rehearsal_or_where_all_or_nothing_is_wanted(content: Path, wanted: Wanted) -> None:
    """The report is the same, the disk untouched."""
    report = take(content, table(*THREE), wanted)
    assert statuses(report)["a"] == "taken"
    assert not report.written
    assert list(content.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.csv", "Kennung;Titel\na;Ä\n".encode("cp1252")),
        ("x.csv", b"Kennung;Titel;Quark\na;Kurs;x\n"),
        ("x.csv", b'Kennung;Titel\na;Kurs\nb;"Kurs\n'),
        ("x.csv", b""),
        ("x.csv", b"Kennung;Titel\n"),
        ("x.xlsx", b"no workbook"),
        ("x.ods", b"PK"),
        ("x.json", b"{"),
        ("x.json", b"[" * 100_000),
        ("x.json", b"9" * 10_000),
        ("x.json", b'{"a": 1}'),
        ("x.json", b'{"@type": "Thing"}'),
        ("x.jsonld", b"[]"),
        ("x.zip", b"PK\x05\x06" + b"\0" * 18),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_changes_nothing(content: Path, name: str, data: bytes) -> None:
    """Not even its good rows are taken, with replacing least of all."""
    take(content, table({"Kennung": "old"}))
    report = take(content, data, Wanted(replace_all=True), name)
    assert report.problems
    assert not report.complete
    assert not report.written
    assert [offer.id[-3:] for offer in load_offers(content)] == ["old"]


def test_a_sparse_file_of_a_gigabyte_is_told_at_once(content: Path) -> None:
    """It is not read."""
    source = content.parent / "huge.csv"
    with source.open("wb") as stream:
        stream.truncate(1_000_000_000)
    report = import_file(content, "course", source, "V")
    assert "larger than 20 MB" in report.text()


def test_an_id_that_stands_twice_is_taken_once(content: Path) -> None:
    """The second row is refused and names the first."""
    report = take(content, table({"Kennung": "a"}, {"Kennung": "a", "Preis": "frei"}))
    assert [outcome.status for outcome in report.outcomes] == ["taken", "refused"]
    assert 'the id "a" is taken already (row 2)' in report.text()


def test_a_report_cannot_steer_the_terminal_that_shows_it(content: Path) -> None:
    """Control characters of a hostile file are not shown."""
    report = take(content, table({"Kennung": "a\x1b[2J", "Titel": "\x1b]0;x\x07" + "t" * 5000, "Preis": "\x1b[31m"}))
    assert report.count("refused") == 1
    assert report.text().replace("\n", "").isprintable()
    assert len(report.text()) < 2000


def test_services_and_topics_must_exist(content: Path) -> None:
    """Where the content has such folders."""
    (content / "services").mkdir()
    assert "there is no service" in take(content, table({"Kennung": "a", "Einstufung bei": "gone"})).text()


def test_formulas_do_no_harm_in_the_file_that_is_written(content: Path) -> None:
    """A text that begins like a formula is kept as a text, with an apostrophe in the table."""
    take(content, table({"Kennung": "a", "Titel": "Kurs", "Beschreibung": "@SUM(1+1)*cmd|' /C calc'!A0"}))
    written = (content / "courses" / "beispielverein-sued.csv").read_text("utf-8-sig")
    assert "'@SUM" in written
    assert load_offers(content)[0].summary_in("de").startswith("@SUM")


def test_one_record_that_is_no_service_does_not_stop_the_others(content: Path) -> None:
    """It is refused like a wrong row."""
    services = hsds_export.services_of([RICH])
    report = take(content, json.dumps(["x", *services]).encode(), name="x.json")
    assert [outcome.status for outcome in report.outcomes] == ["refused", "taken"]
    assert "record 1 is not a service" in report.text()


def test_a_file_that_somebody_changed_meanwhile_is_not_written_over(content: Path) -> None:
    """Neither version is lost, and nothing is left lying about."""
    target = content / "v.csv"
    target.write_bytes(b"theirs")
    with pytest.raises(LotseError, match="was changed meanwhile"):
        importing._write(target, b"ours", b"what was read")
    assert target.read_bytes() == b"theirs"
    assert [path.name for path in content.iterdir()] == ["v.csv"]


def test_a_broken_file_of_the_provider_is_not_written_over(content: Path) -> None:
    """It is told, and has to be mended first."""
    target = content / "courses" / "beispielverein-sued.csv"
    target.parent.mkdir()
    target.write_bytes(b"Kennung;Titel;Anbieter;Preis\nold;Kurs;V;teuer\n")
    report = take(content, table({"Kennung": "a"}))
    assert "teuer" in report.text()
    assert b"teuer" in target.read_bytes()
    assert not report.written


def test_offers_kept_as_yaml_are_not_doubled(content: Path) -> None:
    """The import says where they are."""
    (content / "courses").mkdir()
    (content / "courses" / "beispielverein-sued.yaml").write_text("offers: []")
    with pytest.raises(LotseError, match="holds this provider's offers"):
        take(content, table({"Kennung": "a"}))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("TV Süd e. V.", "tv-sued-e-v"),
        ("../../etc/passwd", "etc-passwd"),
        ("Łódź Straße", "lodz-strasse"),
        ("جمعية", ""),
    ],
)
def test_a_file_is_named_after_the_provider(name: str, file: str) -> None:
    """In letters that every disk takes, and never elsewhere."""
    assert slug(name) == file


@pytest.mark.parametrize("name", ["", "جمعية", "../"])
def test_a_provider_without_latin_letters_needs_another_name(content: Path, name: str) -> None:
    """No file could be named after it."""
    with pytest.raises(LotseError, match="No file can be named"):
        import_file(content, "course", content / "x.csv", name)


def test_a_file_that_is_not_there_is_told(content: Path) -> None:
    """In one sentence."""
    with pytest.raises(LotseError, match="cannot be read: No such file"):
        import_file(content, "course", content / "x.csv", "V")


def test_the_report_is_there_for_programs_too(content: Path) -> None:
    """As JSON with counts, rows, changes and problems."""
    values = json.loads(take(content, table(*THREE)).json())
    assert values["counts"]["taken"] == 2
    assert values["outcomes"][2]["problems"][0]["line"] == 4
    assert values["complete"] is False


def test_whatever_format_an_offer_comes_in_it_is_the_same(content: Path) -> None:
    """The table and HSDS lead to one offer; taking in the second changes nothing."""
    first = take(content, write_csv("course", [row_of(RICH)]))
    again = take(content, hsds_export.write([RICH, SPORT]), name="x.json")
    assert statuses(first) == {"a1-abend": "taken"}
    assert statuses(again) == {"a1-abend": "unchanged"}
