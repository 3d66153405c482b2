"""``python -m tests.screenshots``: the first talk in Arabic and in German, photographed for the README."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from bot.settings import ROOT, new_key
from tests.e2e.browser.chat import chromium, visit
from tests.processes import LotseProcess

TALKS = {
    "ar": ("العربية", "كيف أفتح حسابًا بنكيًا؟"),
    "de": ("Deutsch", "Wie kann ich ein Konto eröffnen?"),
}
LIMIT = 300_000


def main(languages: list[str], directory: Path) -> int:
    """Write one picture a language."""
    directory.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {"LOTSE_DATABASE_URL": f"sqlite:///{folder}/lotse.db", "LOTSE_SECRET_KEY": new_key("pictures")}
        with LotseProcess(environment) as lotse, chromium() as browser:
            for language in languages:
                _photograph(browser, lotse.url, language, directory / f"first-talk-{language}.png")
    return 0


def _photograph(browser: Browser, url: str, language: str, file: Path) -> None:
    own_name, question = TALKS[language]
    context, chat = visit(
        browser, url, language, viewport={"width": 390, "height": 1010}, device_scale_factor=2, reduced_motion="reduce"
    )
    chat.begin(own_name)
    chat.write(question)
    chat.newest.locator(".notes").wait_for()
    chat.is_quiet()
    picture = chat.page.screenshot(path=file, animations="disabled")
    context.close()
    if len(picture) >= LIMIT:
        raise SystemExit(f"{file} has {len(picture)} bytes; the README wants fewer than {LIMIT}")
    sys.stdout.write(f"{file.relative_to(ROOT)}: {len(picture)} bytes\n")


if __name__ == "__main__":
    sys.exit(main(list(TALKS), ROOT / "docs"))
