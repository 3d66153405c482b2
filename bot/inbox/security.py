"""What a request has to prove before anybody looks at it: its host, its origin, its token, and its number."""

import asyncio
import hmac
import logging
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from bot.storage import audit, sessions
from bot.storage.crypto import Vault
from bot.storage.database import Database

log = logging.getLogger(__name__)

FORM_LIMIT = 64 * 1024  # bytes
WINDOW = 15 * 60.0  # seconds
DAY = 24 * 3600.0
_PATIENCE = 30.0  # seconds for a small form
_SLOWEST = 16 * 1024  # bytes a second
_AUDITED_A_MINUTE = 60
# A name and a port and nothing else: a slash or a question mark would let it speak of another page.
_HOST = re.compile(r"(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")


class RefusedError(HTTPException):
    """A request that is refused; ``action`` is how the audit calls it."""

    def __init__(self, status: int, action: str) -> None:
        super().__init__(status)
        self.action = action


class Origins:
    """Which hosts the pages are at.

    With a public address: that host, and the machine itself (a proxy, a health check). Without one: names of the
    machine itself and bare IP addresses, which no foreign name in the DNS can be made to point at.
    """

    def __init__(self, public_url: str) -> None:
        self._host = urlsplit(public_url).netloc.lower()
        self._origin = f"{urlsplit(public_url).scheme}://{self._host}".lower() if self._host else ""

    def check_host(self, request: Request) -> None:
        """Refuse a forged Host.

        Raises:
            RefusedError: 400.
        """
        host = request.headers.get("host", "").lower()
        if not host or (host != self._host and not _is_own_name(host, only_loopback=bool(self._host))):
            raise RefusedError(400, "foreign host")

    def check_origin(self, request: Request) -> None:
        """Refuse what another site's page sends; browsers say with every POST where it comes from.

        Raises:
            RefusedError: 403.
        """
        origin = request.headers.get("origin", "").lower()
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise RefusedError(403, "foreign origin")
        if self._origin and origin == self._origin:
            return
        host = request.headers.get("host", "").lower()
        with suppress(ValueError):
            parts = urlsplit(origin)
            own = parts.netloc == host and _is_own_name(host, only_loopback=bool(self._host))
            if own and parts.scheme in {"http", "https"}:
                return
        raise RefusedError(403, "foreign origin")


def _is_own_name(host: str, *, only_loopback: bool) -> bool:
    if not _HOST.fullmatch(host):
        return False
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(name).is_loopback or not only_loopback
    return False


async def check_token(request: Request, expected: str, files: int = 0) -> None:
    """Refuse a form that was not made for this browser: field ``csrf`` or header ``X-CSRF-Token``.

    Raises:
        RefusedError: 403.
    """
    given: object = request.headers.get("x-csrf-token")
    if given is None:
        given = (await request.form(max_files=files, max_fields=50)).get("csrf", "")
    if not expected or not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise RefusedError(403, "forged form")


def limited(request: Request, most: int = FORM_LIMIT, patience: float = _PATIENCE) -> Request:
    """The same request, whose body may have so many bytes; ``patience`` is in seconds, and more for large bodies.

    Reading more of it raises RefusedError(413), waiting longer for it RefusedError(408).
    """
    read, whole = 0, False
    until = asyncio.get_running_loop().time() + patience + (most - FORM_LIMIT) / _SLOWEST

    async def receive() -> Message:
        nonlocal read, whole
        if whole:
            return await request.receive()
        try:
            async with asyncio.timeout_at(until):
                message = await request.receive()
        except TimeoutError:
            raise RefusedError(408, "too slow") from None
        whole = not message.get("more_body", False)
        read += len(message.get("body", b""))
        if read > most:
            raise RefusedError(413, "too large")
        return message

    return Request(request.scope, receive)


def network_of(address: str) -> str:
    """The network that attempts are counted for: somebody with IPv6 has 2^64 addresses of their own."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), 64), strict=False).network_address)


class Throttle:
    """Counts what failed in the database, so that several processes count together.

    Who tries many at once stands in a queue, so that none slips through before the others are counted.
    """

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def one_at_a_time(self, *keys: str) -> AsyncIterator[None]:
        """Hold these keys; nobody else in this process tries with one of them meanwhile."""
        locks = [self._turns.setdefault(key, asyncio.Lock()) for key in sorted(keys)]
        async with AsyncExitStack() as held:
            for lock in locks:
                await held.enter_async_context(lock)
            yield

    async def allows(self, limits: Mapping[str, int], now: float, window: float = WINDOW) -> bool:
        """Whether fewer attempts than these failed under each key in the last quarter of an hour, or ``window``."""
        for key, most in limits.items():
            number, _ = await sessions.failures(self._database, self._vault, key, now - window)
            if number >= most:
                return False
        return True

    async def failed(self, limits: Mapping[str, int], now: float) -> None:
        """Count a failure under each key."""
        for key in limits:
            await sessions.note_failure(self._database, self._vault, key, now)

    async def forget(self, key: str) -> None:
        """It went well: count from nothing again."""
        await sessions.clear_failures(self._database, self._vault, key)


class Refusals:
    """Writes refused requests into the audit, but not without end: a stranger must not fill the disk."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._noted: deque[float] = deque()
        self._left_out = 0

    async def note(self, action: str, path: str, staff_id: int | None = None, case: int | None = None) -> None:
        """Note one; those of people who are signed in are always noted."""
        now = self._clock()
        while self._noted and self._noted[0] <= now - 60:
            self._noted.popleft()
        if staff_id is None:
            if len(self._noted) >= _AUDITED_A_MINUTE:
                self._left_out += 1
                return
            self._noted.append(now)
        if self._left_out:
            log.warning("inbox: %d refused requests of strangers were not audited, there were too many", self._left_out)
            self._left_out = 0
        await audit.note(self._database, staff_id, action, case=case, detail=path)
