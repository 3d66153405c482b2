"""What staff have begun to write, and who looks at a case just now."""

import time
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select, update

from bot.storage.access import Actor, check
from bot.storage.conversations import insert_missing
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models_inbox import DraftRow, PresenceRow, StaffRow

# For what a draft is sealed.
DRAFT = "draft"

# A page says every 15 seconds that somebody looks at it.
PRESENT = 45.0


async def keep(database: Database, vault: Vault, actor: Actor, number: int, text: str) -> None:
    """Keep an unsent text of theirs; an empty one is dropped.

    Raises:
        NotAllowedError: as everywhere here: the case is in none of their queues, or does not exist.
    """
    async with database.write(durable=False) as connection:
        await check(connection, actor, number)
        await connection.execute(delete(DraftRow).where(*_own(actor, number)))
        if text.strip():
            row = {"case_id": number, "staff_id": actor.staff_id, "text": vault.seal(DRAFT, text), "at": time.time()}
            await insert_missing(connection, DraftRow, [row])


async def read(database: Database, vault: Vault, actor: Actor, number: int) -> str:
    """Their own unsent text, or nothing."""
    async with database.read() as connection:
        await check(connection, actor, number)
        sealed = (await connection.execute(select(DraftRow.text).where(*_own(actor, number)))).scalar()
    return str(vault.open(DRAFT, sealed)) if sealed else ""


def _own(actor: Actor, number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DraftRow.case_id == number, DraftRow.staff_id == actor.staff_id


async def look(database: Database, actor: Actor, number: int) -> None:
    """Say that they look at a case now."""
    own = (PresenceRow.case_id == number, PresenceRow.staff_id == actor.staff_id)
    now = time.time()
    async with database.write(durable=False) as connection:
        await check(connection, actor, number)
        known = await connection.execute(update(PresenceRow).where(*own).values(seen_at=now))
        if not known.rowcount:
            row = {"case_id": number, "staff_id": actor.staff_id, "seen_at": now}
            await insert_missing(connection, PresenceRow, [row])


async def leave(database: Database, actor: Actor, number: int) -> None:
    """Say that they do not any more."""
    gone = delete(PresenceRow).where(PresenceRow.case_id == number, PresenceRow.staff_id == actor.staff_id)
    async with database.write(durable=False) as connection:
        await connection.execute(gone)


async def present(database: Database, actor: Actor, number: int) -> Sequence[tuple[int, str]]:
    """Colleagues who looked within the last 45 seconds, and not the one who asks: (staff id, name)."""
    others = (PresenceRow.case_id == number, PresenceRow.staff_id != actor.staff_id)
    query = (
        select(StaffRow.id, StaffRow.name)
        .join(PresenceRow, PresenceRow.staff_id == StaffRow.id)
        .where(*others, PresenceRow.seen_at > time.time() - PRESENT)
        .order_by(StaffRow.name, StaffRow.id)
    )
    async with database.read() as connection:
        await check(connection, actor, number)
        return [(row.id, row.name) for row in await connection.execute(query)]
