"""How a reply is laid out as text, alike on every channel."""

from collections.abc import Iterator

from bot.i18n import isolate
from bot.messages import Reply

_TITLE_GAP = "\n\n"


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts limits and offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def paragraphs(reply: Reply) -> tuple[str, str, str]:
    """Title, text and small print, safe for the direction of the language."""
    notes = "\n".join(reply.notes)
    return isolate(reply.title, reply.language), isolate(reply.text, reply.language), isolate(notes, reply.language)


def length(reply: Reply) -> int:
    """Length of a reply as one text, in UTF-16 code units."""
    return utf16_length(_TITLE_GAP.join(part for part in paragraphs(reply) if part))


def split(text: str, limit: int) -> Iterator[str]:
    """Cut a text into pieces of at most ``limit`` UTF-16 units, between lines or words where possible."""
    while utf16_length(text) > limit:
        cut = _fitting(text, limit)
        for separator in ("\n\n", "\n", " "):
            place = text.rfind(separator, cut // 2, cut)
            if place > 0:
                cut = place
                break
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _fitting(text: str, limit: int) -> int:
    """How many characters fit into ``limit`` UTF-16 units."""
    units = 0
    for place, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1  # noqa: PLR2004 - the end of the basic multilingual plane
        if units > limit:
            return place
    return len(text)
