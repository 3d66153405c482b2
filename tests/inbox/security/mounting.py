"""The very application that ``lotse run`` serves with everything switched on, on the database of a test."""

from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, fields, replace
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import patch

from starlette.applications import Starlette

from bot import bootstrap, server
from bot.content.model import Catalogue
from bot.metrics import Metrics
from bot.offers.stock import Stock
from bot.settings import GroupRule, OpenId, Settings
from bot.translation import Translator
from tests.inbox.staffroom import Staffroom
from tests.inbox.workroom import Workroom, content, no_offers

# Nobody listens there.
NOWHERE = "http://127.0.0.1:9"
_PROVIDER = OpenId(NOWHERE, "lotse", (GroupRule("staff", "social_worker", frozenset({"ost"})),))


@dataclass
class Mounted(Workroom):
    """A workroom whose application is the real one: all routes that any setting adds."""

    whole: Starlette | None = None
    catalogue: Catalogue | None = None
    stock: Stock | None = None

    @classmethod
    async def open(cls, database_url: str, *, demo: bool = False) -> Self:
        """On an empty database, with everything switched on."""
        room = await Staffroom.open(database_url, demo=demo, openid=_PROVIDER)
        work = cls(room, cls.pages(room), cls.queues(room))
        await work.mount()
        return work

    async def mount(self) -> None:
        """Let the assembly of the project put the routes together, and stop there; nothing runs."""

        async def serve(app: Starlette, _: object, jobs: Iterable[Coroutine[Any, Any, None]], __: object) -> None:
            self.whole = app
            for job in jobs:
                job.close()

        listener = SimpleNamespace(getsockname=lambda: ("127.0.0.1", 1))
        with (
            patch.object(server, "serve", serve),
            patch.object(server, "listen", lambda *_: listener),
            patch.object(bootstrap, "entrance", lambda *_: self.room.entrance),
        ):
            await bootstrap._serve(self._house(), lambda *_: None)

    def app(self) -> Starlette:
        """The server."""
        assert self.whole
        return self.whole

    def _house(self) -> bootstrap.House:
        catalogue, stock = self.catalogue or content(), self.stock or no_offers()
        shelf, loaded = SimpleNamespace(stock=stock, watch=_idle), SimpleNamespace(origin="present")
        mind: Any = SimpleNamespace(catalogue=catalogue, shelf=shelf, loaded=loaded)
        known: dict[str, Any] = {
            "settings": everything_on(self.room.settings),
            "mind": mind,
            "database": self.room.database,
            "vault": self.room.vault,
            "metrics": Metrics(),
            "eraser": SimpleNamespace(run=_idle, soon=lambda: None),
            "incoming": self.parts.incoming,
            "outgoing": self.parts.outgoing,
            "assistant": SimpleNamespace(respond=None),
            "translator": Translator(NOWHERE, ""),
        }
        values: dict[str, Any] = {each.name: known.get(each.name) for each in fields(bootstrap.House)}
        return bootstrap.House(**values)


def everything_on(known: Settings) -> Settings:
    """Settings with all that adds pages."""
    group: dict[str, Any] = {"staff_group": -100, "staff_topics": True}
    return replace(known, telegram_token="1:a", telegram_api_url=NOWHERE, translate_url=NOWHERE, **group)


async def _idle() -> None:
    """No work."""
