"""The database's shape: Alembic's migrations, run at start, and the check that keys fit."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.storage.crypto import Vault, WrongKeyError
from bot.storage.database import Database, SchemaError
from bot.storage.models import KeyRow

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_KEY_CHECK = "key check"
# Any fixed number: it keeps two processes from migrating the same PostgreSQL database at once.
_MIGRATION_LOCK = 7_015_1


async def prepare(database: Database, vault: Vault) -> None:
    """Bring the database to this version and check that its keys are at hand.

    Raises:
        SchemaError: the database was made by a newer version, or cannot be used at all.
        WrongKeyError: a key that sealed something here is missing, or another key has its name.
    """
    try:
        await _prepare(database, vault)
    except (DBAPIError, ArgumentError, TypeError, ValueError, OSError) as error:
        # The driver complains with a TypeError or ValueError about options in the address that it does not know.
        address = make_url(database.url).render_as_string(hide_password=True)
        reason = getattr(error, "orig", error)
        raise SchemaError(f"The database {address} cannot be used: {reason}. Check LOTSE_DATABASE_URL.") from error


async def _prepare(database: Database, vault: Vault) -> None:
    async with database.write() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        await connection.run_sync(upgrade)
        await connection.run_sync(lambda sync: _check_keys(sync, vault))


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing."""
    if _is_newest(connection):
        return
    from alembic import command  # noqa: PLC0415 - it takes a while, and most starts find nothing to migrate
    from alembic.migration import MigrationContext  # noqa: PLC0415 - the same
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - the same

    config = alembic_config(connection)
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise SchemaError(
            f"The database was made by a newer version of Lotse (schema {current}). "
            "Install that version, or restore a backup made before the update. Nothing was changed."
        )
    if current != script.get_current_head():
        command.upgrade(config, "head")


def newest() -> str:
    """The newest schema: the number with which the name of its migration begins."""
    return max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")).partition("_")[0]


def _is_newest(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars()) == [newest()]


def alembic_config(connection: Connection) -> "Config":
    """Alembic's configuration, without a file of its own."""
    from alembic.config import Config  # noqa: PLC0415 - it takes a while, and only migrating needs it

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return config


def _check_keys(connection: Connection, vault: Vault) -> None:
    known = {row.id: row.check for row in connection.execute(select(KeyRow.id, KeyRow.check))}
    for key_id, check in known.items():
        if key_id not in vault.key_ids:
            raise WrongKeyError(
                f"The database holds what was encrypted with the key {key_id!r}, and LOTSE_SECRET_KEY "
                "does not have it. Add it; nothing was changed."
            )
        vault.open(_KEY_CHECK, check)
    if vault.current not in known:
        row = {"id": vault.current, "check": vault.seal(_KEY_CHECK, vault.current)}
        connection.execute(insert(KeyRow), [row])
