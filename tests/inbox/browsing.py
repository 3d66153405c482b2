"""Chromium for tests of the staff's pages, and whether everybody can use a page."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.async_api import Page


async def fine(page: Page) -> None:
    """Axe-core finds nothing at all, and nothing has to be scrolled sideways."""
    found = find_spec("axe_playwright_python")
    assert found
    assert found.origin
    await page.evaluate(Path(found.origin).with_name("axe.min.js").read_text())
    report: dict[str, Any] = await page.evaluate("axe.run()")
    assert [(each["id"], each["nodes"][0]["target"]) for each in report["violations"]] == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
