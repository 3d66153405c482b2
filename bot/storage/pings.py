"""Which cases the staff group has to be told of, and that it was: each once for each reason."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Reply
from bot.storage import outgoing
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import OPEN, CaseRow, OutgoingRow
from bot.storage.models_inbox import AuditRow, StaffPingRow
from bot.storage.once import add_once
from bot.storage.promises import ESCALATED, LATE

Kind = Literal["new", "urgent", "late"]

CHANNEL: Final = "telegram-staff"
"""Whose messages these are in the outgoing queue: those to staff never stand before anybody's answer."""
LANE: Final = "staff-group"
_MOST = 500


@dataclass(frozen=True, slots=True)
class Ping:
    """A case that the group is to be told of since a moment (seconds), with nothing in it that somebody wrote."""

    case: int
    kind: Kind
    since: float
    language: str
    theme: str
    queue: str


async def due(database: Database, changed_since: float) -> list[Ping]:
    """What is to be told, urgent cases first, of the cases that changed since; 0 looks at all open ones."""
    changed = and_(OPEN, CaseRow.blocked.is_(False), CaseRow.changed_at > changed_since)
    async with database.read() as connection:
        rows = [*(await connection.execute(_opened(changed))), *(await connection.execute(_late(changed)))]
    return [Ping(row.id, row.kind, row.since, row.language, row.theme or "", row.queue) for row in rows]


def _opened(changed: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    free = CaseRow.assignee_id.is_(None)
    kind = case((CaseRow.rank == 0, "urgent"), else_="new").label("kind")
    # Who comes back waits for anybody (queued), whoever had the case. Otherwise somebody has it who opened it again, or
    # took it before it became urgent.
    waits = free | (CaseRow.status == "queued")
    since = case((waits, func.coalesce(CaseRow.reopened_at, CaseRow.opened_at)), else_=CaseRow.opened_at)
    told = exists().where(
        StaffPingRow.case_id == CaseRow.id,
        StaffPingRow.kind.in_((kind, "urgent")),
        StaffPingRow.at >= since,
    )
    wanted = and_(changed, CaseRow.waiting_for == "staff", (free | (CaseRow.rank == 0)), ~told)
    return select(*_COLUMNS, kind, since.label("since")).where(wanted).order_by(CaseRow.rank, CaseRow.id).limit(_MOST)


def _late(changed: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Cases whose leads were reminded, because the first reply is due soon."""
    told = exists().where(
        StaffPingRow.case_id == CaseRow.id, StaffPingRow.kind == "late", StaffPingRow.at >= AuditRow.at
    )
    reminded = and_(AuditRow.case_id == CaseRow.id, AuditRow.action == ESCALATED, AuditRow.detail == LATE)
    now_waiting = and_(CaseRow.waiting_for == "staff", AuditRow.at >= CaseRow.waiting_since)
    query = select(*_COLUMNS, literal("late").label("kind"), AuditRow.at.label("since")).join(AuditRow, reminded)
    return query.where(changed, now_waiting, ~told).order_by(CaseRow.id).limit(_MOST)


_COLUMNS = (CaseRow.id, CaseRow.rank, CaseRow.language, CaseRow.theme, CaseRow.queue)


async def tell(
    database: Database, vault: Vault, pings: Sequence[Ping], word: Callable[[Sequence[Ping]], Reply]
) -> Sequence[Ping]:
    """Put one message about these cases into the queue, and note it in the same transaction; returns what it tells.

    While one waits, nothing is added: what has come together meanwhile goes into the next.
    """
    now = time.time()
    async with database.write() as connection:
        if (await connection.execute(select(OutgoingRow.id).where(OutgoingRow.lane == LANE).limit(1))).first():
            return []
        told = [ping for ping in pings if await _note(connection, ping, now)]
        if told:
            envelope = outgoing.Envelope(word(told), {"to": "group"})
            await outgoing.put(connection, vault, LANE, CHANNEL, [envelope], received_at=now, patient=True)
    return told


async def _note(connection: AsyncConnection, ping: Ping, now: float) -> bool:
    """Note that a case is told of; False if another process was quicker."""
    earlier = delete(StaffPingRow).where(StaffPingRow.case_id == ping.case, StaffPingRow.kind == ping.kind)
    await connection.execute(earlier.where(StaffPingRow.at < ping.since))
    return await add_once(connection, StaffPingRow, case_id=ping.case, kind=ping.kind, at=now)
