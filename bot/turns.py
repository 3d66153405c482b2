"""Turns: takes messages from the incoming queue, asks the assistant, and writes everything in one transaction.

Turns of one conversation run in order, those of different conversations side by side.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.conversation import (
    AddToCase,
    CloseCase,
    Conversation,
    CountQuestion,
    DescribeCase,
    EraseAll,
    OpenCase,
    Outcome,
    RateCase,
    SendExport,
)
from bot.escalation.arrivals import Arrivals
from bot.lanes import Lanes
from bot.messages import Document, Message, Reply
from bot.metrics import Metrics
from bot.storage import attachments, cases, conversations, figures, outgoing, personal, questions, transcript
from bot.storage.attachments import File
from bot.storage.conversations import ConflictError
from bot.storage.crypto import Vault, WrongKeyError
from bot.storage.database import DATABASE_ERRORS, Connection, Database, Eraser
from bot.storage.incoming import MAX_ATTEMPTS, Claim, Head, IncomingQueue, first_of
from bot.storage.outgoing import Envelope

log = logging.getLogger(__name__)

Respond = Callable[[Message, Conversation], Awaitable[Outcome]]

_AT_ONCE = 32
_SLOWED = 1.0
_NOTHING = Reply(text="", language="")


class Flood:
    """Notices more than ``messages`` of one person within ``seconds``."""

    def __init__(self, messages: int, seconds: float) -> None:
        self.messages = messages
        self.seconds = seconds

    def notice(self, talk: Conversation, received_at: float) -> tuple[bool, bool]:
        """Count a message; returns (there is a flood, it has just begun)."""
        before = len(talk.flood) > self.messages
        recent = [moment for moment in talk.flood if moment > received_at - self.seconds]
        talk.flood = [*recent, received_at][-(self.messages + 1) :]
        flooding = len(talk.flood) > self.messages
        return flooding, flooding and not before


class TurnRunner:
    """Runs turns until it is cancelled.

    Args:
        respond: the assistant.
        apology: the reply when a message is set aside; ``slow_down``: when somebody floods.
        on_outgoing: told (channel, lane) after replies were written, so that they are sent at once.
        metrics: told how long turns took, and what was set aside.
        on_begun: told (channel, address) before the bot thinks about a text, and not while people talk to people.
        arrivals: fetches files that are for staff; without it there are none.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        queue: IncomingQueue,
        respond: Respond,
        *,
        channels: Sequence[str],
        flood: Flood,
        apology: Callable[[str], Reply],
        slow_down: Callable[[str], Reply],
        eraser: Eraser,
        on_outgoing: Callable[[str, str], None],
        metrics: Metrics,
        on_begun: Callable[[str, Mapping[str, str | int]], None] = lambda _channel, _address: None,
        arrivals: Arrivals | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._queue = queue
        self._respond = respond
        self._channels = channels
        self._flood = flood
        self._apology = apology
        self._slow_down = slow_down
        self._eraser = eraser
        self._on_outgoing = on_outgoing
        self._metrics = metrics
        self._on_begun = on_begun
        self._arrivals = arrivals
        self._lanes = Lanes("turns", _AT_ONCE, self._heads, first_of, self._turn)
        self.wake = self._lanes.wake
        self.run = self._lanes.run

    async def _heads(self, busy: Collection[str], limit: int) -> Sequence[Head]:
        return await self._queue.heads(self._channels, busy, limit)

    async def _turn(self, head: Head) -> bool:
        try:
            claim = await self._queue.claim(head)
        except WrongKeyError as error:
            log.error("a message cannot be read: %s", error)  # noqa: TRY400 - the trace would say no more
            await asyncio.sleep(_SLOWED)
            return False
        except DATABASE_ERRORS as error:
            log.warning("a message cannot be claimed: %s", type(error).__name__)
            await asyncio.sleep(_SLOWED)
            return False
        if claim is None:
            return False
        try:
            await self._work(claim)
        finally:
            await claim.release()
            if claim.more:
                self.wake([head.lane])
        return True

    async def _work(self, claim: Claim) -> None:
        case = claim.held.talk.case
        try:
            flooding, begun = self._flood.notice(claim.held.talk, claim.received_at)
            if claim.message.kind == "text" and claim.held.talk.status == "bot":
                self._on_begun(claim.held.channel, claim.held.address)
            message, file = await self._with_file(claim)
            outcome = await self._respond(message, claim.held.talk)
            if begun:
                outcome = replace(outcome, replies=(*outcome.replies, self._slow_down(claim.held.talk.language)))
            await self._write(claim, outcome, file, case, flooding=flooding)
        except ConflictError:
            return  # staff changed the conversation meanwhile: the message is taken again
        except Exception as error:  # noqa: BLE001 - whatever a message does to us, the queue goes on
            await self._failed(claim, error, case)
            return
        self._metrics.turn(claim.message.kind, time.time() - claim.received_at)
        self._on_outgoing(claim.held.channel, claim.held.lane)
        self._eraser.soon()

    async def _with_file(self, claim: Claim) -> tuple[Message, File | None]:
        """The message, and its file if it is for staff: the bot itself looks at none, so it fetches none."""
        message, talk = claim.message, claim.held.talk
        if message.file is None:
            return message, None
        if self._arrivals is None or talk.status == "bot":
            return replace(message, file=None), None
        last_try = claim.attempts + 1 >= MAX_ATTEMPTS
        arrived = await self._arrivals.take(claim.held.channel, message.file, talk.case, last_try=last_try)
        if isinstance(arrived, File):
            return message, arrived
        return replace(message, file=replace(message.file, problem=arrived)), None

    async def _failed(self, claim: Claim, error: Exception, case: int | None) -> None:
        """Only the kind of the error is noted: its text may hold what the person wrote. ``case`` was open before."""
        problem = type(error).__name__
        log.error("turn of message %d failed (attempt %d): %s", claim.id, claim.attempts + 1, problem)
        await claim.release()
        try:
            if not await self._queue.try_again(claim, problem):
                return
            async with self._database.write() as connection:
                held = claim.held
                if not await self._queue.set_aside(connection, claim, problem):
                    return
                apology = self._apology(held.talk.language)
                if case is not None:
                    await transcript.add_bot(connection, self._vault, case, [apology], time.time())
                envelope = Envelope(apology, held.address)
                await outgoing.put(
                    connection, self._vault, held.lane, held.channel, [envelope], received_at=claim.received_at
                )
            self._metrics.set_aside()
            self._on_outgoing(claim.held.channel, claim.held.lane)
        except DATABASE_ERRORS as failure:
            # The message stays in the queue as it was, and is tried again.
            log.warning("a failed turn cannot be noted: %s", type(failure).__name__)
            await asyncio.sleep(_SLOWED)

    async def _write(
        self, claim: Claim, outcome: Outcome, file: File | None, case: int | None, *, flooding: bool
    ) -> None:
        """All that was decided, at once; ``case`` is the one that was open before."""
        held, now = claim.held, time.time()
        erased = any(isinstance(effect, EraseAll) for effect in outcome.effects)
        async with _transaction(self._database, claim) as connection:
            replies = list(outcome.replies)
            for effect in outcome.effects:
                if isinstance(effect, SendExport):
                    stored = await personal.export(connection, self._vault, held)
                    kept = await attachments.of_lane(connection, self._vault, held.lane)
                    replies += [_export_file(effect, stored), *(replace(_NOTHING, document=each) for each in kept)]
                elif isinstance(effect, CountQuestion):
                    await questions.count(connection, effect, datetime.fromtimestamp(now, UTC))
                elif isinstance(effect, EraseAll):
                    await personal.erase(connection, self._vault, held, claim.id, now)
            case_effects = [
                _numbered(effect, claim.message)
                for effect in outcome.effects
                if isinstance(effect, OpenCase | AddToCase | DescribeCase | CloseCase | RateCase)
            ]
            await cases.apply(connection, self._vault, held, case_effects, now, file=file)
            about = held.talk.case or case
            if about is not None and not erased:
                # Staff read what the person was told, but for the copy of their data: that is theirs alone.
                await transcript.add_bot(connection, self._vault, about, outcome.replies, now)
            changes = figures.noted(held.talk, outcome.counted) if outcome.counted else []
            if not erased:
                await conversations.save(connection, self._vault, held, now)
                await self._queue.finish(connection, claim)
            if flooding:
                await self._queue.slow_down(connection, held.lane, _SLOWED)
            envelopes = [
                Envelope(part, held.address, claim.message.reference) for reply in replies for part in parts(reply)
            ]
            await outgoing.put(
                connection, self._vault, held.lane, held.channel, envelopes, received_at=claim.received_at
            )
            await figures.add(connection, changes)


