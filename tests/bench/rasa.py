"""Measures Rasa's pipelines and the embedded interpreter beside each other, in one run; see docs/rasa.md.

Everything is trained from nothing in a copy of the project, so that what is prepared here stays as it is.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from bot.settings import ROOT

_COPIED = ("bot", "content", "locales", "nlu")
# The one in use first, the slowest last.
_PIPELINES = {
    "lotse": ("config.yml", "our encoder and spelling, logistic regression"),
    "dense": ("pipelines/dense.yml", "our encoder, logistic regression"),
    "plain": ("pipelines/plain.yml", "Rasa's default: words, letters, DIET"),
    "diet": ("pipelines/diet.yml", "our encoder and spelling, DIET"),
}
_RASA = ROOT / ".venv-rasa"
_PORT = 5071
_MEGABYTE = 1024 * 1024
_IN_PROCESS = 600  # utterances


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one engine: seconds, milliseconds, megabytes, and ``figures`` of ``lotse evaluate --json``."""

    name: str
    training: float
    http: tuple[float, float] | None
    in_process: tuple[float, float]
    memory: float
    model: float
    environment: float
    figures: Mapping[str, Any]


def main() -> None:
    """Run the benchmark and print tables in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rasa", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[*_PIPELINES, "embedded"], default=[*_PIPELINES, "embedded"])
    parser.add_argument("--json", type=Path, help="keep the figures in this file; what it holds is not measured again")
    given = parser.parse_args()
    files = sorted(str(path) for path in (ROOT / "tests/utterances").glob("*.jsonl"))
    rows = _measured(given.json)
    known = {row.name for row in rows}
    with tempfile.TemporaryDirectory(prefix="lotse-rasa-bench-") as folder:
        root = Path(folder)
        for name in _COPIED:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".rasa"))
        # The embedded interpreter first: it stands by while Rasa is measured, and must be ready then.
        if "embedded" in known:
            _lotse(root, "prepare")
        else:
            embedded = _embedded(root, files)
            rows += [embedded] if "embedded" in given.only else []
        _lotse(root, "export", "rasa")
        for name in (name for name in _PIPELINES if name in given.only and name not in known):
            rows.append(_pipeline(root, name, files))
            if given.json:  # after each one: the run takes hours, and goes on here if it is interrupted
                given.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    rows.sort(key=lambda row: [*_PIPELINES, "embedded"].index(row.name))
    sys.stdout.write("\n".join(_tables(rows)) + "\n")


def _measured(file: Path | None) -> list[Row]:
    if file is None or not file.exists():
        return []
    return [Row(**values) for values in json.loads(file.read_text(encoding="utf-8"))]


def _embedded(root: Path, files: Sequence[str]) -> Row:
    _say("embedded: preparing from nothing ...")
    begun = time.perf_counter()
    _lotse(root, "prepare")
    training = time.perf_counter() - begun
    _say("embedded: evaluating ...")
    figures, memory = _evaluated(root, files)
    model = _size(root / "var/understanding") / _MEGABYTE
    environment = _size(ROOT / ".venv") / _MEGABYTE
    return Row("embedded", training, None, _times(figures), memory, model, environment, figures)


def _pipeline(root: Path, name: str, files: Sequence[str]) -> Row:
    config, _ = _PIPELINES[name]
    # Neither Rasa's cache nor that of encoded sentences may help one that comes later.
    for cache in ("nlu/.rasa", "var/rasa/cache"):
        shutil.rmtree(root / cache, ignore_errors=True)
    _say(f"{name}: training ...")
    begun = time.perf_counter()
    _start(root, "train", "--config", str(root / "nlu" / config), "--model", name)
    training = time.perf_counter() - begun
    _say(f"{name}: trained in {training:.0f} s; serving, measuring the bands, evaluating ...")
    with _serving(root, name) as server:
        figures, _ = _evaluated(root, files, engine="rasa")
        memory = _memory(server)
    _say(f"{name}: in process ...")
    model = root / f"var/rasa/models/{name}.tar.gz"
    in_process = _parsed_in_process(root, model, files)
    sizes = model.stat().st_size / _MEGABYTE, _size(_RASA) / _MEGABYTE
    return Row(name, training, _times(figures), in_process, memory, *sizes, figures)


def _times(figures: Mapping[str, Any]) -> tuple[float, float]:
    return figures["overall"]["p50_ms"], figures["overall"]["p95_ms"]


def _environment(root: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(root)}


def _lotse(root: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "bot", *arguments]
    subprocess.run(command, cwd=root, env=_environment(root), check=True, stdout=sys.stderr)


def _evaluated(root: Path, files: Sequence[str], engine: str = "lotse") -> tuple[dict[str, Any], float]:
    """Return figures and the memory, in megabytes, that the evaluation had at its end."""
    address = {"LOTSE_RASA_URL": f"http://127.0.0.1:{_PORT}"} if engine == "rasa" else {}
    command = [sys.executable, "-m", "bot", "evaluate", "--engine", engine, "--json", *files]
    with subprocess.Popen(command, cwd=root, env=_environment(root) | address, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        memory = 0.0
        # It prints at the end; until then its memory is looked at.
        while process.poll() is None and not _ready(process.stdout):
            memory = _memory(process) or memory
        found: dict[str, Any] = json.loads(process.stdout.read())
    return found, memory


def _ready(stream: Any) -> bool:
    import select  # noqa: PLC0415

    return bool(select.select([stream], [], [], 0.5)[0])


def _start(root: Path, *arguments: str) -> None:
    """Run Rasa's start script in its own environment; what it says goes into a file."""
    with (root / "rasa.log").open("ab") as log:
        command = [str(_RASA / "bin/python"), str(root / "nlu/start.py"), *arguments]
        subprocess.run(command, cwd=root, check=True, stdout=log, stderr=log)


