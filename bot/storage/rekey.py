"""A change of keys: seal everything with the newest key, so that older ones can be dropped."""

from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import attachments, drafts, staff, staff_posts, transcript, translations
from bot.storage.conversations import move, person_of
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow, IncomingRow, KeyRow, OutgoingRow
from bot.storage.models_inbox import AttachmentRow, DraftRow, StaffPostRow, StaffRow

# Purpose of each sealed column, as it was given to ``Vault.seal``.
_SEALED: tuple[tuple[Any, str, str], ...] = (
    (ConversationRow, "address", "address"),
    (ConversationRow, "state", "state"),
    (IncomingRow, "payload", "incoming"),
    (OutgoingRow, "payload", "outgoing"),
    (CaseRow, "shelter", transcript.SHELTER),
    (CaseRow, "preview", transcript.PREVIEW),
    (CaseMessageRow, "payload", transcript.TEXT),
    (CaseMessageRow, "understood", transcript.UNDERSTOOD),
    (CaseMessageRow, "translation", translations.TRANSLATION),
    (DraftRow, "text", drafts.DRAFT),
    (AttachmentRow, "filename", attachments.FILENAME),
    (AttachmentRow, "content", attachments.CONTENT),
    (StaffRow, "totp", staff.TOTP),
    (StaffPostRow, "payload", staff_posts.POST),
)


async def rekey(database: Database, vault: Vault) -> int:
    """Seal all rows anew and file conversations under new hashes, in one transaction; returns how many rows.

    Receipts stay as they are: their hashes cannot be computed again, and they are dropped after three days.

    Raises:
        WrongKeyError: something cannot be opened; nothing was changed.
    """
    changed = 0
    async with database.write() as connection:
        await _file_anew(connection, vault)
        for table, column, purpose in _SEALED:
            changed += await _seal_anew(connection, vault, table, column, purpose)
        await connection.execute(delete(KeyRow).where(KeyRow.id != vault.current))
    return changed


async def _file_anew(connection: AsyncConnection, vault: Vault) -> None:
    query = select(ConversationRow.lane, ConversationRow.channel, ConversationRow.address)
    for row in (await connection.execute(query)).all():
        lane = vault.hash("person", row.channel, person_of(vault, row.address))
        if lane != row.lane:
            await move(connection, row.lane, lane)


async def _seal_anew(connection: AsyncConnection, vault: Vault, table: Any, column: str, purpose: str) -> int:
    sealed, key = getattr(table, column), list(table.__table__.primary_key)
    # Row by row: files are large.
    keys = (await connection.execute(select(*key).where(sealed.is_not(None)))).all()
    for values in keys:
        own = and_(*(part == value for part, value in zip(key, values, strict=True)))
        value = (await connection.execute(select(sealed).where(own))).scalar_one()
        renewed = vault.seal(purpose, vault.open(purpose, value))
        await connection.execute(update(table).where(own).values({column: renewed}))
    return len(keys)
