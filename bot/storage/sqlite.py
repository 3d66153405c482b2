"""SQLite's engine: who begins how, and what waits in another thread."""

import sqlite3
from typing import Any

import aiosqlite
from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_MILLISECONDS = 30_000
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: what was acknowledged survives a power cut, not only a killed process.
    "PRAGMA synchronous=FULL",
    # Deleted content is overwritten with zeros, in freed pages too.
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
)


class QuickConnection(aiosqlite.Connection):
    """Runs in its thread only what may wait: for the disk (COMMIT), or for another process (BEGIN IMMEDIATE).

    The rest takes microseconds, which is less than the way to another thread and back.
    """

    _QUICK = frozenset({"cursor", "fetchone", "fetchmany", "fetchall", "rollback"})
    _QUICK_STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
    _waiting = 0

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # What is under way in the thread comes first.
        if self._waiting == 0 and self._is_quick(fn, args):
            return fn(*args, **kwargs)
        self._waiting += 1
        try:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # untyped there
        finally:
            self._waiting -= 1

    def _is_quick(self, fn: Any, args: tuple[Any, ...]) -> bool:
        name = getattr(fn, "__name__", "")
        if name in {"execute", "executemany"}:
            # A write is quick because BEGIN IMMEDIATE has waited for the others already.
            return str(args[0]).startswith(self._QUICK_STATEMENTS) or args[0] == "BEGIN"
        return name in self._QUICK or (name == "close" and isinstance(getattr(fn, "__self__", None), sqlite3.Cursor))


def engine(url: str, connections: int, begin: str) -> AsyncEngine:
    """An engine with so many connections, whose transactions start with ``begin``."""
    file = make_url(url).database or ":memory:"

    async def connect() -> aiosqlite.Connection:
        connection = QuickConnection(lambda: sqlite3.connect(file, check_same_thread=False), iter_chunk_size=64)
        connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with the connections it makes
        return await connection

    made = create_async_engine(url, pool_size=connections, max_overflow=0, pool_timeout=60, async_creator=connect)

    def configure(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(made.sync_engine, "connect", configure)
    event.listen(made.sync_engine, "begin", begin_transaction)
    return made
