"""Cases: a sealed transcript while they are open, nothing of it afterwards."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.conversation import AddToCase, CloseCase, DescribeCase, Handover, OpenCase, RateCase, Reason
from bot.messages import Reply
from bot.storage import cases, casework, personal
from bot.storage.cases import NoSuchCaseError
from bot.storage.conversations import forget_recent, save
from bot.storage.models import CaseMessageRow, CaseRow
from bot.storage.models_inbox import FeedbackRow
from bot.storage.outgoing import first_of
from tests.storage.desk import colleague
from tests.storage.parts import PERSON, Parts, held, incoming, open_case

FAREWELL = Reply(text="Lotse ist wieder da.", language="de")
ANSWER = Reply(text="Kommen Sie morgen.", language="de", author="staff")


@pytest.fixture
async def number(parts: Parts) -> int:
    """An open case of one person."""
    await parts.incoming.store([incoming("Hallo")])
    return await open_case(parts, "Ich brauche Hilfe", "Bitte bald")


async def test_a_case_shows_what_was_said_and_nobodys_name(parts: Parts, number: int) -> None:
    """Staff see reason, language, district, shelter, consent and the lines, oldest first."""
    case = await cases.read_case(parts.database, parts.vault, number)
    assert (case.status, case.reason, case.language, case.channel) == ("queued", "asked", "de", "telegram")
    assert (case.district, case.shelter, case.consent) == ("mitte", "Haus am See", True)
    assert [(line.author, line.text) for line in case.messages] == [
        ("contact", "Ich brauche Hilfe"),
        ("contact", "Bitte bald"),
    ]
    assert PERSON not in str(case)
    assert (case.answered_at, case.closed_at) == (None, None)


async def test_a_case_waits_in_the_queue_of_those_who_are_asked(parts: Parts) -> None:
    """Once it is about danger, it is for whoever is responsible."""
    await parts.incoming.store([incoming("Hallo")])
    talk = await held(parts)
    now = time.time()
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [OpenCase("sport_mentor", "de", "sport-mentors")], now)
    (case,) = await cases.list_cases(parts.database, parts.vault)
    assert (case.reason, case.queue) == ("sport_mentor", "sport-mentors")
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [DescribeCase(reason="crisis")], now)
    assert (await cases.read_case(parts.database, parts.vault, case.id)).queue == ""


async def test_the_transcript_is_sealed(parts: Parts, number: int) -> None:
    """Neither lines nor the shelter nor staff's answer can be read in any row or file."""
    await cases.reply(parts.database, parts.vault, number, ANSWER.text, ANSWER)
    stored = await parts.everything()
    for secret in ("Ich brauche Hilfe", "Haus am See", "Kommen Sie", PERSON):
        assert secret.encode() not in stored


async def test_an_answer_goes_into_the_transcript_and_on_its_way(parts: Parts, number: int) -> None:
    """The case is assigned, and the first answer's time stays."""
    await cases.reply(parts.database, parts.vault, number, ANSWER.text, ANSWER)
    first = (await cases.read_case(parts.database, parts.vault, number)).answered_at
    await cases.reply(parts.database, parts.vault, number, "Noch etwas", Reply(text="Noch etwas", language="de"))
    case = await cases.read_case(parts.database, parts.vault, number)
    assert (case.status, case.answered_at) == ("assigned", first)
    assert [(line.author, line.delivery) for line in case.messages][2:] == [("staff", "waiting")] * 2
    waiting = await parts.outgoing.waiting(parts.lane())
    assert [envelope.reply for _, envelope in waiting] == [ANSWER, Reply(text="Noch etwas", language="de")]
    assert waiting[0][1].address["chat"] == int(PERSON)
    assert (await held(parts)).status == "assigned"


async def test_an_answer_in_parts_has_arrived_when_all_of_them_have(parts: Parts, number: int) -> None:
    """They wait in order; the transcript has one line."""
    said = [Reply(text=text, language="de", author="staff") for text in ("eins", "zwei")]
    await cases.reply(parts.database, parts.vault, number, "eins zwei", *said)
    waiting = await parts.outgoing.waiting(parts.lane())
    assert [envelope.reply for _, envelope in waiting] == said
    for place, state in ((0, "waiting"), (1, "sent")):
        await parts.outgoing.received(parts.lane(), waiting[place][0])
        line = (await cases.read_case(parts.database, parts.vault, number)).messages[-1]
        assert (line.text, line.delivery) == ("eins zwei", state)


