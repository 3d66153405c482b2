"""Bot API methods that put messages into chats."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.fakes.telegram.errors import bad_request
from tests.fakes.telegram.markup import check_markup
from tests.fakes.telegram.methods import Params, method
from tests.fakes.telegram.params import Upload
from tests.fakes.telegram.text import CAPTION_LIMIT, TEXT_LIMIT, check_unicode, formatted

if TYPE_CHECKING:
    from tests.fakes.telegram.values import Chat, Json
    from tests.fakes.telegram.world import World

_COMMON = {
    "chat_id": "chat!",
    "message_thread_id": "int",
    "business_connection_id": "str",
    "direct_messages_topic_id": "int",
    "disable_notification": "bool",
    "protect_content": "bool",
    "allow_paid_broadcast": "bool",
    "message_effect_id": "str",
    "suggested_post_parameters": "object",
    "reply_parameters": "object",
    "reply_markup": "object",
}
_CAPTION = {"caption": "str", "parse_mode": "str", "caption_entities": "array"}
_PHOTO_LIMIT, _DOWNLOAD_LIMIT = 10 * 1024 * 1024, 20 * 1024 * 1024
_POINT = {"latitude": "float!", "longitude": "float!"}
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_NOT_COPIED = frozenset({"message_id", "date", "chat", "from", "sender_chat", "reply_markup", "reply_to_message"})


def _target(world: World, params: Params) -> Chat:
    """The chat to write to, after the keyboard was checked."""
    chat = world.writable_chat(params["chat_id"])
    params["reply_markup"] = check_markup(params.get("reply_markup"))
    return chat


def _caption(params: Params) -> Json:
    text, entities = formatted(
        params.get("caption") or "", params.get("caption_entities"), params.get("parse_mode"), CAPTION_LIMIT
    )
    content: Json = {"caption": text} if text else {}
    return {**content, "caption_entities": entities} if entities else content


def text_content(params: Params) -> Json:
    """`text` and `entities` as they go into a message; 400 for an empty or too long one."""
    text, entities = formatted(params["text"], params.get("entities"), params.get("parse_mode"), TEXT_LIMIT)
    if not text:
        raise bad_request("text must be non-empty")
    return {"text": text, "entities": entities} if entities else {"text": text}


@method("sendMessage", **_COMMON, text="str!", parse_mode="str", entities="array", link_preview_options="object")
def send_message(world: World, params: Params) -> Any:
    """A text."""
    chat = _target(world, params)
    return world.send(chat, "sendMessage", text_content(params), params).content


def _point(params: Params) -> Json:
    if not -90 <= params["latitude"] <= 90 or not -180 <= params["longitude"] <= 180:
        raise bad_request("wrong location specified")
    return {"longitude": params["longitude"], "latitude": params["latitude"]}


@method(
    "sendLocation",
    **_COMMON,
    **_POINT,
    horizontal_accuracy="float",
    live_period="int",
    heading="int",
    proximity_alert_radius="int",
)
def send_location(world: World, params: Params) -> Any:
    """A point on the map."""
    chat = _target(world, params)
    point = _point(params)
    if not 0 <= params.get("horizontal_accuracy", 0) <= 1500:
        raise bad_request("wrong horizontal_accuracy specified")
    return world.send(chat, "sendLocation", {"location": point}, params).content


@method(
    "sendVenue",
    **_COMMON,
    **_POINT,
    title="str!",
    address="str!",
    foursquare_id="str",
    foursquare_type="str",
    google_place_id="str",
    google_place_type="str",
)
def send_venue(world: World, params: Params) -> Any:
    """A place with name and address."""
    chat = _target(world, params)
    point = _point(params)
    for name in ("title", "address"):
        check_unicode(params[name])
        if not params[name].strip():
            raise bad_request(f"venue {name} must be non-empty")
    venue = {"location": point, "title": params["title"], "address": params["address"]}
    return world.send(chat, "sendVenue", {"venue": venue, "location": point}, params).content


@method(
    "sendDocument",
    **_COMMON,
    **_CAPTION,
    document="file!",
    thumbnail="file",
    disable_content_type_detection="bool",
)
def send_document(world: World, params: Params) -> Any:
    """A file, uploaded or by the id of an earlier one."""
    chat = _target(world, params)
    content, document = _caption(params), params["document"]
    if isinstance(document, Upload):
        described = {
            **world.new_file(len(document.content)),
            "file_name": document.name,
            "mime_type": document.mime_type,
        }
        return world.send(chat, "sendDocument", {"document": described, **content}, params, document.content).content
    for message in world.sent:
        if message.content.get("document", {}).get("file_id") == document:
            content = {"document": message.content["document"], **content}
            return world.send(chat, "sendDocument", content, params, message.document).content
    raise bad_request("wrong file identifier/HTTP URL specified")


@method("sendPhoto", **_COMMON, **_CAPTION, photo="file!", show_caption_above_media="bool", has_spoiler="bool")
def send_photo(world: World, params: Params) -> Any:
    """A picture that is uploaded, in one size."""
    chat = _target(world, params)
    content, photo = _caption(params), params["photo"]
    if not isinstance(photo, Upload):
        raise bad_request("wrong file identifier/HTTP URL specified")
    width, height = _measured(photo.content)
    size = {**world.new_file(len(photo.content)), "width": width, "height": height}
    return world.send(chat, "sendPhoto", {"photo": [size], **content}, params, photo.content).content


def _measured(content: bytes) -> tuple[int, int]:
    """Width and height of a picture that Telegram would take."""
    if len(content) > _PHOTO_LIMIT:
        raise bad_request("file is too big for a photo")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except OSError:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


@method("getFile", file_id="str!")
def get_file(world: World, params: Params) -> Any:
    """Where a file can be fetched."""
    file_id = params["file_id"]
    sizes = {
        sent["file_id"]: sent["file_size"]
        for messages in world.history.values()
        for message in messages.values()
        for sent in _files(message.content)
    }
    if file_id not in sizes:
        raise bad_request("invalid file_id")
    if sizes[file_id] > _DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": file_id.replace("file", "unique"),
        "file_size": sizes[file_id],
        "file_path": f"files/{file_id}",
    }


def _files(content: Json) -> list[Json]:
    found = [content[kind] for kind in ("document", "voice", "sticker") if kind in content]
    return [*found, *content.get("photo", [])]


@method("sendChatAction", chat_id="chat!", action="str!", message_thread_id="int", business_connection_id="str")
def send_chat_action(world: World, params: Params) -> Any:
    """The notice that the bot is typing."""
    world.writable_chat(params["chat_id"])
    if params["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


@method(
    "copyMessage",
    **_COMMON,
    **_CAPTION,
    from_chat_id="chat!",
    message_id="int!",
    show_caption_above_media="bool",
    video_start_timestamp="int",
)
def copy_message(world: World, params: Params) -> Any:
    """A message again, elsewhere and without the link to its origin."""
    chat = _target(world, params)
    origin = world.find_chat(params["from_chat_id"])
    message = world.find_message(origin.id, params["message_id"])
    if message is None:
        raise bad_request("message to copy not found")
    content = {name: value for name, value in message.content.items() if name not in _NOT_COPIED}
    if "text" not in content and params.get("caption") is not None:
        content.pop("caption_entities", None)
        content = {**content, "caption": "", **_caption(params)}
    copied = world.send(chat, "copyMessage", content, params, message.document)
    return {"message_id": copied.message_id}
