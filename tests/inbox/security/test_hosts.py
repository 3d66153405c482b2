"""Which hosts the pages are at: what a request calls itself must not reach a link, a redirect or a decision."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from bot.inbox import gate
from bot.inbox.commands import demo_link
from bot.inbox.routes import entrance
from tests.inbox.security.walk import Member, Scene, audited, endpoints, member
from tests.inbox.staffroom import Browser, Staffroom
from tests.inbox.workroom import Workroom

FOREIGN = [
    "evil.example",
    "evil.example:8080",
    "lotse.example.evil.example",
    "lotse.example@evil.example",
    "evil.example@lotse.example",
    "lotse.example.",
    "lotse.example/inbox?",
    "localhost/inbox/cases/1?",
    "localhost#evil.example",
    "evil.example@localhost",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost:80:80",
    "[::1",
    "xn--lotse-1ta.example",
    " ",
    "",
]


@pytest.fixture
async def local(database_url: str) -> AsyncIterator[Workroom]:
    """The demo as it runs on somebody's own computer: no public address."""
    work = await Workroom.open(database_url, demo=True)
    room = work.room
    room.entrance = entrance(replace(room.settings, public_url=""), room.database, room.vault, clock=room.clock)
    work.place = Workroom.pages(room)
    yield work
    await work.close()


async def _ask(work: Workroom, path: str, host: str, who: Member | None = None, **headers: str) -> httpx.Response:
    cookie = who.headers(work) if who else {}
    async with Browser(work.app(), {**cookie, **headers}) as browser:
        return await browser.get(path, headers={"Host": host})


@pytest.mark.parametrize("host", FOREIGN)
async def test_no_page_is_at_a_foreign_host(scene: Scene, host: str) -> None:
    """Not even for somebody with a session, nor the files of the pages; every attempt is audited."""
    who, values = await member(scene.work, "admin", "*"), await scene.values()
    for each in endpoints(scene.work.app()):
        scene.work.room.clock.now += 61
        if each.method != "GET":
            continue
        answer = await _ask(scene.work, each.at(values), host, who)
        assert answer.status_code == 400, each
        assert "location" not in answer.headers
        assert not host.strip() or host not in answer.text
        assert (await audited(scene.work, "foreign host"))[-1][2].startswith("GET /inbox"), each
    assert (await _ask(scene.work, "/inbox/static/desk.js", host)).status_code == 400


@pytest.mark.parametrize(
    "host", ["evil.example", "demo.evil.example:8080", "localhost.evil.example", "", "127.0.0.1/x"]
)
async def test_a_name_that_was_turned_to_ones_own_computer_opens_nothing(local: Workroom, host: str) -> None:
    """A foreign page whose name suddenly means 127.0.0.1 asks with its own name."""
    who = await member(local, "admin", "*")
    for path in ("/inbox", "/inbox/login", "/inbox/live", "/inbox/static/desk.js"):
        assert (await _ask(local, path, host, who)).status_code == 400, path


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "192.168.1.7:8080"])
async def test_the_demo_is_at_the_names_of_its_computer(local: Workroom, host: str) -> None:
    """And at its addresses, which no name can be made of."""
    who = await member(local, "admin", "*")
    assert (await _ask(local, "/inbox", host, who)).status_code == 200


@pytest.mark.parametrize("path", ["/inbox/", "/inbox/login/", "/inbox/account/", "/inbox/cases/1/", "/inbox/static"])
async def test_no_redirect_is_made_of_the_host(scene: Scene, path: str) -> None:
    """A slash too many is not found, instead of leading to wherever the request says it is."""
    answer = await _ask(scene.work, path, "evil.example")
    assert answer.status_code in (400, 404)
    assert "evil" not in str(answer.headers) + answer.text


FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Original-Host": "evil.example",
    "X-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=http",
    "X-Original-URL": "/inbox/audit",
    "X-Rewrite-URL": "/inbox/audit",
}


async def test_what_a_proxy_may_say_changes_no_link(scene: Scene) -> None:
    """Pages and redirects are the same with and without such headers."""
    who, values = await member(scene.work, "admin", "*"), await scene.values()
    for path in ("/inbox/login", "/inbox", f"/inbox/cases/{scene.number}", f"/inbox/link/{values['token']}"):
        for person in (None, who):
            answer = await _ask(scene.work, path, "lotse.example", person, **FORWARDED)
            plain = await _ask(scene.work, path, "lotse.example", person)
            assert "evil" not in answer.text + str(answer.headers), path
            assert answer.status_code == plain.status_code
            assert answer.headers.get("location") == plain.headers.get("location")
            assert not re.search(r'(?:href|src|action)="(?:https?:)?//', answer.text), path


async def test_one_time_links_are_made_without_any_request(room: Staffroom) -> None:
    """They lead to where the server listens, or to the public address."""
    assert await demo_link(room.settings, room.database, "http://127.0.0.1:8080") == ""
    there = await demo_link(replace(room.settings, demo=True), room.database, "http://127.0.0.1:8080")
    assert there.startswith("http://127.0.0.1:8080/inbox/link/")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize("host", ["10.0.0.7:8080", "lotse-0.lotse.svc.cluster.local", "evil.example"])
async def test_probes_ask_by_whatever_name_they_know(work: Workroom, path: str, host: str) -> None:
    """They are told nothing that a stranger may not know, whether all is well or not."""
    asked, usual = await _ask(work, path, host), await _ask(work, path, "lotse.example")
    assert asked.status_code == usual.status_code
    assert asked.status_code in {200, 503}


async def test_where_one_wanted_to_go_is_not_made_of_the_host(scene: Scene) -> None:
    """The path is what was asked for, whatever stands in front of it."""
    answer = await _ask(scene.work, "/inbox/account?a=1", "lotse.example")
    assert answer.headers["location"] == f"{gate.LOGIN}?next=%2Finbox%2Faccount%3Fa%3D1"
