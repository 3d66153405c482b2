"""Files that belong to lines of a transcript: sealed, and erased sooner than the lines."""

import time
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import audit
from bot.storage.access import LARGEST, Actor, NotAllowedError, check
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow
from bot.storage.models_inbox import AttachmentRow

# What each sealed column is sealed for.
FILENAME, CONTENT = "filename", "attachment"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file without its content; ``size`` is in bytes, direction: in (from the person), out (from staff)."""

    id: int
    direction: str
    filename: str
    media_type: str
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file that is to be kept, checked and cleaned by whoever took it in."""

    filename: str
    media_type: str
    content: bytes


async def add(connection: AsyncConnection, vault: Vault, line: int, direction: str, file: File) -> int:
    """Keep a file with a line of a transcript. Returns its number."""
    values = {
        "case_message_id": line,
        "direction": direction,
        "filename": vault.seal(FILENAME, file.filename),
        "media_type": file.media_type,
        "size": len(file.content),
        "content": vault.seal(CONTENT, b64encode(file.content).decode()),
        "created_at": time.time(),
    }
    created = await connection.execute(insert(AttachmentRow).values(**values).returning(AttachmentRow.id))
    return int(created.scalar_one())


async def read(database: Database, vault: Vault, actor: Actor, attachment: int) -> tuple[Attachment, bytes]:
    """A file with its content; that it was opened is audited.

    Raises:
        NotAllowedError: its case is in none of their queues, or it does not exist.
    """
    query = select(AttachmentRow, CaseMessageRow.case_id).join(
        CaseMessageRow, CaseMessageRow.id == AttachmentRow.case_message_id
    )
    async with database.write() as connection:
        wanted = query.where(AttachmentRow.id == min(attachment, LARGEST))
        row = (await connection.execute(wanted)).first()
        if row is None:
            raise NotAllowedError(f"There is no file {attachment}.")
        await check(connection, actor, row.case_id)
        now, detail = time.time(), f"file {attachment}"
        await audit.add(connection, actor.staff_id, "file read", now, case=row.case_id, detail=detail)
    return of_row(vault, row), b64decode(vault.open(CONTENT, row.content))


async def of_case(connection: AsyncConnection, vault: Vault, number: int) -> dict[int, tuple[Attachment, ...]]:
    """All files of a case without their content, by the number of their line."""
    columns = (column for column in AttachmentRow.__table__.columns if column.name != "content")
    lines = select(CaseMessageRow.id).where(CaseMessageRow.case_id == number)
    query = select(*columns).where(AttachmentRow.case_message_id.in_(lines)).order_by(AttachmentRow.id)
    found: dict[int, tuple[Attachment, ...]] = {}
    for row in await connection.execute(query):
        found[row.case_message_id] = (*found.get(row.case_message_id, ()), of_row(vault, row))
    return found


def of_row(vault: Vault, row: Any) -> Attachment:
    """A file without its content."""
    name = str(vault.open(FILENAME, row.filename))
    created = datetime.fromtimestamp(row.created_at, UTC)
    return Attachment(row.id, row.direction, name, row.media_type, row.size, created)
