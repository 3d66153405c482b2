"""First replies that were promised and have not come yet, and telling leads about them, once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import audit, staff, transcript
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.inbox import moment
from bot.storage.models import OPEN, CaseRow
from bot.storage.models_inbox import AuditRow, MentionRow
from bot.storage.staff import Staff

# What is noted, and why: a case that becomes urgent later is told about once more.
ESCALATED = "escalated"
LATE, URGENT = "the first reply is due soon", "urgent"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open case that waits for its first reply since ``since``, of which no lead has been told yet."""

    case: int
    queue: str
    urgent: bool
    since: datetime
    due: datetime | None


async def waiting(database: Database) -> list[Waiting]:
    """All cases whose leads may have to be told, the one that is due first at the top."""
    query = _query().order_by(CaseRow.reply_due_at, CaseRow.id)
    async with database.read() as connection:
        return [_waiting(row) for row in await connection.execute(query)]


async def leads(database: Database, queue: str) -> list[Staff]:
    """Who answers for a team: its active leads, or the administrators who see its cases if it has none."""
    seeing = await staff.colleagues(database, queue)
    found = [each for each in seeing if each.role == "lead"]
    return found or [each for each in seeing if each.role == "admin"]


async def escalate(database: Database, vault: Vault, number: int, staff_ids: Collection[int], now: datetime) -> bool:
    """Ask these leads to look at a case, in its transcript and in the audit; False if it was answered meanwhile.

    Whoever comes second, in this process or another, finds nothing left to tell.
    """
    seconds = now.timestamp()
    async with database.write() as connection:
        query = _query().where(CaseRow.id == number)
        if connection.dialect.name != "sqlite":
            # Not a part of the next query: what another process wrote while we waited counts.
            await connection.execute(select(CaseRow.id).where(CaseRow.id == number).with_for_update())
        row = (await connection.execute(query)).first()
        if row is None:
            return False
        await _mention(connection, number, staff_ids, seconds)
        await transcript.add_event(connection, vault, number, ESCALATED, seconds)
        reason = URGENT if row.rank == 0 else LATE
        await audit.add(connection, None, ESCALATED, seconds, case=number, detail=reason)
        await connection.execute(update(CaseRow).where(CaseRow.id == number).values(changed_at=seconds))
    return True


async def _mention(connection: AsyncConnection, number: int, staff_ids: Collection[int], now: float) -> None:
    of_them = delete(MentionRow).where(MentionRow.case_id == number, MentionRow.staff_id.in_(staff_ids))
    await connection.execute(of_them)
    if staff_ids:
        rows = [{"case_id": number, "staff_id": each, "at": now} for each in staff_ids]
        await connection.execute(insert(MentionRow), rows)


def _query() -> Select[*tuple[Any, ...]]:
    columns = (CaseRow.id, CaseRow.queue, CaseRow.rank, CaseRow.waiting_since, CaseRow.reply_due_at)
    # An urgent one is owed an answer even where no moment is promised.
    owed = or_(CaseRow.reply_due_at.is_not(None), and_(CaseRow.rank == 0, CaseRow.status == "queued"))
    nobody_answered = CaseRow.waiting_for == "staff"
    return select(*columns).where(OPEN, owed, nobody_answered, CaseRow.blocked.is_(False), ~_told())


def _told() -> ColumnElement[bool]:
    reason = case((CaseRow.rank == 0, URGENT), else_=LATE)
    same = (AuditRow.case_id == CaseRow.id, AuditRow.action == ESCALATED, AuditRow.detail == reason)
    return select(AuditRow.id).where(*same, AuditRow.at >= CaseRow.waiting_since).exists()


def _waiting(row: Any) -> Waiting:
    due = moment(row.reply_due_at) if row.reply_due_at is not None else None
    return Waiting(row.id, row.queue, row.rank == 0, moment(row.waiting_since), due)
