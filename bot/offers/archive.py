"""ZIP archives from strangers, read in memory: nothing is ever unpacked onto the disk.

The sizes that an archive states bound what is read, so they are looked at before anything is.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from types import MappingProxyType

from bot.errors import LotseError

MOST_MEMBERS = 500
LARGEST_MEMBER = 60_000_000
LARGEST_TOTAL = 100_000_000
# Ordinary tables shrink to a tenth; XML of sheets with many equal cells to a hundredth.
HIGHEST_RATIO = 300
SMALL = 1_000_000

_ENCRYPTED = 0x1
_KNOWN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class ArchiveError(LotseError):
    """An archive that is not opened; ``problem`` and ``remedy`` lack the full stop."""

    def __init__(self, problem: str, remedy: str = "Make the file again with an ordinary program") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}. {remedy}.")


def members(data: bytes) -> Mapping[str, bytes]:
    """Return the files of an archive by their names.

    Raises:
        ArchiveError: it is broken, encrypted, a bomb, or has names that lead out of it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _look(archive)
            return MappingProxyType(
                {each.filename: archive.read(each) for each in archive.infolist() if not each.is_dir()}
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise ArchiveError(f"the archive is broken ({type(error).__name__})") from error


def _look(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_MEMBERS:
        raise ArchiveError(f"the archive holds {len(entries)} files")
    if len({entry.filename for entry in entries}) < len(entries):
        raise ArchiveError("the archive holds two files of one name")
    for entry in entries:
        if leads_out(entry.orig_filename):
            raise ArchiveError("a file in the archive has a path that leads out of it")
        if entry.flag_bits & _ENCRYPTED:
            raise ArchiveError("the archive is encrypted", "Save it without a password")
        if entry.compress_type not in _KNOWN_METHODS:
            raise ArchiveError("the archive is packed in an unusual way")
        if entry.file_size > max(SMALL, entry.compress_size * HIGHEST_RATIO):
            raise ArchiveError("the archive unpacks to far more than it should (a zip bomb)")
    total = sum(entry.file_size for entry in entries)
    if total > LARGEST_TOTAL or max((entry.file_size for entry in entries), default=0) > LARGEST_MEMBER:
        raise ArchiveError(f"the archive unpacks to {total // 1_000_000} MB", "Split it")


def leads_out(path: str) -> bool:
    """Say whether a relative path could name something outside of its folder, on any system."""
    return (
        not path
        or path.startswith(("/", "~"))
        or "\\" in path
        or any(part == ".." for part in path.split("/"))
        or re.match(r"[A-Za-z]+:", path) is not None
        or not path.isprintable()
    )
