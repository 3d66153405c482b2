"""Files of people for staff: fetched from their channel, cleaned, and weighed against what is there already."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.channels.channel import FileGoneError, FileTooLargeError, RetryLaterError
from bot.escalation.files import CASE_LIMIT, LARGEST, FileRefusedError, clean
from bot.messages import FileRef
from bot.storage import attachments
from bot.storage.attachments import File
from bot.storage.database import Database

log = logging.getLogger(__name__)

Fetch = Callable[[str, FileRef], Awaitable[bytes]]


class Arrivals:
    """Takes in what people send to staff; ``fetch`` gets (channel, file), and raises what channels do."""

    def __init__(self, database: Database, fetch: Fetch) -> None:
        self._database = database
        self._fetch = fetch
        # A large picture takes two hundred megabytes while it is drawn anew.
        self._cleaning = asyncio.Lock()

    async def take(self, channel: str, file: FileRef, case: int | None, *, last_try: bool) -> File | str:
        """Return the file as it may be kept, or why it cannot be (see ``files``).

        Raises:
            RetryLaterError: a passing fault; at the last try it is given up instead.
        """
        if file.problem:
            return file.problem
        try:
            content = await self._fetched(channel, file)
            async with self._cleaning:
                cleaned = await asyncio.to_thread(clean, file.name, content)
            await self._weigh(cleaned, case)
        except FileRefusedError as refused:
            return refused.problem
        except RetryLaterError as error:
            if not last_try:
                raise
            log.warning("a file cannot be fetched and is given up: %s", error)
            return "lost"
        return cleaned

    async def _fetched(self, channel: str, file: FileRef) -> bytes:
        if file.size > LARGEST:
            raise FileRefusedError("large")
        try:
            return await self._fetch(channel, file)
        except FileTooLargeError as error:
            raise FileRefusedError("large") from error
        except FileGoneError as error:
            raise FileRefusedError("lost") from error

    async def _weigh(self, file: File, case: int | None) -> None:
        kept = await attachments.size_of(self._database, case) if case else 0
        if kept + len(file.content) > CASE_LIMIT:
            raise FileRefusedError("full")
