"""Every route of the staff's pages, by each of its methods, for those who must not pass: refused and audited."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.inbox import gate
from bot.storage import sessions, staff
from bot.storage.access import LARGEST, Role
from tests.inbox.security.walk import (
    ALIKE,
    EDITORS,
    HALF,
    LEADS,
    SECRET,
    STREAMS,
    Endpoint,
    Member,
    Scene,
    ask_as,
    audited,
    endpoints,
    file_of,
    guarded,
    member,
    send,
)
from tests.inbox.staffroom import HOST
from tests.inbox.workroom import Workroom

ANY = "*/*"


def _says_nothing(answer: httpx.Response, where: object) -> None:
    for secret in (SECRET, "Ostermann", "geheimnis.txt", "Traceback"):
        assert secret not in answer.text, (where, secret)


def _same(answer: httpx.Response, number: int) -> tuple[int, str, dict[str, str]]:
    """An answer without the number that was asked for."""
    headers = {name: value.replace(f"/{number}", "/N") for name, value in answer.headers.items()}
    headers.pop("content-length", None)
    return answer.status_code, answer.text.replace(f"/{number}", "/N"), headers


def test_an_unknown_parameter_is_told_and_not_walked_past() -> None:
    """Whoever adds a route with one learns where its value belongs."""
    with pytest.raises(pytest.fail.Exception, match=r"takes \{planet\}.*walk\.py"):
        Endpoint("/inbox/planets/{planet:int}", "GET").at({"number": 1})


def test_pages_that_only_some_settings_add_are_walked_too(work: Workroom) -> None:
    """What is attacked here is what ``lotse run`` serves with everything switched on."""
    paths = {each.path for each in endpoints(work.app())}
    assert {"/inbox/oidc", "/inbox/account/telegram", "/inbox/live", "/inbox/cases/{number:int}"} <= paths


async def test_without_a_session_everything_is_refused(scene: Scene) -> None:
    """People are sent to sign in, scripts and htmx get 401; the audit knows which case was asked for."""
    work, values = scene.work, await scene.values()
    for each in guarded(work.app()) + [each for each in endpoints(work.app()) if each.path in HALF]:
        path = each.at(values)
        work.room.clock.now += 61
        answer = await send(work, each.method, path, headers={"Accept": ANY, "Origin": HOST}, data=scene.form())
        assert answer.status_code == 401, (each, "add it to OPEN in walk.py only if strangers may have it")
        assert answer.text in ("sign in\n", ""), each
        htmx = await send(work, each.method, path, headers={"Accept": ANY, "HX-Request": "true"}, data=scene.form())
        assert (htmx.status_code, htmx.headers["hx-redirect"], htmx.text) == (401, gate.LOGIN, ""), each
        person = await send(work, each.method, path, data=scene.form())
        assert person.status_code == 303, each
        assert person.headers["location"].partition("?")[0] == gate.LOGIN, each
        number = scene.number if "{number" in each.path else None
        asked = await audited(work, "no session")
        assert asked[-3:] == [(None, number, f"{each.method} {path}")] * 3, each
    assert await scene.work.arrived() == []


ENDINGS: dict[str, Callable[[Workroom, Member], Awaitable[Any]]] = {}


def _ending(end: Callable[[Workroom, Member], Awaitable[Any]]) -> Callable[[Workroom, Member], Awaitable[Any]]:
    ENDINGS[end.__name__] = end
    return end


@_ending
async def signed_out(work: Workroom, who: Member) -> None:
    """On this device."""
    answer = await ask_as(work, who, Endpoint("/inbox/sign-out", "POST"), "/inbox/sign-out", {})
    assert answer.headers["location"] == gate.LOGIN


@_ending
async def signed_out_everywhere(work: Workroom, who: Member) -> None:
    """From another device."""
    await sessions.end_all(work.room.database, who.account.id, by=who.account.id)


@_ending
async def disabled(work: Workroom, who: Member) -> None:
    """By whoever runs the server."""
    await staff.change(work.room.database, who.account.id, active=False)


@_ending
async def another_role(work: Workroom, who: Member) -> None:
    """More or less rights: one signs in anew."""
    await staff.change(work.room.database, who.account.id, role="admin")


@_ending
async def another_team(work: Workroom, who: Member) -> None:
    """The session knew the old ones."""
    await staff.change(work.room.database, who.account.id, queues=["ost", "west"])


@_ending
async def new_password(work: Workroom, who: Member) -> None:
    """Whoever had the old one is out."""
    await staff.set_password(work.room.database, who.account.id, "hash")


@_ending
async def idle(work: Workroom, _: Member) -> None:
    """Half an hour without a click."""
    work.room.clock.now += sessions.IDLE


@_ending
async def never_idle(work: Workroom, who: Member) -> None:
    """Twelve hours are enough, even for somebody who never stops clicking."""
    for _ in range(int(sessions.ABSOLUTE // 1200) - 1):
        work.room.clock.now += 1200
        assert (await send(work, "GET", "/inbox/account", headers=who.headers(work))).status_code == 200
    work.room.clock.now += 1200


@pytest.mark.parametrize("name", list(ENDINGS))
async def test_a_session_that_is_over_opens_nothing(scene: Scene, name: str) -> None:
    """However it ended, a copy of its cookie and of its token is refused, from this browser and from any other."""
    work, values = scene.work, await scene.values()
    who = await member(work, "lead", "ost")
    assert (await send(work, "GET", f"/inbox/cases/{scene.number}", headers=who.headers(work))).status_code == 200
    await ENDINGS[name](work, who)
    before = await scene.lines()
    for each in guarded(work.app()):
        work.room.clock.now += 61
        path = each.at(values)
        headers = who.headers(work, Accept=ANY, Origin=HOST, **{"X-CSRF-Token": who.csrf, "User-Agent": "another"})
        answer = await send(work, each.method, path, headers=headers, data=scene.form(csrf=who.csrf))
        assert answer.status_code == 401, each
        _says_nothing(answer, each)
        assert (await audited(work, "no session"))[-1][2] == f"{each.method} {path}"
    assert await scene.lines() == before
    assert await work.arrived() == []


async def test_half_a_session_opens_nothing(scene: Scene) -> None:
    """A password without its second factor is good for the second factor alone."""
    work, values = scene.work, await scene.values()
    who = await member(work, "admin", "*", complete=False)
    for each in guarded(work.app()):
        answer = await ask_as(work, who, each, each.at(values), scene.form())
        assert answer.status_code == 303, each
        assert answer.headers["location"].partition("?")[0] == gate.SECOND_FACTOR, each
    assert await work.arrived() == []


async def test_a_whole_session_is_not_asked_for_a_code_again(scene: Scene) -> None:
    """Nor may it try any."""
    who = await member(scene.work, "lead", "*")
    for each in (each for each in endpoints(scene.work.app()) if each.path in HALF):
        answer = await ask_as(scene.work, who, each, each.path, {"code": "123456"})
        assert (answer.status_code, answer.headers["location"]) == (303, gate.HOME)


@pytest.mark.parametrize("role", ["editor", "social_worker"])
async def test_for_the_wrong_role_pages_do_not_exist(scene: Scene, role: Role) -> None:
    """Not even for somebody of every team; the audit says who asked for which case."""
    work, values = scene.work, await scene.values()
    who = await member(work, role, "*")
    missing = await ask_as(work, who, Endpoint("/inbox/files/{file:int}", "GET"), f"/inbox/files/{LARGEST}", {})
    refused = 0
    for each in guarded(work.app()):
        if (role == "editor" and EDITORS.fullmatch(each.path)) or (role != "editor" and not LEADS.search(each.path)):
            continue
        refused += 1
        answer = await ask_as(work, who, each, each.at(values), scene.form())
        assert answer.status_code == 404, (each, "is it for editors? Then add it to EDITORS in walk.py")
        assert answer.text == ("" if each.method == "HEAD" else missing.text), each
        number = scene.number if "{number" in each.path else None
        assert (await audited(work, "role refused"))[-1] == (who.account.id, number, f"{each.method} {each.at(values)}")
    assert refused or role != "editor"
    assert await work.arrived() == []


@pytest.mark.parametrize("role", ["social_worker", "lead", "admin"])
async def test_another_teams_case_is_a_case_that_does_not_exist(scene: Scene, role: Role) -> None:
    """Whatever the role and whatever is sent: the same status, the same page, the same headers, and nothing happens."""
    work = scene.work
    who = await member(work, role, "west")
    missing, no_file = 987_654_321, 987_654_322
    theirs, nobodys = await scene.values(), await scene.values(missing, no_file)
    before = await scene.lines()
    for each in guarded(work.app()):
        if not {"number", "file"} & {part.partition(":")[0].strip("{") for part in each.path.split("/")}:
            continue
        for form in (scene.form(), {}, scene.form(id="", kind="", text="")):
            real = await ask_as(work, who, each, each.at(theirs), form)
            made_up = await ask_as(work, who, each, each.at(nobodys), form)
            number, none = (scene.file, no_file) if "{file" in each.path else (scene.number, missing)
            assert _same(real, number) == _same(made_up, none), each
            _says_nothing(real, each)
        if each.path in ALIKE:
            continue
        answer = await ask_as(work, who, each, each.at(theirs), scene.form())
        assert answer.status_code == 404, (each, "if it needs another field, add it to WHOLE in walk.py")
        asked = [line for line in await audited(work) if line[2] == f"{each.method} {each.at(theirs)}"]
        assert asked, each
        assert set(asked) <= {(who.account.id, scene.number, asked[0][2])}, each
    assert await scene.lines() == before
    assert await work.arrived() == []


async def test_a_file_of_another_team_is_audited_with_its_case(scene: Scene) -> None:
    """Whoever leads that team sees who tried."""
    who = await member(scene.work, "lead", "west")
    path = f"/inbox/files/{scene.file}"
    assert (await ask_as(scene.work, who, Endpoint(path, "GET"), path, {})).status_code == 404
    assert await audited(scene.work, "refused") == [(who.account.id, scene.number, f"GET {path}")]


FORGED = {
    "none": None,
    "empty": "",
    "invented": "0" * 64,
    "of another session": "other",
    "not of this alphabet": "ü" * 64,
}


@pytest.mark.parametrize("token", list(FORGED))
async def test_no_form_counts_without_its_token(scene: Scene, token: str) -> None:
    """In the field or in the header; not even with the right cookie and the right origin."""
    work, values = scene.work, await scene.values()
    who, other = await member(work, "lead", "*"), await member(work, "lead", "*")
    before = await scene.lines()
    given = other.csrf if FORGED[token] == "other" else FORGED[token]
    for each in (each for each in guarded(work.app()) if each.changes):
        path = each.at(values)
        form = scene.form() if given is None else scene.form(csrf=given)
        answers = [await send(work, each.method, path, headers=who.headers(work, Origin=HOST), data=form)]
        if given is not None:
            headers = who.headers(work, Origin=HOST) | {"X-CSRF-Token": given.encode()}
            answers.append(await send(work, each.method, path, headers=headers, data=scene.form(csrf=who.csrf)))
        number = scene.number if "{number" in each.path else None
        for answer in answers:
            assert answer.status_code == 403, each
            _says_nothing(answer, each)
        asked = (await audited(work, "forged form"))[-len(answers) :]
        assert set(asked) == {(who.account.id, number, f"{each.method} {path}")}, each
    assert await scene.lines() == before
    assert await work.arrived() == []
    assert (await send(work, "GET", "/inbox/account", headers=who.headers(work))).status_code == 200


ELSEWHERE: dict[str, dict[str, str]] = {
    "none": {},
    "null": {"Origin": "null"},
    "foreign": {"Origin": "https://evil.example"},
    "without tls": {"Origin": HOST.replace("https", "http")},
    "another port": {"Origin": f"{HOST}:8443"},
    "a longer name": {"Origin": f"{HOST}.evil.example"},
    "a sibling": {"Origin": "https://chat.lotse.example"},
    "two": {"Origin": f"{HOST} https://evil.example"},
    "cross-site by the browser's word": {"Origin": HOST, "Sec-Fetch-Site": "cross-site"},
    "same-site by the browser's word": {"Origin": HOST, "Sec-Fetch-Site": "same-site"},
}


@pytest.mark.parametrize("name", list(ELSEWHERE))
async def test_no_other_site_sends_forms(scene: Scene, name: str) -> None:
    """Not even with a session's right token."""
    work, values = scene.work, await scene.values()
    who = await member(work, "lead", "*")
    before = await scene.lines()
    for each in (each for each in guarded(work.app()) if each.changes):
        headers = who.headers(work, **ELSEWHERE[name], **{"X-CSRF-Token": who.csrf})
        answer = await send(work, each.method, each.at(values), headers=headers, data=scene.form(csrf=who.csrf))
        assert answer.status_code == 403, each
        number = scene.number if "{number" in each.path else None
        assert (await audited(work, "foreign origin"))[-1] == (
            who.account.id,
            number,
            f"{each.method} {each.at(values)}",
        )
    assert await scene.lines() == before
    assert await work.arrived() == []


