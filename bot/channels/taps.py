"""What a button sends back: its action, signed for one conversation.

At most 64 bytes (Telegram's limit for callback data). The signature is the first 8 bytes of a keyed hash of
lane and action: another person's button, an invented one, or one from before the key was dropped is refused.
"""

import base64
import hmac

from bot.errors import LotseError
from bot.storage.crypto import Vault

LIMIT = 64
_MAC = 8
_MAC_TEXT = 11
_SEPARATOR = "~"


class TooLongActionError(LotseError):
    """An action does not fit into a button."""


def sign(vault: Vault, lane: str, action: str) -> str:
    """The data of a button.

    Raises:
        TooLongActionError: more than 52 bytes.
    """
    data = f"{action}{_SEPARATOR}{_text(vault.mac(_MAC, 'tap', lane, action))}"
    if len(data.encode()) > LIMIT:
        raise TooLongActionError(f"the action {action!r} is longer than {LIMIT - _MAC_TEXT - 1} bytes")
    return data


def verify(vault: Vault, person: tuple[str, str], data: str) -> str:
    """The action of a button that this person was sent; empty if it is not to be trusted.

    ``person`` is (channel, the channel's id of the person), because the lane changes with the keys.
    """
    action, separator, signature = data.rpartition(_SEPARATOR)
    if not separator or len(data.encode("utf-8", "surrogatepass")) > LIMIT:
        return ""
    for lane in vault.hashes("person", *person):
        for mac in vault.macs(_MAC, "tap", lane, action):
            if hmac.compare_digest(_text(mac).encode(), signature.encode("utf-8", "surrogatepass")):
                return action
    return ""


def _text(mac: bytes) -> str:
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")
