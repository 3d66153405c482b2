"""What an engine's confidences are worth is measured once for each model, and kept."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.understanding.calibration import Calibrator
from bot.understanding.classifier import Bands, Probabilities
from bot.understanding.examples import Example
from bot.understanding.interpreter import InterpreterUnavailable

HELDOUT = [
    *(Example(f"a {number}", "de", "a") for number in range(100)),
    *(Example(f"b {number}", "de", "b") for number in range(60)),
    *(Example(f"x {number}", "de", "out_of_scope") for number in range(40)),
]


class Engine:
    """Right about every utterance but some of ``b``, about which it is less sure."""

    def __init__(self, model: str = "one", intents: Sequence[str] = ("a", "b", "out_of_scope")) -> None:
        self.model = model
        self.intents = tuple(intents)
        self.next_model = model
        self.asked: list[str] = []
        self.fails: dict[str, InterpreterUnavailable] = {}

    async def check(self) -> None:
        """The model may have changed."""
        self.model = self.next_model

    async def probabilities(self, text: str) -> Probabilities:
        """Return [intents]."""
        self.asked.append(text)
        if text in self.fails:
            raise self.fails[text]
        letter, _, number = text.partition(" ")
        wrong = letter == "b" and int(number) % 3 == 0
        meant = {"a": "a", "b": "a" if wrong else "b", "x": "out_of_scope"}[letter]
        share = 0.6 if wrong else 0.9
        rest = (1 - share) / (len(self.intents) - 1)
        return np.array([share if intent == meant else rest for intent in self.intents], np.float32)


def kept(folder: Path) -> list[str]:
    """The files of a folder."""
    return [file.name for file in folder.iterdir()]


def ignore(_done: int, _total: int) -> None:
    """Show no progress."""


async def test_bands_part_what_is_right_from_what_is_not(tmp_path: Path) -> None:
    """Sure is above the confidence at which the engine errs; both figures are of the same utterances."""
    seen: list[tuple[int, int]] = []
    found = await Calibrator(HELDOUT, tmp_path).calibrate(Engine(), lambda *step: seen.append(step))
    assert found.utterances == 200
    assert found.bands.sure > 0.6 or found.bands.margin > 0.4
    assert (found.right, found.covers) == (1.0, 0.875)
    assert (seen[0], seen[-1]) == ((0, 200), (200, 200))


async def test_a_model_is_measured_once(tmp_path: Path) -> None:
    """Another process, or the next start, reads it."""
    first = await Calibrator(HELDOUT, tmp_path).calibrate(Engine(), ignore, at_once=4)
    again = Engine()
    assert await Calibrator(HELDOUT, tmp_path).calibrate(again, ignore) == first
    assert again.asked == []


@pytest.mark.parametrize("change", ["model", "intents", "utterances"])
async def test_what_changes_is_measured_anew(tmp_path: Path, change: str) -> None:
    """Bands belong to one model, one set of intents and one set of utterances."""
    await Calibrator(HELDOUT, tmp_path).calibrate(Engine(), ignore)
    heldout = [*HELDOUT, Example("a 100", "de", "a")] if change == "utterances" else HELDOUT
    engine = {"model": Engine("two"), "intents": Engine(intents=("a", "b", "c", "out_of_scope"))}.get(change, Engine())
    await Calibrator(heldout, tmp_path).calibrate(engine, ignore)
    assert len(engine.asked) == len(heldout)


async def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    """A model that is loaded again is ready at once, but not for ever."""
    for number in range(6):
        await Calibrator(HELDOUT, tmp_path).calibrate(Engine(str(number)), ignore)
    assert len(kept(tmp_path)) == 4
    newest = Engine("5")
    await Calibrator(HELDOUT, tmp_path).calibrate(newest, ignore)
    assert newest.asked == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"bands": {"height": 1}}', json.dumps({"bands": None})])
async def test_a_damaged_file_is_measured_again(tmp_path: Path, content: str) -> None:
    """Whatever is in it."""
    calibrator, engine = Calibrator(HELDOUT, tmp_path), Engine()
    calibrator.file(engine.model, engine.intents).write_text(content)
    assert (await calibrator.calibrate(engine, ignore)).utterances == 200


async def test_too_few_utterances_are_not_measured(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Careful bands are taken, and that is said."""
    engine = Engine()
    found = await Calibrator(HELDOUT[:99], tmp_path).calibrate(engine, ignore)
    assert (found.bands, engine.asked) == (Bands(), [])
    assert "Only 99 held-out utterances" in caplog.text


async def test_utterances_of_unknown_intents_do_not_count(tmp_path: Path) -> None:
    """Neither those that the model does not know, nor those it takes for something that we do not know."""
    engine = Engine()
    engine.fails = {f"a {number}": InterpreterUnavailable("wrong model", "wrong model") for number in range(10)}
    heldout = [*HELDOUT, Example("c 1", "de", "c")]
    found = await Calibrator(heldout, tmp_path).calibrate(engine, ignore)
    assert found.utterances == 190
    assert "c 1" not in engine.asked


async def test_a_model_that_understands_nothing_of_ours_is_given_up_soon(tmp_path: Path) -> None:
    """The rest of the utterances would tell the same."""
    engine = Engine()
    engine.fails = {line.text: InterpreterUnavailable("wrong model", "wrong model") for line in HELDOUT}
    with pytest.raises(InterpreterUnavailable, match="wrong model"):
        await Calibrator(HELDOUT, tmp_path).calibrate(engine, ignore)
    assert len(engine.asked) < 110


async def test_a_failure_stops_the_measuring_which_goes_on_where_it_was(tmp_path: Path) -> None:
    """A server that is started anew need not begin from the start."""
    calibrator, engine = Calibrator(HELDOUT, tmp_path), Engine()
    engine.fails = {"b 0": InterpreterUnavailable("slow", "slow")}
    with pytest.raises(InterpreterUnavailable, match="slow"):
        await calibrator.calibrate(engine, ignore)
    assert kept(tmp_path) == []
    engine.fails.clear()
    engine.asked.clear()
    assert (await calibrator.calibrate(engine, ignore)).utterances == 200
    assert len(engine.asked) == 100


async def test_a_model_that_is_exchanged_meanwhile_is_not_measured(tmp_path: Path) -> None:
    """Half of the answers would be another's."""
    calibrator, engine = Calibrator(HELDOUT, tmp_path), Engine()
    engine.next_model = "two"
    with pytest.raises(InterpreterUnavailable, match="wrong model"):
        await calibrator.calibrate(engine, ignore)
    assert kept(tmp_path) == []
    assert (await calibrator.calibrate(engine, ignore)).utterances == 200
    assert len(engine.asked) == 400


async def test_a_folder_that_cannot_be_written_hinders_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The bands are used all the same."""
    folder = tmp_path / "rasa"
    folder.write_text("a file")
    assert (await Calibrator(HELDOUT, folder).calibrate(Engine(), ignore)).utterances == 200
    assert "cannot be kept" in caplog.text
