"""The audit is only added to, whoever holds the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.storage import audit
from bot.storage.models_inbox import AuditRow
from tests.storage.parts import Parts


@pytest.mark.parametrize("statement", ["UPDATE audit SET staff_id = 2", "DELETE FROM audit", "TRUNCATE audit"])
async def test_nobody_changes_or_deletes_what_was_noted(parts: Parts, statement: str) -> None:
    """The database itself refuses."""
    await audit.note(parts.database, 1, "read", case=7)
    with pytest.raises(DBAPIError, match=r"only added to|syntax error"):
        async with parts.database.write() as connection:
            await connection.execute(text(statement))
    assert [(row.staff_id, row.action, row.case_id) for row in await parts.rows(AuditRow)] == [(1, "read", 7)]


async def test_a_long_detail_is_cut(parts: Parts) -> None:
    """A refusal is noted whatever somebody wrote into the address."""
    await audit.note(parts.database, None, "refused", detail="x" * 5000)
    assert [len(row.detail) for row in await parts.rows(AuditRow)] == [200]
