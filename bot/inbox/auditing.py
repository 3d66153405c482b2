"""The audit as a page and as a table: for leads and admins, who are in it too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.content.hours import BERLIN
from bot.inbox.auditwords import AuditWords, actions
from bot.inbox.desk import LEADS, Desk, numbered
from bot.inbox.gate import Visitor
from bot.inbox.tables import saved
from bot.storage import audit, staff
from bot.storage.audit import Entry

PATH: Final = "/inbox/audit"
_PAGE: Final = 100
_AT_ONCE: Final = 2000
_YEARS: Final = range(2000, 3000)
MOST: Final = 20_000
"""Lines of a saved table."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for; what cannot be read as such is left out."""

    staff: int | None
    case: int | None
    action: str
    first: date | None
    last: date | None
    before: int

    @classmethod
    def of(cls, request: Request, known: Mapping[str, str]) -> "Wanted":
        """Read it from an address; ``known`` are the actions that there are."""
        query = request.query_params
        action = query.get("action", "")
        return cls(
            numbered(query.get("staff", "")),
            numbered(query.get("case", "").removeprefix("#")),
            action if action in known else "",
            _day(query.get("from", "")),
            _day(query.get("to", "")),
            numbered(query.get("before", "")) or 0,
        )

    def address(self, path: str = PATH, **more: str) -> str:
        """The address that asks for the same."""
        values = {
            "staff": str(self.staff or ""),
            "case": str(self.case or ""),
            "action": self.action,
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
            **more,
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path

    def narrowed(self) -> dict[str, Any]:
        """The same for the storage; days begin and end as they do in Stuttgart."""
        return {
            "staff_id": self.staff,
            "case": self.case,
            "actions": (self.action,) if self.action else (),
            "since": _midnight(self.first) if self.first else None,
            "until": _midnight(self.last + timedelta(days=1)) if self.last else None,
        }

    @property
    def told(self) -> str:
        """What was asked for, for the audit itself."""
        return self.address("").removeprefix("?")


class Auditing:
    """The pages of the audit."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it."""
        page = self._desk.gate.page
        return [
            Route(PATH, page(self.page, roles=LEADS)),
            Route(f"{PATH}.csv", page(self.table, roles=LEADS)),
        ]

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """A part of it, the newest lines first. That it was read is noted behind what was read."""
        desk, known = self._desk, actions(visitor.t)
        wanted = Wanted.of(request, known)
        narrowed = wanted.narrowed()
        found = await audit.entries(desk.database, visitor.actor, before=wanted.before, size=_PAGE + 1, **narrowed)
        names = await self._names()
        await audit.note(desk.database, visitor.actor.staff_id, "audit read", case=wanted.case, detail=wanted.told)
        lines = found[:_PAGE]
        return desk.show(
            "audit.html",
            request,
            visitor,
            lines=lines,
            words=AuditWords(desk.wording(visitor), names),
            wanted=wanted,
            names=names,
            known=dict(sorted(known.items(), key=lambda pair: pair[1].casefold())),
            below=wanted.address(before=str(lines[-1].id)) if len(found) > _PAGE else "",
            top=wanted.address() if wanted.before else "",
            saved=wanted.address(f"{PATH}.csv"),
            most=MOST,
        )

    async def table(self, request: Request, visitor: Visitor) -> Response:
        """All lines that the address asks for, as a file."""
        desk, t = self._desk, visitor.t
        wanted = Wanted.of(request, actions(t))
        found = await self._all(visitor, wanted)
        await audit.note(desk.database, visitor.actor.staff_id, "audit exported", case=wanted.case, detail=wanted.told)
        words = AuditWords(desk.wording(visitor), await self._names())
        heading = (t.say("When"), t.say("Who"), t.say("What"), t.say("Case"), t.say("About"))
        return saved([heading, *(_row(each, words) for each in found)], t.language, "lotse-audit")

    async def _all(self, visitor: Visitor, wanted: Wanted) -> Sequence[Entry]:
        found: list[Entry] = []
        narrowed, before = wanted.narrowed(), 0
        while len(found) < MOST:
            part = await audit.entries(self._desk.database, visitor.actor, before=before, size=_AT_ONCE, **narrowed)
            found += part
            if len(part) < _AT_ONCE:
                break
            before = part[-1].id
        return found[:MOST]

    async def _names(self) -> dict[int, str]:
        return {each.id: each.name for each in await staff.list_staff(self._desk.database)}


def _row(entry: Entry, words: AuditWords) -> tuple[object, ...]:
    when = entry.at.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M:%S")
    return when, words.who(entry), words.what(entry), entry.case, words.about(entry)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), BERLIN).timestamp()
