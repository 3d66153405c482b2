"""The figures of some weeks, the page, and the table."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.inbox.figures import Found, Groups, figures, weeks_before
from bot.storage.figures import CaseFacts, Talks
from bot.storage.models import CaseRow
from tests.inbox.staffroom import Browser
from tests.inbox.workroom import Workroom

TODAY = date(2026, 11, 23)
GROUPS = Groups(["uk", "ar", "ti"], ["housing", "money"], ["asked", "no_answer"], ["good", "partly", "bad"])


def case(weeks: int = 1, minutes: float = 30, **facts: object) -> CaseFacts:
    """A case so many weeks ago, answered after so many minutes."""
    opened = datetime(2026, 11, 23, 9, tzinfo=UTC) - timedelta(weeks=weeks)
    known = {"language": "uk", "theme": "housing", "reason": "asked", "promise_kept": True, "feedback": "", **facts}
    answered = opened + timedelta(minutes=minutes)
    return CaseFacts(opened_at=opened, answered_at=answered, closed_at=answered, **known)  # type: ignore[arg-type]


def test_only_weeks_that_are_over_are_counted() -> None:
    """The present one would tell of each new case."""
    shown = figures(Found([case(0), *[case(1)] * 6], [], {}), GROUPS, TODAY, 4)
    assert shown.cases == 6
    assert shown.by_week == {"2026-W44": 0, "2026-W45": 0, "2026-W46": 0, "2026-W47": 6}


def test_weeks_go_over_the_turn_of_the_year() -> None:
    """2026 has 53 weeks."""
    assert weeks_before(date(2027, 1, 13), 3) == ("2026-W52", "2026-W53", "2027-W01")


def test_small_groups_are_left_out_with_a_larger_one() -> None:
    """Neither table nor list tells of them."""
    found = [*[case()] * 12, *[case(language="ar", theme="money")] * 7, case(language="ti", reason="no_answer")]
    shown = figures(Found(found, [], {}), GROUPS, TODAY, 4)
    assert shown.by_language == {"uk": 12, "ar": None, "ti": None, "": None}
    assert shown.by_reason == {"asked": None, "no_answer": None, "": None}
    assert shown.most == ()


def test_what_was_handed_over_most_stands_first() -> None:
    """By theme and reason, without numbers."""
    found = [*[case(reason="no_answer")] * 6, *[case(theme="money")] * 9]
    assert figures(Found(found, [], {}), GROUPS, TODAY, 4).most == (("money", "asked"), ("housing", "no_answer"))


def test_times_are_told_of_five_and_of_twenty() -> None:
    """The ninth of ten is that of two of twenty; of fewer it would be that of one."""
    assert figures(Found([case()] * 4, [], {}), GROUPS, TODAY, 4).first_reply.median is None
    some = figures(Found([case(minutes=each) for each in (10, 20, 30, 40, 500)], [], {}), GROUPS, TODAY, 4)
    assert (some.first_reply.median, some.first_reply.ninth) == (30, None)
    many = figures(Found([case(minutes=each) for each in range(1, 21)], [], {}), GROUPS, TODAY, 4)
    assert (many.first_reply.median, many.first_reply.ninth) == (10, 18)


def test_the_longer_time_does_not_tell_of_the_weeks_before_the_shorter_one() -> None:
    """Ten Arabic cases in four weeks and eleven in twelve would be one in eight weeks."""
    found = [*[case()] * 20, *[case(language="ar")] * 10, case(6, language="ar"), *[case(6)] * 20]
    assert figures(Found(found, [], {}), GROUPS, TODAY, 4).by_language["ar"] == 10
    assert figures(Found(found, [], {}), GROUPS, TODAY, 12).by_language["ar"] is None


def test_the_share_that_lotse_answered_alone() -> None:
    """Of all talks to the percent, by language in steps and only of many."""
    talks = [
        Talks("2026-W47", "uk", "answered", 33),
        Talks("2026-W46", "uk", "unanswered", 6),
        Talks("2026-W46", "ar", "handed_over", 7),
        Talks("2025-W10", "uk", "handed_over", 99),
    ]
    shown = figures(Found([], talks, {}), GROUPS, TODAY, 4)
    assert shown.talks == {"answered": 33, "unanswered": 6, "handed_over": 7}
    assert shown.alone == 72
    assert shown.alone_by_language == {"uk": 85, "ar": None, "ti": None}


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workroom]:
    """The pages, on both engines."""
    opened = await Workroom.open(database_url)
    yield opened
    await opened.close()


async def total(browser: Browser) -> str:
    """The first number of the table."""
    content = (await browser.get("/inbox/figures.csv?weeks=4")).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=";"))[1][2]


async def test_a_lead_gets_page_and_table_of_their_queues(work: Workroom) -> None:
    """An admin those of all; both are audited."""
    for queue, number in (("ost", 6), ("west", 5)):
        for _ in range(number):
            await work.case("Hilfe", queue=queue, theme="money")
    week = (datetime.now(UTC) - timedelta(weeks=1)).timestamp()
    async with work.room.database.write() as connection:
        await connection.execute(update(CaseRow).values(opened_at=week))
    _, lead = await work.colleague("Lena Lead", "ost", role="lead")
    _, admin = await work.colleague("Ada Admin", "*", role="admin")
    page = await lead.get("/inbox/figures?weeks=4")
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "style=" not in page.text

    assert await total(lead) == "6"
    assert await total(admin) == "11"
    noted = [action for action, _ in await work.room.audited()]
    assert noted.count("figures read") == 1
    assert noted.count("figures exported") == 2
