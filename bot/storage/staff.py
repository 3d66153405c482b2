"""Staff: accounts, their queues, links that let them in once, and what they prove themselves with."""

import hashlib
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LotseError
from bot.messages import one_line
from bot.storage import audit, cases
from bot.storage.access import EVERY_QUEUE, Actor, Role
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseRow, ConversationRow
from bot.storage.models_inbox import StaffLinkRow, StaffQueueRow, StaffRow, StaffSessionRow

# For what the secret of the second factor is sealed.
TOTP = "second factor"


class StaffError(LotseError):
    """An account cannot be made or changed like this."""


@dataclass(frozen=True, slots=True)
class Staff:
    """An account; ``queues`` are ids of content/queues.yaml, or ``*`` for all."""

    id: int
    name: str
    email: str
    role: Role
    language: str
    queues: frozenset[str]
    active: bool
    epoch: int
    has_password: bool
    has_second_factor: bool
    created_at: datetime

    @property
    def actor(self) -> Actor:
        """What they may see and do."""
        return Actor(self.id, self.role, self.queues)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody proves themselves with; kept out of ``Staff`` so that no page can show it.

    ``totp`` is the secret in base32; ``totp_step`` the last time step whose code was used.
    """

    password_hash: str | None
    totp: str | None
    totp_step: int | None


def token_hash(token: str) -> str:
    """Under what a token is kept: SHA-256, 64 hexadecimal digits. Tokens must be long and random."""
    return hashlib.sha256(token.encode()).hexdigest()


async def add(
    database: Database,
    name: str,
    email: str,
    role: Role,
    queues: Collection[str],
    *,
    language: str = "de",
    by: int | None = None,
) -> Staff:
    """Make an account without any credentials. ``by`` is who did it, for the audit.

    The address is kept in lower case, the name on one line.

    Raises:
        StaffError: there is an account with this address.
    """
    now = time.time()
    values = {"name": one_line(name), "email": _address(email), "role": role, "language": language, "created_at": now}
    try:
        async with database.write() as connection:
            created = await connection.execute(insert(StaffRow).values(**values).returning(StaffRow.id))
            number = int(created.scalar_one())
            await _give_queues(connection, number, queues)
            await audit.add(connection, by, "staff added", now, detail=f"staff {number} as {role}")
            return await _one(connection, number)
    except IntegrityError as error:
        raise StaffError(f"There is an account for {_address(email)} already.") from error


async def find(database: Database, staff_id: int) -> Staff | None:
    """An account by its number, also one that is not active."""
    return await _find(database, StaffRow.id == staff_id)


async def find_by_email(database: Database, email: str) -> Staff | None:
    """An account by its address, whatever its case, also one that is not active."""
    return await _find(database, StaffRow.email == _address(email))


async def find_by_subject(database: Database, subject: str) -> Staff | None:
    """An account by its name at an identity provider (issuer and subject in one text)."""
    return await _find(database, StaffRow.subject == subject)


async def list_staff(database: Database) -> list[Staff]:
    """All accounts by name, the active ones first."""
    async with database.read() as connection:
        return await select_staff(connection, true())


async def colleagues(database: Database, queue: str) -> list[Staff]:
    """Active accounts that see the cases of a queue, by name: who can be given a case, or asked in a note."""
    seeing = select(StaffQueueRow.staff_id).where(StaffQueueRow.queue.in_((queue, EVERY_QUEUE)))
    async with database.read() as connection:
        found = await select_staff(connection, and_(StaffRow.active, StaffRow.id.in_(seeing)))
    return [staff for staff in found if staff.actor.may_see(queue)]


async def change(
    database: Database,
    staff_id: int,
    *,
    name: str | None = None,
    role: Role | None = None,
    queues: Collection[str] | None = None,
    language: str | None = None,
    active: bool | None = None,
    subject: str | None = None,
    by: int | None = None,
) -> Staff:
    """Change what is given. Another role, other queues or the end of an account end its sessions at once.

    Open cases of theirs that they see no more are everybody's again. A subject is given once: whoever has it keeps
    the account.

    Raises:
        StaffError: there is no such account, it has another subject, or the subject belongs to another account.
    """
    given = {"name": name and one_line(name), "role": role, "language": language, "active": active}
    values = {column: value for column, value in given.items() if value is not None}
    try:
        async with database.write() as connection:
            before = await _one(connection, staff_id)
            if subject is not None and await _is_named(connection, staff_id, subject):
                await audit.add(connection, by, "sign-in linked", time.time(), detail=f"staff {staff_id}")
            if values:
                await connection.execute(update(StaffRow).where(StaffRow.id == staff_id).values(**values))
            if queues is not None:
                await connection.execute(delete(StaffQueueRow).where(StaffQueueRow.staff_id == staff_id))
                await _give_queues(connection, staff_id, queues)
            after = await _one(connection, staff_id)
            if (before.role, before.queues, before.active) != (after.role, after.queues, after.active):
                await sign_out(connection, staff_id)
                await _give_back(connection, after, by)
                state = f"{after.role}, {'active' if after.active else 'disabled'}: {', '.join(sorted(after.queues))}"
                await audit.add(connection, by, "staff changed", time.time(), detail=f"staff {staff_id} {state}")
            elif before.name != after.name:
                await audit.add(connection, by, "staff renamed", time.time(), detail=f"staff {staff_id}")
            return await _one(connection, staff_id)
    except IntegrityError as error:
        raise StaffError("This name at the identity provider belongs to another account.") from error


async def _give_back(connection: AsyncConnection, after: Staff, by: int | None) -> None:
    """Let nobody hold a case that they cannot see: whoever wrote there would wait for ever."""
    theirs = (CaseRow.assignee_id == after.id, CaseRow.status != "resolved")
    query = select(CaseRow.id, CaseRow.lane, CaseRow.queue).where(*theirs).order_by(CaseRow.lane)
    now = time.time()
    for row in (await connection.execute(query)).all():
        if after.active and after.actor.may_see(row.queue):
            continue
        if row.lane:
            # The conversation first, as turns do.
            await cases.lock_conversation(connection, row.lane)
        held = update(CaseRow).where(CaseRow.id == row.id, *theirs)
        freed = await connection.execute(held.values(assignee_id=None, status="queued", changed_at=now))
        if freed.rowcount:
            talk = update(ConversationRow).where(ConversationRow.case_id == row.id, ConversationRow.status != "bot")
            await connection.execute(talk.values(status="queued"))
            await audit.add(connection, by, "released", now, case=row.id, detail=f"staff {after.id}")


async def _is_named(connection: AsyncConnection, staff_id: int, subject: str) -> bool:
    """Let an account be known by a name at an identity provider; False if it is already.

    From then on the provider alone says who comes in: a password of ours would outlive somebody's groups there.
    """
    known = (await connection.execute(select(StaffRow.subject).where(StaffRow.id == staff_id))).scalar()
    if known == subject:
        return False
    named = update(StaffRow).where(StaffRow.id == staff_id, StaffRow.subject.is_(None))
    if not (await connection.execute(named.values(subject=subject, password_hash=None, totp=None))).rowcount:
        raise StaffError(f"Account {staff_id} has another name at the identity provider.")
    return True


async def credentials(database: Database, vault: Vault, staff_id: int) -> Credentials:
    """What somebody proves themselves with.

    Raises:
        StaffError: there is no such account.
    """
    columns = select(StaffRow.password_hash, StaffRow.totp, StaffRow.totp_step)
    async with database.read() as connection:
        row = (await connection.execute(columns.where(StaffRow.id == staff_id))).first()
    if row is None:
        raise StaffError(f"There is no account {staff_id}.")
    return Credentials(row.password_hash, vault.open(TOTP, row.totp) if row.totp else None, row.totp_step)


async def set_password(database: Database, staff_id: int, password_hash: str) -> None:
    """Keep a new argon2 hash and sign out everywhere."""
    async with database.write() as connection:
        values = {"password_hash": password_hash}
        await connection.execute(update(StaffRow).where(StaffRow.id == staff_id).values(**values))
        await sign_out(connection, staff_id)
        await audit.add(connection, staff_id, "password set", time.time())


async def renew_hash(database: Database, staff_id: int, password_hash: str) -> None:
    """Keep the same password hashed with newer costs; nobody is signed out."""
    query = update(StaffRow).where(StaffRow.id == staff_id).values(password_hash=password_hash)
    async with database.write() as connection:
        await connection.execute(query)


async def set_totp(database: Database, vault: Vault, staff_id: int, secret: str | None) -> None:
    """Keep the secret of the second factor (base32), or drop it."""
    values = {"totp": vault.seal(TOTP, secret) if secret else None, "totp_step": None}
    async with database.write() as connection:
        await connection.execute(update(StaffRow).where(StaffRow.id == staff_id).values(**values))
        action = "second factor set" if secret else "second factor dropped"
        await audit.add(connection, staff_id, action, time.time())


async def use_totp_step(database: Database, staff_id: int, step: int) -> bool:
    """Mark the code of a time step as used; False if it, or a later one, was used before (a replay)."""
    fresh = or_(StaffRow.totp_step.is_(None), StaffRow.totp_step < step)
    query = update(StaffRow).where(StaffRow.id == staff_id, fresh).values(totp_step=step)
    async with database.write() as connection:
        return bool((await connection.execute(query)).rowcount)


async def make_link(database: Database, staff_id: int, purpose: str, token: str, expires_at: float) -> None:
    """Let somebody in once with this token; earlier links for the same purpose stop working."""
    row = {"token_hash": token_hash(token), "staff_id": staff_id, "purpose": purpose, "expires_at": expires_at}
    earlier = delete(StaffLinkRow).where(StaffLinkRow.staff_id == staff_id, StaffLinkRow.purpose == purpose)
    async with database.write() as connection:
        await connection.execute(earlier)
        await connection.execute(insert(StaffLinkRow), [row])


async def drop_links(database: Database, staff_id: int, purpose: str) -> None:
    """Let no link of somebody's for this purpose in any more."""
    async with database.write() as connection:
        own = delete(StaffLinkRow).where(StaffLinkRow.staff_id == staff_id, StaffLinkRow.purpose == purpose)
        await connection.execute(own)


