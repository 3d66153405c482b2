"""The seam between the conversation and whatever understands it."""

from typing import Protocol

from bot.errors import LotseError
from bot.messages import Understanding


class InterpreterUnavailable(LotseError):  # noqa: N818 - it names a state of the outside, not a fault
    """The interpreter gives no answer now, which is not the same as "not understood".

    ``reason`` is one of few fixed words, by which such failures are counted; neither it nor the message holds
    anything that a person wrote, or a secret.
    """

    def __init__(self, message: str, reason: str = "failed") -> None:
        super().__init__(message)
        self.reason = reason


class Interpreter(Protocol):
    """Finds out what an utterance means."""

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return language, intent and entities of an utterance.

        ``prior`` is the language of the conversation so far (BCP 47), or None when it is not known.

        Raises:
            InterpreterUnavailable: nothing was found out; another interpreter may be asked.
        """
        ...
