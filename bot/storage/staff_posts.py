"""What staff write in their group on Telegram: kept before it is confirmed, worked on in order, each once."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LotseError
from bot.messages import Reply
from bot.storage import outgoing
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import ReceiptRow
from bot.storage.models_inbox import StaffPostRow
from bot.storage.once import add_once
from bot.storage.pings import CHANNEL

_PRIVATE_LANE: Final = "staff-private"
POST: Final = "staff post"
"""What their payload is sealed for."""


class DoneElsewhereError(LotseError):
    """Another process has worked on this post already."""


@dataclass(frozen=True, slots=True)
class Post:
    """Something that staff wrote to the bot. Kind: post (in a topic), edit (of one), code (alone with the bot).

    ``person`` is Telegram's id of the writer, ``chat`` where it was written, ``thread`` the topic's number there,
    ``message`` the message's own. ``text`` is None where it is something else, such as a picture.
    """

    kind: Literal["post", "edit", "code"]
    update_id: str
    person: str
    chat: int
    thread: int
    message: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A post that waits, with how often it has failed."""

    id: int
    attempts: int
    post: Post


async def store(database: Database, vault: Vault, posts: Sequence[Post]) -> None:
    """Keep posts; a repeated update is ignored."""
    now = time.time()
    async with database.write() as connection:
        for post in posts:
            if await first_time(connection, vault, "staff update", post.update_id):
                row = {"received_at": now, "attempts": 0, "payload": vault.seal(POST, post)}
                await connection.execute(insert(StaffPostRow), [row])


async def first_time(connection: AsyncConnection, vault: Vault, *parts: str) -> bool:
    """Whether this happens for the first time within some days; it is noted as a keyed hash."""
    known = select(ReceiptRow.key).where(ReceiptRow.key.in_(vault.hashes(*parts)))
    if (await connection.execute(known)).first():
        return False
    return await add_once(connection, ReceiptRow, key=vault.hash(*parts), received_at=time.time())


async def first(database: Database, vault: Vault) -> Kept | None:
    """The post that is to be worked on next."""
    async with database.read() as connection:
        row = (await connection.execute(select(StaffPostRow).order_by(StaffPostRow.id).limit(1))).first()
    return Kept(row.id, row.attempts, Post(**vault.open(POST, row.payload))) if row else None


async def answer(database: Database, vault: Vault, kept: Kept, text: str) -> None:
    """Answer somebody who is alone with the bot; the post is done.

    Raises:
        DoneElsewhereError: another process was quicker.
    """
    envelope = outgoing.Envelope(Reply(text=text, language="de"), {"to": "private", "chat": kept.post.chat})
    now = time.time()
    async with database.write() as connection:
        await done(connection, kept.id)
        await outgoing.put(connection, vault, _PRIVATE_LANE, CHANNEL, [envelope], received_at=now, patient=True)


async def done(connection: AsyncConnection, number: int) -> None:
    """Forget a post in the transaction of what it has led to.

    Raises:
        DoneElsewhereError: that was done before; the transaction must be undone.
    """
    gone = await connection.execute(delete(StaffPostRow).where(StaffPostRow.id == number))
    if not gone.rowcount:
        raise DoneElsewhereError(f"post {number} is done")


async def failed(database: Database, number: int) -> None:
    """Note that working on a post failed."""
    query = update(StaffPostRow).where(StaffPostRow.id == number).values(attempts=StaffPostRow.attempts + 1)
    async with database.write() as connection:
        await connection.execute(query)
