"""SQLite's engine: who begins how, and what waits in another thread."""

import asyncio
import sqlite3
import time
from typing import Any

import aiosqlite
from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_BUSY_MILLISECONDS = 30_000
_RETRY_SECONDS = 0.02
_PRAGMAS = (
    # Deleted content is overwritten with zeros, in freed pages too.
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    # Who waits for a lock does so in the thread, see below.
    "PRAGMA busy_timeout=0",
    # The log is emptied after erasures; a commit shall not stop for it on the way, except if that fails.
    "PRAGMA wal_autocheckpoint=10000",
)


class QuickConnection(aiosqlite.Connection):
    """Runs in its thread only what waits: for the disk, or for another process.

    The rest takes microseconds, which is less than the way to another thread and back.
    """

    _QUICK = frozenset({"cursor", "fetchone", "fetchmany", "fetchall", "rollback"})
    _QUICK_STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "PRAGMA synchronous")
    _waiting = 0
    _durable = True

    async def be_durable(self, *, durable: bool) -> None:
        """Say whether the next commit shall be on disk when it returns (``synchronous=FULL``).

        Without it a commit survives a killed process, but perhaps not a power cut; the database stays whole.
        """
        if durable != self._durable:
            await self.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            self._durable = durable

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # What is under way in the thread comes first.
        if self._waiting == 0 and self._is_quick(fn, args):
            try:
                return fn(*args, **kwargs)
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise
        self._waiting += 1
        try:
            return await super()._execute(self._patiently, fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        finally:
            self._waiting -= 1

    def _is_quick(self, fn: Any, args: tuple[Any, ...]) -> bool:
        name = getattr(fn, "__name__", "")
        if name in {"execute", "executemany"}:
            return str(args[0]).startswith(self._QUICK_STATEMENTS)
        if name == "commit":
            return not self._durable
        return name in self._QUICK or (name == "close" and isinstance(getattr(fn, "__self__", None), sqlite3.Cursor))

    def _patiently(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """In the thread there is time to wait for another process."""
        if getattr(fn, "__name__", "") not in {"execute", "executemany", "commit"}:
            return fn(*args, **kwargs)
        self._conn.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        try:
            return fn(*args, **kwargs)
        finally:
            self._conn.execute("PRAGMA busy_timeout=0")


def engine(url: str, connections: int, begin: str) -> AsyncEngine:
    """An engine with so many connections, whose transactions start with ``begin``."""
    file = make_url(url).database or ":memory:"

    async def connect() -> aiosqlite.Connection:
        connection = QuickConnection(lambda: sqlite3.connect(file, check_same_thread=False), iter_chunk_size=64)
        connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with the connections it makes
        opened = await connection
        await _set_up(opened)
        return opened

    made = create_async_engine(url, pool_size=connections, max_overflow=0, pool_timeout=60, async_creator=connect)

    def configure(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves

    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(made.sync_engine, "connect", configure)
    event.listen(made.sync_engine, "begin", begin_transaction)
    return made


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another connection is in the way, be it that it writes, or that it recovers the log.

    The low byte says so; the rest tells the kind (SQLite, "Result and Error Codes", extended codes).
    """
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


async def _set_up(connection: aiosqlite.Connection) -> None:
    """Switch the file to a write-ahead log, then what holds for this connection alone."""
    end = time.monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            await connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            # Two that switch a new file at once: SQLite refuses one of them at once, whatever busy_timeout says.
            if not _is_busy(error) or time.monotonic() > end:
                raise
        await asyncio.sleep(_RETRY_SECONDS)
    for pragma in _PRAGMAS:
        await connection.execute(pragma)
