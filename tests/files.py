"""Files for tests: honest ones, and some that mean no good."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, TiffImagePlugin

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
VOICE = b"OggS\0\2" + bytes(20) + b"\1\x13" + b"OpusHead\1\1" + bytes(40)
SECRET = b"somewhere-in-hallschlag"
PAGE = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
_GPS, _MAKE, _ORIENTATION = 0x8825, 0x010F, 0x0112


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), color: Any = "navy", **options: Any) -> bytes:
    """A plain picture; options are those of Pillow's ``save``."""
    written = io.BytesIO()
    Image.new("RGBA" if isinstance(color, tuple) and len(color) == 4 else "RGB", size, color).save(
        written, form, **options
    )
    return written.getvalue()


def telling_photo() -> bytes:
    """A photo that lies on its side, and says where it was taken, by what, and more."""
    told = Image.Exif()
    told[_MAKE] = SECRET.decode()
    told[_ORIENTATION] = 6
    told.get_ifd(_GPS).update({1: "N", 2: tuple(TiffImagePlugin.IFDRational(each) for each in (48, 48, 9))})
    return picture(exif=told, comment=PAGE + SECRET, icc_profile=SECRET)


def huge_png(width: int = 100_000, height: int = 100_000) -> bytes:
    """A few bytes that say they are a very large picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(3 * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(inside: bytes, *, packed: bool = False) -> bytes:
    """A PDF with an object, in the open or in a compressed stream."""
    if not packed:
        return PDF.replace(b"trailer", b"3 0 obj\n" + inside + b"\nendobj\ntrailer")
    stream = zlib.compress(inside)
    head = b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\r\n"
    return PDF.replace(b"trailer", head + stream + b"\nendstream\nendobj\ntrailer")
