"""Weekly counts of talks, and what is kept of cases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from sqlalchemy import update

from bot.conversation import Conversation, CountTalk, Outcome
from bot.messages import Message
from bot.storage import casework, figures, retention
from bot.storage.access import Actor, NotAllowedError
from bot.storage.models import CaseRow
from bot.storage.models_inbox import FigureRow
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case
from tests.storage.parts import Parts, held
from tests.test_turns import Talker, work

ADMIN = Actor(0, "admin", frozenset("*"))
WEEK = "2026-W47"
Kind = Literal["answered", "unanswered", "handed_over"]


async def say(parts: Parts, talk: Conversation, *kinds: Kind, day: str = "2026-11-18", language: str = "uk") -> None:
    """Turns of one person."""
    for kind in kinds:
        changes = figures.noted(talk, CountTalk(kind, language, day))
        async with parts.database.write() as connection:
            await figures.add(connection, changes)


async def counts(parts: Parts) -> dict[tuple[str, str], int]:
    """Language and name with their number."""
    return {
        (row.language, row.name): row.number for row in await figures.talks(parts.database, ADMIN, [WEEK]) if row.number
    }


@pytest.mark.parametrize(
    ("kinds", "ended"),
    [
        (("answered", "answered"), "answered"),
        (("answered", "unanswered", "answered"), "unanswered"),
        (("unanswered", "handed_over", "unanswered"), "handed_over"),
    ],
)
async def test_a_day_of_a_person_counts_once_as_what_went_least_well(
    parts: Parts, kinds: tuple[Kind, ...], ended: str
) -> None:
    """However much they wrote."""
    await say(parts, Conversation(), *kinds)
    assert await counts(parts) == {("uk", ended): 1}


async def test_another_day_and_another_person_count_again(parts: Parts) -> None:
    """By the language of the first answer of the day."""
    one, other = Conversation(), Conversation()
    await say(parts, one, "answered")
    await say(parts, one, "handed_over", language="ru")
    await say(parts, one, "answered", day="2026-11-19")
    await say(parts, other, "answered", language="ar")
    assert await counts(parts) == {("uk", "handed_over"): 1, ("uk", "answered"): 1, ("ar", "answered"): 1}


async def test_many_at_once_are_all_counted(parts: Parts) -> None:
    """Nobody waits in a circle for rows that all share."""
    await asyncio.gather(*(say(parts, Conversation(), "answered", "unanswered", "handed_over") for _ in range(20)))
    assert await counts(parts) == {("uk", "handed_over"): 20}


async def test_a_count_is_tied_to_nobody(parts: Parts) -> None:
    """Week, language, name and number are all that there is."""
    await say(parts, Conversation(), "answered")
    (row,) = await parts.rows(FigureRow)
    assert tuple(row) == (WEEK, "uk", "answered", 1)


async def solved(parts: Parts, *, due: float | None = None, queue: str = "ost") -> int:
    """A case that was answered and closed; ``due`` in seconds from now."""
    mira = await colleague(parts, "Mira", queue)
    number = await new_case(parts, "Hilfe", queue=queue)
    if due is not None:
        moment = datetime.now(UTC).timestamp() + due
        async with parts.database.write() as connection:
            await connection.execute(update(CaseRow).where(CaseRow.id == number).values(reply_due_at=moment))
    await casework.reply(parts.database, parts.vault, mira, number, "Ja", ANSWER)
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    return number


async def found(parts: Parts, actor: Actor = ADMIN) -> list[Any]:
    """The cases of these days."""
    now = datetime.now(UTC)
    return await figures.cases(parts.database, actor, now - timedelta(days=400), now + timedelta(days=1))


@pytest.mark.parametrize(("due", "kept"), [(60.0, True), (-60.0, False), (None, None)])
async def test_a_promise_is_remembered_as_kept_or_not(parts: Parts, due: float | None, kept: bool | None) -> None:  # noqa: FBT001 - a case of the table
    """Also after the first reply, and after the case is closed."""
    await solved(parts, due=due)
    assert [case.promise_kept for case in await found(parts)] == [kept]


@pytest.mark.parametrize(("due", "kept"), [(60.0, None), (-60.0, False)])
async def test_who_still_waits_when_the_moment_is_over_was_let_down(
    parts: Parts,
    due: float,
    kept: bool | None,  # noqa: FBT001 - a case of the table
) -> None:
    """Otherwise a team that answers nobody would be shown as one that is never late."""
    await new_case(parts, "Hilfe")
    moment = datetime.now(UTC).timestamp() + due
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).values(reply_due_at=moment))
    assert [case.promise_kept for case in await found(parts)] == [kept]


async def test_the_figures_outlast_the_transcript(parts: Parts) -> None:
    """What the purge leaves is what they need."""
    await solved(parts, due=60.0)
    before = await found(parts)
    later = datetime.now(UTC).timestamp() + 91 * 86400
    await retention.forget(parts.database, parts.vault, now=later)
    assert await found(parts) == before
    (case,) = before
    assert (case.language, case.theme, case.reason) == ("uk", "housing", "asked")
    assert case.answered_at
    assert case.closed_at


async def test_a_lead_gets_the_cases_of_their_queues(parts: Parts) -> None:
    """Others do not count; whoever leads nothing gets none at all."""
    await solved(parts)
    await solved(parts, queue="west")
    assert len(await found(parts, await colleague(parts, "Lena", "west", role="lead"))) == 1
    with pytest.raises(NotAllowedError):
        await found(parts, await colleague(parts, "Mira", "west"))


class Answering(Talker):
    """An assistant that gives an answer to everything."""

    async def respond(self, message: Message, talk: Conversation) -> Outcome:
        """The same, counted."""
        return replace(await super().respond(message, talk), counted=CountTalk("answered", "uk", "2026-11-18"))


async def test_a_turn_counts_with_what_it_writes(parts: Parts) -> None:
    """Once for two messages of a day; the person's state, and no table, remembers that."""
    await work(parts, Answering(), "1", "2")
    assert await counts(parts) == {("uk", "answered"): 1}
    assert (await held(parts)).talk.counted == ["2026-11-18", "answered", "uk"]
