"""What the stand-in's own tests share."""

from typing import Any

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from tests.fakes.telegram import FakeTelegram

PERSON = 501


def keyboard(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """An inline keyboard of rows."""
    return InlineKeyboardMarkup(rows)


def button(text: str = "Weiter", data: str = "next") -> InlineKeyboardButton:
    """A button that sends data."""
    return InlineKeyboardButton(text, callback_data=data)


async def call(fake: FakeTelegram, method: str, **params: Any) -> httpx.Response:
    """A call without the library, for what the library does not let through."""
    async with httpx.AsyncClient() as client:
        return await client.post(f"{fake.base_url}{fake.token}/{method}", json=params)
