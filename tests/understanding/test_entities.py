"""Offices, districts, sports and ages are found in spite of endings and misspellings."""

import pytest

from bot.understanding.entities import EntityFinder
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


@pytest.mark.parametrize(
    "text",
    [
        "mein sohn ist 8 jahre alt",
        "my son is 8 years old",
        "an 8-year-old",
        "ابني عمره ٨ سنوات",
        "پسرم ۸ ساله است",
        "йому 8 років",
        "ему 8 лет",
        "8 yaşında",
        "8 jir",
        "il a 8 ans",
    ],
)
def test_an_age_is_a_number(finder: EntityFinder, text: str) -> None:
    """Ages are found in all scripts and digits."""
    assert finder.find(text, "de")["age"] == ("8",)


def test_a_number_without_years_is_no_age(finder: EntityFinder) -> None:
    """A house number or a bus line says nothing about a person."""
    assert finder.find("bus 42 um 8 uhr", "de") == {}


def test_each_value_stands_once_in_the_order_of_the_text(finder: EntityFinder) -> None:
    """Repeating a word does not repeat the value."""
    assert finder.find("wangen oder bad cannstatt oder wangen", "de") == {"district": ("wangen", "bad-cannstatt")}
