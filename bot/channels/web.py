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
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels import layout, taps, wording
from bot.channels.files import given_out
from bot.channels.rendering import MessageRenderer
from bot.content.model import Language
from bot.i18n import Texts, direction, spoken
from bot.messages import Incoming, Location, Message
from bot.storage.attachments import Attachment
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
_LANGUAGE_TAG = re.compile(r"[A-Za-z0-9_-]{1,35}")
_NUMBERS = 2**31  # of messages: PostgreSQL's integer
_NUMBER = re.compile(r"[0-9]{1,18}")
# Control characters that no keyboard writes; databases and screens stumble over them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HEARTBEAT = 15.0
_LOOK_AGAIN = 0.5
_HERE = Path(__file__).parent

Store = Callable[[Sequence[Incoming]], Awaitable[object]]
Files = Callable[[Sequence[str], int], Awaitable[tuple[Attachment, bytes] | None]]
"""The file with this number, if it is in a talk of whoever has one of these lanes."""


async def _no_files(_lanes: Sequence[str], _number: int) -> None:
    """There are none."""


@dataclass(slots=True, eq=False)
class _Stream:
    """One open page: the last message it was sent, and the bell that tells it to look for more."""

    after: int
    woken: asyncio.Event = field(default_factory=asyncio.Event)


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
        files: Files = _no_files,
    ) -> None:
        self._vault = vault
        self._store = store
        self._queue = queue
        self._languages = languages
        self._secure = public_url.startswith("https://")
        self._host = urlsplit(public_url).netloc
        self._on_sent = on_sent
        self._files = files
        self._streams: dict[str, set[_Stream]] = {}
        self._look = asyncio.Event()
        self._closing = False
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
            Route("/chat/files/{number:int}", self.file),
            Route("/chat/received", self.received, methods=["POST"]),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ]

    # Pages

    async def page(self, request: Request) -> Response:
        """The chat; a new visitor gets a cookie, a known one keeps theirs for another month."""
        language = self._language(request)
        html = self._pages.get_template("chat.html").render(
            labels=wording.page_labels(Texts(language)),
            language=language,
            direction=direction(language),
            limit=TEXT_LIMIT,
            languages=self._languages().values(),
        )
        response = HTMLResponse(html, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            _COOKIE,
            self._person(request) or secrets.token_urlsafe(24),
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
            if code := spoken(tag, known):
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
        try:
            await self._store([incoming])
        except DATABASE_ERRORS as error:
            # Only the kind is noted: the error's text may quote what was to be stored.
            log.warning("a message could not be stored: %s", type(error).__name__)
            raise HTTPException(503, "not stored, try again") from None
        return Response(status_code=202)

    def _message(self, values: dict[str, Any], person: str, request: Request) -> Message:
        hint = values.get("language")
        if not isinstance(hint, str) or not _LANGUAGE_TAG.fullmatch(hint):
            hint = self._language(request)
        match values:
            case {"text": str(text)}:
                return _written(text, hint)
            case {"tap": str(data)}:
                reference = str(values.get("message", ""))
                return Message(
                    kind="tap",
                    action=taps.verify(self._vault, (NAME, person), data),
                    language_hint=hint,
                    reference=reference if _NUMBER.fullmatch(reference) else "",
                )
            case {"location": {"latitude": float() | int() as latitude, "longitude": float() | int() as longitude}}:
                if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:  # noqa: PLR2004 - degrees
                    raise HTTPException(400, "location: degrees are needed")
                return Message(kind="location", location=Location(latitude, longitude), language_hint=hint)
        raise HTTPException(400, "text, tap or location is needed")

    async def _json(self, request: Request) -> dict[str, Any]:
        self._refuse_foreign_pages(request)
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise HTTPException(415, "the body must be sent as application/json")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _BODY_LIMIT:
                raise HTTPException(413, "too much at once")
        return _read_object(bytes(body))

    def _refuse_foreign_pages(self, request: Request) -> None:
        """Another site's page must not write in a person's name; what is no browser sends no origin."""
        origin = request.headers.get("origin")
        if origin is None:
            return
        with suppress(ValueError):
            host = urlsplit(origin).netloc
            if host and host in {self._host, request.headers.get("host")}:
                return
        raise HTTPException(403, "this page belongs to somebody else")

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
        if not isinstance(up_to, int) or isinstance(up_to, bool) or not 0 <= up_to < _NUMBERS:
            raise HTTPException(400, "up_to: the number of a message is needed")
        now = datetime.now(UTC).timestamp()
        for lane in self._vault.hashes("person", NAME, person):
            for stored_at in await self._queue.received(lane, up_to):
                self._on_sent(NAME, now - stored_at)
        return Response(status_code=204)

    async def file(self, request: Request) -> Response:
        """A file of the person's own talks: a picture to be looked at, anything else to be saved."""
        person = self._person_or_refuse(request)
        found = await self._files(self._vault.hashes("person", NAME, person), request.path_params["number"])
        if found is None:
            raise HTTPException(404, "there is no such file (any more)")
        attachment, content = found
        return given_out(attachment.filename, attachment.media_type, content)

    async def stream(self, request: Request) -> Response:
        """Replies as server-sent events, from the first that the page does not have."""
        person = self._person_or_refuse(request)
        last = request.headers.get("last-event-id", "")
        events = self._events(
            self._vault.hash("person", NAME, person), _Stream(int(last) if _NUMBER.fullmatch(last) else 0)
        )
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    async def _events(self, lane: str, stream: _Stream) -> AsyncIterator[str]:
        self._streams.setdefault(lane, set()).add(stream)
        try:
            yield "retry: 2000\n\n"
            while not self._closing:
                stream.woken.clear()
                for number, envelope in await self._queue.waiting(lane, stream.after):
                    data = self._renderer.event(number, envelope, lane)
                    yield f"id: {number}\nevent: message\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
                    stream.after = number
                try:
                    async with asyncio.timeout(_HEARTBEAT):
                        await stream.woken.wait()
                except TimeoutError:
                    yield ": still here\n\n"
        except DATABASE_ERRORS as error:
            # The page connects again by itself and gets what it lacks.
            log.warning("a stream ends: %s", type(error).__name__)
        finally:
            self._streams[lane].discard(stream)
            if not self._streams[lane]:
                del self._streams[lane]

    def wake(self) -> None:
        """Replies were written here: look for them now."""
        self._look.set()

    async def run(self) -> None:
        """Look for replies, of any process and for all open pages at once, until cancelled; then end the streams."""
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN):
                        await self._look.wait()
                self._look.clear()
                if self._streams:
                    with suppress(*DATABASE_ERRORS):
                        await self._wake_streams()
        finally:
            self._closing = True
            for stream in self._open_streams():
                stream.woken.set()

    async def _wake_streams(self) -> None:
        """Only pages for which something new waits look into the database."""
        for lane, newest in (await self._queue.newest(list(self._streams))).items():
            for stream in self._streams.get(lane, ()):
                if newest > stream.after:
                    stream.woken.set()

    def _open_streams(self) -> list[_Stream]:
        return [stream for streams in self._streams.values() for stream in streams]


def _written(text: str, hint: str) -> Message:
    """What was typed: a command or free text."""
    words = text.strip()
    if not words or _UNPRINTABLE.search(text):
        raise HTTPException(400, "text: letters are needed, and no control characters")
    if layout.utf16_length(text) > TEXT_LIMIT:
        raise HTTPException(413, f"text: at most {TEXT_LIMIT} characters are allowed")
    command, rest = wording.command_in(words)
    if command:
        return Message(kind="command", text=command, rest=rest, language_hint=hint)
    return Message(kind="text", text=text, language_hint=hint)


def _read_object(body: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 whose texts can be stored."""
    try:
        values = json.loads(body.decode())
        # Halves of surrogate pairs can be written in JSON, but are no characters.
        json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON in UTF-8") from None
    if not isinstance(values, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return values
