"""``lotse staff``: accounts and one-time links from the command line."""

import argparse
import re

import pytest

from bot.errors import LotseError
from bot.inbox import commands
from bot.storage import staff
from tests.inbox.staffroom import EMAIL, HOST, Staffroom

_LINK = re.compile(rf"{HOST}(/inbox/link/[A-Za-z0-9_-]{{43}})")


async def _run(room: Staffroom, *words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_verbs(parser)
    given = parser.parse_args(words)
    status: int = await given.work(given, room.settings, room.database)
    return status


async def test_adding_somebody_prints_a_link_that_works(room: Staffroom, capsys: pytest.CaptureFixture[str]) -> None:
    """The address is the public one."""
    assert await _run(room, "add", EMAIL.upper(), "--name", "Anna Beck", "--role", "lead", "--queue", "default") == 0
    found = _LINK.search(capsys.readouterr().out)
    assert found
    assert (await room.browser().get(found[1])).status_code == 200
    account = await staff.find_by_email(room.database, EMAIL)
    assert account
    assert (account.name, account.role, account.queues) == ("Anna Beck", "lead", frozenset({"default"}))


@pytest.mark.parametrize(
    "words",
    [
        ("add", EMAIL, "--name", "A", "--queue", "no-such-queue"),
        ("add", "anna", "--name", "A"),
        ("link", "nobody@x.example"),
        ("disable", "nobody@x.example"),
        ("change", "nobody@x.example", "--role", "lead"),
    ],
)
async def test_what_does_not_exist_is_said(room: Staffroom, words: tuple[str, ...]) -> None:
    """And nothing is made."""
    with pytest.raises(LotseError):
        await _run(room, *words)
    assert await staff.list_staff(room.database) == []


async def test_a_new_link_replaces_the_old_one(room: Staffroom, capsys: pytest.CaptureFixture[str]) -> None:
    """For those who lost a password or a phone, but not for those who left."""
    await room.add()
    await _run(room, "link", EMAIL)
    await _run(room, "link", EMAIL)
    first, second = _LINK.findall(capsys.readouterr().out)
    assert [(await room.browser().get(path)).status_code for path in (first, second)] == [404, 200]
    await _run(room, "disable", EMAIL)
    with pytest.raises(LotseError):
        await _run(room, "link", EMAIL)


async def test_somebody_gets_other_rights_and_comes_back(room: Staffroom) -> None:
    """What is not named stays; nothing strange is taken."""
    account, _ = await room.member()
    await _run(room, "disable", EMAIL)
    await _run(room, "change", EMAIL, "--queue", "default", "--enable")
    changed = await staff.find_by_email(room.database, EMAIL)
    assert changed
    assert (changed.queues, changed.role, changed.active) == (frozenset({"default"}), account.role, True)
    assert (changed.name, changed.has_password) == (account.name, True)
    for words in ((), ("--queue", "no-such-queue")):
        with pytest.raises(LotseError):
            await _run(room, "change", EMAIL, *words)
    assert await staff.find_by_email(room.database, EMAIL) == changed


async def test_the_list_says_who_can_sign_in(room: Staffroom, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, without anything secret."""
    account, secret = await room.member()
    await _run(room, "list")
    line = capsys.readouterr().out
    assert line.split("\t") == [EMAIL, account.name, "social_worker", "ost", "active, password, second factor\n"]
    assert secret not in line
    await _run(room, "disable", EMAIL)
    await _run(room, "list")
    assert "disabled" in capsys.readouterr().out.splitlines()[-1]


async def test_the_demo_has_a_way_in_for_whoever_started_it(demo: Staffroom, room: Staffroom) -> None:
    """At every start a new one, of the same account; outside the demo there is none."""
    first, second = [await commands.demo_link(demo.settings, demo.database, HOST) for _ in range(2)]
    assert (await demo.browser().get(first)).status_code == 404
    assert (await demo.browser().get(second)).status_code == 200
    assert len(await staff.list_staff(demo.database)) == 1
    assert await commands.demo_link(room.settings, room.database, HOST) == ""


async def test_commands_at_the_server_are_audited(room: Staffroom) -> None:
    """Also those that only read; with the name of the account at the server."""
    await _run(room, "add", EMAIL, "--name", "Anna Beck")
    await _run(room, "list")
    await _run(room, "disable", EMAIL)
    noted = [detail.partition(":") for action, detail in await room.audited() if action == "at the server"]
    assert [verb for verb, _, _ in noted] == ["staff add", "staff list", "staff disable"]
    assert all(who.strip() for _, _, who in noted)
