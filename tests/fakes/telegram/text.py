"""Texts and their entities, counted as Telegram does: in UTF-16 code units."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.fakes.telegram.errors import bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
Entity = dict[str, Any]

_PLAIN_KINDS = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    ]
)
_NEEDED = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TOKEN = re.compile(r"<(/?)([^\s<>]*)([^<>]*)>|<|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")


def utf16_length(text: str) -> int:
    """Number of UTF-16 code units; a character outside the basic plane counts twice."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def command_entities(text: str) -> list[Entity]:
    """The `bot_command` entities Telegram adds to what a person writes."""
    return [
        {"type": "bot_command", "offset": utf16_length(text[: found.start()]), "length": utf16_length(found[0])}
        for found in _COMMAND.finditer(text)
    ]


def check_unicode(text: str) -> None:
    """Raise a 400 for a text that has lone surrogates or a NUL."""
    if text.isascii() and "\0" not in text:
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if "\0" in text:
        raise bad_request("strings must not contain NUL")


def formatted(text: str, entities: list[Any] | None, parse_mode: str | None, limit: int) -> tuple[str, list[Entity]]:
    """The text as Telegram keeps it, trimmed, and its entities.

    `limit` is in UTF-16 code units and holds after entities are parsed. Only HTML is known as a parse mode.
    Raises ApiError (400) for anything Telegram refuses; an empty text comes back empty.
    """
    check_unicode(text)
    found: list[Entity] = []
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        text, found = _parse_html(text)
    elif entities:
        _check_entities(text, entities)
        found = [dict(entity) for entity in entities]
    text, found = _trim(text, found)
    if utf16_length(text) > limit:
        raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return text, found


def _check_entities(text: str, entities: list[Any]) -> None:
    if len(entities) > ENTITY_LIMIT:
        raise bad_request("too many entities")
    # A set of the offsets at which a character starts: an entity must not cut a surrogate pair.
    starts, position = {0}, 0
    for char in text:
        position += 2 if char > "\uffff" else 1
        starts.add(position)
    for entity in entities:
        _check_entity(entity, starts, position)


def _check_entity(entity: Any, starts: set[int], end: int) -> None:
    if not isinstance(entity, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
    if kind not in _PLAIN_KINDS:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    if type(offset) is not int or type(length) is not int:
        raise bad_request("can't parse MessageEntity: offset and length must be of type Number")
    if offset < 0 or length <= 0 or offset + length > end:
        raise bad_request("can't parse entities: entity is out of the text")
    if offset not in starts or offset + length not in starts:
        raise bad_request(f"can't parse entities: entity beginning at UTF-16 offset {offset} cuts a UTF-16 symbol")
    needed = _NEEDED.get(kind)
    if needed and not entity.get(needed):
        raise bad_request(f"can't parse MessageEntity: can't find field \"{needed}\"")


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    kept = text.strip()
    if kept == text:
        return text, entities
    skipped = utf16_length(text) - utf16_length(text.lstrip())
    end = utf16_length(kept)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - skipped)
        stop = min(end, entity["offset"] + entity["length"] - skipped)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return kept, moved


def _parse_html(source: str) -> tuple[str, list[Entity]]:
    text, entities = "", []
    stack: list[tuple[str, str, int]] = []
    at = 0
    for token in _TOKEN.finditer(source):
        text += source[at : token.start()]
        at = token.end()
        where = len(source[: token.start()].encode())
        if token[0][0] == "&":
            text += html.unescape(token[0])
        elif not token[2]:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "" at byte offset {where}')
        elif token[1]:
            entities.append(_close_tag(token[2], where, stack, utf16_length(text)))
        else:
            if token[2] not in _TAGS:
                raise bad_request(f'can\'t parse entities: Unsupported start tag "{token[2]}" at byte offset {where}')
            stack.append((token[2], token[3], utf16_length(text)))
    if stack:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{stack[-1][0]}\"")
    kept = [entity for entity in entities if entity["length"] > 0]
    return text + source[at:], sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def _close_tag(tag: str, where: int, stack: list[tuple[str, str, int]], end: int) -> Entity:
    if not stack:
        raise bad_request(f"can't parse entities: Unexpected end tag at byte offset {where}")
    opened, attributes, start = stack.pop()
    if opened != tag:
        raise bad_request(
            f'can\'t parse entities: Unmatched end tag at byte offset {where}, expected "</{opened}>", found "</{tag}>"'
        )
    entity: Entity = {"type": _TAGS[tag], "offset": start, "length": end - start}
    if tag == "a":
        link = re.search(r'href="([^"]*)"', attributes)
        entity["url"] = html.unescape(link[1]) if link else ""
    return entity
