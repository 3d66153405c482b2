"""Who did what: rows are added, and the database itself refuses to change or delete them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.access import Actor, NotAllowedError
from bot.storage.database import Database
from bot.storage.models_inbox import AuditRow, StaffRow

_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the audit; ``staff`` is the name, empty for somebody who was not signed in."""

    id: int
    at: datetime
    staff_id: int | None
    staff: str
    action: str
    case: int | None
    detail: str


async def add(
    connection: AsyncConnection,
    staff_id: int | None,
    action: str,
    now: float,
    *,
    case: int | None = None,
    detail: str = "",
) -> None:
    """Add a row in the transaction of what it tells about; ``detail`` never holds what a person wrote."""
    row = {"at": now, "staff_id": staff_id, "action": action, "case_id": case, "detail": detail[:_DETAIL]}
    await connection.execute(insert(AuditRow), [row])


async def note(
    database: Database, staff_id: int | None, action: str, *, case: int | None = None, detail: str = ""
) -> None:
    """Add a row in a transaction of its own: a refusal, an attempt that failed, an export."""
    async with database.write() as connection:
        await add(connection, staff_id, action, time.time(), case=case, detail=detail)


async def entries(
    database: Database,
    actor: Actor,
    *,
    case: int | None = None,
    staff_id: int | None = None,
    before: int = 0,
    size: int = 100,
) -> Sequence[Entry]:
    """Rows from the newest, of a case or of one of the staff; ``before`` is the last id of the page above.

    Raises:
        NotAllowedError: only leads and admins read it.
    """
    if not actor.leads:
        raise NotAllowedError("Only leads and admins read the audit.")
    query = select(AuditRow, StaffRow.name).outerjoin(StaffRow, StaffRow.id == AuditRow.staff_id)
    if case is not None:
        query = query.where(AuditRow.case_id == case)
    if staff_id is not None:
        query = query.where(AuditRow.staff_id == staff_id)
    if before:
        query = query.where(AuditRow.id < before)
    async with database.read() as connection:
        rows = (await connection.execute(query.order_by(AuditRow.id.desc()).limit(size))).all()
    return [
        Entry(
            id=row.id,
            at=datetime.fromtimestamp(row.at, UTC),
            staff_id=row.staff_id,
            staff=row.name or "",
            action=row.action,
            case=row.case_id,
            detail=row.detail,
        )
        for row in rows
    ]
