"""A copy of everything about one person, and erasing it."""

import asyncio
import json
import time
from datetime import UTC, datetime

from sqlalchemy import update

from bot.messages import Reply, Understanding
from bot.storage import cases, casework, drafts, personal
from bot.storage.attachments import File
from bot.storage.conversations import save
from bot.storage.models import (
    CaseMessageRow,
    CaseRow,
    ConversationRow,
    IncomingRow,
    OutgoingRow,
    ReceiptRow,
)
from bot.storage.models_inbox import AttachmentRow, DraftRow, MentionRow
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case
from tests.storage.parts import PERSON, Parts, held, incoming, open_case, put

OTHER = "8888888888"


async def fill(parts: Parts) -> int:
    """Two people, each with a state, waiting messages, a message set aside, and a case; the first one's case."""
    numbers = []
    for person, mark in ((PERSON, "meins"), (OTHER, "fremd")):
        await parts.incoming.store([incoming(f"{mark} gift", person), incoming(f"{mark} wartet", person)])
        talk = await held(parts, person)
        talk.talk.remember(f"{mark} erinnert", datetime.now(UTC))
        async with parts.database.write() as connection:
            await save(connection, parts.vault, talk, time.time())
        number = await open_case(parts, f"{mark} Fall", person=person)
        await cases.reply(parts.database, parts.vault, number, f"{mark} Antwort", Reply(f"{mark} Antwort", "de"))
        await put(parts, f"{mark} unterwegs", person=person)
        numbers.append(number)
    return numbers[0]


async def test_the_export_holds_everything_and_nothing_foreign(parts: Parts) -> None:
    """State, waiting messages, replies, the case with both sides, the address; nothing of anybody else."""
    await fill(parts)
    async with parts.database.write() as connection:
        exported = await personal.export(connection, parts.vault, await held(parts))
    text = json.dumps(exported, ensure_ascii=False)
    for mine in ("gift", "wartet", "erinnert", "Fall", "Antwort", "unterwegs"):
        assert f"meins {mine}" in text
    for mine in (PERSON, "Haus am See", "mitte", "telegram"):
        assert mine in text
    assert "fremd" not in text
    assert OTHER not in text
    assert set(exported) == {
        *("channel", "address", "status", "last_active", "last_news", "state"),
        *("messages_waiting", "replies_waiting", "cases"),
    }


async def erase(parts: Parts, present: int) -> None:
    """Erase one person, during the turn of this message."""
    async with parts.database.write() as connection:
        await personal.erase(connection, parts.vault, await held(parts), present, time.time())


async def test_erasing_leaves_no_row_that_is_tied_to_the_person(parts: Parts) -> None:
    """Queues, conversation, transcript and what was set aside are gone; the case stays as a number tied to nobody."""
    number = await fill(parts)
    first, present = (row.id for row in await parts.rows(IncomingRow) if row.lane == parts.lane())
    async with parts.database.write() as connection:
        await connection.execute(update(IncomingRow).where(IncomingRow.id == first).values(set_aside_at=1.0))
    await erase(parts, present)
    await parts.database.erase_remains()
    stored = await parts.everything()
    assert parts.lane().encode() not in stored
    assert {row.case_id for row in await parts.rows(CaseMessageRow)} == {number + 1}
    kept = next(row for row in await parts.rows(CaseRow) if row.id == number)
    assert (kept.lane, kept.shelter, kept.district, kept.closed_by) == (None, None, None, "erased")
    # A receipt is a hash of an update's id, kept so that a late repeat is not answered once more.
    assert len(await parts.rows(ReceiptRow)) == 4


async def test_erasing_one_person_leaves_the_others_alone(parts: Parts) -> None:
    """Every row of the other person is as it was."""
    await fill(parts)
    tables = (ConversationRow, IncomingRow, OutgoingRow, CaseRow)
    before = [[row for row in await parts.rows(table) if row.lane == parts.lane(OTHER)] for table in tables]
    await erase(parts, 2)
    after = [[row for row in await parts.rows(table) if row.lane == parts.lane(OTHER)] for table in tables]
    assert before == after
    assert all(before)


