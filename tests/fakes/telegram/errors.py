"""Refusals in the form in which Telegram's Bot API words them."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A call that is refused; `code` is the HTTP status as well as the `error_code` of the body."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The JSON object Telegram answers with."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class SimError(ValueError):
    """A test asked a simulated person for something that cannot happen."""


def bad_request(detail: str) -> ApiError:
    """A 400 with Telegram's usual prefix."""
    return ApiError(400, f"Bad Request: {detail}")


def forbidden(detail: str) -> ApiError:
    """A 403 with Telegram's usual prefix."""
    return ApiError(403, f"Forbidden: {detail}")


def conflict(detail: str) -> ApiError:
    """A 409 with Telegram's usual prefix."""
    return ApiError(409, f"Conflict: {detail}")
