"""Who did what: rows are added, and the database itself refuses to change or delete them."""

import getpass
import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.access import LARGEST, Actor, NotAllowedError
from bot.storage.database import Database
from bot.storage.models import CaseRow
from bot.storage.models_inbox import AuditRow, StaffRow

# What somebody does again and again within these seconds is one line: a page that is loaded anew, a list that is open.
SAME = 600.0
# What somebody does with the command line, at the server itself.
AT_THE_SERVER = "at the server"
# What somebody wrote in a topic of the staff group.
IN_THE_GROUP = "Telegram group"
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


async def note_command(database: Database, verb: str, *, case: int | None = None) -> None:
    """Add a row about a command at the server, with the name of the account there that gave it; before it is done."""
    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = str(os.getuid())
    # A number that no case can have is not noted as one.
    known = case if case is not None and 0 < case <= LARGEST else None
    await note(database, None, AT_THE_SERVER, case=known, detail=f"{verb}: {who}")


async def note_once(database: Database, staff_id: int, action: str, *, detail: str = "") -> None:
    """As ``note``, but once in ten minutes for the same thing; it concerns no case in particular."""
    lately = (AuditRow.case_id.is_(None), AuditRow.staff_id == staff_id, AuditRow.at > time.time() - SAME)
    same = select(AuditRow.id).where(*lately, AuditRow.action == action, AuditRow.detail == detail[:_DETAIL])
    async with database.read() as connection:
        known = (await connection.execute(same.limit(1))).first()
    if known is None:
        await note(database, staff_id, action, detail=detail)


async def entries(
    database: Database,
    actor: Actor,
    *,
    case: int | None = None,
    staff_id: int | None = None,
    actions: Collection[str] = (),
    since: float | None = None,
    until: float | None = None,
    before: int = 0,
    size: int = 100,
) -> Sequence[Entry]:
    """Rows from the newest: of a case, of one of the staff, of some actions, from ``since`` until before ``until``.

    ``before`` is the last id of the page above. Admins see all. Leads see what concerns cases of their queues, and
    what they did themselves.

    Raises:
        NotAllowedError: only leads and admins read it.
    """
    if not actor.leads:
        raise NotAllowedError("Only leads and admins read the audit.")
    columns = (*AuditRow.__table__.columns, StaffRow.name)
    query = select(*columns).outerjoin(StaffRow, StaffRow.id == AuditRow.staff_id)
    query = query.where(*_theirs(actor), *_narrowed(case, staff_id, actions))
    if since is not None:
        query = query.where(AuditRow.at >= since)
    if until is not None:
        query = query.where(AuditRow.at < until)
    if before:
        query = query.where(AuditRow.id < min(before, LARGEST))
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


def _theirs(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.role == "admin":
        return []
    own = AuditRow.staff_id == actor.staff_id
    if actor.all_queues:
        return [or_(own, AuditRow.case_id.is_not(None))]
    cases = select(CaseRow.id).where(CaseRow.queue.in_(sorted(actor.queues)))
    return [or_(own, AuditRow.case_id.in_(cases))]


def _narrowed(case: int | None, staff_id: int | None, actions: Collection[str]) -> list[ColumnElement[bool]]:
    conditions = []
    if case is not None:
        conditions.append(AuditRow.case_id == min(case, LARGEST))
    if staff_id is not None:
        conditions.append(AuditRow.staff_id == min(staff_id, LARGEST))
    if actions:
        conditions.append(AuditRow.action.in_(sorted(actions)))
    return conditions
