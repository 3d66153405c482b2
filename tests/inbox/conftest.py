"""What tests of the staff's pages need."""

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.e2e.browser.chat import CHROMIUM
from tests.inbox.staffroom import Staffroom
from tests.inbox.workroom import Workroom


@pytest.fixture
async def room(database_url: str) -> AsyncIterator[Staffroom]:
    """The staff's door outside the demo, on both engines."""
    opened = await Staffroom.open(database_url)
    yield opened
    await opened.database.close()


@pytest.fixture
async def demo(database_url: str) -> AsyncIterator[Staffroom]:
    """The same in the demo."""
    opened = await Staffroom.open(database_url, demo=True)
    yield opened
    await opened.database.close()


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workroom]:
    """The pages about cases, on both engines."""
    opened = await Workroom.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser; the test is skipped where Chromium is not installed, except in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium: install Debian's package chromium")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()
