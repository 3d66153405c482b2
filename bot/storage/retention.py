"""Forgetting: what is dropped when, whoever forgot about it."""

import time
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.conversations import forget_recent
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import ConversationRow, IncomingRow, OutgoingRow, ReceiptRow

# Telegram repeats an update for a day at most; the web page repeats within minutes.
KEEP_RECEIPTS = timedelta(days=3)
# A page that was closed does not come for its replies any more.
KEEP_UNSENT = timedelta(days=3)
KEEP_SET_ASIDE = timedelta(days=7)
KEEP_IDLE_CONVERSATIONS = timedelta(days=180)


async def forget(database: Database, vault: Vault) -> None:
    """Drop everything whose time is over."""
    now = time.time()
    async with database.write() as connection:
        await forget_recent(connection, vault, now)
        await _delete_old(connection, now)


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
