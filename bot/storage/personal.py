"""The person's rights: a copy of everything stored about them, and erasing it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import attachments, transcript
from bot.storage.conversations import Held, recreate
from bot.storage.crypto import Vault
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow, IncomingRow, OutgoingRow, SendingRow


async def export(connection: AsyncConnection, vault: Vault, held: Held) -> dict[str, Any]:
    """All that is stored about a contact, as JSON values.

    Closed cases are among them until their transcript is erased. What staff note for each other is not: it may be
    about others, so it is given out by a human being, on request.
    """
    conversation = (await connection.execute(select(ConversationRow).where(ConversationRow.lane == held.lane))).first()
    incoming = await connection.execute(select(IncomingRow).where(IncomingRow.lane == held.lane))
    waiting = await connection.execute(select(OutgoingRow.payload).where(OutgoingRow.lane == held.lane))
    cases = (await connection.execute(select(CaseRow).where(CaseRow.lane == held.lane))).all()
    return {
        "channel": held.channel,
        "address": held.address,
        "status": held.talk.status,
        "last_active": _date(conversation.active_at) if conversation else None,
        "last_news": _date(conversation.news_at) if conversation and conversation.news_at else None,
        "state": held.talk.as_json(),
        "messages_waiting": [vault.open("incoming", row.payload) for row in incoming],
        "replies_waiting": [vault.open("outgoing", payload)["reply"] for payload in waiting.scalars()],
        "cases": [await _case(connection, vault, row) for row in cases],
    }


async def _case(connection: AsyncConnection, vault: Vault, row: Any) -> dict[str, Any]:
    said = and_(CaseMessageRow.case_id == row.id, CaseMessageRow.kind.in_(("contact", "reply")))
    lines = (await connection.execute(select(CaseMessageRow).where(said).order_by(CaseMessageRow.id))).all()
    files = await attachments.of_case(connection, vault, row.id)
    return {
        "reason": row.reason,
        "queue": row.queue,
        "language": row.language,
        "status": row.status,
        "district": row.district,
        "shelter": vault.open(transcript.SHELTER, row.shelter) if row.shelter else None,
        "consent": row.consent,
        "opened": _date(row.opened_at),
        "closed": _date(row.closed_at) if row.closed_at else None,
        "theme": row.theme,
        "messages": [
            {
                "at": _date(line.at),
                "author": line.author,
                "text": vault.open(transcript.TEXT, line.payload),
                "understood": vault.open(transcript.UNDERSTOOD, line.understood) if line.understood else None,
                "files": [file.filename for file in files.get(line.id, ())],
            }
            for line in lines
        ],
    }


async def erase(connection: AsyncConnection, vault: Vault, held: Held, present: int, now: float) -> None:
    """Erase everything about a contact.

    Messages that they sent after the present one are theirs to be answered: they keep a blank conversation.
    """
    lane = held.lane
    await _erase_cases(connection, lane, now)
    waiting = select(OutgoingRow.id).where(OutgoingRow.lane == lane)
    await connection.execute(delete(SendingRow).where(SendingRow.outgoing_id.in_(waiting)))
    await connection.execute(delete(OutgoingRow).where(OutgoingRow.lane == lane))
    await connection.execute(delete(IncomingRow).where(IncomingRow.lane == lane, IncomingRow.set_aside_at.is_not(None)))
    await connection.execute(delete(IncomingRow).where(IncomingRow.id == present))
    await connection.execute(delete(ConversationRow).where(ConversationRow.lane == lane))
    later = await connection.execute(select(IncomingRow.id).where(IncomingRow.lane == lane).limit(1))
    if later.first():
        await recreate(connection, vault, held, now)


async def _erase_cases(connection: AsyncConnection, lane: str, now: float) -> None:
    """Transcripts, files and what staff noted go at once; of each case a row stays that is tied to nobody."""
    own = select(CaseRow.id).where(CaseRow.lane == lane)
    await transcript.tidy(connection, own)
    await connection.execute(delete(CaseMessageRow).where(CaseMessageRow.case_id.in_(own)))
    closed = {"status": "resolved", "closed_by": "erased", "closed_at": now}
    still_open = update(CaseRow).where(CaseRow.lane == lane, CaseRow.status != "resolved")
    await connection.execute(still_open.values(**closed))
    cleared = {**transcript.CLEARED, "purged_at": now, "changed_at": now}
    await connection.execute(update(CaseRow).where(CaseRow.lane == lane).values(**cleared))


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