class _transaction:  # noqa: N801 - reads as the statement it stands for
    """The claim's own transaction (PostgreSQL), or one on the writer (SQLite); committed at the end."""

    def __init__(self, database: Database, claim: Claim) -> None:
        self._claim = claim
        # After a power cut the message is still there, and the turn is done again.
        self._write = None if claim.connection is not None else database.write(durable=False)

    async def __aenter__(self) -> Connection:
        if self._claim.connection is not None:
            return self._claim.connection
        assert self._write is not None  # noqa: S101 - one of the two is there
        return await self._write.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._write is not None:
            await self._write.__aexit__(kind, error, None)
        elif kind is None and self._claim.connection is not None:
            await self._claim.connection.commit()


def parts(reply: Reply) -> list[Reply]:
    """A reply as messages that leave one by one, so that a crash between two repeats only one."""
    split = []
    if reply.text or reply.title:
        split.append(replace(reply, place=None, document=None))
    if reply.place:
        split.append(Reply(text="", language=reply.language, place=reply.place))
    if reply.document:
        split.append(Reply(text="", language=reply.language, document=reply.document))
    return split


def _numbered(effect: cases.CaseEffect, message: Message) -> cases.CaseEffect:
    """The effect, with the message's number where it is nothing but this message: it can be copied to staff then.

    Files are not: the original may tell a place or a name that was removed from ours.
    """
    if not isinstance(effect, AddToCase) or effect.file or effect.refused or effect.texts != (message.words,):
        return effect
    return replace(effect, number=message.number) if message.kind == "text" else effect


def _export_file(effect: SendExport, stored: dict[str, object]) -> Reply:
    content = json.dumps(stored, ensure_ascii=False, indent=2)
    return replace(effect.caption, document=Document("lotse-export.json", "application/json", content))
