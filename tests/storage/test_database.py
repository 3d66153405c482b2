"""Transactions, and what stays on disk of what was deleted."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text

from bot.storage.database import Database, Eraser, SchemaError, sqlite_file
from bot.storage.models import IncomingRow, QuestionRow
from tests.storage.parts import Parts, incoming

ROW = {"week": "2025-W14", "language": "de", "text": "Wo?"}


async def test_a_write_is_kept_and_a_failed_one_is_not(parts: Parts) -> None:
    """An exception rolls everything back."""
    async with parts.database.write() as connection:
        await connection.execute(insert(QuestionRow).values(**ROW))

    async def fail() -> None:
        async with parts.database.write() as connection:
            await connection.execute(delete(QuestionRow))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert len(await parts.rows(QuestionRow)) == 1


async def test_readers_go_on_while_somebody_writes(parts: Parts) -> None:
    """They see what was committed before."""
    async with parts.database.write() as connection:
        await connection.execute(insert(QuestionRow).values(**ROW))
        assert await asyncio.wait_for(parts.rows(QuestionRow), 10) == []
    assert len(await parts.rows(QuestionRow)) == 1


async def test_writers_that_read_first_do_not_get_in_each_others_way(parts: Parts) -> None:
    """Twenty writers that read, wait and write at once all come through."""

    async def write() -> None:
        async with parts.database.write() as connection:
            await connection.execute(select(QuestionRow))
            await asyncio.sleep(0)
            await connection.execute(insert(QuestionRow).values(**ROW))

    await asyncio.gather(*(write() for _ in range(20)))
    assert len(await parts.rows(QuestionRow)) == 20


async def test_a_writer_in_a_hurry_goes_first(parts: Parts) -> None:
    """On SQLite it overtakes those who have time; a writer that is cancelled in the queue holds nobody up."""
    if not parts.database.is_sqlite:
        pytest.skip("PostgreSQL has many writers")
    order = []

    async def write(name: str, *, hurry: bool) -> None:
        async with parts.database.write(hurry=hurry):
            order.append(name)

    async with parts.database.write():
        writers = [asyncio.create_task(write(f"patient {number}", hurry=False)) for number in range(3)]
        writers += [asyncio.create_task(write(f"hurried {number}", hurry=True)) for number in range(3)]
        await asyncio.sleep(0)
        writers[0].cancel()
        writers[3].cancel()
    await asyncio.wait_for(asyncio.gather(*writers, return_exceptions=True), 20)
    assert order == ["hurried 1", "hurried 2", "patient 1", "patient 2"]


async def sealed_payload(parts: Parts) -> bytes:
    """A message is stored; this is how it lies there."""
    await parts.incoming.store([incoming("Ich habe ein Problem mit dem Aufenthalt. " * 20)])
    payload: bytes = (await parts.rows(IncomingRow))[0].payload
    return payload


async def delete_incoming(parts: Parts) -> None:
    """Delete all that waits."""
    async with parts.database.write() as connection:
        await connection.execute(delete(IncomingRow))


async def test_erasing_leaves_no_bytes_on_disk(parts: Parts) -> None:
    """Neither freed pages nor the write-ahead log of SQLite hold what was deleted; PostgreSQL's table is empty."""
    payload = await sealed_payload(parts)
    await delete_incoming(parts)
    assert not parts.database.is_sqlite or payload[:64] in parts.files()
    await parts.database.erase_remains()
    assert payload[20:84] not in await parts.everything()
    if not parts.database.is_sqlite:
        async with parts.database.read() as connection:
            size = await connection.execute(text("SELECT pg_relation_size('incoming')"))
            assert size.scalar() == 0


async def test_the_eraser_works_soon_after_it_was_asked(parts: Parts) -> None:
    """It is asked once and erases in the background."""
    payload = await sealed_payload(parts)
    await delete_incoming(parts)
    erased = asyncio.Event()
    erase = parts.database.erase_remains

    async def note() -> bool:
        done = await erase()
        erased.set()
        return done

    parts.database.erase_remains = note  # type: ignore[method-assign]
    eraser = Eraser(parts.database, pause=0.0)
    running = asyncio.create_task(eraser.run())
    eraser.soon()
    await asyncio.wait_for(erased.wait(), 20)
    running.cancel()
    assert payload[20:84] not in await parts.everything()


async def test_erasing_waits_for_a_reader_and_is_tried_again(parts: Parts) -> None:
    """A reader that keeps SQLite's log in use does not make Lotse believe that all is erased."""
    if not parts.database.is_sqlite:
        pytest.skip("PostgreSQL recycles its log itself")
    payload = await sealed_payload(parts)
    async with parts.database.read() as reader:
        await reader.execute(select(IncomingRow))
        await delete_incoming(parts)
        assert not await parts.database.erase_remains()
    assert await parts.database.erase_remains()
    assert payload[20:84] not in parts.files()


async def test_a_table_in_use_keeps_its_rows(parts: Parts) -> None:
    """Erasing what was deleted never takes what still waits."""
    await sealed_payload(parts)
    await parts.database.erase_remains()
    assert len(await parts.rows(IncomingRow)) == 1


async def test_closing_a_database_empties_the_log(parts: Parts) -> None:
    """A stopped Lotse leaves no remains either."""
    payload = await sealed_payload(parts)
    await delete_incoming(parts)
    await parts.database.close()
    assert payload[20:84] not in parts.files()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite+aiosqlite:////data/lotse.db", "/data/lotse.db"),
        ("sqlite+aiosqlite://", None),
        ("postgresql+asyncpg://lotse@db/lotse", None),
    ],
)
def test_the_file_of_an_address(url: str, file: str | None) -> None:
    """Only SQLite on disk has one."""
    assert sqlite_file(url) == (None if file is None else Path(file))


@pytest.mark.parametrize("url", ["postgresql+asyncpg://lotse:geheim@host:port/x", "geheim"])
def test_an_address_that_cannot_be_read_is_a_clear_error(url: str) -> None:
    """It names the variable and does not repeat the address."""
    for read in (sqlite_file, Database):
        with pytest.raises(SchemaError, match="LOTSE_DATABASE_URL") as caught:
            read(url)
        assert "geheim" not in str(caught.value)


async def test_the_folder_of_a_database_is_made(tmp_path: Path) -> None:
    """The first start needs nothing prepared."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/new/folder/lotse.db")
    async with database.write() as connection:
        await connection.execute(text("SELECT 1"))
    await database.close()
    assert (tmp_path / "new" / "folder" / "lotse.db").exists()