@contextmanager
def _serving(root: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    with (root / "rasa.log").open("ab") as log:
        command = [
            str(_RASA / "bin/python"),
            str(root / "nlu/start.py"),
            "serve",
            "--model",
            name,
            "--port",
            str(_PORT),
        ]
        with subprocess.Popen(command, cwd=root, stdout=log, stderr=log) as process:
            try:
                _wait_for_model(root, process)
                yield process
            finally:
                process.terminate()


def _wait_for_model(root: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            token = (root / "var/rasa/token").read_text(encoding="ascii").strip()
            with urllib.request.urlopen(f"http://127.0.0.1:{_PORT}/status?token={token}", timeout=5):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.5)
    raise RuntimeError(f"Rasa does not serve: see {root / 'rasa.log'}")


def _parsed_in_process(root: Path, model: Path, files: Sequence[str]) -> tuple[float, float]:
    script = ROOT / "tests/bench/inside_rasa/in_process.py"
    lines = [line for file in files for line in Path(file).read_text(encoding="utf-8").splitlines()]
    texts = "\n".join(lines[:: max(len(lines) // _IN_PROCESS, 1)])
    environment = {**os.environ, "PYTHONPATH": f"{root / 'nlu'}:{root}"}
    with (root / "rasa.log").open("ab") as log:
        command = [_RASA / "bin/python", script, model]
        done = subprocess.run(
            command,
            cwd=root / "nlu",
            env=environment,
            input=texts.encode(),
            stdout=subprocess.PIPE,
            stderr=log,
            check=True,
        )
    p50, p95 = json.loads(done.stdout.splitlines()[-1])
    return p50, p95


def _memory(process: subprocess.Popen[bytes]) -> float:
    try:
        return float(psutil.Process(process.pid).memory_info().rss) / _MEGABYTE
    except psutil.Error:
        return 0.0


def _size(folder: Path) -> float:
    return float(sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()))


def _tables(rows: Sequence[Row]) -> Iterator[str]:
    named = {name: text for name, (_, text) in _PIPELINES.items()} | {"embedded": "embedded (Lotse without Rasa)"}
    yield "| engine | top-1 | top-3 | out of scope, surely wrong | sure: right | sure: covers | entities, find_ |"
    yield "|---|---|---|---|---|---|---|"
    fields = ("top1", "top3", "out_sure", "sure_right", "sure_covers", "entities_find")
    for row in rows:
        yield _line(named[row.name], [_percent(row.figures["overall"][field]) for field in fields])
    yield ""
    languages = list(rows[0].figures["languages"])
    yield _line("top-1 by language", languages)
    yield "|---" * (len(languages) + 1) + "|"
    for row in rows:
        yield _line(named[row.name], [_percent(row.figures["languages"][each]["top1"]) for each in languages])
    yield ""
    yield "| engine | training | parse over HTTP, p50 / p95 | in process, p50 / p95 | memory | model | environment |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        yield _line(named[row.name], _costs(row))


def _costs(row: Row) -> list[str]:
    http = "-" if row.http is None else f"{row.http[0]:.1f} / {row.http[1]:.1f} ms"
    inside = f"{row.in_process[0]:.1f} / {row.in_process[1]:.1f} ms"
    sizes = [f"{megabytes:.0f} MB" for megabytes in (row.memory, row.model, row.environment)]
    return [f"{row.training:.0f} s", http, inside, *sizes]


def _line(name: str, cells: Sequence[str]) -> str:
    return "| " + " | ".join([name, *cells]) + " |"


def _percent(figure: Mapping[str, Any] | None) -> str:
    value = None if figure is None else figure.get("value", figure.get("f1"))
    return "-" if value is None else f"{100 * value:.1f}"


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
