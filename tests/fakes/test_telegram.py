"""The stand-in of Telegram, spoken to with the library that Lotse uses."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    ForceReply,
    MessageEntity,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from tests.fakes.calls import PERSON, button, call, keyboard
from tests.fakes.telegram import FakeTelegram, SimClient, SimError
from tests.fakes.telegram.connections import Listener

if TYPE_CHECKING:
    from starlette.requests import Request


async def test_a_sent_text_is_kept_with_entities_and_keyboard(fake: FakeTelegram, bot: Bot) -> None:
    """Text, entities and buttons come back as they were sent."""
    bold = MessageEntity(MessageEntity.BOLD, 3, 5)
    sent = await bot.send_message(PERSON, "😀 hallo", entities=[bold], reply_markup=keyboard([button()]))
    (message,) = await fake.wait_for_messages(PERSON, 1)
    assert (message.message_id, message.text) == (sent.message_id, "😀 hallo")
    assert message.entities == [{"type": "bold", "offset": 3, "length": 5}]
    assert message.buttons == [{"text": "Weiter", "callback_data": "next"}]
    assert 0 <= time.monotonic() - message.at < 5


async def test_the_bot_writes_only_where_it_may(fake: FakeTelegram, bot: Bot) -> None:
    """A person has to start the bot and not block it."""
    fake.add_person(502, started=False)
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(502, "a")
    fake.send_text(502, "/start")
    await bot.send_message(502, "a")
    fake.block(502)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(502, "a")
    with pytest.raises(SimError):
        fake.send_text(502, "b")
    fake.unblock(502)
    await bot.send_message(502, "b")
    kinds = [
        update.my_chat_member.new_chat_member.status for update in await bot.get_updates() if update.my_chat_member
    ]
    assert kinds == ["kicked", "member"]


async def test_places_documents_and_copies_are_kept(fake: FakeTelegram, bot: Bot) -> None:
    """A venue, a location, a file with its content, and a copy of it by id."""
    fake.add_chat(-1001, "supergroup", username="team")
    await bot.send_venue(PERSON, 48.77, 9.18, "Rathaus", "Marktplatz 1")
    await bot.send_location(PERSON, 48.77, 9.18)
    sent = await bot.send_document(PERSON, b"BEGIN:VCALENDAR", filename="termin.ics", caption="Termin")
    assert sent.document is not None
    await bot.send_document("@team", sent.document.file_id)
    await bot.copy_message(-1001, PERSON, sent.message_id)
    venue, location, document = fake.messages(PERSON)
    assert venue.venue is not None
    assert (venue.venue["title"], venue.venue["address"]) == ("Rathaus", "Marktplatz 1")
    assert location.location == {"longitude": 9.18, "latitude": 48.77}
    assert (document.document, document.file_name, document.text) == (b"BEGIN:VCALENDAR", "termin.ics", "Termin")
    assert [message.document for message in fake.messages(-1001)] == [b"BEGIN:VCALENDAR"] * 2
    assert [message.message_id for message in fake.messages(-1001)] == [1, 2]


async def test_edits_are_kept_with_their_history(fake: FakeTelegram, bot: Bot) -> None:
    """Text and keyboard change, the same again is refused, and so is what cannot be edited."""
    sent = await bot.send_message(PERSON, "one", reply_markup=keyboard([button()]))
    await bot.edit_message_text("two", PERSON, sent.message_id, reply_markup=keyboard([button()]))
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("two", PERSON, sent.message_id, reply_markup=keyboard([button()]))
    await bot.edit_message_reply_markup(PERSON, sent.message_id)
    (message,) = fake.messages(PERSON)
    assert [version["text"] for version in message.versions] == ["one", "two", "two"]
    assert message.reply_markup is None
    asked = await bot.send_message(PERSON, "name?", reply_markup=ForceReply())
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", PERSON, asked.message_id)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", PERSON, fake.send_text(PERSON, "mine"))
    await bot.delete_message(PERSON, sent.message_id)
    assert [message.text for message in fake.messages(PERSON)] == ["name?"]


async def test_taps_reach_the_bot_and_answers_are_kept(fake: FakeTelegram, bot: Bot) -> None:
    """A tap has the real message; forged data, an old message and an old query are possible too."""
    await bot.send_message(PERSON, "one", reply_markup=keyboard([button("Ja", "yes"), button("Nein", "no")]))
    query_id = fake.tap(PERSON, label="Nein")
    fake.tap(PERSON, data="drop table", forged=True)
    fake.tap(PERSON, data="yes", inaccessible=True)
    late = fake.tap(PERSON, data="yes", expired=True)
    with pytest.raises(SimError):
        fake.tap(PERSON, label="Vielleicht")
    queries = [update.callback_query for update in await bot.get_updates()]
    assert [query.data for query in queries if query] == ["no", "drop table", "yes", "yes"]
    assert [query.message.is_accessible for query in queries if query and query.message] == [True, True, False, True]
    await bot.answer_callback_query(query_id, text="Danke")
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(late)
    tap = await fake.wait_for_tap_answer(query_id)
    assert tap.answers[0]["text"] == "Danke"
    assert [tap.answered for tap in fake.list_taps(PERSON)] == [True, False, False, False]


async def test_all_that_people_send_is_understood_by_the_library(fake: FakeTelegram, bot: Bot) -> None:
    """Each kind of message arrives as the library's own type; a raw update goes through as it is."""
    fake.add_chat(-5, "group")
    fake.add_chat(-1002, "channel")
    first = fake.send_text(PERSON, "/start abc")
    fake.send_photo(PERSON, caption="Brief")
    fake.send_voice(PERSON)
    fake.send_document(PERSON)
    fake.send_sticker(PERSON)
    fake.send_contact(PERSON, "+49711000")
    fake.send_location(PERSON, 48.7, 9.1)
    fake.send_text(-5, "hallo", sender=PERSON, reply_to=fake.send_text(-5, "erst", sender=PERSON))
    fake.send_text(-1002, "news")
    fake.edit_text(PERSON, first, "/stop")
    raw_id = fake.deliver({"message": {"message_id": 1}, "odd": True})
    updates = (await call(fake, "getUpdates", timeout=0)).json()["result"]
    read = [Update.de_json(update, bot) for update in updates[:-1]]
    kinds = ["text", "photo", "voice", "document", "sticker", "contact", "location", "text", "text"]
    assert [
        update.message is not None and bool(getattr(update.message, kind))
        for update, kind in zip(read, kinds, strict=False)
    ] == [True] * 9
    assert read[9].channel_post is not None
    assert read[10].edited_message is not None
    assert list(read[0].message.parse_entities().values()) == ["/start"] if read[0].message else False
    assert updates[-1] == {"update_id": raw_id, "message": {"message_id": 1}, "odd": True}


