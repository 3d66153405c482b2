"""``lotse run`` with Rasa beside it: Rasa answers, is killed, and comes back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from bot import bootstrap, settings
from bot.understanding.calibration import Calibration, Calibrator
from bot.understanding.classifier import Bands
from tests.e2e.conftest import telegram_environment
from tests.e2e.test_telegram_talk import choose
from tests.e2e.town import PATIENCE, Person, Town, eventually, plain
from tests.fakes.rasa import TOKEN, FakeRasa, answer
from tests.fakes.telegram import SimClient
from tests.processes import LotseProcess, lotse

T = TypeVar("T")

MODEL = "a-model-of-the-tests"
TOPIC = "bank-account"
SECRET = "Seit Tagen tut mir der Zahn weh, welcher Zahnarzt nimmt mich"
"""A question about doctors, but Rasa is told that it means the topic: so it is seen who answers."""


@pytest.fixture
def bands(mind: bootstrap.Mind) -> Iterator[None]:
    """Measuring the stand-in would take a while and tell nothing."""
    file = Calibrator(mind.heldout, settings.ROOT / "var" / "rasa").file(MODEL, sorted(intents_of(mind)))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(Calibration(Bands(0.7, 0.2, 0.2), 2000, 0.99, 0.8))), encoding="utf-8")
    yield
    file.unlink(missing_ok=True)


@pytest.fixture
async def rasa(mind: bootstrap.Mind, bands: None) -> AsyncIterator[FakeRasa]:  # noqa: ARG001 - they lie there
    """A Rasa that knows all topics and is sure of one."""
    async with FakeRasa(intents_of(mind), model=MODEL) as fake:
        fake.default = answer({"out_of_scope": 0.9, "greet": 0.05})
        fake.answers[SECRET] = answer({f"faq/{TOPIC}": 0.95, "greet": 0.02})
        yield fake


@pytest.fixture
def environment(rasa: FakeRasa) -> dict[str, str]:
    """What lets Lotse find it."""
    return {"LOTSE_RASA_URL": rasa.url, "LOTSE_RASA_TOKEN": TOKEN}


def intents_of(mind: bootstrap.Mind) -> set[str]:
    """All that Lotse knows."""
    return {*mind.interpreter.reader.intents, *(f"faq/{topic}" for topic in mind.catalogue.faq)}


async def beside(work: Callable[[], T]) -> T:
    """Do what waits in a thread, so that the stand-in goes on."""
    return await asyncio.to_thread(work)


class Watched:
    """A running Lotse and somebody who writes to it."""

    def __init__(self, town: Town) -> None:
        self.url = town.process.url
        self.person: Person = town.person("de")
        self.title = town.catalogue.faq[TOPIC].texts["de"].title
        choose(self.person, "de")

    def is_answered_by_rasa(self) -> bool:
        """Whether the answer is the one that only Rasa knows."""
        return self.title in plain(self.person.says(SECRET)[0])

    def interpreter(self) -> str:
        """What ``/readyz`` says; Lotse is ready all the time."""
        answered = httpx.get(f"{self.url}/readyz", timeout=PATIENCE)
        assert answered.status_code == httpx.codes.OK
        return str(answered.json()["interpreter"])

    def fallbacks(self, reason: str) -> float:
        """The figure in ``/metrics``."""
        start = f'lotse_interpreter_fallback_total{{reason="{reason}"}} '
        lines = httpx.get(f"{self.url}/metrics", timeout=PATIENCE).text.splitlines()
        found = [line for line in lines if line.startswith(start)]
        return float(found[0].removeprefix(start))


async def test_an_outage_of_rasa_is_none_of_lotse(
    sim: SimClient, mind: bootstrap.Mind, environment: dict[str, str], rasa: FakeRasa, tmp_path: Path
) -> None:
    """Rasa answers; it is killed, and the very next message is answered; it comes back, and answers again."""
    given = {**telegram_environment(sim, tmp_path), **environment}
    process = LotseProcess(given)
    town = Town(sim, process, given, catalogue=mind.catalogue, ids=iter([510_777_001]), folder=tmp_path)
    await beside(town.start)
    try:
        seen = await beside(lambda: Watched(town))
        await beside(lambda: eventually(lambda: seen.interpreter() == "ok (rasa)"))
        assert await beside(lambda: seen.fallbacks("unreachable")) == 0
        assert await beside(seen.is_answered_by_rasa)
        await rasa.stop()
        assert not await beside(seen.is_answered_by_rasa)
        assert await beside(seen.interpreter) == "embedded (rasa: unreachable)"
        assert await beside(lambda: seen.fallbacks("unreachable")) == 1
        await rasa.start()
        await beside(lambda: eventually(seen.is_answered_by_rasa))
        assert await beside(seen.interpreter) == "ok (rasa)"
    finally:
        await beside(process.stop)
    assert "Rasa answers again" in process.log()
    assert "Zahn" not in process.log()
    assert TOKEN not in process.log()


async def test_lotse_starts_without_rasa(
    sim: SimClient, mind: bootstrap.Mind, environment: dict[str, str], rasa: FakeRasa, tmp_path: Path
) -> None:
    """At once, and people are answered; it is found when it is there."""
    await rasa.stop()
    given = {**telegram_environment(sim, tmp_path), **environment}
    process = LotseProcess(given)
    town = Town(sim, process, given, catalogue=mind.catalogue, ids=iter([510_777_002]), folder=tmp_path)
    await beside(town.start)
    try:
        seen = await beside(lambda: Watched(town))
        assert not await beside(seen.is_answered_by_rasa)
        assert await beside(seen.interpreter) == "embedded (rasa: unreachable)"
        await rasa.start()
        await beside(lambda: eventually(lambda: seen.interpreter() == "ok (rasa)"))
        assert await beside(seen.is_answered_by_rasa)
    finally:
        await beside(process.stop)


async def test_understand_goes_through_rasa_and_says_when_it_did_not(
    environment: dict[str, str], rasa: FakeRasa
) -> None:
    """How many lines, and why; what was written does not stand there."""
    done = await beside(lambda: lotse("understand", environment=environment, given=SECRET))
    assert json.loads(done.stdout)["intent"] == f"faq/{TOPIC}"
    assert "embedded" not in done.stderr
    await rasa.stop()
    done = await beside(lambda: lotse("understand", environment=environment, given=f"{SECRET}\n{SECRET}"))
    assert len(done.stdout.splitlines()) == 2
    assert "2 lines were answered by the embedded interpreter (unreachable: 2)" in done.stderr
    assert "Zahn" not in done.stderr
    assert TOKEN not in done.stderr


async def test_chat_goes_through_rasa(environment: dict[str, str], mind: bootstrap.Mind, tmp_path: Path) -> None:
    """From the first line on."""
    given = {**environment, "LOTSE_DATABASE_URL": f"sqlite:///{tmp_path}/lotse.db"}
    arguments = ("chat", "--language", "de", "--script", "-")
    done = await beside(lambda: lotse(*arguments, environment=given, given=f"{SECRET}\n"))
    assert mind.catalogue.faq[TOPIC].texts["de"].title in done.stdout


async def test_rasa_is_evaluated_alone(environment: dict[str, str], rasa: FakeRasa, tmp_path: Path) -> None:
    """The same tables; where it gives no answer, nothing is shown."""
    file = tmp_path / "lines.jsonl"
    file.write_text(json.dumps({"lang": "de", "text": SECRET, "label": f"faq/{TOPIC}"}), encoding="utf-8")
    arguments = ("evaluate", "--engine", "rasa", "--compare", "lotse", "--json", str(file))
    done = await beside(lambda: lotse(*arguments, environment=environment))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["engine"], report["overall"]["top1"]["value"]) == ("rasa", 1.0)
    assert list(report["engines"]) == ["rasa", "lotse"]
    rasa.broken = "error"
    done = await beside(lambda: lotse(*arguments, environment=environment))
    assert (done.returncode, done.stdout) == (2, "")
    assert "gave no answer to one of the lines (error 500)" in done.stderr


async def test_calibrate_shows_what_sure_is_worth(environment: dict[str, str], rasa: FakeRasa) -> None:
    """Where there is no Rasa, it says what to do."""
    done = await beside(lambda: lotse("calibrate", environment=environment))
    assert done.returncode == 0, done.stderr
    assert "sure    from 0.70 on, at least 0.20 before the second" in done.stdout
    assert "covers 80.0% of those in scope" in done.stdout
    await rasa.stop()
    done = await beside(lambda: lotse("calibrate", environment=environment))
    assert done.returncode == 2
    assert "There is no Rasa at LOTSE_RASA_URL" in done.stderr
    done = await beside(lambda: lotse("calibrate", environment={}))
    assert "set LOTSE_RASA_URL" in done.stderr
