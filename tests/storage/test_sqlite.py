"""SQLite's engine."""

import asyncio
import sqlite3
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
