"""Offices, districts, sports and ages are found in spite of endings and misspellings."""

from pathlib import Path

import pytest

from bot.understanding.entities import EntityFinder
from bot.understanding.examples import read_names, read_synonyms
from tests.understanding.conftest import SYNONYMS


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    """A finder with a few surface forms in four languages."""
    return EntityFinder(SYNONYMS)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Wo ist das Jobcenter?", "de", {"office": ("jobcenter",)}),
        ("die öffnungszeiten des jobcenters", "de", {"office": ("jobcenter",)}),
        ("auslanderbehorde", "de", {"office": ("foreigners-office",)}),
        ("ausländerbehörd", "de", {"office": ("foreigners-office",)}),
        ("ausländrebehörde", "de", {"office": ("foreigners-office",)}),
        ("fussball in bad cannstatt", "de", {"sport": ("football",), "district": ("bad-cannstatt",)}),
        ("وين jobcenter", "ar", {"office": ("jobcenter",)}),
        ("دورة للنساء", "ar", {"audience": ("women",)}),
        ("كره القدم", "ar", {"sport": ("football",)}),
        ("шукаю школу танців", "uk", {"sport": ("dance",)}),
        ("kubadda cagta", "so", {"sport": ("football",)}),
        ("foreigners office", "xx", {"office": ("foreigners-office",)}),
    ],
)
def test_a_named_thing_is_found(
    finder: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Endings, accents, articles and slips of the finger do not hide it."""
    assert finder.find(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mein wagen ist kaputt", "de"),
        ("bad cannst du", "de"),
        ("waan so socdaa", "so"),
        ("", "de"),
        ("😀", "ar"),
        ("job", "de"),
    ],
)
def test_a_word_that_is_only_alike_is_not_found(finder: EntityFinder, text: str, language: str) -> None:
    """A car is not the district Wangen, and Somali "so" is not Sunday."""
    assert finder.find(text, language) == {}


def test_a_number_without_years_is_no_age(finder: EntityFinder) -> None:
    """A house number or a bus line says nothing about a person."""
    assert finder.find("bus 42 um 8 uhr", "de") == {}


def test_each_value_stands_once_in_the_order_of_the_text(finder: EntityFinder) -> None:
    """Repeating a word does not repeat the value."""
    assert finder.find("wangen oder bad cannstatt oder wangen", "de") == {"district": ("wangen", "bad-cannstatt")}


@pytest.fixture(scope="module")
def editors() -> EntityFinder:
    """A finder with the editors' words."""
    data = Path(__file__).parents[2] / "nlu" / "data"
    return EntityFinder(read_synonyms(data), names=read_names(data))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("ich hab a1 fertig und will a2", "de", {"level": ("A2",)}),
        ("a1 oder a2", "de", {"level": ("A1", "A2")}),
        ("meine frau will c1 machen", "de", {"level": ("C1",)}),
        ("kurs für frauen", "de", {"audience": ("women",)}),
        ("kurs wo jemand auf meine kinder aufpasst", "de", {"childcare": ("yes",)}),
        ("football for my 15 year old son", "en", {"sport": ("football",), "audience": ("teens",), "age": ("15",)}),
        ("my mother is 68", "en", {"audience": ("seniors",), "age": ("68",)}),
        ("any free slot at the jobcenter", "en", {"office": ("jobcenter",)}),
        ("online b1 class", "en", {"mode": ("online",), "level": ("B1",)}),
        ("صباح الخير", "ar", {}),
        ("Vaihingen'de futbol", "tr", {"district": ("vaihingen",), "sport": ("football",)}),
        ("ንጆብሰንተር", "ti", {"office": ("jobcenter",)}),
    ],
)
def test_what_is_wished_counts_not_what_is_written(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Passed levels, wives, open slots and greetings are no wishes."""
    assert editors.find(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("seviye b1den sonra", "tr", {"level": ("B1",)}),
        ("A1kurs am abend", "de", {"level": ("A1",), "time_of_day": ("evening",)}),
        ("kurs b 1", "de", {"level": ("B1",)}),
        ("Münster", "so", {"district": ("muenster",)}),
    ],
)
def test_names_and_levels_are_found_in_every_language_and_inside_words(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Look-up tables hold everywhere; expressions part a level from the letters around it."""
    assert editors.find(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("joogaa", "so"),
        ("birkaç", "tr"),
        ("jari", "ar"),
        ("revîn", "kmr"),
        ("soranî", "kmr"),
        ("courrier", "fr"),
        ("вести", "uk"),
        ("المانية", "ar"),
        ("پیل کیږي", "ps"),
        ("سپورت کلب", "ps"),
        ("elgha2", "ar"),
    ],
)
def test_everyday_words_are_no_values(editors: EntityFinder, text: str, language: str) -> None:
    """Somali "I am" is no yoga, and Turkish "some" no district."""
    assert editors.find(text, language) == {}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("اي2", "ar", {"level": ("A2",)}),
        ("بي ون", "ar", {"level": ("B1",)}),
        ("lel nisa2", "ar", {"audience": ("women",)}),
        ("د فوټبال کلب", "ps", {"sport": ("football",)}),
        ("اجنبیانو دفتر", "ps", {"office": ("foreigners-office",)}),
    ],
)
def test_names_by_ear_are_found(
    editors: EntityFinder, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    """Levels and offices are written as they sound."""
    assert editors.find(text, language) == expected
