"""People who talk with a running Lotse through the stand-in of Telegram."""

import asyncio
import json
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx

from bot import settings
from bot.content.model import Catalogue
from bot.i18n import Texts
from bot.messages import Reply
from bot.storage import casefile, casework
from bot.storage import cases as case_store
from bot.storage.access import EVERY_QUEUE, Actor
from bot.storage.attachments import File
from bot.storage.casefile import CaseFile
from bot.storage.cases import Case
from bot.storage.crypto import Vault
from bot.storage.database import Database
from tests.fakes.telegram import Message, SimClient
from tests.processes import LotseProcess, lotse

T = TypeVar("T")
_ADMIN = Actor(0, "admin", frozenset([EVERY_QUEUE]))

PATIENCE = 60.0  # seconds; far more than anything takes


def action_of(button: dict[str, Any]) -> str:
    """What a button does, without its signature."""
    return str(button.get("callback_data", "")).rpartition("~")[0]


def actions(message: Message) -> list[str]:
    """What the buttons below a message do."""
    return [action_of(button) for button in message.buttons if "callback_data" in button]


def plain(message: Message) -> str:
    """The text without the invisible signs that keep numbers in order between letters from right to left."""
    return message.text.replace("\u2066", "").replace("\u2069", "")


class Person:
    """Somebody with a private chat. What they do returns the new messages of the bot, at least ``count``."""

    def __init__(self, sim: SimClient, number: int, language: str) -> None:
        self.sim = sim
        self.id = number
        self.t = Texts(language)

    def says(self, text: str, count: int = 1, **options: Any) -> list[Message]:
        """Write a text or a command."""
        before = self.received()
        self.sim.send_text(self.id, text, **options)
        return self.new_messages(before, count)

    def taps(self, action: str, count: int = 1, **options: Any) -> list[Message]:
        """Tap the newest button that does this."""
        before = self.received()
        message, data = self.button(action)
        self.sim.tap(self.id, message.message_id, data=data, **options)
        return self.new_messages(before, count)

    def sends(self, kind: str, count: int = 1, **options: Any) -> list[Message]:
        """Send something that is not text: photo, voice, document, sticker, contact, location."""
        before = self.received()
        self.sim.do(f"send_{kind}", chat_id=self.id, **options)
        return self.new_messages(before, count)

    def delivers(self, update: dict[str, Any], count: int = 1) -> list[Message]:
        """Send an update as it stands."""
        before = self.received()
        # Escapes keep what is no character, such as half a surrogate pair.
        body = json.dumps({"update": update}).encode()
        httpx.post(f"{self.sim.url}/sim/deliver", content=body, timeout=PATIENCE).raise_for_status()
        return self.new_messages(before, count)

    def hears_nothing_of(self, text: str) -> None:
        """Write something; what comes next answers the command behind it."""
        before = self.received()
        self.sim.send_text(self.id, text)
        assert actions(self.says("/privacy")[0])[:2] == ["export", "delete"]
        assert self.received() == before + 1

    def button(self, action: str) -> tuple[Message, str]:
        """The newest message with a button that does this, and the button's data."""
        for message in reversed(self.sim.messages(self.id)):
            for button in message.buttons:
                if action_of(button) == action:
                    return message, button["callback_data"]
        raise AssertionError(f"no button {action}")

    def received(self) -> int:
        """How many messages the bot sent."""
        return len(self.sim.messages(self.id))

    def new_messages(self, before: int, count: int) -> list[Message]:
        """The bot's messages without the first ``before``, once there are ``count``."""
        return self.sim.wait_for_messages(self.id, before + count, PATIENCE)[before:]

    def update(self, **content: Any) -> dict[str, Any]:
        """A message of this person with this content, as Telegram would deliver it."""
        head = {"message_id": 9_000_000, "date": 1_700_000_000, "chat": {"id": self.id, "type": "private"}}
        sender = {"id": self.id, "is_bot": False, "first_name": "Sami", "language_code": self.t.language}
        return {"message": {**head, "from": sender, **content}}


class Town:
    """Lotse, the stand-in, the environment both were started with and the content in use."""

    def __init__(
        self,
        sim: SimClient,
        process: LotseProcess,
        environment: dict[str, str],
        *,
        catalogue: Catalogue,
        ids: Iterator[int],
        folder: Path,
    ) -> None:
        self.sim = sim
        self.process = process
        self.environment = environment
        self.catalogue = catalogue
        self.folder = folder
        self._ids = ids

    def start(self) -> None:
        """Start Lotse and wait until it is connected."""
        self.process.start()
        self.process.wait_until_ready()

    def person(self, language: str = "de", **options: Any) -> Person:
        """Somebody new, whose Telegram is set to ``language``."""
        number = self.sim.add_person(next(self._ids), language_code=options.pop("app", language), **options)
        return Person(self.sim, number, language)

    def lotse(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the operator, while Lotse runs."""
        return lotse(*arguments, environment=self.environment)

    def case_of(self, person: Person, words: str) -> int:
        """The number of the open case whose transcript has these words."""
        for case in reversed(asyncio.run(self._read(case_store.list_cases))):
            if any(words in message.text for message in self.case(case.id).messages):
                return case.id
        raise AssertionError(f"no case of {person.id}")

    def case(self, number: int) -> Case:
        """A case as staff see it."""
        return asyncio.run(self._read(case_store.read_case, number))

    def file(self, number: int) -> CaseFile:
        """A case as its page shows it."""
        return asyncio.run(self._read(casefile.read, _ADMIN, number))

    def answer(self, number: int, titled: Reply, *files: File) -> None:
        """Send files as staff do."""
        asyncio.run(self._read(partial(casework.reply, files=files), _ADMIN, number, "", titled))

    async def _read(self, reading: Callable[..., Awaitable[T]], *arguments: object) -> T:
        known = settings.load(self.environment)
        database = Database(known.database_url)
        try:
            return await reading(database, Vault(known.keys), *arguments)
        finally:
            await database.close()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for something that nothing reports."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
