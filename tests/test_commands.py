"""What the verbs of the command line print."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from bot.commands import case_line
from bot.conversation import Reason
from bot.storage.cases import Case

CASE = Case(
    id=7,
    channel="telegram",
    status="queued",
    reason="sport_mentor",
    language="ti",
    district="feuerbach",
    shelter="",
    consent=True,
    opened_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    answered_at=None,
    closed_at=None,
    queue="sport-mentors",
)


def test_a_case_says_in_words_what_is_asked_and_for_whom_it_is() -> None:
    """Staff who work in a terminal need no table of identifiers."""
    line = case_line(CASE)
    assert "asks for a sport mentor · for sport mentors" in line
    assert "feuerbach" in line


def test_a_case_without_a_queue_is_for_nobody_in_particular() -> None:
    """Whoever is responsible for the place takes it."""
    assert " · for " not in case_line(replace(CASE, queue="", reason="asked"))


def test_every_reason_has_its_words() -> None:
    """None is printed as an identifier."""
    lines = {case_line(replace(CASE, reason=reason, queue="")) for reason in get_args(Reason)}
    assert len(lines) == len(get_args(Reason))
    assert not any("_" in line for line in lines)
