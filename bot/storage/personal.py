"""The person's rights: a copy of everything stored about them, and erasing it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import attachments, audit, transcript, translations
from bot.storage.attachments import Attachment
from bot.storage.conversations import Held, recreate
from bot.storage.crypto import Vault
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow, IncomingRow, OutgoingRow, SendingRow
from bot.storage.models_inbox import FeedbackRow


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
        "cases": [await case_data(connection, vault, row) for row in cases],
    }


async def case_data(connection: AsyncConnection, vault: Vault, row: Any, *, notes: bool = False) -> dict[str, Any]:
    """A case as JSON values: what is kept about it, what was said in it, and with ``notes`` what staff noted too.

    Staff are named by what they are. Texts of notes are given as they were written.
    """
    wanted = select(CaseMessageRow).where(CaseMessageRow.case_id == row.id)
    wanted = wanted if notes else wanted.where(CaseMessageRow.kind != "note")
    lines = (await connection.execute(wanted.order_by(CaseMessageRow.id))).all()
    files = await attachments.of_case(connection, vault, row.id)
    told = select(FeedbackRow.value).where(FeedbackRow.case_id == row.id)
    return {
        "called": row.pseudonym,
        "reason": row.reason,
        "queue": row.queue,
        "language": row.language,
        "status": row.status,
        "district": row.district,
        "shelter": vault.open(transcript.SHELTER, row.shelter) if row.shelter else None,
        "consent": row.consent,
        "blocked": row.blocked,
        "opened": _date(row.opened_at),
        "first_answered": _date(row.answered_at) if row.answered_at else None,
        "closed": _date(row.closed_at) if row.closed_at else None,
        "resolution": row.resolution,
        "theme": row.theme,
        "feedback": (await connection.execute(told)).scalar(),
        "messages": [_message(vault, line, files.get(line.id, ())) for line in lines if line.kind != "event"],
        "events": [_event(vault, line) for line in lines if line.kind == "event"],
    }


def _message(vault: Vault, line: Any, files: Sequence[Attachment]) -> dict[str, Any]:
    said = vault.open(transcript.TEXT, line.payload)
    return {
        "at": _date(line.at),
        "author": line.author,
        "kind": line.kind,
        "delivery": line.delivery,
        "text": transcript.with_buttons(said) if line.kind == "bot" else said,
        "understood": vault.open(transcript.UNDERSTOOD, line.understood) if line.understood else None,
        "machine_translations": translations.exported(vault, line.translation),
        "files": [
            {"name": file.filename, "type": file.media_type, "bytes": file.size, "direction": file.direction}
            for file in files
        ],
    }


def _event(vault: Vault, line: Any) -> dict[str, Any]:
    """What happened, without its detail: that may be the name of a colleague."""
    return {"at": _date(line.at), "event": vault.open(transcript.TEXT, line.payload)["event"], "by": line.author}


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
    for number in (await connection.execute(own)).scalars().all():
        await audit.add(connection, None, "erased by the person", now, case=number)
    await transcript.tidy(connection, own)
    await connection.execute(delete(CaseMessageRow).where(CaseMessageRow.case_id.in_(own)))
    closed = {"status": "resolved", "closed_by": "erased", "closed_at": now}
    still_open = update(CaseRow).where(CaseRow.lane == lane, CaseRow.status != "resolved")
    await connection.execute(still_open.values(**closed))
    cleared = {**transcript.CLEARED, "purged_at": now, "changed_at": now}
    await connection.execute(update(CaseRow).where(CaseRow.lane == lane).values(**cleared))


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
