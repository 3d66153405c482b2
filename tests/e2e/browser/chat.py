"""A person at the web chat: what they see and do, in Chromium."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from bot.i18n import Texts
from bot.menu import menu_buttons

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 60_000  # milliseconds until an expectation is given up
PHONE = {"width": 390, "height": 844}
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MENU = sum(len(row) for row in menu_buttons(Texts("de")))
expect.set_options(timeout=PATIENCE)


class Chat:
    """The page of one tab. ``errors`` collects what the console complains about."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda line: self.errors.append(line.text) if line.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self) -> None:
        """Visit the page."""
        self.page.goto(f"{self.url}/")

    @property
    def messages(self) -> Locator:
        """All messages of the talk."""
        return self.page.locator("#talk > .message")

    @property
    def replies(self) -> Locator:
        """What Lotse or a social worker said."""
        return self.page.locator("#talk > .message:not(.own)")

    @property
    def newest(self) -> Locator:
        """The newest reply."""
        return self.replies.last

    @property
    def field(self) -> Locator:
        """Where one writes."""
        return self.page.locator("#text")

    @property
    def html(self) -> Locator:
        """The page's root, which carries language and direction."""
        return self.page.locator("html")

    def tap(self, label: str) -> None:
        """Tap the newest button in the talk with this label."""
        self.page.locator("#talk button").filter(has_text=label).last.click()

    def write(self, words: str) -> None:
        """Write, and press Enter."""
        self.field.fill(words)
        self.field.press("Enter")

    def begin(self, language: str) -> None:
        """Open the page, choose a language by its own name, and wait for the menu."""
        self.open()
        self.tap(language)
        expect(self.newest.locator(".buttons button")).to_have_count(MENU)

    def shows(self, words: str, times: int = 1) -> None:
        """Wait until the replies hold these words so often."""
        expect(self.replies.filter(has_text=words)).to_have_count(times)

    def is_quiet(self) -> None:
        """Wait until no notice is shown."""
        expect(self.page.locator("#state")).to_have_text("")

    def text_of_all(self) -> list[str]:
        """The words of all messages."""
        return self.messages.all_inner_texts()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; the test is skipped where Chromium is not installed, except in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium: install Debian's package chromium")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS), timeout=2 * PATIENCE)
        yield browser
        browser.close()


def visit(browser: Browser, url: str, language: str = "de", **options: Any) -> tuple[BrowserContext, Chat]:
    """A new person with a browser of their own, on a phone unless ``options`` say otherwise."""
    context = browser.new_context(**{"locale": language, "viewport": PHONE, **options})
    return context, Chat(context.new_page(), url)


def free_port() -> int:
    """A port that nobody uses now; a server that restarts must be found where it was."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
