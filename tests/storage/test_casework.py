"""What staff do with a case: who may, who wins, what the person gets, and what is noted about it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import update

from bot.messages import Candidate, Reply, Understanding
from bot.storage import attachments, audit, casefile, casework, drafts, inbox, personal
from bot.storage.access import LARGEST, Actor, NotAllowedError
from bot.storage.attachments import File
from bot.storage.casework import CaseStateError
from bot.storage.models import CaseMessageRow, CaseRow
from bot.storage.models_inbox import AttachmentRow, AuditRow, DraftRow, MentionRow, PresenceRow
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case
from tests.storage.parts import PERSON, Parts, held

GREETING = Reply(text="Hier sind wir wieder.", language="uk")
MEANT = Understanding("uk", "faq/rent", 0.9, "sure", (Candidate("faq/rent", 0.9),), {"district": ("ost",)})


@pytest.fixture
async def mira(parts: Parts) -> Actor:
    """Somebody of the queue ost."""
    return await colleague(parts, "Mira", "ost")


@pytest.fixture
async def number(parts: Parts) -> int:
    """A case in the queue ost."""
    return await new_case(parts, "Ich suche eine Wohnung", person=PERSON, understood=[MEANT])


async def events(parts: Parts, actor: Actor, number: int) -> list[tuple[str, str]]:
    """What happened to a case, as its transcript says."""
    lines = (await casefile.read(parts.database, parts.vault, actor, number)).lines
    return [(line.text, line.detail) for line in lines if line.kind == "event"]


async def actions(parts: Parts) -> list[str]:
    """What the audit says, the oldest first, without accounts."""
    return [row.action for row in await parts.rows(AuditRow) if row.case_id]


async def test_a_case_is_read_with_what_was_understood(parts: Parts, mira: Actor, number: int) -> None:
    """The gloss comes back as it was; one reading is one row of the audit."""
    for _ in range(2):
        found = await casefile.read(parts.database, parts.vault, mira, number)
    assert [(line.kind, line.text, line.understood) for line in found.lines] == [
        ("contact", "Ich suche eine Wohnung", MEANT)
    ]
    assert (found.case.pseudonym != "", found.unreachable, found.feedback) == (True, False, "")
    assert PERSON not in str(found)
    assert await actions(parts) == ["read"]


async def test_of_two_who_take_at_once_one_has_the_case(parts: Parts, mira: Actor, number: int) -> None:
    """The other is told who; the conversation knows that somebody cares."""
    zoe = await colleague(parts, "Zoe", "ost")
    taken = await asyncio.gather(*(casework.take(parts.database, parts.vault, who, number) for who in (mira, zoe)))
    assert sorted(each.won for each in taken) == [False, True]
    assert taken[0].staff == taken[1].staff
    assert (await held(parts)).status == "assigned"
    winner = mira if taken[0].won else zoe
    assert (await casework.take(parts.database, parts.vault, winner, number)).won
    assert await events(parts, mira, number) == [("taken", "")]


Attempt = Callable[[Parts, Actor, int], Awaitable[Any]]
ATTEMPTS: dict[str, Attempt] = {
    "read": lambda parts, who, number: casefile.read(parts.database, parts.vault, who, number),
    "take": lambda parts, who, number: casework.take(parts.database, parts.vault, who, number),
    "assign": lambda parts, who, number: casework.assign(parts.database, parts.vault, who, number, who.staff_id),
    "hand over": lambda parts, who, number: casework.hand_over(parts.database, parts.vault, who, number, "ost"),
    "note": lambda parts, who, number: casework.note(parts.database, parts.vault, who, number, "x"),
    "reply": lambda parts, who, number: casework.reply(parts.database, parts.vault, who, number, "x", ANSWER),
    "snooze": lambda parts, who, number: casework.snooze(parts.database, parts.vault, who, number, 1.0),
    "resolve": lambda parts, who, number: casework.resolve(
        parts.database, parts.vault, who, number, "x", farewell=FAREWELL
    ),
    "reopen": lambda parts, who, number: casework.reopen(parts.database, parts.vault, who, number, GREETING),
    "block": lambda parts, who, number: casework.block(parts.database, parts.vault, who, number, FAREWELL),
    "unblock": lambda parts, who, number: casework.unblock(parts.database, parts.vault, who, number),
    "addressee": lambda parts, who, number: casework.addressee(parts.database, parts.vault, who, number),
    "keep draft": lambda parts, who, number: drafts.keep(parts.database, parts.vault, who, number, "x"),
    "read draft": lambda parts, who, number: drafts.read(parts.database, parts.vault, who, number),
    "look": lambda parts, who, number: drafts.look(parts.database, who, number),
    "present": lambda parts, who, number: drafts.present(parts.database, who, number),
}


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_a_case_of_another_queue_is_as_one_that_does_not_exist(parts: Parts, number: int, name: str) -> None:
    """The same error with the same words, and nothing has changed."""
    stranger = await colleague(parts, "Fremd", "west")
    editor = await colleague(parts, "Text", "*", role="editor")
    tables = (CaseRow, CaseMessageRow, AuditRow, DraftRow, PresenceRow)
    before = [await parts.rows(table) for table in tables]
    for who, wanted in ((stranger, number), (editor, number), (stranger, 999), (stranger, LARGEST + 1), (stranger, -1)):
        with pytest.raises(NotAllowedError, match=rf"^There is no case {wanted}\.$"):
            await ATTEMPTS[name](parts, who, wanted)
    assert [await parts.rows(table) for table in tables] == before


@pytest.mark.parametrize("name", ["take", "assign", "hand over", "reply", "snooze", "resolve"])
async def test_a_closed_case_is_left_alone(parts: Parts, mira: Actor, number: int, name: str) -> None:
    """Whoever comes late is told."""
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    with pytest.raises(CaseStateError):
        await ATTEMPTS[name](parts, mira, number)


async def test_a_reply_leaves_and_gives_the_case_to_who_wrote_it(parts: Parts, mira: Actor, number: int) -> None:
    """With its file in the transcript; the draft is gone."""
    await drafts.keep(parts.database, parts.vault, mira, number, "Kommen Sie")
    assert await drafts.read(parts.database, parts.vault, mira, number) == "Kommen Sie"
    file = File("Plan.png", "image/png", b"\x89PNG\x00")
    line = await casework.reply(parts.database, parts.vault, mira, number, ANSWER.text, ANSWER, files=[file])
    text, picture = [envelope.reply for _, envelope in await parts.outgoing.waiting(parts.lane())]
    assert text == ANSWER
    assert picture.document is not None
    assert (picture.author, picture.document.filename) == ("staff", "Plan.png")
    last = (await casefile.read(parts.database, parts.vault, mira, number)).lines[-1]
    assert (last.id, last.kind, last.staff, last.delivery) == (line, "reply", "Mira", "waiting")
    (kept,) = last.attachments
    assert await attachments.read(parts.database, parts.vault, mira, kept.id) == (kept, file.content)
    assert (kept.filename, kept.size, kept.direction) == ("Plan.png", 5, "out")
    assert b"Plan.png" not in await parts.everything()
    assert await drafts.read(parts.database, parts.vault, mira, number) == ""
    assert (await casework.take(parts.database, parts.vault, mira, number)).won
    assert await actions(parts) == ["reply", "read", "file read"]


async def test_a_file_of_another_queue_is_as_one_that_does_not_exist(parts: Parts, mira: Actor, number: int) -> None:
    """Whoever guesses numbers learns nothing."""
    file = File("Plan.png", "image/png", b"x")
    await casework.reply(parts.database, parts.vault, mira, number, "Ja", ANSWER, files=[file])
    stranger = await colleague(parts, "Fremd", "west")
    (kept,) = [row.id for row in await parts.rows(AttachmentRow)]
    for wanted in (kept, 999, LARGEST + 1):
        with pytest.raises(NotAllowedError):
            await attachments.read(parts.database, parts.vault, stranger, wanted)


async def test_a_case_is_given_to_colleagues_who_may_see_it(parts: Parts, mira: Actor, number: int) -> None:
    """Or back to everybody; never to somebody of another queue."""
    zoe, stranger = await colleague(parts, "Zoe", "ost"), await colleague(parts, "Fremd", "west")
    await casework.assign(parts.database, parts.vault, mira, number, zoe.staff_id)
    for nobody in (stranger.staff_id, 999):
        with pytest.raises(NotAllowedError):
            await casework.assign(parts.database, parts.vault, mira, number, nobody)
    assert (await casefile.read(parts.database, parts.vault, mira, number)).case.assignee == "Zoe"
    await casework.assign(parts.database, parts.vault, mira, number, None)
    assert (await held(parts)).status == "queued"
    assert await events(parts, mira, number) == [("assigned", "Zoe"), ("released", "")]


async def test_handing_over_takes_the_case_out_of_sight(parts: Parts, mira: Actor, number: int) -> None:
    """It lies in the other queue for anybody there."""
    zoe = await colleague(parts, "Zoe", "west")
    await casework.take(parts.database, parts.vault, mira, number)
    await casework.hand_over(parts.database, parts.vault, mira, number, "west")
    with pytest.raises(NotAllowedError):
        await casefile.read(parts.database, parts.vault, mira, number)
    found = await casefile.read(parts.database, parts.vault, zoe, number)
    assert (found.case.queue, found.previous_queue, found.case.assignee_id) == ("west", "ost", None)
    assert (await casework.take(parts.database, parts.vault, zoe, number)).won
    with pytest.raises(NotAllowedError):
        await casework.hand_over(parts.database, parts.vault, zoe, number, "*")


@pytest.mark.parametrize("step", ["hand over", "assign"])
async def test_who_gets_an_answered_case_finds_it_at_once(parts: Parts, mira: Actor, number: int, step: str) -> None:
    """They are asked to do something, although the person has had an answer."""
    zoe = await colleague(parts, "Zoe", "west", "ost")
    await casework.reply(parts.database, parts.vault, mira, number, ANSWER.text, ANSWER)
    if step == "assign":
        await casework.assign(parts.database, parts.vault, mira, number, zoe.staff_id)
    else:
        await casework.hand_over(parts.database, parts.vault, mira, number, "west")
    view: inbox.View = "mine" if step == "assign" else "unassigned"
    (line,) = (await inbox.page(parts.database, parts.vault, zoe, view)).lines
    assert (line.id, line.waiting_for) == (number, "staff")


async def test_a_colleague_is_asked_in_a_closed_case_too(parts: Parts, mira: Actor, number: int) -> None:
    """Until they have read it."""
    zoe = await colleague(parts, "Zoe", "ost")
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    await casework.note(parts.database, parts.vault, mira, number, "War das richtig?", mentions=[zoe.staff_id])
    assert (await inbox.counts(parts.database, zoe)).mentioned == 1
    assert [line.id for line in (await inbox.page(parts.database, parts.vault, zoe, "mentioned")).lines] == [number]
    await casefile.read(parts.database, parts.vault, zoe, number)
    assert (await inbox.counts(parts.database, zoe)).mentioned == 0


async def test_a_note_stays_among_staff(parts: Parts, mira: Actor, number: int) -> None:
    """It neither leaves nor stands in the person's copy; who is mentioned finds the case until they have read it."""
    zoe, stranger = await colleague(parts, "Zoe", "ost"), await colleague(parts, "Fremd", "west")
    mentions = [zoe.staff_id, mira.staff_id]
    await casework.note(parts.database, parts.vault, mira, number, "Vorsicht, Schulden", mentions=mentions)
    assert await parts.outgoing.waiting(parts.lane()) == []
    assert [(row.staff_id) for row in await parts.rows(MentionRow)] == [zoe.staff_id]
    assert (await casefile.read(parts.database, parts.vault, zoe, number)).lines[-1].kind == "note"
    assert (await inbox.counts(parts.database, zoe)).mentioned == 0
    with pytest.raises(NotAllowedError):
        await casework.note(parts.database, parts.vault, mira, number, "x", mentions=[stranger.staff_id])
    async with parts.database.write() as connection:
        copy = await personal.export(connection, parts.vault, await held(parts))
    assert "Ich suche eine Wohnung" in str(copy)
    assert "Schulden" not in str(copy)
    assert b"Schulden" not in await parts.everything()


