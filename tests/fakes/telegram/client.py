"""Access to a stand-in that runs as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

import httpx

from tests.fakes.telegram.errors import SimError
from tests.fakes.telegram.values import Call, Json, Message, Tap
from tests.fakes.telegram.world import DEFAULT_TOKEN

if TYPE_CHECKING:
    from types import TracebackType


class SimClient:
    """Does what `FakeTelegram` does, over HTTP and without an event loop.

    Arguments are those of the methods of the same name there; `do` reaches all of them.
    Raises SimError for what cannot happen and TimeoutError for waits that were in vain.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=None)  # noqa: S113  # the stand-in ends each wait
        self._process: subprocess.Popen[str] | None = None

    @classmethod
    def launch(cls, token: str = DEFAULT_TOKEN, port: int = 0) -> Self:
        """Start a process and speak to it; `close` ends it."""
        command = [sys.executable, "-m", "tests.fakes.telegram", "--port", str(port), "--token", token]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address:
            process.kill()
            process.wait()
            raise SimError("the stand-in did not start")
        client = cls(address)
        client._process = process
        return client

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as `base_url`."""
        return f"{self.url}/bot"

    def do(self, action: str, **arguments: Any) -> Any:
        """Call a method of the stand-in by name; its result as JSON."""
        answer = self._http.post(f"/sim/{action}", json=arguments)
        body = answer.json()
        if answer.status_code == 408:
            raise TimeoutError(action)
        if "error" in body:
            raise SimError(body["error"])
        return body["result"]

    def add_person(self, person_id: int, **options: Any) -> int:
        """A person; options: language_code, first_name, username, started."""
        return int(self.do("add_person", person_id=person_id, **options))

    def send_text(self, chat_id: int, text: str, **options: Any) -> int:
        """A text of a person; options: entities, sender, reply_to."""
        return int(self.do("send_text", chat_id=chat_id, text=text, **options))

    def send_texts(self, texts: list[tuple[int, str]]) -> list[int]:
        """Many texts in one request; unknown people come into being."""
        return [int(number) for number in self.do("send_texts", texts=texts)]

    def tap(self, chat_id: int, message_id: int | None = None, **options: Any) -> str:
        """Tap a button; options: label, data, sender, forged, expired, inaccessible."""
        return str(self.do("tap", chat_id=chat_id, message_id=message_id, **options))

    def inject_fault(self, kind: str, **options: Any) -> None:
        """A fault for the next calls; options: method, chat_id, times, retry_after, seconds."""
        self.do("inject_fault", kind=kind, **options)

    def messages(self, chat_id: int, **options: Any) -> list[Message]:
        """Messages of a chat; options: by_bot, deleted."""
        return [Message.from_json(body) for body in self.do("messages", chat_id=chat_id, **options)]

    def all_messages(self, since: int = 0) -> list[Message]:
        """All the bot sent, without the first `since`."""
        return [Message.from_json(body) for body in self.do("all_messages", since=since)]

    def calls(self, method: str | None = None) -> list[Call]:
        """Calls of a method."""
        return [Call.from_json(body) for body in self.do("calls", method=method)]

    def list_taps(self, chat_id: int | None = None) -> list[Tap]:
        """Taps with their answers."""
        return [Tap.from_json(body) for body in self.do("list_taps", chat_id=chat_id)]

    def stats(self) -> Json:
        """Counts, as `Records.stats` names them."""
        return dict(self.do("stats"))

    def wait_for_messages(self, chat_id: int, count: int, timeout: float = 30.0) -> list[Message]:
        """The bot's messages of a chat, once there are `count`."""
        found = self.do("wait_for_messages", chat_id=chat_id, count=count, timeout=timeout)
        return [Message.from_json(body) for body in found]

    def wait_for_sent(self, count: int, timeout: float = 30.0) -> int:
        """How many messages the bot sent to all chats, once there are `count`."""
        return int(self.do("wait_for_sent", count=count, timeout=timeout))

    def wait_until_confirmed(self, timeout: float = 30.0) -> None:
        """Return once the bot has taken all updates."""
        self.do("wait_until_confirmed", timeout=timeout)

    def close(self) -> None:
        """End the connections, and the process if this client launched it."""
        self._http.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()
