"""Keeps vectors of sentences on disk, so that only changed sentences are encoded anew."""

import hashlib
import io
import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from bot.understanding.encoder import Encoder, Vectors
from bot.understanding.files import write_atomically

log = logging.getLogger(__name__)

_CHUNK = 128
_PORTION = 1024
_MOST_TIMES = 3  # more sentences than that many times the present ones are of long ago
_THREADS = 2


def encode_with_cache(
    texts: Sequence[str],
    encoder: Encoder,
    cache_dir: Path,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Vectors:
    """Return vectors [texts, dimension]; those of sentences that were seen before come from ``cache_dir``.

    ``progress`` is told how many of the missing sentences are encoded, and how many there are.
    """
    keys = [_key(encoder, text) for text in texts]
    file = cache_dir / "vectors.npz"
    known = _load(file, encoder.dimension)
    found = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    # Encoders are quicker with texts of about the same length.
    missing = dict(sorted(found.items(), key=lambda each: len(each[1])))
    if missing and len(known) > _MOST_TIMES * len(keys):
        known = {key: known[key] for key in keys if key in known}
    progress(0, len(missing))
    for start in range(0, len(missing), _PORTION):
        portion = dict(list(missing.items())[start : start + _PORTION])
        known |= _encode(portion, encoder, partial(_report, progress, start, len(missing)))
        # Portion by portion, so that a start that is interrupted goes on where it was.
        _store(file, known)
    return np.stack([known[key] for key in keys]) if keys else np.zeros((0, encoder.dimension), np.float32)


def _report(progress: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    progress(before + done, total)


def _key(encoder: Encoder, text: str) -> bytes:
    return hashlib.sha256(f"{encoder.fingerprint}\0{text}".encode("utf-8", "replace")).digest()[:16]


def _encode(portion: dict[bytes, str], encoder: Encoder, progress: Callable[[int], None]) -> dict[bytes, Vectors]:
    texts = list(portion.values())
    chunks = [texts[i : i + _CHUNK] for i in range(0, len(texts), _CHUNK)]
    parts: list[Vectors] = []
    done = 0
    # The engine releases the interpreter's lock, so threads share the cores without copying the weights.
    with ThreadPoolExecutor(_THREADS) as pool:
        for chunk, part in zip(chunks, pool.map(encoder.encode, chunks), strict=True):
            parts.append(part)
            done += len(chunk)
            progress(done)
    return dict(zip(portion, np.concatenate(parts), strict=True))


def _load(path: Path, dimension: int) -> dict[bytes, Vectors]:
    if not path.exists():
        return {}
    try:
        with np.load(path, allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
        if keys.shape != (len(vectors), 16) or vectors.shape[1:] != (dimension,):
            return {}
        return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a cache, it is built again
        log.warning("The cache %s cannot be read (%s); it is built again.", path, type(error).__name__)
        return {}


def _store(path: Path, known: dict[bytes, Vectors]) -> None:
    buffer = io.BytesIO()
    keys = np.frombuffer(b"".join(known), np.uint8).reshape(len(known), 16)
    np.savez(buffer, keys=keys, vectors=np.stack(list(known.values())) if known else np.zeros((0, 1), np.float32))
    write_atomically(path, buffer.getvalue())


def fingerprint_of(parts: Iterable[str]) -> str:
    """Return one short name for a sequence of texts; any change of any of them changes it."""
    encoded = [part.encode("utf-8", "replace") for part in parts]
    # With the lengths, so that ("a", "bc") and ("ab", "c") differ.
    digest = hashlib.sha256(np.fromiter(map(len, encoded), ">u8").tobytes())
    digest.update(b"".join(encoded))
    return digest.hexdigest()[:32]