async def test_an_offset_confirms_all_before_it(fake: FakeTelegram, bot: Bot) -> None:
    """Updates come again until confirmed; limit and negative offsets count."""
    fake.send_texts([(PERSON, str(number)) for number in range(5)])
    first = await bot.get_updates(limit=2)
    assert [update.update_id for update in first] == [update.update_id for update in await bot.get_updates(limit=2)]
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [update.message.text for update in rest if update.message] == ["2", "3", "4"]
    last = await bot.get_updates(offset=-1)
    assert [update.message.text for update in last if update.message] == ["4"]
    assert fake.pending_updates() == 1
    assert await bot.get_updates(offset=last[0].update_id + 1) == ()
    await fake.wait_until_confirmed()


async def test_a_long_poll_ends_with_the_first_update(fake: FakeTelegram, bot: Bot) -> None:
    """The bot waits, and gets what comes at once."""
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await fake.wait_for_calls("getUpdates", 1)
    fake.send_text(PERSON, "hallo")
    assert [update.message.text for update in await poll if update.message] == ["hallo"]


async def test_only_allowed_kinds_are_queued(fake: FakeTelegram, bot: Bot) -> None:
    """What the bot does not want to have never waits."""
    await bot.get_updates(allowed_updates=["callback_query"])
    fake.send_text(PERSON, "hallo")
    assert fake.pending_updates() == 0
    await bot.get_updates(allowed_updates=[])
    fake.send_text(PERSON, "hallo")
    assert fake.pending_updates() == 1


