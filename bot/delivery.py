"""Delivery: takes messages from the outgoing queue and hands them to their channel.

In order per conversation, side by side across conversations; a channel that asks for patience gets it.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.channels.channel import Channel, RefusedError, RetryLaterError, UnreachableError
from bot.lanes import Lanes
from bot.storage.crypto import WrongKeyError
from bot.storage.database import DATABASE_ERRORS, Eraser
from bot.storage.outgoing import Envelope, OutgoingHead, OutgoingQueue, Sending, first_of

log = logging.getLogger(__name__)

_AT_ONCE = 6
_MOST_COPIES = 2
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0


class Delivery:
    """Sends what waits for one channel until it is cancelled.

    ``on_sent`` is told how long it took from the person's message to its reply, in seconds.
    """

    def __init__(
        self,
        queue: OutgoingQueue,
        channel: Channel,
        eraser: Eraser,
        on_sent: Callable[[str, float], None],
    ) -> None:
        self._queue = queue
        self._channel = channel
        self._eraser = eraser
        self._on_sent = on_sent
        self._lanes = Lanes(f"delivery to {channel.name}", _AT_ONCE, self._heads, first_of, self._deliver)
        self.wake = self._lanes.wake
        self.run = self._lanes.run

    async def _heads(self, busy: Collection[str], limit: int) -> Sequence[OutgoingHead]:
        return await self._queue.heads(self._channel.name, busy, limit)

    async def _deliver(self, head: OutgoingHead) -> bool:
        try:
            sending = await self._queue.claim(head)
            if sending is None:
                return False
            try:
                await self._send(sending)
            finally:
                await sending.release()
                if sending.more:
                    self.wake([head.lane])
        except (*DATABASE_ERRORS, WrongKeyError) as error:
            # It stays in the queue as it was, and is tried again.
            log.warning("a message cannot be sent now: %s", type(error).__name__)
            await asyncio.sleep(_FIRST_PAUSE)
        return True

    async def _send(self, sending: Sending) -> None:
        if sending.begun >= _MOST_COPIES:
            # Both sendings were cut off by a crash, each after it had begun: a third copy would be one too many.
            log.warning("message %d was sent twice without a note of it; it is not sent again", sending.id)
            await self._queue.sent(sending)
            return
        await self._queue.begin(sending)
        try:
            await self._channel.send(sending.envelope, sending.lane)
        except RetryLaterError as patience:
            await self._queue.postpone(sending, patience.seconds or pause(sending.attempts))
        except UnreachableError as final:
            log.info("a conversation cannot be reached any more: %s", final)
            await self._queue.give_up(sending, unreachable=True)
            self._eraser.soon()
        except RefusedError as refusal:
            await self._refused(sending, refusal)
        except Exception as error:  # noqa: BLE001 - whatever a message does to its channel, the others go on
            log.error("a message cannot be handed to its channel: %s", type(error).__name__)  # noqa: TRY400 - it may quote
            await self._queue.postpone(sending, pause(sending.attempts))
        else:
            await self._queue.sent(sending)
            self._on_sent(self._channel.name, time.time() - sending.received_at)
            self._eraser.soon()

    async def _refused(self, sending: Sending, refusal: RefusedError) -> None:
        """The channel does not like this message: once more as bare text, then it is given up."""
        log.error("a message was refused: %s", refusal)
        reply = sending.envelope.reply
        bare = replace(reply, buttons=(), replaces=False)
        if reply.text and bare != reply:
            await self._queue.replace(sending, Envelope(bare, sending.envelope.address))
        else:
            await self._queue.give_up(sending, unreachable=False)


def pause(attempts: int) -> float:
    """Seconds until the next try: doubling up to five minutes, spread so that not all come back at once."""
    longest: float = min(_FIRST_PAUSE * 2**attempts, _LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreading, not a secret
