"""Lotse is killed again and again while people write to it: nothing is lost, nothing is out of order."""

import asyncio
import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from typing import Self

import pytest

from bot import bootstrap, settings
from bot.channels import layout
from bot.conversation import Conversation
from bot.messages import Message
from bot.metrics import Metrics
from tests.fakes.telegram import SimClient
from tests.fakes.telegram.world import DEFAULT_TOKEN
from tests.postgresql import PostgreSQL
from tests.processes import LotseProcess

KILLS = 30
CONTACTS = range(1001, 1013)
SEED = 20250401
# One kill in this many comes while the process is still starting.
EARLY = 0.2
# Seconds; at this pace and with no more than so many unanswered nobody comes near the flood limit.
PAUSE = 1.0
UNANSWERED = 8
QUESTIONS = 8
LIMIT = 120.0

pytestmark = pytest.mark.timeout(1200)


@dataclass(frozen=True)
class Talk:
    """What each contact writes over and over, and the first line of what comes back for each."""

    questions: Sequence[str]
    answers: Sequence[str]


@pytest.fixture
def talk(mind: bootstrap.Mind) -> Talk:
    """A cycle of questions and commands, each with one reply that begins like no other."""
    return asyncio.run(_talk(mind))


async def _talk(mind: bootstrap.Mind) -> Talk:
    assistant = bootstrap.assistant(settings.load({}), mind, Metrics())
    asked = [Message(kind="command", text=name) for name in ("menu", "help", "privacy")]
    asked += [Message(kind="text", text=entry.texts["de"].examples[0]) for entry in mind.catalogue.faq.values()]
    chosen: dict[str, str] = {}
    for message in asked:
        state = Conversation(language="de")
        outcome = await assistant.respond(message, state)
        if len(outcome.replies) == 1 and not outcome.effects and not state.failures and state.language == "de":
            title, body, _ = layout.paragraphs(outcome.replies[0])
            slash = "/" if message.kind == "command" else ""
            chosen.setdefault((title or body).splitlines()[0], slash + message.text)
    answers = list(chosen)[:QUESTIONS]
    assert len(answers) == QUESTIONS
    return Talk([chosen[answer] for answer in answers], answers)


class Crowd:
    """Contacts who keep writing, each at their own pace, until told to stop."""

    def __init__(self, telegram: SimClient, talk: Talk) -> None:
        self._telegram = telegram
        self._talk = talk
        self.sent = dict.fromkeys(CONTACTS, 0)
        self._received: dict[int, list[tuple[str, float]]] = {contact: [] for contact in CONTACTS}
        self._seen = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._write, name="crowd")
        self._error: BaseException | None = None

    def __enter__(self) -> Self:
        for contact in CONTACTS:
            self._telegram.add_person(contact, language_code="de")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def stop(self) -> None:
        """No more messages; wait until those that were sent are answered, if they ever are."""
        self._stopped.set()
        self._thread.join()
        if self._error:
            raise self._error
        end = time.monotonic() + LIMIT
        while not all(len(self.answers(contact)) >= self.sent[contact] for contact in CONTACTS):
            if time.monotonic() > end:
                return
            with contextlib.suppress(TimeoutError):
                self._telegram.wait_for_sent(self._seen + 1, timeout=1.0)
            self._read()

    def expected(self, contact: int) -> list[str]:
        """The answers that this contact has to get, in order."""
        return [self._talk.answers[number % QUESTIONS] for number in range(self.sent[contact])]

    def answers(self, contact: int) -> list[tuple[str, list[float]]]:
        """Answers in order, each with the times of its copies: a double comes right after what it repeats."""
        grouped = groupby(self._received[contact], key=lambda each: each[0])
        return [(line, [at for _, at in copies]) for line, copies in grouped]

    def behind(self) -> dict[int, int]:
        """Who waits for an answer, and how many each of them has."""
        return {contact: had for contact in CONTACTS if (had := len(self.answers(contact))) < self.sent[contact]}

    def wait_for_more(self, had: dict[int, int]) -> None:
        """Wait until each of these contacts has more answers than they had, if they ever get one."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and not all(len(self.answers(contact)) > each for contact, each in had.items()):
            time.sleep(0.02)

    def _write(self) -> None:
        try:
            while True:
                for contact in CONTACTS:
                    if self._stopped.wait(PAUSE / len(CONTACTS)):
                        return
                    self._read()
                    if self.sent[contact] - len(self.answers(contact)) < UNANSWERED:
                        self._telegram.send_text(contact, self._talk.questions[self.sent[contact] % QUESTIONS])
                        self.sent[contact] += 1
        except BaseException as error:  # noqa: BLE001 - raised where the test waits
            self._error = error

    def _read(self) -> None:
        new = self._telegram.all_messages(since=self._seen)
        self._seen += len(new)
        for message in new:
            self._received[message.chat_id].append((message.text.splitlines()[0], message.at))


class Starting:
    """A process that starts in the background, so that it can be killed before it is ready."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._lotse = LotseProcess(environment)
        self._thread = threading.Thread(target=self._start, name="start")
        self._thread.start()

    def _start(self) -> None:
        # A process that is killed while it starts never says where it is; `wait` tells the two apart.
        with contextlib.suppress(AssertionError):
            self._lotse.start()

    @property
    def port(self) -> int | None:
        """Where it listens; None while it does not."""
        process = self._lotse.process
        alive = process is not None and process.poll() is None
        return int(self._lotse.url.rpartition(":")[2]) if alive and self._lotse.url else None

    def wait(self) -> None:
        """Wait until it serves."""
        self._thread.join()
        assert self.port, self._lotse.log()

    def kill(self) -> None:
        """SIGKILL, ready or not."""
        while self._lotse.process is None:
            time.sleep(0.01)
        self._lotse.kill()
        self._thread.join()

    def stop(self) -> None:
        """The polite end."""
        self._thread.join()
        self._lotse.stop()


