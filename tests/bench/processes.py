"""The processes that are measured, each with its own stand-in."""

import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bot.settings import ROOT, new_key
from tests.fakes.telegram.world import DEFAULT_TOKEN
from tests.processes import LotseProcess


class Driver(AbstractContextManager["Driver"]):
    """A stand-in of Telegram with simulated people, in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self._read().strip()

    def run(self, kind: str, at_once: int, count: int, seconds: float) -> dict[str, Any]:
        """Let people write; see ``load.Load.job``."""
        assert self._process.stdin is not None
        job = {"kind": kind, "at_once": at_once, "count": count, "seconds": seconds}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._read()))

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the stand-in has ended")
        return line

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def environment(driver: Driver, database: str = "") -> dict[str, str]:
    """What tells a bot where its Telegram is, and Lotse where its database is."""
    values = {
        "LOTSE_TELEGRAM_TOKEN": DEFAULT_TOKEN,
        "LOTSE_TELEGRAM_API_URL": driver.url,
        "LOTSE_SECRET_KEY": new_key("bench"),
    }
    return values | ({"LOTSE_DATABASE_URL": database} if database else {})


class Echo(AbstractContextManager["Echo"]):
    """The bare bot."""

    def __init__(self, driver: Driver) -> None:
        values = {**os.environ, **environment(driver)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.echo"], cwd=ROOT, env=values, stderr=subprocess.DEVNULL
        )
        self.pid = self._process.pid

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def peak_memory(pid: int) -> float:
    """The most memory a process has held at a time (VmHWM), in MB of 10^6 bytes."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def lotse_peak(process: LotseProcess) -> float:
    """The same of a running Lotse."""
    assert process.process is not None
    return peak_memory(process.process.pid)
