"""The page on which staff connect their Telegram."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from bot import server
from bot.inbox.linking import PAGE, Linking
from bot.metrics import Metrics
from bot.storage import telegram_links
from bot.storage.models_inbox import StaffLinkRow
from tests.inbox.staffroom import HOST, Browser, Staffroom

CODE = re.compile(r'data-code="([A-Za-z0-9_-]{22})"')
PERSON = "8600000001"


@pytest.fixture
def app(room: Staffroom) -> Starlette:
    """A server with this page."""

    async def state() -> dict[str, str]:
        return {}

    linking = Linking(room.entrance.gate, room.database, lambda: "lotse_test_bot")
    routes = [*room.entrance.routes, *linking.routes]
    return server.build(routes, Metrics(), state, webhook=None, webhook_secret="")


async def browser_of(
    room: Staffroom, app: Starlette, email: str = "anna@example.org", role: str = "social_worker"
) -> Browser:
    """Somebody of the staff, signed in."""
    account = await room.add(email, role)  # type: ignore[arg-type]  # a role
    session = await room.entrance.door.sessions.open(account, room.clock(), complete=True)
    browser = Browser(app, {})
    browser.cookies.set(room.entrance.gate.cookies.session, session.token, domain="lotse.example")
    browser.headers["X-CSRF-Token"] = session.csrf
    return browser


async def post(browser: Browser, path: str) -> httpx.Response:
    """Send a form of the page."""
    return await browser.post(path, headers={"Origin": HOST})


async def test_a_code_is_shown_and_connects(room: Staffroom, app: Starlette) -> None:
    """Once; then the page says so, and takes it back on a tap."""
    browser = await browser_of(room, app)
    assert f'href="{PAGE}"' in (await browser.get("/inbox/account")).text
    page = await browser.get(PAGE)
    assert 'data-telegram="none"' in page.text
    assert not CODE.search(page.text)
    shown = CODE.search((await post(browser, PAGE)).text)
    assert shown
    assert await telegram_links.connect(room.database, room.vault, shown[1], PERSON)
    assert 'data-telegram="connected"' in (await browser.get(PAGE)).text
    assert (await post(browser, f"{PAGE}/disconnect")).headers["location"] == PAGE
    assert 'data-telegram="none"' in (await browser.get(PAGE)).text
    assert await telegram_links.whose(room.database, room.vault, PERSON) is None
    assert [action for action, _ in await room.audited() if "telegram" in action] == [
        "telegram connected",
        "telegram disconnected",
    ]


async def test_the_code_is_in_the_link_to_the_bot_and_in_no_table(room: Staffroom, app: Starlette) -> None:
    """One tap is enough on a phone; the database holds a hash."""
    page = await post(await browser_of(room, app), PAGE)
    shown = CODE.search(page.text)
    assert shown
    assert f'href="https://t.me/lotse_test_bot?start=link_{shown[1]}"' in page.text
    assert page.headers["cache-control"] == "no-store"
    async with room.database.read() as connection:
        rows = (await connection.execute(StaffLinkRow.__table__.select())).all()
    assert not any(shown[1] in str(row) for row in rows)


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/disconnect"])
async def test_only_caseworkers_with_a_form_of_their_own_get_there(room: Staffroom, app: Starlette, path: str) -> None:
    """Strangers are sent to sign in, forged forms are refused, and for editors the page does not exist."""
    stranger = Browser(app, {})
    assert (await post(stranger, path)).status_code in {302, 303, 401, 403}
    browser = await browser_of(room, app)
    del browser.headers["X-CSRF-Token"]
    assert (await post(browser, path)).status_code == 403
    editor = await browser_of(room, app, "erik@example.org", "editor")
    assert (await post(editor, path)).status_code == 404
    async with room.database.read() as connection:
        assert not (await connection.execute(StaffLinkRow.__table__.select())).all()


async def test_without_a_group_there_is_nothing_to_connect(room: Staffroom) -> None:
    """The page of one's account does not lead there."""
    browser = await room.signed_in()
    assert PAGE not in (await browser.get("/inbox/account")).text
