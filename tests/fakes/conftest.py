"""The stand-in, and the library's bot that speaks to it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.fakes.calls import PERSON
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    """A running stand-in with one person who started the bot."""
    async with FakeTelegram() as telegram:
        telegram.add_person(PERSON, language_code="ar")
        yield telegram


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    """The library's bot, connected to the stand-in."""
    async with Bot(fake.token, base_url=fake.base_url) as connected:
        yield connected
