"""Limits of the Bot API: what the stand-in refuses and what just fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, InvalidToken, NetworkError

from tests.fakes.calls import PERSON, button, call, keyboard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.fakes.telegram import FakeTelegram


@pytest.mark.parametrize(
    ("send", "wording"),
    [
        (lambda bot: bot.send_message(PERSON, ""), "text is empty"),
        (lambda bot: bot.send_message(PERSON, " \n "), "text must be non-empty"),
        (lambda bot: bot.send_message(PERSON, "😀" * 2049), "is too long"),
        (lambda bot: bot.send_document(PERSON, b"x", caption="a" * 1025), "caption is too long"),
        (lambda bot: bot.send_document(PERSON, b""), "non-empty"),
        (lambda bot: bot.send_message(999, "a"), "chat not found"),
        (lambda bot: bot.send_message(PERSON, "a <b>c", parse_mode="HTML"), "parse entities"),
        (lambda bot: bot.send_message(PERSON, "a </b>", parse_mode="HTML"), "parse entities"),
        (lambda bot: bot.send_message(PERSON, "a < b", parse_mode="HTML"), "parse entities"),
        (lambda bot: bot.send_message(PERSON, "abc", entities=[MessageEntity("bold", 2, 2)]), "out of the text"),
        (lambda bot: bot.send_message(PERSON, "😀😀", entities=[MessageEntity("bold", 1, 2)]), "cuts a UTF-16 symbol"),
        (lambda bot: bot.send_message(PERSON, "a", entities=[MessageEntity("bold", 0, 1)] * 101), "too many"),
        (lambda bot: bot.send_message(PERSON, "a", entities=[MessageEntity("text_link", 0, 1)]), "url"),
        (lambda bot: bot.send_message(PERSON, "a", reply_parameters=ReplyParameters(77)), "replied not found"),
        (lambda bot: bot.send_message(PERSON, "a", api_kwargs={"colour": "red"}), "unknown parameter"),
        (lambda bot: bot.send_venue(PERSON, 91.0, 9.0, "Amt", "Straße 1"), "wrong location"),
        (lambda bot: bot.send_venue(PERSON, 48.0, 9.0, " ", "Straße 1"), "title must be non-empty"),
        (lambda bot: bot.send_location(PERSON, 48.0, 181.0), "wrong location"),
        (lambda bot: bot.send_chat_action(PERSON, "dancing"), "wrong parameter action"),
        (lambda bot: bot.copy_message(PERSON, PERSON, 77), "copy not found"),
        (lambda bot: bot.edit_message_text("a", PERSON, 77), "edit not found"),
        (lambda bot: bot.delete_message(PERSON, 77), "delete not found"),
        (lambda bot: bot.answer_callback_query("1"), "query is too old"),
        (lambda bot: bot.answer_callback_query("1", text="a" * 201), "TOO_LONG"),
        (lambda bot: bot.set_my_commands([BotCommand(f"c{i}", "d") for i in range(101)]), "TOO_MUCH"),
        (lambda bot: bot.set_my_commands([BotCommand("Hilfe", "d")]), "COMMAND_INVALID"),
        (lambda bot: bot.set_my_commands([BotCommand("a", "d" * 257)]), "DESCRIPTION_INVALID"),
        (lambda bot: bot.set_my_commands([BotCommand("a", "d")], language_code="prs"), "language code"),
        (lambda bot: bot.set_my_name("a" * 65), "too long"),
        (lambda bot: bot.set_my_description("a" * 513), "too long"),
        (lambda bot: bot.set_my_short_description("a" * 121), "too long"),
        (lambda bot: bot.set_webhook("http://example.org/hook"), "HTTPS"),
        (lambda bot: bot.set_webhook("http://127.0.0.1:1/", secret_token="a b"), "unallowed characters"),
        (lambda bot: bot.set_webhook("http://127.0.0.1:1/", secret_token="a" * 257), "too long"),
    ],
)
async def test_what_telegram_refuses_is_refused(
    bot: Bot, send: Callable[[Bot], Awaitable[object]], wording: str
) -> None:
    """Each limit ends in a 400 that says which."""
    with pytest.raises(BadRequest, match=f"(?i){wording}"):
        await send(bot)


@pytest.mark.parametrize(
    ("rows", "wording"),
    [
        ([[button(data="ä" * 33)]], "BUTTON_DATA_INVALID"),
        ([[button(data="")]], "BUTTON_DATA_INVALID"),
        ([[InlineKeyboardButton("nothing")]], "Text buttons are unallowed"),
        ([[InlineKeyboardButton("two", callback_data="a", url="https://example.org")]], "exactly one"),
        ([[InlineKeyboardButton("x", url="tel:110")]], "Wrong HTTP URL"),
        ([[button()] * 9], "ROW_TOO_LONG"),
        ([[button()] * 8] * 13, "REPLY_MARKUP_TOO_LONG"),
        ([[button(text=" ")]], "text must be non-empty"),
    ],
)
async def test_keyboards_have_limits(bot: Bot, rows: list[list[InlineKeyboardButton]], wording: str) -> None:
    """Buttons are counted, and their data in bytes."""
    with pytest.raises(BadRequest, match=f"(?i){wording}"):
        await bot.send_message(PERSON, "a", reply_markup=keyboard(*rows))


async def test_what_just_fits_is_taken(fake: FakeTelegram, bot: Bot) -> None:
    """The limits themselves are allowed."""
    entities = [MessageEntity("bold", 0, 2)] * 100
    rows = [[button(data="ä" * 32)] * 8] * 12 + [[button()] * 4]
    await bot.send_message(PERSON, "😀" * 2048, entities=entities, reply_markup=keyboard(*rows))
    await bot.send_document(PERSON, b"x", caption="a" * 1024)
    await bot.set_my_commands([BotCommand(f"c{i}", "d" * 256) for i in range(100)])
    assert len(fake.messages(PERSON)) == 2


async def test_text_is_trimmed_and_html_becomes_entities(fake: FakeTelegram, bot: Bot) -> None:
    """White space around goes, and entities move along."""
    await bot.send_message(PERSON, ' <b>a &amp; b</b> <a href="https://example.org">c</a>\n', parse_mode="HTML")
    (message,) = fake.messages(PERSON)
    assert message.text == "a & b c"
    assert [(part["type"], part["offset"], part["length"]) for part in message.entities] == [
        ("bold", 0, 5),
        ("text_link", 6, 1),
    ]


async def test_lone_surrogates_are_refused(fake: FakeTelegram) -> None:
    """A text that is not valid Unicode is a 400."""
    url = f"{fake.base_url}{fake.token}/sendMessage"
    body = json.dumps({"chat_id": PERSON, "text": "a\ud800"})
    async with httpx.AsyncClient() as client:
        broken_json = await client.post(url, content=body, headers={"Content-Type": "application/json"})
        broken_form = await client.post(
            url, content=b"chat_id=501&text=%FF", headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        by_get = await client.get(url, params={"chat_id": PERSON, "text": "ok"})
    assert (broken_json.status_code, broken_form.status_code, by_get.status_code) == (400, 400, 200)


async def test_missing_parameters_unknown_methods_and_tokens_are_refused(fake: FakeTelegram) -> None:
    """Each has the status Telegram uses."""
    assert (await call(fake, "sendMessage", text="a")).json()["description"] == "Bad Request: chat_id is empty"
    assert (await call(fake, "sendMessage", chat_id=PERSON)).json()["description"].endswith("text is empty")
    assert (await call(fake, "danceMessage")).json() == {"ok": False, "error_code": 404, "description": "Not Found"}
    async with httpx.AsyncClient() as client:
        assert (await client.post(f"{fake.base_url}123:other/getMe")).status_code == 401
        assert (await client.post(f"{fake.base_url}nonsense/getMe")).status_code == 404
    with pytest.raises(InvalidToken):
        async with Bot("123:other", base_url=fake.base_url):
            pass


async def test_files_over_50_megabytes_are_too_large(bot: Bot) -> None:
    """The answer is a 413."""
    with pytest.raises(NetworkError, match="Too Large"):
        await bot.send_document(PERSON, bytes(50 * 1024 * 1024 + 1), read_timeout=60, write_timeout=60)
