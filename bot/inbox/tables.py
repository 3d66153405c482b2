"""Tables to be saved and opened in an office's spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

# What begins like this is a formula to a spreadsheet, also in wide letters and behind spaces.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(rows: Iterable[Sequence[object]], language: str) -> str:
    """The rows as CSV, for spreadsheets as they are set up in a language; no cell is a formula."""
    written = io.StringIO(newline="")
    # Where numbers have a comma, spreadsheets expect a semicolon between the cells.
    writer = csv.writer(written, delimiter="," if language == "en" else ";")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    if isinstance(value, int | float):
        return text
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def saved(rows: Iterable[Sequence[object]], language: str, name: str) -> Response:
    """The rows as a file; the mark at its beginning tells spreadsheets that it is UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "X-Content-Type-Options": "nosniff"}
    content = csv_of(rows, language).encode("utf-8-sig")
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
