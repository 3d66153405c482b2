"""Updates become messages without names, and replies become calls of the Bot API."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Update

from bot import settings
from bot.channels import taps
from bot.channels.channel import RefusedError, RetryLaterError, UnreachableError
from bot.channels.telegram import TelegramChannel
from bot.messages import Button, Document, Incoming, Location, Place, Reply
from bot.storage.crypto import Vault
from bot.storage.outgoing import Envelope
from tests.fakes.telegram import FakeTelegram

PERSON = 510_200_301


class Bench:
    """A channel, the stand-in behind it, and what was stored."""

    def __init__(self, fake: FakeTelegram, **environment: str) -> None:
        self.fake = fake
        self.stored: list[Incoming] = []
        known = settings.load(
            {
                "LOTSE_TELEGRAM_TOKEN": fake.token,
                "LOTSE_TELEGRAM_API_URL": fake.url,
                "LOTSE_SECRET_KEY": settings.new_key("test"),
                **environment,
            }
        )
        self.vault = Vault(known.keys)
        self.lane = self.vault.hash("person", "telegram", str(PERSON))
        self.channel = TelegramChannel(known, self.vault, self.store, ["de", "en"], refused_seconds=0.2)

    async def store(self, messages: Sequence[Incoming]) -> int:
        """Keep them."""
        self.stored += messages
        return len(messages)

    def read(self, **content: Any) -> Incoming | None:
        """What becomes of a message with this content."""
        chat, sender = {"id": PERSON, "type": "private"}, {"id": PERSON, "is_bot": False, "first_name": "Sami"}
        values = {"message_id": 5, "date": 1, "chat": chat, "from": {**sender, "language_code": "ar"}, **content}
        update = Update.de_json({"update_id": 77, "message": values}, self.channel.bot)
        return self.channel.incoming(update)

    async def send(self, reply: Reply, chat: int = PERSON) -> None:
        """Send a reply to a chat."""
        await self.channel.send(Envelope(reply, {"chat": chat}), self.lane)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """Connected to a stand-in with one person."""
    async with FakeTelegram() as fake:
        fake.add_person(PERSON)
        made = Bench(fake)
        await made.channel.connect()
        yield made
        await made.channel.bot.shutdown()


@pytest.mark.parametrize(
    ("text", "kind", "kept", "rest"),
    [
        ("hallo", "text", "hallo", ""),
        ("/menu", "command", "menu", ""),
        ("/MENU bitte", "command", "menu", "bitte"),
        ("/human\nHilfe,  es brennt ", "command", "human", "Hilfe,  es brennt"),
        ("/menu@lotse_test_bot", "command", "menu", ""),
        ("/menu@other_bot", "text", "/menu@other_bot", ""),
        ("/", "text", "/", ""),
        ("/ menu", "text", "/ menu", ""),
        ("sag /menu", "text", "sag /menu", ""),
    ],
)
async def test_texts_and_commands_are_told_apart(bench: Bench, text: str, kind: str, kept: str, rest: str) -> None:
    """A command is meant for this bot and stands first; what stands behind it is kept."""
    found = bench.read(text=text)
    assert found is not None
    assert (found.message.kind, found.message.text, found.message.language_hint) == (kind, kept, "ar")
    assert (found.message.rest, found.message.words) == (rest, rest if kind == "command" else text)


async def test_words_below_a_picture_are_kept(bench: Bench) -> None:
    """They may be a cry for help."""
    size = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}
    found = bench.read(photo=[size], caption="Hilfe, es brennt")
    assert found is not None
    assert (found.message.kind, found.message.medium) == ("unreadable", "photo")
    assert found.message.words == "Hilfe, es brennt"


async def test_nothing_that_names_the_person_is_in_the_message(bench: Bench) -> None:
    """Only the chat's number is there, as the address to answer to."""
    found = bench.read(text="hallo")
    assert found is not None
    assert "Sami" not in repr(found)
    assert found.address == {"chat": PERSON}


@pytest.mark.parametrize("notice", [{"pinned_message": None}, {"new_chat_title": "x"}, {"group_chat_created": True}])
async def test_notices_are_no_messages(bench: Bench, notice: dict[str, Any]) -> None:
    """Telegram's own lines are not answered."""
    assert bench.read(**notice) is None


async def test_title_and_small_print_are_marked_in_utf16_units(bench: Bench) -> None:
    """An emoji before them does not shift the marks."""
    await bench.send(Reply(title="😀 Titel", text="Text 😀", notes=("Quelle: 😀",), language="de"))
    message = bench.fake.messages(PERSON)[0]
    assert message.text == "😀 Titel\n\nText 😀\n\nQuelle: 😀"
    marks = [(each["type"], each["offset"], each["length"]) for each in message.entities]
    assert marks == [("bold", 0, 8), ("italic", 19, 10)]


