"""Measures what the confidences of an outside engine are worth, on utterances that it did not learn from."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from bot.understanding.cache import fingerprint_of
from bot.understanding.classifier import OUT_OF_SCOPE, Bands, Probabilities, ranking_of
from bot.understanding.examples import Example
from bot.understanding.files import write_atomically
from bot.understanding.fitting import choose_bands
from bot.understanding.interpreter import InterpreterUnavailable

log = logging.getLogger(__name__)

_ENOUGH = 100  # utterances; fewer tell too little
_KEPT = 4  # calibrations: a model that is loaded again is ready at once

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bands, and what they do to the ``utterances`` they were chosen on.

    ``right``: of those that are sure, the share with the right intent; ``covers``: of those in scope, the share that is
    sure, rightly or not. None where there was nothing to measure.
    """

    bands: Bands
    utterances: int = 0
    right: float | None = None
    covers: float | None = None


class Measured(Protocol):
    """An engine with a model that may be exchanged while we look."""

    @property
    def model(self) -> str:
        """The name of the model."""
        ...

    @property
    def intents(self) -> tuple[str, ...]:
        """What it tells apart, in the order of its probabilities."""
        ...

    async def check(self) -> None:
        """Find out which model is loaded."""
        ...

    async def probabilities(self, text: str) -> Probabilities:
        """Return the probabilities [intents] of an utterance."""
        ...


class Calibrator:
    """Measures each model once, and keeps the result in a folder."""

    def __init__(self, heldout: Sequence[Example], folder: Path) -> None:
        self._heldout = heldout
        self._folder = folder
        self._rows: dict[str, Probabilities] = {}
        self._model = ""

    async def calibrate(self, engine: Measured, progress: Progress, at_once: int = 1) -> Calibration:
        """Return the bands of an engine's present model; each model is only measured once.

        Args:
            engine: it has been checked.
            progress: told how many utterances were asked about, of how many.
            at_once: how many utterances may be asked about side by side.

        Raises:
            InterpreterUnavailable: the engine failed; what it said before is used the next time.
        """
        # Utterances of what the engine does not know tell nothing about what it understands.
        lines = [line for line in self._heldout if line.intent in engine.intents]
        if len(lines) < _ENOUGH:
            log.warning("Only %d held-out utterances: Rasa's bands are not measured, but guessed.", len(lines))
            return Calibration(Bands())
        file = self.file(engine.model, engine.intents)
        known = _read(file)
        if known is not None:
            return known
        model = engine.model
        await self._ask(engine, lines, progress, at_once)
        answered = [line for line in lines if line.text in self._rows]
        await engine.check()
        if engine.model != model or len(answered) < _ENOUGH:
            raise InterpreterUnavailable("wrong model", "wrong model")
        rows = np.stack([self._rows[line.text] for line in answered])
        found = await asyncio.to_thread(_calibration, rows, [line.intent for line in answered], engine.intents)
        self._rows.clear()
        self._keep(file, found)
        return found

    def file(self, model: str, intents: Sequence[str]) -> Path:
        """Return where the calibration of a model that tells ``intents`` apart is kept."""
        lines = [part for line in self._heldout if line.intent in intents for part in (line.text, line.intent)]
        code = Path(__file__).read_text(encoding="utf-8")
        return self._folder / f"bands-{fingerprint_of([model, code, *intents, *lines])[:16]}.json"

    async def _ask(self, engine: Measured, lines: Sequence[Example], progress: Progress, at_once: int) -> None:
        if self._model != engine.model:
            self._model = engine.model
            self._rows.clear()
        texts = list(dict.fromkeys(line.text for line in lines))
        progress(0, len(texts))
        for start in range(0, len(texts), at_once):
            wanted = [text for text in texts[start : start + at_once] if text not in self._rows]
            rows = await asyncio.gather(*map(engine.probabilities, wanted), return_exceptions=True)
            for text, row in zip(wanted, rows, strict=True):
                if not isinstance(row, BaseException):
                    self._rows[text] = row
                elif not isinstance(row, InterpreterUnavailable) or row.reason != "wrong model":
                    # An utterance that is none of our intents to the engine is left to others: it does not count.
                    raise row
            if not self._rows and start >= _ENOUGH:
                break  # it understands nothing of ours: the other two thousand would tell the same
            progress(min(start + at_once, len(texts)), len(texts))

    def _keep(self, file: Path, found: Calibration) -> None:
        try:
            write_atomically(file, json.dumps(asdict(found)).encode())
            kept = sorted(self._folder.glob("bands-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in kept[_KEPT:]:
                path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("The calibration cannot be kept in %s: %s.", self._folder, error.strerror)


def _calibration(probabilities: Probabilities, wanted: Sequence[str], intents: Sequence[str]) -> Calibration:
    """Choose bands on the probabilities [utterances, intents] of utterances that mean ``wanted``."""
    place = {intent: number for number, intent in enumerate(intents)}
    labels = np.array([place[intent] for intent in wanted], np.int64)
    bands = choose_bands(probabilities, labels, place.get(OUT_OF_SCOPE, -1))
    rankings = [ranking_of(intents, row) for row in probabilities]
    sure = [
        (intent, ranking[0].intent)
        for intent, ranking in zip(wanted, rankings, strict=True)
        if bands.band(ranking) == "sure"
    ]
    right = sum(intent == found for intent, found in sure)
    in_scope = sum(intent != OUT_OF_SCOPE for intent in wanted)
    covered = sum(intent != OUT_OF_SCOPE for intent, _ in sure)
    return Calibration(bands, len(wanted), _share(right, len(sure)), _share(covered, in_scope))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _read(file: Path) -> Calibration | None:
    if not file.exists():
        return None
    try:
        found = json.loads(file.read_bytes())
        return Calibration(**{**found, "bands": Bands(**found["bands"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("The calibration %s cannot be read (%s); it is measured again.", file, type(error).__name__)
        return None
