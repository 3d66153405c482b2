"""One database, embedded (SQLite) or shared (PostgreSQL), behind two kinds of transactions: read and write."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import LotseError
from bot.storage import sqlite

Connection = AsyncConnection
# What says "not now": the database is busy, gone, or its disk is full. Programming errors are among them too,
# and are told apart by the log.
DATABASE_ERRORS = (SQLAlchemyError, OSError)

log = logging.getLogger(__name__)

_QUEUES = ("incoming", "outgoing")
_SQLITE_READERS = 4
# Each turn and each sending on PostgreSQL holds one connection for as long as it lasts.
_POSTGRESQL_CONNECTIONS = 24


class SchemaError(LotseError):
    """The database cannot be used by this version of Lotse, or not at this address."""


def read_url(url: str) -> URL:
    """Take an address apart.

    Raises:
        SchemaError: it is none; the address is not repeated, for it may hold a password.
    """
    try:
        return make_url(url)
    except (SQLAlchemyError, ValueError) as error:
        raise SchemaError("LOTSE_DATABASE_URL is no address of a database: check its host and port.") from error


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for another engine or one in memory."""
    parsed = read_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


class Database:
    """Engines and transactions.

    On SQLite one connection writes, others read, and a write begins at once (``BEGIN IMMEDIATE``), because
    SQLite refuses to turn a read into a write after somebody else has written.
    """

    def __init__(self, url: str) -> None:
        parsed = read_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.url = url
        self._gate = _Gate() if self.is_sqlite else None
        if self.is_sqlite:
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = sqlite.engine(url, connections=1, begin="BEGIN IMMEDIATE")
            self._reader = sqlite.engine(url, connections=_SQLITE_READERS, begin="BEGIN")
        else:
            self._writer = self._reader = create_async_engine(
                url, pool_size=_POSTGRESQL_CONNECTIONS, max_overflow=4, pool_pre_ping=False
            )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; on PostgreSQL it may hold row locks as well, and its holder may commit it."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self, *, hurry: bool = False, durable: bool = True) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end, or rolled back by an exception.

        On SQLite writers stand in a queue; with ``hurry`` they go before those who have time. What would simply
        be done again after a power cut need not be ``durable`` and does not wait for the disk. PostgreSQL's own
        setting decides there.
        """
        if self._gate is None:
            async with self._writer.begin() as connection:
                yield connection
            return
        async with self._gate.turn(hurry=hurry), self._writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.be_durable(durable=durable)
            async with connection.begin():
                yield connection

    async def erase_remains(self) -> bool:
        """Make what was deleted unreadable on disk: in the write-ahead log (SQLite), in dead rows (PostgreSQL).

        PostgreSQL's own write-ahead log is recycled by the server; what stands there is sealed.
        False if somebody reads from SQLite's log just now.
        """
        if self.is_sqlite:
            return await self._empty_log()
        for table in _QUEUES:
            if not await self._truncate_if_empty(table):
                await self._outside_transaction(f"VACUUM {table}")
        return True

    async def close(self) -> None:
        """Give every connection back."""
        if self.is_sqlite:
            with suppress(*DATABASE_ERRORS):
                await self.erase_remains()
            await self._reader.dispose()
        await self._writer.dispose()

    async def _empty_log(self) -> bool:
        async with self._writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            # It does not wait for readers: the writer must not stand still for that.
            cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, _, _ = await cursor.fetchone()
            await cursor.close()
        return not busy

    async def _outside_transaction(self, statement: str) -> None:
        async with self._writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute(statement)

    async def _truncate_if_empty(self, table: str) -> bool:
        """An empty table gives its file back whole; a table in use is left alone."""
        try:
            async with self._writer.begin() as connection:
                await connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE NOWAIT"))
                if (await connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1"))).first():  # noqa: S608 - our own names
                    return False
                await connection.execute(text(f"TRUNCATE {table}"))
                return True
        except DBAPIError:
            return False


class Eraser:
    """Erases remains shortly after something was deleted, at most once in ``pause`` seconds."""

    def __init__(self, database: Database, pause: float | None = None) -> None:
        self._database = database
        self._wanted = asyncio.Event()
        self._pause = pause if pause is not None else (0.5 if database.is_sqlite else 30.0)

    def soon(self) -> None:
        """Something was deleted."""
        self._wanted.set()

    async def run(self) -> None:
        """Erase whenever asked to, until cancelled."""
        while True:
            await self._wanted.wait()
            await asyncio.sleep(self._pause)
            self._wanted.clear()
            try:
                if not await self._database.erase_remains():
                    self._wanted.set()
            except DATABASE_ERRORS as error:
                log.warning("erasing what was deleted has to wait: %s", type(error).__name__)
                self._wanted.set()


class _Gate:
    """Lets one writer through at a time, those in a hurry first."""

    def __init__(self) -> None:
        self._taken = False
        self._hurried: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, hurry: bool) -> AsyncIterator[None]:
        """Wait for one's turn, and hold it."""
        if self._taken:
            called = asyncio.get_running_loop().create_future()
            (self._hurried if hurry else self._patient).append(called)
            try:
                await called
            except asyncio.CancelledError:
                if not called.cancelled():
                    self._call_next()
                raise
        self._taken = True
        try:
            yield
        finally:
            self._call_next()

    def _call_next(self) -> None:
        for waiting in (self._hurried, self._patient):
            while waiting:
                called = waiting.popleft()
                if not called.done():
                    called.set_result(None)
                    return
        self._taken = False
