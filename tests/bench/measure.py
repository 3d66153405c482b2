"""The measurements."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bot import settings
from bot.learning import encoder_of
from bot.settings import ROOT
from bot.understanding.encoder import Encoder
from bot.understanding.normalise import clean_utterance
from tests.bench.processes import Driver, Echo, environment, lotse_peak, peak_memory
from tests.bench.utterances import UTTERANCES
from tests.postgresql import PostgreSQL, find_server
from tests.processes import LotseProcess

KINDS = ("text", "tap")
AT_ONCE = (1, 32)
_ROUNDS = 2
# (turns, seconds): a measurement ends at whichever comes first.
_BOUNDS = {1: (150, 3.0), 32: (800, 4.0)}
_WARM_UP = {"text": (64, 2.0), "tap": (128, 2.0)}
_SENTENCES = 120
_STARTS = 2
_COPIED = ("bot", "content", "locales", "nlu")

Say = Callable[[str], None]


@dataclass
class Turns:
    """What one bot did in one kind of load, over all rounds."""

    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    unanswered: int = 0
    cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Turns per second: the median round, as other work on the machine spoils single rounds."""
        return statistics.median(self.rates) if self.rates else 0.0

    @property
    def cpu(self) -> float:
        """Milliseconds of computing time that the bot needs for a turn: other work on the machine hardly changes it."""
        return 1000 * self.cpu_seconds / max(1, len(self.latencies))

    def percentile(self, percent: int) -> float:
        """Milliseconds within which so many percent of the turns were answered."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] if ordered else 0.0


@dataclass
class Figures:
    """Everything that was measured; what was left out is None."""

    turns: dict[tuple[str, str, int], Turns] = field(default_factory=dict)
    encoder: float = 0.0
    cold: float | None = None
    warm: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)
    not_stopped: list[str] = field(default_factory=list)
    preparation_memory: float | None = None


def measure(say: Say, *, cold: bool) -> Figures:
    """Measure one after another."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder:
        if cold:
            say("cold start: preparing the understanding from nothing (about two minutes) ...")
            _cold(figures, Path(folder))
        say("warm starts ...")
        _warm(figures, Path(folder))
        _loads(figures, Path(folder), say)
    return figures


def _loads(figures: Figures, folder: Path, say: Say) -> None:
    with ExitStack() as stack:
        bots = {"echo": _echo(stack)}
        running: dict[str, LotseProcess] = {}
        for name, database in _databases(stack, folder):
            say(f"starting Lotse on {name} ...")
            driver = stack.enter_context(Driver())
            process = LotseProcess(environment(driver, database)).start()
            stack.callback(_end, process, name, figures)
            process.wait_until_ready()
            assert process.process is not None
            bots[name], running[name] = (driver, process.process.pid), process
        for name, (driver, _) in bots.items():
            say(f"{name}: everybody opens the menu ...")
            driver.run("menus", 32, 0, 0)
            for kind, bounds in _WARM_UP.items():
                driver.run(kind, 32, *bounds)
        rates = []
        encoder = encoder_of(settings.load({}))
        for number in range(1, _ROUNDS + 1):
            rates.append(encoder_rate(encoder))
            say(f"round {number} of {_ROUNDS}")
            _round(figures, bots, say)
        figures.encoder = statistics.median(rates)
        figures.memory = {name: lotse_peak(process) for name, process in running.items()}


def _round(figures: Figures, bots: dict[str, tuple[Driver, int]], say: Say) -> None:
    """Bots take turns within each kind of load, so that a slow minute of the machine hits all of them."""
    for kind in KINDS:
        for at_once in AT_ONCE:
            for name, (driver, pid) in bots.items():
                before = _cpu_seconds(pid)
                result = driver.run(kind, at_once, *_BOUNDS[at_once])
                turns = figures.turns.setdefault((name, kind, at_once), Turns())
                turns.rates.append(len(result["latencies"]) / result["seconds"])
                turns.latencies += result["latencies"]
                turns.unanswered += result["unanswered"]
                turns.cpu_seconds += _cpu_seconds(pid) - before
                say(f"{name}, {kind}, {at_once} at once: {turns.rates[-1]:.0f} turns/s")


def _end(process: LotseProcess, name: str, figures: Figures) -> None:
    """Ask it to stop; one that does not is killed and noted, and its figures are kept."""
    try:
        process.stop()
    except subprocess.TimeoutExpired:
        figures.not_stopped.append(name)
        process.kill()


def _cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _echo(stack: ExitStack) -> tuple[Driver, int]:
    driver = stack.enter_context(Driver())
    return driver, stack.enter_context(Echo(driver)).pid


def _databases(stack: ExitStack, folder: Path) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder}/lotse.db"
    if found := find_server():
        server = PostgreSQL(found)
        server.start()
        stack.callback(server.stop)
        yield "PostgreSQL", stack.enter_context(server.database())


def encoder_rate(encoder: Encoder) -> float:
    """Sentences per second, one by one on one thread."""
    texts = [clean_utterance(text) for text in UTTERANCES]
    encoder.encode(texts)
    begun = time.perf_counter()
    for number in range(_SENTENCES):
        encoder.encode([texts[number % len(texts)]])
    return _SENTENCES / (time.perf_counter() - begun)


def _warm(figures: Figures, folder: Path) -> None:
    """The median of some starts, until the web chat answers; the first one, which may prepare, is not counted."""
    seconds = []
    with _no_telegram() as values:
        for number in range(_STARTS + 1):
            begun = time.perf_counter()
            with LotseProcess({**values, "LOTSE_DATABASE_URL": f"sqlite:///{folder}/start.db"}):
                if number:
                    seconds.append(time.perf_counter() - begun)
    figures.warm = statistics.median(seconds)


@contextmanager
def _no_telegram() -> Iterator[dict[str, str]]:
    with Driver() as driver:
        yield environment(driver)


def _cold(figures: Figures, folder: Path) -> None:
    """Start a copy that has prepared nothing, so that what is prepared here stays."""
    root = folder / "copy"
    for name in _COPIED:
        shutil.copytree(ROOT / name, root / name)
    with Driver() as driver:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=root,
            env={**environment(driver), "LOTSE_PORT": "0", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            figures.preparation_memory = 0.0
            while process.poll() is None and not _pages_open(process):
                figures.preparation_memory = max(figures.preparation_memory, _children_peak(process.pid))
                time.sleep(0.1)
            figures.cold = time.perf_counter() - begun
        finally:
            process.terminate()
            process.wait(20)


def _pages_open(process: subprocess.Popen[str]) -> bool:
    with suppress(psutil.Error):
        return any(c.status == psutil.CONN_LISTEN for c in psutil.Process(process.pid).net_connections("tcp"))
    return False


def _children_peak(pid: int) -> float:
    peak = 0.0
    with suppress(psutil.Error, OSError):
        for child in psutil.Process(pid).children(recursive=True):
            with suppress(OSError):
                peak = max(peak, peak_memory(child.pid))
    return peak
