"""Files that people and staff send each other: what is let through, and what is taken out of it first.

What a file is, is told by its content alone. Pictures are drawn anew, so that nothing of the old file is left but
what can be seen; everything else is only ever given out to be saved.
"""

import io
import re
import unicodedata
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, Literal, get_args

from PIL import Image, ImageOps

from bot.channels.channel import LARGEST_FILE
from bot.errors import LotseError
from bot.storage.attachments import File

Problem = Literal["large", "kind", "active", "broken", "lost", "full", "many", "video"]
PROBLEMS: Final[tuple[Problem, ...]] = get_args(Problem)

LARGEST: Final = LARGEST_FILE
"""Bytes of one file."""
MOST: Final = 10
"""Files of one reply."""
MOST_TOGETHER: Final = 30 * 1024 * 1024
"""Bytes of all files of one reply: they are held in memory while they are cleaned."""
CASE_LIMIT: Final = 50 * 1024 * 1024
"""Bytes of all files of a case, so that nobody fills the disk; about two hundred photos as Telegram sends them."""

LONGEST_NAME: Final = 100
ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "text/plain": "txt",
}

# A phone's camera makes up to 50 million pixels. JPEG is read at a part of its size where it is large, the others
# cannot be: four bytes a pixel.
_MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 32_000_000, "WEBP": 32_000_000}
_COMFORTABLE_PIXELS = 32_000_000
# Enough to read small print on a letter; Telegram wants width and height together below 10,000.
_LONGEST_EDGE = 4096
_QUALITY = 90
_THUMBNAIL = 320
_PICTURES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECTS, _BEGIN, _END = b"/ObjStm", b"stream", b"endstream"
_LONGEST_DICTIONARY = 2000
_MOST_UNPACKED = 64 * 1024 * 1024
_MARKUP = re.compile(r"<(?:[!?]|/?[a-z][a-z0-9:-]*[\s/>])", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
# What looks like one: a date ends in digits alone.
_ENDING = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")
_UNFIT = re.compile(r'[<>:"|?*]')
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

# What a picture's size would cost is looked at here; the library only warns.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


class FileRefusedError(LotseError):
    """A file that is not passed on; ``problem`` says why: large, kind, active, broken, lost, full, many."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"A file is refused: {problem}.")
        self.problem: Problem = problem


def clean(name: str, content: bytes) -> File:
    """Return a file as it may be passed on; it takes time, so call it in a thread.

    Args:
        name: what it was called; may be anything.
        content: what came; may be anything.

    Raises:
        FileRefusedError: it is too large, of no kind that is let through, broken, or would do something.
    """
    if len(content) > LARGEST:
        raise FileRefusedError("large")
    if not content:
        raise FileRefusedError("broken")
    if form := _picture_form(content):
        media_type, content = _drawn_anew(content, form)
    else:
        media_type = _other(content)
    return File(clean_name(name, media_type), media_type, content)


def thumbnail(picture: bytes) -> bytes:
    """Return a small JPEG of a picture that was cleaned before; it takes time too."""
    with Image.open(io.BytesIO(picture), formats=["JPEG", "PNG"]) as opened:
        small = opened.convert("RGB")
    small.thumbnail((_THUMBNAIL, _THUMBNAIL))
    small.info = {}
    return _bytes(small, "JPEG")


def clean_name(name: str, media_type: str) -> str:
    """Return a name without a path and misleading signs: at most 100 characters, with the ending of the type."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in _INVISIBLE)
    stem = _ENDING.sub("", _UNFIT.sub("_", seen).strip(" .")).strip(" .")
    ending = ENDINGS[media_type]
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip(' .') or 'file'}.{ending}"


# Pictures


def _picture_form(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((form for magic, form in _PICTURES if content.startswith(magic)), "")


def _drawn_anew(content: bytes, form: str) -> tuple[str, bytes]:
    """The picture as it is seen, upright, and nothing else that was in the file."""
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            drawn = _read(picture, form)
    except FileRefusedError:
        raise
    except Image.DecompressionBombError as error:
        raise FileRefusedError("large") from error
    except Exception as error:
        # Whatever a hostile file does to the decoder, it is this file that is at fault.
        raise FileRefusedError("broken") from error
    return _written(drawn, form)


def _read(picture: Image.Image, form: str) -> Image.Image:
    width, height = picture.size
    if width * height > _MOST_PIXELS[form]:
        raise FileRefusedError("large")
    if form == "JPEG":
        part = next((n for n in (1, 2, 4) if width * height <= n * n * _COMFORTABLE_PIXELS), 8)
        picture.draft("RGB", (width // part, height // part))
    elif getattr(picture, "is_animated", False):
        raise FileRefusedError("kind")
    upright = ImageOps.exif_transpose(picture)
    drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    drawn.thumbnail((_LONGEST_EDGE, _LONGEST_EDGE))
    # Comments, profiles and the place where it was taken would be written again.
    drawn.info = {}
    return drawn


def _written(drawn: Image.Image, form: str) -> tuple[str, bytes]:
    """PNG where something shines through, and for what was one: JPEG blurs letters. All else is JPEG."""
    if (drawn.mode == "RGBA" or form == "PNG") and len(content := _bytes(drawn, "PNG")) <= LARGEST:
        return "image/png", content
    if drawn.mode == "RGBA":
        page = Image.new("RGB", drawn.size, "white")
        page.paste(drawn, mask=drawn.getchannel("A"))
        drawn = page
    if len(content := _bytes(drawn, "JPEG")) > LARGEST:
        raise FileRefusedError("large")
    return "image/jpeg", content


def _bytes(drawn: Image.Image, form: str) -> bytes:
    written = io.BytesIO()
    drawn.save(written, form, quality=_QUALITY)
    return written.getvalue()


# Everything else


def _other(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return "application/pdf"
    if content.startswith(b"OggS") and content[28:36] == b"OpusHead":
        return "audio/ogg"
    if _is_plain_text(content):
        return "text/plain"
    raise FileRefusedError("kind")


def _check_pdf(content: bytes) -> None:
    """Refuse what is cut off, and what would run, start or carry something, as far as a plain look can tell."""
    if b"%%EOF" not in content[-2048:]:
        raise FileRefusedError("broken")
    looked_at = [content, *_unpacked(content)]
    if any(_ACTIVE.search(_ESCAPED.sub(_unescaped, each)) for each in looked_at):
        raise FileRefusedError("active")


def _unpacked(content: bytes) -> Iterator[bytes]:
    """What stands in compressed streams of objects."""
    place, left = content.find(_OBJECTS), _MOST_UNPACKED
    while place >= 0:
        begin = content.find(_BEGIN, place, place + _LONGEST_DICTIONARY)
        end = content.find(_END, begin) if begin >= 0 else place + len(_OBJECTS)
        if end < 0:
            return
        if begin >= 0:
            with suppress(zlib.error):
                packed = content[begin + len(_BEGIN) : end].lstrip(b"\r\n")
                unpacked = zlib.decompressobj().decompress(packed, left)
                left -= len(unpacked)
                yield unpacked
        if left <= 0:
            raise FileRefusedError("large")
        place = content.find(_OBJECTS, end)


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _is_plain_text(content: bytes) -> bool:
    """Words in UTF-8 that no program takes for a page or a script."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return (
        not _CONTROL.search(text) and not text.lstrip().startswith(("#!", "{\\rtf", "%!")) and not _MARKUP.search(text)
    )
