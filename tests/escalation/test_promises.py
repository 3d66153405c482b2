"""What is told about the time until somebody answers is what the team promises, and no more."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.layout import paragraphs, utf16_length
from bot.content.model import Queue
from bot.conversation import Reason
from bot.escalation import replies
from bot.escalation.promises import Promise, promise_of, told
from bot.i18n import Texts
from bot.messages import Reply

LANGUAGES = ("de", "en", "ar", "fa", "ps", "kmr", "tr", "uk", "ru", "ti", "so", "fr")
OFFICE = Queue("default", {}, office_hours="Mo-Fr 09:00-17:00", first_reply_minutes=240)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten o'clock in Stuttgart
NIGHT = datetime(2026, 11, 23, 22, tzinfo=UTC)


def promised(queue: Queue, now: datetime, since: datetime | None = None) -> str:
    """What a German reads."""
    return told(promise_of(queue, since or now, now), Texts("de"))


def test_in_office_hours_the_first_answer_comes_today() -> None:
    """The hours and the time stand there, and no date."""
    text = promised(OFFICE, MONDAY)
    assert "09:00–17:00" in text
    assert "14:00" in text
    assert "November" not in text


def test_after_office_hours_the_day_is_named() -> None:
    """Whoever asks at night is answered in the morning after."""
    assert "Dienstag, 24. November 2026, 13:00" in promised(OFFICE, NIGHT)


def test_a_moment_that_is_over_is_not_promised_once_more() -> None:
    """The hours still are."""
    text = promised(OFFICE, NIGHT, since=MONDAY)
    assert "09:00–17:00" in text
    assert "14:00" not in text


def test_nothing_is_promised_where_a_team_promises_nothing() -> None:
    """No hours, no time."""
    assert not promised(Queue("default", {}), MONDAY)


def test_without_known_hours_minutes_count_by_the_clock() -> None:
    """A team that is always there."""
    assert promised(Queue("default", {}, first_reply_minutes=30), MONDAY).count("10:30") == 1


def opened(reason: Reason, now: datetime, language: str = "de", queue: Queue = OFFICE) -> Reply:
    """What somebody is told when their case is opened."""
    return replies.opened(Texts(language), reason, promise_of(queue, now, now), 1)


@pytest.mark.parametrize(("reason", "number"), [("crisis", "0800 111 0 111"), ("emergency", "116 016")])
def test_in_danger_outside_office_hours_the_numbers_of_the_night_are_told(reason: Reason, number: str) -> None:
    """Nobody waits for a social worker who sleeps; in office hours they are there."""
    assert number in opened(reason, NIGHT).text
    assert number not in opened(reason, MONDAY).text


def test_whoever_asks_for_a_human_at_night_is_not_in_danger() -> None:
    """The numbers are for those who are."""
    assert "0800" not in opened("asked", NIGHT).text


def test_where_hours_are_unknown_nobody_is_said_to_be_away() -> None:
    """The team may be there."""
    assert "0800" not in opened("crisis", NIGHT, queue=Queue("default", {})).text


def everything(language: str) -> list[Reply]:
    """What only few people see."""
    t, night = Texts(language), Promise("Mo-Fr 09:00-17:00", NIGHT, NIGHT + timedelta(days=1))
    reasons: tuple[Reason, ...] = ("crisis", "emergency", "asked")
    return [
        *(replies.opened(t, reason, night, 1) for reason in reasons),
        replies.still_open(t, "crisis", night, 1),
        replies.noted(t, Promise("", MONDAY, MONDAY + timedelta(hours=1))),
        replies.closed_by_staff(t, 1),
        replies.closed_by_person(t, 1, answered=True),
        replies.reopened_by_staff(t, 1),
        *(replies.rated(t, value) for value in replies.RATINGS),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_own_words(language: str) -> None:
    """No line is English, and each reply is one message."""
    for reply, english in zip(everything(language), everything("en"), strict=True):
        assert utf16_length("\n\n".join(paragraphs(reply))) < 4096
        own = set(reply.text.splitlines())
        same = [line for line in english.text.splitlines() if line in own and any(map(str.isalpha, line))]
        assert not same or language == "en"
