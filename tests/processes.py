"""``lotse run`` as a process of its own, for tests from the outside."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import Self

import httpx

from bot.settings import ROOT

# What a developer's shell has set must not reach the process under test.
_CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}


class LotseProcess:
    """A running Lotse; ``url`` is where its pages are."""

    def __init__(self, environment: dict[str, str], *, wait: float = 120.0) -> None:
        self._environment = {**_CLEAN, "LOTSE_PORT": "0", **environment}
        self._wait = wait
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self.process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> Self:
        """Start, and wait until it says where it is."""
        command = [sys.executable, "-m", "bot", "run"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("Web chat:"):
                self.url = line.split()[-1].rstrip("/")
            if line.startswith("Stop with"):
                return self
        raise AssertionError(f"Lotse did not start: {self.log()}")

    def wait_until_ready(self) -> None:
        """Wait until every part is ready, Telegram too."""
        until = time.monotonic() + self._wait
        while time.monotonic() < until:
            if httpx.get(f"{self.url}/readyz", timeout=self._wait).status_code == httpx.codes.OK:
                return
            time.sleep(0.05)
        raise AssertionError(f"Lotse is not ready: {self.log()}")

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, and wait for the end; returns the exit status."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def log(self) -> str:
        """What it wrote to standard error."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def lotse(*arguments: str, environment: dict[str, str], given: str | bytes = "") -> subprocess.CompletedProcess[str]:
    """Run one command of ``lotse`` and return what it printed."""
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**_CLEAN, **environment},
        input=data,
        capture_output=True,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    )
