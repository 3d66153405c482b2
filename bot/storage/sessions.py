"""Sessions of staff, and attempts to sign in that failed."""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from bot.storage import audit, staff
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models_inbox import AttemptRow, StaffLinkRow, StaffRow, StaffSessionRow
from bot.storage.staff import Staff, token_hash

# Limits in seconds; nothing older is ever found, whoever forgot to look.
IDLE = 30 * 60.0
ABSOLUTE = 12 * 3600.0
KEEP_ATTEMPTS = 24 * 3600.0
# Each look at a page would otherwise be a write.
_TOUCH = 60.0
_KEY = "attempt"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in; ``csrf_hash`` is ``staff.token_hash`` of the token that forms carry."""

    staff: Staff
    second_factor: bool
    csrf_hash: str
    created_at: float
    seen_at: float


async def begin(
    database: Database, staff_id: int, token: str, csrf_token: str, now: float, *, second_factor: bool = False
) -> None:
    """Sign in; both tokens are kept as hashes."""
    epoch = select(StaffRow.epoch).where(StaffRow.id == staff_id).scalar_subquery()
    values = {
        "token_hash": token_hash(token),
        "staff_id": staff_id,
        "epoch": epoch,
        "created_at": now,
        "seen_at": now,
        "second_factor": second_factor,
        "csrf_hash": token_hash(csrf_token),
    }
    async with database.write() as connection:
        await connection.execute(insert(StaffSessionRow).values(**values))


async def find(
    database: Database, token: str, now: float, *, idle: float = IDLE, absolute: float = ABSOLUTE, touch: bool = True
) -> Session | None:
    """The session of a token while it counts: account active, same epoch, within both limits (seconds).

    ``touch`` notes that it was used, at most once a minute; a page's live updates do not count as use.
    """
    async with database.read() as connection:
        query = select(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash(token))
        row: Any = (await connection.execute(query)).first()
        found = await staff.select_staff(connection, StaffRow.id == row.staff_id) if row else []
    if not found or not found[0].active or found[0].epoch != row.epoch:
        return None
    if now >= row.seen_at + idle or now >= row.created_at + absolute:
        return None
    if touch and now >= row.seen_at + _TOUCH:
        used = update(StaffSessionRow).where(StaffSessionRow.token_hash == row.token_hash).values(seen_at=now)
        async with database.write(durable=False) as connection:
            await connection.execute(used)
    return Session(found[0], row.second_factor, row.csrf_hash, row.created_at, row.seen_at)


async def renew(
    database: Database, token: str, new_token: str, csrf_token: str, now: float, *, second_factor: bool
) -> bool:
    """Replace a session's tokens after the second factor or another change of rights; False if it is gone.

    The absolute limit goes on counting from the beginning.
    """
    values = {
        "token_hash": token_hash(new_token),
        "csrf_hash": token_hash(csrf_token),
        "second_factor": second_factor,
        "seen_at": now,
    }
    query = update(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash(token)).values(**values)
    async with database.write() as connection:
        return bool((await connection.execute(query)).rowcount)


async def end(database: Database, token: str) -> None:
    """Sign out on this device."""
    async with database.write() as connection:
        await connection.execute(delete(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash(token)))


async def end_all(database: Database, staff_id: int, *, by: int | None = None) -> None:
    """Sign out everywhere: the account's epoch goes up."""
    async with database.write() as connection:
        await staff.sign_out(connection, staff_id)
        await audit.add(connection, by, "signed out everywhere", time.time(), detail=f"staff {staff_id}")


async def note_failure(database: Database, vault: Vault, key: str, now: float) -> None:
    """Count a failed attempt under a key such as ``account:<email>`` or ``address:<ip>``; kept as a keyed hash."""
    async with database.write(durable=False) as connection:
        await connection.execute(insert(AttemptRow), [{"key_hash": vault.hash(_KEY, key), "at": now}])


async def failures(database: Database, vault: Vault, key: str, since: float) -> tuple[int, float]:
    """How many attempts failed under a key since then, and when the last one did (0 if none)."""
    query = select(func.count(), func.max(AttemptRow.at)).where(
        AttemptRow.key_hash.in_(vault.hashes(_KEY, key)), AttemptRow.at >= since
    )
    async with database.read() as connection:
        number, last = (await connection.execute(query)).one()
    return int(number), float(last or 0.0)


async def clear_failures(database: Database, vault: Vault, key: str) -> None:
    """Somebody got in: forget what failed before."""
    async with database.write(durable=False) as connection:
        await connection.execute(delete(AttemptRow).where(AttemptRow.key_hash.in_(vault.hashes(_KEY, key))))


async def forget_old(database: Database, now: float) -> None:
    """Drop sessions, links and attempts whose time is over; part of the nightly purge."""
    over = or_(StaffSessionRow.created_at < now - ABSOLUTE, StaffSessionRow.seen_at < now - IDLE)
    async with database.write() as connection:
        await connection.execute(delete(StaffSessionRow).where(over))
        await connection.execute(delete(StaffLinkRow).where(StaffLinkRow.expires_at < now))
        await connection.execute(delete(AttemptRow).where(AttemptRow.at < now - KEEP_ATTEMPTS))
