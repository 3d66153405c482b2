"""A case as a file for the person it is about."""

import io
import json
import re
import time
import zipfile
from collections.abc import AsyncIterator

import pytest

from bot.messages import Button, Reply
from bot.storage import casework, transcript
from bot.storage.attachments import File
from tests.inbox.workroom import ARABIC, Workroom, post
from tests.storage.desk import ANSWER

PROMISE = Reply(text="Heute bis 16 Uhr.", language="ar", buttons=((Button("Ende", "end"),),))


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workroom]:
    """The pages, on both engines."""
    opened = await Workroom.open(database_url)
    yield opened
    await opened.close()


async def case_with_everything(work: Workroom) -> int:
    """What was written by both sides, a note that names a colleague, and a file with an evil name."""
    number = await work.case(ARABIC, "<script>alert(1)</script>", queue="ost", language="ar", district="ost")
    mira, _ = await work.colleague("Mira Sommer", "ost")
    database, vault = work.room.database, work.room.vault
    file = File("../../evil.png", "image/png", b"bytes")
    await casework.reply(database, vault, mira, number, "Kommen Sie morgen.", ANSWER, files=[file])
    await casework.note(database, vault, mira, number, "Bitte leise sprechen.")
    async with database.write() as connection:
        await transcript.add_bot(connection, vault, number, [PROMISE], time.time())
    return number


async def export(work: Workroom, number: int, **values: str) -> zipfile.ZipFile:
    """What a lead gets."""
    _, lead = await work.colleague("Lena Lead", "ost", role="lead")
    answer = await post(lead, f"/inbox/cases/{number}/export", **values)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def test_a_person_gets_what_was_written_in_their_language_with_its_files(work: Workroom) -> None:
    """From right to left, inert, with staff by what they are; no file lies outside its folder."""
    number = await case_with_everything(work)
    found = await export(work, number, asked="yes")
    page, data = found.read("index.html").decode(), json.loads(found.read("data.json"))
    assert '<html lang="ar" dir="rtl">' in page
    assert "<script>" not in page
    assert "Kommen Sie morgen." in page
    for text in (page, json.dumps(data, ensure_ascii=False)):
        assert "Jobcenter" in text
        assert "Mira" not in text
        assert "leise" not in text
    (path,) = (name for name in found.namelist() if name.startswith("files/"))
    assert path == "files/1-evil.png"
    assert found.read(path) == b"bytes"
    assert [line["author"] for line in data["messages"]] == ["contact", "contact", "staff", "bot"]
    assert data["messages"][-1]["text"] == "Heute bis 16 Uhr.\n\nEnde"
    assert re.search(r'class="bot">\s*<p class="by"><strong>Lotse</strong>.*?Heute bis 16 Uhr\.', page, re.DOTALL)
    assert ("exported", "") in await work.room.audited()


async def test_notes_are_given_out_if_the_lead_decides_so(work: Workroom) -> None:
    """And that is audited."""
    found = await export(work, await case_with_everything(work), asked="yes", notes="yes")
    assert "leise" in found.read("index.html").decode()
    assert ("exported", "with notes") in await work.room.audited()


async def test_nothing_is_given_out_that_nobody_asked_for(work: Workroom) -> None:
    """It is said what is missing."""
    number = await work.case("Hilfe", queue="ost")
    _, lead = await work.colleague("Lena Lead", "ost", role="lead")
    answer = await post(lead, f"/inbox/cases/{number}/export", notes="yes")
    assert answer.headers["location"].endswith("said=not_asked")
    assert "exported" not in [action for action, _ in await work.room.audited()]


async def test_others_give_nothing_out(work: Workroom) -> None:
    """Neither social workers, who see no button, nor leads of another queue."""
    number = await work.case("Hilfe", queue="ost")
    _, mira = await work.colleague("Mira Sommer", "ost")
    _, lead = await work.colleague("Lena Lead", "west", role="lead")
    for browser in (mira, lead):
        assert (await post(browser, f"/inbox/cases/{number}/export", asked="yes")).status_code == 404
    assert "/export" not in (await mira.get(f"/inbox/cases/{number}")).text
