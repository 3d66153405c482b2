"""The list of cases as staff see it: views, order, pages, figures, and what has changed."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true, tuple_

from bot.storage.access import LARGEST, Actor, NotAllowedError
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.models import OPEN, CaseRow
from bot.storage.models_inbox import MentionRow, StaffRow
from bot.storage.transcript import PREVIEW

# mine: given to me and waiting for staff. unassigned: nobody's yet. team: open, whoever has it. waiting: staff have
# answered. mentioned: I was asked in a note. blocked: kept from staff. Snoozed ones are only in snoozed and team.
View = Literal["mine", "unassigned", "team", "waiting", "snoozed", "mentioned", "resolved", "blocked"]
PAGE = 50
# A place in the list that is longer than this, or holds a larger number, is none of ours.
_CURSOR, _DIGITS = 64, 12


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty is anything. ``words`` are looked for in pseudonyms, or are a number."""

    queue: str = ""
    language: str = ""
    theme: str = ""
    district: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case on one line: a pseudonym, never a name or the channel's id of a person.

    ``waiting_for`` is staff or person, since ``waiting_since``. ``preview`` is the beginning of what the person wrote
    last. ``assignee`` is a name of the staff.
    """

    id: int
    pseudonym: str
    status: str
    reason: str
    urgent: bool
    language: str
    district: str
    theme: str
    queue: str
    assignee_id: int | None
    assignee: str
    waiting_for: str
    waiting_since: datetime
    opened_at: datetime
    changed_at: datetime
    snoozed_until: datetime | None
    reply_due_at: datetime | None
    closed_at: datetime | None
    resolution: str
    blocked: bool
    preview: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list; ``next`` asks for the part below, None at the end."""

    lines: tuple[CaseLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open cases each view holds; ``unassigned`` by queue."""

    mine: int = 0
    team: int = 0
    waiting: int = 0
    snoozed: int = 0
    mentioned: int = 0
    blocked: int = 0
    unassigned: dict[str, int] = field(default_factory=dict)


LINE: Select[*tuple[Any, ...]] = select(
    *(CaseRow.id, CaseRow.pseudonym, CaseRow.status, CaseRow.reason, CaseRow.rank, CaseRow.language),
    *(CaseRow.district, CaseRow.theme, CaseRow.queue, CaseRow.assignee_id, CaseRow.waiting_for, CaseRow.waiting_since),
    *(CaseRow.opened_at, CaseRow.changed_at, CaseRow.snoozed_until, CaseRow.reply_due_at, CaseRow.closed_at),
    *(CaseRow.resolution, CaseRow.blocked, CaseRow.preview, StaffRow.name.label("assignee")),
).outerjoin(StaffRow, StaffRow.id == CaseRow.assignee_id)


async def page(
    database: Database,
    vault: Vault,
    actor: Actor,
    view: View,
    filters: Filters | None = None,
    *,
    after: str = "",
    size: int = PAGE,
) -> Page:
    """A part of a view: emergencies and crises first, then whoever waits longest; resolved ones from the newest.

    ``after`` is ``Page.next`` of the part above; what cannot be read as one begins from the top.

    Raises:
        NotAllowedError: a queue is asked for that is not theirs.
    """
    wanted = filters or Filters()
    if wanted.queue and not actor.may_see(wanted.queue):
        raise NotAllowedError("This queue does not exist.")
    query = listed(actor, view, wanted, after).limit(size + 1)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    lines = tuple(case_line(vault, row) for row in rows[:size])
    return Page(lines, _cursor(view, rows[size - 1]) if len(rows) > size else None)


def listed(actor: Actor, view: View, filters: Filters, after: str) -> Select[*tuple[Any, ...]]:
    """The cases of a view in their order, from a place in it."""
    query = LINE.where(visible(actor), _in_view(view, actor, time.time()), *_narrowed(filters))
    return _below(query, view, after)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Whether a case lies in one of their queues, as a condition."""
    if actor.role == "editor":
        return false()
    return true() if actor.all_queues else CaseRow.queue.in_(sorted(actor.queues))


def _in_view(view: View, actor: Actor, now: float) -> ColumnElement[bool]:
    if view == "resolved":
        return and_(CaseRow.status == "resolved", CaseRow.purged_at.is_(None))
    if view == "mentioned":
        # Notes are written in closed cases too.
        return CaseRow.id.in_(select(MentionRow.case_id).where(MentionRow.staff_id == actor.staff_id))
    return and_(OPEN, _conditions(actor, now)[view])


def _conditions(actor: Actor, now: float) -> dict[str, ColumnElement[bool]]:
    """What an open case needs for each view; ``mentioned`` is asked for apart."""
    normal = CaseRow.blocked.is_(False)
    awake = and_(normal, or_(CaseRow.snoozed_until.is_(None), CaseRow.snoozed_until <= now))
    for_staff = and_(awake, CaseRow.waiting_for == "staff")
    return {
        "mine": and_(for_staff, CaseRow.assignee_id == actor.staff_id),
        "unassigned": and_(for_staff, CaseRow.assignee_id.is_(None)),
        "team": normal,
        "waiting": and_(awake, CaseRow.waiting_for == "person"),
        "snoozed": and_(normal, CaseRow.snoozed_until > now),
        "blocked": CaseRow.blocked.is_(True),
    }


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    equal = {
        CaseRow.queue: filters.queue,
        CaseRow.language: filters.language,
        CaseRow.theme: filters.theme,
        CaseRow.district: filters.district,
    }
    conditions = [column == value for column, value in equal.items() if value]
    for said in filters.words.split():
        word = said.removeprefix("#")  # as numbers stand on the pages
        # As pseudonyms are written: SQLite knows capitals of ASCII only.
        named = CaseRow.pseudonym.contains(word.capitalize(), autoescape=True)
        number = (
            int(word) if word.isascii() and word.isdigit() and len(word) < _DIGITS and int(word) <= LARGEST else None
        )
        conditions.append(named if number is None else or_(named, CaseRow.id == number))
    return conditions


def _below(query: Select[*tuple[Any, ...]], view: View, after: str) -> Select[*tuple[Any, ...]]:
    """The view's order, and only what comes after a place in it."""
    place = _place(view, after)
    if view == "resolved":
        query = query.order_by(CaseRow.closed_at.desc(), CaseRow.id.desc())
        return query if place is None else query.where(tuple_(CaseRow.closed_at, CaseRow.id) < tuple_(*place))
    query = query.order_by(CaseRow.rank, CaseRow.waiting_since, CaseRow.id)
    seek = tuple_(CaseRow.rank, CaseRow.waiting_since, CaseRow.id)
    return query if place is None else query.where(seek > tuple_(*place))


def _cursor(view: View, row: Any) -> str:
    place = (row.closed_at, row.id) if view == "resolved" else (row.rank, row.waiting_since, row.id)
    return "_".join(repr(part) for part in place)


def _place(view: View, after: str) -> tuple[float | int, ...] | None:
    parts = after.split("_")
    kinds = (float, int) if view == "resolved" else (int, float, int)
    if len(parts) != len(kinds) or len(after) > _CURSOR:
        return None
    try:
        place = tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except ValueError:
        return None
    return place if all(abs(part) < 10**_DIGITS for part in place) and abs(place[-1]) <= LARGEST else None


async def counts(database: Database, actor: Actor) -> Counts:
    """The figures beside the views, in one look at the index and one at the mentions."""
    conditions = _conditions(actor, time.time())
    sums = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in conditions.items()]
    query = select(CaseRow.queue, *sums).where(OPEN, visible(actor)).group_by(CaseRow.queue)
    asked = select(func.count()).select_from(MentionRow).join(CaseRow, CaseRow.id == MentionRow.case_id)
    asked = asked.where(visible(actor), MentionRow.staff_id == actor.staff_id)
    async with database.read() as connection:
        rows = [row._mapping for row in await connection.execute(query)]  # noqa: SLF001 - its public name
        mentioned = int((await connection.execute(asked)).scalar_one())
    total = {name: sum(int(row[name]) for row in rows) for name in conditions if name != "unassigned"}
    unassigned = {row["queue"]: int(row["unassigned"]) for row in rows if row["unassigned"]}
    return Counts(**total, mentioned=mentioned, unassigned=unassigned)


