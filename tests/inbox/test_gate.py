"""What stands before every page: host, session, role, origin, token; everything refused is audited."""

import pytest
from starlette.routing import Route

from bot.inbox import gate
from bot.inbox.security import FORM_LIMIT
from tests.inbox.staffroom import HOST, Staffroom

_ANSWERS_TO_STRANGERS = {gate.LOGIN, "/inbox/link/{token}"}


async def _audited(room: Staffroom, action: str) -> list[str]:
    return [detail for found, detail in await room.audited() if found == action]


async def test_every_route_refuses_those_without_a_session(room: Staffroom) -> None:
    """Those of this test too, and with every method."""
    guarded = [
        (route.path, method)
        for route in room.app().routes
        if isinstance(route, Route) and route.path.startswith("/inbox") and route.path not in _ANSWERS_TO_STRANGERS
        for method in route.methods or ()
    ]
    assert len(guarded) >= 10
    for path, method in guarded:
        answer = await room.browser(Accept="*/*").request(method, path, headers={"Origin": HOST})
        assert (answer.status_code, answer.text) == (401, "" if method == "HEAD" else "sign in\n"), path
        assert f"{method} {path}" in await _audited(room, "no session")
    assert room.done == []


async def test_people_are_sent_to_sign_in_and_scripts_are_told(room: Staffroom) -> None:
    """A piece of a page must not be replaced by the form."""
    assert (await room.browser().get("/inbox/leads?a=1")).headers[
        "location"
    ] == "/inbox/login?next=%2Finbox%2Fleads%3Fa%3D1"
    answer = await room.browser(**{"HX-Request": "true"}).get("/inbox/leads")
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/inbox/login")


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "../../etc", "A" * 5000])
async def test_an_invented_session_is_none(room: Staffroom, cookie: str) -> None:
    """Whatever it looks like."""
    browser = room.browser(Cookie=f"__Host-lotse_staff={cookie}")
    assert (await browser.get("/inbox")).headers["location"] == "/inbox/login"


async def test_a_cookie_without_the_prefix_is_no_session(room: Staffroom) -> None:
    """Another host of the domain could have set it."""
    browser = await room.signed_in()
    stolen = browser.cookies["__Host-lotse_staff"]
    assert (await room.browser(Cookie=f"lotse_staff={stolen}").get("/inbox")).status_code == 303


async def test_half_a_session_opens_nothing_but_the_second_step(room: Staffroom) -> None:
    """Not even the account, and no way to sign out everywhere."""
    await room.member()
    browser = room.browser()
    await browser.sign_in()
    for path in ("/inbox", "/inbox/account", "/inbox/leads", "/inbox/live"):
        assert (await browser.get(path)).headers["location"].startswith("/inbox/second-factor")
    assert room.done == []


async def test_for_the_wrong_role_a_page_does_not_exist(room: Staffroom) -> None:
    """As for a page that there is none of; the audit knows."""
    worker = await room.signed_in()
    refused, missing = await worker.get("/inbox/leads"), await worker.get("/inbox/cases/7")
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert refused.text == missing.text
    assert "Anna" not in refused.text
    assert await _audited(room, "role refused") == ["GET /inbox/leads"]
    assert await _audited(room, "refused") == ["GET /inbox/cases/7"]
    lead = await room.signed_in("lead@x.example", "lead")
    assert (await lead.get("/inbox/leads")).status_code == 200


@pytest.mark.parametrize("token", ["", "0" * 64, None])
async def test_a_form_that_was_made_elsewhere_is_refused(room: Staffroom, token: str | None) -> None:
    """With the right cookie, but without its token."""
    browser = await room.signed_in()
    answer = await browser.send_form("/inbox", {} if token is None else {"csrf": token})
    assert answer.status_code == 403
    assert await _audited(room, "forged form") == ["POST /inbox"]
    assert room.done == []


async def test_the_token_of_somebody_else_is_refused(room: Staffroom) -> None:
    """It belongs to one session."""
    other = await room.signed_in("other@x.example")
    token = (await other.get("/inbox")).text
    browser = await room.signed_in()
    assert (await browser.send_form("/inbox", {"csrf": token})).status_code == 403


