"""What stands on cards about when an office is open, and below answers and cards about their translation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.answers import appointment_card, entry_reply, service_card
from bot.content import load
from bot.content.hours import BERLIN
from bot.content.model import Catalogue
from bot.i18n import Texts
from bot.messages import Button

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


MONDAY = datetime(2026, 11, 23, 10, tzinfo=BERLIN)
WEEK = "Mo-Fr 09:00-12:00; Th 14:00-18:00"


def card(catalogue: Catalogue, hours: str, now: datetime = MONDAY, **changes: Any) -> list[str]:
    """The lines of the citizens' office's card if it had these hours, in English."""
    service = replace(catalogue.services["citizens-office"], hours=hours, **changes)
    return service_card(service, Texts("en"), now).text.splitlines()


@pytest.mark.parametrize(
    ("hours", "now", "line"),
    [
        (WEEK, MONDAY, "🟢 Open now, until 12:00."),
        (WEEK, MONDAY.replace(hour=8), "🔴 Closed now. It opens today at 09:00."),
        (WEEK, MONDAY.replace(hour=12), "🔴 Closed now. It opens next: Tuesday, 24 November 2026, 09:00."),
        (
            WEEK,
            datetime(2026, 12, 24, 18, tzinfo=BERLIN),
            "🔴 Closed now. It opens next: Monday, 28 December 2026, 09:00.",
        ),
        ("Mo-Su 00:00-24:00; PH off", MONDAY, "🟢 Open now."),
        ("2020 Mo 09:00-10:00", MONDAY, "🔴 Closed now."),
        ('Mo 09:00-12:00 unknown "nach Vereinbarung"', MONDAY, "🟡 Perhaps open now. Please ask first."),
    ],
)
def test_a_card_says_whether_the_office_is_open(catalogue: Catalogue, hours: str, now: datetime, line: str) -> None:
    """Now, and when that changes; by arrangement is neither open nor closed."""
    assert line in card(catalogue, hours, now)


def test_a_card_says_the_hours_of_today_and_tomorrow_with_their_dates(catalogue: Catalogue) -> None:
    """Here a Wednesday and a Thursday, then a Friday and a Saturday."""
    lines = card(catalogue, WEEK, MONDAY + timedelta(days=2))
    assert "Today, Wednesday, 25 November 2026: 09:00–12:00" in lines
    assert "Tomorrow, Thursday, 26 November 2026: 14:00–18:00" in lines
    assert "Tomorrow, Saturday, 28 November 2026: closed" in card(catalogue, WEEK, MONDAY + timedelta(days=4))


def test_a_holiday_is_named_as_the_reason(catalogue: Catalogue) -> None:
    """Also where the hours are unknown; the usual week stays as it is."""
    christmas = datetime(2026, 12, 25, 10, tzinfo=BERLIN)
    reason = "Friday, 25 December 2026 is a public holiday (Erster Weihnachtstag)."
    lines = card(catalogue, WEEK, christmas)
    assert "Today, Friday, 25 December 2026: closed" in lines
    assert reason in lines
    assert reason in card(catalogue, "", christmas)
    assert not any("public holiday" in line for line in card(catalogue, WEEK))


def test_hours_on_the_days_before_holidays_are_doubted(catalogue: Catalogue) -> None:
    """Christmas Eve and New Year's Eve are no public holidays, and yet many doors stay closed."""
    doubt = "On 24 and 31 December the hours may be different. Please ask first."
    assert doubt in card(catalogue, WEEK, datetime(2026, 12, 23, 10, tzinfo=BERLIN))
    assert doubt not in card(catalogue, WEEK, datetime(2026, 12, 21, 10, tzinfo=BERLIN))


@pytest.mark.parametrize("hour", [8, 10, 20])
def test_by_appointment_is_neither_open_nor_closed(catalogue: Catalogue, hour: int) -> None:
    """An open door helps nobody without an appointment: that is said first and once, the hours follow as hours."""
    lines = card(catalogue, WEEK, MONDAY.replace(hour=hour), access="appointment_only")
    assert not any("Open now" in line or "Closed now" in line for line in lines)
    first = lines.index("Only with an appointment.")
    assert lines[first + 1] == "Today, Monday, 23 November 2026: 09:00–12:00"
    assert "🕒 Mon–Wed 09:00–12:00" in lines[first:]
    assert lines.count("Only with an appointment.") == 1


def test_by_appointment_without_hours_is_not_closed(catalogue: Catalogue) -> None:
    """Unknown hours are neither open nor closed."""
    unknown = card(catalogue, "", access="appointment_only")
    assert "Only with an appointment." in unknown
    assert not any("losed" in line for line in unknown)


def test_a_line_that_never_closes_has_no_days(catalogue: Catalogue) -> None:
    """Day and night is all there is to say, on a holiday too."""
    lines = card(catalogue, "24/7", datetime(2026, 12, 25, 10, tzinfo=BERLIN))
    assert "🕒 Day and night, every day." in lines
    assert not any("Today" in line or "2026" in line for line in lines)


@pytest.mark.parametrize(
    ("accessible", "line"),
    [
        (True, "♿ Accessible by wheelchair."),
        (False, "♿ Not accessible by wheelchair."),
        (None, "♿ I do not know whether it is accessible by wheelchair."),
    ],
)
def test_a_card_says_whether_a_wheelchair_gets_in(catalogue: Catalogue, *, accessible: bool | None, line: str) -> None:
    """Or that nobody knows."""
    assert line in card(catalogue, WEEK, accessible=accessible)


def test_a_card_says_what_to_bring(catalogue: Catalogue) -> None:
    """Where its file says so, on both kinds of card."""
    bring = {"de": "Ausweis oder Pass", "en": "Identity card or passport"}
    line = "🎒 Please bring: Identity card or passport"
    assert line in card(catalogue, WEEK, bring=bring)
    service = replace(catalogue.services["citizens-office"], bring=bring)
    assert line in appointment_card(service, Texts("en")).text.splitlines()
    assert not any("bring" in part for part in card(catalogue, WEEK))


def test_many_teams_are_asked_for_and_not_listed(catalogue: Catalogue) -> None:
    """A card of many teams would be too long to read; few are listed, and both have the button."""
    few = catalogue.services["asylum-office"]
    many = replace(few, teams=few.teams * 2)
    for service, listed in ((few, True), (many, False)):
        for made in (service_card(service, Texts("en"), MONDAY), appointment_card(service, Texts("en"), MONDAY)):
            assert (service.teams[0].email in made.text) is listed
            assert Button("👥 Which team is mine?", action="team:asylum-office") in [
                b for row in made.buttons for b in row
            ]
