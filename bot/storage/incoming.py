"""The incoming queue: store once, take the oldest message of a conversation that nobody else holds, then erase it."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.messages import FileRef, Incoming, Location, Message, well_formed
from bot.storage.conversations import Held, find_or_create, load
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import IncomingRow, ReceiptRow

MAX_ATTEMPTS = 3
_RETRY_PAUSES = (1.0, 5.0)
_PURPOSE = "incoming"

# Statements of every turn are put together once.
_INSERT = insert(IncomingRow)
_RECEIVE = insert(ReceiptRow)
_SEEN = select(ReceiptRow.key).where(ReceiptRow.key.in_(bindparam("keys", expanding=True)))
_DELETE = delete(IncomingRow).where(IncomingRow.id == bindparam("done"))
_FIRST_OF_LANE = (
    select(IncomingRow.id, IncomingRow.payload, IncomingRow.received_at, IncomingRow.attempts, IncomingRow.due_at)
    .where(IncomingRow.lane == bindparam("lane"), IncomingRow.set_aside_at.is_(None))
    .order_by(IncomingRow.urgent.desc(), IncomingRow.sequence, IncomingRow.id)
    .limit(2)
)


@dataclass(frozen=True, slots=True)
class Head:
    """The next message of a conversation, as it was seen; which one it is is decided when it is claimed."""

    id: int
    lane: str


def first_of(lane: str) -> Head:
    """Whatever comes first in a lane."""
    return Head(0, lane)


@dataclass(slots=True)
class Claim:
    """A message whose turn it is; nobody else works on this conversation until it is released.

    ``more`` says that another message of the same conversation waits.
    """

    id: int
    message: Message
    received_at: float
    attempts: int
    held: Held
    more: bool
    connection: AsyncConnection | None
    _resources: AsyncExitStack

    async def release(self) -> None:
        """Let go of the conversation; on PostgreSQL this rolls back what was not committed."""
        await self._resources.aclose()


class IncomingQueue:
    """Messages on their way in.

    ``is_urgent`` says whether somebody's words must not wait behind a flood of others.
    """

    def __init__(self, database: Database, vault: Vault, is_urgent: Callable[[str], bool]) -> None:
        self._database = database
        self._vault = vault
        self._is_urgent = is_urgent

    async def store(self, messages: Sequence[Incoming]) -> Collection[str]:
        """Keep messages; returns the lanes that have new ones. A repeated update id is ignored."""
        now = time.time()
        lanes: Mapping[tuple[str, str], str] = {}
        async with self._database.write() as connection:
            fresh = await self._without_repeats(connection, messages, now)
            if fresh:
                lanes = await find_or_create(connection, self._vault, fresh, now)
                rows = [self._row(message, lanes[message.channel, message.person], now) for message in fresh]
                await connection.execute(_INSERT, rows)
        return set(lanes.values())

    async def heads(self, channels: Collection[str], busy: Collection[str], limit: int) -> Sequence[Head]:
        """The oldest due message of each conversation that is not busy here."""
        other = aliased(IncomingRow)
        earlier = exists().where(
            other.lane == IncomingRow.lane,
            other.set_aside_at.is_(None),
            (other.urgent & ~IncomingRow.urgent)
            | (
                (other.urgent == IncomingRow.urgent)
                & (
                    (other.sequence < IncomingRow.sequence)
                    | and_(other.sequence == IncomingRow.sequence, other.id < IncomingRow.id)
                )
            ),
        )
        query = (
            select(IncomingRow.id, IncomingRow.lane)
            .where(
                IncomingRow.set_aside_at.is_(None),
                IncomingRow.due_at <= time.time(),
                IncomingRow.channel.in_(channels),
                IncomingRow.lane.not_in(busy),
                ~earlier,
            )
            .order_by(IncomingRow.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [Head(row.id, row.lane) for row in await connection.execute(query)]

    async def waits(self, lane: str) -> bool:
        """Whether a message of this lane waits for its turn."""
        query = select(IncomingRow.id).where(IncomingRow.lane == lane, IncomingRow.set_aside_at.is_(None)).limit(1)
        async with self._database.read() as connection:
            return (await connection.execute(query)).first() is not None

    async def claim(self, head: Head) -> Claim | None:
        """Hold the conversation and read the message; None if another process has it or it is done."""
        resources = AsyncExitStack()
        try:
            connection = await resources.enter_async_context(self._database.read())
            held = await load(connection, self._vault, head.lane, lock=not self._database.is_sqlite)
            # On PostgreSQL this has to be a statement of its own: it must see what the last holder has done.
            rows = (await connection.execute(_FIRST_OF_LANE, {"lane": head.lane})).all() if held else ()
            if held is None or not rows or rows[0].due_at > time.time():
                await resources.aclose()
                return None
            if self._database.is_sqlite:
                await resources.aclose()
            kept = None if self._database.is_sqlite else connection
            row, more = rows[0], len(rows) > 1
            message = message_from_json(self._vault.open(_PURPOSE, row.payload))
            return Claim(row.id, message, row.received_at, row.attempts, held, more, kept, resources)
        except BaseException:
            await resources.aclose()
            raise

    async def finish(self, connection: AsyncConnection, claim: Claim) -> None:
        """The turn is done: erase the message."""
        await connection.execute(_DELETE, {"done": claim.id})

    async def slow_down(self, connection: AsyncConnection, lane: str, seconds: float) -> None:
        """Let the lane's waiting messages wait a little; urgent ones do not."""
        query = update(IncomingRow).where(IncomingRow.lane == lane, IncomingRow.urgent.is_(False))
        await connection.execute(query.values(due_at=time.time() + seconds))

    async def try_again(self, claim: Claim, problem: str) -> bool:
        """Note a failure; True when the message shall be set aside now."""
        attempts = claim.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            return True
        pause = _RETRY_PAUSES[min(attempts, len(_RETRY_PAUSES)) - 1]
        async with self._database.write() as connection:
            await connection.execute(
                update(IncomingRow)
                .where(IncomingRow.id == claim.id)
                .values(attempts=attempts, due_at=time.time() + pause, problem=problem[:200])
            )
        return False

    async def set_aside(self, connection: AsyncConnection, claim: Claim, problem: str) -> bool:
        """Keep the message apart for an operator; it blocks nobody any more. False if another process was quicker."""
        values = {"set_aside_at": time.time(), "attempts": claim.attempts + 1, "problem": problem[:200]}
        waiting = update(IncomingRow).where(IncomingRow.id == claim.id, IncomingRow.set_aside_at.is_(None))
        return bool((await connection.execute(waiting.values(**values))).rowcount)

    async def _without_repeats(
        self, connection: AsyncConnection, messages: Sequence[Incoming], now: float
    ) -> list[Incoming]:
        by_key = {self._vault.hash("update", message.channel, message.update_id): message for message in messages}
        # After a change of keys the older hash of the same update counts too.
        older = {
            key: newest
            for newest, message in by_key.items()
            for key in self._vault.hashes("update", message.channel, message.update_id)
        }
        seen = await connection.execute(_SEEN, {"keys": list(older)})
        known = {older[key] for key in seen.scalars()}
        fresh = {key: message for key, message in by_key.items() if key not in known}
        if fresh:
            await connection.execute(_RECEIVE, [{"key": key, "received_at": now} for key in fresh])
        return list(fresh.values())

    def _row(self, incoming: Incoming, lane: str, now: float) -> dict[str, Any]:
        words = incoming.message.words
        return {
            "lane": lane,
            "channel": incoming.channel,
            "sequence": incoming.sequence,
            "urgent": bool(words) and self._is_urgent(words),
            "received_at": incoming.received_at.timestamp(),
            "due_at": now,
            "attempts": 0,
            "payload": self._vault.seal(_PURPOSE, message_to_json(_storable(incoming.message))),
        }


