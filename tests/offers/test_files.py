"""Reading what editors keep in content/."""

from pathlib import Path

import pytest

from bot.content.problems import ContentError
from bot.offers.files import load_offers, offer_files, read_offers
from tests.offers.tables import RICH, table

CONTENT = Path(__file__).parents[2] / "content"
YAML = """\
provider: Beispielverein
offers:
  - id: a1-abend
    title: {de: Deutsch am Abend, en: German in the evening}
    sessions: [Mo 18:00-19:30, Do 18:00-19:30]
    place:
      name: Bürgerhaus
      district: feuerbach
      accessible: true
    price: {amount: 5 € im Monat, exemption_possible: yes, note: {de: Mit Bonuscard frei, en: Free with Bonuscard}}
    audiences: [women, Senioren]
    level_from: A1
    childcare: null
"""


def test_a_provider_may_keep_a_table_or_yaml() -> None:
    """Both lead to the same offers, whose ids begin with the name of the file."""
    cells = {
        "Kennung": "a1-abend",
        "Anbieter": "Beispielverein",
        "Titel": "Deutsch am Abend",
        "Titel (en)": "German in the evening",
        "Termine": "Mo 18:00-19:30; Do 18:00-19:30",
        "Ort": "Bürgerhaus",
        "Stadtbezirk": "Feuerbach",
        "Barrierefrei": "ja",
        "Preis": "5 € im Monat",
        "Befreiung möglich": "ja",
        "Hinweis zum Preis": "Mit Bonuscard frei",
        "Hinweis zum Preis (en)": "Free with Bonuscard",
        "Für wen": "Frauen, Senioren",
        "Niveau von": "A1",
    }
    from_yaml = read_offers({"courses/verein.yaml": YAML.encode()})
    from_table = read_offers({"courses/verein.csv": table(cells)})
    assert not from_yaml.problems
    assert not from_table.problems
    assert from_yaml.offers == from_table.offers
    assert from_yaml.offers[0].id == "verein/a1-abend"
    assert from_yaml.lines["verein/a1-abend"] == ("content/courses/verein.yaml", 3)


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("offers: [", "content/courses/v.yaml:2: this is not YAML"),
        ("offers: []\nother: 1", 'content/courses/v.yaml:2: "other" is not known here'),
        (
            "provider: V\noffers:\n  - id: a\n    title: T\n    prise: frei\n",
            ':5: "prise" is not known here. Write "price"',
        ),
        ("provider: V\noffers:\n  - id: a\n    title: T\n    price: teuer\n", ':5: Preis: "teuer" is not a price'),
        ("provider: V\noffers: x\n", ":2: a list of offers is needed here"),
        ("provider: V\noffers: [x]\n", ":2: an offer is needed here"),
        ("provider: V\noffers:\n  - id: a\n    title: {xx: T}\n", '"title@xx" is not known here'),
        ("provider: V\noffers:\n  - id: a\n    title: [[T]]\n", ":4: a value is needed here"),
        ("offers:\n  - &a {id: a, title: T}\n  - *a\n", "an alias"),
    ],
)
def test_broken_yaml_is_told_with_its_line(yaml: str, said: str) -> None:
    """Every problem has a line of its own where the cell has one."""
    assert said in "\n".join(map(str, read_offers({"courses/v.yaml": yaml.encode()}).problems))


def test_good_rows_are_there_although_others_are_wrong() -> None:
    """One slip of an editor does not take away all courses."""
    reading = read_offers({"courses/v.csv": table({"Anbieter": "V"}, {"Anbieter": "V", "Preis": "teuer"})})
    assert [offer.id for offer in reading.offers] == ["v/kurs-1"]
    assert len(reading.errors) == 1


def test_an_id_is_taken_once_over_all_files() -> None:
    """The second is told with the place of the first."""
    row = {"Kennung": "a", "Anbieter": "V"}
    sport = b"Kennung;Titel;Anbieter;Sportart\na;Ballspiel;V;Handball\n"
    reading = read_offers({"courses/v.csv": table(row, row), "sports/v.csv": sport})
    said = "\n".join(map(str, reading.problems))
    assert 'content/courses/v.csv:3: the id "a" is taken already (line 2)' in said
    assert "content/sports/v.csv:2: " in said
    assert "(content/courses/v.csv:2)" in said
    assert len(reading.offers) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("courses/v.xlsx", "Take it in with: lotse import"),
        ("courses/v.yml", "Let its name end in .yaml"),
        ("courses/v.ods", "Save it as .xlsx"),
        ("courses/Mein Verein.csv", "cannot begin the ids of offers"),
    ],
)
def test_a_file_that_is_not_read_is_told_instead_of_passed_over(name: str, said: str) -> None:
    """Nobody waits for offers that never come."""
    assert said in str(read_offers({name: table({})}).problems[0])


def test_a_directory_is_read_whole_and_huge_files_only_at_the_start(tmp_path: Path) -> None:
    """Notes and hidden files are left alone; a sparse file of a gigabyte is told at once."""
    folder = tmp_path / "courses"
    folder.mkdir()
    (folder / "README.md").write_text("notes")
    (folder / ".~lock.v.csv#").write_text("")
    (folder / "v.csv").write_bytes(table({"Anbieter": "V"}))
    assert [offer.id for offer in load_offers(tmp_path)] == ["v/kurs-1"]
    with (folder / "huge.csv").open("wb") as stream:
        stream.truncate(1_000_000_000)
    assert sum(map(len, offer_files(tmp_path).values())) < 21_000_000
    with pytest.raises(ContentError, match=r"huge\.csv:1: the file is larger than 20 MB"):
        load_offers(tmp_path)


def test_the_sample_can_be_read() -> None:
    """It has no problem, and each row is marked as invented."""
    reading = read_offers(offer_files(CONTENT / "sample"), "content/sample", sample=True)
    assert not reading.problems
    assert len(reading.offers) > 400
    assert RICH.id not in reading.lines
