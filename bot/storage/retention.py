"""Forgetting: what is dropped when, whoever forgot about it."""

import time
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from sqlalchemy import Delete, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import audit, outgoing, pings, sessions, transcript
from bot.storage.conversations import forget_recent
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow, IncomingRow, OutgoingRow, ReceiptRow
from bot.storage.models_inbox import AttachmentRow, DraftRow, PresenceRow

# Telegram repeats an update for a day at most; the web page repeats within minutes.
KEEP_RECEIPTS = timedelta(days=3)
# A page that was closed does not come for its replies any more.
KEEP_UNSENT = timedelta(days=3)
KEEP_SET_ASIDE = timedelta(days=7)
KEEP_IDLE_CONVERSATIONS = timedelta(days=180)
# Nobody goes on with what they began so long ago; it may quote what a person wrote.
KEEP_DRAFTS = timedelta(days=14)
# A page that is open says every 15 seconds that somebody looks.
KEEP_PRESENCE = timedelta(hours=1)

# After a case is closed: long enough to come back to it, and to complain.
KEEP_TRANSCRIPTS = timedelta(days=90)
# Pictures of papers are what harms most if somebody else sees them.
KEEP_MEDIA = timedelta(days=30)
# So many cases are purged in one transaction, so that others get their turn.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was erased because its time was over."""

    transcripts: int = 0
    files: int = 0
    conversations: int = 0
    messages: int = 0
    drafts: int = 0

    def __str__(self) -> str:
        """As the audit holds it, without what is none."""
        counts = {each.name: getattr(self, each.name) for each in fields(self)}
        return ", ".join(f"{name} {number}" for name, number in counts.items() if number)


async def forget(
    database: Database,
    vault: Vault,
    *,
    transcripts: timedelta = KEEP_TRANSCRIPTS,
    media: timedelta = KEEP_MEDIA,
    now: float | None = None,
) -> Purged:
    """Drop everything whose time is over; ``transcripts`` and ``media`` stay so long after their case was closed.

    Whoever calls it again and again finds little to do. What was erased of people is audited, as a count. ``now`` is
    in seconds; without it, the clock's.
    """
    now = time.time() if now is None else now
    async with database.write() as connection:
        await forget_recent(connection, vault, now)
        done = await _delete_old(connection, now)
        done = replace(done, drafts=await _delete_unsent(connection, now))
    await sessions.forget_old(database, now)
    erased = more = await _purge(database, now, now - transcripts.total_seconds())
    while more:
        more = await _purge(database, now, now - transcripts.total_seconds())
        erased += more
    async with database.write() as connection:
        files = await _delete_media(connection, now - media.total_seconds())
        done = replace(done, transcripts=erased, files=files)
        if str(done):
            await audit.add(connection, None, "purged", now, detail=str(done))
    return done


async def _purge(database: Database, now: float, closed_before: float) -> int:
    """Erase the transcripts of some cases that were closed before; returns how many, 0 if there are none left.

    What stays says how many people asked for what and how long they waited, and is tied to nobody.
    """
    over = and_(CaseRow.closed_at < closed_before, CaseRow.status == "resolved", CaseRow.purged_at.is_(None))
    async with database.write() as connection:
        query = select(CaseRow.id).where(over).order_by(CaseRow.closed_at).limit(_AT_ONCE)
        if connection.dialect.name != "sqlite":
            # Whoever holds a case may be opening it again, or purging it too.
            query = query.with_for_update(skip_locked=True)
        numbers = list((await connection.execute(query)).scalars())
        if not numbers:
            return 0
        await transcript.tidy(connection, numbers)
        await connection.execute(delete(CaseMessageRow).where(CaseMessageRow.case_id.in_(numbers)))
        cleared = {**transcript.CLEARED, "purged_at": now}
        await connection.execute(update(CaseRow).where(CaseRow.id.in_(numbers)).values(**cleared))
        for number in numbers:
            await audit.add(connection, None, "transcript erased", now, case=number)
    return len(numbers)


async def _delete_media(connection: AsyncConnection, closed_before: float) -> int:
    closed = select(CaseRow.id).where(CaseRow.closed_at < closed_before, CaseRow.status == "resolved")
    lines = select(CaseMessageRow.id).where(CaseMessageRow.case_id.in_(closed))
    return await _delete(connection, delete(AttachmentRow).where(AttachmentRow.case_message_id.in_(lines)))


async def _delete_old(connection: AsyncConnection, now: float) -> Purged:
    def before(keep: timedelta) -> float:
        return now - keep.total_seconds()

    await connection.execute(delete(ReceiptRow).where(ReceiptRow.received_at < before(KEEP_RECEIPTS)))
    # Telegram's messages wait until the network is back, however long that takes; a closed page never asks again.
    pulled = OutgoingRow.channel.not_in(("telegram", pings.CHANNEL))
    late = and_(pulled, OutgoingRow.received_at < before(KEEP_UNSENT))
    lines = select(OutgoingRow.case_message_id).where(late, OutgoingRow.case_message_id.is_not(None)).distinct()
    for line in (await connection.execute(lines)).scalars().all():
        await outgoing.note_delivery(connection, line, "failed")
    unsent = delete(OutgoingRow).where(late)
    aside = delete(IncomingRow).where(IncomingRow.set_aside_at < before(KEEP_SET_ASIDE))
    idle = ConversationRow.active_at < before(KEEP_IDLE_CONVERSATIONS)
    waiting = ConversationRow.lane.in_(select(IncomingRow.lane))
    silent = delete(ConversationRow).where(idle, ConversationRow.status == "bot", ~waiting)
    messages = await _delete(connection, unsent) + await _delete(connection, aside)
    return Purged(conversations=await _delete(connection, silent), messages=messages)


async def _delete_unsent(connection: AsyncConnection, now: float) -> int:
    """What staff began to write and left, and who looked at what."""
    looked = PresenceRow.seen_at < now - KEEP_PRESENCE.total_seconds()
    await connection.execute(delete(PresenceRow).where(looked))
    return await _delete(connection, delete(DraftRow).where(DraftRow.at < now - KEEP_DRAFTS.total_seconds()))


async def _delete(connection: AsyncConnection, statement: Delete) -> int:
    return (await connection.execute(statement)).rowcount
