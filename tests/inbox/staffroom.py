"""The staff's pages on a real database, and a browser that keeps cookies and reads forms."""

import base64
import re
import time
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Self

import httpx
import pyotp
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import server
from bot.inbox.auth import make_link
from bot.inbox.gate import Visitor
from bot.inbox.passwords import Passwords
from bot.inbox.routes import Entrance, entrance
from bot.metrics import Metrics
from bot.settings import OpenId, Settings, load
from bot.storage import audit, schema, staff
from bot.storage.access import Actor, NotAllowedError, Role
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.staff import Staff

HOST = "https://lotse.example"
EMAIL, PASSWORD = "anna@stuttgart.example", "neun blaue Boote"
_FIELD = re.compile(r'<input type="hidden" name="(\w+)"[^>]*? value="([^"]*)"')


@dataclass
class Clock:
    """A clock that tests move."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass
class Staffroom:
    """Everything behind the door, with two pages of its own: one for everybody, one for leads, both at ``/inbox/…``."""

    settings: Settings
    database: Database
    vault: Vault
    clock: Clock
    entrance: Entrance
    done: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, database_url: str, *, demo: bool = False, openid: OpenId | None = None) -> Self:
        """On an empty database."""
        known = load({"LOTSE_DATABASE_URL": database_url, "LOTSE_PUBLIC_URL": HOST, "LOTSE_DEMO": "no"})
        known = Settings(**{**_values(known), "openid": openid, "demo": demo})
        database, vault, clock = Database(known.database_url), Vault(known.keys), Clock()
        await schema.prepare(database, vault)
        # Cheap hashes: what they cost is argon2's business.
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        return cls(known, database, vault, clock, entrance(known, database, vault, passwords=passwords, clock=clock))

    def app(self) -> Starlette:
        """The server."""
        gate = self.entrance.gate
        routes = [
            *self.entrance.routes,
            Route("/inbox", gate.page(self._page), methods=["GET", "POST"]),
            Route("/inbox/leads", gate.page(self._page, roles=("lead", "admin")), methods=["GET", "POST"]),
            Route("/inbox/cases/7", gate.page(self._foreign)),
            Route("/inbox/live", gate.page(self._page, by_itself=True)),
        ]

        async def state() -> dict[str, str]:
            return {}

        return server.build(routes, Metrics(), state, webhook=None, webhook_secret="")

    def browser(self, **headers: str) -> "Browser":
        """Somebody's browser."""
        return Browser(self.app(), headers)

    async def add(self, email: str = EMAIL, role: Role = "social_worker", *queues: str) -> Staff:
        """An account without a password."""
        return await staff.add(self.database, "Anna Beck", email, role, queues or ("ost",))

    async def link(self, account: Staff, purpose: Any = "password") -> str:
        """The path of a one-time link."""
        return f"/inbox/link/{await make_link(self.database, account.id, self.clock(), purpose)}"

    async def member(self, email: str = EMAIL, role: Role = "social_worker") -> tuple[Staff, str]:
        """An account with a password, and the secret of its second factor."""
        account = await self.add(email, role)
        secret = pyotp.random_base32()
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        await staff.set_password(self.database, account.id, hasher.hash(PASSWORD))
        await staff.set_totp(self.database, self.vault, account.id, secret)
        return account, secret

    def code(self, secret: str) -> str:
        """What the app shows now."""
        return pyotp.TOTP(secret).at(self.clock())

    def vault_secret(self, pending: str) -> str:
        """The second factor's secret that travels, sealed, in the form of a link."""
        _, secret = self.vault.open("pending second factor", base64.urlsafe_b64decode(pending))
        return str(secret)

    async def signed_in(self, email: str = EMAIL, role: Role = "social_worker") -> "Browser":
        """The browser of somebody who gave password and code."""
        _, secret = await self.member(email, role)
        browser = self.browser()
        await browser.sign_in(email)
        answer = await browser.fill("/inbox/second-factor", code=self.code(secret))
        assert answer.headers["location"] == "/inbox"
        return browser

    async def audited(self) -> list[tuple[str, str]]:
        """Action and detail of every line of the audit, the oldest first."""
        rows = await audit.entries(self.database, Actor(0, "admin", frozenset()))
        return [(row.action, row.detail) for row in reversed(rows)]

    async def _page(self, request: Request, visitor: Visitor) -> Response:
        self.done.append(f"{request.method} {visitor.staff.email}")
        return PlainTextResponse(visitor.csrf)

    async def _foreign(self, _: Request, visitor: Visitor) -> Response:
        raise NotAllowedError(f"case 7 is not in a queue of {visitor.staff.name}")


class Browser(httpx.AsyncClient):
    """Keeps cookies, says where its forms come from, follows nothing by itself."""

    def __init__(self, app: Starlette, headers: dict[str, str]) -> None:
        super().__init__(transport=httpx.ASGITransport(app), base_url=HOST, headers={"Accept": "text/html", **headers})

    async def send_form(self, path: str, values: dict[str, str], **headers: str) -> httpx.Response:
        """POST, as a page of ours does."""
        return await self.post(path, data=values, headers={"Origin": HOST, **headers})

    async def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the first form of a page."""
        page = (await self.get(path)).text.partition("</form>")[0]
        return {name: unescape(value) for name, value in _FIELD.findall(page)}

    async def fill(self, page: str, **values: str) -> httpx.Response:
        """Open a page, fill its form, send it."""
        return await self.send_form(page, {**await self.hidden(page), **values})

    async def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
        """Address and password."""
        return await self.fill("/inbox/login", email=email, password=password)


def _values(known: Settings) -> dict[str, Any]:
    return {name: getattr(known, name) for name in Settings.__dataclass_fields__}
