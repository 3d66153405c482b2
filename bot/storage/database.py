"""One database, embedded (SQLite) or shared (PostgreSQL), behind two kinds of transactions: read and write."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Connection = AsyncConnection
# What says "not now": the database is busy, gone, or its disk is full. Programming errors are among them too,
# and are told apart by the log.
DATABASE_ERRORS = (SQLAlchemyError, OSError)

log = logging.getLogger(__name__)

_QUEUES = ("incoming", "outgoing")
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: what was acknowledged survives a power cut, not only a killed process.
    "PRAGMA synchronous=FULL",
    # Deleted content is overwritten with zeros, in freed pages too.
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
)
_SQLITE_READERS = 4
# Each turn and each sending on PostgreSQL holds one connection for as long as it lasts.
_POSTGRESQL_CONNECTIONS = 24


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for another engine or one in memory."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


class Database:
    """Engines and transactions.

    On SQLite one connection writes, others read, and a write begins at once (``BEGIN IMMEDIATE``), because
    SQLite refuses to turn a read into a write after somebody else has written.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.url = url
        if self.is_sqlite:
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _sqlite_engine(url, connections=1, begin="BEGIN IMMEDIATE")
            self._reader = _sqlite_engine(url, connections=_SQLITE_READERS, begin="BEGIN")
        else:
            self._writer = self._reader = create_async_engine(
                url, pool_size=_POSTGRESQL_CONNECTIONS, max_overflow=4, pool_pre_ping=False
            )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end, or rolled back by an exception."""
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[AsyncConnection]:
        """On PostgreSQL: a transaction that may last, holding row locks; the holder commits it."""
        async with self._writer.connect() as connection:
            yield connection

    async def erase_remains(self) -> None:
        """Make what was deleted unreadable on disk: in the write-ahead log (SQLite), in dead rows (PostgreSQL).

        PostgreSQL's own write-ahead log is recycled by the server; what stands there is sealed.
        """
        if self.is_sqlite:
            await self._outside_transaction("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in _QUEUES:
            if not await self._truncate_if_empty(table):
                await self._outside_transaction(f"VACUUM {table}")

    async def close(self) -> None:
        """Give every connection back."""
        if self.is_sqlite:
            with suppress(*DATABASE_ERRORS):
                await self.erase_remains()
            await self._reader.dispose()
        await self._writer.dispose()

    async def _outside_transaction(self, statement: str) -> None:
        async with self._writer.connect() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
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
                await self._database.erase_remains()
            except DATABASE_ERRORS as error:
                log.warning("erasing what was deleted has to wait: %s", type(error).__name__)
                self._wanted.set()


def _sqlite_engine(url: str, connections: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=connections, max_overflow=0, pool_timeout=60)

    def configure(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", configure)
    event.listen(engine.sync_engine, "begin", begin_transaction)
    return engine
