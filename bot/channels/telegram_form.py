"""How a reply looks on Telegram: text with its bold and italic parts, and buttons, as the Bot API takes them.

Plain values: the library's own objects for all of this cost more time than the rest of sending.
"""

from typing import Any

from bot.channels import layout, taps
from bot.channels.channel import RefusedError
from bot.messages import Button, Reply
from bot.storage.crypto import Vault

_TEXT_LIMIT = 4096


def form(vault: Vault, reply: Reply, lane: str) -> dict[str, Any]:
    """Return what a new message and a changed one have in common; buttons are signed for this conversation.

    Raises:
        RefusedError: Telegram takes no text that is so long.
        TooLongActionError: a button says more than Telegram carries.
    """
    text, entities = _text(reply)
    made: dict[str, Any] = {"text": text}
    if entities:
        made["entities"] = entities
    if keyboard := [[_button(vault, lane, button) for button in row] for row in reply.buttons]:
        made["reply_markup"] = {"inline_keyboard": keyboard}
    return made


def _button(vault: Vault, lane: str, button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": taps.sign(vault, lane, button.action)}


def _text(reply: Reply) -> tuple[str, list[dict[str, Any]]]:
    """The text with bold title and small print in italics; offsets in UTF-16 units."""
    title, body, notes = layout.paragraphs(reply)
    text, entities = "", []
    for part, kind in ((title, "bold"), (body, ""), (notes, "italic")):
        if not part:
            continue
        text += "\n\n" if text else ""
        if kind:
            entities.append({"type": kind, "offset": layout.utf16_length(text), "length": layout.utf16_length(part)})
        text += part
    if layout.utf16_length(text) > _TEXT_LIMIT:
        raise RefusedError("message is too long")
    return text, entities
