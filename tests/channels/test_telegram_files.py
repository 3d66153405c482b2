"""Files on Telegram: fetched with care, and sent as what they are."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels.channel import LARGEST_FILE, FileGoneError, FileTooLargeError, RefusedError, RetryLaterError
from bot.messages import Document, FileRef, Reply
from tests.channels.test_telegram import PERSON, Bench
from tests.fakes.telegram import FakeTelegram
from tests.files import PDF, picture


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """Connected to a stand-in with one person."""
    async with FakeTelegram() as fake:
        fake.add_person(PERSON)
        made = Bench(fake)
        await made.channel.connect()
        yield made
        await made.channel.bot.shutdown()


async def received(bench: Bench) -> FileRef:
    """The file of the message that the person has just sent."""
    await bench.channel.receive(await bench.channel.bot.get_updates())
    file = bench.stored[-1].message.file
    assert file is not None
    return file


async def test_a_photo_a_document_and_a_voice_message_are_fetched(bench: Bench) -> None:
    """Of a photo the largest size."""
    bench.fake.send_photo(PERSON, content=picture(), caption="Mein Brief")
    assert await bench.channel.fetch(await received(bench)) == picture()
    assert bench.stored[-1].message.words == "Mein Brief"
    bench.fake.send_document(PERSON, "Brief.pdf", content=PDF)
    file = await received(bench)
    assert (file.name, file.size, file.problem) == ("Brief.pdf", len(PDF), "")
    assert await bench.channel.fetch(file) == PDF
    bench.fake.send_voice(PERSON, content=b"OggS")
    assert await bench.channel.fetch(await received(bench)) == b"OggS"


def test_a_video_is_named_and_never_fetched() -> None:
    """And a sticker is no file for anybody."""
    bench = Bench(FakeTelegram())
    video = {"file_id": "v", "file_unique_id": "u", "width": 9, "height": 9, "duration": 3}
    found = bench.read(video=video)
    assert found is not None
    assert found.message.file == FileRef("v", problem="video")
    shape = {"type": "regular", "is_animated": False, "is_video": False, "width": 9, "height": 9}
    sticker = bench.read(sticker={"file_id": "s", "file_unique_id": "u", **shape})
    assert sticker is not None
    assert sticker.message.file is None


async def test_what_is_larger_than_it_was_said_to_be_is_not_read_to_its_end(bench: Bench) -> None:
    """Telegram's own limit is told apart from a fault, too."""
    bench.fake.send_document(PERSON, content=bytes(LARGEST_FILE + 1))
    with pytest.raises(FileTooLargeError):
        await bench.channel.fetch(await received(bench))
    bench.fake.send_document(PERSON, size=21 * 1024 * 1024)
    with pytest.raises(FileTooLargeError):
        await bench.channel.fetch(await received(bench))


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("too_many_requests", "getFile"),
        ("server_error", "getFile"),
        ("drop_before", "getFile"),
        ("bad_gateway", "file"),
        ("drop_before", "file"),
    ],
)
async def test_a_passing_fault_is_one(bench: Bench, kind: str, method: str, caplog: pytest.LogCaptureFixture) -> None:
    """And neither the error nor a log tells the token, which stands in the address."""
    bench.fake.send_document(PERSON, content=PDF)
    file = await received(bench)
    # The library itself tries a cut connection again.
    bench.fake.inject_fault(kind, method=method, times=5)
    caplog.set_level(logging.WARNING)
    with pytest.raises(RetryLaterError) as error:
        await bench.channel.fetch(file)
    assert bench.fake.token not in f"{error.value!r} {error.value.__cause__!r} {caplog.text}"
    bench.fake.clear_faults()
    assert await bench.channel.fetch(file) == PDF


async def test_a_file_that_nobody_knows_is_gone(bench: Bench) -> None:
    """It would not come back."""
    with pytest.raises(FileGoneError):
        await bench.channel.fetch(FileRef("file-999"))


def stored(filename: str, media_type: str, data: bytes | None) -> Reply:
    """A stored file, as it leaves the queue."""
    document = Document(filename, media_type, attachment=7, data=data)
    return Reply("", "de", title="🧑 Person", document=document, author="staff")


async def test_pictures_are_shown_and_other_files_saved(bench: Bench) -> None:
    """Each says that it comes from a human being."""
    await bench.send(stored("Plan.png", "image/png", picture("PNG")))
    await bench.send(stored("Brief.pdf", "application/pdf", PDF))
    plan, letter = bench.fake.messages(PERSON)
    assert (plan.method, plan.document, plan.text) == ("sendPhoto", picture("PNG"), "🧑 Person")
    assert (letter.method, letter.file_name, letter.document) == ("sendDocument", "Brief.pdf", PDF)


async def test_a_picture_that_telegram_does_not_show_is_sent_to_be_saved(bench: Bench) -> None:
    """Such as a very narrow one."""
    narrow = picture(size=(10, 400))
    await bench.send(stored("Band.jpg", "image/jpeg", narrow))
    (sent,) = bench.fake.messages(PERSON)
    assert (sent.method, sent.document) == ("sendDocument", narrow)


async def test_a_file_that_was_erased_meanwhile_is_not_sent(bench: Bench) -> None:
    """It fails for good, and staff see that."""
    with pytest.raises(RefusedError):
        await bench.send(stored("Plan.png", "image/png", None))
    assert bench.fake.messages(PERSON) == []
