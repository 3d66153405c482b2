"""Accounts of staff, the links that let them in once, and what they prove themselves with."""

import asyncio

import pytest
from sqlalchemy import select

from bot.storage import casework, sessions, staff
from bot.storage.models import CaseRow
from bot.storage.models_inbox import AuditRow, StaffRow
from bot.storage.staff import Staff, StaffError
from tests.storage.desk import FAREWELL, colleague, new_case
from tests.storage.parts import PERSON, Parts, held

NOW = 1_800_000_000.0
OTHER = "4242424242"
SECRET = "JBSWY3DPEHPK3PXP"


async def added(parts: Parts, name: str = "Mira", email: str = "Mira@Example.org ") -> Staff:
    """An account."""
    return await staff.add(parts.database, name, email, "social_worker", ["ost", "default"])


async def test_an_account_is_found_by_its_address_whatever_its_case(parts: Parts) -> None:
    """It has its queues, and no credentials yet."""
    mira = await added(parts)
    assert mira.email == "mira@example.org"
    assert await staff.find_by_email(parts.database, " MIRA@example.ORG") == mira
    assert await staff.find(parts.database, mira.id) == mira
    assert (mira.queues, mira.has_password, mira.has_second_factor) == (frozenset({"ost", "default"}), False, False)
    assert await staff.find_by_email(parts.database, "nobody@example.org") is None


async def test_an_address_has_one_account(parts: Parts) -> None:
    """The second is refused, in whatever case it is written."""
    await added(parts)
    with pytest.raises(StaffError, match=r"mira@example\.org already"):
        await added(parts, email="MIRA@EXAMPLE.ORG")
    assert len(await staff.list_staff(parts.database)) == 1


async def test_colleagues_are_those_who_see_the_queue(parts: Parts) -> None:
    """By name; not who left, nor editors, nor those of other queues."""
    for name, role, queues in (
        ("Zoe", "lead", ["*"]),
        ("Anna", "social_worker", ["ost"]),
        ("Weg", "social_worker", ["ost"]),
        ("West", "social_worker", ["west"]),
        ("Text", "editor", ["ost"]),
    ):
        await staff.add(parts.database, name, f"{name}@example.org", role, queues)  # type: ignore[arg-type]
    gone = await staff.find_by_email(parts.database, "weg@example.org")
    assert gone
    await staff.change(parts.database, gone.id, active=False)
    assert [each.name for each in await staff.colleagues(parts.database, "ost")] == ["Anna", "Zoe"]
    assert [each.name for each in await staff.list_staff(parts.database)][-1] == "Weg"


@pytest.mark.parametrize("change", [{"role": "lead"}, {"queues": ["west"]}, {"active": False}])
async def test_other_rights_end_all_sessions(parts: Parts, change: dict[str, object]) -> None:
    """A session never carries rights that were taken away."""
    mira = await added(parts)
    await sessions.begin(parts.database, mira.id, "t" * 32, "c" * 32, NOW)
    changed = await staff.change(parts.database, mira.id, **change)  # type: ignore[arg-type]
    assert changed.epoch == mira.epoch + 1
    assert await sessions.find(parts.database, "t" * 32, NOW) is None


@pytest.mark.parametrize("change", [{"role": "editor"}, {"queues": ["west"]}, {"active": False}])
async def test_cases_that_somebody_sees_no_more_are_everybodys_again(parts: Parts, change: dict[str, object]) -> None:
    """Whoever writes there is heard by those who are left; closed cases stay as they were, and other people's."""
    mira, zoe = await added(parts), await colleague(parts, "Zoe", "ost")
    number, hers, closed = [await new_case(parts, "Hallo", person=person) for person in (PERSON, OTHER, "")]
    for who, each in ((mira.actor, number), (zoe, hers), (mira.actor, closed)):
        await casework.take(parts.database, parts.vault, who, each)
    await casework.resolve(parts.database, parts.vault, mira.actor, closed, "answered", farewell=FAREWELL)
    await staff.change(parts.database, mira.id, **change)  # type: ignore[arg-type]
    rows = {row.id: (row.status, row.assignee_id) for row in await parts.rows(CaseRow)}
    assert rows == {number: ("queued", None), hers: ("assigned", zoe.staff_id), closed: ("resolved", mira.id)}
    assert [(await held(parts, person)).status for person in (PERSON, OTHER)] == ["queued", "assigned"]
    assert [row.case_id for row in await parts.rows(AuditRow) if row.action == "released"] == [number]


async def test_a_case_that_is_still_seen_is_kept(parts: Parts) -> None:
    """Another team more takes nothing away."""
    mira = await added(parts)
    number = await new_case(parts, "Hallo")
    await casework.take(parts.database, parts.vault, mira.actor, number)
    await staff.change(parts.database, mira.id, queues=["ost", "west"], role="lead")
    assert [row.assignee_id for row in await parts.rows(CaseRow)] == [mira.id]


