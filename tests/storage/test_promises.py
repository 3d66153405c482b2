"""First replies that were promised: who waits for one, and telling leads about it once."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.storage import audit, casefile, casework, inbox, promises
from bot.storage.inbox import Counts
from bot.storage.models import CaseRow
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case, write
from tests.storage.parts import PERSON, Parts


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


async def promised(parts: Parts, number: int, *, due: float | None = 60.0, **values: object) -> int:
    """A promise: a reply is due in so many seconds."""
    at = None if due is None else time.time() + due
    async with parts.database.write() as connection:
        changed = update(CaseRow).where(CaseRow.id == number)
        await connection.execute(changed.values(reply_due_at=at, **values))
    return number


async def waiting(parts: Parts) -> list[int]:
    """The cases of which leads may have to be told."""
    return [each.case for each in await promises.waiting(parts.database)]


async def escalate(parts: Parts, number: int, *staff: int) -> bool:
    """Tell these leads."""
    return await promises.escalate(parts.database, parts.vault, number, staff, now())


async def test_what_was_promised_and_has_not_come_waits(parts: Parts) -> None:
    """The one that is due first comes first; without a promise only danger waits."""
    later = await promised(parts, await new_case(parts), due=120)
    first = await promised(parts, await new_case(parts), due=-10)
    await promised(parts, await new_case(parts), due=None)
    urgent = await promised(parts, await new_case(parts, reason="crisis"), due=None)
    await promised(parts, await new_case(parts), blocked=True)
    found = {each.case: each for each in await promises.waiting(parts.database)}
    assert set(found) == {later, first, urgent}
    assert list(found)[list(found).index(first) :][:2] == [first, later]
    assert (found[urgent].urgent, found[urgent].due, found[first].urgent) == (True, None, False)


async def test_an_answer_and_an_end_keep_the_promise(parts: Parts) -> None:
    """Nobody is told about those cases."""
    mira = await colleague(parts, "Mira", "ost")
    answered, ended, crisis = [await promised(parts, await new_case(parts)) for _ in range(3)]
    await promised(parts, crisis, reason="crisis", rank=0)
    for number in (answered, crisis):
        await casework.reply(parts.database, parts.vault, mira, number, "Morgen", ANSWER)
    await casework.resolve(parts.database, parts.vault, mira, ended, "answered", farewell=FAREWELL)
    assert not await waiting(parts)


async def test_taking_a_case_keeps_no_promise(parts: Parts) -> None:
    """The person still has no answer."""
    mira = await colleague(parts, "Mira", "ost")
    number = await promised(parts, await new_case(parts))
    await casework.take(parts.database, parts.vault, mira, number)
    assert await waiting(parts) == [number]


async def test_a_lead_is_asked_to_look_once(parts: Parts) -> None:
    """In the list, in the transcript and in the audit; opening the case answers it."""
    lead = await colleague(parts, "Lena", "ost", role="lead")
    number = await promised(parts, await new_case(parts))
    assert await escalate(parts, number, lead.staff_id)
    assert not await escalate(parts, number, lead.staff_id)
    assert not await waiting(parts)
    assert (await inbox.counts(parts.database, lead)).mentioned == 1
    noted = await audit.entries(parts.database, lead, case=number)
    assert [(each.action, each.detail) for each in noted] == [("escalated", "the first reply is due soon")]
    found = await casefile.read(parts.database, parts.vault, lead, number)
    assert [line.text for line in found.lines if line.kind == "event"] == ["escalated"]
    assert (await inbox.counts(parts.database, lead)).mentioned == Counts().mentioned


async def test_of_two_processes_one_tells(parts: Parts) -> None:
    """Whoever comes second finds nothing left."""
    number = await promised(parts, await new_case(parts))
    assert sorted(await asyncio.gather(escalate(parts, number), escalate(parts, number))) == [False, True]


async def test_a_case_that_becomes_urgent_is_told_about_once_more(parts: Parts) -> None:
    """That is other news."""
    number = await promised(parts, await new_case(parts))
    assert await escalate(parts, number)
    await promised(parts, number, reason="crisis", rank=0)
    assert await waiting(parts) == [number]
    assert await escalate(parts, number)
    assert not await waiting(parts)


async def test_who_writes_on_in_a_crisis_that_was_answered_alarms_nobody(parts: Parts) -> None:
    """Staff and the person are in a talk."""
    mira = await colleague(parts, "Mira", "ost")
    number = await promised(parts, await new_case(parts, reason="crisis", person=PERSON))
    await casework.reply(parts.database, parts.vault, mira, number, "Morgen", ANSWER)
    await write(parts, PERSON, "Danke")
    assert not await waiting(parts)


@pytest.mark.parametrize(("role", "expected"), [("lead", ["Lena"]), ("social_worker", ["Adam"])])
async def test_the_leads_of_a_team_answer_for_it(parts: Parts, role: str, expected: list[str]) -> None:
    """Where there is none, those who administer it do."""
    await colleague(parts, "Adam", "*", role="admin")
    await colleague(parts, "Lena", "ost", role=role)  # type: ignore[arg-type]
    await colleague(parts, "Leo", "west", role="lead")
    assert [each.name for each in await promises.leads(parts.database, "ost")] == expected
