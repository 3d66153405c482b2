"""Machine translation in headless Chromium: side by side, right to left beside left to right, on desk and phone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.inbox.routes import entrance
from bot.translation import Translator
from tests.fakes.libretranslate import FakeLibreTranslate
from tests.fakes.telegram.connections import Listener
from tests.inbox.browsing import fine
from tests.inbox.test_cases_in_a_browser import Office
from tests.inbox.workroom import ARABIC, LETTER, Workroom

_PHONE: Any = {"width": 360, "height": 740}
_DESK: Any = {"width": 1280, "height": 900}
GERMAN = "Das Jobcenter hat mir einen Brief geschickt, und ich verstehe ihn nicht. Mein Termin ist am 25.11. um 14:30."
OWN = "Bitte bringen Sie den Brief am 25.11. um 14:30 mit."
THEIRS = "يرجى إحضار الرسالة معكم يوم 25.11. الساعة 14:30."


@pytest.fixture
async def server() -> AsyncIterator[FakeLibreTranslate]:
    """A translation server that knows Arabic and German."""
    async with FakeLibreTranslate() as running:
        running.knows = {(ARABIC, "de"): GERMAN, (OWN, "ar"): THEIRS}
        yield running


@pytest.fixture
async def office(tmp_path: Path, chromium: Browser, server: FakeLibreTranslate) -> AsyncIterator[Office]:
    """The pages with an Arabic case and that server."""
    work = await Workroom.open(f"sqlite:///{tmp_path}/lotse.db", demo=True)
    room, translator = work.room, Translator(server.url)
    room.entrance = entrance(replace(room.settings, public_url=""), room.database, room.vault, clock=room.clock)
    work.place = Workroom.pages(room, translator)
    app = work.app()
    app.router.routes.append(Mount("/static", StaticFiles(directory="bot/channels/static")))
    listener = Listener(app)
    await listener.start()
    looking = asyncio.create_task(work.place.live.run())
    await work.case(ARABIC, queue="default", language="ar", theme="money", understood=[LETTER])
    opened = Office(work, listener.url, chromium, [])
    yield opened
    for context in chromium.contexts:
        await context.close()
    looking.cancel()
    await listener.stop()
    await translator.close()
    await work.close()
    assert opened.errors == []


_STAND = """([left, right, wide]) => {
  const [first, second] = [left, right].map((each) => document.querySelector(each)?.getBoundingClientRect());
  return first && second && (second.x >= first.right && second.y < first.bottom) === wide;
}"""


@pytest.mark.parametrize(("size", "colours", "wide"), [(_PHONE, "light", False), (_DESK, "dark", True)])
async def test_arabic_and_german_stand_side_by_side(office: Office, size: Any, colours: Any, wide: Any) -> None:
    """Where there is room, else below; each in its own direction, marked, by keyboard, and axe finds nothing."""
    page = await office.page("Anna Beck", viewport=size, color_scheme=colours)
    await page.goto(f"{office.url}/inbox/cases/1")
    await expect(page.locator("#picking")).to_be_visible()  # the scripts are there
    button = page.locator(".machine button")
    await button.focus()
    await page.keyboard.press("Enter")
    translated = page.locator(".line.contact .translated")
    await expect(translated).to_contain_text(GERMAN)
    await expect(button).to_have_count(0)
    original, german = page.locator(".line.contact .sides > .said"), translated.locator(".said")
    await expect(original).to_have_css("direction", "rtl")
    await expect(german).to_have_css("direction", "ltr")
    await expect(german).to_have_attribute("lang", "de")
    await expect(translated).to_contain_text("🤖")
    pair = [".line.contact .sides > .said", ".line.contact .translated", wide]
    await page.wait_for_function(_STAND, arg=pair)
    await page.fill("#text", OWN)
    await page.click("#translate")
    own, theirs = page.locator("#written .own"), page.locator("#written .theirs")
    await expect(own).to_contain_text(OWN)
    await expect(theirs.locator(".bubble")).to_have_css("direction", "rtl")
    await page.wait_for_function(_STAND, arg=["#written .own", "#written .theirs", wide])
    await fine(page)


async def test_what_is_seen_is_sent_and_seen_again(office: Office, server: FakeLibreTranslate) -> None:
    """Another text takes the translation away; the one that was looked at arrives, and stands in the transcript."""
    page = await office.page("Anna Beck")
    await page.goto(f"{office.url}/inbox/cases/1")
    await expect(page.locator("#picking")).to_be_visible()
    await page.fill("#text", f"{OWN} Danke")
    await page.click("#translate")
    await expect(page.locator("#written")).to_be_visible()
    await page.fill("#text", OWN)
    await expect(page.locator("#written")).to_have_count(0)
    await page.click("#translate")
    await expect(page.locator("#written .own")).to_contain_text(OWN)
    server.trouble = "500"
    await page.click("#written button[type=submit]")
    await expect(page.locator("#notice")).to_contain_text("unterwegs")
    assert [(reply.language, reply.text) for reply in await office.work.arrived()] == [("ar", THEIRS), ("de", OWN)]
    reply = page.locator(".line.reply")
    await expect(reply.locator(".sides > .said")).to_have_text(OWN)
    await expect(reply.locator(".translated .said")).to_have_css("direction", "rtl")
    await expect(page.locator("#text")).to_have_value("")
    await fine(page)


async def test_what_fails_leaves_everything_where_it_was(office: Office, server: FakeLibreTranslate) -> None:
    """The text, the button, and a word about why."""
    page = await office.page("Anna Beck")
    await page.goto(f"{office.url}/inbox/cases/1")
    await expect(page.locator("#picking")).to_be_visible()
    server.trouble = "429"
    await page.click(".machine button")
    await expect(page.locator(".machine .problem")).to_be_visible()
    await expect(page.locator(".machine button")).to_be_visible()
    await page.fill("#text", OWN)
    await page.click("#translate")
    await expect(page.locator("#looks .problem")).to_be_visible()
    assert await page.input_value("#text") == OWN
    server.trouble = ""
    await page.click(".machine button")
    await expect(page.locator(".translated")).to_contain_text(GERMAN)


async def test_without_scripts_a_reply_is_translated_and_sent(office: Office) -> None:
    """By forms alone."""
    page = await office.page("Anna Beck", java_script_enabled=False)
    await page.goto(f"{office.url}/inbox/cases/1")
    await page.click(".machine button")
    await expect(page.locator(".translated")).to_contain_text(GERMAN)
    await page.fill("#text", OWN)
    await page.click("#translate")
    await expect(page.locator("#written .theirs .bubble")).to_have_attribute("dir", "rtl")
    await page.click("#written button[type=submit]")
    await expect(page.locator("#notice")).to_contain_text("unterwegs")
    assert [reply.text for reply in await office.work.arrived()] == [THEIRS, OWN]
