"""Who waits for news of offers, and telling them: at most once a day, and never in the way of an answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Reply
from bot.storage import outgoing
from bot.storage.conversations import Held, held_of
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import ConversationRow, OutgoingRow
from bot.storage.outgoing import Envelope

# Any fixed number: two processes on one PostgreSQL database count what waits one after the other.
_LOCK = 7_015_3
# Its pages come for their messages whenever they are opened: what waits for them keeps nobody waiting.
_PULLED = "web"


@dataclass(frozen=True, slots=True)
class Watcher:
    """A conversation whose person waits for news; ``checked`` is the moment up to which they have missed nothing."""

    id: int
    checked: float
    row: Any

    def held(self, vault: Vault) -> Held:
        """The conversation itself.

        Raises:
            WrongKeyError: its key is missing.
        """
        return held_of(vault, self.row)


@dataclass(frozen=True, slots=True)
class Round:
    """What holds for all who are told together.

    ``day`` is when today began: who was told since then has to wait; ``newest`` is the moment of the newest change
    among those that are looked at.
    """

    channels: Sequence[str]
    day: float
    newest: float

    @property
    def due(self) -> ColumnElement[bool]:
        """Who may be told: nobody who talks with staff, is out of reach, or has had news today."""
        row = ConversationRow
        return and_(
            row.watching,
            row.status == "bot",
            row.blocked_at.is_(None),
            row.channel.in_(self.channels),
            or_(row.news_at.is_(None), row.news_at < self.day),
            or_(row.news_checked.is_(None), row.news_checked < self.newest),
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """News for one person."""

    watcher: Watcher
    held: Held
    reply: Reply


async def due(database: Database, present: Round, after: int, limit: int) -> list[Watcher]:
    """The next who may be told, behind the conversation ``after``."""
    row = ConversationRow
    columns = (row.id, row.news_checked, row.lane, row.channel, row.address, row.state, row.status, row.case_id)
    query = select(*columns).where(present.due, row.id > after).order_by(row.id).limit(limit)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [Watcher(found.id, found.news_checked or 0.0, found) for found in rows]


async def nothing_new(database: Database, present: Round, watchers: Sequence[Watcher]) -> None:
    """Note for whom nothing was new, so that they are not looked at again before something changes."""
    if not watchers:
        return
    async with database.write(durable=False) as connection:
        ids = await _unchanged(connection, present, watchers)
        await connection.execute(
            update(ConversationRow).where(ConversationRow.id.in_(ids)).values(news_checked=present.newest)
        )


async def tell(
    database: Database, vault: Vault, present: Round, letters: Sequence[Letter], *, now: float, most: int
) -> tuple[list[Letter], list[Letter]]:
    """Put letters into the outgoing queue, and note in the same transaction that these people have had their news.

    Who has written meanwhile, was told by another process, or has erased everything, gets nothing now.

    Returns:
        Those that are on their way, and those that found no room: no more than ``most`` wait for a channel.
    """
    async with database.write(durable=False) as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        taken, later = _fit_in(letters, most - await _waiting(connection))
        ids = await _unchanged(connection, present, [letter.watcher for letter in taken])
        told = [letter for letter in taken if letter.watcher.id in ids]
        await connection.execute(
            update(ConversationRow).where(ConversationRow.id.in_(ids)).values(news_at=now, news_checked=present.newest)
        )
        for letter in told:
            envelope = Envelope(letter.reply, letter.held.address)
            await outgoing.put(
                connection, vault, letter.held.lane, letter.held.channel, [envelope], received_at=now, patient=True
            )
    return told, later


def _fit_in(letters: Sequence[Letter], room: int) -> tuple[list[Letter], list[Letter]]:
    taken: list[Letter] = []
    later: list[Letter] = []
    for letter in letters:
        if letter.held.channel == _PULLED:
            taken.append(letter)
        elif room > 0:
            taken.append(letter)
            room -= 1
        else:
            later.append(letter)
    return taken, later


async def _waiting(connection: AsyncConnection) -> int:
    patient = select(func.count()).where(OutgoingRow.patient, OutgoingRow.channel != _PULLED)
    return int((await connection.execute(patient)).scalar_one())


async def _unchanged(connection: AsyncConnection, present: Round, watchers: Sequence[Watcher]) -> Collection[int]:
    """Those that are as they were read. Who is in a turn just now is left alone: neither waits for the other."""
    query = (
        select(ConversationRow.id, ConversationRow.state)
        .where(ConversationRow.id.in_([watcher.id for watcher in watchers]), present.due)
        .with_for_update(skip_locked=True, key_share=True)
    )
    found = {row.id: row.state for row in await connection.execute(query)}
    return {watcher.id for watcher in watchers if found.get(watcher.id) == watcher.row.state}
