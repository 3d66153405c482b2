"""All pages of the staff as the server's own routes have them: tomorrow's page is attacked without a new line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from bot.inbox import gate
from bot.inbox.auth import make_link
from bot.storage import staff
from bot.storage.access import Actor, Role
from bot.storage.attachments import File
from bot.storage.attachments import add as keep_file
from bot.storage.models import CaseMessageRow
from bot.storage.models_inbox import AttachmentRow, AuditRow
from bot.storage.staff import Staff
from tests.inbox.staffroom import HOST, Browser
from tests.inbox.workroom import Workroom

INBOX = Path(__file__).parents[3] / "bot" / "inbox"

# Pages that answer to strangers. Whoever adds one here has to be sure that it says nothing about anybody.
OPEN = frozenset({gate.LOGIN, "/inbox/link/{token}", "/inbox/oidc", "/inbox/oidc/callback"})
# Only for those who still owe the second factor.
HALF = frozenset({gate.SECOND_FACTOR})
# Pages without cases, which editors see too.
EDITORS = re.compile(r"/inbox(/list|/account|/sign-out|/sign-out-everywhere|/second-factor)?")
# What is for leads and administrators only.
LEADS = re.compile(r"/inbox/(audit|figures)\b|/export\b")
# Answers that never end.
STREAMS = frozenset({"/inbox/live"})
# What answers alike for every number, and shows and changes nothing of a case.
ALIKE = frozenset({"/inbox/cases/{number:int}/leave"})

WHOLE: Mapping[str, str] = {
    "asked": "yes",
    "choice": "hour",
    "email": "anna@stuttgart.example",
    "id": "greeting",
    "kind": "phrase",
    "language": "de",
    "note": "eine Notiz",
    "password": "falsch und lang",
    "q": "Termin",
    "queue": "default",
    "resolution": "answered",
    "text": "ein Text",
    "to": "de",
}
"""Fields with which forms are complete; ``staff`` is added for each scene."""

SECRET = "Mein Geheimnis 4711"


@dataclass(frozen=True)
class Endpoint:
    """A path as the routes have it, and a method."""

    path: str
    method: str

    @property
    def changes(self) -> bool:
        """Whether it takes forms."""
        return self.method not in {"GET", "HEAD"}

    def at(self, values: Mapping[str, object]) -> str:
        """The path with its parameters filled in."""

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name not in values:
                pytest.fail(
                    f"The route {self.path} takes {{{name}}}, which these tests do not know. "
                    "Give it a value in Scene.values (tests/inbox/security/walk.py)."
                )
            return str(values[name])

        return re.sub(r"\{(\w+)(?::\w+)?\}", value, self.path)


def endpoints(app: Starlette) -> list[Endpoint]:
    """Everything below ``/inbox`` but files that all pages need, with every method."""
    found = [
        Endpoint(path, method)
        for path, route in _flat(app.routes)
        if path == "/inbox" or path.startswith("/inbox/")
        for method in sorted(route.methods or ())
    ]
    assert len(found) >= 40
    return found


def guarded(app: Starlette) -> list[Endpoint]:
    """Those that need somebody who is signed in."""
    return [each for each in endpoints(app) if each.path not in OPEN | HALF]


def _flat(routes: Iterable[BaseRoute], before: str = "") -> Iterator[tuple[str, Route]]:
    for route in routes:
        if isinstance(route, Route):
            yield before + route.path, route
        elif isinstance(route, Mount) and route.routes:
            yield from _flat(route.routes, before + route.path)
        else:
            assert isinstance(route, Mount), f"{route} is neither a route nor a mount"
            assert before + route.path in {"/inbox/static", "/static"}, (
                f"nobody attacks what is mounted at {route.path}"
            )


def field_names() -> list[str]:
    """All names that forms and addresses use, from the templates and the code."""
    templates = "".join(each.read_text() for each in (INBOX / "templates").glob("*.html"))
    code = "".join(each.read_text() for each in INBOX.glob("*.py"))
    names = set(re.findall(r'\bname="([\w-]+)"', templates))
    names |= set(re.findall(r'\b(?:query_params|query|form|params)\.get\("([\w-]+)"', code))
    names |= set(re.findall(r'\b(?:given|field|_text|long_text)\((?:[^()"]*, )?"([\w-]+)"', code))
    assert {"q", "view", "after", "said", "next", "text", "note", "csrf"} <= names
    return sorted(names - {"csrf", "viewport", "robots", "color-scheme", "htmx-config"})


@dataclass
class Scene:
    """A case of the team "ost" that somebody has answered, with a note and a file, and its colleague."""

    work: Workroom
    number: int
    file: int
    colleague: Actor
    more: dict[str, object] = field(default_factory=dict)

    @classmethod
    async def open(cls, work: Workroom) -> Self:
        """Make it; nothing is waiting to be sent afterwards."""
        number = await work.case(SECRET, language="de")
        colleague, _ = await work.colleague("Otto Ostermann", "ost")
        return cls(work, number, await file_of(work, number), colleague)

    async def values(self, case: int | None = None, file: int | None = None) -> dict[str, object]:
        """Values for the parameters of paths, by name."""
        account = await staff.find(self.work.room.database, self.colleague.staff_id)
        assert account
        return {
            "number": case or self.number,
            "file": file or self.file,
            "line": next(row.id for row in await self.work.parts.rows(CaseMessageRow) if row.case_id == self.number),
            "token": await make_link(self.work.room.database, account.id, self.work.room.clock()),
            **self.more,
        }

    def form(self, **values: str) -> dict[str, str]:
        """Fields that make any form of the pages complete."""
        return {**WHOLE, "staff": str(self.colleague.staff_id), "mention": str(self.colleague.staff_id), **values}

    async def lines(self) -> list[tuple[str, str]]:
        """The transcript."""
        return await self.work.lines(self.colleague, self.number)


async def file_of(work: Workroom, number: int, filename: str = "geheimnis.txt", media_type: str = "text/plain") -> int:
    """Give a case a file; returns its number."""
    lines = [row.id for row in await work.parts.rows(CaseMessageRow) if row.case_id == number]
    async with work.room.database.write() as connection:
        await keep_file(connection, work.room.vault, lines[0], "in", File(filename, media_type, SECRET.encode()))
    return int((await work.parts.rows(AttachmentRow))[-1].id)


@dataclass(frozen=True)
class Member:
    """Somebody of the staff with a session, whose cookie can be copied."""

    account: Staff
    token: str
    csrf: str

    def headers(self, work: Workroom, **more: str) -> dict[str, str]:
        """What the browser sends by itself."""
        return {"Cookie": f"{work.room.entrance.gate.cookies.session}={self.token}", **more}


_numbers = iter(range(10**6))


async def member(work: Workroom, role: Role, *queues: str, complete: bool = True) -> Member:
    """Somebody who has just signed in, or is half in."""
    room = work.room
    account = await staff.add(room.database, "Mira Sommer", f"m{next(_numbers)}@x.example", role, queues)
    session = await room.entrance.door.sessions.open(account, room.clock(), complete=complete)
    return Member(account, session.token, session.csrf)


async def send(work: Workroom, method: str, path: str, **options: Any) -> httpx.Response:
    """One request of a browser that keeps nothing."""
    data = options.pop("data", None)
    async with Browser(work.app(), options.pop("headers", {})) as browser:
        return await browser.request(method, path, data=data if method not in {"GET", "HEAD"} else None, **options)


async def ask_as(work: Workroom, who: Member, endpoint: Endpoint, path: str, form: Mapping[str, str]) -> httpx.Response:
    """A request of somebody who is signed in, with everything that proves it."""
    headers = who.headers(work, Origin=HOST, **{"X-CSRF-Token": who.csrf})
    return await send(work, endpoint.method, path, headers=headers, data=dict(form))


async def audited(work: Workroom, action: str = "") -> list[tuple[int | None, int | None, str]]:
    """Who, which case, and what, of lines of the audit with this action, or all."""
    rows = await work.parts.rows(AuditRow)
    return [(row.staff_id, row.case_id, row.detail) for row in rows if action in ("", row.action)]
