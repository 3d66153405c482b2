"""Character n-grams of a text, hashed into a fixed number of buckets; plain Python and NumPy."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import numpy.typing as npt

from bot.understanding.normalise import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Buckets = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ngrams:
    """Counts the n-grams inside words, for n from ``shortest`` to ``longest``, in ``buckets`` buckets."""

    shortest: int
    longest: int
    buckets: int

    def of_words(self, words: "Iterable[str]") -> tuple[Buckets, Weights]:
        """Return the buckets that the words fill and how often."""
        counts: Counter[int] = Counter()
        for word in words:
            padded = f" {word} ".encode("utf-32-le")
            for size in range(self.shortest * 4, self.longest * 4 + 1, 4):
                # A word shorter than n is counted once, as a whole.
                last = max(len(padded) - size, 0)
                counts.update(crc32(padded[i : i + size]) % self.buckets for i in range(0, last + 1, 4))
        ids = np.fromiter(counts.keys(), np.int32, len(counts))
        return ids, np.fromiter(counts.values(), np.float32, len(counts))

    def of_text(self, text: str) -> tuple[Buckets, Weights]:
        """Return the buckets that the normalised words of a text fill and how often."""
        return self.of_words(words_of(text))

    def rows(self, texts: "Sequence[str]") -> "list[tuple[Buckets, Weights]]":
        """Return ``of_text`` of many texts."""
        return [self.of_text(text) for text in texts]
