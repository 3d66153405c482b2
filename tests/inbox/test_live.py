"""A page that is open hears of a change within a second, and only of cases that are its reader's."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from bot.inbox.routes import entrance
from bot.storage import casework, staff
from tests.fakes.telegram.connections import Listener
from tests.inbox.workroom import Workroom


@asynccontextmanager
async def _served(work: Workroom) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    """The pages on a port of this machine, and what looks for changes beside them."""
    room = work.room
    room.entrance = entrance(replace(room.settings, public_url=""), room.database, room.vault, clock=room.clock)
    work.place = Workroom.pages(room)
    listener = Listener(work.app())
    await listener.start()
    looking = asyncio.create_task(work.place.live.run())
    yield listener.url, looking
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await listener.stop()


@asynccontextmanager
async def _listening(work: Workroom, url: str, *queues: str) -> AsyncIterator[AsyncIterator[list[int]]]:
    """What the page of somebody with these queues hears."""
    account = await staff.add(work.room.database, "Eva", f"{queues[0]}@x.example", "social_worker", queues)
    session = await work.room.entrance.door.sessions.open(account, work.room.clock(), complete=True)
    cookies = {work.room.entrance.gate.cookies.session: session.token}
    async with (
        httpx.AsyncClient(base_url=url, cookies=cookies, timeout=20) as client,
        client.stream("GET", "/inbox/live") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


async def _events(answer: httpx.Response) -> AsyncIterator[list[int]]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def test_a_change_arrives_within_a_second(work: Workroom) -> None:
    """Once, and not on the page of somebody with other queues; one that left their queues is told to them too."""
    number = await work.case("Hallo", queue="default")
    lead, _ = await work.colleague("Anna Beck", "default", "west", role="lead")
    case = (work.room.database, work.room.vault, lead, number)
    async with (
        _served(work) as (url, _),
        _listening(work, url, "default") as mine,
        _listening(work, url, "west") as other,
    ):
        assert await anext(mine) == [number]  # it is younger than the page
        begun = time.monotonic()
        await casework.note(*case, "Eine Notiz")
        assert await anext(mine) == [number]
        assert time.monotonic() - begun < 1.5
        await casework.hand_over(*case, "west")
        assert await anext(mine) == [number]
        assert await anext(other) == [number]


async def test_the_streams_end_with_the_house(work: Workroom) -> None:
    """Open pages must not keep the server from stopping."""
    async with _served(work) as (url, looking), _listening(work, url, "ost") as heard:
        waiting = asyncio.ensure_future(anext(heard, None))
        await asyncio.sleep(0.2)
        looking.cancel()
        assert await asyncio.wait_for(waiting, 5) is None