async def test_two_polls_or_a_poll_beside_a_webhook_are_a_conflict(fake: FakeTelegram, bot: Bot) -> None:
    """The older poll is ended; with a webhook there is none."""
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await fake.wait_for_calls("getUpdates", 1)
    async with Bot(fake.token, base_url=fake.base_url) as other:
        assert await other.get_updates() == ()
    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await older
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("kind", "error", "handled"),
    [
        ("too_many_requests", RetryAfter, 0),
        ("server_error", NetworkError, 0),
        ("bad_gateway", NetworkError, 0),
        ("drop_before", NetworkError, 0),
        ("drop_after", NetworkError, 1),
    ],
)
async def test_faults_hit_the_next_call_only(
    fake: FakeTelegram, bot: Bot, kind: str, error: type[Exception], handled: int
) -> None:
    """The bot sees an error, although after drop_after the message is there."""
    fake.inject_fault(kind, method="sendMessage", retry_after=7)
    await bot.get_me()
    with pytest.raises(error) as caught:
        await bot.send_message(PERSON, "one")
    assert not isinstance(caught.value, BadRequest)
    assert len(fake.messages(PERSON)) == handled
    await bot.send_message(PERSON, "two")
    assert fake.messages(PERSON)[-1].text == "two"
    statuses = {"too_many_requests": 429, "server_error": 500, "bad_gateway": 502}
    assert [made.status for made in fake.calls("sendMessage")] == [statuses.get(kind, 0), 200]


@pytest.mark.parametrize(
    ("kind", "error", "status"),
    [
        ("bad_request", BadRequest, 400),
        ("unauthorized", InvalidToken, 401),
        ("forbidden", Forbidden, 403),
        ("conflict", Conflict, 409),
    ],
)
async def test_faults_can_be_refusals(
    fake: FakeTelegram, bot: Bot, kind: str, error: type[Exception], status: int
) -> None:
    """The bot is told in Telegram's own words, once."""
    fake.inject_fault(kind, method="sendMessage")
    with pytest.raises(error):
        await bot.send_message(PERSON, "one")
    await bot.send_message(PERSON, "two")
    assert [made.status for made in fake.calls("sendMessage")] == [status, 200]


async def test_faults_can_be_for_one_chat_and_slow(fake: FakeTelegram, bot: Bot) -> None:
    """A slow chat does not hold up the others."""
    fake.add_person(502)
    fake.inject_fault("slow", chat_id=502, seconds=1.0, times=2)
    began = time.monotonic()
    slow = asyncio.create_task(bot.send_message(502, "late"))
    await bot.send_message(PERSON, "soon")
    assert not fake.messages(502)
    await slow
    assert time.monotonic() - began >= 1.0
    with pytest.raises(SimError):
        fake.inject_fault("earthquake")


class Hook:
    """A bot's webhook that answers as told and notes what it got."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.seen: list[tuple[str | None, str]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.listener = Listener(Starlette(routes=[Route("/hook", self.take, methods=["POST"])]))

    async def take(self, request: Request) -> Response:
        """Note the update and answer."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        body = await request.json()
        self.seen.append((request.headers.get("x-telegram-bot-api-secret-token"), body["message"]["text"]))
        await asyncio.sleep(0.2)
        self.at_once -= 1
        return Response(status_code=self.answers.pop(0) if self.answers else 200)


async def test_a_webhook_gets_updates_in_order_until_it_takes_them(fake: FakeTelegram, bot: Bot) -> None:
    """With the secret, one by one, again after an error."""
    hook = Hook(500, 503)
    await hook.listener.start()
    fake.set_delivery(pauses=[0.01, 0.02])
    fake.send_texts([(PERSON, "a"), (502, "b"), (PERSON, "c")])
    await bot.set_webhook(f"{hook.listener.url}/hook", secret_token="s-1", max_connections=5)
    await fake.wait_until_confirmed()
    assert hook.seen == [("s-1", text) for text in "aaabc"]
    assert hook.most_at_once == 1
    info = await bot.get_webhook_info()
    assert (info.last_error_message, info.max_connections) == ("Wrong response from the webhook: 503", 5)
    await hook.listener.stop()


async def test_webhook_deliveries_can_run_at_once_but_not_for_one_chat(fake: FakeTelegram, bot: Bot) -> None:
    """Chats wait for nobody but themselves."""
    hook = Hook()
    await hook.listener.start()
    fake.set_delivery(parallel=True)
    await bot.set_webhook(f"{hook.listener.url}/hook", max_connections=3)
    fake.send_texts([(chat, f"{chat}-{turn}") for turn in range(2) for chat in range(601, 606)])
    await fake.wait_until_confirmed()
    assert hook.most_at_once == 3
    for chat in range(601, 606):
        assert [text for _, text in hook.seen if text.startswith(str(chat))] == [f"{chat}-0", f"{chat}-1"]
    await hook.listener.stop()