async def test_resolving_gives_the_person_back_to_the_bot(parts: Parts, mira: Actor, number: int) -> None:
    """With a farewell and a reason; the transcript stays."""
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    assert ((await held(parts)).status, (await held(parts)).talk.case) == ("bot", None)
    assert [envelope.reply for _, envelope in await parts.outgoing.waiting(parts.lane())] == [FAREWELL]
    found = await casefile.read(parts.database, parts.vault, mira, number)
    assert (found.case.status, found.case.resolution, found.closed_by) == ("resolved", "answered", "staff")
    assert [line.text for line in found.lines] == ["Ich suche eine Wohnung", "resolved", FAREWELL.text]
    assert await actions(parts) == ["resolved", "read"]


async def test_a_case_is_opened_again_for_who_asks(parts: Parts, mira: Actor, number: int) -> None:
    """Only a closed one, and only while the person talks to nobody else."""
    with pytest.raises(CaseStateError, match="is open"):
        await casework.reopen(parts.database, parts.vault, mira, number, GREETING)
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    await casework.reopen(parts.database, parts.vault, mira, number, GREETING)
    assert ((await held(parts)).status, (await held(parts)).talk.case) == ("assigned", number)
    assert [envelope.reply.text for _, envelope in await parts.outgoing.waiting(parts.lane())][-1] == GREETING.text
    told = (await casefile.read(parts.database, parts.vault, mira, number)).lines[-1]
    assert (told.kind, told.author, told.text, told.language) == ("bot", "bot", GREETING.text, GREETING.language)
    page = await inbox.page(parts.database, parts.vault, mira, "mine")
    assert [line.id for line in page.lines] == [number]
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    other = await new_case(parts, person=PERSON, queue="sport-mentors", reason="sport_mentor")
    assert other != number
    with pytest.raises(CaseStateError, match="another open case"):
        await casework.reopen(parts.database, parts.vault, mira, number, GREETING)


