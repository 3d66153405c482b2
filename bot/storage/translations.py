"""What a machine made of lines of a transcript: sealed beside them, and gone with them."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import audit
from bot.storage.access import LARGEST, Actor, NotAllowedError, check
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow

# What the sealed column is sealed for.
TRANSLATION = "translation"


@dataclass(frozen=True, slots=True)
class Translation:
    """A text in another language. ``source`` is the language of the line, empty where nobody knows it.

    ``at`` is when the server gave it, in seconds since 1970.
    """

    source: str
    language: str
    text: str
    at: float


async def keep(
    database: Database, vault: Vault, actor: Actor, number: int, translation: Translation, *, line: int
) -> None:
    """Keep what a machine made of what the person wrote, one translation for each language; it is audited.

    Raises:
        NotAllowedError: the case is in none of their queues, or the line is none that the person wrote in it.
    """
    now = time.time()
    own = (CaseMessageRow.id == min(line, LARGEST), CaseMessageRow.case_id == number, CaseMessageRow.kind == "contact")
    async with database.write() as connection:
        await check(connection, actor, number, lock=True)
        row = (await connection.execute(select(CaseMessageRow.translation).where(*own))).first()
        if row is None:
            raise NotAllowedError(f"Nobody wrote line {line} in case {number}.")
        others = [each for each in opened(vault, row.translation) if each.language != translation.language]
        await put(connection, vault, line, *others, translation)
        # Colleagues who look at it see it too.
        await connection.execute(update(CaseRow).where(CaseRow.id == number).values(changed_at=now))
        detail = f"line {line}: {translation.source or '?'} -> {translation.language}"
        await audit.add(connection, actor.staff_id, "translated", now, case=number, detail=detail)


async def put(connection: AsyncConnection, vault: Vault, line: int, *translations: Translation) -> None:
    """Keep these with a line instead of those that it had."""
    sealed = vault.seal(TRANSLATION, translations)
    await connection.execute(update(CaseMessageRow).where(CaseMessageRow.id == line).values(translation=sealed))


def opened(vault: Vault, sealed: bytes | None) -> tuple[Translation, ...]:
    """What ``put`` kept, the oldest first."""
    return tuple(Translation(**each) for each in vault.open(TRANSLATION, sealed)) if sealed else ()


def exported(vault: Vault, sealed: bytes | None) -> list[dict[str, Any]]:
    """The same as JSON values, for the person."""
    return [
        {"language": each.language, "text": each.text, "at": datetime.fromtimestamp(each.at, UTC).isoformat()}
        for each in opened(vault, sealed)
    ]
