"""The seam between the outgoing queue and a way to the person."""

from typing import Final, Protocol

from bot.errors import LotseError
from bot.storage.outgoing import Envelope

LARGEST_FILE: Final = 10 * 1024 * 1024
"""Bytes: a scanned letter of many pages. Telegram gives out up to 20 MB, and takes photos of up to 10 MB."""


class RetryLaterError(LotseError):
    """Not now; ``seconds`` says when, 0 if the channel did not say."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class UnreachableError(LotseError):
    """This person cannot be reached any more: blocked, or the chat is gone."""


class RefusedError(LotseError):
    """This message will never be taken in this form."""


class FileTooLargeError(LotseError):
    """A file of the person is larger than the channel gives out, or than we take."""


class FileGoneError(LotseError):
    """A file of the person cannot be had any more."""


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
