"""Parameters of a call: read as strings or JSON, turned into the types of the method's table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.errors import ApiError, bad_request

FILE_LIMIT = 50 * 1024 * 1024
# What Telegram says when a parameter is missing, where it does not use the general wording.
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "action": "wrong parameter action in request",
}


@dataclass
class Upload:
    """A file of a multipart request."""

    name: str
    content: bytes
    mime_type: str


def typed(table: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """`given` with the types of `table`, whose values are int, float, bool, str, chat, array, object or file.

    A trailing `!` marks what is required. Raises ApiError (400) for missing, unknown and ill-typed parameters.
    """
    known: dict[str, Any] = {}
    parts = {name: value for name, value in given.items() if isinstance(value, Upload)}
    for name, value in given.items():
        kind = table.get(name)
        if kind is not None:
            known[name] = _convert(name, kind.rstrip("!"), value, parts)
        elif not _is_attached(name, given):
            raise bad_request(f'unknown parameter "{name}"')
    for name, kind in table.items():
        if kind.endswith("!") and known.get(name) in (None, ""):
            raise bad_request(_MISSING.get(name, f'parameter "{name}" is required'))
    return known


def _is_attached(name: str, given: dict[str, Any]) -> bool:
    return isinstance(given[name], Upload) and any(
        isinstance(value, str) and f"attach://{name}" in value for value in given.values()
    )


def _convert(name: str, kind: str, value: Any, parts: dict[str, Upload]) -> Any:
    if value is None:
        return None
    if kind == "file":
        return _file(value, parts)
    if isinstance(value, Upload):
        raise bad_request(f"parameter {name} must not be a file")
    try:
        converted = _CONVERTERS[kind](value)
    except (KeyError, TypeError, ValueError):
        raise bad_request(_wrong(name, kind)) from None
    return converted


def _wrong(name: str, kind: str) -> str:
    if kind in {"array", "object"}:
        return f"can't parse {name.replace('_', ' ')} JSON object"
    return _MISSING["message_id"] if name == "message_id" else f"wrong parameter {name} in request"


def _file(value: Any, parts: dict[str, Upload]) -> Upload | str:
    if isinstance(value, str):
        if not value.startswith("attach://"):
            return value
        found = parts.get(value.removeprefix("attach://"))
        if found is None:
            raise bad_request("there is no attached file in the request")
        value = found
    if not value.content:
        raise bad_request("file must be non-empty")
    if len(value.content) > FILE_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    return value  # type: ignore[no-any-return]  # an Upload by now


def _int(value: Any) -> int:
    if isinstance(value, bool | float):
        raise TypeError
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    number = float(value)
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124  # the shortest test for NaN
        raise ValueError
    return number


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _chat(value: Any) -> int | str:
    if isinstance(value, str) and value.startswith("@"):
        return value
    return _int(value)


def _of_json(value: Any, kind: type) -> Any:
    body = json.loads(value) if isinstance(value, str) else value
    if not isinstance(body, kind):
        raise TypeError
    return body


def _array(value: Any) -> Any:
    return _of_json(value, list)


def _object(value: Any) -> Any:
    return _of_json(value, dict)


_CONVERTERS: dict[str, Any] = {
    "int": _int,
    "float": _float,
    "bool": _bool,
    "str": _str,
    "chat": _chat,
    "array": _array,
    "object": _object,
}
