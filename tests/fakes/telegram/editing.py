"""Bot API methods that change or delete messages and answer taps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.errors import bad_request
from tests.fakes.telegram.markup import check_markup
from tests.fakes.telegram.methods import Params, method
from tests.fakes.telegram.sending import text_content
from tests.fakes.telegram.text import check_unicode, utf16_length

if TYPE_CHECKING:
    from tests.fakes.telegram.values import Json, Message
    from tests.fakes.telegram.world import World

_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_EDITABLE = {"chat_id": "chat!", "message_id": "int!", "business_connection_id": "str", "reply_markup": "object"}


def _editable(world: World, params: Params) -> Message:
    chat = world.writable_chat(params["chat_id"])
    message = world.find_message(chat.id, params["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    # Telegram does not let a bot edit what went out with a reply keyboard.
    if not message.by_bot or set(message.reply_markup or {}) - {"inline_keyboard"}:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, changed: Json, markup: Json | None) -> Json:
    old = {name: message.content.get(name) for name in (*changed, "reply_markup")}
    if old == {**changed, "reply_markup": markup}:
        raise bad_request(_UNCHANGED)
    content = {**message.content, **changed, "reply_markup": markup, "edit_date": int(time.time())}
    # A new object: answers and updates that were made of the old one stay as they were.
    message.content = {name: value for name, value in content.items() if value is not None}
    message.note_version()
    world.changed.wake()
    return message.content


@method("editMessageText", **_EDITABLE, text="str!", parse_mode="str", entities="array", link_preview_options="object")
def edit_message_text(world: World, params: Params) -> Any:
    """New text; without a keyboard the old one goes."""
    message = _editable(world, params)
    markup = check_markup(params.get("reply_markup"), inline_only=True)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _change(world, message, {"entities": None, **text_content(params)}, markup)


@method("editMessageReplyMarkup", **_EDITABLE)
def edit_message_reply_markup(world: World, params: Params) -> Any:
    """New keyboard, or none."""
    message = _editable(world, params)
    return _change(world, message, {}, check_markup(params.get("reply_markup"), inline_only=True))


@method("deleteMessage", chat_id="chat!", message_id="int!")
def delete_message(world: World, params: Params) -> Any:
    """Take a message away for everybody."""
    chat = world.writable_chat(params["chat_id"])
    message = world.find_message(chat.id, params["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    message.deleted = True
    world.changed.wake()
    return True


@method("answerCallbackQuery", callback_query_id="str!", text="str", show_alert="bool", url="str", cache_time="int")
def answer_callback_query(world: World, params: Params) -> Any:
    """End the waiting sign on a tapped button, with a short notice if given."""
    text = params.get("text") or ""
    check_unicode(text)
    if utf16_length(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = world.taps.get(params["callback_query_id"])
    if tap is None or tap.expired:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    shown = {name: value for name, value in params.items() if name != "callback_query_id"}
    tap.answers.append({"at": time.monotonic(), **shown})
    world.changed.wake()
    return True