async def test_who_is_blocked_stays_out_of_the_lists_except_in_danger(parts: Parts, mira: Actor, number: int) -> None:
    """What they want is kept apart, so that nothing is lost, and it can be undone."""
    await casework.block(parts.database, parts.vault, mira, number, FAREWELL)
    talk = (await held(parts)).talk
    assert (talk.status, talk.blocked) == ("bot", True)
    again = await new_case(parts, "Hallo", person=PERSON)
    assert again != number
    counted = await inbox.counts(parts.database, mira)
    assert (counted.unassigned, counted.blocked) == ({}, 1)
    await casework.resolve(parts.database, parts.vault, mira, again, "spam", farewell=FAREWELL)
    crisis = await new_case(parts, person=PERSON, reason="crisis", queue="ost")
    page = await inbox.page(parts.database, parts.vault, mira, "unassigned")
    assert [line.id for line in page.lines] == [crisis]
    await casework.unblock(parts.database, parts.vault, mira, crisis)
    assert not (await held(parts)).talk.blocked
    assert [row.blocked for row in await parts.rows(CaseRow)] == [False] * 3


async def test_who_looks_at_a_case_is_seen_for_a_while(parts: Parts, mira: Actor, number: int) -> None:
    """By the others, not by themselves, and not after they left."""
    zoe = await colleague(parts, "Zoe", "ost")
    await asyncio.gather(*(drafts.look(parts.database, zoe, number) for _ in range(3)))
    assert await drafts.present(parts.database, mira, number) == [(zoe.staff_id, "Zoe")]
    assert await drafts.present(parts.database, zoe, number) == []
    async with parts.database.write() as connection:
        await connection.execute(update(PresenceRow).values(seen_at=time.time() - drafts.PRESENT - 1))
    assert await drafts.present(parts.database, mira, number) == []
    await drafts.look(parts.database, zoe, number)
    await drafts.leave(parts.database, zoe, number)
    assert await drafts.present(parts.database, mira, number) == []


