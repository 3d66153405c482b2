"""The outgoing queue: every message leaves by this door, in order per conversation."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, Update, and_, bindparam, case, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.messages import Button, Document, Location, Place, Reply
from bot.storage import attachments
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow, OutgoingRow, SendingRow

_PURPOSE = "outgoing"

# Statements of every turn are put together once.
_INSERT = insert(OutgoingRow)
_DELETE = delete(OutgoingRow).where(OutgoingRow.id.in_(bindparam("left", expanding=True)))
_BEGUN = select(func.count()).where(SendingRow.outgoing_id == OutgoingRow.id).scalar_subquery()
_FIRST_OF_LANE = (
    select(OutgoingRow, _BEGUN.label("begun"))
    .where(OutgoingRow.lane == bindparam("lane"))
    .order_by(OutgoingRow.id)
    .limit(2)
)
_BEGIN = insert(SendingRow)
_END = delete(SendingRow).where(SendingRow.outgoing_id.in_(bindparam("ended", expanding=True)))
_LOCK = (
    select(OutgoingRow.id)
    .where(OutgoingRow.id == bindparam("wanted"), OutgoingRow.due_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A reply and where it goes; ``reference`` is the message whose button was tapped."""

    reply: Reply
    address: dict[str, Any]
    reference: str = ""


@dataclass(slots=True)
class Sending:
    """A message that is being sent; nobody else sends to this conversation until it is released.

    ``begun`` counts earlier sendings that were cut off by a crash: the message may have left in each of them.
    ``more`` says that another message to the same conversation waits.
    """

    id: int
    lane: str
    attempts: int
    received_at: float
    envelope: Envelope
    case_message_id: int | None
    begun: int
    more: bool
    connection: AsyncConnection | None
    _resources: AsyncExitStack

    async def release(self) -> None:
        """Let go."""
        await self._resources.aclose()


@dataclass(frozen=True, slots=True)
class OutgoingHead:
    """The next message of a conversation, as it was seen; which one it is is decided when it is claimed."""

    id: int
    lane: str


def first_of(lane: str) -> OutgoingHead:
    """Whatever comes first in a lane."""
    return OutgoingHead(0, lane)


async def put(
    connection: AsyncConnection,
    vault: Vault,
    lane: str,
    channel: str,
    envelopes: Sequence[Envelope],
    *,
    received_at: float,
    case_message_id: int | None = None,
    patient: bool = False,
) -> None:
    """Add messages behind those that wait already; ``patient`` ones answer nobody and let others go first."""
    if not envelopes:
        return
    rows = [
        {
            "lane": lane,
            "channel": channel,
            "received_at": received_at,
            "due_at": time.time(),
            "attempts": 0,
            "case_message_id": case_message_id,
            "patient": patient,
            "payload": vault.seal(_PURPOSE, envelope),
        }
        for envelope in envelopes
    ]
    await connection.execute(_INSERT, rows)


