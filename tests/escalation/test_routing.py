"""Each case belongs to exactly one team."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.content import Queue, load
from bot.content.hours import BERLIN
from bot.content.queues import with_default
from bot.conversation import Reason
from bot.escalation.routing import CaseFacts, queue_for, reply_due, theme_of

ROOT = Path(__file__).parents[2]


def queues(*rules: Queue) -> Mapping[str, Queue]:
    """Return these queues, and the default one."""
    return with_default({queue.id: queue for queue in rules}, None)


def queue(name: str, **rules: Any) -> Queue:
    """Return a queue with these rules."""
    return replace(Queue(name, {"de": name}), **rules)


CASE = CaseFacts("asked", language="uk", district="ost", shelter="Heim, Musterstr. 12", theme="money")


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ({"districts": ("wangen", "ost")}, True),
        ({"districts": ("wangen",)}, False),
        ({"languages": ("uk",)}, True),
        ({"languages": ("ar",)}, False),
        ({"themes": ("money",)}, True),
        ({"themes": ("asked",)}, True),
        ({"themes": ("health", "crisis")}, False),
        ({"shelters": ("Musterstraße 12",)}, True),
        ({"shelters": ("musterstrasse 12",)}, True),
        ({"shelters": ("Musterstraße 1",)}, False),
        ({"districts": ("ost",), "languages": ("uk",)}, True),
        ({"districts": ("ost",), "languages": ("ar",)}, False),
        ({}, False),
    ],
)
def test_a_queue_takes_what_all_of_its_rules_fit(rules: dict[str, tuple[str, ...]], fits: bool) -> None:  # noqa: FBT001
    """A rule that is not written fits always, but with no rule at all a queue takes nothing by itself."""
    assert queue_for(CASE, queues(queue("team", **rules))) == ("team" if fits else "default")


def test_the_first_queue_that_fits_gets_the_case() -> None:
    """From top to bottom; the default one only what is left."""
    both = queues(queue("first", districts=("ost",)), queue("second", languages=("uk",)))
    assert queue_for(CASE, both) == "first"
    assert queue_for(replace(CASE, district=""), both) == "second"
    assert queue_for(CaseFacts("no_answer"), both) == "default"


@pytest.mark.parametrize(("reason", "expected"), [("volunteer_circle", "friends"), ("crisis", "east")])
def test_a_queue_that_was_asked_for_gets_it_unless_it_is_urgent(reason: Reason, expected: str) -> None:
    """In an emergency the team of the place is asked, not the volunteers."""
    known = queues(queue("east", districts=("ost",)), queue("friends"))
    assert queue_for(replace(CASE, reason=reason, asked="friends"), known) == expected


def test_a_queue_that_is_gone_is_no_obstacle() -> None:
    """Its cases go where the rules say."""
    assert queue_for(replace(CASE, asked="gone"), queues(queue("east", districts=("ost",)))) == "east"


def test_nothing_known_fits_no_rule() -> None:
    """An unknown place or shelter is not the place of any team."""
    known = queues(queue("a", districts=("ost",)), queue("b", shelters=("Haus",)), queue("c", languages=("uk",)))
    assert queue_for(CaseFacts("asked"), known) == "default"


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("sport_mentor", "sport-mentors"),
        ("volunteer_circle", "volunteers"),
        ("asked", "default"),
        ("crisis", "default"),
    ],
)
def test_the_queues_of_lotse_get_what_they_are_for(reason: Reason, expected: str) -> None:
    """Whether or not the talk named them."""
    assert queue_for(CaseFacts(reason), load(ROOT / "content").queues) == expected


def test_the_theme_of_an_intent_is_a_group_of_topics() -> None:
    """Small talk and unknown topics have none."""
    catalogue = load(ROOT / "content")
    assert theme_of("faq/debts", catalogue) == catalogue.faq["debts"].group
    assert theme_of("find_course", catalogue) == "language-and-education"
    assert theme_of("find_sport", catalogue) == "daily-life"
    assert [theme_of(intent, catalogue) for intent in ("greet", "faq/nothing", "")] == ["", "", ""]


@pytest.mark.parametrize(
    ("since", "minutes", "expected"),
    [
        ("2026-11-23 10:00", 240, "2026-11-23 14:00"),
        ("2026-11-23 10:00", 360, "2026-11-23 16:00"),
        ("2026-11-23 15:00", 240, "2026-11-24 12:00"),
        ("2026-11-23 06:00", 30, "2026-11-23 09:30"),
        ("2026-11-23 22:00", 30, "2026-11-24 09:30"),
        ("2026-11-27 15:30", 60, "2026-11-30 09:30"),
        ("2026-12-24 15:30", 60, "2026-12-28 09:30"),
        ("2026-11-23 09:00", 960, "2026-11-25 11:00"),
    ],
)
def test_the_minutes_until_the_first_reply_count_within_office_hours(since: str, minutes: int, expected: str) -> None:
    """Nights, weekends and holidays do not count."""
    team = queue("team", office_hours="Mo-Fr 09:00-16:00", first_reply_minutes=minutes)
    due = reply_due(team, datetime.fromisoformat(since).replace(tzinfo=BERLIN).astimezone(UTC))
    assert f"{due.astimezone(BERLIN):%Y-%m-%d %H:%M}" == expected


def test_an_hour_stays_an_hour_in_the_night_when_the_clocks_change() -> None:
    """A team that is always there answers after the minutes that have passed."""
    team = queue("team", office_hours="24/7", first_reply_minutes=120)
    since = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert reply_due(team, since) == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("hours", ["", "2020 Mo-Fr 09:00-16:00"])
def test_without_office_hours_ahead_the_clock_counts(hours: str) -> None:
    """Never means the same as unknown: somebody has to be told some day."""
    since = datetime(2026, 11, 23, 22, tzinfo=UTC)
    due = reply_due(queue("team", office_hours=hours, first_reply_minutes=90), since)
    assert due == datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
