"""The simple engines learn a tiny set, keep their promise on held-out examples, and are found by name."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.errors import LotseError
from bot.evaluation import baselines, engines
from bot.evaluation.reading import Line
from bot.evaluation.running import evaluate
from bot.messages import Candidate, Understanding
from bot.settings import ROOT
from bot.understanding.examples import Example, read_intents
from bot.understanding.interpreter import InterpreterUnavailable
from bot.understanding.normalise import key_of
from bot.understanding.phrase_files import Phrases
from bot.understanding.safety import SafetyWords
from tests.understanding.conftest import EXAMPLES, SpellingEncoder

BASELINES = [name for name in engines.NAMES if name not in ("lotse", "rasa")]
LINES = [
    Line("x", 1, "de", "ich suche einen deutschkurs bitte", "find_course"),
    Line("x", 2, "en", "how can i open a bank account", "faq/bank-account"),
    Line("x", 3, "tr", "banka hesabı açmak", "faq/bank-account"),
    Line("x", 4, "de", "Hilfe, es brennt in unserem Haus", "emergency"),
]


def ignore(_done: int, _total: int) -> None:
    """Show no progress."""


@pytest.fixture
def workshop(tmp_path: Path) -> engines.Workshop:
    """A tiny training set and an encoder without weights."""
    return engines.Workshop(EXAMPLES, SpellingEncoder(), tmp_path, {}, lambda _label: ignore)


@pytest.mark.parametrize("name", BASELINES)
def test_each_baseline_learns_its_examples(name: str, workshop: engines.Workshop) -> None:
    """It understands what is close to them, behind the words of danger."""
    (found,) = engines.compare([name], workshop, SafetyWords.read(ROOT / "nlu" / "safety"), LINES)
    assert found.engine == name
    assert [each.meant.intent for each in found.judged] == [line.label for line in LINES]
    assert all(len(each.meant.ranking) == 5 for each in found.judged[:3])
    for each in found.judged:
        confidences = [candidate.confidence for candidate in each.meant.ranking]
        assert confidences == sorted(confidences, reverse=True)


@pytest.mark.parametrize("fit", [baselines.bm25, baselines.nearest_tfidf, baselines.logistic_regression])
def test_an_utterance_without_known_letters_is_not_sure(fit: baselines.Fit) -> None:
    """It shares nothing with any example."""
    engine = baselines.train(EXAMPLES, fit, ignore)
    assert asyncio.run(engine.understand("漢字", None)).band != "sure"


def test_bm25_scores_a_whole_example_highest() -> None:
    """Rare n-grams weigh more than frequent ones; an intent without examples never wins."""
    labels = np.array([1, 0, 0], np.int64)
    scorer = baselines.bm25(["kurs deutsch", "kurs sport", "kurs chor"], labels, 3)
    scores = scorer(["deutsch", "kurs chor", "kurs für deutsch"])
    assert scores.argmax(axis=1).tolist() == [1, 0, 1]
    assert scores[2, 1] > 2 * scores[2, 0] > 0
    assert (scores[:, 2] == -1).all()
    assert (scores <= 1).all()


def test_sure_is_as_wide_as_the_promise_allows() -> None:
    """97 of 100 are right: of these 200 the last 100 are wrong, so three of them may be sure too."""
    scores = np.zeros((200, 3), np.float32)
    scores[:, 0] = np.linspace(1, 0.5, 200)
    labels = np.repeat(np.array([0, 1], np.int64), 100)
    assert baselines.choose_sure(scores, labels, -1) == baselines.Sure(float(scores[102, 0]), 0.0)
    assert baselines.choose_sure(scores, np.zeros(200, np.int64), -1).score == pytest.approx(0.5)


def test_a_lead_may_be_what_makes_sure() -> None:
    """Where scores say nothing, how far the first lies before the second still does."""
    scores = np.full((200, 3), 0.0, np.float32)
    scores[:, 0], scores[::2, 1] = 0.9, 0.8
    labels = np.tile(np.array([1, 0], np.int64), 100)
    chosen = baselines.choose_sure(scores, labels, -1)
    assert chosen.score == pytest.approx(0.9)
    assert 0.1 < chosen.lead <= 0.9


def test_examples_of_one_score_are_sure_together() -> None:
    """A threshold cannot part them, so a wrong one among them spoils them all."""
    scores = np.array([[0.9, 0.1]] * 10 + [[0.5, 0.1]] * 10, np.float32)
    labels = np.array([0] * 19 + [1], np.int64)
    assert baselines.choose_sure(scores, labels, -1).score == pytest.approx(0.9)
    assert baselines.choose_sure(scores, labels[::-1], -1).score == float("inf")


def test_foreign_utterances_push_the_threshold_above_them() -> None:
    """Out of scope that looks like an intent may not be answered."""
    scores = np.zeros((400, 2), np.float32)
    scores[:, 0] = np.linspace(1, 0, 400)
    labels = np.zeros(400, np.int64)
    labels[[100, 200, 300]] = 1
    assert baselines.choose_sure(scores, labels, 1).score > scores[100, 0]
    assert baselines.choose_sure(scores, labels, -1).score < scores[300, 0]


def _scripted(texts: Sequence[str], labels: baselines.Labels, intents: int) -> baselines.Scorer:
    """Give every text its own first label for sure, and any other text the first intent."""
    known = dict(zip(texts, labels.tolist(), strict=True))

    def score(asked: Sequence[str]) -> baselines.Scores:
        scores = np.zeros((len(asked), intents), np.float32)
        for row, text in enumerate(asked):
            scores[row, known.get(text, 0)] = 1.0 if text in known else 0.5
        return scores

    return score


@pytest.mark.parametrize(("amount", "asked"), [(100, 100), (99, 0)])
def test_thresholds_are_chosen_on_the_utterances_that_lotse_has(amount: int, asked: int) -> None:
    """Not on folds of the examples, if there are enough; those of unknown intents do not count."""
    first = min(example.intent for example in EXAMPLES)
    heldout = [Example(f"neu {number}", "de", first) for number in range(amount)]
    heldout += [Example(f"fremd {number}", "de", "faq/nowhere") for number in range(50)]
    fits: list[int] = []
    seen: list[str] = []

    def fit(texts: Sequence[str], labels: baselines.Labels, intents: int) -> baselines.Scorer:
        fits.append(len(texts))
        scorer = _scripted(texts, labels, intents)

        def score(asked_now: Sequence[str]) -> baselines.Scores:
            seen.extend(asked_now)
            return scorer(asked_now)

        return score

    engine = baselines.train(EXAMPLES, fit, ignore, heldout)
    assert len([text for text in seen if text.startswith("neu")]) == asked
    assert not any(text.startswith("fremd") for text in seen)
    if asked:
        assert fits == [len(EXAMPLES)]
        assert engine.sure == baselines.Sure(0.5, 0.0)
    else:
        assert len(fits) > 2


@pytest.mark.parametrize("name", BASELINES)
def test_each_baseline_takes_the_held_out_utterances(name: str, workshop: engines.Workshop) -> None:
    """They are given with what engines are made of."""
    heldout = [Example(f"wie ist das wetter {number}", "de", "out_of_scope") for number in range(120)]
    given = replace(workshop, heldout=heldout)
    (found,) = engines.compare([name], given, SafetyWords(Phrases()), LINES)
    assert len(found.judged) == len(LINES)


def test_what_is_loaded_at_the_first_question_is_loaded_before_the_time_is_taken() -> None:
    """The first question is none of the lines, no danger, no example, and long enough for whatever there is."""
    asked: list[str] = []

    class Listening:
        async def understand(self, text: str, prior: str | None) -> Understanding:
            asked.append(text)
            return Understanding(prior or "de", "greet", 1.0, "sure", (Candidate("greet", 1.0),))

    evaluate("x", Listening(), [LINES[3]], ignore)
    assert asked[1:] == [LINES[3].text]
    assert SafetyWords.read(ROOT / "nlu" / "safety").find(asked[0]) is None
    assert key_of(asked[0]) not in {key_of(example.text) for example in read_intents(ROOT / "nlu" / "data")}


def test_names_are_checked_before_anything_is_trained() -> None:
    """Each once; ``lotse`` is there anyway."""
    assert engines.names_of(" nearest, lotse,nearest ,bm25-ngrams", "") == ["nearest", "bm25-ngrams"]
    assert engines.names_of("", "") == []
    assert engines.names_of("lotse,rasa,nearest", "http://rasa", "rasa") == ["lotse", "nearest"]
    with pytest.raises(LotseError, match=r'no engine "gpt"\. Choose from lotse, rasa, bm25-ngrams'):
        engines.names_of("nearest,gpt", "")


@pytest.mark.parametrize(("compared", "shown"), [("nearest,rasa", "lotse"), ("nearest", "rasa"), ("", "rasa")])
def test_rasa_needs_an_address(compared: str, shown: str) -> None:
    """Which is said before the others take minutes."""
    with pytest.raises(LotseError, match="set LOTSE_RASA_URL"):
        engines.names_of(compared, "", shown)


def test_engines_of_lotse_itself_are_made_when_their_turn_comes(workshop: engines.Workshop) -> None:
    """They stand behind the words of danger like the others."""

    class Own:
        async def understand(self, text: str, prior: str | None) -> Understanding:
            return Understanding(prior or "de", f"own/{len(text)}", 1.0, "sure", (Candidate("own", 1.0),))

    given = replace(workshop, own={"rasa": Own})
    (found,) = engines.compare(["rasa"], given, SafetyWords.read(ROOT / "nlu" / "safety"), LINES)
    assert found.engine == "rasa"
    assert [each.meant.intent[:4] for each in found.judged] == ["own/", "own/", "own/", "emer"]


@pytest.mark.parametrize("line", LINES[-2:])
def test_an_engine_that_fails_at_a_line_stops_the_evaluation(line: Line, workshop: engines.Workshop) -> None:
    """Figures of an engine that was not there would be wrong, even at a danger that the words alone find."""

    class Broken:
        async def understand(self, text: str, prior: str | None) -> Understanding:
            raise InterpreterUnavailable("slow" if text else str(prior), "slow")

    given = replace(workshop, own={"rasa": lambda: engines.Alone(Broken())})
    with pytest.raises(LotseError, match=r"gave no answer to one of the lines \(slow\)"):
        engines.compare(["rasa"], given, SafetyWords.read(ROOT / "nlu" / "safety"), [line])
