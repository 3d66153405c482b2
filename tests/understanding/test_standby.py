"""Rasa is asked first; whatever happens to it, the message is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from bot.messages import Candidate, Understanding
from bot.understanding.calibration import Calibration
from bot.understanding.classifier import Bands, Probabilities
from bot.understanding.interpreter import InterpreterUnavailable
from bot.understanding.language import Identified
from bot.understanding.standby import First, Progress, Standby


def meaning(intent: str, band: str = "sure") -> Understanding:
    """An understanding of nothing but an intent."""
    return Understanding("de", intent, 0.9, band, (Candidate(intent, 0.9),))  # type: ignore[arg-type]


class Engine:
    """An engine that fails on demand; ``gate`` holds answers back."""

    def __init__(self) -> None:
        self.model = ""
        self.next_model = "one"
        self.intents: tuple[str, ...] = ()
        self.bands: Bands | None = None
        self.missing: frozenset[str] = frozenset()
        self.answers = 0
        self.fails: InterpreterUnavailable | None = None
        self.unreachable: InterpreterUnavailable | None = None
        self.asked: list[str] = []
        self.gate: asyncio.Event | None = None

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return ``rasa`` as the intent."""
        if self.bands is None:
            raise unavailable("measuring")
        if text == "known":
            return meaning("greet")
        await self._ask(text)
        return replace(meaning("rasa"), language=prior or "de")

    async def probabilities(self, text: str) -> Probabilities:
        """Answer the question whether it is there."""
        await self._ask(text)
        return np.zeros(1, np.float32)

    async def close(self) -> None:
        """There is nothing to close."""

    async def check(self) -> None:
        """Take over the next model."""
        if self.unreachable:
            raise self.unreachable
        if self.model != self.next_model:
            self.model, self.bands = self.next_model, None

    async def _ask(self, text: str) -> None:
        self.asked.append(text)
        fails = self.fails
        if self.gate:
            await self.gate.wait()
        if fails:
            raise fails
        self.answers += 1