class OutgoingQueue:
    """Messages on their way out."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._left: list[Sending] = []
        self._erasing = asyncio.Lock()

    async def heads(self, channel: str, busy: Collection[str], limit: int) -> Sequence[OutgoingHead]:
        """The first message of each conversation that is due and not busy here, the patient ones last."""
        other = aliased(OutgoingRow)
        earlier = exists().where(other.lane == OutgoingRow.lane, other.id < OutgoingRow.id)
        query = (
            select(OutgoingRow.id, OutgoingRow.lane)
            .where(
                OutgoingRow.channel == channel,
                OutgoingRow.due_at <= time.time(),
                OutgoingRow.lane.not_in(busy),
                ~earlier,
            )
            .order_by(OutgoingRow.patient, OutgoingRow.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [OutgoingHead(row.id, row.lane) for row in await connection.execute(query)]

    async def claim(self, head: OutgoingHead) -> Sending | None:
        """Hold the message; None if another process sends it or it has left."""
        resources = AsyncExitStack()
        try:
            connection = await resources.enter_async_context(self._database.read())
            rows = (await connection.execute(_FIRST_OF_LANE, {"lane": head.lane})).all()
            if not rows or rows[0].due_at > time.time() or not await self._lock(connection, rows[0].id):
                await resources.aclose()
                return None
            envelope = await self._with_file(connection, rows[0])
            if self._database.is_sqlite:
                await resources.aclose()
            return self._sending(rows, envelope, None if self._database.is_sqlite else connection, resources)
        except BaseException:
            await resources.aclose()
            raise

    async def _with_file(self, connection: AsyncConnection, row: Row[Any]) -> Envelope:
        """The message, with what is in its file: the queue holds only the number of a stored one."""
        envelope = envelope_from_json(self._vault.open(_PURPOSE, row.payload))
        document = envelope.reply.document
        if document is None or document.attachment is None:
            return envelope
        data = await attachments.content(connection, self._vault, document.attachment)
        return replace(envelope, reply=replace(envelope.reply, document=replace(document, data=data)))

    async def _lock(self, connection: AsyncConnection, message_id: int) -> bool:
        """Keep other processes away from a message (PostgreSQL); False if one of them was quicker."""
        if self._database.is_sqlite:
            return True
        return (await connection.execute(_LOCK, {"wanted": message_id, "now": time.time()})).first() is not None

    def _sending(
        self,
        rows: Sequence[Row[Any]],
        envelope: Envelope,
        connection: AsyncConnection | None,
        resources: AsyncExitStack,
    ) -> Sending:
        row = rows[0]
        return Sending(
            id=row.id,
            lane=row.lane,
            attempts=row.attempts,
            received_at=row.received_at,
            envelope=envelope,
            case_message_id=row.case_message_id,
            begun=row.begun,
            more=len(rows) > 1,
            connection=connection,
            _resources=resources,
        )

    async def begin(self, sending: Sending) -> None:
        """Note that it is about to leave, so that after a crash nobody sends it a third time."""
        async with self._database.write(hurry=True, durable=False) as connection:
            await connection.execute(_BEGIN, [{"outgoing_id": sending.id}])

    async def sent(self, sending: Sending) -> None:
        """It has left: erase it.

        On SQLite those that leave at the same time are erased together: the sooner it is on disk that a message
        has left, the rarer a crash sends it twice.
        """
        if sending.connection is not None:
            await self._erase(sending.connection, [sending])
            await sending.connection.commit()
            return
        self._left.append(sending)
        async with self._erasing:
            if sending not in self._left:
                return  # the one before has erased it with its own
            together, self._left = self._left, []
            try:
                async with self._database.write(hurry=True, durable=False) as connection:
                    await self._erase(connection, together)
            except BaseException:
                self._left = together + self._left
                raise

    async def _erase(self, connection: AsyncConnection, together: Sequence[Sending]) -> None:
        left = [sending.id for sending in together]
        await connection.execute(_DELETE, {"left": left})
        await connection.execute(_END, {"ended": left})
        for sending in together:
            await note_delivery(connection, sending.case_message_id, "sent")

    async def postpone(self, sending: Sending, seconds: float) -> None:
        """Try again later; the conversation's other messages wait behind it."""
        async with _Transaction(self._database, sending) as connection:
            await connection.execute(_END, {"ended": [sending.id]})
            values = {"attempts": sending.attempts + 1, "due_at": time.time() + seconds}
            await connection.execute(update(OutgoingRow).where(OutgoingRow.id == sending.id).values(**values))

    async def replace(self, sending: Sending, envelope: Envelope) -> None:
        """Put another form of the message in its place, such as one without buttons."""
        async with _Transaction(self._database, sending) as connection:
            await connection.execute(_END, {"ended": [sending.id]})
            values = {"attempts": sending.attempts + 1, "payload": self._vault.seal(_PURPOSE, envelope)}
            await connection.execute(update(OutgoingRow).where(OutgoingRow.id == sending.id).values(**values))

    async def give_up(self, sending: Sending, *, unreachable: bool) -> None:
        """A final error: drop this message, or all that wait for a person who cannot be reached; record it."""
        async with _Transaction(self._database, sending) as connection:
            rows = OutgoingRow.lane == sending.lane if unreachable else OutgoingRow.id == sending.id
            dropped = await connection.execute(
                select(OutgoingRow.case_message_id).where(rows, OutgoingRow.case_message_id.is_not(None))
            )
            for case_message_id in dropped.scalars().all():
                await note_delivery(connection, case_message_id, "failed")
            gone = select(OutgoingRow.id).where(rows)
            await connection.execute(delete(SendingRow).where(SendingRow.outgoing_id.in_(gone)))
            await connection.execute(delete(OutgoingRow).where(rows))
            if unreachable:
                blocked = update(ConversationRow).where(ConversationRow.lane == sending.lane)
                await connection.execute(blocked.values(blocked_at=time.time()))

    async def waiting(self, lane: str, after: int = 0) -> Sequence[tuple[int, Envelope]]:
        """Messages of one conversation in order, for a channel that is asked instead of sending."""
        query = select(OutgoingRow.id, OutgoingRow.payload).where(OutgoingRow.lane == lane, OutgoingRow.id > after)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(OutgoingRow.id))).all()
        return [(row.id, envelope_from_json(self._vault.open(_PURPOSE, row.payload))) for row in rows]

    async def newest(self, lanes: Collection[str]) -> Mapping[str, int]:
        """The highest id that waits in each of these lanes; a lane where nothing waits is absent."""
        query = select(OutgoingRow.lane, func.max(OutgoingRow.id)).where(OutgoingRow.lane.in_(lanes))
        async with self._database.read() as connection:
            rows = (await connection.execute(query.group_by(OutgoingRow.lane))).all()
        return {lane: int(number) for lane, number in rows}

    async def received(self, lane: str, up_to: int) -> Sequence[float]:
        """The person's side has everything up to this id: erase it; returns when each turn had come in."""
        async with self._database.write() as connection:
            rows = (
                await connection.execute(
                    delete(OutgoingRow)
                    .where(OutgoingRow.lane == lane, OutgoingRow.id <= up_to)
                    .returning(OutgoingRow.received_at, OutgoingRow.case_message_id)
                )
            ).all()
            for row in rows:
                await note_delivery(connection, row.case_message_id, "sent")
        return [row.received_at for row in rows]


