"""A strict stand-in of Telegram's Bot API over real HTTP, with simulated people at the other end."""

from tests.fakes.telegram.client import SimClient
from tests.fakes.telegram.errors import ApiError, SimError
from tests.fakes.telegram.server import FakeTelegram
from tests.fakes.telegram.values import Call, Fault, Message, Tap

__all__ = ["ApiError", "Call", "FakeTelegram", "Fault", "Message", "SimClient", "SimError", "Tap"]
