"""Delivery of updates to the bot's webhook: in order, again and again until it answers with 2xx."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    from tests.fakes.telegram.updates import Signal, Update, UpdateQueue


class Webhook:
    """Posts waiting updates to `url`.

    One at a time, or with `parallel` up to `max_connections` at once, of which each chat has one at most.
    `pauses` are the seconds between attempts; the last one repeats. `timeout` is how long an answer may take.
    """

    def __init__(self, queue: UpdateQueue, changed: Signal) -> None:
        self.url = ""
        self.secret_token: str | None = None
        self.max_connections = 40
        self.parallel = False
        self.pauses: tuple[float, ...] = (0.05, 0.1, 0.2, 0.5, 1.0)
        self.timeout = 10.0
        self.attempts = 0
        self.last_error: str | None = None
        self.last_error_date = 0
        self._queue = queue
        self._changed = changed
        self._pool: httpcore.AsyncConnectionPool | None = None
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._busy: set[object] = set()

    def set(self, url: str, secret_token: str | None, max_connections: int) -> None:
        """Deliver to `url` from now on; an empty one stops delivery."""
        self.stop()
        self.url, self.secret_token, self.max_connections = url, secret_token, max_connections
        self.last_error, self.last_error_date = None, 0
        self.pump()

    def pump(self) -> None:
        """Begin the deliveries that may begin now."""
        if not self.url:
            return
        at_once = self.max_connections if self.parallel else 1
        for update in self._queue.waiting.values():
            if len(self._under_way) >= at_once:
                return
            if update.key not in self._busy and update.update_id not in self._under_way:
                self._busy.add(update.key)
                self._under_way[update.update_id] = asyncio.create_task(self._deliver(update))

    def stop(self) -> None:
        """Give up what is under way; the updates stay in the queue."""
        for task in self._under_way.values():
            task.cancel()
        self._under_way.clear()
        self._busy.clear()

    async def close(self) -> None:
        """Stop and close the connections."""
        tasks = list(self._under_way.values())
        self.url = ""
        self.stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._pool is not None:
            await self._pool.aclose()

    async def _deliver(self, update: Update) -> None:
        attempt = 0
        while update.update_id in self._queue.waiting:
            error = await self._post(update.body)
            self.attempts += 1
            if error is None:
                self._queue.waiting.pop(update.update_id, None)
                break
            self.last_error, self.last_error_date = error, int(time.time())
            self._changed.wake()
            await asyncio.sleep(self.pauses[min(attempt, len(self.pauses) - 1)])
            attempt += 1
        self._under_way.pop(update.update_id, None)
        self._busy.discard(update.key)
        self._changed.wake()
        self.pump()

    async def _post(self, body: dict[str, Any]) -> str | None:
        if self._pool is None:
            self._pool = httpcore.AsyncConnectionPool(max_connections=100)
        headers: dict[bytes | str, bytes | str] = {"Content-Type": "application/json"}
        if self.secret_token is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret_token
        times = dict.fromkeys(("connect", "read", "write", "pool"), self.timeout)
        content = json.dumps(body).encode()
        try:
            answer = await self._pool.request(
                "POST", self.url, headers=headers, content=content, extensions={"timeout": times}
            )
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            return f"Connection failed: {type(error).__name__}"
        return None if 200 <= answer.status < 300 else f"Wrong response from the webhook: {answer.status}"
