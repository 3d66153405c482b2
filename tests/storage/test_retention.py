"""Forgetting: everything has its time."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.storage import casework, drafts, retention
from bot.storage.attachments import File
from bot.storage.conversations import save
from bot.storage.models import CaseMessageRow, CaseRow, ConversationRow, IncomingRow, OutgoingRow, ReceiptRow
from bot.storage.models_inbox import AttachmentRow, AuditRow, DraftRow, MentionRow, PresenceRow
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case
from tests.storage.parts import PERSON, Parts, held, incoming, put

DAY = 86400.0


async def age(parts: Parts, table: Any, **days: float) -> None:
    """Make rows older."""
    values = {column: time.time() - number * DAY for column, number in days.items()}
    async with parts.database.write() as connection:
        await connection.execute(update(table).values(**values))


async def forget(parts: Parts, table: Any) -> int:
    """How many rows of a table are left."""
    await retention.forget(parts.database, parts.vault)
    return len(await parts.rows(table))


async def without_incoming(parts: Parts) -> None:
    """A conversation whose message was answered."""
    await parts.incoming.store([incoming("eins")])
    async with parts.database.write() as connection:
        await connection.execute(delete(IncomingRow))


@pytest.mark.parametrize(("days", "left"), [(2.9, 1), (3.1, 0)])
async def test_receipts_are_kept_three_days(parts: Parts, days: float, left: int) -> None:
    """Longer than Telegram repeats an update."""
    await parts.incoming.store([incoming("eins")])
    await age(parts, ReceiptRow, received_at=days)
    assert await forget(parts, ReceiptRow) == left


@pytest.mark.parametrize(("days", "left"), [(6.9, 1), (7.1, 0)])
async def test_what_was_set_aside_is_kept_a_week(parts: Parts, days: float, left: int) -> None:
    """Long enough for an operator."""
    await parts.incoming.store([incoming("gift")])
    await age(parts, IncomingRow, set_aside_at=days)
    assert await forget(parts, IncomingRow) == left


async def test_a_message_that_waits_is_never_forgotten(parts: Parts) -> None:
    """However long Lotse stood still."""
    await parts.incoming.store([incoming("eins")])
    await age(parts, IncomingRow, received_at=365)
    await age(parts, ConversationRow, active_at=365)
    assert await forget(parts, IncomingRow) == 1
    assert len(await parts.rows(ConversationRow)) == 1


@pytest.mark.parametrize(("channel", "left"), [("telegram", 1), ("web", 0)])
async def test_replies_wait_for_the_network_but_not_for_a_closed_page(parts: Parts, channel: str, left: int) -> None:
    """Telegram's leave whenever it is back; a page that was closed does not come for its own."""
    await put(parts, "eins", received_at=time.time() - 4 * DAY)
    async with parts.database.write() as connection:
        await connection.execute(update(OutgoingRow).values(channel=channel))
    assert await forget(parts, OutgoingRow) == left


async def test_a_reply_that_nobody_fetched_is_shown_as_not_delivered(parts: Parts) -> None:
    """Staff learn that the person never had it."""
    mira, number = await colleague(parts, "Mira", "ost"), await new_case(parts, "Hallo")
    await casework.reply(parts.database, parts.vault, mira, number, ANSWER.text, ANSWER)
    async with parts.database.write() as connection:
        await connection.execute(update(OutgoingRow).values(channel="web", received_at=time.time() - 4 * DAY))
    assert await forget(parts, OutgoingRow) == 0
    assert [row.delivery for row in await parts.rows(CaseMessageRow) if row.kind == "reply"] == ["failed"]
    assert [row.waiting_for for row in await parts.rows(CaseRow)] == ["staff"]


@pytest.mark.parametrize(("days", "left"), [(179, 1), (181, 0)])
async def test_a_silent_conversation_is_forgotten_after_half_a_year(parts: Parts, days: float, left: int) -> None:
    """Language and address go too."""
    await without_incoming(parts)
    await age(parts, ConversationRow, active_at=days)
    assert await forget(parts, ConversationRow) == left


async def test_a_conversation_with_an_open_case_stays(parts: Parts) -> None:
    """Staff still owe an answer."""
    await without_incoming(parts)
    await age(parts, ConversationRow, active_at=365)
    async with parts.database.write() as connection:
        await connection.execute(update(ConversationRow).values(status="queued"))
    assert await forget(parts, ConversationRow) == 1


async def test_recent_utterances_go_after_their_hour(parts: Parts) -> None:
    """The conversation stays without them."""
    await parts.incoming.store([incoming("eins")])
    talk = await held(parts)
    talk.talk.remember("Geheim", datetime.now(UTC))
    async with parts.database.write() as connection:
        await save(connection, parts.vault, talk, time.time() - 3601)
    await retention.forget(parts.database, parts.vault)
    assert (await held(parts)).talk.recent == []


async def test_what_cannot_be_read_does_not_keep_the_rest_from_being_forgotten(parts: Parts) -> None:
    """One conversation whose key is gone; the transcript of another person goes at its time."""
    await closed_case(parts, 91)
    async with parts.database.write() as connection:
        spoilt = {"state": b"gone\0" + bytes(40), "recent_until": time.time() - 1}
        await connection.execute(update(ConversationRow).values(**spoilt))
    await retention.forget(parts.database, parts.vault)
    assert await parts.rows(CaseMessageRow) == []


