"""Work on a queue: one lane at a time in order, many lanes side by side."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from bot.storage.database import DATABASE_ERRORS

log = logging.getLogger(__name__)

# Other processes put messages into the same queues; they are found by looking.
_LOOK_AGAIN = 0.5
_GRACE = 5.0
# A lane that another process works on is left alone for so long.
_ELSEWHERE = 0.1


class Head(Protocol):
    """The first item of a lane."""

    @property
    def lane(self) -> str:
        """Whose item it is."""


T = TypeVar("T", bound=Head)


class Lanes(Generic[T]):
    """Takes the first items of lanes that are not busy here, and works on them.

    Who puts something into a queue names its lane to ``wake``; what other processes put there, and what has
    become due, is found by looking.

    Args:
        name: for the log.
        at_once: how many lanes are worked on side by side.
        heads: (busy lanes, how many) -> first items of other lanes.
        first: lane -> its first item, whichever that is.
        work: does one item; it deals with its own errors. False if the item is worked on elsewhere, or done.
    """

    def __init__(
        self,
        name: str,
        at_once: int,
        heads: Callable[[Collection[str], int], Awaitable[Sequence[T]]],
        first: Callable[[str], T],
        work: Callable[[T], Awaitable[bool]],
    ) -> None:
        self._name = name
        self._at_once = at_once
        self._heads = heads
        self._first = first
        self._work = work
        self._woken = asyncio.Event()
        self._named: dict[str, None] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._look_at = 0.0

    def wake(self, lanes: Iterable[str] = ()) -> None:
        """Something was put into these lanes, or somewhere if none is named."""
        named = dict.fromkeys(lanes)
        self._named.update(named)
        if not named:
            self._look_at = 0.0
        self._woken.set()

    async def run(self) -> None:
        """Work for ever; on cancellation, what has begun is finished first."""
        try:
            while True:
                self._woken.clear()
                self._start_named()
                left = self._look_at - time.monotonic()
                if left <= 0:
                    left = await self._look()
                # Not wait_for: before Python 3.12 it may swallow a cancellation that comes with the waking.
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await self._woken.wait()
        finally:
            await self._finish()

    async def _finish(self) -> None:
        """Wait for what has begun, but not for ever: a server that does not answer must not hold up the end."""
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=_GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start_named(self) -> None:
        for lane in [lane for lane in self._named if lane not in self._busy]:
            if len(self._busy) >= self._at_once:
                return
            del self._named[lane]
            self._start(self._first(lane), looked=False)

    async def _look(self) -> float:
        """Look for work; returns how long to wait before the next look, if nobody calls."""
        free = self._at_once - len(self._busy)
        if free <= 0:
            return _LOOK_AGAIN
        try:
            heads = await self._heads(list(self._busy), free)
        except DATABASE_ERRORS as error:
            log.warning("%s: the queue cannot be read: %s", self._name, type(error).__name__)
            heads = ()
        for head in heads:
            if head.lane not in self._busy:
                self._start(head, looked=True)
        # As long as there is more than can be begun, the end of each item is a reason to look.
        full = len(heads) >= free
        self._look_at = 0.0 if full else time.monotonic() + _LOOK_AGAIN
        return _LOOK_AGAIN

    def _start(self, head: T, *, looked: bool) -> None:
        self._busy[head.lane] = asyncio.create_task(self._one(head, looked=looked), name=self._name)

    async def _one(self, head: T, *, looked: bool) -> None:
        try:
            done = await self._work(head)
            if looked and done:
                self._named[head.lane] = None  # perhaps there is more
            elif looked:
                await asyncio.sleep(_ELSEWHERE)
        finally:
            del self._busy[head.lane]
            self._woken.set()
