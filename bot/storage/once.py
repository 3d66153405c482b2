"""Adding a row that another process may add at the same time."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.models import Base


async def add_once(connection: AsyncConnection, table: type[Base], **values: Any) -> bool:
    """Add a row; False if there is one with its key already, also by a transaction that ends only now."""
    if connection.dialect.name == "sqlite":
        added = await connection.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    else:
        added = await connection.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())
    return bool(added.rowcount)
