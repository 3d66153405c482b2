"""Updates become messages without names, and replies become calls of the Bot API."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
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

    def __init__(self, fake: FakeTelegram) -> None:
        self.fake = fake
        self.stored: list[Incoming] = []
        known = settings.load(
            {
                "LOTSE_TELEGRAM_TOKEN": fake.token,
                "LOTSE_TELEGRAM_API_URL": fake.url,
                "LOTSE_SECRET_KEY": settings.new_key("test"),
            }
        )
        self.vault = Vault(known.keys)
        self.lane = self.vault.hash("person", "telegram", str(PERSON))
        self.channel = TelegramChannel(known, self.vault, self.store, ["de", "en"])

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
    ("text", "kind", "kept"),
    [
        ("hallo", "text", "hallo"),
        ("/menu", "command", "menu"),
        ("/MENU bitte", "command", "menu"),
        ("/menu@lotse_test_bot", "command", "menu"),
        ("/menu@other_bot", "text", "/menu@other_bot"),
        ("/", "text", "/"),
        ("/ menu", "text", "/ menu"),
        ("sag /menu", "text", "sag /menu"),
    ],
)
async def test_texts_and_commands_are_told_apart(bench: Bench, text: str, kind: str, kept: str) -> None:
    """A command is meant for this bot and stands first."""
    found = bench.read(text=text)
    assert found is not None
    assert (found.message.kind, found.message.text, found.message.language_hint) == (kind, kept, "ar")


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