async def test_the_audit_never_holds_what_lets_somebody_in(scene: Scene) -> None:
    """A link whose form is refused still works: whoever reads the audit must not be able to use it."""
    work, values = scene.work, await scene.values()
    path = f"/inbox/link/{values['token']}"
    for headers in ({"Origin": "https://evil.example"}, {"Origin": HOST}, {"Host": "evil.example"}):
        await send(work, "POST", path, headers=headers, data={"csrf": "x" * 64, "password": "x"})
    lines = await audited(work)
    assert {"POST /inbox/link/{token}"} <= {detail for _, _, detail in lines}
    assert not [line for line in lines if str(values["token"]) in line[2]]
    assert (await send(work, "GET", path)).status_code == 200


async def test_with_the_rights_for_it_everything_is_there(scene: Scene) -> None:
    """Else the tests above would prove nothing; no answer is kept by anybody, and none runs anything inline."""
    work = scene.work
    values = await scene.values(file=await file_of(work, scene.number, "bild.png", "image/png"))
    who = await member(work, "admin", "*")
    for each in guarded(work.app()):
        if each.changes or each.path in STREAMS:
            continue
        answer = await ask_as(work, who, each, each.at(values), {})
        assert answer.status_code == 200, each
        assert "no-store" in answer.headers["cache-control"], each
        assert answer.headers["x-frame-options"] == "DENY", each
        assert answer.headers["x-content-type-options"] == "nosniff", each
        assert answer.headers["referrer-policy"] == "same-origin", each
        assert "unsafe" not in answer.headers["content-security-policy"], each
        assert "default-src 'none'" in answer.headers["content-security-policy"], each


async def test_a_live_page_hears_nothing_more_once_its_session_is_over(scene: Scene) -> None:
    """Not even that something has changed."""
    work = scene.work
    who = await member(work, "social_worker", "ost")
    session = await work.room.entrance.door.sessions.find(who.token, work.room.clock())
    assert session
    request: Any = None
    visitor = gate.Visitor(session, work.room.entrance.gate.pages.texts("de"))
    stream: Any = (await work.place.live.stream(request, visitor)).__dict__["body_iterator"]
    assert await anext(stream) == "retry: 2000\n\n"
    await staff.change(work.room.database, who.account.id, active=False)
    assert [event async for event in stream] == []


def test_a_route_without_its_gate_is_found() -> None:
    """The walk sees what somebody mounts beside the gate."""
    routes = [Route(f"/inbox/{number}", lambda _: PlainTextResponse("")) for number in range(20)]
    assert Endpoint("/inbox/7", "GET") in guarded(Starlette(routes=routes))
