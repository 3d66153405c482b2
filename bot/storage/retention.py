"""Forgetting: what is dropped when, whoever forgot about it."""

import time
from datetime import timedelta

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import audit, sessions, transcript
from bot.storage.conversations import forget_recent
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow, IncomingRow, OutgoingRow, ReceiptRow
from bot.storage.models_inbox import AttachmentRow

# Telegram repeats an update for a day at most; the web page repeats within minutes.
KEEP_RECEIPTS = timedelta(days=3)
# A page that was closed does not come for its replies any more.
KEEP_UNSENT = timedelta(days=3)
KEEP_SET_ASIDE = timedelta(days=7)
KEEP_IDLE_CONVERSATIONS = timedelta(days=180)


# After a case is closed: long enough to come back to it, and to complain.
KEEP_TRANSCRIPTS = timedelta(days=90)
# Pictures of papers are what harms most if somebody else sees them.
KEEP_MEDIA = timedelta(days=30)
# So many cases are purged in one transaction, so that others get their turn.
_AT_ONCE = 200


async def forget(
    database: Database, vault: Vault, *, transcripts: timedelta = KEEP_TRANSCRIPTS, media: timedelta = KEEP_MEDIA
) -> None:
    """Drop everything whose time is over; ``transcripts`` and ``media`` stay so long after their case was closed."""
    now = time.time()
    async with database.write() as connection:
        await forget_recent(connection, vault, now)
        await _delete_old(connection, now)
    await sessions.forget_old(database, now)
    more = True
    while more:
        more = await _purge(database, now, now - transcripts.total_seconds())
    async with database.write() as connection:
        await _delete_media(connection, now - media.total_seconds())


async def _purge(database: Database, now: float, closed_before: float) -> bool:
    """Erase the transcripts of cases that were closed before; False if there are none left.

    What stays says how many people asked for what and how long they waited, and is tied to nobody.
    """
    over = and_(CaseRow.closed_at < closed_before, CaseRow.status == "resolved", CaseRow.purged_at.is_(None))
    async with database.write() as connection:
        query = select(CaseRow.id).where(over).order_by(CaseRow.closed_at).limit(_AT_ONCE)
        numbers = list((await connection.execute(query)).scalars())
        if not numbers:
            return False
        await transcript.tidy(connection, numbers)
        await connection.execute(delete(CaseMessageRow).where(CaseMessageRow.case_id.in_(numbers)))
        cleared = {**transcript.CLEARED, "purged_at": now}
        await connection.execute(update(CaseRow).where(CaseRow.id.in_(numbers)).values(**cleared))
        for number in numbers:
            await audit.add(connection, None, "transcript erased", now, case=number)
    return True


async def _delete_media(connection: AsyncConnection, closed_before: float) -> None:
    closed = select(CaseRow.id).where(CaseRow.closed_at < closed_before, CaseRow.status == "resolved")
    lines = select(CaseMessageRow.id).where(CaseMessageRow.case_id.in_(closed))
    await connection.execute(delete(AttachmentRow).where(AttachmentRow.case_message_id.in_(lines)))


async def _delete_old(connection: AsyncConnection, now: float) -> None:
    def before(keep: timedelta) -> float:
        return now - keep.total_seconds()

    await connection.execute(delete(ReceiptRow).where(ReceiptRow.received_at < before(KEEP_RECEIPTS)))
    # Telegram's messages wait until the network is back, however long that takes; a closed page never asks again.
    pulled = OutgoingRow.channel != "telegram"
    await connection.execute(delete(OutgoingRow).where(pulled, OutgoingRow.received_at < before(KEEP_UNSENT)))
    await connection.execute(delete(IncomingRow).where(IncomingRow.set_aside_at < before(KEEP_SET_ASIDE)))
    idle = ConversationRow.active_at < before(KEEP_IDLE_CONVERSATIONS)
    waiting = ConversationRow.lane.in_(select(IncomingRow.lane))
    await connection.execute(delete(ConversationRow).where(idle, ConversationRow.status == "bot", ~waiting))
