"""The web chat: a server-rendered page, messages in by POST, replies out by server-sent events.

Replies are pulled, not pushed: they stay in the outgoing queue until the page says that it has them, so
neither a lost connection nor a restart loses one, and any process may serve any page. A person is known by
a random cookie only.
"""

import asyncio
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels import layout, taps, wording
from bot.channels.rendering import MessageRenderer
from bot.content.model import Language
from bot.i18n import Texts, direction
from bot.messages import Incoming, Location, Message
from bot.storage.crypto import Vault
from bot.storage.database import DATABASE_ERRORS
from bot.storage.outgoing import OutgoingQueue

log = logging.getLogger(__name__)

NAME = "web"
TEXT_LIMIT = 4096
_BODY_LIMIT = 64 * 1024
_COOKIE = "lotse_chat"
_COOKIE_SECONDS = 30 * 24 * 3600
_PERSON = re.compile(r"[A-Za-z0-9_-]{32}")
_UPDATE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_HEARTBEAT = 15.0
_LOOK_AGAIN = 0.5
_HERE = Path(__file__).parent
_COMMANDS = frozenset({"start", "menu", "language", "help", "human", "privacy", "export", "delete"})

Store = Callable[[Sequence[Incoming]], Awaitable[int]]


class WebChannel:
    """Pages and streams of the web chat."""

    name = NAME

    def __init__(
        self,
        vault: Vault,
        store: Store,
        queue: OutgoingQueue,
        languages: Callable[[], Mapping[str, Language]],
        *,
        public_url: str = "",
        on_sent: Callable[[str, float], None] = lambda _channel, _seconds: None,
    ) -> None:
        self._vault = vault
        self._store = store
        self._queue = queue
        self._languages = languages
        self._secure = public_url.startswith("https://")
        self._origin = public_url
        self._on_sent = on_sent
        self._streams: dict[str, set[asyncio.Event]] = {}
        self._renderer = MessageRenderer(vault)
        self._pages = Environment(
            loader=FileSystemLoader(_HERE / "pages"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    def routes(self) -> list[Route | Mount]:
        """What the server serves for this channel."""
        return [
            Route("/", self.page),
            Route("/chat/labels", self.labels),
            Route("/chat/stream", self.stream),
            Route("/chat/messages", self.message, methods=["POST"]),
            Route("/chat/received", self.received, methods=["POST"]),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ]

    # Pages

    async def page(self, request: Request) -> Response:
        """The chat; a new visitor gets a cookie."""
        language = self._language(request)
        html = self._pages.get_template("chat.html").render(
            labels=wording.page_labels(Texts(language)),
            language=language,
            direction=direction(language),
            limit=TEXT_LIMIT,
            languages=self._languages().values(),
        )
        response = HTMLResponse(html, headers={"Cache-Control": "no-store"})
        if not self._person(request):
            response.set_cookie(
                _COOKIE,
                secrets.token_urlsafe(24),
                max_age=_COOKIE_SECONDS,
                httponly=True,
                samesite="lax",
                secure=self._secure,
            )
        return response

    async def labels(self, request: Request) -> Response:
        """The page's labels in a language, when the talk changes to it."""
        language = self._language(request)
        values = wording.page_labels(Texts(language))
        return JSONResponse({"language": language, "direction": direction(language), "labels": values})

    def _language(self, request: Request) -> str:
        known = self._languages()
        asked = request.query_params.get("language", "")
        accepted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
        for tag in (asked, *accepted):
            code = tag.lower().split("-", maxsplit=1)[0]
            code = {"ku": "kmr", "prs": "fa"}.get(code, code)
            if code in known:
                return code
        return "de"

    # In

    async def message(self, request: Request) -> Response:
        """Store what the person wrote or tapped; 202 only when it is kept."""
        person = self._person_or_refuse(request)
        values = await self._json(request)
        update_id = values.get("id")
        if not isinstance(update_id, str) or not _UPDATE_ID.fullmatch(update_id):
            raise HTTPException(400, "id: 8 to 64 letters, digits and dashes are needed")
        incoming = Incoming(
            channel=NAME,
            update_id=f"{person}:{update_id}",
            sequence=0,
            person=person,
            address={},
            message=self._message(values, person, request),
            received_at=datetime.now(UTC),
        )
        await self._store([incoming])
        return Response(status_code=202)

    def _message(self, values: dict[str, Any], person: str, request: Request) -> Message:
        hint = str(values.get("language") or self._language(request))[:35]
        match values:
            case {"text": str(text)} if text.strip() and layout.utf16_length(text) <= TEXT_LIMIT:
                command = text.strip().removeprefix("/").lower()
                if text.strip().startswith("/") and command in _COMMANDS:
                    return Message(kind="command", text=command, language_hint=hint)
                return Message(kind="text", text=text, language_hint=hint)
            case {"text": str(text)}:
                raise HTTPException(413 if text.strip() else 400, f"text: 1 to {TEXT_LIMIT} characters are needed")
            case {"tap": str(data)}:
                reference = str(values.get("message", ""))[:20]
                action = taps.verify(self._vault, (NAME, person), data)
                return Message(kind="tap", action=action, language_hint=hint, reference=reference)
            case {"location": {"latitude": float() | int() as latitude, "longitude": float() | int() as longitude}}:
                return Message(kind="location", location=Location(latitude, longitude), language_hint=hint)
        raise HTTPException(400, "text, tap or location is needed")

    async def _json(self, request: Request) -> dict[str, Any]:
        if self._origin and request.headers.get("origin") not in {None, self._origin}:
            raise HTTPException(403, "this page belongs to somebody else")
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _BODY_LIMIT:
                raise HTTPException(413, "too much at once")
        try:
            values = json.loads(body)
        except ValueError as error:
            raise HTTPException(400, "the body is not JSON") from error
        if request.headers.get("content-type", "").split(";")[0] != "application/json" or not isinstance(values, dict):
            raise HTTPException(400, "the body is not a JSON object sent as application/json")
        return values

    def _person(self, request: Request) -> str:
        value = request.cookies.get(_COOKIE, "")
        return value if _PERSON.fullmatch(value) else ""

    def _person_or_refuse(self, request: Request) -> str:
        person = self._person(request)
        if not person:
            raise HTTPException(401, "open the page first: the cookie is missing")
        return person

    # Out

    async def received(self, request: Request) -> Response:
        """The page has everything up to this message: it may be erased here."""
        person = self._person_or_refuse(request)
        values = await self._json(request)
        up_to = values.get("up_to")
        if not isinstance(up_to, int) or isinstance(up_to, bool) or not 0 <= up_to < 2**63:
            raise HTTPException(400, "up_to: the number of a message is needed")
        now = datetime.now(UTC).timestamp()
        for lane in self._vault.hashes("person", NAME, person):
            for stored_at in await self._queue.received(lane, up_to):
                self._on_sent(NAME, now - stored_at)
        return Response(status_code=204)

    async def stream(self, request: Request) -> Response:
        """Replies as server-sent events, from the first that the page does not have."""
        person = self._person_or_refuse(request)
        last = request.headers.get("last-event-id", "0")
        after = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else 0  # noqa: PLR2004 - fits 64 bits
        events = self._events(self._vault.hash("person", NAME, person), after)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    async def _events(self, lane: str, after: int) -> AsyncIterator[str]:
        woken = asyncio.Event()
        self._streams.setdefault(lane, set()).add(woken)
        try:
            yield "retry: 2000\n\n"
            while True:
                woken.clear()
                for number, envelope in await self._queue.waiting(lane, after):
                    data = self._renderer.event(number, envelope, lane)
                    yield f"id: {number}\nevent: message\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
                    after = number
                try:
                    await asyncio.wait_for(woken.wait(), _HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._streams[lane].discard(woken)
            if not self._streams[lane]:
                del self._streams[lane]

    def wake(self) -> None:
        """Replies were written here: let every open page look."""
        for events in self._streams.values():
            for woken in events:
                woken.set()

    async def run(self) -> None:
        """Look for replies that another process wrote, for all open pages at once, until cancelled."""
        seen = 0
        while True:
            await asyncio.sleep(_LOOK_AGAIN)
            if not self._streams:
                continue
            with suppress(*DATABASE_ERRORS):
                newest = await self._queue.newest(list(self._streams))
                if newest > seen:
                    seen = newest
                    self.wake()
