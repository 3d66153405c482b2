"""The table of neighbours is whole and true in both directions."""

from pathlib import Path

import pytest

from bot.content.problems import ContentError
from bot.content.vocabulary import DISTRICT_NAMES as NAMES
from bot.content.vocabulary import DISTRICTS
from bot.offers.districts import FILE, Districts, load_districts
from bot.offers.index import metres
from tests.offers.conftest import CONTENT


def test_all_districts_are_there_under_their_names(districts: Districts) -> None:
    """The vocabulary, the names of the escalation and the table agree."""
    assert {id_: entry.name for id_, entry in districts.entries.items()} == {id_: NAMES[id_] for id_ in DISTRICTS}


def test_neighbours_are_neighbours_of_each_other(districts: Districts) -> None:
    """A border has two sides, and nobody borders on themselves."""
    for entry in districts.entries.values():
        assert entry.id not in entry.neighbours
        assert all(entry.id in districts.entries[id_].neighbours for id_ in entry.neighbours)


def test_every_district_can_be_reached(districts: Districts) -> None:
    """No district is an island, and the way back is as long."""
    ways = {id_: districts.borders(id_) for id_ in districts.entries}
    for start, way in ways.items():
        assert set(way) == set(DISTRICTS)
        assert all(ways[end][start] == count for end, count in way.items())


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("mitte", "mitte", 0),
        ("feuerbach", "zuffenhausen", 1),
        ("stammheim", "zuffenhausen", 1),
        ("bad-cannstatt", "untertuerkheim", 1),
        ("bad-cannstatt", "wangen", 2),
        ("stammheim", "plieningen", 6),
    ],
)
def test_borders_between_districts_are_counted(districts: Districts, start: str, end: str, count: int) -> None:
    """From the far north to the far south one crosses six."""
    assert districts.borders(start)[end] == count


def test_an_unknown_district_leads_nowhere(districts: Districts) -> None:
    """It is no error: an offer may be outside the city."""
    assert districts.borders("esslingen") == {}


def test_neighbours_lie_near_each_other(districts: Districts) -> None:
    """The middles of two neighbours are less than eight kilometres apart."""
    for entry in districts.entries.values():
        for id_ in entry.neighbours:
            there = districts.entries[id_].location
            assert metres(entry.location, there.latitude, there.longitude) < 8000


def test_the_table_says_where_it_comes_from(districts: Districts) -> None:
    """It has a source, and no editor has checked it yet."""
    assert districts.source
    assert districts.source[0].name
    assert districts.verified is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("neighbours: [zuffenhausen]", "neighbours: [zuffenhausen, west]", "names west as a neighbour, but not"),
        ("neighbours: [zuffenhausen]", "neighbours: []", "names stammheim as a neighbour, but not"),
        ("neighbours: [zuffenhausen]", "neighbours: [zuffenhausen, stammheim]", "is its own neighbour"),
        ("neighbours: [zuffenhausen]", "neighbours: [zufenhausen]", '"zufenhausen" is not a known district'),
        ("  stammheim:", "  stamheim:", "districts are missing: stammheim"),
        ("latitude: 48.779", "latitude: 9.181", "no latitude"),
        ("districts:", "district:", '"districts" is missing'),
        ("owner: redaktion", "", '"owner" is missing'),
    ],
)
def test_a_broken_table_is_refused_with_the_reason(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """The editor reads where it is wrong."""
    text = (CONTENT / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=problem):
        load_districts(tmp_path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    """It is no empty city."""
    with pytest.raises(ContentError, match="this file is missing"):
        load_districts(tmp_path)
