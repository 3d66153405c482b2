"""Moments, reasons and steps in the words of the staff's pages."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.content.hours import BERLIN
from bot.escalation.replies import RATINGS
from bot.i18n import STAFF, Texts
from bot.inbox.wording import RESOLUTIONS, Wording
from bot.storage.casefile import Line
from tests.inbox.workroom import content

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=BERLIN)


def _wording(language: str = "de") -> Wording:
    return Wording(Texts(language, domain=STAFF), content(), NOW.astimezone(UTC))


def _event(name: str, detail: str = "", staff: str = "Anna Beck") -> Line:
    return Line(1, NOW, "staff", "event", name, detail, None, 1, staff, None, ())


@pytest.mark.parametrize(
    ("past", "lasting", "ago"),
    [
        (timedelta(seconds=59), "unter 1 Minute", "gerade eben"),
        (timedelta(seconds=72), "1 Minute", "vor 1 Minute"),
        (timedelta(minutes=3), "3 Minuten", "vor 3 Minuten"),
        (timedelta(hours=5), "5 Stunden", "vor 5 Stunden"),
        (timedelta(days=3), "3 Tage", "vor 3 Tagen"),
        (timedelta(seconds=-30), "unter 1 Minute", "gerade eben"),
    ],
)
def test_time_that_has_passed_is_told_in_round_words(past: timedelta, lasting: str, ago: str) -> None:
    """Clocks of two computers that differ a little make no nonsense."""
    w = _wording()
    assert (w.lasting(NOW - past), w.ago(NOW - past)) == (lasting, ago)


def test_moments_are_told_by_stuttgarts_clocks() -> None:
    """The time alone today, the day with it this year, the year with it before."""
    w = _wording()
    assert w.when(datetime(2026, 11, 23, 8, 5, tzinfo=UTC)) == "09:05"
    assert w.when(datetime(2026, 7, 1, 8, 5, tzinfo=UTC)) == "Mi., 1. Juli, 10:05"
    assert w.when(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)) == "Do., 1. Jan., 00:30"
    assert w.when(datetime(2024, 2, 29, 12, tzinfo=UTC)) == "29. Feb. 2024, 13:00"


def test_every_event_is_a_sentence() -> None:
    """In both languages of the pages; an event of another version is shown by its name."""
    names = ("taken", "assigned", "released", "handed_over", "snoozed", "woken", "resolved", "reopened", "blocked")
    for language in ("de", "en"):
        w = _wording(language)
        told = [w.event(_event(name, "default")) for name in (*names, "unblocked")]
        assert len(set(told)) == len(told)
        assert all(each.startswith("Anna Beck") and each.endswith(".") for each in told)
    w = _wording()
    assert w.event(_event("handed_over", "volunteers")).endswith("an das Team „Freundeskreise“ übergeben.")
    assert w.event(_event("snoozed", "2026-11-24T08:00:00+00:00")).endswith("Di., 24. Nov., 09:00.")
    assert w.event(_event("resolved", staff="")).startswith("Die Person hat das Gespräch")
    at_the_server = w.event(_event("resolved", "other", staff=""))
    assert at_the_server == "Team hat den Fall abgeschlossen: Ein anderer Grund."
    assert w.event(_event("escalated", staff="")).startswith("Die Leitung wurde gebeten")
    assert w.event(_event("exploded")) == "exploded"


def test_what_has_an_id_has_a_name() -> None:
    """Reasons to close a case, ratings, languages of which the world's lists know nothing, themes, districts."""
    w = _wording()
    assert not set(RESOLUTIONS) & set(w.resolutions.values())
    assert not set(RATINGS) & {w.feedback(each) for each in RATINGS}
    assert (w.language("kmr"), w.language("ti"), w.language("xx")) == ("Kurdisch", "Tigrinya", "xx")
    assert (w.district("sued"), w.theme("money"), w.queue("gone")) == ("Süd", "💶 Geld", "gone")


def test_the_blanks_of_all_phrases_are_called_something() -> None:
    """So that nobody has to read the name of a field."""
    w = _wording()
    names = {name for phrase in content().phrases.values() for name in phrase.blanks}
    assert names
    assert [name for name in names if w.blank(name) == name.replace("_", " ")] == []
    assert w.with_blanks("Am {date} um {time}") == "Am [Tag] um [Uhrzeit]"
