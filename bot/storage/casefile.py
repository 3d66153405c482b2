"""One case as staff read it: its facts, its transcript, and what Lotse understood."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Understanding
from bot.storage import attachments, audit, transcript, translations
from bot.storage.access import Actor, check
from bot.storage.attachments import Attachment
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.inbox import LINE, CaseLine, case_line, maybe_moment, moment
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow
from bot.storage.models_inbox import AuditRow, FeedbackRow, MentionRow, StaffRow
from bot.storage.translations import Translation

# A page that is loaded again and again is one reading.
_SAME_READING = 600.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript. Kind: contact, reply, note (staff only), event, bot (what Lotse told the person).

    Delivery of a reply: waiting, sent, failed. ``understood`` is what Lotse made of what the person wrote, if it did.
    ``translations`` are those of a machine; what the person got of a reply is that, and the line below it.
    The text of an event is its name (taken, assigned, released, handed_over, snoozed, woken, resolved, reopened,
    blocked, unblocked, escalated, file_refused), its ``detail`` a queue, the name of a colleague, a moment (ISO 8601),
    a resolution, or why a file was refused. Only what Lotse told has a ``language``, and labels of ``buttons``.
    """

    id: int
    at: datetime
    author: str
    kind: str
    text: str
    detail: str
    delivery: str | None
    staff_id: int | None
    staff: str
    understood: Understanding | None
    attachments: tuple[Attachment, ...]
    translations: tuple[Translation, ...] = ()
    language: str = ""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its facts and its transcript, the oldest line first.

    ``consent``: whether staff may see what was written before the case; None if it was not asked.
    ``unreachable``: the person has blocked Lotse, or their data are erased. ``feedback`` is their tap at the end.
    """

    case: CaseLine
    channel: str
    shelter: str
    consent: bool | None
    first_reply_at: datetime | None
    closed_by: str
    previous_queue: str
    unreachable: bool
    purged_at: datetime | None
    feedback: str
    lines: tuple[Line, ...]


async def read(database: Database, vault: Vault, actor: Actor, number: int) -> CaseFile:
    """Everything about a case. That it was read is audited, once in ten minutes for each reader; a mention is answered.

    Raises:
        NotAllowedError: as everywhere here: it is in none of their queues, or does not exist.
    """
    async with database.read() as connection:
        row = await check(connection, actor, number)
        found = await _file(connection, vault, row)
        noted = await _is_noted(connection, actor, number)
    if not noted:
        async with database.write() as connection:
            mention = delete(MentionRow).where(MentionRow.case_id == number, MentionRow.staff_id == actor.staff_id)
            await connection.execute(mention)
            await audit.add(connection, actor.staff_id, "read", time.time(), case=number)
    return found


async def _is_noted(connection: AsyncConnection, actor: Actor, number: int) -> bool:
    lately = AuditRow.at > time.time() - _SAME_READING
    own = (AuditRow.case_id == number, AuditRow.staff_id == actor.staff_id, AuditRow.action == "read")
    read_lately = (await connection.execute(select(AuditRow.id).where(*own, lately).limit(1))).first()
    asked = select(MentionRow.at).where(MentionRow.case_id == number, MentionRow.staff_id == actor.staff_id)
    return read_lately is not None and (await connection.execute(asked)).first() is None


async def _file(connection: AsyncConnection, vault: Vault, row: Any) -> CaseFile:
    line = (await connection.execute(LINE.where(CaseRow.id == row.id))).one()
    blocked = select(ConversationRow.blocked_at).where(ConversationRow.lane == row.lane)
    conversation = (await connection.execute(blocked)).first()
    value = (await connection.execute(select(FeedbackRow.value).where(FeedbackRow.case_id == row.id))).scalar()
    return CaseFile(
        case=case_line(vault, line),
        channel=row.channel,
        shelter=vault.open(transcript.SHELTER, row.shelter) if row.shelter else "",
        consent=row.consent,
        first_reply_at=maybe_moment(row.answered_at),
        closed_by=row.closed_by or "",
        previous_queue=row.previous_queue or "",
        unreachable=conversation is None or conversation.blocked_at is not None,
        purged_at=maybe_moment(row.purged_at),
        feedback=value or "",
        lines=await _lines(connection, vault, row.id),
    )


async def _lines(connection: AsyncConnection, vault: Vault, number: int) -> tuple[Line, ...]:
    files = await attachments.of_case(connection, vault, number)
    query = (
        select(CaseMessageRow, StaffRow.name)
        .outerjoin(StaffRow, StaffRow.id == CaseMessageRow.staff_id)
        .where(CaseMessageRow.case_id == number)
        .order_by(CaseMessageRow.id)
    )
    return tuple(line_of(vault, row, files.get(row.id, ())) for row in await connection.execute(query))


def line_of(vault: Vault, row: Any, files: tuple[Attachment, ...] = ()) -> Line:
    """A line from its row, with the name of who of the staff it is of."""
    said = vault.open(transcript.TEXT, row.payload)
    parts = said if row.kind in ("event", "bot") else {"text": said}
    return Line(
        id=row.id,
        at=moment(row.at),
        author=row.author,
        kind=row.kind,
        text=parts.get("event", "") if row.kind == "event" else parts["text"],
        detail=parts.get("detail", ""),
        delivery=row.delivery,
        staff_id=row.staff_id,
        staff=row.name or "",
        understood=transcript.understanding(vault, row.understood),
        attachments=files,
        translations=translations.opened(vault, row.translation),
        language=parts.get("language", ""),
        buttons=tuple(parts.get("buttons", ())),
    )