async def test_an_answer_of_which_a_part_was_refused_is_shown_as_failed(parts: Parts, number: int) -> None:
    """Even if the rest arrives."""
    said = [Reply(text=text, language="de", author="staff") for text in ("eins", "zwei")]
    await cases.reply(parts.database, parts.vault, number, "eins zwei", *said)
    sending = await parts.outgoing.claim(first_of(parts.lane()))
    assert sending
    await parts.outgoing.give_up(sending, unreachable=False)
    await sending.release()
    await parts.outgoing.received(parts.lane(), 10**6)
    assert (await cases.read_case(parts.database, parts.vault, number)).messages[-1].delivery == "failed"


async def test_closing_hands_back_to_the_bot_and_keeps_the_transcript(parts: Parts, number: int) -> None:
    """The bot takes over and says so; what was said stays sealed, and findable for the person's own rights."""
    await cases.close(parts.database, parts.vault, number, FAREWELL)
    (row,) = await parts.rows(CaseRow)
    assert (row.lane, row.status, row.closed_by, row.purged_at) == (parts.lane(), "resolved", "staff", None)
    assert ((await held(parts)).status, (await held(parts)).talk.case) == ("bot", None)
    assert [envelope.reply for _, envelope in await parts.outgoing.waiting(parts.lane())] == [FAREWELL]
    case = await cases.read_case(parts.database, parts.vault, number)
    assert [line.text for line in case.messages] == ["Ich brauche Hilfe", "Bitte bald"]


async def test_who_closed_a_case_at_the_server_is_not_taken_for_the_person(parts: Parts, number: int) -> None:
    """Neither in the transcript nor in the person's own copy."""
    await cases.close(parts.database, parts.vault, number, FAREWELL)
    (row,) = await parts.rows(CaseRow)
    async with parts.database.read() as connection:
        (event,) = (await personal.case_data(connection, parts.vault, row))["events"]
    assert (event["event"], event["by"], row.resolution) == ("resolved", "staff", "other")


async def test_the_person_may_close_it_too(parts: Parts, number: int) -> None:
    """What was decided in a turn is written with it; nothing comes into the closed case."""
    talk = await held(parts)
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [CloseCase(), AddToCase(("zu spät",))], 1.0)
    assert talk.talk.case is None
    case = await cases.read_case(parts.database, parts.vault, number)
    assert [line.text for line in case.messages] == ["Ich brauche Hilfe", "Bitte bald"]
    assert [row.closed_by for row in await parts.rows(CaseRow)] == ["contact"]
    with pytest.raises(NoSuchCaseError, match=f"no open case {number}"):
        await cases.close(parts.database, parts.vault, number, FAREWELL)


async def come_back(parts: Parts, hours: float, effect: OpenCase, *, queue: str = "default") -> int | None:
    """Close the case, let so much time pass, and hand over again; returns the case that is open then."""
    await cases.close(parts.database, parts.vault, 1, FAREWELL)
    async with parts.database.write() as connection:
        values = {"closed_at": time.time() - hours * 3600, "queue": queue}
        await connection.execute(update(CaseRow).values(values))
    talk = await held(parts)
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [effect], time.time())
    return talk.talk.case


@pytest.mark.usefixtures("number")
@pytest.mark.parametrize(("hours", "opened"), [(47.9, 1), (48.1, 2)])
async def test_who_comes_back_within_two_days_finds_the_same_case(parts: Parts, hours: float, opened: int) -> None:
    """Later it is a new one."""
    assert await come_back(parts, hours, OpenCase("asked", "uk")) == opened
    row = (await parts.rows(CaseRow))[-1]
    assert (row.status, row.language, row.closed_at, row.waiting_for) == ("queued", "uk", None, "staff")


