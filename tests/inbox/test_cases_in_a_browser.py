"""The pages about cases in headless Chromium, under the policy that forbids everything inline."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.escalation import replies as handover
from bot.i18n import Texts
from bot.inbox.routes import entrance
from bot.storage import staff, transcript
from tests.fakes.telegram.connections import Listener
from tests.inbox.browsing import fine
from tests.inbox.workroom import ARABIC, LETTER, PERHAPS, Workroom
from tests.storage.desk import write

_PHONE: Any = {"width": 390, "height": 844}
_DESK: Any = {"width": 1280, "height": 900}
# Long enough to be folded, with a button.
_TOLD = replace(handover.crisis(Texts("ar")), buttons=handover.danger(Texts("ar")).buttons)
# What htmx says when somebody goes to another page, or types on, while it asks for something.
_CUT_SHORT = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")


@dataclass
class Office:
    """The pages on a port of this machine, and a browser; ``errors`` is what its console complained about."""

    work: Workroom
    url: str
    chromium: Browser
    errors: list[str]

    async def page(self, name: str, **options: Any) -> Page:
        """The browser of somebody who is signed in."""
        room = self.work.room
        account = await staff.add(room.database, name, f"{name[:3]}@x.example", "social_worker", ["default"])
        session = await room.entrance.door.sessions.open(account, room.clock(), complete=True)
        context = await self.chromium.new_context(**{"viewport": _DESK, "locale": "de-DE", **options})
        cookie = room.entrance.gate.cookies.session
        await context.add_cookies([{"name": cookie, "value": session.token, "url": self.url}])
        page = await context.new_page()
        page.on("console", lambda line: self._note(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def _note(self, line: str) -> None:
        if not line.startswith(_CUT_SHORT):
            self.errors.append(line)


@pytest.fixture
async def office(tmp_path: Path, chromium: Browser) -> AsyncIterator[Office]:
    """The pages with two cases: an Arabic one and a Ukrainian one."""
    work = await Workroom.open(f"sqlite:///{tmp_path}/lotse.db", demo=True)
    room = work.room
    room.entrance = entrance(replace(room.settings, public_url=""), room.database, room.vault, clock=room.clock)
    work.place = Workroom.pages(room)
    app = work.app()
    app.router.routes.append(Mount("/static", StaticFiles(directory="bot/channels/static")))
    listener = Listener(app)
    await listener.start()
    looking = asyncio.create_task(work.place.live.run())
    number = await work.case(ARABIC, queue="default", language="ar", theme="money", person="771", understood=[LETTER])
    async with room.database.write() as connection:
        await transcript.add_bot(connection, room.vault, number, [_TOLD], time.time())
    await work.case("Мені потрібна квартира", queue="default", person="772", understood=[PERHAPS])
    opened = Office(work, listener.url, chromium, [])
    yield opened
    for context in chromium.contexts:
        await context.close()
    looking.cancel()
    await listener.stop()
    await work.close()
    assert opened.errors == []


@pytest.mark.parametrize(("size", "colours"), [(_PHONE, "light"), (_DESK, "dark")])
async def test_everybody_can_use_the_pages(office: Office, size: Any, colours: Any) -> None:
    """Axe finds nothing, nothing is wider than the screen, and Arabic begins at the right."""
    page = await office.page("Anna Beck", viewport=size, color_scheme=colours)
    await page.goto(f"{office.url}/inbox?view=team")
    await fine(page)
    await page.click("#case-1")
    await page.wait_for_selector("#picking")
    await expect(page.locator(".line.contact .said").first).to_have_css("direction", "rtl")
    await expect(page.locator(".line.bot summary")).to_have_css("direction", "rtl")
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    await page.fill("#picking", "Termin bestätigen")
    await page.click(".hit >> nth=0")
    await page.fill("#blank-date", "2026-11-25")
    await page.fill("#blank-time", "14:30")
    await page.fill("#blank-place", "Rathaus")
    await page.wait_for_selector(".bubble[dir=rtl]")
    await fine(page)


async def test_a_case_is_answered_by_keyboard_alone(office: Office) -> None:
    """From the list: down, open, take, look for a phrase, send, note, close; the person gets it in Arabic."""
    page = await office.page("Anna Beck")
    await page.goto(f"{office.url}/inbox?view=team")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(page.locator("#case-2")).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/cases/1")
    await expect(page.locator("#picking")).to_be_visible()
    await page.keyboard.press("a")
    await expect(page.locator("#notice")).to_contain_text("gehört jetzt Ihnen")
    await expect(page.locator("#picking")).to_be_visible()  # the scripts are there
    await page.keyboard.press("s")
    await page.keyboard.type("Unterlagen")
    await page.wait_for_selector(".hit")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#pick")
    await page.keyboard.press("Escape")
    await page.locator("#pick button[type=submit]").wait_for()
    for blank in await page.locator("#pick input[name^=blank-][type=text]").all():
        await blank.fill("Pass")
    await page.locator("#pick button[type=submit]").press("Enter")
    await expect(page.locator("#notice")).to_contain_text("unterwegs")
    assert [reply.language for reply in await office.work.arrived()] == ["ar"]
    await expect(page.locator("#picking")).to_be_visible()
    await page.keyboard.press("e")
    await page.keyboard.press("ArrowDown")
    await page.locator("#resolving button").press("Enter")
    await expect(page.locator("#notice")).to_contain_text("abgeschlossen")


async def test_two_see_what_the_other_does(office: Office) -> None:
    """Within a second, without touching what is being typed; whoever comes second is told."""
    anna, ben = await office.page("Anna Beck"), await office.page("Ben Weiß")
    for page in (anna, ben):
        await page.goto(f"{office.url}/inbox/cases/2")
    await expect(anna.locator("#take")).to_be_visible()
    await ben.fill("#text", "Ich schreibe gerade")
    await anna.click("#take")
    await expect(ben.locator("#state")).to_contain_text("Anna Beck", timeout=2000)
    assert await ben.input_value("#text") == "Ich schreibe gerade"
    await expect(ben.locator("#draft")).to_contain_text("gespeichert")
    begun = time.monotonic()
    await write(office.work.parts, "772", "Нова новина")
    await expect(ben.locator(".line.contact").last).to_contain_text("Нова новина", timeout=5000)
    assert time.monotonic() - begun < 3  # a second on a machine that has nothing else to do
    await expect(ben.locator("#news")).to_contain_text("Нова новина")


async def test_the_list_renews_itself_around_the_one_who_reads_it(office: Office) -> None:
    """A new case appears, and the focus stays where it was."""
    page = await office.page("Anna Beck")
    await page.goto(f"{office.url}/inbox?view=unassigned")
    await page.focus("#case-2")
    await office.work.case("Hilfe", queue="default", language="de", reason="emergency")
    await expect(page.locator("#case-3")).to_be_visible(timeout=5000)
    await expect(page.locator("#case-2")).to_be_focused()
    await expect(page.locator("#views [aria-current] .count")).to_have_text("3")
    assert await page.locator("a.case").first.get_attribute("id") == "case-3"


async def test_the_focus_survives_what_arrives(office: Office) -> None:
    """On a button of the transcript it stays; where the button is gone, it goes to what stands beside it."""
    anna, ben = await office.page("Anna Beck"), await office.page("Ben Weiß")
    for page in (anna, ben):
        await page.goto(f"{office.url}/inbox/cases/1")
        await page.wait_for_selector("#picking")
    answer = anna.locator(".line .gloss button").first
    await answer.focus()
    await write(office.work.parts, "771", "شكرا")
    await expect(anna.locator(".line.contact")).to_have_count(2)
    await expect(answer).to_be_focused()
    await anna.focus("#take")
    await ben.click("#take")
    await expect(anna.locator("#take")).to_have_count(0)
    await expect(anna.locator("#up")).to_be_focused()


async def test_without_scripts_a_case_can_be_answered(office: Office) -> None:
    """Forms are forms; what needs scripts is not there."""
    page = await office.page("Anna Beck", java_script_enabled=False)
    await page.goto(f"{office.url}/inbox/cases/1")
    assert not await page.locator("#picking").is_visible()
    await page.fill("#text", "مرحبا")
    await page.click("#reply button[type=submit]")
    await expect(page.locator("#notice")).to_contain_text("unterwegs")
    assert [reply.text for reply in await office.work.arrived()] == ["مرحبا"]


async def test_keys_can_be_turned_off(office: Office) -> None:
    """For those whose screen reader or speech uses them."""
    page = await office.page("Anna Beck")
    await page.goto(f"{office.url}/inbox?view=team")
    await page.keyboard.press("?")
    await page.click("#keys-on")
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await expect(page.locator("#case-1")).not_to_be_focused()
