"""The table of the Bot API's methods: name, typed parameters and handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.params import typed
from tests.fakes.telegram.world import World

Params = dict[str, Any]
Handler = Callable[[World, Params], Any]


@dataclass(frozen=True)
class Method:
    """A method; the handler gives the `result`, or an awaitable of it."""

    name: str
    table: dict[str, str]
    handler: Handler

    def call(self, world: World, given: Params) -> Any:
        """Check the parameters and do it; raises ApiError."""
        return self.handler(world, typed(self.table, given))


METHODS: dict[str, Method] = {}


def method(name: str, /, **table: str) -> Callable[[Handler], Handler]:
    """Enter a handler into the table; see `typed` for the kinds of parameters."""

    def enter(handler: Handler) -> Handler:
        METHODS[name.lower()] = Method(name, table, handler)
        return handler

    return enter
