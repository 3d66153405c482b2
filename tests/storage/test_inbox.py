"""The list of cases: who sees what, in which order, page by page, and what has changed."""

import time
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from bot.storage import casework, inbox
from bot.storage.access import Actor, NotAllowedError
from bot.storage.inbox import Filters, View
from bot.storage.models import CaseRow
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case, write
from tests.storage.parts import PERSON, Parts


async def seen(parts: Parts, actor: Actor, view: View, **filters: str) -> list[int]:
    """The numbers of the cases in a view."""
    page = await inbox.page(parts.database, parts.vault, actor, view, Filters(**filters))
    return [line.id for line in page.lines]


async def set_case(parts: Parts, number: int, **values: Any) -> None:
    """Change columns of a case."""
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).where(CaseRow.id == number).values(**values))


async def test_danger_comes_first_then_who_waits_longest(parts: Parts) -> None:
    """An older case waits behind a crisis."""
    mira = await colleague(parts, "Mira", "ost")
    old, middle = await new_case(parts, "eins"), await new_case(parts, "zwei")
    crisis = await new_case(parts, "drei", reason="crisis")
    assert await seen(parts, mira, "unassigned") == [crisis, old, middle]
    await set_case(parts, middle, waiting_since=time.time() - 3600)
    assert await seen(parts, mira, "unassigned") == [crisis, middle, old]


async def test_queues_decide_what_is_seen(parts: Parts) -> None:
    """Cases of others are neither listed nor counted; all queues are those of the star; editors see none."""
    ost, west = await new_case(parts, queue="ost"), await new_case(parts, queue="west")
    default = await new_case(parts, queue="")
    mira = await colleague(parts, "Mira", "ost", "default")
    lead = await colleague(parts, "Zoe", "*", role="lead")
    editor = await colleague(parts, "Text", "*", role="editor")
    idle = await colleague(parts, "Neu")
    assert await seen(parts, mira, "unassigned") == [ost, default]
    assert await seen(parts, lead, "unassigned") == [ost, west, default]
    assert await seen(parts, editor, "unassigned") == await seen(parts, idle, "team") == []
    assert (await inbox.counts(parts.database, mira)).unassigned == {"ost": 1, "default": 1}
    assert await inbox.counts(parts.database, editor) == inbox.Counts()
    with pytest.raises(NotAllowedError):
        await seen(parts, mira, "unassigned", queue="west")


async def test_a_case_is_in_the_view_of_its_state(parts: Parts) -> None:
    """And the figures beside the views agree with what the views show."""
    mira, zoe = await colleague(parts, "Mira", "ost"), await colleague(parts, "Zoe", "ost")
    cases = [await new_case(parts, "Hallo") for _ in range(6)]
    free, mine, waiting, snoozed, resolved, blocked = cases
    database, vault = parts.database, parts.vault
    for number in (mine, waiting, snoozed, resolved):
        await casework.take(database, vault, mira, number)
    await casework.reply(database, vault, mira, waiting, "Ja", ANSWER)
    await casework.snooze(database, vault, mira, snoozed, time.time() + 60)
    await casework.resolve(database, vault, mira, resolved, "answered", farewell=FAREWELL)
    await set_case(parts, blocked, blocked=True)
    await casework.note(database, vault, zoe, free, "Bitte ansehen", mentions=[mira.staff_id])
    expected: dict[View, list[int]] = {
        "mine": [mine],
        "unassigned": [free],
        "team": [free, mine, snoozed, waiting],
        "waiting": [waiting],
        "snoozed": [snoozed],
        "mentioned": [free],
        "resolved": [resolved],
        "blocked": [blocked],
    }
    assert {view: await seen(parts, mira, view) for view in expected} == expected
    counted = await inbox.counts(database, mira)
    assert counted == inbox.Counts(1, 4, 1, 1, 1, 1, {"ost": 1})
    assert await seen(parts, zoe, "mine") == []


