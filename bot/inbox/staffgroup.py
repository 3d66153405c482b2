"""The staff's group on Telegram as a job beside the server: pings, topics, and what staff write there.

What the group is told is decided by comparing with the database, again and again: whatever was interrupted goes on.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from starlette.routing import BaseRoute

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_staff import Line, StaffGroupChannel, Thread
from bot.content.model import Catalogue
from bot.inbox.gate import Gate
from bot.inbox.groupposts import FAILED, SENT, GroupPosts
from bot.inbox.groupwords import GroupWords
from bot.inbox.linking import Linking
from bot.settings import Settings
from bot.storage import pings, staff_posts, topics
from bot.storage.crypto import Vault
from bot.storage.database import DATABASE_ERRORS, Database
from bot.storage.staff_posts import Post

log = logging.getLogger(__name__)

_LOOK_EVERY: Final = 1.0
_DROP_EVERY: Final = 30.0
# A transaction may end so long after the moment that it notes.
_LATE_BY: Final = 60.0


@dataclass(frozen=True, slots=True)
class GroupParts:
    """The group's parts, which the server runs beside each other."""

    channel: StaffGroupChannel
    job: "StaffGroup"
    linking: Linking | None

    @property
    def routes(self) -> list[BaseRoute]:
        """Pages that belong to it."""
        return self.linking.routes if self.linking else []

    @classmethod
    def of(
        cls,
        settings: Settings,
        gate: Gate,
        telegram: TelegramChannel,
        kept: tuple[Database, Vault],
        catalogue: Callable[[], Catalogue],
    ) -> Self:
        """Tie them together; from now on what is written in the group is taken out of what people write."""
        database, vault = kept

        def bot_name() -> str:
            return telegram.bot.username if telegram.is_connected else ""

        async def store(written: Sequence[Post]) -> None:
            await staff_posts.store(database, vault, written)
            job.wake()

        words = GroupWords(catalogue, settings.public_url)
        channel = StaffGroupChannel(settings, telegram.bot, store, CaseTopics(database, vault, words))
        posts = GroupPosts(database, vault, catalogue, bot_name)
        job = StaffGroup(database, vault, words, posts, lambda: channel.has_topics)
        telegram.take_out = channel.take_out
        return cls(channel, job, Linking(gate, database, bot_name) if settings.staff_topics else None)


class CaseTopics:
    """What the channel asks about topics, from the database."""

    def __init__(self, database: Database, vault: Vault, words: GroupWords) -> None:
        self._database = database
        self._vault = vault
        self._words = words

    async def thread(self, case: int) -> Thread | None:
        """The topic of a case; None if nothing of it may be shown any more."""
        found = await topics.find(self._database, self._vault, case)
        if found is None:
            return None
        return Thread(found.case.pseudonym, self._words.head(found.case), found.thread, found.headed)

    async def line(self, number: int) -> Line | None:
        """A line of the transcript; None if it is erased."""
        said = await topics.said(self._database, self._vault, number)
        return self._words.line(said) if said else None

    async def made(self, case: int, thread: int) -> bool:
        """Keep the number of a new topic; False if nothing of the case may be shown any more."""
        return await topics.made(self._database, case, thread)

    async def headed(self, case: int) -> None:
        """Keep that its first message is there."""
        await topics.headed(self._database, case)

    async def lost(self, case: int, thread: int) -> None:
        """Keep that a topic is gone."""
        await topics.lost(self._database, case, thread)


class StaffGroup:
    """Looks after the group until it is cancelled.

    Args:
        words: what is said there.
        posts: works on what staff write there.
        has_topics: whether the group can have topics at this moment, and shall.
    """

    def __init__(
        self, database: Database, vault: Vault, words: GroupWords, posts: GroupPosts, has_topics: Callable[[], bool]
    ) -> None:
        self._database = database
        self._vault = vault
        self._words = words
        self._posts = posts
        self._has_topics = has_topics
        self._woken = asyncio.Event()
        self._pinged = self._caught_up = 0.0
        self._drop_at = 0.0

    def wake(self) -> None:
        """Staff wrote something."""
        self._woken.set()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.look()
            except DATABASE_ERRORS as error:
                log.warning("the staff's group has to wait: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with the group, people are answered
                log.error("the staff's group cannot be looked after: %s", type(error).__name__)  # noqa: TRY400 - it may quote
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._woken.wait()

    async def look(self) -> None:
        """Put into the queue whatever the group has not been told, and work on what staff wrote."""
        await self._ping()
        await self._posts.work()
        if self._has_topics():
            began = time.time()
            if not await topics.catch_up(self._database, self._vault, self._caught_up):
                self._caught_up = began - _LATE_BY
            await self._show_receipts()
        if time.monotonic() >= self._drop_at:
            self._drop_at = time.monotonic() + _DROP_EVERY
            await topics.drop_erased(self._database, self._vault)

    async def _ping(self) -> None:
        began = time.time()
        due = await pings.due(self._database, self._pinged)
        if due:
            await pings.tell(self._database, self._vault, due, self._words.ping)
        else:
            # Only now: what could not be told yet must be found again.
            self._pinged = began - _LATE_BY

    async def _show_receipts(self) -> None:
        for receipt in await topics.receipts(self._database):
            sent = receipt.delivery == "sent"
            text = "" if sent else self._words.t.say("This did not reach the person.")
            await topics.show(self._database, self._vault, receipt, SENT if sent else FAILED, text)