@dataclass
class Killer:
    """Kills at random moments, and remembers when.

    What two kills in a row cut off is not sent a third time, and is lost if it had not arrived yet; test_delivery
    shows this. So whatever a kill may have cut off arrives before the next one that comes to a process at work.
    """

    crowd: Crowd
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - no secret
    kills: list[tuple[float, float]] = field(default_factory=list)
    cut_off: dict[int, int] = field(default_factory=dict)

    def kill(self, victim: Starting) -> None:
        """Kill the process a random time after it came into being, or after it was ready."""
        if self.chance.random() > EARLY:
            victim.wait()
            self.crowd.wait_for_more(self.cut_off)
        time.sleep(self.chance.uniform(0.05, 1.0))
        begun = time.monotonic()
        victim.kill()
        self.kills.append((begun, time.monotonic()))
        self.cut_off = self.crowd.behind()

    def between(self, earlier: float, later: float) -> bool:
        """Whether there was a kill between two moments."""
        return any(earlier - 1 < ended and begun < later for begun, ended in self.kills)


class Forwarder:
    """Passes connections on to a process that is alive, as the load balancer of a city would."""

    def __init__(self, ports: Callable[[], Sequence[int]]) -> None:
        self._ports = ports
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._turn = 0
        self._thread = threading.Thread(target=self._loop.run_forever, name="forwarder", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports = self._ports()
        self._turn += 1
        try:
            behind = await asyncio.open_connection("127.0.0.1", ports[self._turn % len(ports)])
        except (OSError, ZeroDivisionError):
            writer.close()
            return
        await asyncio.gather(_pass_on(reader, behind[1]), _pass_on(behind[0], writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
def telegram() -> Iterator[SimClient]:
    """The stand-in as a process of its own, which delivers side by side across chats."""
    with SimClient.launch() as client:
        client.do("set_delivery", parallel=True)
        yield client


def _environment(telegram: SimClient, database_url: str) -> dict[str, str]:
    return {
        "LOTSE_TELEGRAM_TOKEN": DEFAULT_TOKEN,
        "LOTSE_TELEGRAM_API_URL": telegram.url,
        "LOTSE_DATABASE_URL": database_url,
        "LOTSE_SECRET_KEY": settings.new_key("test"),
    }


def test_killed_under_load_on_sqlite_nothing_is_lost(
    tmp_path: Path, talk: Talk, telegram: SimClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """One process on SQLite is killed thirty times; every message is answered, in order, at worst with a double."""
    environment = _environment(telegram, f"sqlite:///{tmp_path}/lotse.db")
    with Crowd(telegram, talk) as crowd:
        killer = Killer(crowd)
        for _ in range(KILLS):
            killer.kill(Starting(environment))
        last = Starting(environment)
        last.wait()
        crowd.stop()
        last.stop()
    _check(crowd, killer, "SQLite, one process", capsys)


def test_killed_under_load_on_postgresql_nothing_is_lost(
    postgresql: PostgreSQL, talk: Talk, telegram: SimClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two processes on PostgreSQL one is killed thirty times while the other goes on; nothing is lost either."""
    pair = list[Starting]()

    def ports() -> list[int]:
        return [port for each in pair if (port := each.port)]

    with postgresql.database() as url, Forwarder(ports) as forwarder:
        environment = _environment(telegram, url)
        environment["LOTSE_TELEGRAM_MODE"] = "webhook"
        environment["LOTSE_WEBHOOK_SECRET"] = "a-secret-of-this-test"
        environment["LOTSE_PUBLIC_URL"] = forwarder.url
        pair += [Starting(environment), Starting(environment)]
        with Crowd(telegram, talk) as crowd:
            killer = Killer(crowd)
            for _ in range(KILLS):
                chosen = killer.chance.randrange(2)
                pair[1 - chosen].wait()
                killer.kill(pair[chosen])
                pair[chosen] = Starting(environment)
            crowd.stop()
        for each in pair:
            each.stop()
    _check(crowd, killer, "PostgreSQL, two processes", capsys)


def _check(crowd: Crowd, killer: Killer, setting: str, terminal: pytest.CaptureFixture[str]) -> None:
    answers = [answer for contact in CONTACTS for answer in crowd.answers(contact)]
    copies = Counter(len(times) for _, times in answers)
    doubles = f"{copies[2]} sent twice, {sum(copies.values()) - copies[1] - copies[2]} more than twice"
    with terminal.disabled():
        print(  # noqa: T201 - a result of this test
            f"\n{setting}: {len(killer.kills)} kills, {sum(copies.values())} answers, {doubles} (seed {SEED})"
        )
    for contact in CONTACTS:
        assert [line for line, _ in crowd.answers(contact)] == crowd.expected(contact)
    # A kill repeats what was just leaving, once; without a kill nothing is repeated.
    assert max(copies) <= 2
    assert all(killer.between(*pair) for _, times in answers for pair in pairwise(times))
