"""The queue of updates and long polling, with Telegram's rules for offsets and conflicts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.errors import ApiError, conflict

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_POLL = 50
_ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass
class Update:
    """One waiting update; `key` is the chat whose updates must stay in order."""

    update_id: int
    body: dict[str, Any]
    key: object


class Signal:
    """Wakes everybody who waits for something to become true."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def wake(self) -> None:
        """Let all who wait look again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def until(self, condition: Callable[[], bool], timeout: float) -> None:  # noqa: ASYNC109
        """Return as soon as `condition` holds; TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not condition():
                future = asyncio.get_running_loop().create_future()
                self._waiting.add(future)
                try:
                    await future
                finally:
                    self._waiting.discard(future)


class UpdateQueue:
    """Updates that the bot has not confirmed, oldest first."""

    def __init__(self, first_id: int = 100_000_001) -> None:
        self.waiting: dict[int, Update] = {}
        self.allowed: frozenset[str] | None = None
        self.next_id = first_id
        self.on_put: Callable[[], None] = lambda: None
        self._poll: asyncio.Future[None] | None = None

    def allow(self, kinds: list[str] | None) -> None:
        """Set which kinds are queued from now on; None keeps what was set, an empty list means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def put(self, kind: str, body: dict[str, Any], key: object = None) -> int | None:
        """Queue an update of a kind the bot wants to have; the id of the update, None when it does not."""
        if kind in _ONLY_ON_REQUEST if self.allowed is None else kind not in self.allowed:
            return None
        return self.put_raw({kind: body}, key)

    def put_raw(self, body: dict[str, Any], key: object = None) -> int:
        """Queue an update as it stands; gives it the next id when it has none."""
        update_id = int(body.get("update_id", self.next_id))
        self.next_id = max(self.next_id, update_id + 1)
        self.waiting[update_id] = Update(update_id, {"update_id": update_id, **body}, key)
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        self.on_put()
        return update_id

    def confirm(self, offset: int) -> None:
        """Forget what lies below `offset`; a negative one keeps that many of the newest."""
        if offset > 0:
            gone = [update_id for update_id in self.waiting if update_id < offset]
        elif offset < 0:
            gone = sorted(self.waiting)[:offset]
        else:
            return
        for update_id in gone:
            del self.waiting[update_id]

    def read(self, limit: int) -> list[dict[str, Any]]:
        """The oldest `limit` updates."""
        return [update.body for update in islice(self.waiting.values(), limit)]

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:  # noqa: ASYNC109
        """What `getUpdates` answers; a second poll ends the first one with a 409."""
        self.stop_polling("other getUpdates request; make sure that only one bot instance is running")
        self.confirm(offset)
        found = self.read(limit)
        if found or timeout <= 0:
            return found
        mine = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(min(timeout, _LONGEST_POLL)):
                await mine
        except TimeoutError:
            return []
        finally:
            if self._poll is mine:
                self._poll = None
        return self.read(limit)

    def stop_polling(self, reason: str) -> None:
        """End a running poll with a 409."""
        if self._poll is not None and not self._poll.done():
            error: ApiError = conflict(f"terminated by {reason}")
            self._poll.set_exception(error)
        self._poll = None