async def test_markup_in_texts_is_shown_as_it_is(bench: Bench) -> None:
    """Nothing is parsed."""
    text = "<b>1 < 2</b> *x* _y_ [z](tg://user?id=1)"
    await bench.send(Reply(text=text, language="de"))
    assert bench.fake.messages(PERSON)[0].text == text


async def test_places_and_files_are_sent_as_such(bench: Bench) -> None:
    """A venue, a document."""
    place = Place("Amt", "Eberhardstraße 39", Location(48.77, 9.18))
    await bench.send(Reply(text="", language="de", place=place))
    await bench.send(Reply(text="", language="de", document=Document("x.json", "application/json", "{}")))
    venue, file = bench.fake.messages(PERSON)
    assert venue.venue is not None
    assert venue.venue["title"] == "Amt"
    assert (file.file_name, file.document) == ("x.json", b"{}")


async def test_a_button_comes_back_as_its_action(bench: Bench) -> None:
    """Signed on the way out, checked on the way in."""
    await bench.send(Reply(text="x", language="de", buttons=((Button("Menü", action="menu"),),)))
    data = bench.fake.messages(PERSON)[0].buttons[0]["callback_data"]
    assert taps.verify(bench.vault, ("telegram", str(PERSON)), data) == "menu"


async def test_errors_are_told_apart(bench: Bench) -> None:
    """Patience, a person who is gone, a message at fault."""
    reply = Reply(text="x", language="de")
    bench.fake.inject_fault("too_many_requests", method="sendMessage", retry_after=7)
    with pytest.raises(RetryLaterError) as patience:
        await bench.send(reply)
    assert patience.value.seconds == 7
    for fault in ("server_error", "bad_gateway", "drop_before"):
        bench.fake.inject_fault(fault, method="sendMessage")
        with pytest.raises(RetryLaterError):
            await bench.send(reply)
    with pytest.raises(UnreachableError):
        await bench.send(reply, 999)
    bench.fake.block(PERSON)
    with pytest.raises(UnreachableError):
        await bench.send(reply)
    bench.fake.unblock(PERSON)
    for faulty in (Reply(text="x" * 4097, language="de"), Reply(text=" ", language="de")):
        with pytest.raises(RefusedError):
            await bench.send(faulty)
    with pytest.raises(RefusedError):
        await bench.send(Reply(text="x", language="de", buttons=((Button("x", action="x" * 60),),)))


async def test_one_update_of_wrong_form_does_not_keep_others_from_being_stored(bench: Bench) -> None:
    """It is left out; the library checks no types."""
    sender = {"id": PERSON, "is_bot": False, "first_name": "Sami"}
    values = {"message_id": 5, "date": 1, "chat": {"id": PERSON, "type": "private"}, "from": sender}
    updates = [
        Update.de_json({"update_id": number, "message": {**values, "text": text}}, bench.channel.bot)
        for number, text in enumerate(("eins", 2, "drei"), start=1)
    ]
    await bench.channel.receive(updates)
    assert [each.message.text for each in bench.stored] == ["eins", "drei"]


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[" * 100_000, b"[]", b'{"update_id": true}', b'{"update_id": -1}', b"\xff"]
)
async def test_a_webhook_body_that_is_no_update_is_refused(bench: Bench, body: bytes) -> None:
    """With a reason."""
    with pytest.raises(ValueError, match="body"):
        await bench.channel.webhook(body)


async def test_an_update_that_comes_before_the_bot_has_connected_is_not_lost() -> None:
    """A command cannot be read before the bot knows its own name: the call waits, and the update is stored."""
    chat = {"id": PERSON, "type": "private"}
    message = {"message_id": 5, "date": 1, "chat": chat, "from": {"id": PERSON, "is_bot": False, "first_name": "Sami"}}
    body = json.dumps({"update_id": 7, "message": {**message, "text": "/menu"}}).encode()
    async with FakeTelegram() as fake:
        bench = Bench(fake)
        call = asyncio.ensure_future(bench.channel.webhook(body))
        await asyncio.sleep(0)
        assert not call.done()
        await bench.channel.connect()
        await call
        assert [each.message.text for each in bench.stored] == ["menu"]
        await bench.channel.bot.shutdown()


