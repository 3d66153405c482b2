"""The figures as a table, as aims that were met or missed, and as JSON."""

import os
import platform
from collections.abc import Iterator
from typing import Any

from tests.bench.measure import Figures

TAP_SHARE = 0.5
TEXT_SHARE = 0.8
WARM_SECONDS = 3.0
MEMORY = 400.0

_NAMES = {"text": "free text", "tap": "tap"}


def table(figures: Figures) -> Iterator[str]:
    """Lines for people."""
    yield f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores"
    yield "Closed loop through a stand-in of Telegram on loopback, polling. One at once: one message is under way at"
    yield "a time, each from the next of many people, as Lotse slows down whoever writes 20 messages in 10 s."
    yield "PostgreSQL runs without fsync here, SQLite with it. Median of the rounds; latencies over all rounds."
    yield ""
    heads = f"{'at once':>8}{'turns/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}"
    yield f"{'':24}{heads}{'CPU ms/turn':>13}{'Lotse/echo':>12}{'lost':>6}"
    for (name, kind, at_once), turns in sorted(figures.turns.items(), key=_order):
        ratio = "" if name == "echo" else f"{_ratio(figures, name, kind, at_once):.2f}"
        times = "".join(f"{turns.percentile(percent):9.1f}" for percent in (50, 95, 99))
        first = f"{_NAMES[kind]:12}{name:12}{at_once:8}{turns.rate:9.1f}"
        yield f"{first}{times}{turns.cpu:13.1f}{ratio:>12}{turns.unanswered:6}"
    yield ""
    yield f"Encoder alone, one thread: {figures.encoder:.1f} sentences/s"
    for name in figures.memory:
        yield f"Free text at 32 / encoder, {name}: {_text_share(figures, name):.2f}"
    yield f"Start, warm: {figures.warm:.2f} s"
    yield "Start, cold: " + (f"{figures.cold:.0f} s" if figures.cold is not None else "not measured")
    for name, peak in figures.memory.items():
        yield f"Peak memory serving, {name}: {peak:.0f} MB"
    peak_preparing = figures.preparation_memory
    yield "Peak memory preparing: " + (f"{peak_preparing:.0f} MB" if peak_preparing is not None else "not measured")


def aims(figures: Figures) -> list[tuple[str, bool, str]]:
    """(aim, met, figure)."""
    found = []
    for name in figures.memory:
        for at_once in (1, 32):
            ratio = _ratio(figures, name, "tap", at_once)
            aim = f"a tap at {at_once} at once has at least {TAP_SHARE} of the echo bot's rate ({name})"
            found.append((aim, ratio >= TAP_SHARE, f"{ratio:.2f}"))
        share = _text_share(figures, name)
        aim = f"free text at 32 at once has at least {TEXT_SHARE} of the encoder's rate ({name})"
        found.append((aim, share >= TEXT_SHARE, f"{share:.2f}"))
        peak = figures.memory[name]
        found.append((f"serving needs less than {MEMORY:.0f} MB ({name})", peak < MEMORY, f"{peak:.0f} MB"))
    found.append(
        (f"a warm start takes less than {WARM_SECONDS:.0f} s", figures.warm < WARM_SECONDS, f"{figures.warm:.2f} s")
    )
    lost = sum(turns.unanswered for turns in figures.turns.values())
    found.append(("every message is answered", lost == 0, f"{lost} unanswered"))
    stuck = ", ".join(figures.not_stopped)
    found.append(("Lotse stops within 20 s when asked to", not stuck, f"not: {stuck}" if stuck else "it did"))
    return found


def as_json(figures: Figures) -> dict[str, Any]:
    """Everything, for programs."""
    return {
        "turns": [
            {
                "bot": name,
                "kind": kind,
                "at_once": at_once,
                "turns_per_second": round(turns.rate, 2),
                "rounds": [round(rate, 2) for rate in turns.rates],
                **{f"p{percent}_ms": round(turns.percentile(percent), 2) for percent in (50, 95, 99)},
                "cpu_ms_per_turn": round(turns.cpu, 2),
                "unanswered": turns.unanswered,
            }
            for (name, kind, at_once), turns in sorted(figures.turns.items(), key=_order)
        ],
        "encoder_per_second": round(figures.encoder, 2),
        "start_warm_seconds": round(figures.warm, 3),
        "start_cold_seconds": figures.cold,
        "peak_serving_mb": figures.memory,
        "peak_preparing_mb": figures.preparation_memory,
        "aims": [{"aim": aim, "met": met, "figure": figure} for aim, met, figure in aims(figures)],
    }


def _order(item: tuple[tuple[str, str, int], object]) -> tuple[str, int, bool, str]:
    name, kind, at_once = item[0]
    return kind, at_once, name != "echo", name


def _ratio(figures: Figures, name: str, kind: str, at_once: int) -> float:
    echo = figures.turns["echo", kind, at_once].rate
    return figures.turns[name, kind, at_once].rate / echo if echo else 0.0


def _text_share(figures: Figures, name: str) -> float:
    return figures.turns[name, "text", 32].rate / figures.encoder if figures.encoder else 0.0
