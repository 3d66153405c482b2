"""Files that belong to lines of a transcript: sealed, and erased sooner than the lines."""

import time
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Document
from bot.storage import audit
from bot.storage.access import LARGEST, Actor, NotAllowedError, check
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow
from bot.storage.models_inbox import AttachmentRow, AuditRow

# Pictures are loaded with the page again and again: that is one reading.
_SAME_READING = 600.0
# What each sealed column is sealed for.
FILENAME, CONTENT = "filename", "attachment"
_READ = "file read"

_WITH_CASE = select(AttachmentRow, CaseMessageRow.case_id).join(
    CaseMessageRow, CaseMessageRow.id == AttachmentRow.case_message_id
)


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
    """A file with its content; that it was opened is audited, once in ten minutes for each reader.

    Raises:
        NotAllowedError: its case is in none of their queues, or it does not exist.
    """
    async with database.read() as connection:
        row = (await connection.execute(_WITH_CASE.where(AttachmentRow.id == min(attachment, LARGEST)))).first()
        if row is None:
            raise NotAllowedError(f"There is no file {attachment}.")
        await check(connection, actor, row.case_id)
        noted = await _is_noted(connection, actor, row)
    if not noted:
        async with database.write() as connection:
            now, detail = time.time(), _detail(row)
            await audit.add(connection, actor.staff_id, _READ, now, case=row.case_id, detail=detail)
    return of_row(vault, row), _opened(vault, row.content)


async def _is_noted(connection: AsyncConnection, actor: Actor, row: Any) -> bool:
    own = (AuditRow.case_id == row.case_id, AuditRow.staff_id == actor.staff_id, AuditRow.action == _READ)
    lately = (AuditRow.detail == _detail(row), AuditRow.at > time.time() - _SAME_READING)
    return (await connection.execute(select(AuditRow.id).where(*own, *lately).limit(1))).first() is not None


def _detail(row: Any) -> str:
    return f"file {row.id}"


async def of_person(
    database: Database, vault: Vault, lanes: Sequence[str], attachment: int
) -> tuple[Attachment, bytes] | None:
    """A file of the talks of whoever has one of these lanes, with its content; None if there is no such file."""
    query = _WITH_CASE.join(CaseRow, CaseRow.id == CaseMessageRow.case_id).where(CaseRow.lane.in_(lanes))
    async with database.read() as connection:
        row = (await connection.execute(query.where(AttachmentRow.id == min(attachment, LARGEST)))).first()
    return (of_row(vault, row), _opened(vault, row.content)) if row else None


async def of_lane(connection: AsyncConnection, vault: Vault, lane: str) -> list[Document]:
    """All files of somebody's talks with staff, to be sent to them."""
    numbers = (await connection.execute(select(CaseRow.id).where(CaseRow.lane == lane))).scalars().all()
    kept = [await of_case(connection, vault, number) for number in numbers]
    return [
        Document(file.filename, file.media_type, attachment=file.id)
        for of_lines in kept
        for files in of_lines.values()
        for file in files
    ]


async def content(connection: AsyncConnection, vault: Vault, attachment: int) -> bytes | None:
    """What is in a file that is on its way out; None if it has been erased."""
    query = select(AttachmentRow.content).where(AttachmentRow.id == attachment)
    sealed = (await connection.execute(query)).scalar()
    return _opened(vault, sealed) if sealed else None


async def size_of(database: Database, number: int) -> int:
    """How many bytes all files of a case have together."""
    lines = select(CaseMessageRow.id).where(CaseMessageRow.case_id == number)
    query = select(func.coalesce(func.sum(AttachmentRow.size), 0)).where(AttachmentRow.case_message_id.in_(lines))
    async with database.read() as connection:
        return int((await connection.execute(query)).scalar_one())


def _opened(vault: Vault, sealed: bytes) -> bytes:
    return b64decode(vault.open(CONTENT, sealed))


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
