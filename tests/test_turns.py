"""Turns: in order, all or nothing, and nothing is lost when one goes wrong."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot import turns
from bot.conversation import (
    AddToCase,
    CloseCase,
    Conversation,
    CountQuestion,
    Effect,
    EraseAll,
    OpenCase,
    Outcome,
    SendExport,
)
from bot.messages import Document, Location, Message, Place, Reply
from bot.metrics import Metrics
from bot.storage import casefile, cases
from bot.storage import incoming as queue
from bot.storage.database import Eraser
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow, IncomingRow, OutgoingRow, QuestionRow
from bot.turns import Flood, TurnRunner
from bot.turns import parts as parts_of
from tests.storage.desk import colleague
from tests.storage.parts import PERSON, URGENT, Parts, held, incoming, open_case, open_parts

OTHER = "8888888888"
SECONDS = 30.0
FLOOD = 5


@pytest.fixture
async def parts(database_url: str) -> AsyncIterator[Parts]:
    """An empty database with its queues, on both engines."""
    async with open_parts(database_url) as opened:
        yield opened


@dataclass
class Talker:
    """An assistant that repeats what it hears; ``effects`` belong to a text, ``poison`` makes it fail."""

    effects: dict[str, tuple[Effect, ...]] = field(default_factory=dict)
    poison: str = "gift"
    seconds: float = 0.01
    failures: int = 0
    at_work: set[str] = field(default_factory=set)
    together: int = 0
    heard: list[str] = field(default_factory=list)

    async def respond(self, message: Message, talk: Conversation) -> Outcome:
        """Answer, or fail."""
        self.heard.append(message.text)
        self.at_work.add(message.text)
        self.together = max(self.together, len(self.at_work))
        await asyncio.sleep(self.seconds)
        self.at_work.discard(message.text)
        if message.text == self.poison:
            self.failures += 1
            raise ValueError(message.text)
        talk.language = "de"
        talk.remember(message.text, datetime.now(UTC))
        return Outcome((Reply(text=f"> {message.text}", language="de"),), self.effects.get(message.text, ()))


@asynccontextmanager
async def turning(
    parts: Parts,
    talker: Talker,
    begun: Callable[[str, Mapping[str, str | int]], None] = lambda _channel, _address: None,
) -> AsyncIterator[TurnRunner]:
    """Turns at work; at the end, what has begun is finished."""
    runner = TurnRunner(
        parts.database,
        parts.vault,
        parts.incoming,
        talker.respond,
        channels=["telegram"],
        flood=Flood(FLOOD, 10.0),
        apology=lambda language: Reply(text="sorry", language=language),
        slow_down=lambda language: Reply(text="slow", language=language),
        eraser=Eraser(parts.database),
        on_outgoing=lambda _channel, _lane: None,
        metrics=Metrics(),
        on_begun=begun,
    )
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def answered(parts: Parts) -> None:
    """Wait until no message waits for its turn."""

    async def finished() -> None:
        while await queue.unfinished(parts.database):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)

    await asyncio.wait_for(finished(), SECONDS)


async def hurry(parts: Parts) -> None:
    """The pause after a failure is over at once."""
    async with parts.database.write() as connection:
        await connection.execute(update(IncomingRow).values(due_at=0.0))


async def replies(parts: Parts, person: str = PERSON) -> list[str]:
    """What waits to be sent to a person."""
    return [envelope.reply.text for _, envelope in await parts.outgoing.waiting(parts.lane(person))]


async def work(parts: Parts, talker: Talker, *texts: str) -> None:
    """One person writes, and every message gets its turn."""
    await parts.incoming.store([incoming(text) for text in texts])
    async with turning(parts, talker):
        await answered(parts)


async def test_messages_of_one_person_are_answered_in_order(parts: Parts) -> None:
    """One after the other, and the answers wait in the same order."""
    talker = Talker()
    await work(parts, talker, "1", "2", "3")
    assert talker.heard == ["1", "2", "3"]
    assert talker.together == 1
    assert await replies(parts) == ["> 1", "> 2", "> 3"]
    assert await parts.rows(IncomingRow) == []


async def test_the_channel_learns_when_the_bot_thinks_about_a_text(parts: Parts) -> None:
    """Not for a command, and not while people talk to people."""
    begun: list[tuple[str, object]] = []
    await parts.incoming.store([incoming("hallo"), incoming("menu", kind="command"), incoming("x", OTHER)])
    await open_case(parts, "Bitte", person=OTHER)
    async with turning(parts, Talker(), lambda channel, address: begun.append((channel, address["chat"]))):
        await answered(parts)
    assert begun == [("telegram", int(PERSON))]


async def test_different_people_are_answered_side_by_side(parts: Parts) -> None:
    """Nobody waits for somebody else's turn."""
    people = [str(3000 + number) for number in range(6)]
    talker = Talker(seconds=0.5)
    await parts.incoming.store([incoming(person, person) for person in people])
    async with turning(parts, talker):
        await answered(parts)
    assert talker.together > 1
    for person in people:
        assert await replies(parts, person) == [f"> {person}"]