async def recent_changes(database: Database, actor: Actor, seconds: float = 10.0) -> frozenset[tuple[int, float]]:
    """Cases of theirs that changed within the last seconds, with the moment of the change.

    A live page asks again and again and compares: something that was not there before is news. The window is wide,
    so that a transaction that took its time is not missed. A case that has just left their queues is among them.
    """
    mine = visible(actor)
    left = false() if actor.role == "editor" else CaseRow.previous_queue.in_(sorted(actor.queues))
    query = select(CaseRow.id, CaseRow.changed_at).where(CaseRow.changed_at > time.time() - seconds, or_(mine, left))
    async with database.read() as connection:
        return frozenset((row.id, row.changed_at) for row in await connection.execute(query))


def case_line(vault: Vault, row: Any) -> CaseLine:
    """A line from the columns of ``LINE``."""
    return CaseLine(
        id=row.id,
        pseudonym=row.pseudonym,
        status=row.status,
        reason=row.reason,
        urgent=row.rank == 0,
        language=row.language,
        district=row.district or "",
        theme=row.theme or "",
        queue=row.queue,
        assignee_id=row.assignee_id,
        assignee=row.assignee or "",
        waiting_for=row.waiting_for,
        waiting_since=moment(row.waiting_since),
        opened_at=moment(row.opened_at),
        changed_at=moment(row.changed_at),
        snoozed_until=maybe_moment(row.snoozed_until),
        reply_due_at=maybe_moment(row.reply_due_at),
        closed_at=maybe_moment(row.closed_at),
        resolution=row.resolution or "",
        blocked=row.blocked,
        preview=vault.open(PREVIEW, row.preview) if row.preview else "",
    )


def moment(seconds: float) -> datetime:
    """A stored time."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe_moment(seconds: float | None) -> datetime | None:
    """A stored time, if there is one."""
    return None if seconds is None else moment(seconds)