async def test_another_name_or_language_ends_no_session(parts: Parts) -> None:
    """Nothing that matters has changed."""
    mira = await added(parts)
    await sessions.begin(parts.database, mira.id, "t" * 32, "c" * 32, NOW)
    changed = await staff.change(parts.database, mira.id, name="Mira K.", language="en")
    assert (changed.name, changed.language, changed.epoch) == ("Mira K.", "en", mira.epoch)
    assert await sessions.find(parts.database, "t" * 32, NOW)


async def test_a_name_at_the_identity_provider_belongs_to_one_account(parts: Parts) -> None:
    """Who has it is found by it."""
    mira, zoe = await added(parts), await added(parts, "Zoe", "zoe@example.org")
    await staff.change(parts.database, mira.id, subject="https://id.example.org 7")
    found = await staff.find_by_subject(parts.database, "https://id.example.org 7")
    assert found is not None
    assert found.id == mira.id
    with pytest.raises(StaffError, match="another account"):
        await staff.change(parts.database, zoe.id, subject="https://id.example.org 7")
    # Neither is it overwritten, however somebody came to know the address.
    with pytest.raises(StaffError, match="another name"):
        await staff.change(parts.database, mira.id, subject="https://id.example.org 8")
    with pytest.raises(StaffError, match="no account 99"):
        await staff.change(parts.database, 99, name="Niemand")


async def test_the_second_factor_is_sealed(parts: Parts) -> None:
    """It cannot be read in the database, and no value that reaches a page holds it."""
    mira = await added(parts)
    await staff.set_totp(parts.database, parts.vault, mira.id, SECRET)
    await staff.set_password(parts.database, mira.id, "$argon2id$hash")
    assert SECRET.encode() not in await parts.everything()
    known = await staff.credentials(parts.database, parts.vault, mira.id)
    assert (known.password_hash, known.totp, known.totp_step) == ("$argon2id$hash", SECRET, None)
    found = await staff.find(parts.database, mira.id)
    assert found is not None
    assert (found.has_password, found.has_second_factor) == (True, True)
    assert "argon2" not in str(found)


async def test_a_code_counts_once(parts: Parts) -> None:
    """Neither again nor an earlier one, even if two come at once."""
    mira = await added(parts)
    first = await asyncio.gather(*(staff.use_totp_step(parts.database, mira.id, 100) for _ in range(2)))
    assert sorted(first) == [False, True]
    assert not await staff.use_totp_step(parts.database, mira.id, 99)
    assert await staff.use_totp_step(parts.database, mira.id, 101)


async def test_a_link_lets_in_once(parts: Parts) -> None:
    """Looking at it does not use it up; of two at once one gets in; its token is not stored."""
    mira = await added(parts)
    await staff.make_link(parts.database, mira.id, "password", "token" * 8, NOW + 60)
    assert await staff.look_at_link(parts.database, "token" * 8, "password", NOW) == mira
    used = await asyncio.gather(*(staff.use_link(parts.database, "token" * 8, "password", NOW) for _ in range(2)))
    assert sorted(each is not None for each in used) == [False, True]
    assert await staff.look_at_link(parts.database, "token" * 8, "password", NOW) is None
    assert b"tokentoken" not in await parts.everything()


async def test_a_link_that_is_late_or_for_something_else_lets_nobody_in(parts: Parts) -> None:
    """Nor one that a newer one replaced, nor that of somebody who left."""
    mira = await added(parts)
    await staff.make_link(parts.database, mira.id, "password", "first" * 8, NOW + 60)
    assert await staff.use_link(parts.database, "first" * 8, "password", NOW + 60) is None
    assert await staff.use_link(parts.database, "first" * 8, "demo", NOW) is None
    await staff.make_link(parts.database, mira.id, "password", "second" * 8, NOW + 60)
    assert await staff.use_link(parts.database, "first" * 8, "password", NOW) is None
    await staff.change(parts.database, mira.id, active=False)
    assert await staff.use_link(parts.database, "second" * 8, "password", NOW) is None


async def test_what_is_done_with_accounts_is_audited(parts: Parts) -> None:
    """Who did it, and never a secret."""
    mira = await added(parts)
    await staff.change(parts.database, mira.id, role="lead", by=mira.id)
    await staff.set_password(parts.database, mira.id, "$argon2id$hash")
    async with parts.database.read() as connection:
        rows = (await connection.execute(select(AuditRow).order_by(AuditRow.id))).all()
    assert [(row.staff_id, row.action) for row in rows] == [
        (None, "staff added"),
        (1, "staff changed"),
        (1, "password set"),
    ]
    assert "argon2" not in str(rows)
    assert len(await parts.rows(StaffRow)) == 1
