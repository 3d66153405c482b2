"""Requests that no browser sends by itself: too large, too slow, broken, with strange verbs, paths and numbers."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from bot.inbox.security import FORM_LIMIT, RefusedError, limited
from tests.inbox.security.walk import (
    OPEN,
    STREAMS,
    Endpoint,
    Scene,
    ask_as,
    audited,
    endpoints,
    field_names,
    guarded,
    member,
    send,
)
from tests.inbox.staffroom import HOST
from tests.inbox.workroom import Workroom


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND"])
async def test_verbs_that_no_page_has_do_nothing(scene: Scene, method: str) -> None:
    """TRACE repeats no cookie, OPTIONS lets no other site in."""
    work, values = scene.work, await scene.values()
    who = await member(work, "admin", "*")
    before = await scene.lines()
    for path in {each.at(values) for each in endpoints(work.app())}:
        headers = who.headers(work, Origin="https://evil.example", **{"X-CSRF-Token": who.csrf})
        answer = await send(work, method, path, headers=headers, data=scene.form())
        assert answer.status_code == 405, path
        assert who.token not in answer.text
        assert not any(name.startswith("access-control") for name in answer.headers), path
    assert await scene.lines() == before


async def test_asking_for_the_head_alone_says_no_more_than_the_page(scene: Scene) -> None:
    """It is guarded alike, and has no body."""
    work, values = scene.work, await scene.values()
    who = await member(work, "admin", "*")
    for each in guarded(work.app()):
        if each.method == "HEAD" and each.path not in STREAMS:
            assert (await send(work, "HEAD", each.at(values), headers={"Accept": "*/*"})).status_code == 401, each
            answer = await ask_as(work, who, each, each.at(values), {})
            assert (answer.status_code, answer.content) == (200, b""), each


@pytest.mark.parametrize(
    "path",
    [
        "/inbox/%2e%2e/",
        "/inbox/..%2f",
        "//inbox",
        "/inbox//cases/{number}",
        "//inbox/cases/{number}",
        "/inbox/./cases/{number}",
        "/inbox/cases/{number}/../{number}",
        "/inbox/cases/{number}%2f..%2f{number}",
        "/inbox/cases/{number}/%2e%2e/{number}",
        "/inbox/cases/{number};a=b",
        "/inbox/cases/{number}.json",
        "/inbox/cases/{number}%00",
        "/inbox/cases/{number}%0d%0aSet-Cookie:a=b",
        "/INBOX/cases/{number}",
        "/%69nbox\\cases\\{number}",
        "/inbox/static/../gate.py",
        "/inbox/static/%2e%2e/gate.py",
        "/inbox/static/..%2fgate.py",
        "/inbox/static/..%5cgate.py",
        "/inbox/static//etc/passwd",
        "/inbox/static/%00",
        "/inbox/static/" + "a" * 300,
        "/inbox/files/../cases/{number}",
    ],
)
async def test_tricks_with_paths_lead_nowhere(scene: Scene, path: str) -> None:
    """Without a session nothing opens by another spelling; with one, neither."""
    who = await member(scene.work, "admin", "*")
    for headers in ({}, who.headers(scene.work)):
        address = HOST + path.replace("{number}", str(scene.number))
        answer = await send(scene.work, "GET", address, headers=headers)
        # Clients resolve dots before they ask: then it is the page itself, behind its gate.
        assert answer.status_code == 404 or ("/." in path and answer.status_code in (200, 303)), headers
        assert "set-cookie" not in answer.headers or answer.status_code == 303
        assert "from bot" not in answer.text


@pytest.mark.parametrize(
    "number",
    ["0", "-1", "+1", "1.0", "1e3", "0x1", "%31%20", "٣", "１", "²", "2147483648", "9" * 19, "9" * 300, "9" * 5000],
)
async def test_numbers_that_are_none_of_ours_are_not_found(scene: Scene, number: str) -> None:
    """Digits of other scripts are none; thousands of digits are not even read."""
    who = await member(scene.work, "admin", "*")
    for each in guarded(scene.work.app()):
        if ":int}" in each.path:
            path = each.at({**await scene.values(), "number": number, "file": number, "line": number})
            answer = await ask_as(scene.work, who, each, path, scene.form())
            assert answer.status_code in (404, 414) or (each.path.endswith("/leave") and answer.status_code == 204), (
                path
            )


HOSTILE = [
    "\0",
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe",
    "9" * 400,
    "-1",
    "../../etc/passwd",
    "'\"><x-evil>",
]
HOSTILE += ["%s%n{{7*7}}${7*7}", "\u202e\u2066", "\r\nSet-Cookie: a=b", "1_2_3_4", "nan_inf_1", "٣", "' OR 1=1 --"]


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
async def test_no_field_and_no_address_breaks_a_page(scene: Scene, value: Any) -> None:
    """Every name that forms and addresses use, filled with what no form would send."""
    work, values = scene.work, await scene.values()
    who = await member(work, "admin", "*")
    names = field_names()
    for each in endpoints(work.app()):
        if each.path in STREAMS:
            continue
        path, headers = each.at(values), who.headers(work, Origin=HOST, **{"X-CSRF-Token": who.csrf})
        if each.path in OPEN:
            headers = {"Origin": HOST}
        answer = await send(
            work,
            each.method,
            path,
            headers=headers,
            params=dict.fromkeys(names, value),
            data=dict.fromkeys(names, value),
        )
        assert answer.status_code < 500, (each, answer.status_code)
        assert "a" not in answer.cookies


@pytest.mark.parametrize("value", ["\0@x.example", "a" * 10_000, "\ud800", "٣" * 300, "' OR 1=1 --"], ids=ascii)
async def test_no_address_breaks_signing_in(work: Workroom, value: str) -> None:
    """It is wrong like any other."""
    browser = work.room.browser()
    form = await browser.hidden("/inbox/login")
    given = {
        **form,
        "email": value.encode("utf-8", "surrogatepass"),
        "password": value.encode("utf-8", "surrogatepass"),
    }
    answer = await browser.post("/inbox/login", data=given, headers={"Origin": HOST})
    assert answer.status_code == 401


BROKEN = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "another boundary": (
        "multipart/form-data; boundary=a",
        b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--',
    ),
    "cut off": ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="csrf"'),
    "no name": ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data\r\n\r\n1\r\n--a--\r\n"),
    "a strange charset": ("multipart/form-data; boundary=a; charset=nothing", b"--a\r\n\r\n--a--\r\n"),
    "many parts": (
        "multipart/form-data; boundary=a",
        b'--a\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' * 500 + b"--a--\r\n",
    ),
    "many headers": ("multipart/form-data; boundary=a", b"--a\r\n" + b"X: y\r\n" * 5000 + b"\r\n1\r\n--a--\r\n"),
    "many fields": ("application/x-www-form-urlencoded", b"a=b&" * 10_000),
    "broken signs": ("application/x-www-form-urlencoded", b"csrf=%zz&%=%&=\xff"),
    "another kind": ("application/json", b'{"csrf": "x"}'),
    "none": ("", b"csrf=x"),
}


@pytest.mark.parametrize("name", list(BROKEN))
async def test_broken_forms_are_refused(scene: Scene, name: str) -> None:
    """None is half read, and none breaks anything: for strangers and for those with a session."""
    work, values = scene.work, await scene.values()
    who = await member(work, "admin", "*")
    kind, body = BROKEN[name]
    before = await scene.lines()
    forms = [each for each in endpoints(work.app()) if each.changes]
    headers = who.headers(work, Origin=HOST, **{"Content-Type": kind})
    for each in forms:
        answer = await send(work, each.method, each.at(values), headers=headers, content=body)
        assert answer.status_code in (303, 400, 403, 413), each
    assert await scene.lines() == before
    assert await work.arrived() == []
    for each in forms:
        answer = await send(
            work, each.method, each.at(values), headers={**headers, "X-CSRF-Token": who.csrf}, content=body
        )
        assert answer.status_code < 500, each


async def test_no_body_is_read_beyond_its_limit(scene: Scene) -> None:
    """Neither of strangers nor of those with a session; whoever sends forever is cut off."""
    work, values = scene.work, await scene.values()
    who = await member(work, "admin", "*")
    most = 64 * 1024 * 1024

    for each in (each for each in endpoints(work.app()) if each.changes):
        read = 0

        async def endless() -> Any:
            nonlocal read
            while read < most:
                read += 65_536
                yield b"a" * 65_536

        headers = who.headers(work, Origin=HOST, **{"Content-Type": "application/x-www-form-urlencoded"})
        answer = await send(work, each.method, each.at(values), headers=headers, content=endless())
        assert answer.status_code in (303, 400, 403, 413), each
        assert read < most, each


async def test_a_body_that_never_comes_is_not_waited_for() -> None:
    """A thousand of them would keep everybody else out."""

    async def never() -> Any:
        await asyncio.Event().wait()

    waiting = limited(Request({"type": "http", "method": "POST", "headers": []}, never), patience=0)
    with pytest.raises(RefusedError) as refused:
        await waiting.body()
    assert (refused.value.status_code, refused.value.action) == (408, "too slow")


async def test_a_body_that_has_come_may_be_followed_by_silence() -> None:
    """Waiting for somebody to leave is no waiting for a form."""
    messages = iter([{"type": "http.request", "body": b"a=b"}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    patient = limited(Request({"type": "http", "method": "POST", "headers": []}, receive))
    assert await patient.body() == b"a=b"
    assert await patient.receive() == {"type": "http.disconnect"}


async def test_what_is_too_large_is_audited_with_its_case(scene: Scene) -> None:
    """Somebody of the staff sent it."""
    who = await member(scene.work, "admin", "*")
    each = Endpoint(f"/inbox/cases/{scene.number}/take", "POST")
    headers = who.headers(scene.work, Origin=HOST)
    answer = await send(scene.work, "POST", each.path, headers=headers, data={"csrf": "x" * 10 * FORM_LIMIT})
    assert answer.status_code == 413
    assert await audited(scene.work, "too large") == [(who.account.id, scene.number, f"POST {each.path}")]
