"""Topics of the staff group: which case has which, which lines of its transcript are there, and what goes there next.

The transcript is the truth: what is not in a topic yet is found by comparing, so that nothing is lost.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Reply
from bot.storage import audit, outgoing, staff_posts, transcript
from bot.storage.casefile import Line, line_of
from bot.storage.casework import Within
from bot.storage.conversations import load
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.inbox import LINE, CaseLine, case_line
from bot.storage.models import OPEN, CaseMessageRow, CaseRow
from bot.storage.models_inbox import StaffRow, StaffTopicLineRow, StaffTopicRow
from bot.storage.once import add_once
from bot.storage.outgoing import Envelope
from bot.storage.pings import CHANNEL
from bot.storage.staff_posts import Kept

_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Topic:
    """The topic of a case; ``thread`` is Telegram's number, None if it has to be made."""

    case: CaseLine
    thread: int | None
    headed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a transcript for its topic; ``copied_from`` is (chat, message) of what the person sent, if known."""

    line: Line
    copied_from: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a reply that was written in a topic."""

    line: int
    case: int
    message: int
    delivery: str


def lane(case: int) -> str:
    """Where what goes to a topic waits, in order."""
    return f"staff-topic-{case}"


async def put(connection: AsyncConnection, vault: Vault, case: int, text: str = "", **address: Any) -> None:
    """Put something for a topic into the queue: ``to`` and what belongs to it; only numbers but for ``text``."""
    envelope = Envelope(Reply(text=text, language="de"), {"to": "topic", "case": case, **address})
    await outgoing.put(connection, vault, lane(case), CHANNEL, [envelope], received_at=time.time(), patient=True)


async def catch_up(database: Database, vault: Vault, changed_since: float) -> int:
    """Give each open case that changed since a topic, and put what is missing there into the queue.

    Returns how many topics and lines that were.
    """
    changed = CaseRow.changed_at > changed_since
    topic = exists().where(StaffTopicRow.case_id == CaseRow.id)
    missing = select(CaseRow.id).where(OPEN, CaseRow.blocked.is_(False), changed, ~topic).order_by(CaseRow.id)
    there = exists().where(StaffTopicLineRow.case_message_id == CaseMessageRow.id)
    lines = select(CaseMessageRow.id, CaseMessageRow.case_id).join(CaseRow, CaseRow.id == CaseMessageRow.case_id)
    # What Lotse itself told the person stands in the inbox; a topic is the talk of people.
    spoken = CaseMessageRow.kind != "bot"
    lines = lines.where(changed, spoken, CaseRow.purged_at.is_(None), topic, ~there).order_by(CaseMessageRow.id)
    async with database.read() as connection:
        cases = list((await connection.execute(missing.limit(_MOST))).scalars())
        new = (await connection.execute(lines.limit(_MOST))).all()
    if not cases and not new:
        return 0
    async with database.write() as connection:
        for case in cases:
            if await add_once(connection, StaffTopicRow, case_id=case, headed=False):
                await put(connection, vault, case, line=0)
        for row in new:
            if await add_once(connection, StaffTopicLineRow, case_message_id=row.id):
                await put(connection, vault, row.case_id, line=row.id)
    return len(cases) + len(new)


async def find(database: Database, vault: Vault, case: int) -> Topic | None:
    """The topic of a case; None if it has none, or what was in it is erased."""
    own = select(StaffTopicRow).where(StaffTopicRow.case_id == case)
    async with database.read() as connection:
        row = (await connection.execute(own)).first()
        line = (await connection.execute(LINE.where(CaseRow.id == case, CaseRow.purged_at.is_(None)))).first()
    return Topic(case_line(vault, line), row.thread_id, row.headed) if row and line else None


async def case_of(database: Database, thread: int) -> int | None:
    """The case that a topic is about."""
    query = select(StaffTopicRow.case_id).where(StaffTopicRow.thread_id == thread)
    async with database.read() as connection:
        return (await connection.execute(query)).scalar()


async def made(database: Database, case: int, thread: int) -> bool:
    """A topic was made on Telegram; False if the talk was erased meanwhile, so that nobody would delete it later."""
    return await _set(database, StaffTopicRow.case_id == case, thread_id=thread, headed=False)


async def headed(database: Database, case: int) -> None:
    """Its first message is there."""
    await _set(database, StaffTopicRow.case_id == case, headed=True)


async def lost(database: Database, case: int, thread: int) -> None:
    """A topic is gone on Telegram; the next message to it makes another."""
    gone = and_(StaffTopicRow.case_id == case, StaffTopicRow.thread_id == thread)
    await _set(database, gone, thread_id=None, headed=False)


async def _set(database: Database, wanted: Any, **values: Any) -> bool:
    async with database.write() as connection:
        return bool((await connection.execute(update(StaffTopicRow).where(wanted).values(**values))).rowcount)


