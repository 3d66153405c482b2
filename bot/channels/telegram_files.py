"""Files on Telegram: what a message brought, fetching it, and sending one.

The address of a file holds the bot's token, so it never stands in an error or a log.
"""

import asyncio
import io

import httpx
import telegram
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.channels.channel import LARGEST_FILE, FileGoneError, FileTooLargeError, RefusedError, RetryLaterError
from bot.messages import Document, FileRef

_SECONDS = 60.0
_SILENT_SECONDS = 15.0
_CAPTION_LIMIT = 1024
_TOO_BIG = "file is too big"
_FOR_A_WHILE = "temporarily unavailable"
# Telegram's words for a picture that it does not want as one, such as a very narrow one.
_NO_PHOTO = ("photo_invalid_dimensions", "photo_save_file_invalid", "image_process_failed", "photo_ext_invalid")
_PHOTOS = frozenset({"image/jpeg", "image/png"})

_MEDIA = {
    "photo": "photo",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "document",
    "sticker": "sticker",
    "contact": "contact",
}


def medium_of(message: telegram.Message) -> str:
    """What a message without text is (see ``Message``); empty for a notice such as "pinned a message"."""
    medium = next((ours for theirs, ours in _MEDIA.items() if getattr(message, theirs, None)), "")
    other = any(getattr(message, kind, None) for kind in ("venue", "poll", "dice", "game", "story", "paid_media"))
    return medium or ("other" if other else "")


def file_of(message: telegram.Message) -> FileRef | None:
    """The file that staff could look at; of a photo the largest one. Videos are named, but never passed on."""
    if message.photo:
        photo = message.photo[-1]
        return FileRef(photo.file_id, "", photo.file_size or 0)
    for sent in (message.voice, message.audio, message.document):
        if sent and not message.animation:
            return FileRef(sent.file_id, getattr(sent, "file_name", None) or "", sent.file_size or 0)
    for moving in (message.video, message.video_note, message.animation):
        if moving:
            return FileRef(moving.file_id, "", moving.file_size or 0, problem="video")
    return None


async def fetch(bot: telegram.Bot, file: FileRef, most: int = LARGEST_FILE) -> bytes:
    """What is in a file that a person sent.

    Args:
        bot: asks Telegram where it is.
        file: its id.
        most: bytes; no more of it is read.

    Raises:
        RetryLaterError: a passing fault. FileTooLargeError: it has more bytes. FileGoneError: Telegram has it no more.
    """
    try:
        found = await bot.get_file(file.id)
    except RetryAfter as error:
        raise RetryLaterError("too many requests") from error
    except (BadRequest, Forbidden) as error:
        said = error.message.lower()
        if _TOO_BIG in said:
            raise FileTooLargeError("Telegram does not give out so large a file.") from None
        if _FOR_A_WHILE in said:
            raise RetryLaterError("the file is not there yet") from None
        raise FileGoneError("Telegram does not know the file any more.") from None
    except TelegramError as error:
        raise RetryLaterError(type(error).__name__) from None
    if not found.file_path or not found.file_path.startswith(("http://", "https://")):
        raise FileGoneError("The file lies on another machine.")
    try:
        async with asyncio.timeout(_SECONDS):
            return await _download(found.file_path, most)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        # Its text and its trace may quote the address.
        raise RetryLaterError(type(error).__name__) from None


async def _download(address: str, most: int) -> bytes:
    content = bytearray()
    async with httpx.AsyncClient(timeout=_SILENT_SECONDS) as client, client.stream("GET", address) as answer:
        if answer.status_code != httpx.codes.OK:
            raise RetryLaterError(f"the file's address answers {answer.status_code}")
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > most:
                raise FileTooLargeError("It is larger than was said.")
    return bytes(content)


async def send_file(bot: telegram.Bot, chat: int, document: Document, title: str) -> None:
    """Send a file with a title: pictures to be looked at, everything else to be saved.

    Raises:
        RefusedError: a stored file has been erased meanwhile. TelegramError: as every sending.
    """
    content = document.data if document.attachment is not None else document.content.encode()
    if content is None:
        raise RefusedError("the file has been erased")
    caption = title[:_CAPTION_LIMIT] or None
    if document.attachment is not None and document.media_type in _PHOTOS:
        try:
            await bot.send_photo(chat, io.BytesIO(content), caption=caption, filename=document.filename)
        except BadRequest as error:
            if not any(sign in error.message.lower() for sign in _NO_PHOTO):
                raise
        else:
            return
    await bot.send_document(chat, io.BytesIO(content), caption=caption, filename=document.filename)
