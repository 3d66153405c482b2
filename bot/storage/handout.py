"""A case as it is given out to the person it is about, on their request."""

import time
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from bot.storage import audit, personal
from bot.storage.access import Actor, NotAllowedError, check
from bot.storage.attachments import CONTENT
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow
from bot.storage.models_inbox import AttachmentRow


@dataclass(frozen=True, slots=True)
class Handout:
    """Everything about a case: ``data`` as JSON values (see ``personal``), and its files as they come in there."""

    number: int
    language: str
    made_at: datetime
    data: dict[str, Any]
    files: tuple[bytes, ...]


async def read(database: Database, vault: Vault, actor: Actor, number: int, *, notes: bool) -> Handout:
    """A case for the person; ``notes``: with what staff noted for each other. It is audited.

    Raises:
        NotAllowedError: only leads and admins give cases out, and only those of their queues; also if the transcript
            is erased, so that there is nothing to give.
    """
    now = time.time()
    async with database.write() as connection:
        row = await check(connection, actor, number)
        if not actor.leads or row.purged_at is not None:
            raise NotAllowedError(f"Case {number} cannot be given out.")
        data = await personal.case_data(connection, vault, row, notes=notes)
        kept = (
            select(AttachmentRow.content)
            .join(CaseMessageRow, CaseMessageRow.id == AttachmentRow.case_message_id)
            .where(CaseMessageRow.case_id == number)
            .order_by(CaseMessageRow.id, AttachmentRow.id)
        )
        sealed = (await connection.execute(kept)).scalars().all()
        files = tuple(b64decode(vault.open(CONTENT, each)) for each in sealed)
        detail = "with notes" if notes else ""
        await audit.add(connection, actor.staff_id, "exported", now, case=number, detail=detail)
    return Handout(number, row.language, datetime.fromtimestamp(now, UTC), data, files)
