"""How long it takes to read the files of offers anew while people search, and how long these have to wait meanwhile.

The files are the sample's, copied until there are enough offers: short and long rows, with titles in 12 languages.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.offers.districts import FILE
from bot.offers.files import offer_paths
from bot.offers.ranking import search
from bot.offers.shelf import SAMPLE, Shelf
from bot.settings import ROOT
from tests.offers.making import TODAY, any_wishes

_PAUSE = 0.02  # seconds between two searches: fifty a second


@dataclass(slots=True)
class Reloaded:
    """Seconds until the new offers serve, when all files have changed and when one has.

    ``waits`` are the milliseconds from the moment when a search was due until it was answered.
    """

    offers: int
    all_files: float
    one_file: float
    waits: list[float] = field(default_factory=list)

    def text(self) -> str:
        """Say it in a line."""
        waits = sorted(self.waits)
        p95, longest = waits[len(waits) * 95 // 100], waits[-1]
        return (
            f"{self.all_files:.2f} s for all {self.offers:,}, {self.one_file:.2f} s after a change in one file; "
            f"meanwhile a search at 50 a second took {p95:.1f} ms (p95), {longest:.0f} ms at the longest"
        )


async def reload(least: int) -> Reloaded:
    """Measure with at least so many offers."""
    with tempfile.TemporaryDirectory(prefix="lotse-bench-") as folder:
        content = Path(folder)
        _fill(content, least)
        shelf = Shelf(content, demo=True)
        found = Reloaded(len(shelf.stock.by_id), 0.0, 0.0)
        paths = list(offer_paths(content / SAMPLE))
        serving = asyncio.create_task(_serve(shelf, found.waits))
        found.all_files = await _look(shelf, paths)
        found.one_file = await _look(shelf, paths[:1])
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
    return found


def _fill(content: Path, least: int) -> None:
    shutil.copy(ROOT / "content" / FILE, content)
    once = list(offer_paths(ROOT / "content" / SAMPLE))
    lines = 0
    for path, number in _copies(once):
        if lines >= least:
            break
        target = content / SAMPLE / path.parent.name / f"{path.stem}-{number}{path.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        lines += path.read_bytes().count(b"\n") - 1


def _copies(paths: list[Path]) -> Iterator[tuple[Path, int]]:
    number = 0
    while True:
        number += 1
        yield from ((path, number) for path in paths)


async def _look(shelf: Shelf, changed: list[Path]) -> float:
    """Return the seconds of one look at files of which these have changed."""
    for path in changed:
        os.utime(path)
    begun = time.perf_counter()
    await asyncio.to_thread(shelf.look)
    return time.perf_counter() - begun


async def _serve(shelf: Shelf, waits: list[float]) -> None:
    random = Random(7)  # noqa: S311 - chance in a measurement is no secret
    due = time.perf_counter()
    while True:
        search(shelf.stock.index, any_wishes(random), TODAY, limit=3)
        waits.append(1000 * (time.perf_counter() - due))
        due = max(due + _PAUSE, time.perf_counter())
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
