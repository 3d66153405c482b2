"""A change of keys reaches everything that is sealed."""

from sqlalchemy import LargeBinary

from bot.storage import attachments, casefile, casework, drafts, staff
from bot.storage.attachments import File
from bot.storage.models import Base
from bot.storage.rekey import _SEALED, rekey
from tests.storage.desk import ANSWER, colleague, new_case
from tests.storage.parts import KEY, NEWER, PERSON, Parts, open_parts

_CHECKED = {("keys", "check")}


def test_no_sealed_column_is_forgotten() -> None:
    """Every column of bytes is sealed anew, or is the check of a key."""
    bytes_columns = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert {(table.__tablename__, column) for table, column, _ in _SEALED} == bytes_columns - _CHECKED


async def test_the_old_key_can_go_and_staff_read_on(parts: Parts, database_url: str) -> None:
    """Transcript, preview, file, draft and second factor open with the new key alone."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "Ich suche Hilfe", person=PERSON)
    file = File("Plan.png", "image/png", b"x")
    await casework.reply(parts.database, parts.vault, mira, number, "Ja", ANSWER, files=[file])
    await drafts.keep(parts.database, parts.vault, mira, number, "Entwurf")
    await staff.set_totp(parts.database, parts.vault, mira.staff_id, "JBSWY3DP")
    async with open_parts(database_url, NEWER, KEY) as changed:
        await rekey(changed.database, changed.vault)
    async with open_parts(database_url, NEWER) as after:
        found = await casefile.read(after.database, after.vault, mira, number)
        assert ([line.text for line in found.lines], found.case.preview) == (
            ["Ich suche Hilfe", "Ja"],
            "Ich suche Hilfe",
        )
        (kept,) = found.lines[1].attachments
        assert (await attachments.read(after.database, after.vault, mira, kept.id))[1] == b"x"
        assert await drafts.read(after.database, after.vault, mira, number) == "Entwurf"
        assert (await staff.credentials(after.database, after.vault, mira.staff_id)).totp == "JBSWY3DP"
        assert not found.unreachable
