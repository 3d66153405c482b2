"""The features of an utterance: what it means (a vector of the encoder) and what it is made of (letters, words)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from bot.understanding.encoder import Vectors
from bot.understanding.ngrams import Buckets, Ngrams, Weights
from bot.understanding.normalise import words_of

NGRAMS = Ngrams(2, 5, 2**16)
# Chosen on the calibration utterances. The encoder was trained on the same examples that the classifier is fitted to:
# among them its vectors tell more than they will of anything new, so they count for less than they seem to deserve.
_WEIGHT_OF_SENSE = 0.6
WEIGHT_OF_SPELLING = 2.0
_LONG_WORD = 4  # letters; shorter words are n-grams anyway


@dataclass(frozen=True)
class Features:
    """What is learnt about features before any intent: the centre of the vectors and the rarity of n-grams.

    ``centre`` [dimension]; ``rarity`` [buckets], the inverse document frequency.
    """

    centre: npt.NDArray[np.float32]
    rarity: npt.NDArray[np.float32]

    def dense(self, vectors: Vectors) -> Vectors:
        """Centre vectors [texts, dimension] and bring them to one length.

        Vectors of one encoder all point the same way; without their common part they tell more.
        """
        moved = vectors - self.centre
        unit: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return unit * np.float32(_WEIGHT_OF_SENSE)

    def sparse(self, text: str) -> tuple[Buckets, Weights]:
        """Return the buckets of a text's n-grams, words and pairs of words, with weights that make one length."""
        ids, counts = _signs(text)
        weights = (1 + np.log(counts)) * self.rarity[ids] if len(ids) else counts
        return ids, weights * np.float32(WEIGHT_OF_SPELLING / max(float(np.linalg.norm(weights)), 1e-9))

    def matrix(self, vectors: Vectors, texts: Sequence[str]) -> Any:
        """Return all features of many texts as a SciPy sparse matrix [texts, dimension + buckets], for training."""
        from scipy import sparse  # noqa: PLC0415 - only training needs it, and it is large

        rows = [self.sparse(text) for text in texts]
        ends = np.cumsum([0, *(len(ids) for ids, _ in rows)])
        ids = np.concatenate([ids for ids, _ in rows])
        weights = np.concatenate([weights for _, weights in rows])
        spelling = sparse.csr_matrix((weights, ids, ends), shape=(len(texts), NGRAMS.buckets), dtype=np.float32)
        return sparse.hstack([sparse.csr_matrix(self.dense(vectors)), spelling]).tocsr()


def _signs(text: str) -> tuple[Buckets, Weights]:
    """Return the buckets of what a text is made of and how often; two of its parts may share a bucket."""
    words = words_of(text)
    ids, counts = NGRAMS.of_words(words)
    wholes = [word for word in words if len(word) >= _LONG_WORD] + [f"{one} {two}" for one, two in pairwise(words)]
    places = [crc32(f"w{whole}".encode("utf-8", "replace")) % NGRAMS.buckets for whole in wholes]
    return np.concatenate([ids, np.array(places, np.int32)]), np.concatenate([counts, np.ones(len(places), np.float32)])


def learn_features(vectors: Vectors, texts: Sequence[str]) -> Features:
    """Learn the centre of vectors [texts, dimension] and how rare each n-gram is."""
    seen_in = np.zeros(NGRAMS.buckets, np.float32)
    for text in texts:
        seen_in[np.unique(_signs(text)[0])] += 1
    rarity = np.log((1 + len(texts)) / (1 + seen_in)) + 1
    return Features(vectors.mean(axis=0), rarity.astype(np.float32))