async def test_a_webhook_that_is_away_gets_its_updates_later(fake: FakeTelegram, bot: Bot) -> None:
    """Nothing is lost while the bot's process is down."""
    hook = Hook()
    fake.set_delivery(pauses=[0.01])
    await bot.set_webhook(f"{hook.listener.url}/hook")
    fake.send_text(PERSON, "hallo")
    await fake.changed.until(lambda: fake.webhook.attempts >= 2, 5)
    await hook.listener.start()
    await fake.wait_until_confirmed()
    assert hook.seen == [(None, "hallo")]
    await hook.listener.stop()


async def test_names_and_commands_are_kept_by_language(fake: FakeTelegram, bot: Bot) -> None:
    """The bot's texts fall back to the default, menus do not."""
    await bot.set_my_commands([BotCommand("start", "Anfang")])
    await bot.set_my_commands([BotCommand("start", "البداية")], BotCommandScopeAllPrivateChats(), "ar")
    await bot.set_my_name("Lotse")
    await bot.set_my_description("مرحبا", language_code="ar")
    await bot.set_my_short_description("kurz")
    assert fake.commands() == [{"command": "start", "description": "Anfang"}]
    assert fake.commands("ar", {"type": "all_private_chats"})[0]["description"] == "البداية"
    assert await bot.get_my_commands(language_code="ar") == ()
    assert (await bot.get_my_name("ar")).name == "Lotse"
    assert (await bot.get_my_description("ar")).description == "مرحبا"
    assert fake.bot_texts()["short_description"] == {"": "kurz"}
    await bot.delete_my_commands()
    assert fake.commands() == []


async def test_an_application_runs_on_it(fake: FakeTelegram) -> None:
    """The library's own polling loop takes a text and a tap and answers both."""

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message:
            await update.message.reply_text(f"echo {update.message.text}", reply_markup=keyboard([button()]))

    async def tapped(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query:
            await update.callback_query.answer()
            await update.callback_query.edit_message_text("done")

    app = Application.builder().token(fake.token).base_url(fake.base_url).build()
    app.add_handlers([MessageHandler(filters.TEXT, echo), CallbackQueryHandler(tapped)])
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling()
        fake.send_text(PERSON, "hallo")
        (message,) = await fake.wait_for_messages(PERSON, 1)
        assert message.text == "echo hallo"
        fake.tap(PERSON, label="Weiter")
        assert (await fake.wait_for_text(PERSON, "done")).buttons == []
        await app.updater.stop()
        await app.stop()
    assert fake.pending_updates() == 0


def test_it_runs_as_a_process_of_its_own() -> None:
    """A client without an event loop can do the same from outside."""
    with SimClient.launch(token="42:abc") as sim, httpx.Client(base_url=f"{sim.base_url}42:abc/") as api:
        sim.add_person(1, language_code="ti")
        assert sim.send_texts([(1, "a"), (2, "b")]) == [1, 2]
        assert len(api.post("getUpdates").json()["result"]) == 2
        keys = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}
        api.post("sendMessage", json={"chat_id": 1, "text": "c", "reply_markup": keys})
        api.post("sendDocument", data={"chat_id": "1"}, files={"document": ("a.ics", b"BEGIN")})
        text, document = sim.wait_for_messages(1, 2)
        assert (text.text, document.document, sim.wait_for_sent(2)) == ("c", b"BEGIN", 2)
        query_id = sim.tap(1, label="Ja")
        api.post("answerCallbackQuery", json={"callback_query_id": query_id})
        assert [tap.answered for tap in sim.list_taps(1)] == [True]
        sim.inject_fault("too_many_requests", times=1)
        assert api.post("getMe").status_code == 429
        sim.inject_fault("drop_before", method="sendMessage")
        with pytest.raises(httpx.TransportError):
            api.post("sendMessage", json={"chat_id": 2, "text": "lost"})
        stats = sim.stats()
        assert (stats["sent"], stats["pending_updates"], stats["taps_answered"]) == (2, 3, 1)
        with pytest.raises(TimeoutError):
            sim.wait_for_messages(2, 1, timeout=0.01)
        with pytest.raises(SimError):
            sim.send_text(99, "nobody")
