"""One Lotse and one browser for all tests of the web chat; each person has a browser context of their own."""

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from bot.settings import new_key
from tests.e2e.browser.chat import Chat, chromium, visit
from tests.processes import LotseProcess, lotse

NewPerson = Callable[..., Chat]
Command = Callable[..., str]


# Not for the session: while Playwright runs, its event loop would stand in the way of asynchronous tests elsewhere.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the running Lotse and its commands are given."""
    file = tmp_path_factory.mktemp("web") / "lotse.db"
    # A key speaks of a deployment; the people here look among the offers of the sample.
    return {
        "LOTSE_DATABASE_URL": f"sqlite:///{file}",
        "LOTSE_SECRET_KEY": new_key("browser"),
        "LOTSE_DEMO": "yes",
    }


@pytest.fixture(scope="session")
def running(environment: dict[str, str], mind: object) -> Iterator[LotseProcess]:
    """``lotse run``; the understanding was prepared before, so that it starts at once."""
    assert mind
    with LotseProcess(environment) as process:
        yield process


@pytest.fixture
def person(running: LotseProcess, browser: Browser) -> Iterator[NewPerson]:
    """Make a new person: ``person("ar")``; the console of their browser must stay silent."""
    opened = []

    def new(language: str = "de", **options: Any) -> Chat:
        context, chat = visit(browser, running.url, language, **options)
        opened.append((context, chat))
        return chat

    yield new
    for context, _ in opened:
        context.close()
    assert [line for _, chat in opened for line in chat.errors] == []


@pytest.fixture
def staff(environment: dict[str, str]) -> Command:
    """Run a command as a social worker does on the server, and return what it printed."""

    def command(*arguments: str) -> str:
        done = lotse(*arguments, environment=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return command


@pytest.fixture
def axe() -> str:
    """The accessibility checker's script."""
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs the package axe-playwright-python")
        pytest.skip("axe-playwright-python is not installed")
    return Path(found.origin).with_name("axe.min.js").read_text()
