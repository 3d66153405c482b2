"""Cases: what is handed over, what the person says in it, and the replies of staff."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import (
    COME_BACK,
    AddToCase,
    CloseCase,
    Conversation,
    DescribeCase,
    OpenCase,
    RateCase,
    same_case,
)
from bot.errors import LotseError
from bot.messages import Document, Reply
from bot.storage import attachments, outgoing, transcript
from bot.storage.access import DEFAULT_QUEUE
from bot.storage.attachments import File
from bot.storage.conversations import Held, load, save
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow
from bot.storage.models_inbox import DraftRow, FeedbackRow
from bot.storage.pseudonyms import pseudonym

# Those who ask for somebody in particular, and not for help in general.
_PARTICULAR = ("sport_mentor", "volunteer_circle")
OPEN_AGAIN: dict[str, Any] = {
    "status": "queued",
    "closed_at": None,
    "closed_by": None,
    "resolution": None,
    "snoozed_until": None,
    "waiting_for": "staff",
}

CaseEffect = OpenCase | AddToCase | DescribeCase | CloseCase | RateCase


class NoSuchCaseError(LotseError):
    """There is no open case with this number."""


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """A line of the transcript. Author: contact, staff. Delivery (of staff's): waiting, sent, failed."""

    at: datetime
    author: str
    text: str
    delivery: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A case as staff see it: never a name, never the channel's id; ``queue`` names those who are asked."""

    id: int
    channel: str
    status: str
    reason: str
    language: str
    district: str
    shelter: str
    consent: bool | None
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    queue: str = ""
    messages: tuple[CaseMessage, ...] = ()


async def apply(
    connection: AsyncConnection,
    vault: Vault,
    held: Held,
    effects: Sequence[CaseEffect],
    now: float,
    *,
    file: File | None = None,
) -> None:
    """Write what a turn decided about a case; sets ``held.talk.case``. ``file`` came with the message."""
    for effect in effects:
        if isinstance(effect, OpenCase):
            held.talk.case = await _open(connection, vault, held, effect, now)
        elif isinstance(effect, RateCase):
            await _rate(connection, held.lane, effect.value, now)
        elif held.talk.case is None:
            continue
        elif isinstance(effect, AddToCase):
            sent = file if effect.file else None
            await transcript.add_contact(connection, vault, held.talk.case, effect, now, file=sent)
        elif isinstance(effect, DescribeCase):
            await _describe(connection, vault, held.talk.case, effect, now)
        else:
            await _remember_end(connection, held.talk, held.talk.case, now)
            await end(connection, vault, held.talk.case, "contact", now)
            held.talk.case = None


async def _open(connection: AsyncConnection, vault: Vault, held: Held, effect: OpenCase, now: float) -> int:
    number = await _come_back(connection, held, effect, now)
    if number is not None:
        await transcript.add_event(connection, vault, number, "reopened", now)
        return number
    values = {
        "lane": held.lane,
        "channel": held.channel,
        "status": "queued",
        "reason": effect.reason,
        "rank": transcript.rank(effect.reason),
        "language": effect.language,
        "theme": effect.theme or None,
        "opened_at": now,
        "waiting_since": now,
        "changed_at": now,
        "reply_due_at": _seconds(effect.reply_due),
        "queue": effect.queue or DEFAULT_QUEUE,
        "blocked": effect.reason not in transcript.URGENT and await _is_blocked(connection, held.lane),
    }
    created = await connection.execute(insert(CaseRow).values(**values).returning(CaseRow.id))
    number = int(created.scalar_one())
    await connection.execute(update(CaseRow).where(CaseRow.id == number).values(pseudonym=pseudonym(number)))
    return number


async def _come_back(connection: AsyncConnection, held: Held, effect: OpenCase, now: float) -> int | None:
    """Open the person's last case again if it was closed a short while ago and those who are asked are the same."""
    closed = and_(CaseRow.lane == held.lane, CaseRow.status == "resolved", CaseRow.purged_at.is_(None))
    recent = and_(closed, CaseRow.closed_at > now - COME_BACK.total_seconds(), CaseRow.blocked.is_(False))
    query = select(CaseRow.id, CaseRow.queue, CaseRow.reason).where(recent).order_by(CaseRow.closed_at.desc())
    last = (await connection.execute(query.limit(1))).first()
    if last is None or not same_case(last.reason, last.queue, effect.reason, effect.queue):
        return None
    urgent = effect.reason in transcript.URGENT
    values = {
        **OPEN_AGAIN,
        "reason": effect.reason if urgent else last.reason,
        "rank": transcript.rank(effect.reason if urgent else last.reason),
        "language": effect.language,
        "waiting_since": now,
        "changed_at": now,
        "reopened_at": now,
        "reply_due_at": _seconds(effect.reply_due),
    }
    await connection.execute(update(CaseRow).where(CaseRow.id == last.id).values(**values))
    return int(last.id)


async def _is_blocked(connection: AsyncConnection, lane: str) -> bool:
    query = select(CaseRow.id).where(CaseRow.lane == lane, CaseRow.blocked).limit(1)
    return (await connection.execute(query)).first() is not None


async def _describe(connection: AsyncConnection, vault: Vault, number: int, effect: DescribeCase, now: float) -> None:
    values: dict[str, Any] = {"changed_at": now}
    if effect.consent is not None:
        values["consent"] = effect.consent
    if effect.district:
        values["district"] = effect.district
    if effect.shelter:
        values["shelter"] = vault.seal(transcript.SHELTER, effect.shelter)
    if effect.reply_due:
        values["reply_due_at"] = _seconds(effect.reply_due)
    if effect.reason:
        values |= {"reason": effect.reason, "rank": transcript.rank(effect.reason)}
    if effect.queue:
        # Where staff have put it themselves, it stays.
        free = and_(CaseRow.assignee_id.is_(None), CaseRow.previous_queue.is_(None))
        values["queue"] = case((free, effect.queue), else_=CaseRow.queue)
    if effect.reason in transcript.URGENT:
        # Whoever was asked for something else is not who helps now; whoever was asked for help keeps the case.
        elsewhere = CaseRow.reason.in_(_PARTICULAR)
        values["previous_queue"] = case((elsewhere, CaseRow.queue), else_=CaseRow.previous_queue)
        values["queue"] = case((elsewhere, effect.queue or DEFAULT_QUEUE), else_=values.get("queue", CaseRow.queue))
        values["assignee_id"] = case((elsewhere, None), else_=CaseRow.assignee_id)
        values["blocked"] = False
        # A tap alone says it too, also after an answer, and while the case was put aside.
        values["waiting_since"] = case((CaseRow.waiting_for == "person", now), else_=CaseRow.waiting_since)
        values |= {"waiting_for": "staff", "snoozed_until": None}
    await connection.execute(update(CaseRow).where(CaseRow.id == number).values(values))


async def _rate(connection: AsyncConnection, lane: str, value: str, now: float) -> None:
    closed = select(CaseRow.id).where(CaseRow.lane == lane, CaseRow.status == "resolved")
    number = (await connection.execute(closed.order_by(CaseRow.closed_at.desc()).limit(1))).scalar()
    if number is not None:
        await connection.execute(delete(FeedbackRow).where(FeedbackRow.case_id == number))
        await connection.execute(insert(FeedbackRow), [{"case_id": number, "value": value, "at": now}])


async def end(
    connection: AsyncConnection,
    vault: Vault,
    number: int,
    closed_by: str,
    now: float,
    *,
    resolution: str = "",
    staff_id: int | None = None,
) -> None:
    """Close a case. The transcript stays for its time (see ``retention``), what staff had begun does not."""
    await transcript.tidy(connection, [number])
    by_staff = closed_by == "staff"
    await transcript.add_event(
        connection, vault, number, "resolved", now, detail=resolution, staff_id=staff_id, by_staff=by_staff
    )
    values = {
        "status": "resolved",
        "closed_at": now,
        "closed_by": closed_by,
        "changed_at": now,
        "resolution": resolution or None,
        "snoozed_until": None,
        # Who left while there was time was not let down.
        "promise_kept": case((_promise_kept(now).is_(False), False), else_=CaseRow.promise_kept),
        "reply_due_at": None,
    }
    await connection.execute(update(CaseRow).where(CaseRow.id == number).values(**values))


def _promise_kept(now: float) -> ColumnElement[bool | None]:
    """Whether the first reply came when it was promised, if it comes now; what was known before stays."""
    owed = and_(CaseRow.answered_at.is_(None), CaseRow.reply_due_at.is_not(None))
    return case((owed, CaseRow.reply_due_at >= now), else_=CaseRow.promise_kept)


async def _remember_end(connection: AsyncConnection, talk: Conversation, number: int, now: float) -> None:
    """The talk knows until when, and with whom, it would go on."""
    if talk.handover:
        queue = (await connection.execute(select(CaseRow.queue).where(CaseRow.id == number))).scalar()
        talk.handover.queue, talk.handover.closed = queue or talk.handover.queue, _moment(now).isoformat()


async def list_cases(database: Database, vault: Vault, *, closed: bool = False) -> list[Case]:
    """Open cases, emergencies and crises before the others, then the oldest first; with ``closed`` closed ones too."""
    urgent = and_(CaseRow.status != "resolved", CaseRow.rank == 0)
    query = select(CaseRow).order_by(case((urgent, 0), else_=1), CaseRow.opened_at)
    if not closed:
        query = query.where(CaseRow.status != "resolved")
    async with database.read() as connection:
        return [_case(vault, row) for row in await connection.execute(query)]


async def read_case(database: Database, vault: Vault, number: int) -> Case:
    """A case with what the person and staff wrote to each other; notes among staff are not part of that.

    Raises:
        NoSuchCaseError: there is none with this number.
    """
    said = and_(CaseMessageRow.case_id == number, CaseMessageRow.kind.in_(("contact", "reply")))
    lines = select(CaseMessageRow).where(said).order_by(CaseMessageRow.id)
    async with database.read() as connection:
        row = (await connection.execute(select(CaseRow).where(CaseRow.id == number))).first()
        if row is None:
            raise NoSuchCaseError(f"There is no case {number}.")
        messages = tuple(
            CaseMessage(_moment(line.at), line.author, vault.open(transcript.TEXT, line.payload), line.delivery)
            for line in await connection.execute(lines)
        )
    return _case(vault, row, messages)


async def reply(database: Database, vault: Vault, number: int, text: str, *sent_as: Reply) -> None:
    """Answer the person: into the transcript and the outgoing queue, in one transaction.

    ``sent_as`` is the text as the person gets it, in one message or several.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    async with database.write() as connection:
        await send(connection, vault, number, text, *sent_as)


async def send(
    connection: AsyncConnection,
    vault: Vault,
    number: int,
    text: str,
    *sent_as: Reply,
    staff_id: int | None = None,
    files: Sequence[File] = (),
) -> int:
    """As ``reply``, in a transaction that is under way; whoever answers first has the case. Returns the line's number.

    Files leave behind the text, under its title; a reply that is nothing but a title only gives them theirs.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    now = time.time()
    held = await open_case(connection, vault, number)
    line = transcript.line(vault, number, "reply", text, now) | {"staff_id": staff_id}
    created = await connection.execute(insert(CaseMessageRow).values(**line).returning(CaseMessageRow.id))
    message_id = int(created.scalar_one())
    replies = [part for part in sent_as if part.text or part.place or part.document]
    for file in files:
        kept = await attachments.add(connection, vault, message_id, "out", file)
        document = Document(file.filename, file.media_type, attachment=kept)
        replies.append(Reply("", sent_as[0].language, title=sent_as[0].title, document=document, author="staff"))
    envelopes = [outgoing.Envelope(part, held.address) for part in replies]
    await outgoing.put(
        connection, vault, held.lane, held.channel, envelopes, received_at=now, case_message_id=message_id
    )
    values = {
        "status": "assigned",
        "answered_at": func.coalesce(CaseRow.answered_at, now),
        "promise_kept": _promise_kept(now),
        "assignee_id": func.coalesce(CaseRow.assignee_id, staff_id),
        "waiting_for": "person",
        "waiting_since": now,
        "changed_at": now,
        "snoozed_until": None,
        "reply_due_at": None,
    }
    await connection.execute(update(CaseRow).where(CaseRow.id == number).values(values))
    await connection.execute(delete(DraftRow).where(DraftRow.case_id == number, DraftRow.staff_id == staff_id))
    await connection.execute(update(ConversationRow).where(ConversationRow.lane == held.lane).values(status="assigned"))
    return message_id


async def close(database: Database, vault: Vault, number: int, farewell: Reply) -> None:
    """Close a case at the server, where no reason is chosen; the bot takes over again and says so.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    async with database.write() as connection:
        await hand_back(connection, vault, number, farewell, resolution="other")


async def hand_back(
    connection: AsyncConnection,
    vault: Vault,
    number: int,
    farewell: Reply,
    *,
    resolution: str = "",
    staff_id: int | None = None,
) -> None:
    """As ``close``, in a transaction that is under way.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    now = time.time()
    held = await open_case(connection, vault, number)
    await _remember_end(connection, held.talk, number, now)
    await end(connection, vault, number, "staff", now, resolution=resolution, staff_id=staff_id)
    await transcript.add_bot(connection, vault, number, [farewell], now)
    held.talk.status, held.talk.case = "bot", None
    held.talk.awaiting, held.talk.failures = "", 0
    await save(connection, vault, held, now)
    envelope = outgoing.Envelope(farewell, held.address)
    await outgoing.put(connection, vault, held.lane, held.channel, [envelope], received_at=now)


async def addressee(database: Database, vault: Vault, number: int) -> tuple[str, int]:
    """The language in which the person of an open case is written to, and the number of their handover.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    async with database.read() as connection:
        held = await open_case(connection, vault, number, lock=False)
    return held.talk.language, held.talk.handovers


async def open_case(connection: AsyncConnection, vault: Vault, number: int, *, lock: bool = True) -> Held:
    """The conversation of an open case; with ``lock`` no turn works on it meanwhile.

    Raises:
        NoSuchCaseError: the case does not exist or is closed.
    """
    wanted = select(CaseRow.lane).where(CaseRow.id == number, CaseRow.status != "resolved")
    lane = (await connection.execute(wanted)).scalar()
    if lane is None:
        raise NoSuchCaseError(f"There is no open case {number}. `lotse cases` lists them.")
    if lock:
        await lock_conversation(connection, lane)
    held = await load(connection, vault, lane, lock=False)
    if held is None:
        raise NoSuchCaseError(f"There is no open case {number}: the person has erased their data.")
    return held


async def lock_conversation(connection: AsyncConnection, lane: str) -> None:
    """Wait for a turn that holds this conversation, so that neither overwrites the other."""
    if connection.dialect.name != "sqlite":
        await connection.execute(select(ConversationRow.id).where(ConversationRow.lane == lane).with_for_update())


def _case(vault: Vault, row: Any, messages: tuple[CaseMessage, ...] = ()) -> Case:
    return Case(
        id=row.id,
        channel=row.channel,
        status=row.status,
        reason=row.reason,
        language=row.language,
        district=row.district or "",
        shelter=vault.open(transcript.SHELTER, row.shelter) if row.shelter else "",
        consent=row.consent,
        opened_at=_moment(row.opened_at),
        answered_at=_moment(row.answered_at) if row.answered_at else None,
        closed_at=_moment(row.closed_at) if row.closed_at else None,
        queue="" if row.queue == DEFAULT_QUEUE else row.queue,
        messages=messages,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