async def said(database: Database, vault: Vault, number: int) -> Said | None:
    """A line of a transcript; None if it is erased."""
    query = select(CaseMessageRow, StaffRow.name, CaseRow.lane).join(CaseRow, CaseRow.id == CaseMessageRow.case_id)
    query = query.outerjoin(StaffRow, StaffRow.id == CaseMessageRow.staff_id).where(CaseMessageRow.id == number)
    async with database.read() as connection:
        row = (await connection.execute(query)).first()
        if row is None:
            return None
        held = await load(connection, vault, row.lane, lock=False) if row.channel_message and row.lane else None
    copied = (int(held.address["chat"]), row.channel_message) if held and "chat" in held.address else None
    return Said(line_of(vault, row), copied)


def taken_in(vault: Vault, case: int, kept: Kept, emoji: str, text: str = "") -> Within:
    """What belongs to the transaction in which a post becomes a line of the transcript.

    The post is done, the line is not sent to where it was written, and its writer is shown that it was taken in,
    without a text also what becomes of it.
    """

    async def within(connection: AsyncConnection, line: int) -> None:
        message = kept.post.message
        await staff_posts.done(connection, kept.id)
        row = {"case_message_id": line, "message_id": message, "receipt": None if text else "waiting"}
        await connection.execute(insert(StaffTopicLineRow), [row])
        await _tell(connection, vault, case, message, emoji=emoji, text=text)

    return within


async def answer(database: Database, vault: Vault, case: int, kept: Kept, *, emoji: str = "", text: str = "") -> None:
    """A post is done: show that, or say why nothing came of it.

    Raises:
        DoneElsewhereError: another process was quicker.
    """
    async with database.write() as connection:
        await staff_posts.done(connection, kept.id)
        await _tell(connection, vault, case, kept.post.message, emoji=emoji, text=text)


async def refuse(database: Database, vault: Vault, case: int, kept: Kept, text: str) -> None:
    """A post of somebody who is not known: they are told once in some days, and shown each time.

    Raises:
        DoneElsewhereError: another process was quicker.
    """
    async with database.write() as connection:
        await staff_posts.done(connection, kept.id)
        new = await staff_posts.first_time(connection, vault, "stranger", str(case), kept.post.person)
        await audit.add(connection, None, "refused", time.time(), case=case, detail=audit.IN_THE_GROUP)
        await _tell(connection, vault, case, kept.post.message, emoji="👎", text=text if new else "")


async def _tell(connection: AsyncConnection, vault: Vault, case: int, message: int, *, emoji: str, text: str) -> None:
    if text:
        await put(connection, vault, case, text, answers=message)
    if emoji:
        await put(connection, vault, case, to="mark", message=message, emoji=emoji)


async def written_as(database: Database, vault: Vault, case: int, message: int) -> tuple[str, str]:
    """What a message of a topic has become: reply, note, or nothing; and its text as it was taken in last."""
    query = select(CaseMessageRow.kind, CaseMessageRow.payload)
    query = query.join(StaffTopicLineRow, StaffTopicLineRow.case_message_id == CaseMessageRow.id)
    mine = query.where(CaseMessageRow.case_id == case, StaffTopicLineRow.message_id == message)
    async with database.read() as connection:
        row = (await connection.execute(mine.order_by(CaseMessageRow.id.desc()).limit(1))).first()
    return (row.kind, str(vault.open(transcript.TEXT, row.payload))) if row else ("", "")


async def receipts(database: Database) -> Sequence[Receipt]:
    """Replies whose delivery has ended, which their writers have not been shown."""
    query = (
        select(CaseMessageRow.id, CaseMessageRow.case_id, StaffTopicLineRow.message_id, CaseMessageRow.delivery)
        .join(StaffTopicLineRow, StaffTopicLineRow.case_message_id == CaseMessageRow.id)
        .where(StaffTopicLineRow.receipt == "waiting", CaseMessageRow.delivery.in_(("sent", "failed")))
        .limit(_MOST)
    )
    async with database.read() as connection:
        return [Receipt(row.id, row.case_id, row.message_id, row.delivery) for row in await connection.execute(query)]


async def show(database: Database, vault: Vault, receipt: Receipt, emoji: str, text: str = "") -> None:
    """Put a receipt into the queue, with some words if need be, unless another process has."""
    shown = update(StaffTopicLineRow).where(StaffTopicLineRow.case_message_id == receipt.line)
    async with database.write() as connection:
        mine = shown.where(StaffTopicLineRow.receipt == "waiting").values(receipt=receipt.delivery)
        if not (await connection.execute(mine)).rowcount:
            return
        await _tell(connection, vault, receipt.case, receipt.message, emoji=emoji, text=text)


async def drop_erased(database: Database, vault: Vault) -> int:
    """Delete the topics of cases whose transcript is erased; returns how many."""
    erased = select(StaffTopicRow.case_id, StaffTopicRow.thread_id)
    erased = erased.join(CaseRow, CaseRow.id == StaffTopicRow.case_id).where(CaseRow.purged_at.is_not(None))
    async with database.read() as connection:
        rows = (await connection.execute(erased.limit(_MOST))).all()
    for row in rows:
        async with database.write() as connection:
            gone = delete(StaffTopicRow).where(StaffTopicRow.case_id == row.case_id)
            if (await connection.execute(gone)).rowcount and row.thread_id is not None:
                await put(connection, vault, row.case_id, to="drop", thread=row.thread_id)
    return len(rows)
