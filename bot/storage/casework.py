"""Everything that staff do with a case. Each step is checked, audited and written at once."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LotseError
from bot.messages import Reply
from bot.storage import audit, cases, outgoing, staff, transcript, translations
from bot.storage.access import EVERY_QUEUE, Actor, NotAllowedError, check
from bot.storage.attachments import File
from bot.storage.conversations import Held, load, save
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow
from bot.storage.models_inbox import MentionRow, StaffRow
from bot.storage.translations import Translation

_BLOCKED = "blocked"

Within = Callable[[AsyncConnection, int], Awaitable[None]]
"""What else belongs to a transaction; it is told the number of the line."""


class CaseStateError(LotseError):
    """The case is not in the state for this: closed meanwhile, erased, or the person is in another talk."""


class CrossedError(LotseError):
    """Another reply in the same case was faster."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has the case after somebody wanted to take it; ``won`` says that it is the one who asked."""

    won: bool
    staff_id: int
    staff: str


class _Step:
    """One thing that somebody does with a case: the transaction, the case as it was, and what is noted about it."""

    def __init__(self, connection: AsyncConnection, vault: Vault, actor: Actor, row: Any) -> None:
        self.connection = connection
        self.vault = vault
        self.actor = actor
        self.row = row
        self.now = time.time()

    def must_be_open(self) -> None:
        """Raises CaseStateError."""
        if self.row.status == "resolved":
            raise CaseStateError(f"Case {self.row.id} is closed.")

    def for_staff(self) -> dict[str, Any]:
        """Values with which whoever gets the case finds it among what waits for them, also after an answer."""
        since = self.row.waiting_since if self.row.waiting_for == "staff" else self.now
        return {"waiting_for": "staff", "waiting_since": since}

    async def set(self, **values: Any) -> None:
        """Change the case."""
        values["changed_at"] = self.now
        await self.connection.execute(update(CaseRow).where(CaseRow.id == self.row.id).values(**values))

    async def set_talk(self, status: str) -> None:
        """Change the status of the person's conversation, while it is about this case."""
        own = (ConversationRow.lane == self.row.lane, ConversationRow.case_id == self.row.id)
        about = update(ConversationRow).where(*own, ConversationRow.status != "bot")
        await self.connection.execute(about.values(status=status))

    async def note(self, name: str, detail: str = "", shown: str = "", *, event: bool = True) -> None:
        """Audit it, and show it in the transcript; ``shown`` instead of the detail."""
        by, about = self.actor.staff_id, self.row.id
        await audit.add(self.connection, by, name.replace("_", " "), self.now, case=about, detail=detail)
        if event:
            await transcript.add_event(
                self.connection, self.vault, about, name, self.now, detail=shown or detail, staff_id=by
            )


@asynccontextmanager
async def _step(database: Database, vault: Vault, actor: Actor, number: int) -> AsyncIterator[_Step]:
    async with database.write() as connection:
        row = await check(connection, actor, number)
        if row.lane:
            # The conversation first, as turns do: who locks in the same order never waits in a circle.
            await cases.lock_conversation(connection, row.lane)
        yield _Step(connection, vault, actor, await check(connection, actor, number, lock=True))


async def take(database: Database, vault: Vault, actor: Actor, number: int) -> Taken:
    """Take a case that nobody has: the first one wins, and the other is told who did.

    Raises:
        CaseStateError: it is closed.
    """
    async with _step(database, vault, actor, number) as step:
        step.must_be_open()
        free = update(CaseRow).where(CaseRow.id == number, CaseRow.assignee_id.is_(None))
        won = await step.connection.execute(free.values(assignee_id=actor.staff_id, status="assigned"))
        if won.rowcount:
            await step.set(snoozed_until=None)
            await step.set_talk("assigned")
            await step.note("taken")
        holder = step.row.assignee_id if not won.rowcount else actor.staff_id
        name = (await step.connection.execute(select(StaffRow.name).where(StaffRow.id == holder))).scalar()
    return Taken(holder == actor.staff_id, holder, name or "")


async def assign(database: Database, vault: Vault, actor: Actor, number: int, staff_id: int | None) -> None:
    """Give a case to a colleague who sees its queue, or back to everybody (None).

    Raises:
        NotAllowedError: also if the colleague may not see it.
        CaseStateError: it is closed.
    """
    async with _step(database, vault, actor, number) as step:
        step.must_be_open()
        if staff_id is None:
            await step.set(assignee_id=None, status="queued")
            await step.set_talk("queued")
            await step.note("released")
            return
        (colleague,) = await _colleagues(step, [staff_id])
        await step.set(assignee_id=staff_id, status="assigned", **step.for_staff())
        await step.set_talk("assigned")
        await step.note("assigned", f"staff {staff_id}", shown=colleague.name)


