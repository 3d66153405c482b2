"""The staff's pages with cases in them: the real content, and people who wrote in Arabic, Ukrainian and German."""

import time
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Self

import httpx
from starlette.applications import Starlette

from bot import server
from bot.content import load
from bot.content.model import Catalogue
from bot.inbox.workplace import Workplace
from bot.messages import Candidate, Reply, Understanding
from bot.metrics import Metrics
from bot.offers.districts import load_districts
from bot.offers.stock import Stock
from bot.storage import casefile, staff
from bot.storage.access import Actor, Role
from bot.storage.conversations import save
from bot.storage.incoming import IncomingQueue
from bot.storage.models import OutgoingRow
from bot.storage.outgoing import OutgoingQueue
from bot.translation import Translator
from tests.inbox.staffroom import HOST, Browser, Staffroom
from tests.storage.desk import new_case
from tests.storage.parts import Parts, held

_people = count(6_000_000_001)

CONTENT = Path(__file__).parents[2] / "content"

ARABIC = "Jobcenter أرسل لي رسالة ولا أفهمها. موعدي يوم 25.11. الساعة 14:30، رقمهم 0711 123456."
LETTER = Understanding(
    "ar", "faq/letter-not-understood", 0.91, "sure", (), {"office": ("jobcenter",), "date": ("2026-11-25",)}
)
PERHAPS = Understanding(
    "uk",
    "faq/find-apartment",
    0.48,
    "unsure",
    (Candidate("faq/find-apartment", 0.48), Candidate("faq/social-housing-certificate", 0.3)),
    {"district": ("ost",)},
)


@cache
def content() -> Catalogue:
    """The project's own content, read once for all tests."""
    return load(CONTENT)


@cache
def no_offers() -> Stock:
    """Nothing to offer."""
    return Stock.of([], load_districts(CONTENT))


@dataclass
class Workroom:
    """A staffroom, the pages about cases, and the queues around its database."""

    room: Staffroom
    place: Workplace
    parts: Parts

    @classmethod
    async def open(cls, database_url: str, *, demo: bool = False) -> Self:
        """On an empty database."""
        room = await Staffroom.open(database_url, demo=demo)
        return cls(room, cls.pages(room), cls.queues(room))

    @staticmethod
    def pages(room: Staffroom, translator: Translator | None = None) -> Workplace:
        """The pages behind the present gate of a room."""
        parts = (room.entrance.gate, room.database, room.vault, content, no_offers)
        return Workplace.of(*parts, translator=translator)

    @staticmethod
    def queues(room: Staffroom) -> Parts:
        """What people's messages go through."""
        incoming = IncomingQueue(room.database, room.vault, lambda _: False)
        return Parts(room.database, room.vault, incoming, OutgoingQueue(room.database, room.vault))

    def app(self) -> Starlette:
        """The server."""

        async def state() -> dict[str, str]:
            return {}

        routes = [*self.room.entrance.routes, *self.place.routes]
        return server.build(routes, Metrics(), state, webhook=None, webhook_secret="")

    async def colleague(self, name: str, *queues: str, role: Role = "social_worker") -> tuple[Actor, Browser]:
        """Somebody of the staff, and their browser, signed in."""
        email = f"{name.split(maxsplit=1)[0].lower()}@stuttgart.example"
        account = await staff.add(self.room.database, name, email, role, queues)
        session = await self.room.entrance.door.sessions.open(account, self.room.clock(), complete=True)
        browser = Browser(self.app(), {})
        browser.cookies.set(self.room.entrance.gate.cookies.session, session.token, domain="lotse.example")
        browser.headers["X-CSRF-Token"] = session.csrf
        return account.actor, browser

    async def arrived(self) -> list[Reply]:
        """The replies that wait to be sent, the oldest first."""
        rows = await self.parts.rows(OutgoingRow)
        return [(await self.parts.outgoing.waiting(row.lane, row.id - 1))[0][1].reply for row in rows]

    async def case(self, *texts: str, **options: Any) -> int:
        """A case of somebody who reads its language."""
        person = options.setdefault("person", str(next(_people)))
        number = await new_case(self.parts, *texts, **options)
        talk = await held(self.parts, person)
        talk.talk.language = options.get("language", "uk")
        async with self.room.database.write() as connection:
            await save(connection, self.parts.vault, talk, time.time())
        return number

    async def lines(self, actor: Actor, number: int) -> list[tuple[str, str]]:
        """Kind and text of each line of a case."""
        found = await casefile.read(self.room.database, self.room.vault, actor, number)
        return [(line.kind, line.text) for line in found.lines]

    async def close(self) -> None:
        """The end."""
        await self.room.database.close()


async def post(browser: Browser, path: str, **values: Any) -> httpx.Response:
    """Send a form of the page, as somebody without scripts does."""
    return await browser.post(path, data=values, headers={"Origin": HOST})


async def ask(browser: Browser, path: str, **values: Any) -> httpx.Response:
    """The same as htmx does."""
    return await browser.post(path, data=values, headers={"Origin": HOST, "HX-Request": "true"})
