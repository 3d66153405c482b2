"""Rows that are each right and do not go together, and what an empty cell means."""

import pytest

from bot.content.source_file import SourceFile
from bot.offers.model import Offer
from bot.offers.rows import Row, Rules, offer_of, row_of
from bot.offers.table import read_csv
from tests.offers.tables import COURSE_RULES, GROUP, RICH, SPORT, table, told


def read(cells: dict[str, str], rules: Rules = COURSE_RULES) -> tuple[Offer | None, str]:
    """Return the offer of one row, and what was said."""
    file = SourceFile("x.csv")
    rows = read_csv(file, table(cells), "course")
    offer = offer_of(file, rows[0], rules)
    return offer, told(file)


def test_an_empty_cell_is_unknown_or_the_default_that_its_column_names() -> None:
    """Nothing is guessed."""
    offer, said = read({"Niveau von": "B1"})
    assert said == ""
    assert offer is not None
    assert (offer.provider, offer.mode, offer.registration) == ("Beispielverein", "in_person", "contact")
    assert (offer.level_from, offer.level_to) == ("B1", "B1")
    assert (offer.price.amount, offer.childcare, offer.place, offer.contact) == (None, None, None, None)
    assert (offer.women_only, offer.sample, offer.seats_free) == (False, False, None)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Beginn": "2.1.2027", "Ende": "1.1.2027"}, "Ende: 01.01.2027 comes before 02.01.2027"),
        ({"Alter von": "18", "Alter bis": "6"}, "Alter bis: 6 comes before 18"),
        ({"Niveau von": "B1", "Niveau bis": "A1"}, "Niveau bis: A1 is below B1"),
        ({"Niveau bis": "A1"}, "Niveau von: only the level at the end is given"),
        ({"Nur für Frauen": "ja", "Für wen": "Männer"}, "Für wen: men are named"),
        ({"Anmeldung": "auf der Seite"}, "Webseite: people are to register on a page that is not named"),
        ({"Breitengrad": "48,7"}, "Breitengrad: only one of latitude and longitude"),
        ({"PLZ": "7017"}, 'PLZ: "7017" is not a postcode'),
        ({"Titel": ""}, "Titel: this cell is empty"),
        ({"Titel": "x" * 101}, "Titel: it has 101 letters"),
        ({"Titel (en)": "=1"}, 'Titel (en): "=1" is a formula'),
    ],
)
def test_values_that_contradict_each_other_are_told(cells: dict[str, str], said: str) -> None:
    """The row is left out, and the problem has file, line and column."""
    offer, problems = read(cells)
    assert offer is None
    assert f"x.csv:2: {said}" in problems


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    """An editor mends it in one go."""
    _, problems = read({"Preis": "teuer", "PLZ": "1", "Beginn": "morgen"})
    assert problems.count("x.csv:2:") == 3


def test_references_are_held_against_what_exists() -> None:
    """A service or topic that does not exist is told; where the ids are not given, any will do."""
    rules = Rules("course", "verein", "V", services=["jobcenter"])
    assert 'there is no service "job"' in read({"Einstufung bei": "job"}, rules)[1]
    assert read({"Einstufung bei": "job"})[0] is not None


def test_samples_and_real_offers_do_not_mix() -> None:
    """An invented offer among the real ones is an error, and the other way round."""
    assert "invented" in read({"Beispiel": "ja"}, Rules("course", "v", "V", sample=False))[1]
    assert "samples only" in read({"Beispiel": "nein"}, Rules("course", "v", "V", sample=True))[1]


@pytest.mark.parametrize("offer", [RICH, SPORT, GROUP])
def test_an_offer_as_a_row_is_the_same_offer(offer: Offer) -> None:
    """Nothing is lost between the two."""
    file = SourceFile("x")
    assert offer_of(file, Row(1, row_of(offer)), Rules(offer.kind, "verein")) == offer
    assert not file.problems
