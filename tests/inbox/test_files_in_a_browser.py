"""Files in headless Chromium: chosen, looked at, sent, shown; with and without scripts, on a phone too."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.files import PAGE, PDF, picture, telling_photo
from tests.inbox.browsing import fine
from tests.inbox.test_cases_in_a_browser import Office, office
from tests.storage.desk import write

__all__ = ["office"]

_NARROW: Any = {"width": 360, "height": 740}


def chosen(folder: Path, **files: bytes) -> list[Path]:
    """Files on somebody's disk; an underscore stands for the dot of the name."""
    paths = []
    for name, content in files.items():
        paths.append(folder / name.replace("_", "."))
        paths[-1].write_bytes(content)
    return paths


@pytest.mark.parametrize("size", [_NARROW, {"width": 1280, "height": 900}])
async def test_files_are_previewed_and_sent(office: Office, tmp_path: Path, size: Any) -> None:
    """What was chosen is shown at once, as it will arrive; after sending it stands in the talk."""
    page = await office.page("Anna Beck", viewport=size)
    await page.goto(f"{office.url}/inbox/cases/1")
    await page.set_input_files("#files", chosen(tmp_path, Foto_jpg=telling_photo(), Brief_pdf=PDF))
    await expect(page.locator(".arriving [data-file=ok]")).to_have_count(2)
    await expect(page.locator(".arriving img")).to_have_js_property("naturalHeight", 60)
    await fine(page)
    await page.fill("#text", "Bitte")
    await page.click("#reply button[type=submit]")
    await page.wait_for_url("**said=sent**")
    await expect(page.locator(".line.reply .sent-image")).to_have_js_property("naturalHeight", 60)
    await expect(page.locator(".line.reply a[download]")).to_contain_text("Brief.pdf")
    await fine(page)
    async with page.expect_download() as saved:
        await page.click(".line.reply a[download]")
    assert await asyncio.to_thread((await (await saved.value).path()).read_bytes) == PDF
    assert [reply.document is not None for reply in await office.work.arrived()] == [False, True, True]


async def test_what_will_not_arrive_is_said_before(office: Office, tmp_path: Path) -> None:
    """And again after sending, with the text still there."""
    page = await office.page("Anna Beck")
    await page.goto(f"{office.url}/inbox/cases/1")
    await page.fill("#text", "Bitte")
    await page.set_input_files("#files", chosen(tmp_path, Seite_jpg=PAGE))
    await expect(page.locator(".arriving [data-file=kind]")).to_have_count(1)
    await page.click("#reply button[type=submit]")
    await page.wait_for_url("**said=file_kind**")
    await expect(page.locator("#text")).to_have_value("Bitte")
    assert await office.work.arrived() == []


async def test_files_are_sent_without_scripts(office: Office, tmp_path: Path) -> None:
    """The form is a form."""
    page = await office.page("Anna Beck", java_script_enabled=False)
    await page.goto(f"{office.url}/inbox/cases/1")
    await page.set_input_files("#files", chosen(tmp_path, Plan_png=picture("PNG")))
    await page.click("#reply button[type=submit]")
    await page.wait_for_url("**said=sent**")
    await expect(page.locator(".line.reply .sent-image")).to_have_count(1)
    (plan,) = await office.work.arrived()
    assert plan.document is not None
    assert plan.document.filename == "Plan.png"


async def test_news_do_not_take_away_what_was_chosen(office: Office, tmp_path: Path) -> None:
    """The person writes meanwhile."""
    page = await office.page("Anna Beck")
    await page.goto(f"{office.url}/inbox/cases/1")
    await page.set_input_files("#files", chosen(tmp_path, Plan_png=picture("PNG")))
    await write(office.work.parts, "771", "Noch etwas")
    await expect(page.locator("#talk")).to_contain_text("Noch etwas")
    assert await page.locator("#files").evaluate("field => field.files.length") == 1
