"""Files that are whole at every moment."""

import os
import stat
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new, never a half.

    A file that was there before keeps its permissions; a new one belongs to its owner alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Hidden, so that nobody who looks for files of this name takes up the half.
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as handle:
        unfinished = Path(handle.name)
        try:
            handle.write(content)
            handle.flush()
            if path.exists():
                unfinished.chmod(stat.S_IMODE(path.stat().st_mode))
            os.replace(unfinished, path)  # noqa: PTH105 - said as what it is: one atomic step
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