@pytest.mark.usefixtures("number")
@pytest.mark.parametrize(
    ("effect", "queue", "opened"),
    [
        (OpenCase("sport_mentor", "de", "sport-mentors"), "ost", 2),
        (OpenCase("sport_mentor", "de", "sport-mentors"), "sport-mentors", 1),
        (OpenCase("asked", "de"), "ost", 1),
        (OpenCase("crisis", "de"), "ost", 1),
    ],
)
async def test_coming_back_leads_to_those_who_are_asked(
    parts: Parts, effect: OpenCase, queue: str, opened: int
) -> None:
    """A wish for a sport mentor does not land with the social worker who helped yesterday."""
    assert await come_back(parts, 1, effect, queue=queue) == opened
    row = (await parts.rows(CaseRow))[-1]
    assert row.rank == (0 if effect.reason == "crisis" else 1)


@pytest.mark.usefixtures("number")
async def test_a_case_with_mentors_is_not_opened_again_for_a_crisis(parts: Parts) -> None:
    """Volunteers are not who helps then."""
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).values(reason="sport_mentor"))
    assert await come_back(parts, 1, OpenCase("crisis", "de"), queue="sport-mentors") == 2


@pytest.mark.parametrize("by", ["contact", "staff"])
async def test_the_talk_knows_for_two_days_with_whom_it_would_go_on(parts: Parts, number: int, by: str) -> None:
    """Also if staff put the case elsewhere; then the reason and the theme are forgotten with it."""
    talk = await held(parts)
    talk.talk.handover = Handover("crisis", "2026-11-23T09:00:00+00:00", queue="default")
    async with parts.database.write() as connection:
        await save(connection, parts.vault, talk, time.time())
        await connection.execute(update(CaseRow).values(queue="west"))
    if by == "staff":
        await cases.close(parts.database, parts.vault, number, FAREWELL)
    else:
        talk = await held(parts)
        async with parts.database.write() as connection:
            await cases.apply(connection, parts.vault, talk, [CloseCase()], time.time())
            await save(connection, parts.vault, talk, time.time())
    handover = (await held(parts)).talk.handover
    assert handover
    assert (handover.queue, bool(handover.closed)) == ("west", True)
    for hours, left in ((47.9, True), (48.1, False)):
        async with parts.database.write() as connection:
            await forget_recent(connection, parts.vault, time.time() + hours * 3600)
        assert bool((await held(parts)).talk.handover) == left


async def test_a_tap_after_the_end_is_kept_with_the_last_case(parts: Parts, number: int) -> None:
    """The last tap counts; without a closed case there is nothing to rate."""
    talk = await held(parts)
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [RateCase("good")], 1.0)
    assert await parts.rows(FeedbackRow) == []
    await cases.close(parts.database, parts.vault, number, FAREWELL)
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [RateCase("good"), RateCase("bad")], 1.0)
    assert [(row.case_id, row.value) for row in await parts.rows(FeedbackRow)] == [(number, "bad")]


async def test_what_is_said_without_a_case_is_not_kept(parts: Parts) -> None:
    """Effects for a case that is not there do nothing."""
    await parts.incoming.store([incoming("Hallo")])
    async with parts.database.write() as connection:
        effects: list[cases.CaseEffect] = [AddToCase(("Hallo",)), DescribeCase(district="mitte"), CloseCase()]
        await cases.apply(connection, parts.vault, await held(parts), effects, 1.0)
    assert (await parts.rows(CaseRow), await parts.rows(CaseMessageRow)) == ([], [])


async def test_open_cases_are_listed_oldest_first(parts: Parts, number: int) -> None:
    """Closed ones only on request."""
    await parts.incoming.store([incoming("Hallo", "8888888888")])
    second = await open_case(parts, "Auch Hilfe", person="8888888888")
    assert [case.id for case in await cases.list_cases(parts.database, parts.vault)] == [number, second]
    await cases.close(parts.database, parts.vault, number, FAREWELL)
    assert [case.id for case in await cases.list_cases(parts.database, parts.vault)] == [second]
    listed = await cases.list_cases(parts.database, parts.vault, closed=True)
    assert [(case.id, case.status) for case in listed] == [(number, "resolved"), (second, "queued")]