async def _colleagues(step: _Step, numbers: Collection[int]) -> list[staff.Staff]:
    """Active staff with these numbers, who all may see the case."""
    found = await staff.select_staff(step.connection, StaffRow.id.in_(numbers) & StaffRow.active)
    seeing = [each for each in found if each.actor.may_see(step.row.queue)]
    if len(seeing) != len(set(numbers)):
        raise NotAllowedError(f"Somebody is asked who may not see case {step.row.id}.")
    return seeing


async def hand_over(database: Database, vault: Vault, actor: Actor, number: int, queue: str) -> None:
    """Move a case to another queue, where nobody has it yet. Whether the queue exists is the caller's to know.

    Raises:
        CaseStateError: it is closed.
    """
    if queue == EVERY_QUEUE:
        raise NotAllowedError("A case lies in one queue.")
    async with _step(database, vault, actor, number) as step:
        step.must_be_open()
        before = step.row.queue
        moved = {"queue": queue, "previous_queue": before, "assignee_id": None, "status": "queued"}
        await step.set(**moved, **step.for_staff(), snoozed_until=None)
        await step.set_talk("queued")
        await step.note("handed_over", f"{before} -> {queue}", shown=queue)


async def note(
    database: Database,
    vault: Vault,
    actor: Actor,
    number: int,
    text: str,
    *,
    mentions: Collection[int] = (),
    within: Within | None = None,
) -> int:
    """Write something for colleagues only; those mentioned find the case in their list. Returns the line's number.

    ``within`` is done in the same transaction.

    Raises:
        NotAllowedError: also if somebody mentioned may not see the case.
        CaseStateError: the transcript is erased.
    """
    async with _step(database, vault, actor, number) as step:
        if step.row.purged_at is not None:
            raise CaseStateError(f"The transcript of case {number} is erased.")
        asked = await _colleagues(step, mentions)
        row = transcript.line(vault, number, "note", text, step.now) | {"staff_id": actor.staff_id}
        created = await step.connection.execute(insert(CaseMessageRow).values(**row).returning(CaseMessageRow.id))
        line = int(created.scalar_one())
        mine = [each.id for each in asked if each.id != actor.staff_id]
        old = delete(MentionRow).where(MentionRow.case_id == number, MentionRow.staff_id.in_(mine))
        await step.connection.execute(old)
        rows = [{"case_id": number, "staff_id": each, "at": step.now} for each in mine]
        if rows:
            await step.connection.execute(insert(MentionRow), rows)
        if within:
            await within(step.connection, line)
        await step.set()
        await step.note("note", f"line {line}", event=False)
    return line


async def reply(
    database: Database,
    vault: Vault,
    actor: Actor,
    number: int,
    text: str,
    *sent_as: Reply,
    files: Sequence[File] = (),
    translation: Translation | None = None,
    within: Within | None = None,
) -> int:
    """Answer the person, in one message or several; whoever answers first has the case, and their draft is gone.

    ``text`` is the line in the transcript, ``files`` and the ``translation`` that the person gets are kept with it.
    Files leave behind the text. ``within`` is done in the same transaction. Returns its number.

    Raises:
        CaseStateError: it is closed, or the person is gone.
    """
    async with _step(database, vault, actor, number) as step:
        step.must_be_open()
        try:
            line = await cases.send(
                step.connection, vault, number, text, *sent_as, staff_id=actor.staff_id, files=files
            )
        except cases.NoSuchCaseError as error:
            raise CaseStateError(str(error)) from error
        if translation:
            await translations.put(step.connection, vault, line, translation)
        if within:
            await within(step.connection, line)
        by_machine = f": {translation.source} -> {translation.language} by machine" if translation else ""
        await step.note("reply", f"line {line}{by_machine}", event=False)
    return line


def unless_crossed(number: int, newest: int) -> Within:
    """For ``reply``: keep it back if there is another reply behind the ``newest`` line that was looked at.

    Raises:
        CrossedError: there is.
    """

    async def within(connection: AsyncConnection, line: int) -> None:
        between = (CaseMessageRow.id > newest, CaseMessageRow.id < line)
        query = select(CaseMessageRow.id).where(CaseMessageRow.case_id == number, CaseMessageRow.kind == "reply")
        if (await connection.execute(query.where(*between).limit(1))).first():
            raise CrossedError(f"Case {number} has another reply.")

    return within


