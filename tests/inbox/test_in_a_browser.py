"""Signing in with headless Chromium: its view of cookies, origins and policies, and whether everybody can use it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.inbox.routes import entrance
from tests.fakes.telegram.connections import Listener
from tests.inbox.browsing import fine
from tests.inbox.staffroom import EMAIL, PASSWORD, Staffroom

_PHONE: Any = {"width": 320, "height": 640}
_DESK: Any = {"width": 1280, "height": 800}


@pytest.fixture
async def at(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Staffroom, str]]:
    """The staff's door on a port of this machine, and its address; ``demo`` as the parameter says."""
    room = await Staffroom.open(f"sqlite:///{tmp_path}/lotse.db", demo=request.param)
    here = replace(room.settings, public_url="")
    room.entrance = entrance(here, room.database, room.vault, clock=room.clock)
    app = room.app()
    app.router.routes.append(Mount("/static", StaticFiles(directory="bot/channels/static")))
    listener = Listener(app)
    await listener.start()
    yield room, listener.url
    await listener.stop()
    await room.database.close()


@pytest.mark.parametrize("at", [False], indirect=True)
@pytest.mark.parametrize(("size", "colours"), [(_PHONE, "light"), (_DESK, "dark")])
async def test_from_the_link_to_the_second_step(
    at: tuple[Staffroom, str], chromium: Browser, size: Any, colours: Any
) -> None:
    """By keyboard alone; with the strictest cookies, which Chromium takes on one's own machine without TLS too."""
    room, address = at
    context = await chromium.new_context(viewport=size, color_scheme=colours, locale="de-DE", bypass_csp=True)
    page = await context.new_page()
    await page.goto(address + await room.link(await room.add()))
    await fine(page)
    secret = (await page.locator(".key").inner_text()).replace(" ", "")
    for name, value in (("password", PASSWORD), ("again", PASSWORD), ("code", room.code(secret))):
        await page.fill(f"#{name}", value)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox")
    assert [cookie["name"] for cookie in await context.cookies()] == ["__Host-lotse_staff"]
    await page.goto(f"{address}/inbox/account")
    await fine(page)
    await page.get_by_role("button", name="Abmelden", exact=True).press("Enter")
    await page.wait_for_url("**/inbox/login")
    room.clock.now += 60
    for password in ("falsch und lang", PASSWORD):
        await fine(page)
        await page.fill("#email", EMAIL)
        await page.fill("#password", password)
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".problem, #code")
    await fine(page)
    await page.keyboard.type(room.code(secret))  # the field has the focus
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox")


@pytest.mark.parametrize("at", [True], indirect=True)
async def test_the_demos_link_needs_one_tap(at: tuple[Staffroom, str], chromium: Browser) -> None:
    """Under the policy that forbids everything inline; the page's own style is loaded."""
    room, address = at
    page = await (await chromium.new_context(viewport=_PHONE, locale="en-GB")).new_page()
    await page.goto(address + await room.link(await room.add(), "demo"))
    assert await page.evaluate("getComputedStyle(document.querySelector('.door')).maxWidth") == "480px"
    button = page.get_by_role("button", name="Open the inbox")
    box = await button.bounding_box()
    assert box
    assert box["height"] >= 44
    await button.click()
    await page.wait_for_url("**/inbox")
