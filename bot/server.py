"""The web server: the web chat, Telegram's webhook, health, figures, and the staff's pages."""

import asyncio
import hmac
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import LotseError
from bot.metrics import Metrics

log = logging.getLogger(__name__)

WEBHOOK_LIMIT = 1024 * 1024
_LONGEST_PATH = 1024  # characters
# Lotse works well with older content, with another interpreter than the one that was asked for, and without the group
# of the staff: taking it out of service for that would help nobody.
_MINOR = frozenset({"content", "interpreter", "staff_group"})
_GRACE = 3  # seconds for requests that are under way when the process is asked to stop
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # What frame-ancestors says, for browsers that are too old for it.
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_ENCODED = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]

State = Callable[[], Awaitable[dict[str, str]]]


def build(
    routes: Sequence[BaseRoute],
    metrics: Metrics,
    state: State,
    *,
    webhook: Callable[[bytes], Awaitable[None]] | None,
    webhook_secret: str,
) -> Starlette:
    """Put the pages together.

    Args:
        routes: the web chat's and the staff's pages.
        metrics: shown at ``/metrics``.
        state: part of the house -> ``ok``, ``off`` or what is wrong.
        webhook: takes the body of an update; raises ValueError if it is none. None if there is no webhook.
        webhook_secret: what Telegram sends along.
    """

    async def ready(_: Request) -> Response:
        parts = await state()
        fine = all(value in {"ok", "off"} for name, value in parts.items() if name not in _MINOR)
        return JSONResponse(parts, status_code=200 if fine else 503)

    async def figures(_: Request) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    own = [
        Route("/healthz", lambda _: PlainTextResponse("ok\n")),
        Route("/readyz", ready),
        Route("/metrics", figures),
    ]
    if webhook is not None:
        own.append(Route("/telegram", _webhook(webhook, webhook_secret), methods=["POST"]))
    app = Starlette(
        routes=[*own, *routes],
        middleware=[Middleware(SecurityHeaders), Middleware(ShortPaths)],
        exception_handlers={HTTPException: _refusal},
    )
    # It would send people to whatever host the request names.
    app.router.redirect_slashes = False
    return app


def _webhook(take: Callable[[bytes], Awaitable[None]], secret: str) -> Callable[[Request], Awaitable[Response]]:
    async def webhook(request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return PlainTextResponse("wrong secret\n", status_code=403)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > WEBHOOK_LIMIT:
                return PlainTextResponse(f"more than {WEBHOOK_LIMIT} bytes\n", status_code=413)
        try:
            await take(bytes(body))
        except ValueError as error:
            log.warning("webhook: %s", error)
            return PlainTextResponse(f"{error}\n", status_code=400)
        except Exception as error:  # noqa: BLE001 - whatever hinders storing it, Telegram shall send it again
            log.error("webhook: an update could not be stored: %s", type(error).__name__)  # noqa: TRY400 - it may quote
            return PlainTextResponse("not stored, try again\n", status_code=503)
        return PlainTextResponse("stored\n")

    return webhook


async def _refusal(request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "error")
    if request.url.path.startswith("/chat/"):
        return JSONResponse({"error": detail}, status_code=status)
    return PlainTextResponse(f"{detail}\n", status_code=status)


class SecurityHeaders:
    """Headers that keep a page to itself. A plain ASGI wrapper, because streams must not be buffered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to every answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message)
            await send(message)

        await self._app(scope, receive, with_headers)


class ShortPaths:
    """Refuses paths that are longer than any of ours: a number of thousands of digits cannot even be read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the others pass."""
        too_long = scope["type"] == "http" and len(scope["path"]) > _LONGEST_PATH
        app = PlainTextResponse("URI Too Long\n", status_code=414) if too_long else self._app
        await app(scope, receive, send)


def _add_headers(message: MutableMapping[str, Any]) -> None:
    headers = list(message.get("headers", []))
    given = {name for name, _ in headers}
    # A page may have reasons of its own for another value.
    headers += [(name, value) for name, value in _ENCODED if name not in given]
    if b"cache-control" not in given:
        # Browsers ask each time whether it has changed, so that a page never runs with another version's script.
        headers.append((b"cache-control", b"no-cache"))
    message["headers"] = headers


async def serve(
    app: Starlette,
    listener: socket.socket,
    jobs: Iterable[Coroutine[Any, Any, None]],
    announce: Callable[[int], None],
) -> None:
    """Serve, and work beside it; if one of the works breaks, say so and stop instead of limping on.

    Ends when the process is asked to stop; ``announce`` is told the port once pages open.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE,
    )
    http = _Server(config)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    tasks = [asyncio.create_task(job) for job in (*jobs, stopped.wait())]
    serving = asyncio.create_task(http.serve([listener]), name="web server")
    try:
        while not http.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.01)
        announce(listener.getsockname()[1])
        await asyncio.wait([serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done() and (error := task.exception()):
                raise error
    finally:
        http.should_exit = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(SystemExit, asyncio.CancelledError):
            await serving


def listen(host: str, port: int) -> socket.socket:
    """Take the port ourselves: where it is taken, uvicorn would end the process without a word of help.

    Raises:
        LotseError: it cannot be had.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, UnicodeError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or "that is no name of a host"
        raise LotseError(
            f"Lotse cannot listen on port {port} of {host}: {reason}. Set LOTSE_PORT or LOTSE_HOST to another one."
        ) from error
    return listener


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would end the process before the queues have finished their work."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield
