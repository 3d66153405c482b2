"""How a stored file is given to a browser: an image to be looked at, anything else to be saved, and nothing is run."""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

IMAGES: Final = frozenset({"image/jpeg", "image/png"})
"""What is shown. Pictures were drawn anew when they came in (see ``escalation.files``)."""


def given_out(filename: str, media_type: str, content: bytes) -> Response:
    """An answer that holds a file."""
    is_image = media_type in IMAGES
    headers = {
        "Content-Disposition": f"{'inline' if is_image else 'attachment'}; filename*=UTF-8''{quote(filename, safe='')}",
        # Even if a browser took it for a page: it may do nothing, and has no origin.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return Response(content, media_type=media_type if is_image else "application/octet-stream", headers=headers)
