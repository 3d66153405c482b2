"""Figures and audit in headless Chromium: everybody can use them, on a desk and on a telephone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import insert
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.conversation import Conversation, CountTalk
from bot.inbox.routes import entrance
from bot.storage import casework, figures, staff
from bot.storage.models import CaseRow
from tests.fakes.telegram.connections import Listener
from tests.inbox.browsing import fine
from tests.inbox.workroom import ARABIC, Workroom

_PHONE: Any = {"width": 360, "height": 740}
_DESK: Any = {"width": 1280, "height": 900}


async def year(work: Workroom) -> None:
    """A year of cases in several languages, and of talks."""
    now, rows = datetime.now(UTC), []
    spoken = (*["uk"] * 9, *["ar"] * 6, *["fa"] * 4, "ti")
    themes = ("arrival-and-housing", "money", "health", "work-and-training", "money")
    for number in range(400):
        opened = now - timedelta(weeks=1 + number % 51, hours=number % 40)
        rows.append(
            {
                "channel": "telegram",
                "status": "resolved",
                "queue": "default",
                "language": spoken[number % 20],
                "theme": themes[number % 5],
                "reason": ("asked", "no_answer", "not_helped")[number % 3],
                "opened_at": opened.timestamp(),
                "answered_at": opened.timestamp() + 600 + 97 * (number % 71),
                "closed_at": opened.timestamp() + 9000 + 1700 * (number % 90),
                "promise_kept": number % 8 > 0,
            }
        )
    async with work.room.database.write() as connection:
        await connection.execute(insert(CaseRow), rows)
        for number in range(200):
            kind: Any = ("answered", "answered", "answered", "unanswered", "handed_over")[number % 5]
            day = (now - timedelta(weeks=1 + number % 3)).date().isoformat()
            counted = CountTalk(kind, spoken[number % 20], day)
            await figures.add(connection, figures.noted(Conversation(), counted))


@pytest.fixture
async def open_page(tmp_path: Path, chromium: Browser) -> AsyncIterator[Any]:
    """The pages of a lead on a port of this machine; nothing complains on the console."""
    work = await Workroom.open(f"sqlite:///{tmp_path}/lotse.db", demo=True)
    room, errors = work.room, list[str]()
    room.entrance = entrance(replace(room.settings, public_url=""), room.database, room.vault, clock=room.clock)
    work.place = Workroom.pages(room)
    app = work.app()
    app.router.routes.append(Mount("/static", StaticFiles(directory="bot/channels/static")))
    listener = Listener(app)
    await listener.start()
    looking = asyncio.create_task(work.place.live.run())
    await year(work)
    number = await work.case(ARABIC, queue="default", language="ar")
    lead = await staff.add(room.database, "Lena Vogt", "lena@x.example", "lead", ["default"])
    await casework.take(room.database, room.vault, lead.actor, number)

    async def opened(path: str, **options: Any) -> Page:
        session = await room.entrance.door.sessions.open(lead, room.clock(), complete=True)
        context = await chromium.new_context(**{"viewport": _DESK, "locale": "de-DE", **options})
        cookie = room.entrance.gate.cookies.session
        await context.add_cookies([{"name": cookie, "value": session.token, "url": listener.url}])
        page = await context.new_page()
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{listener.url}{path.format(number=number)}")
        return page

    yield opened
    for context in chromium.contexts:
        await context.close()
    looking.cancel()
    await listener.stop()
    await work.close()
    assert errors == []


@pytest.mark.parametrize(("size", "colours"), [(_PHONE, "light"), (_DESK, "dark")])
async def test_everybody_can_use_the_reports(open_page: Any, size: Any, colours: Any) -> None:
    """Axe finds nothing, with tables open, and nothing has to be scrolled sideways."""
    page = await open_page("/inbox/figures?weeks=52", viewport=size, color_scheme=colours)
    await expect(page.locator("svg.bars").first).to_be_visible()
    for summary in await page.locator(".chart summary").all():
        await summary.click()
    await fine(page)
    await page.locator("a[href='/inbox/audit']").click()
    await expect(page.locator(".acts tbody tr").first).to_be_visible()
    await fine(page)


async def test_a_chart_says_the_same_as_its_table(open_page: Any) -> None:
    """Bars and lines of the table have the same numbers, and the longest bar fills its place."""
    page = await open_page("/inbox/figures?weeks=52")
    chart = page.locator("figure[aria-labelledby='languages-title']")
    drawn = await chart.locator("text.value").all_text_contents()
    rows = await chart.locator("tbody td").all_text_contents()
    assert drawn == sorted((row for row in rows if row.isdigit() and row != "0"), key=int, reverse=True)
    assert await chart.locator("rect.bar").first.get_attribute("width") == "100.0%"


async def test_a_case_is_saved_by_keyboard(open_page: Any) -> None:
    """Only with the tick that the person asked for it."""
    page = await open_page("/inbox/cases/{number}")
    await page.locator("#giving-out summary").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    async with page.expect_download() as saved:
        await page.keyboard.press("Enter")
    assert (await saved.value).suggested_filename.endswith(".zip")
