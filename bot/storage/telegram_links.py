"""Whose account on Telegram belongs to whom of the staff; kept as a keyed hash, as those of contacts are."""

import time

from sqlalchemy import delete, insert, select, update

from bot.storage import audit, staff
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models_inbox import StaffRow, StaffTelegramRow
from bot.storage.staff import Staff

CODE_LIFE = 15 * 60.0
"""Seconds for which a code connects."""

_PURPOSE = "telegram"
_HASHED = "staff telegram"


async def make_code(database: Database, staff_id: int, code: str) -> None:
    """Let this code, which must be long and random, connect an account once; earlier ones stop working."""
    await staff.make_link(database, staff_id, _PURPOSE, code, time.time() + CODE_LIFE)


async def connect(database: Database, vault: Vault, code: str, person: str) -> Staff | None:
    """Connect whoever sends the code; ``person`` is Telegram's id of them. None if the code does not work.

    Somebody has one account there at a time, and an account belongs to one of the staff: the last time counts.
    """
    found = await staff.use_link(database, code, _PURPOSE, time.time())
    if found is None:
        return None
    hashes = vault.hashes(_HASHED, person)
    before = (StaffTelegramRow.staff_id == found.id) | StaffTelegramRow.person_hash.in_(hashes)
    row = {"staff_id": found.id, "person_hash": hashes[0], "linked_at": time.time()}
    async with database.write() as connection:
        await connection.execute(delete(StaffTelegramRow).where(before))
        await connection.execute(insert(StaffTelegramRow), [row])
        await audit.add(connection, found.id, "telegram connected", time.time())
    return found


async def disconnect(database: Database, staff_id: int) -> None:
    """Undo ``connect``, and let no code connect any more."""
    own = delete(StaffTelegramRow).where(StaffTelegramRow.staff_id == staff_id)
    async with database.write() as connection:
        if (await connection.execute(own)).rowcount:
            await audit.add(connection, staff_id, "telegram disconnected", time.time())
    await staff.drop_links(database, staff_id, _PURPOSE)


async def is_connected(database: Database, staff_id: int) -> bool:
    """Whether somebody has connected an account."""
    query = select(StaffTelegramRow.staff_id).where(StaffTelegramRow.staff_id == staff_id)
    async with database.read() as connection:
        return (await connection.execute(query)).first() is not None


async def whose(database: Database, vault: Vault, person: str) -> Staff | None:
    """Who of the active staff this account of Telegram belongs to; filed under the newest key if it was not yet."""
    hashes = vault.hashes(_HASHED, person)
    query = select(StaffTelegramRow.staff_id, StaffTelegramRow.person_hash)
    async with database.read() as connection:
        row = (await connection.execute(query.where(StaffTelegramRow.person_hash.in_(hashes)))).first()
        if row is None:
            return None
        found = await staff.select_staff(connection, (StaffRow.id == row.staff_id) & StaffRow.active)
    if row.person_hash != hashes[0]:
        own = update(StaffTelegramRow).where(StaffTelegramRow.staff_id == row.staff_id)
        async with database.write() as connection:
            await connection.execute(own.values(person_hash=hashes[0]))
    return found[0] if found else None
