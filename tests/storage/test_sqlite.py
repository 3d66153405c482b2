"""SQLite's engine."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from bot.storage.database import Database


async def test_a_new_file_that_another_process_holds_is_waited_for(tmp_path: Path) -> None:
    """SQLite refuses at once to change the journal of a file in use; Lotse tries until the other is done."""
    file = tmp_path / "lotse.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE made_by_the_other (id INTEGER)")
    database = Database(f"sqlite+aiosqlite:///{file}")

    async def read() -> int:
        async with database.read() as connection:
            return int((await connection.execute(text("SELECT count(*) FROM made_by_the_other"))).scalar_one())

    waiting = asyncio.ensure_future(read())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    assert await waiting == 0
    await database.close()


# Takes the locks that a process holds while it makes the log's index anew (bytes 120 to 122: write, checkpoint,
# recover), and spoils the index, so that whoever comes must wait for it (SQLite, "WAL-mode File Format", 2.3).
_RECOVERING = """
import fcntl, sys
with open(sys.argv[1], "r+b") as index:
    fcntl.lockf(index, fcntl.LOCK_EX, 3, 120)
    index.write(bytes(136))
    index.flush()
    print("held", flush=True)
    sys.stdin.readline()
"""


async def test_a_process_that_recovers_the_log_is_waited_for(tmp_path: Path) -> None:
    """SQLite tells this by a code of its own (SQLITE_BUSY_RECOVERY); it passes like any other wait."""
    file = tmp_path / "lotse.db"
    database = Database(f"sqlite+aiosqlite:///{file}")

    async def write() -> None:
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE IF NOT EXISTS written (id INTEGER)"))

    await write()
    command = sys.executable, "-c", _RECOVERING, f"{file}-shm"
    other = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert await other.stdout.readline() == b"held\n"
    waiting = asyncio.ensure_future(write())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await other.communicate(b"go on\n")
    await waiting
    await database.close()
