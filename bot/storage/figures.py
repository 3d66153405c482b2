"""What the figures are made of: rows of cases without anything personal, and weekly counts tied to nobody."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation, CountTalk
from bot.storage.access import Actor, NotAllowedError
from bot.storage.database import Database
from bot.storage.inbox import maybe_moment, moment, visible
from bot.storage.models import CaseRow, QuestionRow
from bot.storage.models_inbox import FeedbackRow, FigureRow

# From the best end of a day to the worst.
_WORSE = ("answered", "unanswered", "handed_over")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What stays of a case when its transcript is erased.

    ``promise_kept`` is None where nothing was promised, or there is still time.
    """

    opened_at: datetime
    language: str
    theme: str
    reason: str
    answered_at: datetime | None
    closed_at: datetime | None
    promise_kept: bool | None
    feedback: str


@dataclass(frozen=True, slots=True)
class Talks:
    """How many talks of a day ended like this in an ISO week ("2026-W47"): answered, unanswered, handed_over."""

    week: str
    language: str
    name: str
    number: int


def noted(talk: Conversation, said: CountTalk) -> list[Talks]:
    """Note in a talk how its day goes; returns what that changes in the counts, mostly nothing.

    A day counts once. If it ends worse than it began, it is moved: one less here, one more there.
    """
    before = talk.counted if talk.counted and talk.counted[0] == said.day else []
    if before and _WORSE.index(said.kind) <= _WORSE.index(before[1]):
        return []
    language = before[2] if before else said.language
    talk.counted = [said.day, said.kind, language]
    week = week_of(date.fromisoformat(said.day))
    changes = {said.kind: 1, **({before[1]: -1} if before else {})}
    # In one order, so that nobody waits in a circle.
    return [Talks(week, language, name, changes[name]) for name in sorted(changes)]


async def add(connection: AsyncConnection, changes: Sequence[Talks]) -> None:
    """Add to the counts; the last write of a turn, so that others wait as short as possible for rows that all share."""
    for change in changes:
        await _add(connection, asdict(change))


async def _add(connection: AsyncConnection, row: dict[str, Any]) -> None:
    insert: Any
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 - one of two twins is needed
    else:
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - the other twin
    statement = insert(FigureRow).values(**row)
    more = {"number": FigureRow.number + row["number"]}
    await connection.execute(statement.on_conflict_do_update(index_elements=["week", "language", "name"], set_=more))


def week_of(day: date) -> str:
    """The ISO week of a day, as it is kept."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


async def cases(database: Database, actor: Actor, since: datetime, until: datetime) -> list[CaseFacts]:
    """The cases of their queues that were opened in this time (the end outside), with what is kept for good.

    Raises:
        NotAllowedError: only leads and admins read figures.
    """
    _check(actor)
    columns = (CaseRow.opened_at, CaseRow.language, CaseRow.theme, CaseRow.reason, CaseRow.answered_at)
    query = (
        select(*columns, CaseRow.closed_at, CaseRow.closed_by, CaseRow.promise_kept, _overdue(), FeedbackRow.value)
        .outerjoin(FeedbackRow, FeedbackRow.case_id == CaseRow.id)
        .where(visible(actor), CaseRow.opened_at >= since.timestamp(), CaseRow.opened_at < until.timestamp())
    )
    async with database.read() as connection:
        return [_facts(row) for row in await connection.execute(query)]


def _overdue() -> Any:
    """Whether nobody has answered although the promised moment is over."""
    owed = and_(CaseRow.answered_at.is_(None), CaseRow.reply_due_at.is_not(None))
    return and_(owed, CaseRow.reply_due_at < time.time()).label("overdue")


def _facts(row: Any) -> CaseFacts:
    return CaseFacts(
        opened_at=moment(row.opened_at),
        language=row.language,
        theme=row.theme or "",
        reason=row.reason,
        answered_at=maybe_moment(row.answered_at),
        # Whoever erased their data did not wait for anybody to solve something.
        closed_at=None if row.closed_by == "erased" else maybe_moment(row.closed_at),
        promise_kept=False if row.overdue else row.promise_kept,
        feedback=row.value or "",
    )


async def talks(database: Database, actor: Actor, weeks: Iterable[str]) -> list[Talks]:
    """How talks with Lotse ended in these weeks, in the whole city.

    Raises:
        NotAllowedError: only leads and admins read figures.
    """
    _check(actor)
    query = select(FigureRow).where(FigureRow.week.in_(sorted(weeks))).order_by(FigureRow.week, FigureRow.language)
    async with database.read() as connection:
        return [Talks(row.week, row.language, row.name, row.number) for row in await connection.execute(query)]


async def questions(database: Database, actor: Actor, weeks: Iterable[str]) -> Counter[str]:
    """How many questions found no answer in each of these weeks, in the whole city.

    Raises:
        NotAllowedError: only leads and admins read figures.
    """
    _check(actor)
    query = select(QuestionRow.week).where(QuestionRow.week.in_(sorted(weeks)))
    async with database.read() as connection:
        return Counter((await connection.execute(query)).scalars())


def _check(actor: Actor) -> None:
    if not actor.leads:
        raise NotAllowedError("Only leads and admins read figures.")
