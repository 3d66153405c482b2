"""JSON that others made -> the texts in it, whatever is missing or of another type than it should be."""

import re
from typing import Any

from bot.offers.cells import SLUG

Json = dict[str, Any]


def text_of(value: Any) -> str:
    """Return a JSON value as it would stand in a cell; what is no single value is ``""``."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return str(value).strip() if isinstance(value, str | int) else ""


def part(record: Json, name: str) -> Json:
    """Return an object within an object; an empty one where there is none."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def parts(record: Json, name: str) -> list[Json]:
    """Return the objects of a list within an object; a single object counts as a list of one."""
    value = record.get(name)
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def id_of(identifier: str) -> str:
    """Return an id of another system as ours may be: small letters, digits and hyphens."""
    tail = identifier.rstrip("/").rpartition("/")[2]
    plain = re.sub(r"[^a-z0-9]+", "-", tail.lower()).strip("-")[:60].strip("-")
    return plain if SLUG.fullmatch(plain) else ""
