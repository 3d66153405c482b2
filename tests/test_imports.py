"""Rooms import only what lies below them; the contracts stand in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT


def test_the_seams_between_the_rooms_are_kept() -> None:
    """Every contract of import-linter holds."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
