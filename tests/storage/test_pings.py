"""The staff group is told of each case once for each reason, and of nothing that somebody wrote."""

import asyncio
import time
from collections.abc import Sequence

from sqlalchemy import delete, update

from bot.conversation import DescribeCase
from bot.messages import Reply
from bot.storage import cases, casework, pings, promises
from bot.storage.database import Database
from bot.storage.inbox import moment
from bot.storage.models import CaseRow
from bot.storage.models_inbox import StaffPingRow
from bot.storage.pings import Ping
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case, write
from tests.storage.parts import Parts, held

PERSON = "8200000001"


def word(told: Sequence[Ping]) -> Reply:
    """A message that names the cases."""
    return Reply(text=" ".join(f"{ping.kind}:{ping.case}" for ping in told), language="de")


async def look(parts: Parts, since: float = 0.0) -> list[str]:
    """Tell what is due, and return what waits for the group; it is taken away."""
    await pings.tell(parts.database, parts.vault, await pings.due(parts.database, since), word)
    waiting = await parts.outgoing.waiting(pings.LANE)
    if waiting:
        await parts.outgoing.received(pings.LANE, waiting[-1][0])
    return [envelope.reply.text for _, envelope in waiting]


async def test_a_new_case_is_told_once(parts: Parts) -> None:
    """With its language, theme and team."""
    number = await new_case(parts, "Guten Tag")
    (ping,) = await pings.due(parts.database, 0.0)
    assert (ping.case, ping.kind, ping.language, ping.theme, ping.queue) == (number, "new", "uk", "housing", "ost")
    assert await look(parts) == [f"new:{number}"]
    assert await look(parts) == []


async def test_a_case_is_told_again_when_it_becomes_urgent(parts: Parts) -> None:
    """Also one that somebody has: they may be at lunch."""
    actor = await colleague(parts, "Anna", "ost")
    number = await new_case(parts, person=PERSON)
    assert await look(parts) == [f"new:{number}"]
    await casework.take(parts.database, parts.vault, actor, number)
    await write(parts, PERSON, "Hilfe")
    talk = await held(parts, PERSON)
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [DescribeCase(reason="crisis")], time.time())
    assert await look(parts) == [f"urgent:{number}"]
    assert await look(parts) == []


async def test_urgent_cases_stand_before_others(parts: Parts) -> None:
    """And are not told as new ones besides."""
    first = await new_case(parts)
    second = await new_case(parts, reason="emergency")
    assert await look(parts) == [f"urgent:{second} new:{first}"]


async def test_the_reminder_of_the_leads_is_told_too(parts: Parts) -> None:
    """Once; not when somebody has replied meanwhile."""
    actor = await colleague(parts, "Anna", "ost")
    number = await new_case(parts)
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).values(reply_due_at=time.time() + 60))
    assert await look(parts) == [f"new:{number}"]
    assert await promises.escalate(parts.database, parts.vault, number, [], moment(time.time()))
    assert await look(parts) == [f"late:{number}"]
    assert await look(parts) == []
    await casework.reply(parts.database, parts.vault, actor, number, "Guten Tag", ANSWER)
    async with parts.database.write() as connection:
        await connection.execute(delete(StaffPingRow))
    assert await look(parts) == []


async def test_a_case_that_somebody_has_or_that_is_blocked_is_not_told(parts: Parts) -> None:
    """Nor is one that was closed before anybody looked."""
    actor = await colleague(parts, "Anna", "ost")
    taken, blocked, closed = [await new_case(parts) for _ in range(3)]
    await casework.take(parts.database, parts.vault, actor, taken)
    await casework.block(parts.database, parts.vault, actor, blocked, FAREWELL)
    await casework.resolve(parts.database, parts.vault, actor, closed, "other", farewell=FAREWELL)
    assert await look(parts) == []


async def test_whoever_comes_back_is_told_again(parts: Parts) -> None:
    """Their case is open again, and nobody may know."""
    actor = await colleague(parts, "Anna", "ost")
    number = await new_case(parts, person=PERSON)
    assert await look(parts) == [f"new:{number}"]
    await casework.resolve(parts.database, parts.vault, actor, number, "other", farewell=FAREWELL)
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).values(assignee_id=None))
    assert await new_case(parts, person=PERSON) == number
    assert await look(parts) == [f"new:{number}"]


async def test_whoever_comes_back_in_a_crisis_is_told_again_whoever_had_the_case(parts: Parts) -> None:
    """It was a crisis before, and somebody has it; they may not be there now."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "Guten Tag", person=PERSON, reason="crisis")
    assert await look(parts) == [f"urgent:{number}"]
    await casework.take(parts.database, parts.vault, mira, number)
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    assert await new_case(parts, "Noch einmal", person=PERSON, reason="crisis") == number
    assert await look(parts) == [f"urgent:{number}"]
    assert await look(parts) == []


async def test_while_a_message_waits_the_next_ones_come_together(parts: Parts) -> None:
    """Nothing is lost, and the group is not flooded."""
    first = await new_case(parts)
    await pings.tell(parts.database, parts.vault, await pings.due(parts.database, 0.0), word)
    others = [await new_case(parts) for _ in range(3)]
    assert not await pings.tell(parts.database, parts.vault, await pings.due(parts.database, 0.0), word)
    assert await look(parts) == [f"new:{first}"]
    assert await look(parts) == [" ".join(f"new:{number}" for number in others)]


async def test_two_processes_tell_a_case_once(parts: Parts) -> None:
    """Whoever comes second finds that it is told."""
    await new_case(parts)
    due = await pings.due(parts.database, 0.0)
    other = Database(parts.database.url)
    try:
        told = await asyncio.gather(*(pings.tell(each, parts.vault, due, word) for each in (parts.database, other)))
    finally:
        await other.close()
    assert sorted(len(each) for each in told) == [0, 1]
    assert len(await look(parts)) == 1


async def test_only_what_changed_is_looked_at_again(parts: Parts) -> None:
    """With thousands of open cases."""
    await new_case(parts)
    assert await pings.due(parts.database, time.time() + 1) == []
