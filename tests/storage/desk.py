"""Staff and cases for tests of the inbox."""

import time
from collections.abc import Sequence
from itertools import count

from bot.conversation import AddToCase, DescribeCase, OpenCase, Reason
from bot.messages import Reply, Understanding
from bot.storage import cases, staff
from bot.storage.access import Actor, Role
from bot.storage.conversations import save
from tests.storage.parts import Parts, held, incoming

FAREWELL = Reply(text="Lotse ist wieder da.", language="de")
ANSWER = Reply(text="Kommen Sie morgen.", language="de", author="staff")

_addresses = count(1)
_people = count(5_000_000_001)


async def colleague(parts: Parts, name: str, *queues: str, role: Role = "social_worker") -> Actor:
    """Somebody of the staff who sees these queues."""
    added = await staff.add(parts.database, name, f"{next(_addresses)}@example.org", role, queues)
    return added.actor


async def new_case(
    parts: Parts,
    *texts: str,
    queue: str = "ost",
    reason: Reason = "asked",
    language: str = "uk",
    theme: str = "housing",
    district: str = "ost",
    person: str = "",
    understood: Sequence[Understanding | None] = (),
) -> int:
    """A case of somebody new, or of a person who may have written before."""
    person = person or str(next(_people))
    await parts.incoming.store([incoming("Hallo", person)])
    talk = await held(parts, person)
    talk.talk.status = "queued"
    opened = OpenCase(reason, language, queue, theme)
    effects: list[cases.CaseEffect] = [opened, DescribeCase(district=district)]
    if texts:
        effects.append(AddToCase(texts, tuple(understood)))
    now = time.time()
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, effects, now)
        await save(connection, parts.vault, talk, now)
    assert talk.talk.case
    return talk.talk.case


async def write(parts: Parts, person: str, *texts: str) -> None:
    """The person writes while their case is open."""
    talk = await held(parts, person)
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [AddToCase(texts)], time.time())
