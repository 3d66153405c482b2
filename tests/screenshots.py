"""``python -m tests.screenshots``: talks in Arabic and in German, photographed for the README."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from bot.settings import ROOT, new_key
from tests.e2e.browser.chat import chromium, visit
from tests.processes import LotseProcess

_NAMES = {"ar": "العربية", "de": "Deutsch"}
# picture -> what is written, by language
TALKS = {
    "first-talk": {"ar": "كيف أفتح حسابًا بنكيًا؟", "de": "Wie kann ich ein Konto eröffnen?"},
    "finding": {
        "ar": "كرة قدم لابنتي، عمرها 8 سنوات، السبت في Bad Cannstatt",
        "de": "Fußball für meine Tochter, 8, samstags in Bad Cannstatt",
    },
}
LIMIT = 300_000


def main(directory: Path) -> int:
    """Write one picture a talk and language."""
    directory.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {"LOTSE_DATABASE_URL": f"sqlite:///{folder}/lotse.db", "LOTSE_SECRET_KEY": new_key("pictures")}
        environment["LOTSE_DEMO"] = "yes"
        with LotseProcess(environment) as lotse, chromium() as browser:
            for name, talk in TALKS.items():
                for language, words in talk.items():
                    _photograph(browser, lotse.url, (language, words), directory / f"{name}-{language}.png")
    return 0


def _photograph(browser: Browser, url: str, talk: tuple[str, str], file: Path) -> None:
    language, words = talk
    context, chat = visit(
        browser, url, language, viewport={"width": 390, "height": 1010}, device_scale_factor=2, reduced_motion="reduce"
    )
    chat.begin(_NAMES[language])
    before = chat.replies.count()
    chat.write(words)
    chat.replies.nth(before).wait_for()
    chat.is_quiet()
    picture = chat.page.screenshot(path=file, animations="disabled")
    context.close()
    if len(picture) >= LIMIT:
        raise SystemExit(f"{file} has {len(picture)} bytes; the README wants fewer than {LIMIT}")
    sys.stdout.write(f"{file.relative_to(ROOT)}: {len(picture)} bytes\n")


if __name__ == "__main__":
    sys.exit(main(ROOT / "docs"))
