"""The real Rasa with the real model, as a process of its own."""

import socket
import subprocess
import tempfile
import time
from typing import Self

import httpx
import psutil

from bot.settings import ROOT

PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
MODEL = ROOT / "var" / "rasa" / "models" / "lotse.tar.gz"
_TOKEN = ROOT / "var" / "rasa" / "token"
_PATIENCE = 400.0  # seconds until the model is loaded


class RasaProcess:
    """``nlu/start.py serve`` on a port of its own; ``url`` and ``token`` are how to reach it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def token(self) -> str:
        """The secret that the start script has made."""
        return _TOKEN.read_text(encoding="ascii").strip()

    def start(self) -> Self:
        """Start, and wait until the model is loaded."""
        command = [str(PYTHON), str(ROOT / "nlu" / "start.py"), "serve", "--port", str(self._port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=self._log, stderr=self._log)
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if self.get("/status").status_code == httpx.codes.OK:
                    # The first text takes longer than Lotse waits for an answer.
                    self.parse("Guten Tag")
                    return self
            except (httpx.HTTPError, OSError):
                pass
            time.sleep(0.2)
        raise AssertionError(f"Rasa did not start: {self.log()[-4000:]}")

    def get(self, path: str, *, token: bool = True) -> httpx.Response:
        """Ask for a page."""
        return httpx.get(self.url + path, params={"token": self.token} if token else {}, timeout=60)

    def parse(self, text: str, *, token: bool = True) -> httpx.Response:
        """Let it parse a text."""
        parameters = {"token": self.token} if token else {}
        return httpx.post(f"{self.url}/model/parse", params=parameters, json={"text": text}, timeout=60)

    def family(self) -> list[psutil.Process]:
        """Return the process and its children."""
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        return [process, *process.children(recursive=True)]

    def kill(self) -> None:
        """SIGKILL: as in an outage."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def log(self) -> str:
        """All that it has written."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def train() -> None:
    """Export the topics and train, as ``make rasa`` does; quick where nothing has changed."""
    subprocess.run(["make", "--silent", "rasa-model"], cwd=ROOT, check=True)
