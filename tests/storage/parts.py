"""A prepared database with its queues, and what tests of storage, turns and delivery say about it."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from bot import settings
from bot.conversation import AddToCase, DescribeCase, OpenCase
from bot.messages import Incoming, Message, Reply
from bot.settings import Key
from bot.storage import cases, schema
from bot.storage import outgoing as queue
from bot.storage.conversations import Held, load, save
from bot.storage.crypto import Vault
from bot.storage.database import Database, sqlite_file
from bot.storage.incoming import IncomingQueue
from bot.storage.models import Base
from bot.storage.outgoing import Envelope, OutgoingQueue

KEY = Key("test", b"k" * 32)
NEWER = Key("newer", b"n" * 32)
PERSON = "7351902846"
URGENT = "hilfe sofort"

_updates = count(1)


@dataclass(frozen=True)
class Parts:
    """What stands around one database."""

    database: Database
    vault: Vault
    incoming: IncomingQueue
    outgoing: OutgoingQueue

    def lane(self, person: str = PERSON, channel: str = "telegram") -> str:
        """Where a person's messages wait."""
        return self.vault.hash("person", channel, person)

    async def rows(self, table: type[Base]) -> Sequence[Any]:
        """All rows of a table, the oldest first."""
        key = table.__table__.primary_key
        async with self.database.read() as connection:
            return (await connection.execute(select(table).order_by(*key))).all()

    async def everything(self) -> bytes:
        """All bytes and texts of all tables, and the files of an SQLite database as they are on disk."""
        found = []
        async with self.database.read() as connection:
            for table in Base.metadata.sorted_tables:
                for row in await connection.execute(select(table)):
                    found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        return b"\n".join([*found, self.files()])

    def files(self) -> bytes:
        """The database file of SQLite and its write-ahead log."""
        file = sqlite_file(self.database.url)
        if file is None:
            return b""
        return b"\n".join(each.read_bytes() for each in sorted(file.parent.glob(file.name + "*")))


@asynccontextmanager
async def open_parts(url: str, *keys: Key) -> AsyncIterator[Parts]:
    """Prepare a database as Lotse does at its start."""
    database, vault = Database(driver_url(url)), Vault(keys or (KEY,))
    try:
        await schema.prepare(database, vault)
        urgent = IncomingQueue(database, vault, lambda text: text == URGENT)
        yield Parts(database, vault, urgent, OutgoingQueue(database, vault))
    finally:
        await database.close()


def driver_url(url: str) -> str:
    """The address as SQLAlchemy wants it."""
    return settings.load({"LOTSE_DATABASE_URL": url}).database_url


def incoming(
    text: str, person: str = PERSON, *, update: int | None = None, channel: str = "telegram", kind: Any = "text"
) -> Incoming:
    """A message of a person; each has an update id of its own unless it is given."""
    number = update if update is not None else next(_updates)
    return Incoming(
        channel=channel,
        update_id=str(number),
        sequence=number,
        person=person,
        address={"chat": int(person)},
        message=Message(kind=kind, text=text),
        received_at=datetime.now(UTC),
    )


async def held(parts: Parts, person: str = PERSON) -> Held:
    """The conversation of a person who has written before."""
    async with parts.database.read() as connection:
        found = await load(connection, parts.vault, parts.lane(person), lock=False)
    assert found
    return found


async def put(parts: Parts, *texts: str, person: str = PERSON, **options: Any) -> None:
    """Replies that wait to be sent."""
    envelopes = [Envelope(Reply(text=text, language="de"), {"chat": int(person)}) for text in texts]
    options = {"received_at": time.time(), **options}
    async with parts.database.write() as connection:
        await queue.put(connection, parts.vault, parts.lane(person), "telegram", envelopes, **options)


async def open_case(parts: Parts, *texts: str, person: str = PERSON) -> int:
    """A case with what the person wrote; the conversation has to exist."""
    async with parts.database.write() as connection:
        conversation = await load(connection, parts.vault, parts.lane(person), lock=False)
        assert conversation
        conversation.talk.status = "queued"
        described = DescribeCase(True, "mitte", "Haus am See")
        effects: list[cases.CaseEffect] = [OpenCase("asked", "de"), AddToCase(texts), described]
        await cases.apply(connection, parts.vault, conversation, effects, time.time())
        await save(connection, parts.vault, conversation, time.time())
    assert conversation.talk.case
    return conversation.talk.case
