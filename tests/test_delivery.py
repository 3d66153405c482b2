"""Delivery: in order, patient, and never in the way of others."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import insert, update

from bot import delivery
from bot.channels.channel import RefusedError, RetryLaterError, UnreachableError
from bot.delivery import Delivery
from bot.messages import Button, Reply
from bot.storage import outgoing
from bot.storage.database import Eraser
from bot.storage.models import ConversationRow, OutgoingRow, SendingRow
from bot.storage.outgoing import Envelope
from tests.storage.parts import PERSON, Parts, incoming, open_parts, put

OTHER = "8888888888"
SECONDS = 30.0


@pytest.fixture
async def parts(database_url: str) -> AsyncIterator[Parts]:
    """An empty database with its queues, on both engines."""
    async with open_parts(database_url) as opened:
        yield opened


@dataclass
class Collecting:
    """A channel that keeps what it is given, and fails as it is told: one error, or None, for each try."""

    name: str = "telegram"
    errors: list[Exception | None] = field(default_factory=list)
    sent: list[tuple[int, str]] = field(default_factory=list)
    tries: list[tuple[float, Envelope]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send(self, envelope: Envelope, lane: str) -> None:
        """Take a message, or raise what is due."""
        assert lane
        self.tries.append((time.time(), envelope))
        error = self.errors.pop(0) if self.errors else None
        if error is None:
            self.sent.append((int(envelope.address["chat"]), envelope.reply.text))
        async with self.changed:
            self.changed.notify_all()
        if error is not None:
            raise error

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that a try brings about."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(condition), SECONDS)

    def texts(self, person: str = PERSON) -> list[str]:
        """What a person got."""
        return [text for chat, text in self.sent if chat == int(person)]


@asynccontextmanager
async def delivering(parts: Parts, channel: Collecting) -> AsyncIterator[Delivery]:
    """Delivery at work; at the end, what has begun is finished."""
    running = Delivery(parts.outgoing, channel, Eraser(parts.database), lambda _channel, _seconds: None)
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def emptied(parts: Parts) -> None:
    """Wait until nothing waits any more."""

    async def empty() -> None:
        while await parts.rows(OutgoingRow):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)

    await asyncio.wait_for(empty(), SECONDS)


async def test_everybody_gets_everything_in_order(parts: Parts) -> None:
    """Per conversation in order, and nothing is left behind."""
    for number in range(5):
        await put(parts, f"a{number}")
        await put(parts, f"b{number}", person=OTHER)
    channel = Collecting()
    async with delivering(parts, channel):
        await emptied(parts)
    assert channel.texts() == [f"a{number}" for number in range(5)]
    assert channel.texts(OTHER) == [f"b{number}" for number in range(5)]


async def test_one_who_waits_does_not_keep_others_waiting(parts: Parts) -> None:
    """While one conversation is asked for patience, the other one goes on."""
    await put(parts, "a1", "a2")
    channel = Collecting(errors=[RetryLaterError("too many requests", 3600.0)])
    async with delivering(parts, channel) as running:
        await channel.until(lambda: len(channel.tries) == 1)
        await put(parts, "b1", "b2", person=OTHER)
        running.wake()
        await channel.until(lambda: channel.texts(OTHER) == ["b1", "b2"])
    assert channel.texts() == []


async def test_the_pause_that_the_channel_asks_for_is_kept(parts: Parts) -> None:
    """The message is due after exactly these seconds, and then leaves first."""
    await put(parts, "a1", "a2")
    channel = Collecting(errors=[RetryLaterError("too many requests", 1.5)])
    async with delivering(parts, channel):
        await channel.until(lambda: len(channel.sent) == 2)
    assert channel.texts() == ["a1", "a2"]
    assert channel.tries[1][0] - channel.tries[0][0] >= 1.5


async def test_network_errors_are_tried_again_with_growing_pauses(parts: Parts) -> None:
    """Each pause is longer than the one before; the message waits for ever."""
    await put(parts, "a1")
    channel = Collecting(errors=[RetryLaterError("NetworkError") for _ in range(4)])
    pauses = []
    async with delivering(parts, channel) as running:
        for attempt in range(1, 5):
            await channel.until(lambda attempt=attempt: len(channel.tries) >= attempt)  # type: ignore[misc]
            pauses.append(await _postponed(parts, attempt) - channel.tries[-1][0])
            async with parts.database.write() as connection:
                await connection.execute(update(OutgoingRow).values(due_at=0.0))
            running.wake()
        await emptied(parts)
    assert channel.texts() == ["a1"]
    assert pauses[0] < pauses[2] < pauses[3] + 1
    assert pauses[3] >= 4


async def _postponed(parts: Parts, attempts: int) -> float:
    """When the only message is due, once so many tries are noted."""

    async def noted() -> float:
        while (row := (await parts.rows(OutgoingRow))[0]).attempts < attempts:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return float(row.due_at)

    return await asyncio.wait_for(noted(), SECONDS)


@pytest.mark.parametrize(("attempts", "least", "most"), [(0, 0.5, 1.0), (3, 4.0, 8.0), (20, 150.0, 300.0)])
def test_pauses_double_up_to_five_minutes(attempts: int, least: float, most: float) -> None:
    """Spread, so that not all come back at once."""
    assert all(least <= delivery.pause(attempts) <= most for _ in range(100))


async def test_an_unreachable_person_is_recorded_until_they_write_again(parts: Parts) -> None:
    """Nothing more is tried, their queue is empty, and others get theirs."""
    await parts.incoming.store([incoming("Hallo")])
    await put(parts, "a1", "a2", "a3")
    channel = Collecting(errors=[UnreachableError("Forbidden: bot was blocked by the user")])
    async with delivering(parts, channel):
        await emptied(parts)
        await put(parts, "b1", person=OTHER)
        await emptied(parts)
    assert (channel.texts(), channel.texts(OTHER)) == ([], ["b1"])
    assert len(channel.tries) == 2
    assert (await parts.rows(ConversationRow))[0].blocked_at


async def test_a_refused_message_leaves_once_more_bare(parts: Parts) -> None:
    """Without buttons, in its place, and the next one follows."""
    full = Reply(text="mit Knopf", language="de", buttons=((Button("x", action="menu"),),), replaces=True)
    async with parts.database.write() as connection:
        envelope = Envelope(full, {"chat": int(PERSON)}, "17")
        await outgoing.put(connection, parts.vault, parts.lane(), "telegram", [envelope], received_at=time.time())
    await put(parts, "danach")
    channel = Collecting(errors=[RefusedError("Bad Request: BUTTON_DATA_INVALID")])
    async with delivering(parts, channel):
        await emptied(parts)
    assert channel.texts() == ["mit Knopf", "danach"]
    assert [bool(envelope.reply.buttons) for _, envelope in channel.tries] == [True, False, False]


async def test_a_message_that_is_refused_bare_too_is_dropped(parts: Parts) -> None:
    """It does not block those behind it."""
    await put(parts, "nie", "danach")
    channel = Collecting(errors=[RefusedError("Bad Request: message is too long")])
    async with delivering(parts, channel):
        await emptied(parts)
    assert channel.texts() == ["danach"]


async def test_an_unforeseen_error_neither_ends_delivery_nor_loses_the_message(parts: Parts) -> None:
    """It is tried again later, and others get theirs at once."""
    await put(parts, "a1")
    await put(parts, "b1", person=OTHER)
    channel = Collecting(errors=[KeyError("chat")])
    async with delivering(parts, channel):
        await emptied(parts)
    assert sorted(text for _, text in channel.sent) == ["a1", "b1"]
    assert len(channel.tries) == 3


async def test_a_message_that_cannot_be_read_does_not_stop_the_others(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays for the key to come back; the log says why, and nothing of what it holds."""
    await put(parts, "b1", person=OTHER)
    row = (await parts.rows(OutgoingRow))[0]
    values = {"channel": "telegram", "received_at": 0.0, "due_at": 0.0, "attempts": 0}
    async with parts.database.write() as connection:
        await connection.execute(update(OutgoingRow).where(OutgoingRow.id == row.id).values(payload=b"lost\0xx"))
        await connection.execute(insert(OutgoingRow).values(lane=parts.lane(), payload=row.payload, **values))
    channel = Collecting()
    async with delivering(parts, channel):
        await channel.until(lambda: len(channel.sent) == 1)
    assert len(await parts.rows(OutgoingRow)) >= 1
    assert "WrongKeyError" in caplog.text


