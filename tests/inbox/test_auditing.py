"""The audit as leads and admins see it."""

import csv
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.i18n import STAFF, Texts
from bot.inbox.auditwords import actions
from bot.inbox.tables import csv_of
from bot.storage import audit, casework
from tests.inbox.workroom import Workroom
from tests.storage.desk import ANSWER

BOT = Path(__file__).parents[2] / "bot"
_NOTED = re.compile(
    r"(?:audit\.(?:add|note|note_once)\([^\"()]*|refusals\.note\(|self\._note\(|RefusedError\(\d+, |_ACTION = )"
    r'"([a-z- ]+)"'
)


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workroom]:
    """The pages, on both engines."""
    opened = await Workroom.open(database_url)
    yield opened
    await opened.close()


def rows(page: str) -> list[str]:
    """The lines of the table as text."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


async def test_a_lead_sees_their_queues_and_their_own_acts(work: Workroom) -> None:
    """Neither another team's cases nor who signed in; an admin sees all."""
    ost, west = await work.case("Eins", queue="ost"), await work.case("Zwei", queue="west")
    mira, _ = await work.colleague("Mira Ost", "ost")
    zoe, _ = await work.colleague("Zoe West", "west")
    await casework.take(work.room.database, work.room.vault, mira, ost)
    await casework.take(work.room.database, work.room.vault, zoe, west)
    await audit.note(work.room.database, zoe.staff_id, "signed in", detail="password")
    _, lead = await work.colleague("Lena Lead", "ost", role="lead")
    _, admin = await work.colleague("Ada Admin", role="admin")
    mine, everything = rows((await lead.get("/inbox/audit")).text), rows((await admin.get("/inbox/audit")).text)
    assert [row for row in mine if f"#{ost}" in row]
    assert not [row for row in mine if f"#{west}" in row or "Zoe" in row]
    assert [row for row in everything if f"#{west}" in row and "Zoe West" in row]
    assert [row for row in everything if "Zoe West" in row and "#" not in row]


async def test_reading_and_saving_the_audit_is_in_it(work: Workroom) -> None:
    """With what was asked for."""
    _, admin = await work.colleague("Ada Admin", role="admin")
    await admin.get("/inbox/audit?case=7&action=read")
    await admin.get("/inbox/audit.csv?from=2026-01-01")
    assert ("audit read", "case=7&action=read") in await work.room.audited()
    assert ("audit exported", "from=2026-01-01") in await work.room.audited()


@pytest.mark.parametrize("role", ["social_worker", "editor"])
async def test_for_others_there_is_no_audit(work: Workroom, role: str) -> None:
    """Neither page nor table, nor figures."""
    _, browser = await work.colleague("Mira Ost", "ost", role=role)  # type: ignore[arg-type]
    for path in ("audit", "audit.csv", "figures", "figures.csv"):
        assert (await browser.get(f"/inbox/{path}")).status_code == 404
    assert "/inbox/audit" not in (await browser.get("/inbox")).text


async def test_it_is_narrowed_by_who_what_which_case_and_when(work: Workroom) -> None:
    """All at once; what cannot be read as a filter is left out."""
    mira, _ = await work.colleague("Mira Ost", "ost")
    database = work.room.database
    for case, action in ((1, "read"), (1, "taken"), (2, "read")):
        await audit.note(database, mira.staff_id, action, case=case)
    await audit.note(database, None, "read", case=1)
    _, admin = await work.colleague("Ada Admin", role="admin")

    async def number(query: str) -> int:
        return len(rows((await admin.get(f"/inbox/audit?{query}")).text))

    assert await number(f"staff={mira.staff_id}&case=1&action=read") == 1
    # With the reading of the lines themselves.
    assert await number("case=1") == 4
    assert await number("case=1&to=2020-01-01") == 0
    assert await number("case=1&from=2020-01-01&to=2999-12-31") == 6
    for strange in ("case=x", "staff=99999999999", "from=nie", "to=9999-12-31", "from=0001-01-01", "before=-1"):
        assert (await admin.get(f"/inbox/audit?{strange}")).status_code == 200


async def test_it_goes_on_from_page_to_page(work: Workroom) -> None:
    """No line is left out or shown twice, though new ones come in meanwhile."""
    for number in range(1, 251):
        await audit.note(work.room.database, None, "read", case=number)
    _, admin = await work.colleague("Ada Admin", role="admin")
    path, seen = "/inbox/audit?action=read", []
    while path:
        page = (await admin.get(path)).text
        seen += [int(found) for row in rows(page) for found in re.findall(r"#(\d+)", row)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
        await audit.note(work.room.database, None, "taken", case=999)
    assert seen == list(range(250, 0, -1))


async def test_a_saved_table_has_what_the_page_shows(work: Workroom) -> None:
    """In the reader's language, and a name that is a formula is none to a spreadsheet."""
    number = await work.case("Hallo", queue="ost")
    mira, _ = await work.colleague("=cmd|' /C calc'!A0", "ost")
    await casework.take(work.room.database, work.room.vault, mira, number)
    await casework.reply(work.room.database, work.room.vault, mira, number, "Ja", ANSWER)
    _, admin = await work.colleague("Ada Admin", role="admin")
    answer = await admin.get(f"/inbox/audit.csv?case={number}")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in table[1:]] == ["'=cmd|' /C calc'!A0"] * 2
    assert {row[3] for row in table[1:]} == {str(number)}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "\u00a0=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    """However it begins; numbers stay numbers."""
    (row,) = csv.reader(io.StringIO(csv_of([(text, -3, None, "gut")], "de"), newline=""), delimiter=";")
    assert row == [f"'{text}", "-3", "", "gut"]


def test_every_act_has_a_word() -> None:
    """Whatever the code notes."""
    known = set(actions(Texts("en", domain=STAFF)))
    noted = {found for file in BOT.rglob("*.py") for found in _NOTED.findall(file.read_text())}
    assert len(noted) > 20
    assert noted - known == set()


async def test_no_line_shows_what_only_programmers_know(work: Workroom) -> None:
    """Actions, teams and colleagues have names."""
    number = await work.case("Hallo", queue="default")
    mira, _ = await work.colleague("Mira Ost", "default", "sport-mentors")
    zoe, _ = await work.colleague("Zoe Ost", "default")
    database, vault = work.room.database, work.room.vault
    await casework.assign(database, vault, mira, number, zoe.staff_id)
    await casework.hand_over(database, vault, mira, number, "sport-mentors")
    _, admin = await work.colleague("Ada Admin", role="admin")
    await audit.note(database, mira.staff_id, "refused", case=number, detail=audit.IN_THE_GROUP)
    refused, handed, given = rows((await admin.get(f"/inbox/audit?case={number}")).text)[:3]
    assert refused.endswith("Telegram")
    assert "sport-mentors" not in handed
    assert "→" in handed
    assert "Zoe Ost" in given
