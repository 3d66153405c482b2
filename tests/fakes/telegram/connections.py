"""A server whose connections the stand-in can cut, as a network does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Scope

# By the addresses of both ends: several servers may run in one process.
_transports: dict[tuple[Any, Any], asyncio.Transport] = {}


class _CuttableProtocol(H11Protocol):
    """Remembers its transport by the addresses, which is what an application gets to see."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _transports[self.client, self.server] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _transports.pop((self.client, self.server), None)
        super().connection_lost(exc)


async def cut_connection(scope: Scope) -> None:
    """Reset the connection of a request, without an answer."""
    ends = (scope["client"], scope["server"])
    transport = _transports.get(ends)
    if transport is not None:
        transport.abort()
    # The loop tells the protocol in its next round; before that, uvicorn would try to answer.
    while ends in _transports:  # noqa: ASYNC110
        await asyncio.sleep(0)


class _Server(uvicorn.Server):
    """Leaves signals to the program that runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Listener:
    """An application on a loopback port, in the running event loop."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        options: dict[str, Any] = {"http": _CuttableProtocol, "ws": "none", "lifespan": "off", "log_config": None}
        config = uvicorn.Config(
            app,
            **options,
            log_level=logging.WARNING,
            access_log=False,
            timeout_graceful_shutdown=1,
            # The library closes what is idle after five seconds; if both did so, a call might meet a closing door.
            timeout_keep_alive=600,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once the port answers."""
        # Listening before uvicorn takes over: connections made from now on wait in the backlog.
        self._socket.listen(2048)
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not self._task.done():  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def stop(self) -> None:
        """Close the port; answers under way get one second."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()

    async def wait(self) -> None:
        """Return when the server ended."""
        if self._task is not None:
            await self._task