async def test_the_token_is_taken_from_the_form_or_the_header(room: Staffroom) -> None:
    """Scripts send it in a header."""
    browser = await room.signed_in()
    token = (await browser.get("/inbox")).text
    assert (await browser.send_form("/inbox", {"csrf": token})).status_code == 200
    assert (await browser.send_form("/inbox", {}, **{"X-CSRF-Token": token})).status_code == 200
    assert (await browser.send_form("/inbox", {"csrf": token}, **{"X-CSRF-Token": "x"})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://lotse.example"},
        {"Origin": f"{HOST}.evil.example"},
        {"Origin": "https://[evil"},
        {"Origin": HOST, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOST, "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_cannot_send_anything(room: Staffroom, headers: dict[str, str]) -> None:
    """Not even with the right token."""
    browser = await room.signed_in()
    token = (await browser.get("/inbox")).text
    room.done.clear()
    assert (await browser.post("/inbox", data={"csrf": token}, headers=headers)).status_code == 403
    assert await _audited(room, "foreign origin") == ["POST /inbox"]
    assert room.done == []


async def test_a_post_must_say_where_it_comes_from(room: Staffroom) -> None:
    """All browsers do."""
    browser = await room.signed_in()
    token = (await browser.get("/inbox")).text
    assert (await browser.post("/inbox", data={"csrf": token})).status_code == 403


async def test_signing_in_is_guarded_too(room: Staffroom) -> None:
    """Nobody can be signed in as somebody else by a foreign page."""
    await room.member()
    browser = room.browser()
    form = await browser.hidden("/inbox/login")
    for values, headers in ((form, {"Origin": "https://evil.example"}), ({**form, "csrf": "x"}, {"Origin": HOST})):
        assert (await browser.post("/inbox/login", data=values, headers=headers)).status_code == 403
    stranger = room.browser()
    assert (await stranger.send_form("/inbox/login", form)).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "lotse.example.evil.example", "lotse.example:8080", "10.0.0.7", "", "["]
)
async def test_a_foreign_host_is_refused(room: Staffroom, host: str) -> None:
    """Else links and origins could be made to lead elsewhere."""
    for path in ("/inbox/login", "/inbox"):
        assert (await room.browser().get(path, headers={"Host": host})).status_code == 400
    assert await _audited(room, "foreign host") == ["GET /inbox/login", "GET /inbox"]


@pytest.mark.parametrize("host", ["lotse.example", "LOTSE.example", "127.0.0.1:8080", "localhost", "[::1]:8080"])
async def test_ones_own_names_are_taken(room: Staffroom, host: str) -> None:
    """A proxy on the same machine may ask by its own name."""
    assert (await room.browser().get("/inbox/login", headers={"Host": host})).status_code == 200


async def test_a_body_without_end_is_not_read(room: Staffroom) -> None:
    """A form is small."""
    browser = await room.signed_in()
    answer = await browser.send_form("/inbox", {"csrf": "x" * (FORM_LIMIT + 1)})
    assert answer.status_code == 413
    assert await _audited(room, "too large") == ["POST /inbox"]


async def test_a_stranger_cannot_fill_the_disk_through_the_audit(room: Staffroom) -> None:
    """Sixty lines a minute; those of people who are signed in always count."""
    worker = await room.signed_in()
    for _ in range(70):
        await room.browser().get("/inbox/live")
    await worker.get("/inbox/leads")
    assert len(await _audited(room, "no session")) == 60
    assert await _audited(room, "role refused") == ["GET /inbox/leads"]
    room.clock.now += 61
    await room.browser().get("/inbox/live")
    assert len(await _audited(room, "no session")) == 61


async def test_no_page_is_kept_by_the_browser_or_runs_anything_inline(room: Staffroom) -> None:
    """Neither what was let in nor what was refused."""
    browser = await room.signed_in()
    for path in ("/inbox", "/inbox/account", "/inbox/leads", "/inbox/login", "/inbox/link/nothing"):
        answer = await browser.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert not any(part in answer.text for part in ("<script", "style=", " onclick", "javascript:")), path


async def test_the_log_says_nothing_about_anybody(room: Staffroom, caplog: pytest.LogCaptureFixture) -> None:
    """Neither addresses nor tokens."""
    caplog.set_level("DEBUG", logger="bot")
    browser = await room.signed_in()
    await room.browser().sign_in("somebody@x.example", "falsch und lang")
    await browser.get("/inbox/leads")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("bot")] == []