async def test_drafts_are_sealed_and_everybody_has_their_own(parts: Parts, mira: Actor, number: int) -> None:
    """An empty one is none."""
    zoe = await colleague(parts, "Zoe", "ost")
    await drafts.keep(parts.database, parts.vault, mira, number, "Geheimer Entwurf")
    assert await drafts.read(parts.database, parts.vault, zoe, number) == ""
    assert b"Geheimer" not in await parts.everything()
    await drafts.keep(parts.database, parts.vault, mira, number, " \n")
    assert await parts.rows(DraftRow) == []


async def test_leads_read_who_did_what(parts: Parts, mira: Actor, number: int) -> None:
    """The newest first, page by page; others do not."""
    lead = await colleague(parts, "Zoe", "ost", role="lead")
    await casework.take(parts.database, parts.vault, mira, number)
    await casework.snooze(parts.database, parts.vault, mira, number, 1000.0)
    with pytest.raises(NotAllowedError):
        await audit.entries(parts.database, mira)
    rows = await audit.entries(parts.database, lead, case=number)
    assert [(row.staff, row.action, row.detail) for row in rows] == [
        ("Mira", "snoozed", "1970-01-01T00:16:40+00:00"),
        ("Mira", "taken", ""),
    ]
    below = await audit.entries(parts.database, lead, staff_id=mira.staff_id, before=rows[0].id, size=1)
    assert [row.action for row in below] == ["taken"]
