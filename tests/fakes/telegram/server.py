"""The stand-in as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from tests.fakes.telegram.app import build_app
from tests.fakes.telegram.connections import Listener
from tests.fakes.telegram.records import Records
from tests.fakes.telegram.world import DEFAULT_TOKEN

if TYPE_CHECKING:
    from types import TracebackType


class FakeTelegram(Records):
    """A strict Telegram on a loopback port: `async with FakeTelegram() as fake: Bot(fake.token, fake.base_url)`.

    What people do and what tests read are its methods, see `People` and `Records`. It refuses unknown parameters and
    more than 100 entities, which Telegram lets pass; the only parse mode it knows is HTML; a webhook's
    answer is not read for a method call; plain http is allowed for webhooks on loopback addresses.
    """

    def __init__(self, token: str = DEFAULT_TOKEN, *, port: int = 0, username: str = "lotse_test_bot") -> None:
        super().__init__(token, username=username)
        self._listener = Listener(build_app(self), port)

    @property
    def url(self) -> str:
        """Address without a trailing slash."""
        return self._listener.url

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as `base_url`."""
        return f"{self.url}/bot"

    async def start(self) -> None:
        """Open the port."""
        await self._listener.start()

    async def stop(self) -> None:
        """End polls and deliveries and close the port."""
        self.queue.stop_polling("the end of the stand-in")
        await self.webhook.close()
        await self._listener.stop()

    async def serve_forever(self) -> None:
        """Stay until the server ends."""
        await self._listener.wait()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()
