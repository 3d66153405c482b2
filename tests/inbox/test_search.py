"""Staff find a reply by German words, however they type them."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.content import load
from bot.inbox.search import EXCERPT, MOST, Library, search_offers
from bot.offers.districts import load_districts
from bot.offers.stock import Stock
from tests.offers.making import course, sport

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture(scope="module")
def library() -> Library:
    """Give the words of the real content."""
    return Library(load(CONTENT))


def test_how_one_gets_an_appointment_is_found_by_the_name_of_the_office(library: Library) -> None:
    """Where an office gives any."""
    (first, *_) = library.search("Termin Jobcenter", ["appointment"])
    assert (first.kind, first.id) == ("appointment", "jobcenter")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Termin absagen", "appointment-cancel"),
        ("termin verschieben", "appointment-move"),
        ("Termine verschoben verschieben", "appointment-move"),
        ("Bestätigung des Termins", "appointment-confirm"),
        ("bestaetigung termin", "appointment-confirm"),
        ("Schlafplatz", "housing-tonight"),
        ("dolmetschen", "understanding-interpreter"),
        ("Brief fotografieren", "understanding-letter-photo"),
        ("Anwalt", "boundaries-no-lawyer"),
        ("Mahnung bezahlen", "money-bill"),
        ("Polzei Gefahr", "safety-danger-now"),
        ("Auf Wiedersehen", "closing-goodbye"),
    ],
)
def test_a_phrase_is_the_first_hit_for_what_it_is_about(library: Library, query: str, expected: str) -> None:
    """Endings, umlauts and slips of the keyboard do not matter."""
    assert library.search(query, ["phrase"])[0].id == expected


@pytest.mark.parametrize(
    ("query", "kind", "expected"),
    [
        ("Konto eröffnen", "faq", "bank-account"),
        ("Krankenkase", "faq", "health-insurance"),
        ("Sozialamt", "office", "social-welfare-office"),
        ("Jobcenter", "office", "jobcenter"),
    ],
)
def test_topics_and_offices_are_found_beside_phrases(library: Library, query: str, kind: str, expected: str) -> None:
    """By their titles, examples and answers."""
    assert (kind, expected) in [(hit.kind, hit.id) for hit in library.search(query)[:5]]


def test_more_words_that_fit_count_more(library: Library) -> None:
    """The best hit has all of them, and scores fall."""
    hits = library.search("Gefahr Polizei anrufen")
    assert hits[0].id == "safety-danger-now"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_what_nobody_wrote_is_not_found(library: Library) -> None:
    """An empty list is an honest answer."""
    assert library.search("Xylophon") == []


@pytest.mark.parametrize("query", ["", "  ", "?!", "wie ist das"])
def test_without_a_word_that_counts_everything_can_be_browsed(library: Library, query: str) -> None:
    """In the order of the files."""
    catalogue = load(CONTENT)
    everything = library.search(query, ["phrase"], most=1000)
    assert [hit.id for hit in everything] == list(catalogue.phrases)
    assert len(library.search(query)) == MOST


def test_a_hit_shows_what_it_says(library: Library) -> None:
    """A phrase whole, an answer by its beginning, both in German."""
    phrase = library.search("Termin absagen", ["phrase"])[0]
    assert phrase.group == "Termine"
    assert phrase.excerpt.startswith("Ihr Termin bei uns findet leider nicht statt.")
    answer = library.search("Konto eröffnen", ["faq"])[0]
    assert 0 < len(answer.excerpt) <= EXCERPT + 2
    assert answer.title == "Bankkonto eröffnen"


def test_a_page_that_is_pasted_by_mistake_is_not_searched_whole(library: Library) -> None:
    """Its first words are."""
    page = "Termin absagen " + " ".join(f"Wort{number}" for number in range(20_000))
    assert library.search(page)[0].id == "appointment-cancel"


def test_offers_are_found_by_words_of_their_title_and_provider() -> None:
    """All of the words must be there, or the beginning of one."""
    offers = [course("a/1"), replace(course("a/2"), title={"de": "Deutsch im Beruf"}), sport("b/1")]
    stock = Stock.of(offers, load_districts(CONTENT))
    assert [hit.id for hit in search_offers("deut", stock)] == ["a/1", "a/2"]
    (hit,) = search_offers("Beruf deutsch", stock)
    assert (hit.kind, hit.id, hit.title, hit.group) == ("offer", "a/2", "Deutsch im Beruf", "example")
    assert search_offers("", stock) == []
    assert len(search_offers("deutsch", stock, most=1)) == 1
