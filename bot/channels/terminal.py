"""The terminal: a talk on standard input and output, or from a script with one JSON object a reply."""

import asyncio
import json
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from bot.channels import layout, wording
from bot.i18n import direction
from bot.messages import Button, Incoming, Message, Reply
from bot.storage.crypto import Vault
from bot.storage.outgoing import OutgoingQueue

NAME = "terminal"
_LOOK = 0.01

Store = Callable[[Sequence[Incoming]], Awaitable[object]]


class TerminalChannel:
    """One person at one terminal; the talk is another person's the next time.

    ``working`` says whether a message of this lane still waits for its turn.
    """

    name = NAME

    def __init__(
        self,
        vault: Vault,
        store: Store,
        queue: OutgoingQueue,
        working: Callable[[str], Awaitable[bool]],
        *,
        language: str = "",
    ) -> None:
        self._store = store
        self._queue = queue
        self._working = working
        self._language = language
        self._person = uuid.uuid4().hex
        self.lane = vault.hash("person", NAME, self._person)
        self._sequence = 0
        self._last = 0
        self._buttons: list[Button] = []

    async def script(self, lines: Iterable[str], out: TextIO) -> None:
        """Send each line, wait for its replies, print them as JSON; empty lines and lines with # are left out."""
        for number, line in enumerate(lines, start=1):
            words = line.rstrip("\r\n")
            if not words.strip() or words.startswith("#"):
                continue
            for reply in await self.ask(words):
                out.write(json.dumps({"line": number, **as_json(reply)}, ensure_ascii=False) + "\n")
                out.flush()

    async def talk(self, out: TextIO) -> None:
        """Read lines from the person until the input ends; replies of staff appear in between."""
        listening = asyncio.create_task(self._listen(out))
        try:
            for reply in await self.ask("/start"):
                self._print(reply, out)
            while line := await asyncio.to_thread(sys.stdin.readline):
                if line.strip():
                    for reply in await self.ask(line.strip()):
                        self._print(reply, out)
        finally:
            listening.cancel()

    async def ask(self, words: str) -> list[Reply]:
        """Send one line; returns the replies once there are no more to come."""
        await self._store([self._incoming(words)])
        while await self._working(self.lane):  # noqa: ASYNC110 - the truth is in the database
            await asyncio.sleep(_LOOK)
        return await self._take()

    async def _take(self) -> list[Reply]:
        waiting = await self._queue.waiting(self.lane, self._last)
        if not waiting:
            return []
        self._last = waiting[-1][0]
        replies = [envelope.reply for _, envelope in waiting]
        await self._queue.received(self.lane, self._last)
        self._buttons = [button for reply in replies for row in reply.buttons for button in row] or self._buttons
        return replies

    async def _listen(self, out: TextIO) -> None:
        while True:
            await asyncio.sleep(1.0)
            if not await self._working(self.lane):
                for reply in await self._take():
                    self._print(reply, out)

    def _incoming(self, words: str) -> Incoming:
        self._sequence += 1
        return Incoming(
            channel=NAME,
            update_id=f"{self._person}:{self._sequence}",
            sequence=self._sequence,
            person=self._person,
            address={},
            message=self._message(words),
            received_at=datetime.now(UTC),
        )

    def _message(self, words: str) -> Message:
        command, rest = wording.command_in(words)
        if command:
            return Message(kind="command", text=command, rest=rest, language_hint=self._language)
        taps = [button for button in self._buttons if button.action]
        chosen = next((button for button in taps if button.label == words.strip("[]")), None)
        if chosen is None and words.isascii() and words.isdigit() and 0 < int(words) <= len(taps):
            chosen = taps[int(words) - 1]
        if chosen is not None:
            return Message(kind="tap", action=chosen.action, language_hint=self._language)
        return Message(kind="text", text=words, language_hint=self._language)

    def _print(self, reply: Reply, out: TextIO) -> None:
        title, text, notes = layout.paragraphs(reply)
        out.write("\n".join(part for part in ("", title, text, f"({notes})" if notes else "") if part) + "\n")
        if reply.place:
            out.write(f"📍 {reply.place.name}, {reply.place.address}\n")
        if reply.document:
            out.write((reply.document.content or f"📎 {reply.document.filename}") + "\n")
        number = 0
        for row in reply.buttons:
            for button in row:
                number += 0 if button.url else 1
                out.write(f"  {button.url or number}  {button.label}\n")
        out.flush()


def as_json(reply: Reply) -> dict[str, Any]:
    """A reply as JSON values, as ``lotse chat --script`` prints it."""
    values: dict[str, Any] = {
        "text": reply.text,
        "title": reply.title,
        "notes": list(reply.notes),
        "language": reply.language,
        "direction": direction(reply.language),
        "author": reply.author,
        "buttons": [
            [
                {"label": button.label, "url": button.url}
                if button.url
                else {"label": button.label, "action": button.action}
                for button in row
            ]
            for row in reply.buttons
        ],
    }
    if reply.place:
        point = reply.place.location
        values["place"] = {
            "name": reply.place.name,
            "address": reply.place.address,
            "latitude": point.latitude,
            "longitude": point.longitude,
        }
    if reply.document:
        values["document"] = {"filename": reply.document.filename, "content": reply.document.content}
    return values