class _Transaction:
    """Write on the connection that holds the message (PostgreSQL) or on the writer (SQLite)."""

    def __init__(self, database: Database, sending: Sending) -> None:
        self._database = database
        self._sending = sending
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> AsyncConnection:
        if self._sending.connection is not None:
            return self._sending.connection
        # The sooner it is noted that a message has left, the rarer a crash sends it twice.
        return await self._stack.enter_async_context(self._database.write(hurry=True))

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._sending.connection is not None and kind is None:
            await self._sending.connection.commit()
        await self._stack.__aexit__(kind, error, None)


async def note_delivery(connection: AsyncConnection, case_message_id: int | None, delivery: str) -> None:
    """Note what became of a reply of staff (sent, failed), if it is one."""
    if case_message_id is None:
        return
    query = update(CaseMessageRow).where(CaseMessageRow.id == case_message_id)
    if delivery == "sent":
        # It may have several parts: it has arrived when all of them have.
        waits = exists().where(OutgoingRow.case_message_id == case_message_id)
        query = query.where(CaseMessageRow.delivery != "failed", ~waits)
    case_id = (await connection.execute(query.values(delivery=delivery).returning(CaseMessageRow.case_id))).scalar()
    if case_id is not None:
        await connection.execute(_noted_in_case(int(case_id), delivery))


def _noted_in_case(number: int, delivery: str) -> Update:
    """Open pages show it at once; a case whose reply did not arrive waits for staff again."""
    now = time.time()
    values: dict[str, Any] = {"changed_at": now}
    if delivery == "failed":
        lost = and_(CaseRow.status != "resolved", CaseRow.waiting_for == "person")
        values["waiting_since"] = case((lost, now), else_=CaseRow.waiting_since)
        values["waiting_for"] = case((lost, "staff"), else_=CaseRow.waiting_for)
    return update(CaseRow).where(CaseRow.id == number).values(values)


def envelope_from_json(values: dict[str, Any]) -> Envelope:
    """Read what ``put`` stored."""
    return Envelope(reply_from_json(values["reply"]), values["address"], values.get("reference", ""))


def reply_from_json(values: dict[str, Any]) -> Reply:
    """A reply from its JSON values; unknown keys of another version are ignored."""
    known = {name: value for name, value in values.items() if name in Reply.__dataclass_fields__}
    known["notes"] = tuple(known.get("notes", ()))
    known["buttons"] = tuple(tuple(Button(**button) for button in row) for row in known.get("buttons", ()))
    if place := known.get("place"):
        known["place"] = Place(place["name"], place["address"], Location(**place["location"]))
    if document := known.get("document"):
        known["document"] = Document(**document)
    return Reply(**known)
