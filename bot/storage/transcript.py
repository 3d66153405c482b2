"""Lines of a transcript as they are stored, and what a case shows of them in the list."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import AddToCase
from bot.messages import Candidate, Reply, Understanding
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


def line(vault: Vault, number: int, kind: str, said: str | dict[str, Any], now: float) -> dict[str, Any]:
    """A row of what somebody wrote, of what happened, or of what Lotse said. Kind: contact, reply, note, event, bot."""
    return {
        "case_id": number,
        "at": now,
        "author": kind if kind in ("contact", "bot") else "staff",
        "kind": kind,
        "delivery": "waiting" if kind == "reply" else None,
        "payload": vault.seal(TEXT, said),
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
    by_staff: bool = False,
) -> None:
    """Note in the transcript what happened to the case; without ``staff_id`` it was the person, or Lotse.

    ``by_staff``: or somebody at the server, of whom no account is known.
    """
    row = line(vault, number, "event", {"event": name, "detail": detail}, now)
    row |= {"author": "staff" if staff_id or by_staff else "contact", "staff_id": staff_id}
    await connection.execute(insert(CaseMessageRow), [row])


async def add_bot(connection: AsyncConnection, vault: Vault, number: int, replies: Sequence[Reply], now: float) -> None:
    """Keep what Lotse told the person. Nothing else changes: a case waits for whom it waited for."""
    told = [_told(reply) for reply in replies if reply.title or reply.text]
    if told:
        await connection.execute(insert(CaseMessageRow), [line(vault, number, "bot", each, now) for each in told])


def _told(reply: Reply) -> dict[str, Any]:
    """A message of Lotse as one text, with its language and what stood on its buttons."""
    parts = (reply.title, reply.text, "\n".join(reply.notes))
    return {
        "text": "\n\n".join(part for part in parts if part),
        "language": reply.language,
        "buttons": [button.label for row in reply.buttons for button in row],
    }


def with_buttons(told: dict[str, Any]) -> str:
    """What ``add_bot`` kept as plain text, the buttons in its last line."""
    return "\n\n".join(part for part in (told["text"], " · ".join(told["buttons"])) if part)


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