async def test_a_case_comes_back_when_its_time_is_over_or_the_person_writes(parts: Parts) -> None:
    """Who had been answered waits from then on."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "Hallo", person=PERSON)
    await casework.take(parts.database, parts.vault, mira, number)
    await casework.snooze(parts.database, parts.vault, mira, number, time.time() + 60)
    assert await seen(parts, mira, "mine") == []
    await set_case(parts, number, snoozed_until=time.time() - 1)
    assert await seen(parts, mira, "mine") == [number]
    await casework.reply(parts.database, parts.vault, mira, number, "Ja", ANSWER)
    await casework.snooze(parts.database, parts.vault, mira, number, time.time() + 60)
    answered = time.time()
    await write(parts, PERSON, "Noch   eine\nFrage")
    (line,) = (await inbox.page(parts.database, parts.vault, mira, "mine")).lines
    assert (line.id, line.preview, line.snoozed_until) == (number, "Noch eine Frage", None)
    assert line.waiting_since.timestamp() >= answered
    waits = line.waiting_since
    await write(parts, PERSON, "Hallo?")
    (line,) = (await inbox.page(parts.database, parts.vault, mira, "mine")).lines
    assert line.waiting_since == waits


@pytest.mark.parametrize("view", ["unassigned", "resolved"])
async def test_pages_follow_each_other_without_gap_or_repetition(parts: Parts, view: View) -> None:
    """Even if many wait equally long, and new ones come in above meanwhile."""
    mira = await colleague(parts, "Mira", "ost")
    numbers = [await new_case(parts) for _ in range(5)]
    closed = {"status": "resolved", "closed_at": 1000.0} if view == "resolved" else {}
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).values(waiting_since=1000.0, **closed))
    found: list[int] = []
    after: str | None = ""
    while after is not None:
        page = await inbox.page(parts.database, parts.vault, mira, view, after=after, size=2)
        found += [line.id for line in page.lines]
        after = page.next
        if len(found) == 2 and view == "unassigned":
            await new_case(parts, reason="crisis")
    assert found == (numbers[::-1] if view == "resolved" else numbers)


@pytest.mark.parametrize("after", ["x", "1_2", "1_nan_3", "1_inf_3", "9" * 500, "1_2_99999999999999999999", "a_b_c"])
async def test_a_place_that_is_none_begins_at_the_top(parts: Parts, after: str) -> None:
    """Whatever is written into the address."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts)
    page = await inbox.page(parts.database, parts.vault, mira, "unassigned", after=after)
    assert [line.id for line in page.lines] == [number]


async def test_the_list_is_narrowed_by_what_is_known(parts: Parts) -> None:
    """Language, theme, district, queue, and the pseudonym or number as somebody says it."""
    mira = await colleague(parts, "Mira", "*")
    first = await new_case(parts, language="uk", theme="housing", district="ost")
    second = await new_case(parts, language="ar", theme="work", district="mitte", queue="west")
    (name,) = [row.pseudonym for row in await parts.rows(CaseRow) if row.id == second]
    for filters in (
        {"language": "ar"},
        {"theme": "work"},
        {"district": "mitte"},
        {"queue": "west"},
        {"words": name.upper()},
        {"words": name.split()[1][:3].lower()},
        {"words": str(second)},
        {"words": f"#{second}"},
    ):
        found = await seen(parts, mira, "team", **filters)
        assert second in found
        assert first not in found or "words" in filters
    assert await seen(parts, mira, "team", words="%") == []
    assert await seen(parts, mira, "team", words="9" * 40) == []


async def test_a_line_names_nobody(parts: Parts) -> None:
    """A pseudonym stands for the person."""
    mira = await colleague(parts, "Mira", "ost")
    await new_case(parts, "Ich brauche Hilfe", person=PERSON)
    (line,) = (await inbox.page(parts.database, parts.vault, mira, "unassigned")).lines
    assert (line.preview, line.language, line.theme, line.urgent) == ("Ich brauche Hilfe", "uk", "housing", False)
    assert line.pseudonym
    assert PERSON not in str(line)
    assert b"Ich brauche" not in await parts.everything()


async def test_news_are_seen_by_those_whom_they_concern(parts: Parts) -> None:
    """Also by those whose queue a case has just left."""
    ost, west = await colleague(parts, "Mira", "ost"), await colleague(parts, "Zoe", "west")
    number = await new_case(parts, queue="ost")
    before = await inbox.recent_changes(parts.database, ost)
    assert [case for case, _ in before] == [number]
    assert await inbox.recent_changes(parts.database, west) == frozenset()
    await casework.hand_over(parts.database, parts.vault, ost, number, "west")
    assert await inbox.recent_changes(parts.database, ost) - before
    assert await inbox.recent_changes(parts.database, west)
    assert await inbox.recent_changes(parts.database, west, seconds=-1.0) == frozenset()


async def test_the_list_reads_its_index_in_order(parts: Parts) -> None:
    """Thousands of open cases are neither sorted nor read to the end."""
    many = [
        {"channel": "web", "status": "queued", "reason": "asked", "language": "de", "queue": f"q{number % 5}"}
        | {"opened_at": 1.0, "waiting_since": float(number * 7919 % 5000), "changed_at": 1.0}
        for number in range(5000)
    ]
    async with parts.database.write() as connection:
        await connection.execute(insert(CaseRow), many)
        await connection.execute(text("ANALYZE"))
    mira = await colleague(parts, "Mira", "q1", "q2")
    query = inbox.listed(mira, "unassigned", Filters(), "").limit(51)
    async with parts.database.read() as connection:
        shown = str(query.compile(connection.sync_connection, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN " if parts.database.is_sqlite else "EXPLAIN "
        plan = "\n".join(str(row) for row in await connection.execute(text(explain + shown.replace(":", r"\:"))))
    assert "ix_cases_list" in plan
    assert "TEMP B-TREE" not in plan
    assert (await inbox.counts(parts.database, mira)).unassigned == {"q1": 1000, "q2": 1000}
