"""Turns with files: what a person sends to staff is kept with the line, or both sides learn why not."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.assistant import Assistant
from bot.channels.channel import RetryLaterError
from bot.content import load
from bot.escalation.arrivals import Arrivals, Fetch
from bot.messages import FileRef, Incoming, Message, Reply, Understanding
from bot.metrics import Metrics
from bot.offers.districts import load_districts
from bot.offers.stock import Stock
from bot.storage import attachments, casefile, casework
from bot.storage.access import Actor
from bot.storage.attachments import File
from bot.storage.database import Eraser
from bot.storage.models import CaseMessageRow, IncomingRow
from bot.storage.models_inbox import AttachmentRow
from bot.storage.outgoing import Envelope, OutgoingHead
from bot.turns import Flood, TurnRunner
from bot.understanding.interpreter import InterpreterUnavailable
from bot.understanding.safety import SafetyWords
from bot.understanding.typed_phrases import TypedPhrases
from tests.files import PAGE, picture, telling_photo
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case
from tests.storage.parts import PERSON, Parts, held, incoming, open_parts
from tests.test_turns import answered


@pytest.fixture
async def parts(database_url: str) -> AsyncIterator[Parts]:
    """An empty database with its queues, on both engines."""
    async with open_parts(database_url) as opened:
        yield opened


class Speechless:
    """Understands nothing: no test here needs it to."""

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Say so."""
        raise InterpreterUnavailable(f"{len(text)} letters in {prior}")


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    """The real conversation on the real content, without its understanding."""
    catalogue, offers = load(Path("content")), Stock.of((), load_districts(Path("content")))
    return Assistant(
        interpreter=Speechless(),
        safety=SafetyWords.read(Path("nlu/safety")),
        phrases=TypedPhrases.read(Path("nlu/typed")),
        catalogue=lambda: catalogue,
        redact=lambda text: text,
        now=lambda: datetime.now(UTC),
        offers=lambda: offers,
    )


def sends(file: FileRef | None, caption: str = "", medium: str = "photo") -> Incoming:
    """The person sends a file."""
    message = Message("unreadable", caption, medium=medium, file=file)
    found = incoming("", PERSON)
    return Incoming(
        found.channel, found.update_id, found.sequence, found.person, found.address, message, found.received_at
    )


@asynccontextmanager
async def turning(parts: Parts, assistant: Assistant, fetch: Fetch) -> AsyncIterator[TurnRunner]:
    """The real assistant at work."""
    runner = TurnRunner(
        parts.database,
        parts.vault,
        parts.incoming,
        assistant.respond,
        channels=["telegram"],
        flood=Flood(50, 10.0),
        apology=lambda language: Reply(text="sorry", language=language),
        slow_down=lambda language: Reply(text="slow", language=language),
        eraser=Eraser(parts.database),
        on_outgoing=lambda _channel, _lane: None,
        metrics=Metrics(),
        arrivals=Arrivals(parts.database, fetch),
    )
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def giving(content: bytes) -> Fetch:
    """A channel that has this file."""

    async def fetch(_channel: str, _file: FileRef) -> bytes:
        return content

    return fetch


async def replies(parts: Parts) -> list[Reply]:
    """What waits for the person."""
    return [envelope.reply for _, envelope in await parts.outgoing.waiting(parts.lane())]