async def test_two_processes_share_the_work_and_keep_the_order(parts: Parts, database_url: str) -> None:
    """Each message is answered once, in order, whoever took it."""
    if parts.database.is_sqlite:
        pytest.skip("SQLite serves one process")
    people = [str(3000 + number) for number in range(8)]
    messages = [incoming(f"{person} {number}", person) for number in range(4) for person in people]
    await parts.incoming.store(messages)
    first, second = Talker(), Talker()
    async with open_parts(database_url) as other, turning(parts, first), turning(other, second):
        await answered(parts)
    assert sorted(first.heard + second.heard) == sorted(message.message.text for message in messages)
    for person in people:
        assert await replies(parts, person) == [f"> {person} {number}" for number in range(4)]


async def test_a_message_that_fails_three_times_is_set_aside_with_an_apology(parts: Parts) -> None:
    """The person's next message and other people are answered all the same."""
    talker = Talker()
    await parts.incoming.store([incoming("gift"), incoming("danach"), incoming("andere", OTHER)])
    async with turning(parts, talker) as runner:
        for failures in range(1, 4):
            await asyncio.wait_for(_failed(parts, talker, failures), SECONDS)
            await hurry(parts)
            runner.wake()
        await answered(parts)
    assert talker.failures == 3
    assert await replies(parts) == ["sorry", "> danach"]
    assert await replies(parts, OTHER) == ["> andere"]
    ((_, channel, _, problem),) = await queue.set_aside_messages(parts.database)
    assert (channel, problem) == ("telegram", "ValueError")


async def _failed(parts: Parts, talker: Talker, failures: int) -> None:
    """Wait until so many failures are noted."""
    while talker.failures < failures or not any(  # noqa: ASYNC110 - the database tells nobody
        row.attempts >= failures for row in await parts.rows(IncomingRow)
    ):
        await asyncio.sleep(0.02)


