"""The engines that may be set side by side, by name; a new one is a new line in ``_ENGINES``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import LotseError
from bot.evaluation import baselines
from bot.evaluation.reading import Line
from bot.evaluation.running import Evaluation, Progress, evaluate
from bot.messages import Understanding
from bot.understanding.cache import encode_with_cache
from bot.understanding.encoder import Encoder
from bot.understanding.examples import Example
from bot.understanding.guarded import Guarded
from bot.understanding.interpreter import Interpreter, InterpreterUnavailable
from bot.understanding.normalise import clean_utterance
from bot.understanding.safety import SafetyWords

LOTSE, RASA = "lotse", "rasa"
NOTES = (
    "AUROC: how well the confidence in the best answer parts in scope from out of scope. All engines learn from the",
    "same examples and stand behind the same words of danger. The baselines have no bands of their own: each is sure",
    "from the score and the lead before its second intent on that kept 97 % right, and answered at most 3 % of",
    "out_of_scope, with as many sure as possible; measured, as for lotse, on utterances held out of all learning",
    "(nlu/calibration; with fewer than 100 of them: folds of the training examples). So are the bands of rasa, whose",
    "model learnt from what it was trained on.",
)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What engines are made of: training examples, the encoder, the folder of encoded sentences.

    ``own`` are the engines that Lotse itself can run on, by name. ``heldout`` are utterances by other hands, from which
    only the thresholds are chosen.
    """

    examples: Sequence[Example]
    encoder: Encoder
    cache: Path
    own: Mapping[str, Callable[[], Interpreter]]
    progress: Callable[[str], Progress]
    heldout: Sequence[Example] = ()


@dataclass(frozen=True, slots=True)
class Alone:
    """An engine behind a network without anybody on standby: where it gives no answer, everything stops."""

    interpreter: Interpreter

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return what was meant.

        Raises:
            LotseError: there is no answer, not even "not understood".
        """
        try:
            return await self.interpreter.understand(text, prior)
        except InterpreterUnavailable as error:
            raise LotseError(f"The engine gave no answer to one of the lines ({error}), so nothing is shown.") from None


def no_rasa() -> LotseError:
    """Say what is needed for Rasa."""
    return LotseError('"rasa" cannot be asked: set LOTSE_RASA_URL to the address of a Rasa server.')


def _lexical(fit: baselines.Fit) -> Callable[[Workshop], Interpreter]:
    def make(workshop: Workshop) -> Interpreter:
        return baselines.train(workshop.examples, fit, workshop.progress("Training"), workshop.heldout)

    return make


def _nearest(workshop: Workshop) -> Interpreter:
    texts = [clean_utterance(example.text) for example in [*workshop.examples, *workshop.heldout]]
    vectors = encode_with_cache(texts, workshop.encoder, workshop.cache, workshop.progress("Encoding"))
    fit = baselines.nearest_vectors(workshop.encoder, dict(zip(texts, vectors, strict=True)))
    return baselines.train(workshop.examples, fit, workshop.progress("Training"), workshop.heldout)


_ENGINES: Mapping[str, Callable[[Workshop], Interpreter]] = {
    "bm25-ngrams": _lexical(baselines.bm25),
    "tfidf-ngrams": _lexical(baselines.nearest_tfidf),
    "nearest": _nearest,
    "tfidf-logreg": _lexical(baselines.logistic_regression),
}
NAMES = (LOTSE, RASA, *_ENGINES)


def names_of(text: str, rasa_url: str, shown: str = LOTSE) -> list[str]:
    """Read names parted by commas; each once, in their order, without the engine that is ``shown`` anyway.

    Raises:
        LotseError: a name is not known, or it is known already that the engine cannot be had.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in NAMES]:
        raise LotseError(f'There is no engine "{unknown[0]}". Choose from {", ".join(NAMES)}.')
    if RASA in (shown, *names) and not rasa_url:
        raise no_rasa()
    return [name for name in dict.fromkeys(names) if name != shown]


def compare(names: Sequence[str], workshop: Workshop, safety: SafetyWords, lines: Sequence[Line]) -> list[Evaluation]:
    """Train and evaluate engines, one after the other; all stand behind the words of danger.

    Raises:
        LotseError: an engine cannot be had.
    """
    found = []
    for name in names:
        engine = workshop.own[name]() if name in workshop.own else _ENGINES[name](workshop)
        interpreter = Guarded(engine, safety)
        found.append(evaluate(name, interpreter, lines, workshop.progress(f"Evaluating {name}")))
    return found