def _storable(message: Message) -> Message:
    return replace(
        message,
        text=well_formed(message.text),
        rest=well_formed(message.rest),
        language_hint=well_formed(message.language_hint),
        file=replace(message.file, name=well_formed(message.file.name)) if message.file else None,
    )


def message_to_json(message: Message) -> dict[str, Any]:
    """A message as JSON values, without what is empty."""
    values = {name: getattr(message, name) for name in Message.__dataclass_fields__}
    if message.location:
        values["location"] = [message.location.latitude, message.location.longitude]
    if message.file:
        values["file"] = asdict(message.file)
    return {name: value for name, value in values.items() if value}


def message_from_json(values: dict[str, Any]) -> Message:
    """Read what ``message_to_json`` gave."""
    known = {name: value for name, value in values.items() if name in Message.__dataclass_fields__}
    if "location" in known:
        known["location"] = Location(*known["location"])
    if "file" in known:
        known["file"] = FileRef(**known["file"])
    return Message(**known)


async def unfinished(database: Database) -> int:
    """How many messages wait for their turn."""
    query = select(func.count()).where(IncomingRow.set_aside_at.is_(None))
    async with database.read() as connection:
        return int((await connection.execute(query)).scalar_one())


async def set_aside_messages(database: Database) -> Sequence[tuple[int, str, datetime, str]]:
    """Messages that were set aside: id, channel, when, and the kind of the problem."""
    query = select(IncomingRow).where(IncomingRow.set_aside_at.is_not(None)).order_by(IncomingRow.id)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [(row.id, row.channel, datetime.fromtimestamp(row.set_aside_at, UTC), row.problem or "") for row in rows]


async def retry_set_aside(database: Database, message_id: int) -> bool:
    """Put a message that was set aside back into the queue; False if there is none with this id."""
    async with database.write() as connection:
        changed = await connection.execute(
            update(IncomingRow)
            .where(IncomingRow.id == message_id, IncomingRow.set_aside_at.is_not(None))
            .values(set_aside_at=None, attempts=0, due_at=time.time())
        )
    return bool(changed.rowcount)
