"""Leads are told while there is time to keep the promise, and not before."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.content.hours import BERLIN
from bot.content.model import Queue
from bot.escalation.routing import lead_due, reply_due
from bot.reminders import Reminders
from bot.storage import inbox
from bot.storage.models import CaseRow
from tests.storage.desk import colleague, new_case
from tests.storage.parts import Parts, open_parts

TEAM = Queue("ost", {}, office_hours="Mo-Fr 09:00-17:00", first_reply_minutes=240, lead=True)
OTHERS = Queue("default", {}, office_hours="Mo-Fr 09:00-17:00", first_reply_minutes=240)
ASKED = datetime(2026, 11, 23, 10, tzinfo=BERLIN)  # a Monday


@pytest.fixture
async def parts(database_url: str) -> AsyncIterator[Parts]:
    """An empty database, on both engines."""
    async with open_parts(database_url) as opened:
        yield opened


async def asked(parts: Parts, at: datetime, **values: object) -> int:
    """A case that was opened then, with the promise of its team."""
    number = await new_case(parts)
    due = reply_due(TEAM, at).timestamp()
    async with parts.database.write() as connection:
        changed = update(CaseRow).where(CaseRow.id == number)
        values = {"waiting_since": at.timestamp(), "reply_due_at": due, **values}
        await connection.execute(changed.values(values))
    return number


async def remind(parts: Parts, now: datetime, *teams: Queue) -> list[int]:
    """Look once, at this moment."""
    queues = {team.id: team for team in (*(teams or (TEAM,)), OTHERS)}
    return await Reminders(parts.database, parts.vault, lambda: queues, now=lambda: now).remind()


@pytest.mark.parametrize(("hours", "told"), [(2.9, False), (3.1, True)])
async def test_a_lead_is_told_when_three_quarters_of_the_time_are_over(
    parts: Parts,
    hours: float,
    told: bool,  # noqa: FBT001
) -> None:
    """Four hours were promised: there is one left."""
    lead = await colleague(parts, "Lena", "ost", role="lead")
    number = await asked(parts, ASKED)
    assert await remind(parts, ASKED + timedelta(hours=hours)) == ([number] if told else [])
    assert (await inbox.counts(parts.database, lead)).mentioned == told
    assert not await remind(parts, ASKED + timedelta(hours=hours))


async def test_time_stands_still_outside_office_hours(parts: Parts) -> None:
    """Whoever asked on Friday evening is owed an answer on Monday."""
    friday = datetime(2026, 11, 20, 16, 59, tzinfo=BERLIN)
    number = await asked(parts, friday)
    assert not await remind(parts, datetime(2026, 11, 23, 11, 58, tzinfo=BERLIN))
    assert await remind(parts, datetime(2026, 11, 23, 12, 0, tzinfo=BERLIN)) == [number]


async def test_a_slower_team_keeps_what_another_has_promised(parts: Parts) -> None:
    """The person was told an hour; the case was handed to a team that takes two days for its own."""
    await colleague(parts, "Lena", "ost", role="lead")
    number = await asked(parts, ASKED, reply_due_at=(ASKED + timedelta(hours=1)).timestamp())
    slow = Queue("ost", {}, office_hours="Mo-Fr 09:00-17:00", first_reply_minutes=960, lead=True)
    assert not await remind(parts, ASKED + timedelta(minutes=44), slow)
    assert await remind(parts, ASKED + timedelta(minutes=46), slow) == [number]


async def test_a_team_without_this_rule_is_left_alone(parts: Parts) -> None:
    """The rule is written with the team; a team that is gone is as the default one."""
    await asked(parts, ASKED)
    await asked(parts, ASKED, queue="gone")
    assert not await remind(parts, ASKED + timedelta(days=9), Queue("ost", {}, first_reply_minutes=240))


async def test_an_urgent_case_cannot_wait(parts: Parts) -> None:
    """In any team, as soon as somebody is there."""
    night = datetime(2026, 11, 23, 3, tzinfo=BERLIN)
    number = await asked(parts, night, reason="crisis", rank=0, queue="default")
    assert not await remind(parts, night + timedelta(hours=5))
    assert await remind(parts, datetime(2026, 11, 23, 9, tzinfo=BERLIN)) == [number]


async def test_it_is_said_once_that_nobody_leads_a_team(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever runs Lotse has to know; the log names the case and the team alone."""
    number = await asked(parts, ASKED)
    with caplog.at_level(logging.WARNING):
        await remind(parts, ASKED + timedelta(hours=4))
        await remind(parts, ASKED + timedelta(hours=4))
    assert [record.getMessage() for record in caplog.records] == [
        f"case {number} of the queue ost waits, and nobody leads there"
    ]


def test_the_lead_knows_before_the_promise_is_broken() -> None:
    """At any hour of any day of a week."""
    for hour in range(24 * 7):
        since = ASKED.astimezone(UTC) + timedelta(hours=hour)
        told = lead_due(TEAM, since, urgent=False)
        assert told is not None
        assert since <= told < reply_due(TEAM, since)
