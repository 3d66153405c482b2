"""Live pages: a page that is open is told within a second which cases have changed (server-sent events)."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.inbox.gate import Visitor
from bot.inbox.sessions import Session, Sessions
from bot.storage import inbox
from bot.storage.access import Actor
from bot.storage.database import DATABASE_ERRORS, Database

log = logging.getLogger(__name__)

_LOOK_EVERY = 0.5  # seconds
_HEARTBEAT = 15.0
# A page that has just been made may have missed what happened meanwhile.
_LATELY = 10.0

# What somebody sees: their role, for editors see nothing, and their queues.
_Sight = tuple[str, frozenset[str]]
_Changes = frozenset[tuple[int, float]]


@dataclass(eq=False, slots=True)
class _Stream:
    """An open page: the cases it has not been told of yet, and what wakes it."""

    actor: Actor
    news: set[int] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, changes: _Changes) -> None:
        self.news |= {number for number, _ in changes}
        if changes:
            self.woken.set()


class Live:
    """Looks once for all pages of people who see the same, however many are open."""

    def __init__(self, database: Database, sessions: Sessions, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._sessions = sessions
        self._clock = clock
        self._streams: dict[_Sight, set[_Stream]] = {}
        self._seen: dict[_Sight, _Changes] = {}
        self._closing = False

    async def stream(self, _: Request, visitor: Visitor) -> Response:
        """The numbers of changed cases, each time as ``event: changed`` with a JSON list."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(visitor.session), media_type="text/event-stream", headers=headers)

    async def run(self) -> None:
        """Look for changes until cancelled; then end the streams."""
        try:
            while True:
                await asyncio.sleep(_LOOK_EVERY)
                for sight in list(self._streams):
                    try:
                        await self._look(sight)
                    except DATABASE_ERRORS as error:
                        log.warning("live pages have to wait: %s", type(error).__name__)
        finally:
            self._closing = True
            for streams in self._streams.values():
                for stream in streams:
                    stream.woken.set()

    async def _look(self, sight: _Sight) -> None:
        streams = self._streams.get(sight, set())
        if not streams:
            return
        found = await inbox.recent_changes(self._database, next(iter(streams)).actor, _LATELY)
        news = found - self._seen.get(sight, frozenset())
        self._seen[sight] = found
        for stream in self._streams.get(sight, ()):
            stream.tell(news)

    async def _events(self, session: Session) -> AsyncIterator[str]:
        actor = session.staff.actor
        sight, stream = (actor.role, actor.queues), _Stream(actor)
        self._streams.setdefault(sight, set()).add(stream)
        try:
            yield "retry: 2000\n\n"
            found = await inbox.recent_changes(self._database, actor, _LATELY)
            self._seen.setdefault(sight, found)
            stream.tell(found)
            while not self._closing:
                stream.woken.clear()
                if stream.news:
                    if not await self._goes_on(session):
                        return
                    numbers, stream.news = sorted(stream.news), set()
                    yield f"event: changed\ndata: {json.dumps(numbers)}\n\n"
                try:
                    async with asyncio.timeout(_HEARTBEAT):
                        await stream.woken.wait()
                except TimeoutError:
                    if not await self._goes_on(session):
                        return
                    yield ": still here\n\n"
        except DATABASE_ERRORS as error:
            # The page connects again by itself.
            log.warning("a live page ends: %s", type(error).__name__)
        finally:
            self._streams[sight].discard(stream)
            if not self._streams[sight]:
                del self._streams[sight]
                self._seen.pop(sight, None)

    async def _goes_on(self, session: Session) -> bool:
        """Whether they are still signed in and see the same as before."""
        found = await self._sessions.find(session.token, self._clock(), touch=False)
        return found is not None and found.staff.actor == session.staff.actor
