"""Work on a queue: one lane at a time in order, many lanes side by side."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from bot.storage.database import DATABASE_ERRORS

log = logging.getLogger(__name__)

# Other processes put messages into the same queues; they are found by looking.
_LOOK_AGAIN = 0.5
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

    Args:
        name: for the log.
        at_once: how many lanes are worked on side by side.
        heads: (busy lanes, how many) -> first items of other lanes.
        work: does one item; it deals with its own errors. False if the item is worked on elsewhere, or done.
    """

    def __init__(
        self,
        name: str,
        at_once: int,
        heads: Callable[[Collection[str], int], Awaitable[Sequence[T]]],
        work: Callable[[T], Awaitable[bool]],
    ) -> None:
        self._name = name
        self._at_once = at_once
        self._heads = heads
        self._work = work
        self._woken = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Something was put into the queue."""
        self._woken.set()

    async def run(self) -> None:
        """Work for ever; on cancellation, what has begun is finished first."""
        try:
            while True:
                self._woken.clear()
                if not await self._start():
                    # Not wait_for: before Python 3.12 it may swallow a cancellation that comes with the waking.
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_LOOK_AGAIN):
                            await self._woken.wait()
        finally:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _start(self) -> int:
        free = self._at_once - len(self._busy)
        if free <= 0:
            await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)
            return 1
        try:
            heads = await self._heads(list(self._busy), free)
        except DATABASE_ERRORS as error:
            log.warning("%s: the queue cannot be read: %s", self._name, type(error).__name__)
            return 0
        for head in heads:
            self._busy[head.lane] = asyncio.create_task(self._one(head), name=self._name)
        return len(heads)

    async def _one(self, head: T) -> None:
        try:
            if not await self._work(head):
                await asyncio.sleep(_ELSEWHERE)
        finally:
            del self._busy[head.lane]
            self._woken.set()