async def look_at_link(database: Database, token: str, purpose: str, now: float) -> Staff | None:
    """Whose link this is, while it works and the account is active; it stays unused."""
    async with database.read() as connection:
        number = (await connection.execute(select(StaffLinkRow.staff_id).where(*_works(token, purpose, now)))).scalar()
        return await _active(connection, number)


async def use_link(database: Database, token: str, purpose: str, now: float) -> Staff | None:
    """As ``look_at_link``, and the link is used up; of two at once only one gets in."""
    used = update(StaffLinkRow).where(*_works(token, purpose, now)).values(used_at=now)
    async with database.write() as connection:
        number = (await connection.execute(used.returning(StaffLinkRow.staff_id))).scalar()
        return await _active(connection, number)


def _works(token: str, purpose: str, now: float) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffLinkRow.token_hash == token_hash(token),
        StaffLinkRow.purpose == purpose,
        StaffLinkRow.used_at.is_(None),
        StaffLinkRow.expires_at > now,
    )


async def sign_out(connection: AsyncConnection, staff_id: int) -> None:
    """End all sessions of somebody, in the transaction of what made it necessary."""
    await connection.execute(update(StaffRow).where(StaffRow.id == staff_id).values(epoch=StaffRow.epoch + 1))
    await connection.execute(delete(StaffSessionRow).where(StaffSessionRow.staff_id == staff_id))


