"""Sessions count for a while, on one device, for one account; failed attempts are counted."""

import pytest

from bot.storage import sessions, staff
from bot.storage.models_inbox import AttemptRow, StaffLinkRow, StaffSessionRow
from bot.storage.staff import Staff, token_hash
from tests.storage.parts import Parts

NOW = 1_800_000_000.0
TOKEN, NEW, FORM = "token" * 8, "newer" * 8, "form" * 8


@pytest.fixture
async def mira(parts: Parts) -> Staff:
    """Somebody who has just signed in."""
    added = await staff.add(parts.database, "Mira", "mira@example.org", "social_worker", ["ost"])
    await sessions.begin(parts.database, added.id, TOKEN, FORM, NOW)
    return added


async def test_a_session_is_found_by_its_token_alone(parts: Parts, mira: Staff) -> None:
    """Neither token is stored."""
    found = await sessions.find(parts.database, TOKEN, NOW + 1)
    assert found == sessions.Session(mira, second_factor=False, csrf_hash=token_hash(FORM), created_at=NOW, seen_at=NOW)
    assert await sessions.find(parts.database, token_hash(TOKEN), NOW + 1) is None
    stored = await parts.everything()
    assert TOKEN.encode() not in stored
    assert FORM.encode() not in stored


@pytest.mark.usefixtures("mira")
async def test_a_session_ends_when_nobody_uses_it(parts: Parts) -> None:
    """Half an hour after the last use; live updates are no use."""
    assert await sessions.find(parts.database, TOKEN, NOW + 1799)
    assert await sessions.find(parts.database, TOKEN, NOW + 1799 + 1799, touch=False)
    assert await sessions.find(parts.database, TOKEN, NOW + 1799 + 1800) is None


@pytest.mark.usefixtures("mira")
async def test_a_session_ends_after_twelve_hours_however_busy(parts: Parts) -> None:
    """Also if its token was replaced meanwhile."""
    moment = NOW
    while moment < NOW + sessions.ABSOLUTE - 1500:
        moment += 1500
        assert await sessions.find(parts.database, TOKEN, moment)
    assert await sessions.renew(parts.database, TOKEN, NEW, FORM, moment, second_factor=True)
    assert await sessions.find(parts.database, NEW, NOW + sessions.ABSOLUTE - 1)
    assert await sessions.find(parts.database, NEW, NOW + sessions.ABSOLUTE) is None


@pytest.mark.usefixtures("mira")
async def test_the_old_token_is_worth_nothing_after_the_second_factor(parts: Parts) -> None:
    """Whoever planted or saw it is out."""
    assert await sessions.renew(parts.database, TOKEN, NEW, FORM, NOW, second_factor=True)
    assert await sessions.find(parts.database, TOKEN, NOW) is None
    found = await sessions.find(parts.database, NEW, NOW)
    assert found is not None
    assert found.second_factor
    assert not await sessions.renew(parts.database, TOKEN, "x" * 32, FORM, NOW, second_factor=True)


async def test_signing_out_here_and_everywhere(parts: Parts, mira: Staff) -> None:
    """On this device only, or on all; who signs in later is in."""
    await sessions.begin(parts.database, mira.id, NEW, FORM, NOW)
    await sessions.end(parts.database, TOKEN)
    assert await sessions.find(parts.database, TOKEN, NOW) is None
    assert await sessions.find(parts.database, NEW, NOW)
    await sessions.end_all(parts.database, mira.id, by=mira.id)
    assert await sessions.find(parts.database, NEW, NOW) is None
    await sessions.begin(parts.database, mira.id, TOKEN, FORM, NOW)
    assert await sessions.find(parts.database, TOKEN, NOW)


async def test_failures_are_counted_under_a_hash(parts: Parts) -> None:
    """The address cannot be read; those of others, and older ones, do not count."""
    for moment in (NOW, NOW + 10, NOW + 20):
        await sessions.note_failure(parts.database, parts.vault, "account:mira@example.org", moment)
    await sessions.note_failure(parts.database, parts.vault, "account:zoe@example.org", NOW)
    found = await sessions.failures(parts.database, parts.vault, "account:mira@example.org", NOW + 5)
    assert found == (2, NOW + 20)
    assert b"mira@example.org" not in await parts.everything()
    await sessions.clear_failures(parts.database, parts.vault, "account:mira@example.org")
    assert await sessions.failures(parts.database, parts.vault, "account:mira@example.org", 0) == (0, 0.0)
    assert await sessions.failures(parts.database, parts.vault, "account:zoe@example.org", 0) == (1, NOW)


async def test_what_is_over_is_dropped(parts: Parts, mira: Staff) -> None:
    """Sessions, links and attempts."""
    await staff.make_link(parts.database, mira.id, "password", NEW, NOW + 60)
    await sessions.note_failure(parts.database, parts.vault, "address:192.0.2.1", NOW)
    await sessions.forget_old(parts.database, NOW + 30)
    tables = (StaffSessionRow, StaffLinkRow, AttemptRow)
    assert [len(await parts.rows(table)) for table in tables] == [1, 1, 1]
    await sessions.forget_old(parts.database, NOW + 2 * 86_400)
    assert [len(await parts.rows(table)) for table in tables] == [0, 0, 0]
