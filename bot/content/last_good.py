"""Starting although an editor's file is broken: the last content without errors is kept beside the database."""

import io
import logging
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.content.model import Catalogue
from bot.content.problems import ContentError, Problem
from bot.content.reading import Reading, content_files, read

log = logging.getLogger(__name__)

SNAPSHOT = "content.zip"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files make the same bytes, whenever they are packed


@dataclass(frozen=True, slots=True)
class Loaded:
    """A catalogue with all problems of the present files.

    ``origin`` is ``present`` where these files are good, ``last_good`` where an earlier state of them is used, and
    ``partial`` where there is no earlier state and the entries with errors were left out.
    """

    catalogue: Catalogue
    problems: tuple[Problem, ...]
    origin: Literal["present", "last_good", "partial"]


def load_or_last_good(directory: Path, store: Path) -> Loaded:
    """Return the catalogue of ``directory``, or the best that is left of it; good files are copied to ``store``.

    Raises:
        ContentError: Not even the languages can be read, and there is no earlier state.
    """
    files = content_files(directory)
    reading = read(files, directory.resolve().name)
    if not reading.errors:
        _keep(files, store / SNAPSHOT)
        return Loaded(reading.catalogue, reading.problems, "present")
    earlier = _earlier(store / SNAPSHOT)
    if earlier is not None:
        return Loaded(earlier.catalogue, reading.problems, "last_good")
    if reading.usable:
        return Loaded(reading.catalogue, reading.problems, "partial")
    raise ContentError(reading.problems)


def _earlier(snapshot: Path) -> Reading | None:
    files = _unpack(snapshot)
    if files is None:
        return None
    reading = read(files)
    # A newer Lotse may be stricter than the one that kept these files.
    return None if reading.errors else reading


def _keep(files: Mapping[str, bytes], snapshot: Path) -> None:
    try:
        # To unpack takes a tenth of the time of packing, and most starts find nothing new.
        if _unpack(snapshot) == files:
            return
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        _replace(snapshot, _pack(files))
    except OSError as error:
        # Good content must not be refused because the disk is full or read-only.
        log.warning("The content could not be kept in %s: %s", snapshot, error)


def _unpack(snapshot: Path) -> dict[str, bytes] | None:
    """Return the files that are kept; None when there are none, or they are damaged."""
    try:
        with zipfile.ZipFile(snapshot) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        if snapshot.exists():
            log.warning("The last good content in %s cannot be read: %s", snapshot, error)
        return None


def _pack(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _replace(path: Path, data: bytes) -> None:
    """Write the file in one step: a reader or a crash sees the old one or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
