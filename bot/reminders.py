"""Reminders: leads are told about cases whose first reply is about to be late, while there is time to keep the promise.

They find the case among those in which they were asked, live and whatever its queue; its transcript and the audit say
that it was brought to them.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.content.model import Queue
from bot.content.queues import DEFAULT
from bot.escalation.routing import lead_due
from bot.storage import promises
from bot.storage.crypto import Vault
from bot.storage.database import DATABASE_ERRORS, Database
from bot.storage.promises import Waiting

log = logging.getLogger(__name__)

_LOOK_EVERY = 30.0


class Reminders:
    """Looks after promises until it is cancelled.

    Args:
        queues: the teams of the moment.
        now: the clock (aware datetimes).
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        queues: Callable[[], Mapping[str, Queue]],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._vault = vault
        self._queues = queues
        self._now = now

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.remind()
            except DATABASE_ERRORS as error:
                log.warning("reminders have to wait: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one case, people are answered
                log.error("leads cannot be reminded: %s", type(error).__name__)  # noqa: TRY400 - it may quote
            await asyncio.sleep(_LOOK_EVERY)

    async def remind(self) -> list[int]:
        """Tell the leads about every case whose time has come; returns the cases."""
        now = self._now()
        late = [each for each in await promises.waiting(self._database) if self._is_time(each, now)]
        return [each.case for each in late if await self._tell(each, now)]

    def _is_time(self, waiting: Waiting, now: datetime) -> bool:
        queues = self._queues()
        queue = queues.get(waiting.queue, queues[DEFAULT])
        moment = lead_due(queue, waiting.since, urgent=waiting.urgent)
        if moment is not None and waiting.due is not None and moment >= waiting.due:
            # Another team has promised it, before the case came to this one: what was said holds.
            moment = waiting.since + (waiting.due - waiting.since) * 3 / 4
        return moment is not None and moment <= now

    async def _tell(self, waiting: Waiting, now: datetime) -> bool:
        leads = await promises.leads(self._database, waiting.queue)
        told = await promises.escalate(self._database, self._vault, waiting.case, [each.id for each in leads], now)
        if told and not leads:
            log.warning("case %d of the queue %s waits, and nobody leads there", waiting.case, waiting.queue)
        return told
