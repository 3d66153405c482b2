"""What stands below answers and cards about their translation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.answers import appointment_card, entry_reply, service_card
from bot.content import load
from bot.content.model import Catalogue
from bot.i18n import Texts

UNREVIEWED = "This translation has not been reviewed yet."
OTHERS = ("en", "ar", "fa", "ps", "kmr", "tr", "uk", "ru", "ti", "so", "fr")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's own content."""
    return load(Path("content"))


def says_so(notes: Sequence[str], language: str) -> bool:
    """Whether the notes say that the translation was not reviewed."""
    return Texts(language).say(UNREVIEWED) in notes


@pytest.mark.parametrize("language", OTHERS)
def test_cards_of_offices_say_that_their_translation_was_not_reviewed(catalogue: Catalogue, language: str) -> None:
    """Wherever something on the card is translated, on both kinds of card."""
    t = Texts(language)
    for service in catalogue.services.values():
        assert language in service.names or language in service.abouts
        assert says_so(service_card(service, t).notes, language), service.id
        assert says_so(appointment_card(service, t).notes, language), service.id


def test_german_cards_are_no_translation(catalogue: Catalogue) -> None:
    """Neither in German, nor where a card is shown in German because it was not translated."""
    service = catalogue.services["jobcenter"]
    german = {"de": "Jobcenter"}
    untranslated = replace(service, names=german, abouts=german, appointment=None, phones=(), emails=(), teams=())
    assert not says_so(service_card(service, Texts("de")).notes, "de")
    assert not says_so(appointment_card(service, Texts("de")).notes, "de")
    assert not says_so(service_card(untranslated, Texts("ti")).notes, "ti")


def test_english_in_place_of_a_missing_translation_says_whether_it_was_reviewed(catalogue: Catalogue) -> None:
    """The note is about what is shown."""
    entry = catalogue.faq["bank-account"]
    texts = {code: entry.texts[code] for code in ("de", "en")}
    reviewed = {**texts, "en": replace(texts["en"], review=date(2026, 11, 1))}
    assert says_so(entry_reply(catalogue, replace(entry, texts=texts), Texts("ti")).notes, "ti")
    assert not says_so(entry_reply(catalogue, replace(entry, texts=reviewed), Texts("ti")).notes, "ti")
    assert not says_so(entry_reply(catalogue, replace(entry, texts={"de": texts["de"]}), Texts("ti")).notes, "ti")
