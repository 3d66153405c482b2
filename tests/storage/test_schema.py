"""The database's shape at start: migrations, newer versions, and keys that fit or do not."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.settings import Key
from bot.storage import schema
from bot.storage.crypto import Vault, WrongKeyError
from bot.storage.database import Database, SchemaError
from bot.storage.models import Base, CaseRow, ConversationRow, KeyRow, OutgoingRow
from bot.storage.pseudonyms import pseudonym
from tests.storage.parts import KEY, NEWER, Parts, driver_url, incoming, open_case, open_parts, put


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables: here they are made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/lotse.db"
        return
    with request.getfixturevalue("postgresql").database() as url:
        yield url


async def on(database: Database, work: Callable[[Connection], Any]) -> Any:
    """Do something in a transaction."""
    async with database.write() as connection:
        return await connection.run_sync(work)


def shape(connection: Connection) -> dict[str, Any]:
    """Tables with their columns, indices and constraints."""
    found = inspect(connection)
    return {
        table: [
            [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)],
            sorted(index_text(index) for index in found.get_indexes(table)),
            found.get_pk_constraint(table),
            found.get_foreign_keys(table),
            sorted(str(each) for each in found.get_unique_constraints(table)),
        ]
        for table in sorted(found.get_table_names())
    }


def index_text(index: Any) -> str:
    """An index in words; a condition is one by its text, not by the object that holds it."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


def differences(connection: Connection) -> Any:
    """What migrations and models do not agree about."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, Base.metadata)


async def test_migrations_make_what_the_models_say(parts: Parts) -> None:
    """There is no difference between the migrated database and the models."""
    assert await on(parts.database, differences) == []


def test_the_newest_migration_by_name_is_the_head() -> None:
    """A start compares names and loads Alembic only if they differ."""
    script = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert script.get_heads() == [schema.newest()]


@pytest.mark.parametrize("options", ["frob=1", "sslmode=nonsense"])
async def test_an_option_that_the_driver_does_not_know_is_a_clear_error(options: str) -> None:
    """It names the variable and not the password."""
    database = Database(driver_url(f"postgresql://lotse:geheim@127.0.0.1:1/lotse?{options}"))
    with pytest.raises(SchemaError, match="Check LOTSE_DATABASE_URL") as caught:
        await schema.prepare(database, Vault([KEY]))
    assert "geheim" not in str(caught.value)
    await database.close()


async def test_down_and_up_again_leaves_the_same_schema(parts: Parts) -> None:
    """Every migration can be undone and done again."""
    before = await on(parts.database, shape)
    await on(parts.database, lambda connection: command.downgrade(schema.alembic_config(connection), "base"))
    assert list(await on(parts.database, shape)) == ["alembic_version"]
    await on(parts.database, schema.upgrade)
    assert await on(parts.database, shape) == before


async def test_what_is_there_before_a_migration_is_there_afterwards(parts: Parts) -> None:
    """People, messages and cases stay; new columns say that nobody waits for anything."""
    await parts.incoming.store([incoming("Hallo")])
    await open_case(parts, "Hilfe")
    await put(parts, "Antwort")
    await on(parts.database, lambda connection: command.downgrade(schema.alembic_config(connection), "0001"))
    await on(parts.database, schema.upgrade)
    (conversation,) = await parts.rows(ConversationRow)
    assert (conversation.watching, conversation.news_at, conversation.news_checked) == (False, None, None)
    assert [row.patient for row in await parts.rows(OutgoingRow)] == [False]
    (case,) = await parts.rows(CaseRow)
    assert (case.queue, case.status, case.pseudonym) == ("default", "queued", pseudonym(case.id))
    assert (case.waiting_for, case.waiting_since, case.purged_at) == ("staff", case.opened_at, None)


async def test_a_second_start_changes_nothing(parts: Parts) -> None:
    """Data and keys are as before."""
    await parts.incoming.store([incoming("Hallo")])
    await schema.prepare(parts.database, parts.vault)
    assert len(await parts.rows(KeyRow)) == 1
    assert await parts.incoming.heads(["telegram"], [], 10)


async def test_a_newer_database_is_left_alone(parts: Parts, database_url: str) -> None:
    """An older Lotse says what to do and changes nothing."""
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await on(parts.database, lambda connection: connection.execute(newer))
    before = await on(parts.database, shape), await parts.rows(KeyRow)
    with pytest.raises(SchemaError, match=r"newer version of Lotse \(schema 9999\).*Nothing was changed"):
        async with open_parts(database_url, NEWER):
            pass
    assert (await on(parts.database, shape), await parts.rows(KeyRow)) == before


async def test_without_the_key_of_the_data_lotse_does_not_start(parts: Parts, database_url: str) -> None:
    """The sentence names the missing key; the database is not touched."""
    keys = await parts.rows(KeyRow)
    with pytest.raises(WrongKeyError, match=r"key 'test', and LOTSE_SECRET_KEY does not have it"):
        async with open_parts(database_url, NEWER):
            pass
    assert await parts.rows(KeyRow) == keys


@pytest.mark.usefixtures("parts")
async def test_another_secret_under_the_same_name_is_refused(database_url: str) -> None:
    """It is said that the secret is not the one with which the data was made."""
    with pytest.raises(WrongKeyError, match="LOTSE_SECRET_KEY is not the one it was made with"):
        async with open_parts(database_url, Key(KEY.id, b"o" * 32)):
            pass


@pytest.mark.usefixtures("parts")
async def test_a_new_key_is_noted_beside_the_old_one(database_url: str) -> None:
    """From then on both are needed."""
    async with open_parts(database_url, NEWER, KEY) as opened:
        assert {row.id for row in await opened.rows(KeyRow)} == {"newer", "test"}
    with pytest.raises(WrongKeyError, match="key 'newer'"):
        async with open_parts(database_url, KEY):
            pass


async def test_two_processes_may_start_at_once(database_url: str) -> None:
    """On PostgreSQL they migrate one after the other; on SQLite the second waits for the writer."""
    databases = [Database(driver_url(database_url)) for _ in range(2)]
    await asyncio.gather(*(schema.prepare(database, Vault([KEY])) for database in databases))
    assert await on(databases[0], differences) == []
    for database in databases:
        await database.close()
