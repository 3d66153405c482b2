"""One lane at a time in order, many lanes side by side."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.lanes import Lanes

SECONDS = 20.0


@dataclass(frozen=True)
class Item:
    """Something to do in a lane."""

    lane: str
    number: int


@dataclass
class Bench:
    """A queue in memory, and who is at work."""

    waiting: list[Item] = field(default_factory=list)
    done: list[Item] = field(default_factory=list)
    at_work: set[str] = field(default_factory=set)
    most: int = 0
    asked: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    broken: bool = False
    elsewhere: set[str] = field(default_factory=set)

    async def heads(self, busy: Collection[str], limit: int) -> Sequence[Item]:
        """The first item of each lane that is not busy."""
        self.asked += 1
        if self.broken:
            self.broken = False
            raise OSError("the database is gone")
        first: dict[str, Item] = {}
        for item in self.waiting:
            first.setdefault(item.lane, item)
        return [item for lane, item in first.items() if lane not in busy][:limit]

    def first(self, lane: str) -> Item:
        """Whatever comes first in a lane."""
        return Item(lane, 0)

    async def work(self, item: Item) -> bool:
        """Do the first item of its lane once it is allowed."""
        item = next((each for each in self.waiting if each.lane == item.lane), item)
        if item.lane in self.elsewhere or item not in self.waiting:
            return False
        assert item.lane not in self.at_work, "a lane is worked on twice at once"
        self.at_work.add(item.lane)
        self.most = max(self.most, len(self.at_work))
        await self._tell()
        await self.go.wait()
        self.at_work.discard(item.lane)
        self.waiting.remove(item)
        self.done.append(item)
        await self._tell()
        return True

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def until(self, condition: str) -> None:
        """Wait until an expression about this bench holds."""
        conditions = {
            "all done": lambda: not self.waiting,
            "three at work": lambda: len(self.at_work) == 3,
            "one at work": lambda: len(self.at_work) == 1,
        }
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(conditions[condition]), SECONDS)


@asynccontextmanager
async def running(bench: Bench, at_once: int = 3) -> AsyncIterator[Lanes[Item]]:
    """Lanes at work."""
    lanes = Lanes("test", at_once, bench.heads, bench.first, bench.work)
    task = asyncio.create_task(lanes.run())
    try:
        yield lanes
    finally:
        bench.go.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_lane_is_worked_on_in_order_and_lanes_side_by_side() -> None:
    """Three lanes at once, each item after the one before it."""
    bench = Bench([Item(lane, number) for number in range(4) for lane in "abc"])
    async with running(bench):
        await bench.until("three at work")
        bench.go.set()
        await bench.until("all done")
    for lane in "abc":
        assert [item.number for item in bench.done if item.lane == lane] == [0, 1, 2, 3]


async def test_no_more_lanes_than_allowed_are_worked_on_at_once() -> None:
    """The others wait for a free place."""
    bench = Bench([Item(lane, 0) for lane in "abcdefgh"])
    async with running(bench, at_once=3):
        await bench.until("three at work")
        bench.go.set()
        await bench.until("all done")
    assert bench.most == 3


async def test_new_items_are_found_when_woken_and_when_not() -> None:
    """Another process may have put them there, and tells nobody."""
    bench = Bench()
    bench.go.set()
    async with running(bench) as lanes:
        bench.waiting.append(Item("a", 1))
        lanes.wake()
        await bench.until("all done")
        bench.waiting.append(Item("b", 2))
        await bench.until("all done")


async def test_an_unreadable_queue_is_read_again_later() -> None:
    """A database that is away for a moment does not end the work."""
    bench = Bench([Item("a", 1)], broken=True)
    bench.go.set()
    async with running(bench):
        await bench.until("all done")


async def test_what_has_begun_is_finished_before_the_end() -> None:
    """A polite stop does not break off a turn."""
    bench = Bench([Item("a", 1)])
    async with running(bench):
        await bench.until("one at work")
    assert bench.done == [Item("a", 1)]


async def test_a_stop_that_comes_with_a_waking_is_not_overheard() -> None:
    """Both at the same moment: the work ends all the same."""
    bench = Bench()
    for _ in range(20):
        lanes = Lanes("test", 3, bench.heads, bench.first, bench.work)
        task = asyncio.create_task(lanes.run())
        for _ in range(5):
            await asyncio.sleep(0)
        lanes.wake()
        await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=SECONDS)
        assert done


async def test_a_lane_that_is_worked_on_elsewhere_does_not_make_us_spin() -> None:
    """We look again after a while, go on with other lanes, and take it once it is free."""
    bench = Bench([Item("a", 1)], elsewhere={"a"})
    bench.go.set()
    async with running(bench) as lanes:
        bench.waiting.append(Item("b", 2))
        lanes.wake()
        await asyncio.wait_for(_done(bench, Item("b", 2)), SECONDS)
        before = bench.asked
        for _ in range(1000):
            await asyncio.sleep(0)
        assert bench.asked - before < 100
        bench.elsewhere.clear()
        await bench.until("all done")


async def _done(bench: Bench, item: Item) -> None:
    async with bench.changed:
        await bench.changed.wait_for(lambda: item in bench.done)
