"""Finding a conversation by its lane, reading and writing its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import KEEP_RECENT, Conversation
from bot.errors import LotseError
from bot.messages import Incoming
from bot.storage.crypto import Vault, WrongKeyError
from bot.storage.models import Base, CaseRow, ConversationRow, IncomingRow, OutgoingRow

_STATE, _ADDRESS = "state", "address"
# The channel's id of the person stands, sealed, in the address: a change of keys needs it for the new hash.
_PERSON = "person"


class ConflictError(LotseError):
    """Staff changed the conversation while a turn was working on it."""


# Statements of every turn are put together once.
# On PostgreSQL an erasure waits for us, or we for it: a message never comes into a conversation that is gone.
_KNOWN = (
    select(ConversationRow.lane)
    .where(ConversationRow.lane.in_(bindparam("lanes", expanding=True)))
    .order_by(ConversationRow.lane)
    .with_for_update(read=True, key_share=True)
)
_LOAD = select(
    ConversationRow.lane,
    ConversationRow.channel,
    ConversationRow.address,
    ConversationRow.state,
    ConversationRow.status,
    ConversationRow.case_id,
).where(ConversationRow.lane == bindparam("wanted"))
# The key stays free, so that more messages of the same person can be stored meanwhile.
_LOAD_LOCKED = _LOAD.with_for_update(skip_locked=True, key_share=True)
_SAVE = (
    update(ConversationRow)
    .where(ConversationRow.lane == bindparam("wanted"), ConversationRow.status == bindparam("before"))
    .values(
        {
            name: bindparam(name)
            for name in ("state", "status", "case_id", "active_at", "recent_until", "blocked_at", "watching")
        }
    )
)


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as it was read; ``talk`` is changed by the turn, ``status`` is how it was before."""

    lane: str
    channel: str
    address: dict[str, Any]
    talk: Conversation
    status: str


async def find_or_create(
    connection: AsyncConnection, vault: Vault, messages: Sequence[Incoming], now: float
) -> dict[tuple[str, str], str]:
    """The lane of each (channel, person); a new person gets a conversation.

    A lane that was made with an older key is moved to the newest one.
    """
    people = {(message.channel, message.person): message.address for message in messages}
    candidates = {lane: person for person in people for lane in vault.hashes("person", *person)}
    found = await connection.execute(_KNOWN, {"lanes": list(candidates)})
    lanes: dict[tuple[str, str], str] = {}
    for lane in found.scalars().all():
        person = candidates[lane]
        lanes[person] = vault.hash("person", *person)
        if lane != lanes[person]:
            await move(connection, lane, lanes[person])
    new = [person for person in people if person not in lanes]
    for person in new:
        lanes[person] = vault.hash("person", *person)
    if new:
        rows = [
            _new_row(vault, lanes[person], person[0], {**people[person], _PERSON: person[1]}, now) for person in new
        ]
        await insert_missing(connection, ConversationRow, rows)
    return lanes


def _new_row(vault: Vault, lane: str, channel: str, address: dict[str, Any], now: float) -> dict[str, Any]:
    return {
        "lane": lane,
        "channel": channel,
        "address": vault.seal(_ADDRESS, address),
        "state": vault.seal(_STATE, Conversation().as_json()),
        "status": "bot",
        "active_at": now,
    }


async def insert_missing(connection: AsyncConnection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Two processes may meet the same new person at once: the second insert is no error."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert  # noqa: PLC0415 - one of two twins is needed

        await connection.execute(upsert(table).on_conflict_do_nothing(), rows)
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert_postgresql  # noqa: PLC0415 - the other twin

        await connection.execute(upsert_postgresql(table).on_conflict_do_nothing(), rows)


async def move(connection: AsyncConnection, old: str, new: str) -> None:
    """File a conversation and all that waits for it under another lane."""
    for table in (ConversationRow, IncomingRow, OutgoingRow, CaseRow):
        await connection.execute(update(table).where(table.lane == old).values(lane=new))


def person_of(vault: Vault, address: bytes) -> str:
    """The channel's id of a person, from the sealed address."""
    return str(vault.open(_ADDRESS, address)[_PERSON])


async def load(connection: AsyncConnection, vault: Vault, lane: str, *, lock: bool) -> Held | None:
    """Read a conversation; with ``lock`` only if nobody else holds it (PostgreSQL)."""
    row = (await connection.execute(_LOAD_LOCKED if lock else _LOAD, {"wanted": lane})).first()
    if row is None:
        return None
    return held_of(vault, row)


def held_of(vault: Vault, row: Any) -> Held:
    """A conversation from the columns that ``load`` reads."""
    talk = Conversation.from_json(vault.open(_STATE, row.state))
    talk.status, talk.case = row.status, row.case_id
    return Held(row.lane, row.channel, vault.open(_ADDRESS, row.address), talk, row.status)


async def save(connection: AsyncConnection, vault: Vault, held: Held, now: float) -> None:
    """Write the state after a turn. Who writes to us has not blocked us.

    Raises:
        ConflictError: staff changed the status meanwhile (on SQLite, where a turn holds no lock).
    """
    talk = held.talk
    values = {
        "wanted": held.lane,
        "before": held.status,
        "state": vault.seal(_STATE, talk.as_json()),
        "status": talk.status,
        "case_id": talk.case,
        "active_at": now,
        "recent_until": now + KEEP_RECENT.total_seconds() if talk.recent else _case_until(talk),
        "blocked_at": None,
        "watching": bool(talk.watches),
    }
    changed = await connection.execute(_SAVE, values)
    if not changed.rowcount:
        raise ConflictError("the conversation was changed by staff")


async def recreate(connection: AsyncConnection, vault: Vault, held: Held, now: float) -> None:
    """A blank conversation for somebody who was erased while messages of theirs still wait."""
    await connection.execute(insert(ConversationRow), [_new_row(vault, held.lane, held.channel, held.address, now)])


async def forget_recent(connection: AsyncConnection, vault: Vault, now: float) -> int:
    """Drop utterances whose hour is over, and what closed cases were about; returns in how many conversations.

    What no key opens any more is left alone: nobody can read it, and everything else must still be forgotten.
    """
    query = select(ConversationRow.id, ConversationRow.state).where(ConversationRow.recent_until < now)
    if connection.dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    rows = (await connection.execute(query)).all()
    done = 0
    for row in rows:
        try:
            talk = Conversation.from_json(vault.open(_STATE, row.state))
        except WrongKeyError:
            continue
        talk.recent = []
        talk.forget_case(datetime.fromtimestamp(now, UTC))
        values = {"state": vault.seal(_STATE, talk.as_json()), "recent_until": _case_until(talk)}
        await connection.execute(update(ConversationRow).where(ConversationRow.id == row.id).values(**values))
        done += 1
    return done


def _case_until(talk: Conversation) -> float | None:
    until = talk.handover.until if talk.handover else None
    return until.timestamp() if until else None