async def snooze(database: Database, vault: Vault, actor: Actor, number: int, until: float | None) -> None:
    """Put a case aside until then, or until the person writes; None brings it back now.

    Raises:
        CaseStateError: it is closed.
    """
    async with _step(database, vault, actor, number) as step:
        step.must_be_open()
        await step.set(snoozed_until=until)
        when = datetime.fromtimestamp(until, UTC).isoformat(timespec="seconds") if until else ""
        await step.note("snoozed" if until else "woken", when)


async def resolve(
    database: Database, vault: Vault, actor: Actor, number: int, resolution: str, *, farewell: Reply
) -> None:
    """Close a case for a reason; the bot takes over again and says so. The transcript stays for its time.

    Raises:
        CaseStateError: it is closed already.
    """
    async with _step(database, vault, actor, number) as step:
        await _hand_back(step, resolution, farewell)


async def _hand_back(step: _Step, resolution: str, farewell: Reply) -> None:
    step.must_be_open()
    connection, number, by = step.connection, step.row.id, step.actor.staff_id
    try:
        await cases.hand_back(connection, step.vault, number, farewell, resolution=resolution, staff_id=by)
    except cases.NoSuchCaseError as error:
        raise CaseStateError(str(error)) from error
    await step.note("resolved", resolution, event=False)


async def reopen(database: Database, vault: Vault, actor: Actor, number: int, greeting: Reply) -> None:
    """Open a closed case again for the one who asks; the person is told that people read along again.

    Raises:
        CaseStateError: it is open, its transcript is erased, or the person has another open case.
    """
    async with _step(database, vault, actor, number) as step:
        if step.row.status != "resolved":
            raise CaseStateError(f"Case {number} is open.")
        held = await _conversation(step)
        if held.talk.status != "bot":
            raise CaseStateError(f"The person of case {number} has another open case.")
        again = {**cases.OPEN_AGAIN, "status": "assigned", "assignee_id": actor.staff_id, "reopened_at": step.now}
        await step.set(**again, waiting_since=step.now)
        await _unblock(step)
        held.talk.status, held.talk.case, held.talk.blocked = "assigned", number, False
        if held.talk.handover:
            held.talk.handover.closed = ""
        await save(step.connection, vault, held, step.now)
        envelope = outgoing.Envelope(greeting, held.address)
        await outgoing.put(step.connection, vault, held.lane, held.channel, [envelope], received_at=step.now)
        await step.note("reopened")
        await transcript.add_bot(step.connection, vault, number, [greeting], step.now)


async def _conversation(step: _Step) -> Held:
    held = await load(step.connection, step.vault, step.row.lane, lock=False) if step.row.lane else None
    if held is None or step.row.purged_at is not None:
        raise CaseStateError(f"The person of case {step.row.id} cannot be written to any more.")
    return held


async def block(database: Database, vault: Vault, actor: Actor, number: int, farewell: Reply) -> None:
    """Keep a person from staff: the case is closed, and new ones that are not about danger stay out of the lists.

    They are found under ``blocked``, so that nothing is lost.
    """
    async with _step(database, vault, actor, number) as step:
        if step.row.status != "resolved":
            await _hand_back(step, _BLOCKED, farewell)
        await step.set(blocked=True)
        await _tell(step, blocked=True)
        await step.note("blocked")


async def unblock(database: Database, vault: Vault, actor: Actor, number: int) -> None:
    """Undo ``block`` for all cases of the same person."""
    async with _step(database, vault, actor, number) as step:
        await step.set(blocked=False)
        await _unblock(step)
        await _tell(step, blocked=False)
        await step.note("unblocked")


async def _unblock(step: _Step) -> None:
    if step.row.lane:
        all_of_them = update(CaseRow).where(CaseRow.lane == step.row.lane, CaseRow.blocked)
        await step.connection.execute(all_of_them.values(blocked=False, changed_at=step.now))


async def _tell(step: _Step, *, blocked: bool) -> None:
    """The talk with Lotse knows of it, so that nobody is promised an answer that never comes."""
    held = await load(step.connection, step.vault, step.row.lane, lock=False) if step.row.lane else None
    if held:
        held.talk.blocked = blocked
        await save(step.connection, step.vault, held, step.now)


async def addressee(database: Database, vault: Vault, actor: Actor, number: int) -> tuple[str, int]:
    """The language in which the person is written to, and the number of their handover.

    Raises:
        CaseStateError: the person is gone.
    """
    async with database.read() as connection:
        row = await check(connection, actor, number)
        held = await _conversation(_Step(connection, vault, actor, row))
    return held.talk.language, held.talk.handovers