async def test_a_failure_is_logged_without_a_word_of_the_message(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    """The kind of the error is enough; its text may quote the person."""
    talker = Talker(poison="Mein Geheimnis")
    await parts.incoming.store([incoming("Mein Geheimnis")])
    async with turning(parts, talker):
        await asyncio.wait_for(_failed(parts, talker, 1), SECONDS)
    assert "ValueError" in caplog.text
    assert "Geheimnis" not in caplog.text
    assert b"Geheimnis" not in await parts.everything()


async def test_a_turn_is_all_or_nothing(parts: Parts) -> None:
    """If writing fails, neither state nor question nor reply is kept, and the message waits."""
    question = CountQuestion("frage", "de")
    talker = Talker(effects={"kaputt": (question, SendExport("no reply"))})  # type: ignore[arg-type]
    await parts.incoming.store([incoming("kaputt")])
    async with turning(parts, talker):
        await asyncio.wait_for(_attempted(parts), SECONDS)
    assert (await parts.rows(QuestionRow), await parts.rows(OutgoingRow)) == ([], [])
    assert (await held(parts)).talk.recent == []
    assert len(await parts.rows(IncomingRow)) == 1


async def _attempted(parts: Parts) -> None:
    while not any(row.attempts for row in await parts.rows(IncomingRow)):  # noqa: ASYNC110 - the database tells nobody
        await asyncio.sleep(0.02)


async def test_effects_are_written_with_the_turn(parts: Parts) -> None:
    """A case is opened, a question counted, the state kept."""
    talker = Talker(effects={"hilfe": (OpenCase("asked", "de"), CountQuestion("wo", "de"))})
    await work(parts, talker, "hilfe")
    assert [row.lane for row in await parts.rows(CaseRow)] == [parts.lane()]
    assert [row.text for row in await parts.rows(QuestionRow)] == ["wo"]
    assert [text for _, text in (await held(parts)).talk.recent] == ["hilfe"]
    assert (await cases.list_cases(parts.database, parts.vault))[0].id == (await held(parts)).talk.case


async def transcript_of(parts: Parts) -> list[tuple[str, str]]:
    """Kind and text of the lines of the only case."""
    lead = await colleague(parts, "Lena", "*", role="lead")
    (row,) = await parts.rows(CaseRow)
    return [(line.kind, line.text) for line in (await casefile.read(parts.database, parts.vault, lead, row.id)).lines]


async def test_staff_read_what_the_person_was_told(parts: Parts) -> None:
    """From the turn that opens a case to the one that closes it, behind what the person said in that turn."""
    effects: dict[str, tuple[Effect, ...]] = {
        "hilfe": (OpenCase("asked", "de"), AddToCase(("hilfe",))),
        "und": (AddToCase(("und",)),),
        "ende": (CloseCase(),),
    }
    await work(parts, Talker(effects=effects), "vorher", "hilfe", "privat", "und", "ende", "nachher")
    assert await transcript_of(parts) == [
        ("contact", "hilfe"),
        ("bot", "> hilfe"),
        ("bot", "> privat"),
        ("contact", "und"),
        ("bot", "> und"),
        ("event", "resolved"),
        ("bot", "> ende"),
    ]


async def test_the_copy_of_their_data_is_the_persons_alone(parts: Parts) -> None:
    """Staff do not find it in the transcript."""
    sent = SendExport(Reply(text="Ihre Daten", language="de"))
    await work(parts, Talker(effects={"hilfe": (OpenCase("asked", "de"),), "export": (sent,)}), "hilfe", "export")
    assert await transcript_of(parts) == [("bot", "> hilfe"), ("bot", "> export")]


async def test_nothing_is_told_to_staff_about_a_deletion(parts: Parts) -> None:
    """The transcript is gone, and stays so."""
    await work(parts, Talker(effects={"hilfe": (OpenCase("asked", "de"),), "weg": (EraseAll(),)}), "hilfe", "weg")
    assert await replies(parts) == ["> weg"]
    assert await parts.rows(CaseMessageRow) == []


async def test_staff_read_that_a_message_came_to_grief(parts: Parts) -> None:
    """The person was told, and what they wrote did not reach the transcript."""
    await work(parts, Talker(effects={"hilfe": (OpenCase("asked", "de"),)}), "hilfe")
    await parts.incoming.store([incoming("gift")])
    async with turning(parts, Talker()) as runner:
        while await queue.unfinished(parts.database):
            await hurry(parts)
            runner.wake()
            await asyncio.sleep(0.02)
    assert await transcript_of(parts) == [("bot", "> hilfe"), ("bot", "sorry")]


async def test_a_flood_is_noticed_once_and_everything_is_answered(parts: Parts) -> None:
    """The notice comes with the first message too many, and only then."""
    texts = [str(number) for number in range(FLOOD + 4)]
    await parts.incoming.store([incoming(text) for text in texts])
    async with turning(parts, Talker()) as runner:
        while await queue.unfinished(parts.database):
            await hurry(parts)
            runner.wake()
            await asyncio.sleep(0.02)
    found = await replies(parts)
    assert found.count("slow") == 1
    assert found.index("slow") == FLOOD + 1
    assert [text for text in found if text != "slow"] == [f"> {text}" for text in texts]


async def test_an_urgent_text_goes_before_a_flood(parts: Parts) -> None:
    """Words of danger are answered at once, though they came last."""
    await parts.incoming.store([incoming(str(number)) for number in range(FLOOD + 3)])
    await parts.incoming.store([incoming(URGENT)])
    talker = Talker()
    async with turning(parts, talker):
        await asyncio.wait_for(_heard(talker, URGENT), SECONDS)
    assert talker.heard[0] == URGENT


async def test_an_urgent_text_in_the_middle_of_a_flood_is_not_slowed_down(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the others have to wait, it does not."""
    monkeypatch.setattr(turns, "_SLOWED", 3600.0)
    await parts.incoming.store([incoming(str(number)) for number in range(FLOOD + 3)])
    talker = Talker()
    async with turning(parts, talker) as runner:
        await asyncio.wait_for(_heard(talker, str(FLOOD)), SECONDS)
        await parts.incoming.store([incoming(URGENT)])
        async with parts.database.write() as connection:
            await parts.incoming.slow_down(connection, parts.lane(), 3600)
        runner.wake()
        await asyncio.wait_for(_heard(talker, URGENT), SECONDS)
    assert str(FLOOD + 2) not in talker.heard


async def _heard(talker: Talker, text: str) -> None:
    while text not in talker.heard:  # noqa: ASYNC110 - the talker tells nobody
        await asyncio.sleep(0.01)


def test_a_flood_is_one_until_it_ebbs() -> None:
    """More than so many within so many seconds; after a quiet time it may be noticed again."""
    flood, talk = Flood(3, 10.0), Conversation()
    assert [flood.notice(talk, float(second)) for second in range(3)] == [(False, False)] * 3
    assert [flood.notice(talk, 3.0), flood.notice(talk, 4.0)] == [(True, True), (True, False)]
    assert [flood.notice(talk, 100.0 + second) for second in range(3)] == [(False, False)] * 3
    assert flood.notice(talk, 103.0) == (True, True)
    assert len(talk.flood) <= 4


async def test_what_was_written_is_unreadable_on_disk_soon_after_the_turn(parts: Parts) -> None:
    """Neither the sealed bytes of the message nor those of the reply are left, in rows or in files."""
    await parts.incoming.store([incoming("Ich habe eine lange Frage. " * 30)])
    sealed = [(await parts.rows(IncomingRow))[0].payload]
    async with turning(parts, Talker()):
        await answered(parts)
    sealed.append((await parts.rows(OutgoingRow))[0].payload)
    (number, _), *_ = await parts.outgoing.waiting(parts.lane())
    await parts.outgoing.received(parts.lane(), number)
    eraser = Eraser(parts.database, pause=0.0)
    erasing = asyncio.create_task(eraser.run())
    eraser.soon()
    try:
        await asyncio.wait_for(_gone(parts, [payload[30:94] for payload in sealed]), SECONDS)
    finally:
        erasing.cancel()


async def _gone(parts: Parts, remains: list[bytes]) -> None:
    while True:
        stored = await parts.everything()
        if not any(each in stored for each in remains):
            return
        await asyncio.sleep(0.05)


async def test_the_export_leaves_as_a_file(parts: Parts) -> None:
    """First the words, then the file with everything stored."""
    caption = Reply(text="Ihre Daten", language="de")
    await work(parts, Talker(effects={"export": (SendExport(caption),)}), "vorher", "export")
    waiting = [envelope.reply for _, envelope in await parts.outgoing.waiting(parts.lane())]
    assert [reply.text for reply in waiting] == ["> vorher", "> export", "Ihre Daten", ""]
    assert waiting[-1].document
    stored = json.loads(waiting[-1].document.content)
    assert stored["address"]["chat"] == int(PERSON)
    assert [text for _, text in stored["state"]["recent"]] == ["vorher", "export"]


async def test_after_a_deletion_only_the_last_words_are_left(parts: Parts) -> None:
    """Conversation and earlier replies are gone; the confirmation still leaves."""
    await work(parts, Talker(effects={"weg": (EraseAll(),)}), "vorher", "weg")
    assert await replies(parts) == ["> weg"]
    assert (await parts.rows(ConversationRow), await parts.rows(IncomingRow)) == ([], [])
    (number, _), *_ = await parts.outgoing.waiting(parts.lane())
    await parts.outgoing.received(parts.lane(), number)
    await parts.database.erase_remains()
    assert parts.lane().encode() not in await parts.everything()


async def test_what_is_sent_after_a_deletion_is_answered(parts: Parts) -> None:
    """As by a stranger: nothing of before is remembered."""
    await work(parts, Talker(effects={"weg": (EraseAll(),)}), "vorher", "weg", "danach")
    assert await replies(parts) == ["> weg", "> danach"]
    assert [text for _, text in (await held(parts)).talk.recent] == ["danach"]


async def test_the_runner_waits_for_a_key_and_a_database_that_are_away(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    """A message that cannot be read stays, and other people are answered."""
    await parts.incoming.store([incoming("verloren")])
    async with parts.database.write() as connection:
        await connection.execute(update(IncomingRow).values(payload=b"lost\0" + b"x" * 40))
    await parts.incoming.store([incoming("andere", OTHER)])
    talker = Talker()
    async with turning(parts, talker):
        await asyncio.wait_for(_heard(talker, "andere"), SECONDS)
    assert talker.heard == ["andere"]
    assert len(await parts.rows(IncomingRow)) == 1
    assert "The key 'lost' is missing" in caplog.text


async def test_staff_who_answer_during_a_turn_are_not_overwritten(parts: Parts) -> None:
    """The turn is done once more on the new state, and the person gets one answer to it."""
    await work(parts, Talker(effects={"hilfe": (OpenCase("asked", "de"),)}), "hilfe")
    (row,) = await parts.rows(CaseRow)
    farewell = Reply(text="Tschüss", language="de")
    talker = Talker()
    await parts.incoming.store([incoming("noch etwas")])
    async with turning(parts, talker):
        await asyncio.gather(_heard(talker, "noch etwas"), cases.close(parts.database, parts.vault, row.id, farewell))
        await answered(parts)
    assert sorted(await replies(parts)) == ["> hilfe", "> noch etwas", "Tschüss"]
    assert (await held(parts)).status == "bot"


def test_a_reply_leaves_in_parts_that_can_be_repeated_alone() -> None:
    """Text, map pin and file are messages of their own; an empty reply is none."""
    place, document = Place("Amt", "Straße 1", Location(48.7, 9.1)), Document("a.json", "application/json", "{}")
    whole = Reply(text="Text", language="de", place=place, document=document)
    assert parts_of(whole) == [
        Reply(text="Text", language="de"),
        Reply(text="", language="de", place=place),
        Reply(text="", language="de", document=document),
    ]
    assert parts_of(Reply(text="", language="de")) == []


async def test_a_stored_message_counts_its_time_from_the_door(parts: Parts) -> None:
    """The reply carries when the message came in, for the figures."""
    before = time.time()
    await work(parts, Talker(), "1")
    (row,) = await parts.rows(OutgoingRow)
    assert before - 1 <= row.received_at <= time.time()
