"""Everything about cases that the server serves: the list, each case, its actions and replies, and live news."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from starlette.routing import BaseRoute, Route

from bot.content.model import Catalogue
from bot.inbox.actions import Actions
from bot.inbox.auditing import Auditing
from bot.inbox.casepage import CasePage
from bot.inbox.desk import CASEWORKERS, Desk
from bot.inbox.exporting import Exporting
from bot.inbox.figurepages import FigurePages
from bot.inbox.gate import Gate
from bot.inbox.listing import Listing
from bot.inbox.live import Live
from bot.inbox.replying import Replying
from bot.inbox.translating import Translating
from bot.offers.stock import Stock
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.translation import Translator


@dataclass(frozen=True, slots=True)
class Workplace:
    """The pages behind the gate. ``live.run()`` is to work beside the server."""

    routes: list[BaseRoute]
    live: Live

    @classmethod
    def of(
        cls,
        gate: Gate,
        database: Database,
        vault: Vault,
        catalogue: Callable[[], Catalogue],
        stock: Callable[[], Stock],
        *,
        translator: Translator | None = None,
    ) -> Self:
        """Tie the parts together; ``catalogue`` and ``stock`` give what is valid at the moment.

        Without a ``translator`` nothing is translated by a machine.
        """
        desk = Desk(gate, database, vault, catalogue, stock)
        live = Live(database, gate.sessions, gate.clock)
        reports = (Auditing(desk), FigurePages(desk), Exporting(desk))
        pages = (*reports, Listing(desk), CasePage(desk, translator), Actions(desk), Replying(desk))
        stream = Route("/inbox/live", gate.page(live.stream, roles=CASEWORKERS, by_itself=True))
        routes = [*(route for page in pages for route in page.routes), stream]
        return cls([*routes, *(Translating(desk, translator).routes if translator else ())], live)
