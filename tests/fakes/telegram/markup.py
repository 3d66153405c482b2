"""Checks of keyboards and other reply markup."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.errors import bad_request
from tests.fakes.telegram.text import check_unicode

_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_LOOKS = frozenset({"text", "icon_custom_emoji_id", "style"})
_REQUESTS = frozenset({"request_contact", "request_location", "request_poll", "request_chat", "request_users"})
_SHAPES = {
    "inline_keyboard": frozenset({"inline_keyboard"}),
    "keyboard": frozenset(
        {"keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective"}
    ),
    "remove_keyboard": frozenset({"remove_keyboard", "selective"}),
    "force_reply": frozenset({"force_reply", "input_field_placeholder", "selective"}),
}


def check_markup(markup: dict[str, Any] | None, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The markup to keep, None for none or an inline keyboard without buttons.

    With `inline_only` (edits) other kinds are refused. Raises ApiError (400).
    """
    if not markup:
        return None
    kind = next((name for name in _SHAPES if name in markup), None)
    if kind is None or (inline_only and kind != "inline_keyboard"):
        raise bad_request("object expected as reply markup")
    unknown = set(markup) - _SHAPES[kind]
    if unknown:
        raise bad_request(f"can't parse reply markup: unknown field {min(unknown)}")
    if kind == "inline_keyboard":
        _check_rows(markup[kind], total=100, wide=8, inline=True)
        return markup if any(markup[kind]) else None
    if kind == "keyboard":
        _check_rows(markup[kind], total=300, wide=12, inline=False)
    return markup


def _check_rows(rows: Any, *, total: int, wide: int, inline: bool) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse reply markup: keyboard must be an Array of Arrays")
    if sum(map(len, rows)) > total:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        if len(row) > wide:
            raise bad_request("BUTTON_ROW_TOO_LONG")
        for button in row:
            if inline:
                _check_inline(button)
            else:
                _check_plain(button)


def _check_text(button: Any) -> None:
    text = button.get("text") if isinstance(button, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse keyboard button: button text must be non-empty")
    check_unicode(text)


def _check_plain(button: Any) -> None:
    body = {"text": button} if isinstance(button, str) else button
    _check_text(body)
    unknown = set(body) - _LOOKS - _REQUESTS - {"web_app"}
    if unknown:
        raise bad_request(f"can't parse keyboard button: unknown field {min(unknown)}")


def _check_inline(button: Any) -> None:
    _check_text(button)
    unknown = set(button) - _ACTIONS - _LOOKS
    if unknown:
        raise bad_request(f"can't parse inline keyboard button: unknown field {min(unknown)}")
    actions = set(button) & _ACTIONS
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action must be given")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    if "url" in button:
        _check_url(button["url"], ("http", "https", "tg"))
    if "web_app" in button:
        _check_url((button["web_app"] or {}).get("url"), ("https",))


def _check_data(data: Any) -> None:
    if not isinstance(data, str):
        raise bad_request("BUTTON_DATA_INVALID")
    check_unicode(data)
    if not 1 <= len(data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: Any, schemes: tuple[str, ...]) -> None:
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in schemes or not parts.netloc or " " in str(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
