"""Cases: a sealed transcript while they are open, nothing of it afterwards."""

import time

import pytest
from sqlalchemy import delete

from bot.conversation import AddToCase, CloseCase, DescribeCase, OpenCase, Reason
from bot.messages import Reply
from bot.storage import cases
from bot.storage.cases import NoSuchCaseError
from bot.storage.models import CaseMessageRow, CaseRow
from bot.storage.outgoing import first_of
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


async def test_closing_erases_the_transcript(parts: Parts, number: int) -> None:
    """The bot takes over, says so, and what stays of the case is tied to nobody."""
    payloads = [row.payload[20:52] for row in await parts.rows(CaseMessageRow)]
    await cases.close(parts.database, parts.vault, number, FAREWELL)
    assert await parts.rows(CaseMessageRow) == []
    (row,) = await parts.rows(CaseRow)
    assert (row.lane, row.shelter, row.status, row.closed_by) == (None, None, "resolved", "staff")
    assert ((await held(parts)).status, (await held(parts)).talk.case) == ("bot", None)
    assert [envelope.reply for _, envelope in await parts.outgoing.waiting(parts.lane())] == [FAREWELL]
    await parts.database.erase_remains()
    stored = await parts.everything()
    assert not any(payload in stored for payload in payloads)


async def test_the_person_may_close_it_too(parts: Parts, number: int) -> None:
    """What was decided in a turn is written with it."""
    talk = await held(parts)
    async with parts.database.write() as connection:
        await cases.apply(connection, parts.vault, talk, [CloseCase(), AddToCase(("zu spät",))], 1.0)
    assert talk.talk.case is None
    assert await parts.rows(CaseMessageRow) == []
    assert [row.closed_by for row in await parts.rows(CaseRow)] == ["contact"]
    with pytest.raises(NoSuchCaseError, match=f"no open case {number}"):
        await cases.close(parts.database, parts.vault, number, FAREWELL)


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
