"""Two interpreters as one: where the first gives no answer, the other answers that very message."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.messages import Understanding
from bot.understanding.calibration import Calibration, Measured
from bot.understanding.classifier import Bands
from bot.understanding.interpreter import Interpreter, InterpreterUnavailable
from bot.understanding.language import Identified

log = logging.getLogger(__name__)

_CHECK_EVERY = 30.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds

_PROBE = "Guten Tag"
_NO_USE = "wrong model"  # of one message: the server answers, and may understand the next one

Progress = Callable[[int, int], None]


class First(Interpreter, Measured, Protocol):
    """The engine that is asked first, such as ``RasaInterpreter``."""

    bands: Bands | None
    """What its confidences are worth; None while nobody has measured it."""

    @property
    def missing(self) -> frozenset[str]:
        """The intents that Lotse knows and its model does not."""
        ...

    @property
    def answers(self) -> int:
        """How often its server has answered; what is known word for word needs no server."""
        ...

    async def close(self) -> None:
        """Let its connections go."""
        ...


class Second(Interpreter, Protocol):
    """The one that always answers, such as ``EmbeddedInterpreter``."""

    def identify(self, text: str, prior: str | None) -> Identified:
        """Say which language a text is in."""
        ...


class Standby:
    """An interpreter that always answers, and says in ``state`` which of the two does.

    A failure of the first starts a pause in which it is not asked; it doubles with every further failure, up to a
    minute. After a pause a single message tries again.
    """

    def __init__(
        self,
        first: First,
        standby: Second,
        calibrate: Callable[[First, Progress, int], Awaitable[Calibration]],
        on_fallback: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take both, and how the first is measured; ``on_fallback`` is told why the standby answers a message."""
        self._first = first
        self._standby = standby
        self._calibrate = calibrate
        self._on_fallback = on_fallback
        self._clock = clock
        # As words, not as the exception: that would keep alive what the person wrote.
        self._failure: tuple[str, str] | None = None
        self._failures = 0
        self._pause = 0.0
        self._until = 0.0
        self._trying = False
        self._measured = "not asked yet"
        self._told = ""

    @property
    def state(self) -> str:
        """Say who answers, and why, in a few words."""
        if self._failure is not None:
            return f"embedded (rasa: {self._failure[0]})"
        if self._first.bands is None:
            return f"embedded (rasa: {self._measured})"
        missing = len(self._first.missing)
        return f"ok (rasa; {missing} topics missing)" if missing else "ok (rasa)"

    async def close(self) -> None:
        """Let the first's connections go."""
        await self._first.close()

    def identify(self, text: str, prior: str | None) -> Identified:
        """Say which language a text is in: that is known here, whoever says what it means."""
        return self._standby.identify(text, prior)

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return what the first understood, or else the standby.

        Raises:
            InterpreterUnavailable: the standby failed as well.
        """
        try:
            found = await self._try(text, prior)
        except InterpreterUnavailable as error:
            self._on_fallback(error.reason)
        else:
            return await self._with_missing(found, text, prior)
        return await self._standby.understand(text, prior)

    async def watch(self) -> None:
        """Look at the first again and again: it may come and go, or change its model."""
        while True:
            await self.renew()
            left = max(self._until - self._clock(), _SHORTEST_PAUSE) if self._failure is not None else _CHECK_EVERY
            await asyncio.sleep(min(left, _CHECK_EVERY))

    async def renew(self, progress: Progress | None = None, at_once: int = 1) -> None:
        """Find out which model the first has, and measure it where nobody has yet; failures end up in ``state``.

        Args:
            progress: told how many utterances are measured, of how many.
            at_once: how many of them are asked about side by side.
        """
        if self._failure is not None and self._resting():
            return
        self._trying = self._failure is not None
        failures = self._failures
        try:
            await self._first.check()
            self._tell_missing()
            if self._first.bands is None:
                self._failure, self._measured = None, "measuring"
                found = await self._calibrate(self._first, progress or self._measuring, at_once)
                self._first.bands = found.bands
            elif self._failure is not None:
                await self._probe()
            if failures == self._failures:
                self._succeeded()
        except InterpreterUnavailable as error:
            self._failed(error)
        finally:
            self._trying = False

    async def _try(self, text: str, prior: str | None) -> Understanding:
        """Ask the first, if it may be asked; learn from how that ends."""
        if self._failure is not None and (self._resting() or self._first.bands is None):
            raise InterpreterUnavailable(*self._failure)
        self._trying = self._failure is not None
        failures, answers = self._failures, self._first.answers
        try:
            found = await self._first.understand(text, prior)
        except InterpreterUnavailable as error:
            # Of messages that were under way together, only one lengthens the pause.
            if failures == self._failures:
                self._learn(error)
            raise
        finally:
            if failures == self._failures:
                self._trying = False
        if failures == self._failures and self._first.answers > answers:
            self._succeeded()
        return found

    async def _probe(self) -> None:
        try:
            await self._first.probabilities(_PROBE)
        except InterpreterUnavailable as error:
            if error.reason != _NO_USE:
                raise

    def _resting(self) -> bool:
        return self._trying or self._clock() < self._until

    def _learn(self, error: InterpreterUnavailable) -> None:
        if error.reason == _NO_USE:
            self._succeeded()
        elif self._first.bands is not None:
            self._failed(error)

    def _failed(self, error: InterpreterUnavailable) -> None:
        if self._failure is None:
            log.warning("Rasa gives no answer (%s): the embedded interpreter answers.", error)
        self._failure = str(error), error.reason
        self._failures += 1
        self._trying = False
        self._pause = min(max(2 * self._pause, _SHORTEST_PAUSE), _LONGEST_PAUSE)
        self._until = self._clock() + self._pause

    def _succeeded(self) -> None:
        if self._failure is not None:
            log.warning("Rasa answers again.")
        self._failure, self._pause = None, 0.0

    def _measuring(self, done: int, total: int) -> None:
        self._measured = f"measuring {done} of {total}"

    def _tell_missing(self) -> None:
        if self._told != self._first.model and self._first.missing:
            names = ", ".join(sorted(self._first.missing))
            log.warning("The model of Rasa lacks these topics, which are left to the embedded interpreter: %s", names)
        self._told = self._first.model

    async def _with_missing(self, found: Understanding, text: str, prior: str | None) -> Understanding:
        """What the first has never heard of, the standby may know."""
        missing = self._first.missing
        if not missing:
            return found
        try:
            other = await self._standby.understand(text, prior)
        except InterpreterUnavailable:
            return found
        return other if other.intent in missing and other.band != "unknown" else found