async def select_staff(connection: AsyncConnection, wanted: ColumnElement[bool]) -> list[Staff]:
    """Accounts with their queues, by name, the active ones first."""
    order = (StaffRow.active.desc(), StaffRow.name, StaffRow.id)
    rows = (await connection.execute(select(StaffRow).where(wanted).order_by(*order))).all()
    queues: dict[int, set[str]] = {row.id: set() for row in rows}
    query = select(StaffQueueRow).where(StaffQueueRow.staff_id.in_(queues))
    for given in await connection.execute(query):
        queues[given.staff_id].add(given.queue)
    return [_staff(row, frozenset(queues[row.id])) for row in rows]


def _staff(row: Any, queues: frozenset[str]) -> Staff:
    return Staff(
        id=row.id,
        name=row.name,
        email=row.email,
        role=row.role,
        language=row.language,
        queues=queues,
        active=row.active,
        epoch=row.epoch,
        has_password=row.password_hash is not None,
        has_second_factor=row.totp is not None,
        created_at=datetime.fromtimestamp(row.created_at, UTC),
    )


async def _find(database: Database, wanted: ColumnElement[bool]) -> Staff | None:
    async with database.read() as connection:
        return next(iter(await select_staff(connection, wanted)), None)


async def _one(connection: AsyncConnection, staff_id: int) -> Staff:
    found = await select_staff(connection, StaffRow.id == staff_id)
    if not found:
        raise StaffError(f"There is no account {staff_id}.")
    return found[0]


async def _active(connection: AsyncConnection, staff_id: int | None) -> Staff | None:
    found = await select_staff(connection, and_(StaffRow.id == staff_id, StaffRow.active)) if staff_id else []
    return found[0] if found else None


async def _give_queues(connection: AsyncConnection, staff_id: int, queues: Collection[str]) -> None:
    rows = [{"staff_id": staff_id, "queue": queue} for queue in sorted(set(queues))]
    if rows:
        await connection.execute(insert(StaffQueueRow), rows)


def _address(email: str) -> str:
    return email.strip().lower()
