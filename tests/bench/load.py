"""The load: simulated people inside the stand-in's own process, who write again once they are answered.

Reads one job a line from standard input as JSON (``kind``, ``at_once``, ``count``, ``seconds``) and prints one
result a line. It sits in the stand-in so that driving the load costs no HTTP requests of its own.
"""

import asyncio
import itertools
import json
import sys
import time
from typing import Any

import uvloop

from tests.bench.utterances import UTTERANCES
from tests.fakes.telegram import FakeTelegram, Message

# Enough people that nobody writes 20 messages in 10 seconds, which is where Lotse slows a person down.
PEOPLE = 256
_LANGUAGES = ("de", "en", "ar", "uk", "tr", "fr")
TAPPED = ("courses", "appointments", "settings", "sport")
_PATIENCE = 10.0


class Telegram(FakeTelegram):
    """The stand-in, with somebody who waits for each answer."""

    def __init__(self) -> None:
        super().__init__()
        self.expected: dict[int, asyncio.Future[Message]] = {}

    def store(self, *arguments: Any, **options: Any) -> Message:
        """Wake the person whom a message of the bot is for."""
        message = super().store(*arguments, **options)
        if message.by_bot and (waiting := self.expected.pop(message.chat_id, None)) and not waiting.done():
            waiting.set_result(message)
        return message


class Load:
    """Closed loop: so many people at once, each sends the next message when the last one is answered."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.menus: dict[int, Message] = {}
        self.numbers = itertools.count()

    async def job(self, kind: str, at_once: int, count: int, seconds: float) -> dict[str, Any]:
        """Run one measurement; latencies in seconds."""
        if kind == "menus":
            await self.quiet()
            count, seconds = PEOPLE, 600.0
        turns: list[float] = []
        unanswered = 0
        left, until = itertools.count(), time.perf_counter() + seconds

        async def person_after_person(worker: int) -> None:
            nonlocal unanswered
            mine = range(1 + worker, PEOPLE + 1, at_once)
            for person in mine if kind == "menus" else itertools.cycle(mine):
                if next(left) >= count or time.perf_counter() > until:
                    return
                try:
                    turns.append(await self.turn(kind, person))
                except TimeoutError:
                    unanswered += 1

        begun = time.perf_counter()
        await asyncio.gather(*(person_after_person(worker) for worker in range(at_once)))
        return {"latencies": turns, "seconds": time.perf_counter() - begun, "unanswered": unanswered}

    async def quiet(self) -> None:
        """Wait until the bot has connected and introduced itself: nothing but polls for a second."""
        counted = -1
        while counted != (now := self.calls()) or not now:
            counted = now
            await asyncio.sleep(1.0)

    def calls(self) -> int:
        """How many calls the bot has made, without polls."""
        return sum(number for method, number in self.telegram.call_counts.items() if method != "getupdates")

    async def turn(self, kind: str, person: int) -> float:
        """One message and its answer; how long it took."""
        telegram, number = self.telegram, next(self.numbers)
        answer = asyncio.get_running_loop().create_future()
        telegram.expected[person] = answer
        begun = time.perf_counter()
        if kind == "menus":
            telegram.add_person(person, language_code=_LANGUAGES[person % len(_LANGUAGES)])
            telegram.send_text(person, "/menu")
        elif kind == "text":
            telegram.send_text(person, UTTERANCES[number % len(UTTERANCES)])
        else:
            menu = self.menus[person]
            action = TAPPED[number % len(TAPPED)]
            data = next(b["callback_data"] for b in menu.buttons if b.get("callback_data", "").startswith(action))
            telegram.tap(person, menu.message_id, data=data)
        async with asyncio.timeout(_PATIENCE):
            message = await answer
        if kind == "menus":
            self.menus[person] = message
        return time.perf_counter() - begun


async def _serve() -> None:
    async with Telegram() as telegram:
        print(telegram.url, flush=True)  # noqa: T201 - the starting process reads it
        load = Load(telegram)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await load.job(**json.loads(line))), flush=True)  # noqa: T201 - the result


if __name__ == "__main__":
    uvloop.run(_serve())
