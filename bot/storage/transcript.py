"""Lines of a transcript as they are stored, and what a case shows of them in the list."""

from typing import Any

from sqlalchemy import case, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import AddToCase
from bot.messages import Candidate, Understanding
from bot.storage import attachments
from bot.storage.attachments import File
from bot.storage.crypto import Vault
from bot.storage.models import CaseMessageRow, CaseRow
from bot.storage.models_inbox import DraftRow, MentionRow, PresenceRow

# What each sealed column is sealed for.
TEXT, UNDERSTOOD, PREVIEW, SHELTER = "case message", "understood", "preview", "shelter"
URGENT = ("emergency", "crisis")
# What a case keeps of a person besides its transcript, once that is erased: nothing.
CLEARED: dict[str, Any] = {
    "lane": None,
    "district": None,
    "shelter": None,
    "preview": None,
    "blocked": False,
    "snoozed_until": None,
    "reply_due_at": None,
}
_PREVIEW_LENGTH = 160


def rank(reason: str) -> int:
    """Where a case stands in the list: danger first."""
    return 0 if reason in URGENT else 1


def line(vault: Vault, number: int, kind: str, text: str, now: float) -> dict[str, Any]:
    """A row of what somebody wrote. Kind: contact, reply, note."""
    return {
        "case_id": number,
        "at": now,
        "author": "contact" if kind == "contact" else "staff",
        "kind": kind,
        "delivery": "waiting" if kind == "reply" else None,
        "payload": vault.seal(TEXT, text),
        "staff_id": None,
        "understood": None,
    }


async def add_event(
    connection: AsyncConnection,
    vault: Vault,
    number: int,
    name: str,
    now: float,
    *,
    detail: str = "",
    staff_id: int | None = None,
) -> None:
    """Note in the transcript what happened to the case; without ``staff_id`` it was the person, or Lotse."""
    row = line(vault, number, "event", "", now)
    row |= {"author": "staff" if staff_id else "contact", "staff_id": staff_id}
    row["payload"] = vault.seal(TEXT, {"event": name, "detail": detail})
    await connection.execute(insert(CaseMessageRow), [row])


async def add_contact(
    connection: AsyncConnection,
    vault: Vault,
    number: int,
    said: AddToCase,
    now: float,
    *,
    file: File | None = None,
) -> None:
    """Add what the person wrote or sent: the case waits for staff now, and wakes up if it was put aside."""
    if not said.texts:
        return
    rows = [line(vault, number, "contact", text, now) for text in said.texts]
    for row, meant in zip(rows, said.understood, strict=False):
        row["understood"] = vault.seal(UNDERSTOOD, meant) if meant else None
    if rows[:-1]:
        await connection.execute(insert(CaseMessageRow), rows[:-1])
    rows[-1]["channel_message"] = said.number or None
    if file or said.texts[-1]:
        created = await connection.execute(insert(CaseMessageRow).values(rows[-1]).returning(CaseMessageRow.id))
        if file:
            await attachments.add(connection, vault, int(created.scalar_one()), "in", file)
    if said.refused:
        await add_event(connection, vault, number, "file_refused", now, detail=said.refused)
    shown = f"📎 {said.texts[-1]}" if file or said.refused else said.texts[-1]
    values = {
        "preview": vault.seal(PREVIEW, preview(shown)),
        "waiting_since": case((CaseRow.waiting_for == "person", now), else_=CaseRow.waiting_since),
        "waiting_for": "staff",
        "changed_at": now,
        "snoozed_until": None,
    }
    await connection.execute(update(CaseRow).where(CaseRow.id == number).values(values))


def preview(text: str) -> str:
    """The beginning of a text on one line."""
    joined = " ".join(text.split())
    return joined if len(joined) <= _PREVIEW_LENGTH else joined[: _PREVIEW_LENGTH - 1].rstrip() + "…"


def understanding(vault: Vault, sealed: bytes | None) -> Understanding | None:
    """What ``add_contact`` kept; unknown keys of another version are ignored."""
    if sealed is None:
        return None
    values = vault.open(UNDERSTOOD, sealed)
    known = {name: values[name] for name in Understanding.__dataclass_fields__ if name in values}
    known["ranking"] = tuple(Candidate(**candidate) for candidate in known.get("ranking", ()))
    known["entities"] = {name: tuple(found) for name, found in known.get("entities", {}).items()}
    return Understanding(**known)


async def tidy(connection: AsyncConnection, cases: Any) -> None:
    """Drop what was only of use while staff worked on these cases (a list or a query of their numbers)."""
    for table in (DraftRow, PresenceRow, MentionRow):
        await connection.execute(delete(table).where(table.case_id.in_(cases)))
