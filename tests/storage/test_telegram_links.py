"""An account on Telegram counts as somebody's of the staff once they have connected it, and no longer than that."""

import time

import pytest
from sqlalchemy import update

from bot.storage import staff, telegram_links
from bot.storage.models_inbox import StaffLinkRow, StaffTelegramRow
from tests.storage.desk import colleague
from tests.storage.parts import KEY, NEWER, Parts, open_parts

ANNA, PAUL = "8300000001", "8300000002"


async def connect(parts: Parts, staff_id: int, person: str) -> staff.Staff | None:
    """Make a code and send it."""
    await telegram_links.make_code(parts.database, staff_id, f"code-{staff_id}-{person}")
    return await telegram_links.connect(parts.database, parts.vault, f"code-{staff_id}-{person}", person)


async def whose(parts: Parts, person: str) -> str:
    """The name of whom an account belongs to."""
    found = await telegram_links.whose(parts.database, parts.vault, person)
    return found.name if found else ""


async def test_a_code_connects_once(parts: Parts) -> None:
    """Whoever finds it later in the chat cannot use it."""
    anna = await colleague(parts, "Anna", "ost")
    assert await connect(parts, anna.staff_id, ANNA)
    assert await whose(parts, ANNA) == "Anna"
    again = await telegram_links.connect(parts.database, parts.vault, f"code-{anna.staff_id}-{ANNA}", PAUL)
    assert again is None
    assert await whose(parts, PAUL) == ""


async def test_a_code_works_for_a_while(parts: Parts) -> None:
    """And only the last one does."""
    anna = await colleague(parts, "Anna", "ost")
    await telegram_links.make_code(parts.database, anna.staff_id, "first")
    await telegram_links.make_code(parts.database, anna.staff_id, "second")
    assert await telegram_links.connect(parts.database, parts.vault, "first", ANNA) is None
    async with parts.database.write() as connection:
        await connection.execute(update(StaffLinkRow).values(expires_at=time.time() - 1))
    assert await telegram_links.connect(parts.database, parts.vault, "second", ANNA) is None


async def test_the_id_is_kept_nowhere(parts: Parts) -> None:
    """A keyed hash of it is."""
    anna = await colleague(parts, "Anna", "ost")
    await connect(parts, anna.staff_id, ANNA)
    assert ANNA.encode() not in await parts.everything()


async def test_the_last_connection_counts(parts: Parts) -> None:
    """One account is one colleague's, and a colleague has one."""
    anna, paul = await colleague(parts, "Anna", "ost"), await colleague(parts, "Paul", "ost")
    await connect(parts, anna.staff_id, ANNA)
    await connect(parts, paul.staff_id, ANNA)
    assert await whose(parts, ANNA) == "Paul"
    await connect(parts, paul.staff_id, PAUL)
    assert [await whose(parts, ANNA), await whose(parts, PAUL)] == ["", "Paul"]


async def test_disconnected_is_nobody_s(parts: Parts) -> None:
    """Codes that were made before do not bring it back."""
    anna = await colleague(parts, "Anna", "ost")
    await connect(parts, anna.staff_id, ANNA)
    await telegram_links.make_code(parts.database, anna.staff_id, "later")
    await telegram_links.disconnect(parts.database, anna.staff_id)
    assert await whose(parts, ANNA) == ""
    assert not await telegram_links.is_connected(parts.database, anna.staff_id)
    assert await telegram_links.connect(parts.database, parts.vault, "later", ANNA) is None


@pytest.mark.parametrize("again", [False, True])
async def test_a_disabled_account_is_nobody_s(parts: Parts, again: bool) -> None:  # noqa: FBT001
    """Until it is enabled again."""
    anna = await colleague(parts, "Anna", "ost")
    await connect(parts, anna.staff_id, ANNA)
    await staff.change(parts.database, anna.staff_id, active=False)
    if again:
        await staff.change(parts.database, anna.staff_id, active=True)
    assert await whose(parts, ANNA) == ("Anna" if again else "")


async def test_a_change_of_keys_is_followed(database_url: str) -> None:
    """Whoever writes while both keys are there is found under the newer one later."""
    async with open_parts(database_url, KEY) as parts:
        anna = await colleague(parts, "Anna", "ost")
        await connect(parts, anna.staff_id, ANNA)
        before = (await parts.rows(StaffTelegramRow))[0].person_hash
    async with open_parts(database_url, NEWER, KEY) as parts:
        assert await whose(parts, ANNA) == "Anna"
        assert (await parts.rows(StaffTelegramRow))[0].person_hash != before
        assert await whose(parts, ANNA) == "Anna"
