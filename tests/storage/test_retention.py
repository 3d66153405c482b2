"""Forgetting: everything has its time."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.storage import retention
from bot.storage.conversations import save
from bot.storage.models import ConversationRow, IncomingRow, OutgoingRow, ReceiptRow
from tests.storage.parts import Parts, held, incoming, put

DAY = 86400.0


async def age(parts: Parts, table: Any, **days: float) -> None:
    """Make rows older."""
    values = {column: time.time() - number * DAY for column, number in days.items()}
    async with parts.database.write() as connection:
        await connection.execute(update(table).values(**values))


async def forget(parts: Parts, table: Any) -> int:
    """How many rows of a table are left."""
    await retention.forget(parts.database, parts.vault)
    return len(await parts.rows(table))


async def without_incoming(parts: Parts) -> None:
    """A conversation whose message was answered."""
    await parts.incoming.store([incoming("eins")])
    async with parts.database.write() as connection:
        await connection.execute(delete(IncomingRow))


@pytest.mark.parametrize(("days", "left"), [(2.9, 1), (3.1, 0)])
async def test_receipts_are_kept_three_days(parts: Parts, days: float, left: int) -> None:
    """Longer than Telegram repeats an update."""
    await parts.incoming.store([incoming("eins")])
    await age(parts, ReceiptRow, received_at=days)
    assert await forget(parts, ReceiptRow) == left


@pytest.mark.parametrize(("days", "left"), [(6.9, 1), (7.1, 0)])
async def test_what_was_set_aside_is_kept_a_week(parts: Parts, days: float, left: int) -> None:
    """Long enough for an operator."""
    await parts.incoming.store([incoming("gift")])
    await age(parts, IncomingRow, set_aside_at=days)
    assert await forget(parts, IncomingRow) == left


async def test_a_message_that_waits_is_never_forgotten(parts: Parts) -> None:
    """However long Lotse stood still."""
    await parts.incoming.store([incoming("eins")])
    await age(parts, IncomingRow, received_at=365)
    await age(parts, ConversationRow, active_at=365)
    assert await forget(parts, IncomingRow) == 1
    assert len(await parts.rows(ConversationRow)) == 1


@pytest.mark.parametrize(("channel", "left"), [("telegram", 1), ("web", 0)])
async def test_replies_wait_for_the_network_but_not_for_a_closed_page(parts: Parts, channel: str, left: int) -> None:
    """Telegram's leave whenever it is back; a page that was closed does not come for its own."""
    await put(parts, "eins", received_at=time.time() - 4 * DAY)
    async with parts.database.write() as connection:
        await connection.execute(update(OutgoingRow).values(channel=channel))
    assert await forget(parts, OutgoingRow) == left


@pytest.mark.parametrize(("days", "left"), [(179, 1), (181, 0)])
async def test_a_silent_conversation_is_forgotten_after_half_a_year(parts: Parts, days: float, left: int) -> None:
    """Language and address go too."""
    await without_incoming(parts)
    await age(parts, ConversationRow, active_at=days)
    assert await forget(parts, ConversationRow) == left


async def test_a_conversation_with_an_open_case_stays(parts: Parts) -> None:
    """Staff still owe an answer."""
    await without_incoming(parts)
    await age(parts, ConversationRow, active_at=365)
    async with parts.database.write() as connection:
        await connection.execute(update(ConversationRow).values(status="queued"))
    assert await forget(parts, ConversationRow) == 1


async def test_recent_utterances_go_after_their_hour(parts: Parts) -> None:
    """The conversation stays without them."""
    await parts.incoming.store([incoming("eins")])
    talk = await held(parts)
    talk.talk.remember("Geheim", datetime.now(UTC))
    async with parts.database.write() as connection:
        await save(connection, parts.vault, talk, time.time() - 3601)
    await retention.forget(parts.database, parts.vault)
    assert (await held(parts)).talk.recent == []