class Embedded:
    """Always answers."""

    def __init__(self) -> None:
        self.meant = meaning("embedded")

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return what was set."""
        return replace(self.meant, language=prior or "de") if text else meaning("out_of_scope", "unknown")

    def identify(self, text: str, prior: str | None) -> Identified:
        """Return the prior; an empty text tells nothing."""
        return Identified(prior or "de", 1.0, romanised=False, certain=bool(text))


def unavailable(reason: str) -> InterpreterUnavailable:
    """A failure."""
    return InterpreterUnavailable(reason, reason)


@dataclass
class Scene:
    """Both engines, a clock that only tests move, and what was counted."""

    engine: Engine = field(default_factory=Engine)
    embedded: Embedded = field(default_factory=Embedded)
    now: float = 1000.0
    reasons: list[str] = field(default_factory=list)
    measured: list[str] = field(default_factory=list)
    calibrate: Callable[[First, Progress, int], Awaitable[Calibration]] | None = None

    def __post_init__(self) -> None:
        """Tie them together."""

        async def measure(first: First, progress: Progress, _at_once: int) -> Calibration:
            self.measured.append(first.model)
            return await (self.calibrate(first, progress, 1) if self.calibrate else quick())

        async def quick() -> Calibration:
            return Calibration(Bands())

        self.standby = Standby(self.engine, self.embedded, measure, self.reasons.append, lambda: self.now)

    async def says(self, text: str = "wort") -> str:
        """The intent of a text."""
        return (await self.standby.understand(text, "de")).intent


@pytest.fixture
async def scene() -> Scene:
    """Rasa is there and measured."""
    ready = Scene()
    await ready.standby.renew()
    return ready


async def test_rasa_answers_while_it_is_there(scene: Scene) -> None:
    """Nobody else is asked, and nothing is counted."""
    assert await scene.says() == "rasa"
    assert (scene.standby.state, scene.reasons) == ("ok (rasa)", [])


async def test_before_it_was_asked_for_its_model_the_other_answers() -> None:
    """Lotse starts at once."""
    scene = Scene()
    assert scene.standby.state == "embedded (rasa: not asked yet)"
    assert await scene.says() == "embedded"
    assert scene.reasons == ["measuring"]
    assert scene.engine.asked == []


async def test_a_failure_is_answered_by_the_other_and_counted(scene: Scene) -> None:
    """That very message."""
    scene.engine.fails = unavailable("slow")
    assert await scene.says() == "embedded"
    assert (scene.reasons, scene.standby.state) == (["slow"], "embedded (rasa: slow)")


async def test_pauses_grow_up_to_a_minute_and_success_ends_them(scene: Scene) -> None:
    """One, two, four … seconds in which it is not asked."""
    scene.engine.fails = unavailable("unreachable")
    await scene.says()
    for pause in (1, 2, 4, 8, 16, 32, 60, 60):
        scene.engine.asked.clear()
        scene.now += pause - 0.01
        await scene.says()
        assert scene.engine.asked == []
        scene.now += 0.02
        await scene.says()
        assert scene.engine.asked == ["wort"]
    scene.engine.fails = None
    scene.now += 61
    assert await scene.says() == "rasa"
    assert scene.standby.state == "ok (rasa)"
    scene.engine.fails = unavailable("slow")
    await scene.says()
    scene.engine.fails = None
    scene.now += 1.01
    assert await scene.says() == "rasa"


async def test_after_a_pause_a_single_message_tries(scene: Scene) -> None:
    """The others do not wait for it."""
    scene.engine.fails = unavailable("slow")
    await scene.says()
    scene.engine.fails, scene.engine.gate = None, asyncio.Event()
    scene.now += 2
    scene.engine.asked.clear()
    first = asyncio.create_task(scene.says("eins"))
    await asyncio.sleep(0)
    assert [await scene.says(f"mehr {number}") for number in range(5)] == ["embedded"] * 5
    assert scene.engine.asked == ["eins"]
    scene.engine.gate.set()
    assert await first == "rasa"
    assert await scene.says() == "rasa"


async def test_a_trial_that_is_given_up_leaves_the_way_free(scene: Scene) -> None:
    """Whoever asked may be gone."""
    scene.engine.fails = unavailable("slow")
    await scene.says()
    scene.engine.fails, scene.engine.gate = None, asyncio.Event()
    scene.now += 2
    trial = asyncio.create_task(scene.says())
    await asyncio.sleep(0)
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    scene.engine.gate = None
    assert await scene.says() == "rasa"


async def test_messages_that_fail_together_lengthen_the_pause_once(scene: Scene) -> None:
    """Ten people are not ten failures."""
    scene.engine.fails, scene.engine.gate = unavailable("unreachable"), asyncio.Event()
    together = [asyncio.create_task(scene.says()) for _ in range(10)]
    await asyncio.sleep(0)
    scene.engine.gate.set()
    assert await asyncio.gather(*together) == ["embedded"] * 10
    assert scene.reasons == ["unreachable"] * 10
    scene.engine.fails = None
    scene.now += 1.01
    assert await scene.says() == "rasa"


async def test_a_late_answer_does_not_end_a_pause(scene: Scene) -> None:
    """It was asked before the failure."""
    scene.engine.gate = asyncio.Event()
    early = asyncio.create_task(scene.says())
    await asyncio.sleep(0)
    gate, scene.engine.gate, scene.engine.fails = scene.engine.gate, None, unavailable("error")
    await scene.says()
    gate.set()
    assert await early == "rasa"
    assert scene.standby.state == "embedded (rasa: error)"


async def test_what_is_known_word_for_word_is_no_sign_of_life(scene: Scene) -> None:
    """It needs no server, so it ends no pause."""
    scene.engine.fails = unavailable("unreachable")
    await scene.says()
    scene.now += 2
    assert await scene.says("known") == "greet"
    assert scene.standby.state == "embedded (rasa: unreachable)"


async def test_a_message_the_model_has_no_use_for_costs_nobody_else(scene: Scene) -> None:
    """An intent of another city is answered by the other, and Rasa is asked the next one."""
    scene.engine.fails = unavailable("wrong model")
    assert await scene.says() == "embedded"
    assert scene.reasons == ["wrong model"]
    scene.engine.fails = None
    assert await scene.says() == "rasa"


@pytest.mark.parametrize("by", ["message", "check"])
async def test_an_answer_without_use_shows_that_it_is_there_again(scene: Scene, by: str) -> None:
    """It ends a pause like any other answer."""
    scene.engine.fails = unavailable("unreachable")
    await scene.says()
    scene.engine.fails = unavailable("wrong model")
    scene.now += 2
    await (scene.says() if by == "message" else scene.standby.renew())
    assert scene.standby.state == "ok (rasa)"


@pytest.mark.parametrize(
    ("meant", "wins"), [(meaning("faq/new"), True), (meaning("faq/new", "unknown"), False), (meaning("greet"), False)]
)
async def test_missing_topics_are_left_to_the_other(scene: Scene, meant: Understanding, wins: bool) -> None:  # noqa: FBT001
    """It wins where it knows one of them; that is no failure."""
    scene.engine.missing = frozenset({"faq/new"})
    scene.embedded.meant = meant
    assert await scene.says() == (meant.intent if wins else "rasa")
    assert (scene.reasons, scene.standby.state) == ([], "ok (rasa; 1 topics missing)")


async def test_missing_topics_are_told_once_a_model(caplog: pytest.LogCaptureFixture) -> None:
    """By name, for whoever trains it."""
    scene = Scene()
    scene.engine.missing = frozenset({"faq/new", "faq/old"})
    for model in ("one", "one", "two"):
        scene.engine.next_model = model
        await scene.standby.renew()
    assert caplog.text.count("faq/new, faq/old") == 2


async def test_another_model_is_measured_anew(scene: Scene) -> None:
    """And only once."""
    scene.engine.next_model = "two"
    await scene.standby.renew()
    await scene.standby.renew()
    assert scene.measured == ["one", "two"]
    assert await scene.says() == "rasa"


async def test_while_it_is_measured_the_other_answers() -> None:
    """And how far that is can be seen."""
    scene = Scene()
    done = asyncio.Event()

    async def slowly(_first: First, progress: Progress, _at_once: int) -> Calibration:
        progress(512, 2548)
        await done.wait()
        return Calibration(Bands())

    scene.calibrate = slowly
    measuring = asyncio.create_task(scene.standby.renew())
    await asyncio.sleep(0)
    assert scene.standby.state == "embedded (rasa: measuring 512 of 2548)"
    assert await scene.says() == "embedded"
    assert scene.reasons == ["measuring"]
    done.set()
    await measuring
    assert await scene.says() == "rasa"


async def test_a_check_that_fails_is_seen_and_repeated_after_a_pause() -> None:
    """Nobody has to write for that; nothing is counted, for nobody wrote."""
    scene = Scene()
    scene.engine.unreachable = unavailable("unreachable")
    await scene.standby.renew()
    assert scene.standby.state == "embedded (rasa: unreachable)"
    assert await scene.says() == "embedded"
    scene.engine.unreachable = None
    await scene.standby.renew()
    assert scene.standby.state == "embedded (rasa: unreachable)"
    scene.now += 1.01
    await scene.standby.renew()
    assert scene.standby.state == "ok (rasa)"
    assert scene.reasons == ["unreachable"]


async def test_a_check_tries_with_a_sentence_of_its_own(scene: Scene) -> None:
    """A server whose model is there may still fail at every text."""
    scene.engine.fails = unavailable("error")
    await scene.says()
    scene.now += 2
    await scene.standby.renew()
    assert scene.standby.state == "embedded (rasa: error)"
    scene.engine.fails = None
    scene.now += 3
    await scene.standby.renew()
    assert scene.standby.state == "ok (rasa)"


async def test_it_is_watched_until_it_is_there() -> None:
    """The first look is at once."""
    scene = Scene()
    watching = asyncio.create_task(scene.standby.watch())
    while scene.engine.bands is None:  # noqa: ASYNC110 - it ends with the first look
        await asyncio.sleep(0)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert await scene.says() == "rasa"


async def test_only_a_failure_of_both_is_one(scene: Scene) -> None:
    """There is nobody left to ask."""

    class Broken(Embedded):
        async def understand(self, text: str, prior: str | None) -> Understanding:
            raise unavailable("failed") if text and prior else AssertionError

    standby = Standby(scene.engine, Broken(), lambda *_: NotImplemented, scene.reasons.append, lambda: scene.now)
    assert (await standby.understand("wort", "de")).intent == "rasa"
    scene.engine.missing = frozenset({"faq/new"})
    assert (await standby.understand("wort", "de")).intent == "rasa"
    scene.engine.fails = unavailable("slow")
    with pytest.raises(InterpreterUnavailable):
        await standby.understand("wort", "de")


def test_languages_are_told_by_the_standby(scene: Scene) -> None:
    """Rasa knows none, and words of danger wait for nobody."""
    assert scene.standby.identify("пожежа", "uk").language == "uk"
    assert scene.engine.asked == []