async def test_two_processes_send_each_message_once_and_in_order(parts: Parts, database_url: str) -> None:
    """On PostgreSQL they share the work, and no conversation is served by both at once."""
    if parts.database.is_sqlite:
        pytest.skip("SQLite serves one process")
    people = [str(2000 + number) for number in range(10)]
    for number in range(5):
        for person in people:
            await put(parts, str(number), person=person)
    channel = Collecting()
    async with open_parts(database_url) as second, delivering(parts, channel), delivering(second, channel):
        await emptied(parts)
    for person in people:
        assert channel.texts(person) == [str(number) for number in range(5)]


async def test_what_two_crashes_cut_off_is_not_sent_a_third_time(parts: Parts) -> None:
    """A sending that began and never ended may have arrived: once more is right, twice more is too much."""
    await put(parts, "once cut off", "twice cut off", "never begun")
    for place, times in ((0, 1), (1, 2)):
        rows = sorted(await parts.rows(OutgoingRow), key=lambda row: row.id)
        for _ in range(times):
            async with parts.database.write() as connection:
                await connection.execute(insert(SendingRow), [{"outgoing_id": rows[place].id}])
    channel = Collecting()
    async with delivering(parts, channel):
        await emptied(parts)
    assert channel.texts() == ["once cut off", "never begun"]
    assert await parts.rows(SendingRow) == []


async def test_a_known_failure_does_not_count_as_cut_off(parts: Parts) -> None:
    """However often the channel asks for patience, the message leaves in the end."""
    await put(parts, "patient")
    channel = Collecting(errors=[RetryLaterError("not now", 0.01) for _ in range(4)])
    async with delivering(parts, channel):
        await emptied(parts)
    assert channel.texts() == ["patient"]
    assert await parts.rows(SendingRow) == []