async def talking(parts: Parts) -> tuple[int, Actor]:
    """A case of the person, and who works on it; what was sent before is done."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "Hallo", person=PERSON, language="de")
    async with parts.database.write() as connection:
        await connection.execute(delete(IncomingRow))
    return number, mira


async def test_a_photo_is_kept_with_what_was_written_below_it(parts: Parts, assistant: Assistant) -> None:
    """Cleaned, sealed, in the line of the transcript; the bot stays silent."""
    number, mira = await talking(parts)
    async with turning(parts, assistant, giving(telling_photo())):
        await parts.incoming.store([sends(FileRef("f"), "Was steht da?"), sends(FileRef("g"))])
        await answered(parts)
    file = await casefile.read(parts.database, parts.vault, mira, number)
    below, alone = file.lines[-2:]
    assert (below.text, alone.text) == ("Was steht da?", "")
    assert [each.attachments[0].media_type for each in (below, alone)] == ["image/jpeg", "image/jpeg"]
    _, content = await attachments.read(parts.database, parts.vault, mira, below.attachments[0].id)
    assert content != telling_photo()
    assert content not in await parts.everything()
    assert file.case.preview.startswith("📎")
    assert await replies(parts) == []


async def test_the_original_of_a_file_is_never_copied_elsewhere(parts: Parts, assistant: Assistant) -> None:
    """It may tell what was removed from ours: only what is a text alone keeps its number in the channel."""
    await talking(parts)
    sent = [sends(FileRef("f"), "Mein Brief", "document"), incoming("Was steht da?", PERSON)]
    async with turning(parts, assistant, giving(picture())):
        await parts.incoming.store([replace(each, message=replace(each.message, number=77)) for each in sent])
        await answered(parts)
    *_, document, text = await parts.rows(CaseMessageRow)
    assert (document.channel_message, text.channel_message) == (None, 77)


async def test_a_refused_file_is_told_to_both_sides(parts: Parts, assistant: Assistant) -> None:
    """The person learns what would work; what they wrote below it is not lost."""
    number, mira = await talking(parts)
    async with turning(parts, assistant, giving(PAGE)):
        await parts.incoming.store([sends(FileRef("f", "brief.jpg"), "Mein Brief", "document")])
        await answered(parts)
    said, refused, told = (await casefile.read(parts.database, parts.vault, mira, number)).lines[-3:]
    assert said.text == "Mein Brief"
    assert (refused.kind, refused.text, refused.detail) == ("event", "file_refused", "kind")
    (reply,) = await replies(parts)
    assert "PDF" in reply.text
    assert (told.kind, told.text) == ("bot", reply.text)
    assert await parts.rows(AttachmentRow) == []


async def test_a_fault_of_the_network_is_tried_again(parts: Parts, assistant: Assistant) -> None:
    """Then the file comes once."""
    number, mira = await talking(parts)
    tries: list[str] = []

    async def fetch(_channel: str, file: FileRef) -> bytes:
        tries.append(file.id)
        if len(tries) == 1:
            raise RetryLaterError("slow")
        return picture()

    async with turning(parts, assistant, fetch) as runner:
        await parts.incoming.store([sends(FileRef("f"))])
        async with asyncio.timeout(30):
            while not any(row.attempts for row in await parts.rows(IncomingRow)):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.02)
        async with parts.database.write() as connection:
            await connection.execute(update(IncomingRow).values(due_at=time.time() - 1))
        runner.wake([parts.lane()])
        await answered(parts)
    assert len(await parts.rows(AttachmentRow)) == 1
    assert (await casefile.read(parts.database, parts.vault, mira, number)).lines[-1].attachments
    assert await replies(parts) == []


async def test_the_bot_itself_fetches_nothing(parts: Parts, assistant: Assistant) -> None:
    """While nobody of the staff is asked, a picture is answered as ever."""

    async def fetch(_channel: str, _file: FileRef) -> bytes:
        raise AssertionError("fetched")

    async with turning(parts, assistant, fetch):
        await parts.incoming.store([sends(FileRef("f"))])
        await answered(parts)
    assert len(await replies(parts)) == 1
    assert await parts.rows(AttachmentRow) == []


async def test_a_cry_for_help_below_a_picture_comes_first(parts: Parts, assistant: Assistant) -> None:
    """And staff get both."""
    number, mira = await talking(parts)
    async with turning(parts, assistant, giving(picture())):
        await parts.incoming.store([sends(FileRef("f"), "Hilfe, es brennt!")])
        await answered(parts)
    assert "112" in (await replies(parts))[0].text
    lines = (await casefile.read(parts.database, parts.vault, mira, number)).lines
    assert [line.text for line in lines if line.attachments] == ["Hilfe, es brennt!"]


async def test_the_export_names_files_and_sends_them(parts: Parts, assistant: Assistant) -> None:
    """Each as a message of its own, of both sides; the deletion takes them back."""
    number, mira = await talking(parts)
    file = File("Plan.png", "image/png", picture("PNG"))
    await casework.reply(parts.database, parts.vault, mira, number, "Ja", ANSWER, files=[file])
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    before = len(await replies(parts))
    async with turning(parts, assistant, giving(b"")):
        await parts.incoming.store([incoming("export", kind="command")])
        await answered(parts)
        _, export, plan = (await replies(parts))[before:]
        assert export.document is not None
        assert '"Plan.png"' in export.document.content
        assert plan.document is not None
        assert (plan.document.filename, plan.document.data) == ("Plan.png", None)
        await parts.incoming.store([incoming("delete", kind="command")])
        await answered(parts)
    assert await parts.rows(AttachmentRow) == []


async def test_a_file_leaves_with_its_content_and_never_another_one(parts: Parts) -> None:
    """The queue holds its number alone; what was erased meanwhile has no content, and its number is not given again."""
    number, mira = await talking(parts)
    file = File("Plan.png", "image/png", b"x")
    await casework.reply(parts.database, parts.vault, mira, number, "", Reply("", "de", title="T"), files=[file])
    assert await held(parts)
    (head,) = await parts.outgoing.heads("telegram", [], 9)
    envelope = await claimed(parts, head)
    assert envelope.reply.document is not None
    assert (envelope.reply.title, envelope.reply.document.data) == ("T", b"x")
    line = (await casefile.read(parts.database, parts.vault, mira, number)).lines[-1].id
    async with parts.database.write() as connection:
        await connection.execute(delete(AttachmentRow))
        await attachments.add(connection, parts.vault, line, "out", File("Other.png", "image/png", b"y"))
    envelope = await claimed(parts, head)
    assert envelope.reply.document is not None
    assert envelope.reply.document.data is None


async def claimed(parts: Parts, head: OutgoingHead) -> Envelope:
    """A message as its channel would get it."""
    sending = await parts.outgoing.claim(head)
    assert sending
    await sending.release()
    return sending.envelope