async def test_what_was_sent_after_the_deletion_keeps_a_blank_conversation(parts: Parts) -> None:
    """Later messages are answered, by somebody who remembers nothing."""
    await fill(parts)
    await parts.incoming.store([incoming("danach")])
    first, present, _ = (row.id for row in await parts.rows(IncomingRow) if row.lane == parts.lane())
    async with parts.database.write() as connection:
        await connection.execute(update(IncomingRow).where(IncomingRow.id == first).values(set_aside_at=1.0))
    await erase(parts, present)
    (head,) = await parts.incoming.heads(["telegram"], [parts.lane(OTHER)], 10)
    claim = await parts.incoming.claim(head)
    assert claim
    assert (claim.message.text, claim.held.talk.recent, claim.held.status) == ("danach", [], "bot")
    assert claim.held.address["chat"] == int(PERSON)
    await claim.release()


async def test_a_message_that_comes_in_during_the_deletion_is_not_lost(parts: Parts) -> None:
    """Stored a moment before the deletion is written, it still finds a conversation."""
    await parts.incoming.store([incoming("löschen")])
    (present,) = (row.id for row in await parts.rows(IncomingRow))
    for _ in range(20):
        await asyncio.gather(parts.incoming.store([incoming("danach")]), erase(parts, present))
        waiting = [row for row in await parts.rows(IncomingRow) if row.lane == parts.lane()]
        assert waiting
        assert (await held(parts)).address["chat"] == int(PERSON)
        present = waiting[0].id


async def test_erasing_reaches_closed_cases_too(parts: Parts) -> None:
    """Transcript, files, notes and drafts go at once; when and by whom it was closed stays as it was."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "Ich suche Hilfe", person=PERSON)
    await casework.note(parts.database, parts.vault, mira, number, "Notiz")
    file = File("Pass.png", "image/png", b"x")
    await casework.reply(parts.database, parts.vault, mira, number, "Ja", ANSWER, files=[file])
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    await drafts.keep(parts.database, parts.vault, mira, number, "Entwurf")
    (before,) = await parts.rows(CaseRow)
    await erase(parts, 99)
    for table in (CaseMessageRow, AttachmentRow, DraftRow, MentionRow):
        assert await parts.rows(table) == []
    (row,) = await parts.rows(CaseRow)
    assert (row.lane, row.preview, row.district) == (None, None, None)
    assert (row.closed_at, row.closed_by) == (before.closed_at, "staff")
    assert row.purged_at is not None


async def test_the_export_holds_closed_cases(parts: Parts) -> None:
    """With the names of files and what was understood, for as long as they are kept."""
    mira = await colleague(parts, "Mira", "ost")
    meant = Understanding("uk", "faq/rent", 0.9, "sure")
    number = await new_case(parts, "Ich suche Hilfe", person=PERSON, understood=[meant])
    file = File("Plan.png", "image/png", b"x")
    await casework.reply(parts.database, parts.vault, mira, number, "Ja", ANSWER, files=[file])
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    async with parts.database.write() as connection:
        exported = await personal.export(connection, parts.vault, await held(parts))
    (case,) = exported["cases"]
    assert (case["status"], case["closed"] is None, case["theme"]) == ("resolved", False, "housing")
    said = [(line["author"], line["text"]) for line in case["messages"]]
    assert said == [("contact", "Ich suche Hilfe"), ("staff", "Ja"), ("bot", FAREWELL.text)]
    assert case["messages"][0]["understood"]["intent"] == "faq/rent"
    assert case["messages"][1]["files"] == [{"name": "Plan.png", "type": "image/png", "bytes": 1, "direction": "out"}]
    assert "Mira" not in json.dumps(exported)