async def test_emergencies_and_crises_are_listed_before_older_cases(parts: Parts, number: int) -> None:
    """An open case that becomes urgent moves up; once closed it stands where its age puts it."""
    later = []
    for person in ("8888888888", "9999999999"):
        await parts.incoming.store([incoming("Hallo", person)])
        later.append(await open_case(parts, "Hilfe", person=person))
    urgent: dict[str, Reason] = {"8888888888": "emergency", "9999999999": "crisis"}
    for person, reason in urgent.items():
        async with parts.database.write() as connection:
            effects: list[cases.CaseEffect] = [DescribeCase(reason=reason)]
            await cases.apply(connection, parts.vault, await held(parts, person), effects, 1.0)
    listed = await cases.list_cases(parts.database, parts.vault)
    assert [(case.id, case.reason) for case in listed] == [
        (later[0], "emergency"),
        (later[1], "crisis"),
        (number, "asked"),
    ]
    assert (listed[0].district, listed[0].consent) == ("mitte", True)
    await cases.close(parts.database, parts.vault, later[0], FAREWELL)
    listed = await cases.list_cases(parts.database, parts.vault, closed=True)
    assert [case.id for case in listed] == [later[1], number, later[0]]


async def test_a_case_that_is_not_there_is_named(parts: Parts) -> None:
    """Reading, answering, closing and asking for the language say so alike."""
    for attempt in (
        cases.read_case(parts.database, parts.vault, 9),
        cases.reply(parts.database, parts.vault, 9, "Hallo", ANSWER),
        cases.close(parts.database, parts.vault, 9, FAREWELL),
        cases.addressee(parts.database, parts.vault, 9),
    ):
        with pytest.raises(NoSuchCaseError, match=r"There is no (open )?case 9"):
            await attempt


async def test_numbers_of_cases_are_never_used_again(parts: Parts, number: int) -> None:
    """An old ping cannot lead to another person's case."""
    async with parts.database.write() as connection:
        await connection.execute(delete(CaseRow))
    assert await open_case(parts, "Hilfe") > number


async def describe(parts: Parts, number: int, effect: DescribeCase) -> Any:
    """What the person said about themselves; returns the case's row."""
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, await held(parts), [effect], time.time())
    return next(row for row in await parts.rows(CaseRow) if row.id == number)


async def test_a_case_moves_to_the_queue_of_the_place_until_somebody_has_it(parts: Parts, number: int) -> None:
    """Who has taken it is not robbed of it."""
    due = datetime(2026, 3, 2, 9, tzinfo=UTC)
    row = await describe(parts, number, DescribeCase(district="ost", queue="ost", reply_due=due))
    assert (row.queue, row.district, row.reply_due_at) == ("ost", "ost", due.timestamp())
    mira = await colleague(parts, "Mira", "ost")
    await casework.take(parts.database, parts.vault, mira, number)
    assert (await describe(parts, number, DescribeCase(queue="west"))).queue == "ost"


@pytest.mark.parametrize("reason", ["emergency", "crisis"])
async def test_a_tap_for_help_wakes_an_answered_case(parts: Parts, number: int, reason: Reason) -> None:
    """Although nothing was written: it waits for staff from now on, wherever it was put aside."""
    await cases.reply(parts.database, parts.vault, number, ANSWER.text, ANSWER)
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).values(snoozed_until=time.time() + 3600))
    answered = time.time()
    row = await describe(parts, number, DescribeCase(reason=reason))
    assert (row.waiting_for, row.snoozed_until) == ("staff", None)
    assert row.waiting_since >= answered


async def test_an_urgent_case_stays_with_the_social_worker_and_leaves_a_mentor(parts: Parts, number: int) -> None:
    """It moves up in either case."""
    mira = await colleague(parts, "Mira", "*")
    await casework.take(parts.database, parts.vault, mira, number)
    row = await describe(parts, number, DescribeCase(reason="crisis"))
    assert (row.rank, row.queue, row.assignee_id) == (0, "default", mira.staff_id)
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).values(reason="sport_mentor", queue="sport-mentors", rank=1))
    row = await describe(parts, number, DescribeCase(reason="emergency", queue="ost"))
    assert (row.rank, row.queue, row.previous_queue, row.assignee_id) == (0, "ost", "sport-mentors", None)
