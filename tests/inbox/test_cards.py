"""What staff pick is what the person gets, and the preview shows exactly that."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.content.hours import BERLIN
from bot.content.phrases import BlanksError
from bot.escalation.replies import from_staff
from bot.i18n import Texts
from bot.inbox.cards import Counter, Kind, NoSuchPickError, Pick, preview
from bot.offers.districts import load_districts
from bot.offers.stock import Stock
from tests.content.phrasebook import write_phrases
from tests.content.sample import write_project
from tests.offers.making import course

CONTENT = Path(__file__).parents[2] / "content"
NOW = datetime(2026, 11, 23, 10, tzinfo=BERLIN)
VALUES = {"date": "2026-11-25", "time": "14:30", "place": "Rathaus", "minutes": "45"}
PHRASE = Pick("phrase", "appointment-confirm", VALUES)


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """Give a counter with a phrase, two topics, an office and a course."""
    content = write_project(tmp_path) / "content"
    write_phrases(content)
    offer = replace(course(url="https://www.example.org/course"), title={"de": "Deutsch", "en": "German"})
    return Counter(load(content), Stock.of([offer], load_districts(CONTENT)), NOW)


def with_phrase(counter: Counter, **values: object) -> Counter:
    """Return the counter with another English text of its phrase."""
    phrase = counter.catalogue.phrases[PHRASE.id]
    english = replace(phrase.texts["en"], **values)  # type: ignore[arg-type]
    changed = replace(phrase, texts={**phrase.texts, "en": english})
    catalogue = replace(counter.catalogue, phrases={PHRASE.id: changed})
    return replace(counter, catalogue=catalogue)


def test_a_phrase_arrives_in_the_language_of_the_person(counter: Counter) -> None:
    """Marked as written by staff, with a note that nobody has read the translation, and in German too."""
    prepared = counter.prepare(PHRASE, "en", 3)
    (reply,) = prepared.replies
    assert reply.text == "Your appointment is on: Wednesday, 25 November 2026, 14:30. Place: Rathaus. Minutes: 45"
    assert (reply.title, reply.author, reply.language) == ("🧑 Social worker", "staff", "en")
    assert reply.notes == ("This translation has not been reviewed yet.",)
    assert [button.action for row in reply.buttons for button in row] == ["case:3:close"]
    assert prepared.text == reply.text
    assert prepared.german.startswith("Ihr Termin ist am: Mittwoch, 25. November 2026")
    assert prepared.translated


def test_small_print_says_what_is_wrong_with_a_translation(counter: Counter) -> None:
    """A reviewed one has none, an older one says so, and German needs none."""
    assert with_phrase(counter, review=NOW.date()).prepare(PHRASE, "en", 1).replies[0].notes == ()
    older = with_phrase(counter, review=NOW.date(), outdated=True)
    assert older.prepare(PHRASE, "en", 1).replies[0].notes == ("The German text is newer than this translation.",)
    assert counter.prepare(PHRASE, "de", 1).replies[0].notes == ()


def test_a_phrase_without_a_translation_comes_in_german_and_english(counter: Counter) -> None:
    """With an apology in the person's language, and staff are told."""
    prepared = counter.prepare(PHRASE, "fr", 1)
    assert not prepared.translated
    sorry = Texts("fr").say(
        "I am sorry, this answer does not exist in your language yet. Here it is in German and English."
    )
    assert sorry in prepared.text
    assert "Mittwoch, 25. November" in prepared.text
    assert "Wednesday, 25 November" in prepared.text


def test_a_blank_that_is_left_open_stops_the_reply(counter: Counter) -> None:
    """There is no preview of half a sentence."""
    with pytest.raises(BlanksError):
        counter.prepare(Pick("phrase", PHRASE.id, {"date": "2026-11-25"}), "en", 1)


@pytest.mark.parametrize(
    ("kind", "id_", "title"),
    [
        ("faq", "bank-account", "Open a bank account"),
        ("office", "jobcenter", "Jobcenter"),
        ("appointment", "jobcenter", "📅 Jobcenter"),
        ("offer", "example/course", "German"),
    ],
)
def test_a_card_arrives_with_its_title_its_small_print_and_its_links(
    counter: Counter, kind: Kind, id_: str, title: str
) -> None:
    """But without buttons of the bot, which is silent while people talk."""
    prepared = counter.prepare(Pick(kind, id_), "en", 7)
    last = prepared.replies[-1]
    assert prepared.text.startswith(f"{title}\n\n")
    assert prepared.replies[0].text.startswith(title)
    assert all(reply.author == "staff" for reply in prepared.replies)
    assert "Not yet checked by the city." in last.notes
    actions = [button.action for row in last.buttons for button in row if button.action]
    assert actions == ["case:7:close"]
    assert prepared.translated


def test_links_and_the_pin_of_a_map_stay(counter: Counter) -> None:
    """They lead out of the talk, where they help."""
    office = counter.prepare(Pick("office", "jobcenter"), "en", 1).replies[-1]
    assert office.place is not None
    assert office.place.name == "Jobcenter"
    faq = counter.prepare(Pick("faq", "bank-account"), "en", 1).replies[-1]
    assert [button.url for row in faq.buttons for button in row if button.url] == [
        "https://www.example.org/bank-account"
    ]


@pytest.mark.parametrize("kind", ["phrase", "faq", "office", "appointment", "offer"])
def test_what_does_not_exist_cannot_be_sent(counter: Counter, kind: Kind) -> None:
    """Content may have changed since the page was shown."""
    with pytest.raises(NoSuchPickError):
        counter.prepare(Pick(kind, "gone"), "en", 1)


def test_free_text_is_sent_as_it_was_written(counter: Counter) -> None:
    """As the command line sends it."""
    prepared = counter.free_text("Guten Tag", "ar", 2)
    assert (prepared.replies, prepared.text) == (from_staff("Guten Tag", Texts("ar"), 2), "Guten Tag")


def test_the_preview_shows_every_message_as_the_person_sees_it(counter: Counter) -> None:
    """Set right where the language is written from right to left; nothing in it is taken for markup."""
    (bubble,) = preview(counter.prepare(replace(PHRASE, values=VALUES | {"place": "<b>Haus</b>"}), "ar", 1))
    assert (bubble.language, bubble.direction) == ("ar", "rtl")
    assert "&lt;b&gt;Haus&lt;/b&gt;" in bubble.text
    assert "<b>" not in bubble.text
    assert "\u2066" in bubble.text or "\u2068" in bubble.text
    assert bubble.notes
    assert bubble.links[-1][1] == ""


def test_a_long_answer_is_previewed_in_its_parts(counter: Counter) -> None:
    """As many bubbles as messages."""
    prepared = counter.free_text("Bitte kommen Sie. " * 400, "de", 1)
    assert len(preview(prepared)) == len(prepared.replies) > 1
