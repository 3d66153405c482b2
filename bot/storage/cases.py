"""Cases: what is handed over, its transcript while it is open, and what staff write."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, case, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import AddToCase, CloseCase, DescribeCase, OpenCase
from bot.errors import LotseError
from bot.messages import Reply
from bot.storage import outgoing
from bot.storage.conversations import Held, load, save
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow

_TEXT, _SHELTER = "case message", "shelter"
_URGENT = ("emergency", "crisis")

CaseEffect = OpenCase | AddToCase | DescribeCase | CloseCase


class NoSuchCaseError(LotseError):
    """There is no open case with this number."""


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """A line of the transcript. Author: contact, staff. Delivery (of staff's): waiting, sent, failed."""

    at: datetime
    author: str
    text: str
    delivery: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A case as staff see it: never a name, never the channel's id; ``queue`` names those who are asked."""

    id: int
    channel: str
    status: str
    reason: str
    language: str
    district: str
    shelter: str
    consent: bool | None
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    queue: str = ""
    messages: tuple[CaseMessage, ...] = ()


async def apply(
    connection: AsyncConnection, vault: Vault, held: Held, effects: Sequence[CaseEffect], now: float
) -> None:
    """Write what a turn decided about a case; sets ``held.talk.case``."""
    for effect in effects:
        if isinstance(effect, OpenCase):
            held.talk.case = await _open(connection, held, effect, now)
        elif held.talk.case is None:
            continue
        elif isinstance(effect, AddToCase):
            rows = [_line(vault, held.talk.case, "contact", text, now) for text in effect.texts]
            await connection.execute(insert(CaseMessageRow), rows)
        elif isinstance(effect, DescribeCase):
            await _describe(connection, vault, held.talk.case, effect)
        else:
            await _close(connection, held.talk.case, "contact", now)
            held.talk.case = None


async def _open(connection: AsyncConnection, held: Held, effect: OpenCase, now: float) -> int:
    values = {
        "lane": held.lane,
        "channel": held.channel,
        "status": "queued",
        "reason": effect.reason,
        "language": effect.language,
        "opened_at": now,
        "queue": effect.queue,
    }
    created = await connection.execute(insert(CaseRow).values(**values).returning(CaseRow.id))
    return int(created.scalar_one())


def _line(vault: Vault, case: int, author: str, text: str, now: float) -> dict[str, Any]:
    return {"case_id": case, "at": now, "author": author, "delivery": None, "payload": vault.seal(_TEXT, text)}


async def _describe(connection: AsyncConnection, vault: Vault, case: int, effect: DescribeCase) -> None:
    values: dict[str, Any] = {}
    if effect.consent is not None:
        values["consent"] = effect.consent
    if effect.district:
        values["district"] = effect.district
    if effect.shelter:
        values["shelter"] = vault.seal(_SHELTER, effect.shelter)
    if effect.reason:
        values["reason"] = effect.reason
    if effect.reason in _URGENT:
        values["queue"] = ""  # whoever was asked for something else is not who helps now
    if values:
        await connection.execute(update(CaseRow).where(CaseRow.id == case).values(**values))


async def _close(connection: AsyncConnection, case: int, closed_by: str, now: float) -> None:
    """The transcript goes at once; what stays is tied to nobody."""
    await connection.execute(delete(CaseMessageRow).where(CaseMessageRow.case_id == case))
    values = {
        "status": "resolved",
        "lane": None,
        "shelter": None,
        "closed_at": now,
        "closed_by": closed_by,
    }
    await connection.execute(update(CaseRow).where(CaseRow.id == case).values(**values))


async def list_cases(database: Database, vault: Vault, *, closed: bool = False) -> list[Case]:
    """Open cases, emergencies and crises before the others, then the oldest first; with ``closed`` closed ones too."""
    urgent = and_(CaseRow.status != "resolved", CaseRow.reason.in_(_URGENT))
    query = select(CaseRow).order_by(case((urgent, 0), else_=1), CaseRow.opened_at)
    if not closed:
        query = query.where(CaseRow.status != "resolved")
    async with database.read() as connection:
        return [_case(vault, row) for row in await connection.execute(query)]


async def read_case(database: Database, vault: Vault, number: int) -> Case:
    """A case with its transcript.

    Raises:
        NoSuchCaseError: there is none with this number.
    """
    lines = select(CaseMessageRow).where(CaseMessageRow.case_id == number).order_by(CaseMessageRow.id)
    async with database.read() as connection:
        row = (await connection.execute(select(CaseRow).where(CaseRow.id == number))).first()
        if row is None:
            raise NoSuchCaseError(f"There is no case {number}.")
        messages = tuple(
            CaseMessage(_moment(line.at), line.author, vault.open(_TEXT, line.payload), line.delivery)
            for line in await connection.execute(lines)
        )
    return _case(vault, row, messages)


async def reply(database: Database, vault: Vault, number: int, text: str, *sent_as: Reply) -> None:
    """Answer the person: into the transcript and the outgoing queue, in one transaction.

    ``sent_as`` is the text as the person gets it, in one message or several.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    now = time.time()
    async with database.write() as connection:
        held = await _held(connection, vault, number)
        line = _line(vault, number, "staff", text, now) | {"delivery": "waiting"}
        created = await connection.execute(insert(CaseMessageRow).values(**line).returning(CaseMessageRow.id))
        message_id = int(created.scalar_one())
        envelopes = [outgoing.Envelope(part, held.address) for part in sent_as]
        await outgoing.put(
            connection, vault, held.lane, held.channel, envelopes, received_at=now, case_message_id=message_id
        )
        first = update(CaseRow).where(CaseRow.id == number, CaseRow.answered_at.is_(None)).values(answered_at=now)
        await connection.execute(first)
        await connection.execute(update(CaseRow).where(CaseRow.id == number).values(status="assigned"))
        await connection.execute(
            update(ConversationRow).where(ConversationRow.lane == held.lane).values(status="assigned")
        )


async def close(database: Database, vault: Vault, number: int, farewell: Reply) -> None:
    """Close a case; the bot takes over again and says so.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    now = time.time()
    async with database.write() as connection:
        held = await _held(connection, vault, number)
        await _close(connection, number, "staff", now)
        held.talk.status, held.talk.case = "bot", None
        held.talk.awaiting, held.talk.failures = "", 0
        await save(connection, vault, held, now)
        envelope = outgoing.Envelope(farewell, held.address)
        await outgoing.put(connection, vault, held.lane, held.channel, [envelope], received_at=now)


async def addressee(database: Database, vault: Vault, number: int) -> tuple[str, int]:
    """The language in which the person of an open case is written to, and the number of their handover.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    async with database.read() as connection:
        held = await _held(connection, vault, number, lock=False)
    return held.talk.language, held.talk.handovers


async def _held(connection: AsyncConnection, vault: Vault, number: int, *, lock: bool = True) -> Held:
    lane = (await connection.execute(select(CaseRow.lane).where(CaseRow.id == number))).scalar()
    if lane is None:
        raise NoSuchCaseError(f"There is no open case {number}. `lotse cases` lists them.")
    if lock and connection.dialect.name != "sqlite":
        # Wait for a turn that holds this conversation, so that neither overwrites the other.
        await connection.execute(select(ConversationRow.id).where(ConversationRow.lane == lane).with_for_update())
    held = await load(connection, vault, lane, lock=False)
    if held is None:
        raise NoSuchCaseError(f"There is no open case {number}: the person has erased their data.")
    return held


def _case(vault: Vault, row: Any, messages: tuple[CaseMessage, ...] = ()) -> Case:
    return Case(
        id=row.id,
        channel=row.channel,
        status=row.status,
        reason=row.reason,
        language=row.language,
        district=row.district or "",
        shelter=vault.open(_SHELTER, row.shelter) if row.shelter else "",
        consent=row.consent,
        opened_at=_moment(row.opened_at),
        answered_at=_moment(row.answered_at) if row.answered_at else None,
        closed_at=_moment(row.closed_at) if row.closed_at else None,
        queue=row.queue,
        messages=messages,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