async def test_who_sends_can_wait_until_the_bot_has_connected() -> None:
    """A message that is begun before leaves late: a kill in between is more likely, and it may be lost."""
    async with FakeTelegram() as fake:
        bench = Bench(fake)
        waiting = asyncio.ensure_future(bench.channel.until_connected())
        await asyncio.sleep(0)
        assert not waiting.done()
        await bench.channel.connect()
        await waiting
        await bench.channel.bot.shutdown()


@asynccontextmanager
async def running(fake: FakeTelegram, **environment: str) -> AsyncIterator[Bench]:
    """A channel at work."""
    bench = Bench(fake, **environment)
    task = asyncio.create_task(bench.channel.run())
    try:
        yield bench
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that nothing reports."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)


WEBHOOK = {
    "LOTSE_TELEGRAM_MODE": "webhook",
    "LOTSE_WEBHOOK_SECRET": "a-secret-that-nobody-can-guess",
    "LOTSE_PUBLIC_URL": "http://127.0.0.1:1",
}


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("bad_request", "LOTSE_PUBLIC_URL"),
        ("unauthorized", "LOTSE_TELEGRAM_TOKEN"),
        ("forbidden", "LOTSE_PUBLIC_URL"),
        ("conflict", "LOTSE_PUBLIC_URL"),
    ],
)
async def test_a_refused_webhook_is_said_and_tried_again(
    caplog: pytest.LogCaptureFixture, fault: str, named: str
) -> None:
    """The channel is not ready meanwhile, and its end is not the end of the others."""
    async with FakeTelegram() as fake:
        fake.inject_fault(fault, method="setWebhook", times=2)
        async with running(fake, **WEBHOOK) as bench:
            await until(lambda: len(fake.calls("setWebhook")) >= 2)
            assert not bench.channel.ready
            await until(lambda: bench.channel.ready)
        assert [call.status for call in fake.calls("setWebhook")][-1] == 200
    refusals = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(refusals) == 2
    assert all(named in record.getMessage() for record in refusals)
    assert fake.token not in caplog.text


@pytest.mark.parametrize("fault", ["bad_request", "unauthorized", "forbidden", "conflict"])
async def test_a_refusal_before_polling_is_said_and_tried_again(caplog: pytest.LogCaptureFixture, fault: str) -> None:
    """A token that was revoked meanwhile ends nothing."""
    async with FakeTelegram() as fake:
        fake.inject_fault(fault, method="deleteWebhook", times=2)
        async with running(fake) as bench:
            await until(lambda: bench.channel.ready)
        assert len(fake.calls("deleteWebhook")) == 3
    assert caplog.text.count("Check LOTSE_TELEGRAM_TOKEN") == 2
    assert fake.token not in caplog.text


async def test_a_token_refused_while_polling_is_an_error_and_not_ready(caplog: pytest.LogCaptureFixture) -> None:
    """Once Telegram takes it again, so is Lotse."""
    async with FakeTelegram() as fake:
        fake.inject_fault("unauthorized", method="getUpdates", times=3)
        async with running(fake) as bench:
            await until(lambda: "LOTSE_TELEGRAM_TOKEN" in caplog.text)
            assert not bench.channel.ready
            await until(lambda: bench.channel.ready)
    assert {record.levelname for record in caplog.records if "LOTSE_TELEGRAM_TOKEN" in record.getMessage()} == {"ERROR"}


async def test_polling_that_fails_again_and_again_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """One failure is no outage; after a few in a row it is said, and taken back at the first success."""
    states = []

    def pause(channel: TelegramChannel, _error: Exception, _last: float) -> float:
        states.append(channel.ready)
        return 0.01

    monkeypatch.setattr(TelegramChannel, "_pause_after", pause)
    async with FakeTelegram() as fake:
        fake.inject_fault("server_error", method="getUpdates", times=4)
        async with running(fake) as bench:
            await until(lambda: len(states) == 4 and bench.channel.ready)
    assert states == [True, True, True, False]


async def test_the_typing_sign_is_shown_on_demand_only(bench: Bench) -> None:
    """Receiving a text does not promise that the bot will answer it."""
    found = bench.read(text="hallo")
    assert found is not None
    sender = {"id": PERSON, "is_bot": False, "first_name": "Sami"}
    values = {"message_id": 5, "date": 1, "chat": {"id": PERSON, "type": "private"}, "from": sender, "text": "hallo"}
    await bench.channel.receive([Update.de_json({"update_id": 1, "message": values}, bench.channel.bot)])
    await asyncio.sleep(0.1)
    assert bench.fake.calls("sendChatAction") == []
    bench.channel.show_typing(found.address)
    await until(lambda: [call.status for call in bench.fake.calls("sendChatAction")] == [200])
