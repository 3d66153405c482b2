"""The seam between the outgoing queue and a way to the person."""

from typing import Protocol

from bot.errors import LotseError
from bot.storage.outgoing import Envelope


class RetryLaterError(LotseError):
    """Not now; ``seconds`` says when, 0 if the channel did not say."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class UnreachableError(LotseError):
    """This person cannot be reached any more: blocked, or the chat is gone."""


class RefusedError(LotseError):
    """This message will never be taken in this form."""


class Channel(Protocol):
    """A way to send."""

    name: str

    async def send(self, envelope: Envelope, lane: str) -> None:
        """Send one message.

        Raises:
            RetryLaterError: a passing fault.
            UnreachableError: the person is gone.
            RefusedError: the message is at fault.
        """
