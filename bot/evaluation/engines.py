"""The engines that may be set side by side, by name; a new one is a new line in ``_ENGINES``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import LotseError
from bot.evaluation import baselines
from bot.evaluation.reading import Line
from bot.evaluation.running import Evaluation, Progress, evaluate
from bot.understanding.cache import encode_with_cache
from bot.understanding.encoder import Encoder
from bot.understanding.examples import Example
from bot.understanding.guarded import Guarded
from bot.understanding.interpreter import Interpreter
from bot.understanding.normalise import clean_utterance
from bot.understanding.safety import SafetyWords

LOTSE = "lotse"
NOTES = (
    "AUROC: how well the confidence in the best answer parts in scope from out of scope. All engines learn from the",
    "same examples and stand behind the same words of danger. The baselines have no bands of their own: each is sure",
    "from the score and the lead before its second intent on that kept 97 % right, and answered at most 3 % of",
    "out_of_scope, with as many sure as possible; measured, as for lotse, on utterances held out of all learning",
    "(nlu/calibration; with fewer than 100 of them: folds of the training examples).",
)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What engines are made of: training examples, the encoder, the folder of encoded sentences, Rasa's address.

    ``heldout`` are utterances by other hands, from which only the thresholds are chosen.
    """

    examples: Sequence[Example]
    encoder: Encoder
    cache: Path
    rasa_url: str
    progress: Callable[[str], Progress]
    heldout: Sequence[Example] = ()


def _no_rasa(url: str) -> LotseError:
    if not url:
        return LotseError('"rasa" cannot be compared: set LOTSE_RASA_URL to the address of a Rasa server.')
    return LotseError('"rasa" cannot be compared: this version does not speak to Rasa yet. Leave it out.')


def _rasa(workshop: Workshop) -> Interpreter:
    raise _no_rasa(workshop.rasa_url)


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
    "rasa": _rasa,
    "bm25-ngrams": _lexical(baselines.bm25),
    "tfidf-ngrams": _lexical(baselines.nearest_tfidf),
    "nearest": _nearest,
    "tfidf-logreg": _lexical(baselines.logistic_regression),
}
NAMES = (LOTSE, *_ENGINES)


def names_of(text: str, rasa_url: str) -> list[str]:
    """Read names parted by commas; each once, in their order, without ``lotse``, which is there anyway.

    Raises:
        LotseError: a name is not known, or it is known already that the engine cannot be had.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in NAMES]:
        raise LotseError(f'There is no engine "{unknown[0]}". Choose from {", ".join(NAMES)}.')
    if "rasa" in names:
        raise _no_rasa(rasa_url)
    return [name for name in dict.fromkeys(names) if name != LOTSE]


def compare(names: Sequence[str], workshop: Workshop, safety: SafetyWords, lines: Sequence[Line]) -> list[Evaluation]:
    """Train and evaluate engines, one after the other; all stand behind the words of danger.

    Raises:
        LotseError: an engine cannot be had.
    """
    found = []
    for name in names:
        interpreter = Guarded(_ENGINES[name](workshop), safety)
        found.append(evaluate(name, interpreter, lines, workshop.progress(f"Evaluating {name}")))
    return found
