"""The list of cases: views, filters, pages, and the same as a piece that replaces itself when something changes."""

from dataclasses import asdict, dataclass
from typing import Any, Final, get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.content.vocabulary import DISTRICT_NAMES
from bot.i18n import Texts
from bot.inbox.desk import Desk
from bot.inbox.gate import HOME, Visitor
from bot.inbox.wording import Wording
from bot.messages import well_formed
from bot.storage import audit, inbox
from bot.storage.access import Actor
from bot.storage.inbox import Counts, Filters, View

VIEWS: Final[tuple[View, ...]] = get_args(View)
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A view beside the list; ``count`` None where counting would say nothing."""

    name: str
    href: str
    count: int | None
    current: bool
    parts: tuple["Entry", ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of a list asks for."""

    view: View
    filters: Filters
    after: str = ""

    def address(self, path: str = HOME, **changes: str) -> str:
        """The address of a list; a change of anything begins at its top."""
        values = {"view": self.view, **_short(self.filters), **changes}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path


class Listing:
    """The pages of the list."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it. Editors are let in too: it is where signing in leads."""
        page = self._desk.gate.page
        return [Route(HOME, page(self.page)), Route("/inbox/list", page(self.part, by_itself=True))]

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """The whole page."""
        if visitor.actor.role == "editor":
            return self._desk.show("nothing.html", request, visitor)
        values = await self._values(request, visitor)
        # Which fields were filled is told, not the words: they may be a name.
        asked = " ".join(name for name, value in asdict(values["wanted"].filters).items() if value)
        action = "searched" if asked else "list read"
        await audit.note_once(self._desk.database, visitor.actor.staff_id, action, detail=asked)
        return self._desk.show("list.html", request, visitor, again=False, **values)

    async def part(self, request: Request, visitor: Visitor) -> Response:
        """Views and cases alone."""
        return self._desk.show("_list.html", request, visitor, again=True, **await self._values(request, visitor))

    async def _values(self, request: Request, visitor: Visitor) -> dict[str, Any]:
        desk, actor = self._desk, visitor.actor
        counts = await inbox.counts(desk.database, actor)
        wanted = _wanted(request, counts)
        found = await inbox.page(desk.database, desk.vault, actor, wanted.view, wanted.filters, after=wanted.after)
        w = desk.wording(visitor)
        return {
            "entries": _entries(wanted, counts, w),
            "title": view_name(wanted.view, visitor.t),
            "found": found,
            "wanted": wanted,
            "part": wanted.address("/inbox/list", after=wanted.after),
            "below": wanted.address(after=found.next) if found.next else "",
            "top": wanted.address() if wanted.after else "",
            "choices": _choices(actor, w),
            "narrowed": wanted.filters != Filters(),
            "everything": HOME + "?" + urlencode({"view": wanted.view}),
        }


def view_name(view: View, t: Texts) -> str:
    """What a view is called."""
    return {
        "mine": t.say("My cases"),
        "unassigned": t.say("Unassigned"),
        "team": t.say("All open cases"),
        "waiting": t.say("Waiting for the person"),
        "snoozed": t.say("Put aside"),
        "mentioned": t.say("I am asked to look"),
        "resolved": t.say("Closed"),
        "blocked": t.say("Blocked"),
    }[view]


def _wanted(request: Request, counts: Counts) -> Wanted:
    query = request.query_params

    def given(name: str) -> str:
        return well_formed(query.get(name, ""))[:_LONGEST]

    filters = Filters(given("queue"), given("language"), given("theme"), given("district"), given("q"))
    asked = given("view")
    # Whoever has cases begins with them.
    view = next((each for each in VIEWS if each == asked), "mine" if counts.mine else "unassigned")
    return Wanted(view, filters, given("after"))


def _short(filters: Filters) -> dict[str, str]:
    values = asdict(filters)
    return {"q" if name == "words" else name: value for name, value in values.items()}


def _entries(wanted: Wanted, counts: Counts, w: Wording) -> list[Entry]:
    """The views with their figures; the unassigned cases of each team where there are several."""
    numbers = {
        **{name: getattr(counts, name) for name in ("mine", "team", "waiting", "snoozed", "mentioned", "blocked")},
        "unassigned": sum(counts.unassigned.values()),
    }
    parts = tuple(
        Entry(name, f"{HOME}?{urlencode({'view': 'unassigned', 'queue': queue})}", counts.unassigned[queue], current)
        for queue, name in w.choices(list(counts.unassigned), "queue").items()
        for current in [wanted.view == "unassigned" and wanted.filters.queue == queue]
    )
    entries = []
    for view in VIEWS:
        below = parts if view == "unassigned" and len(parts) > 1 else ()
        current = view == wanted.view and not any(each.current for each in below)
        # What is never there need not be read every day.
        if view in ("mentioned", "blocked") and not numbers[view] and not current:
            continue
        href = f"{HOME}?{urlencode({'view': view})}"
        entries.append(Entry(view_name(view, w.t), href, numbers.get(view), current, below))
    return entries


def _choices(actor: Actor, w: Wording) -> dict[str, tuple[str, dict[str, str]]]:
    """What each filter is called and offers: field -> (name, id -> name)."""
    known, t = w.catalogue, w.t
    queues = [each for each in known.queues if actor.may_see(each)]
    return {
        "queue": (t.say("Team"), w.choices(queues, "queue") if len(queues) > 1 else {}),
        "language": (t.say("Language"), w.choices(list(known.languages), "language")),
        "theme": (t.say("Theme"), {each: w.theme(each) for each in known.groups}),
        "district": (t.say("District"), dict(DISTRICT_NAMES)),
    }