async def test_a_case_that_is_opened_again_at_that_moment_is_not_erased(parts: Parts) -> None:
    """Somebody holds it (PostgreSQL): the purge goes by, and looks again the next time."""
    if parts.database.is_sqlite:
        pytest.skip("there is one writer at a time")
    number = await closed_case(parts, 91)
    async with parts.database.write() as connection:
        await connection.execute(select(CaseRow.id).where(CaseRow.id == number).with_for_update())
        async with asyncio.timeout(10):
            await retention.forget(parts.database, parts.vault)
        await connection.execute(update(CaseRow).where(CaseRow.id == number).values(status="assigned"))
    assert len(await parts.rows(CaseMessageRow)) > 0
    assert (await parts.rows(CaseRow))[0].purged_at is None


async def closed_case(parts: Parts, days: float) -> int:
    """A case of somebody that was closed so many days ago, with a note and a file on both."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "Ich suche Hilfe", person=PERSON)
    await casework.note(parts.database, parts.vault, mira, number, "Notiz", mentions=[])
    file = File("Pass.png", "image/png", b"x")
    await casework.reply(parts.database, parts.vault, mira, number, "Ja", ANSWER, files=[file])
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    await drafts.keep(parts.database, parts.vault, mira, number, "zu spät")
    await age(parts, CaseRow, closed_at=days)
    return number


@pytest.mark.parametrize(("days", "lines", "files"), [(29.9, 5, 1), (30.1, 5, 0), (89.9, 5, 0), (90.1, 0, 0)])
async def test_a_transcript_is_kept_90_days_and_its_files_30(parts: Parts, days: float, lines: int, files: int) -> None:
    """Counted from the closing; the case stays as a row for the figures."""
    await closed_case(parts, days)
    await retention.forget(parts.database, parts.vault)
    assert len(await parts.rows(CaseMessageRow)) == lines
    assert len(await parts.rows(AttachmentRow)) == files
    assert len(await parts.rows(CaseRow)) == 1


async def test_after_the_purge_a_case_is_tied_to_nobody(parts: Parts) -> None:
    """Neither lane nor text nor draft is left, and what was erased is noted once."""
    number = await closed_case(parts, 91)
    for _ in range(2):
        await retention.forget(parts.database, parts.vault)
    (row,) = await parts.rows(CaseRow)
    assert (row.id, row.lane, row.district, row.preview, row.shelter) == (number, None, None, None, None)
    assert row.purged_at is not None
    assert (row.status, row.language, row.theme, row.resolution) == ("resolved", "uk", "housing", "answered")
    assert [len(await parts.rows(table)) for table in (DraftRow, MentionRow, PresenceRow)] == [0, 0, 0]
    erased = [entry.case_id for entry in await parts.rows(AuditRow) if entry.action == "transcript erased"]
    assert erased == [number]


async def test_how_long_is_a_setting(parts: Parts) -> None:
    """A city may keep less."""
    await closed_case(parts, 8)
    week = timedelta(days=7)
    await retention.forget(parts.database, parts.vault, transcripts=week, media=week)
    assert await parts.rows(CaseMessageRow) == []


async def test_an_open_case_keeps_its_transcript(parts: Parts) -> None:
    """However old it is, also if it was closed once."""
    await new_case(parts, "Ich suche Hilfe")
    await age(parts, CaseRow, opened_at=365, closed_at=365)
    await retention.forget(parts.database, parts.vault)
    assert len(await parts.rows(CaseMessageRow)) == 1


async def test_night_after_night_the_clock_erases_what_is_over(parts: Parts) -> None:
    """Nothing before its time; what a night erased is audited once, as a count and without anybody's name."""
    number = await closed_case(parts, 0)
    now, erased = time.time(), []
    for night in range(1, 93):
        done = await retention.forget(parts.database, parts.vault, now=now + night * DAY)
        if str(done):
            erased.append((night, str(done)))
    assert erased == [(14, "drafts 1"), (30, "files 1"), (90, "transcripts 1")]
    noted = [row for row in await parts.rows(AuditRow) if row.action == "purged"]
    assert [(row.staff_id, row.case_id, row.detail) for row in noted] == [(None, None, told) for _, told in erased]
    assert [row.id for row in await parts.rows(CaseRow)] == [number]


async def test_drafts_of_open_cases_and_old_looks_go_too(parts: Parts) -> None:
    """What was begun two weeks ago is not sent any more; newer drafts stay."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "Ich suche Hilfe")
    await drafts.keep(parts.database, parts.vault, mira, number, "angefangen")
    await drafts.look(parts.database, mira, number)
    await retention.forget(parts.database, parts.vault, now=time.time() + 13 * DAY)
    assert (len(await parts.rows(DraftRow)), len(await parts.rows(PresenceRow))) == (1, 0)
    await retention.forget(parts.database, parts.vault, now=time.time() + 15 * DAY)
    assert await parts.rows(DraftRow) == []
