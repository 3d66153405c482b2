"""Says which intent an utterance has, how sure that is, and from where on to act on it; plain NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.messages import Band, Candidate
from bot.understanding.encoder import Vectors
from bot.understanding.features import Features

OUT_OF_SCOPE = "out_of_scope"
RANKING_LENGTH = 5
Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bands:
    """From which probability on an intent is acted on (``sure``) or asked about (``unsure``).

    ``margin`` is how far the first must lie before the second to be sure.
    """

    sure: float = 0.75
    margin: float = 0.2
    unsure: float = 0.2

    def band(self, ranking: Sequence[Candidate]) -> Band:
        """Return what to do with a ranking.

        Out of scope is either sure or unknown: nobody is asked "Did you mean something else?".
        """
        first = ranking[0]
        second = ranking[1].confidence if len(ranking) > 1 else 0.0
        if first.confidence >= self.sure and first.confidence - second >= self.margin:
            return "sure"
        best_answer = next((c.confidence for c in ranking if c.intent != OUT_OF_SCOPE), 0.0)
        out_of_scope_leads = first.intent == OUT_OF_SCOPE and best_answer < first.confidence / 2
        return "unknown" if best_answer < self.unsure or out_of_scope_leads else "unsure"


@dataclass(frozen=True)
class Classifier:
    """A fitted softmax over ``intents``.

    ``dense`` [dimension, intents] and ``sparse`` [buckets, intents] weigh the two kinds of features,
    ``bias`` [intents]; ``temperature`` divides the scores so that probabilities mean what they say.
    """

    intents: tuple[str, ...]
    features: Features
    dense: npt.NDArray[np.float32]
    sparse: npt.NDArray[np.float16]
    bias: npt.NDArray[np.float32]
    temperature: float
    bands: Bands

    def probabilities(self, vectors: Vectors, texts: Sequence[str]) -> Probabilities:
        """Return [texts, intents] for texts and their vectors [texts, dimension]."""
        scores = self.features.dense(vectors) @ self.dense + self.bias
        for row, text in enumerate(texts):
            ids, weights = self.features.sparse(text)
            scores[row] += weights @ self.sparse[ids].astype(np.float32)
        return softmax(scores / self.temperature)


def ranking_of(intents: Sequence[str], probabilities: Probabilities) -> tuple[Candidate, ...]:
    """Return the most probable of ``intents`` by one row of probabilities [intents], best first."""
    best = np.argsort(-probabilities)[:RANKING_LENGTH]
    return tuple(Candidate(intents[i], round(float(probabilities[i]), 4)) for i in best)


def softmax(scores: npt.NDArray[np.float32]) -> Probabilities:
    """Return probabilities [texts, intents] of scores of the same shape."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Probabilities = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares
