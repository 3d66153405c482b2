"""A progress bar on standard error."""

import sys
import time

_WIDTH = 30


class ProgressBar:
    """Shows how much is done; on something that is not a terminal, a line at the start and one at the end."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        """Show ``done`` of ``total`` sentences."""
        share = done / total if total else 1.0
        step = int(share * 100)
        if step == self._shown:
            return
        first, self._shown = self._shown < 0, step
        if sys.stderr.isatty():
            filled = int(share * _WIDTH)
            seconds = time.monotonic() - self._started
            left = f", {seconds / share - seconds:.0f} s left" if 0 < share < 1 else ""
            bar = "█" * filled + "·" * (_WIDTH - filled)
            sys.stderr.write(f"\r{self._label}: {bar} {step:3d} % ({done} of {total} sentences{left})   ")
            sys.stderr.write("\n" if done >= total else "")
        elif first or done >= total:
            sys.stderr.write(f"{self._label}: {done} of {total} sentences\n")
        sys.stderr.flush()
