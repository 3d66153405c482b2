"""Measures the staff's pages with 5,000 open cases: the list in all its views, a case, and how soon news arrive.

Everything goes over real HTTP to a running Lotse, by somebody who is signed in, while 20 pages listen for news.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import httpx
import psutil

from bot import settings
from bot.settings import new_key
from bot.storage import inbox
from bot.storage.pseudonyms import pseudonym
from tests.bench.inbox_cases import OPEN_CASES, QUEUES, THEMES, Centre, Colleague
from tests.postgresql import PostgreSQL, find_server
from tests.processes import LotseProcess

AIM_PAGE, AIM_LIVE = 150.0, 1000.0  # milliseconds
LISTENING = 20
_WARM_UP, _TIMES, _NEWS = 3, 40, 60
_VIEWS = ("mine", "unassigned", "team", "waiting", "snoozed", "mentioned", "resolved", "blocked")
_ROLES = ((*QUEUES,), ("default",), ("default", "volunteers"), ("*",))


@dataclass
class Figures:
    """Milliseconds: of each page by what it shows, the computing time of the server for it, and until news arrived."""

    pages: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    news: list[float] = field(default_factory=list)
    missed: int = 0


def percentile(values: list[float], percent: int) -> float:
    """The value below which so many percent of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] if ordered else float("inf")


@dataclass(slots=True)
class Ear:
    """An open page of somebody, and when it heard of which case last."""

    heard: dict[int, float] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, url: str, colleague: Colleague) -> None:
        """Until cancelled."""
        async with (
            httpx.AsyncClient(base_url=url, headers=colleague.headers, timeout=None) as client,  # noqa: S113 - it stays
            client.stream("GET", "/inbox/live") as answer,
        ):
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    self.heard |= dict.fromkeys(json.loads(line.removeprefix("data: ")), time.perf_counter())
                self.changed.set()

    async def hears(self, case: int, since: float) -> float:
        """Seconds from ``since`` until it heard of this case; the next news wake this, and nothing else."""
        while self.heard.get(case, 0.0) < since:
            self.changed.clear()
            await self.changed.wait()
        return self.heard[case] - since


async def measure(database_url: str, open_cases: int) -> Figures:
    """Fill the database, start Lotse on it, and measure."""
    key = new_key("bench")
    known = settings.load({"LOTSE_DATABASE_URL": database_url, "LOTSE_SECRET_KEY": key, "LOTSE_DEMO": "no"})
    _say(f"{open_cases} open cases ...")
    centre = await Centre.found(known, open_cases=open_cases)
    crowd = [
        await centre.colleague(number, "social_worker", *_ROLES[number % len(_ROLES)]) for number in range(LISTENING)
    ]
    await centre.give(crowd[0], 100)
    process = LotseProcess({"LOTSE_DATABASE_URL": database_url, "LOTSE_SECRET_KEY": key, "LOTSE_DEMO": "no"})
    try:
        await asyncio.to_thread(process.start)
        async with _listening(process.url, crowd) as ears:
            return await _measured(process, centre, crowd[0], ears)
    finally:
        await asyncio.to_thread(process.stop)
        await centre.close()


@asynccontextmanager
async def _listening(url: str, crowd: list[Colleague]) -> AsyncIterator[list[Ear]]:
    ears = [Ear() for _ in crowd]
    async with AsyncExitStack() as stack:
        tasks = [asyncio.create_task(ear.listen(url, each)) for ear, each in zip(ears, crowd, strict=True)]
        stack.push_async_callback(_ended, tasks)
        for ear in ears:
            async with asyncio.timeout(60):
                await ear.changed.wait()
        yield ears


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _measured(process: LotseProcess, centre: Centre, one: Colleague, ears: list[Ear]) -> Figures:
    figures = Figures()
    assert process.process is not None
    server = psutil.Process(process.process.pid)
    async with httpx.AsyncClient(base_url=process.url, headers=one.headers, timeout=60) as client:
        for name, addresses in (await _pages(centre, one)).items():
            times: list[float] = []
            before = sum(server.cpu_times()[:2])
            for address in addresses:
                begun = time.perf_counter()
                answer = await client.get(address)
                times.append(1000 * (time.perf_counter() - begun))
                answer.raise_for_status()
            figures.cpu[name] = 1000 * (sum(server.cpu_times()[:2]) - before) / len(times)
            figures.pages[name] = times[_WARM_UP:]
            _say(f"{name}: p50 {percentile(times, 50):.0f} ms, p95 {percentile(times, 95):.0f} ms")
    await _hear(figures, centre, ears)
    return figures


async def _pages(centre: Centre, one: Colleague) -> dict[str, list[str]]:
    """What is asked for: the name in the table -> addresses, each once more for every time."""
    parts, chance = centre.parts, Random(7)  # noqa: S311 - no secret
    below = await inbox.page(parts.database, parts.vault, one.actor, "team")
    found = pseudonym(OPEN_CASES)
    narrowed = {"queue": "default", "language": "ar", "theme": THEMES[0], "district": "ost"}
    lists = {view: {"view": view} for view in _VIEWS} | {
        "unassigned, a team": {"view": "unassigned", "queue": "volunteers"},
        "team, a language": {"view": "team", "language": "ti"},
        "team, all filters": {**narrowed, "view": "team"},
        "team, a pseudonym": {"view": "team", "q": found.split()[1]},
        "team, no such pseudonym": {"view": "team", "q": "Xylophon"},
        "resolved, a pseudonym": {"view": "resolved", "q": found},
        "team, a number": {"view": "team", "q": str(next(iter(centre.writing)))},
        "team, the second page": {"view": "team", "after": below.next or ""},
    }
    times = _WARM_UP + _TIMES
    pages = {name: [f"/inbox?{urlencode(query)}"] * times for name, query in lists.items()}
    pages["team, renewed"] = ["/inbox/list?view=team"] * times
    # Each case once: the first look is noted in the audit.
    pages["a case"] = [f"/inbox/cases/{each}" for each in chance.sample(list(centre.writing), times)]
    pages["a case, renewed"] = [f"{each}/talk" for each in pages["a case"]]
    return pages


async def _hear(figures: Figures, centre: Centre, ears: list[Ear]) -> None:
    chance = Random(8)  # noqa: S311 - no secret
    for case in list(centre.writing)[:_NEWS]:
        # At any moment between two looks.
        await asyncio.sleep(chance.uniform(0.05, 0.8))
        await centre.says(case)
        committed = time.perf_counter()
        heard = await asyncio.gather(*(_heard(ear, case, committed) for ear in ears))
        figures.news += [1000 * seconds for seconds in heard if seconds is not None]
        figures.missed += heard.count(None)
    _say(f"news: p50 {percentile(figures.news, 50):.0f} ms, p95 {percentile(figures.news, 95):.0f} ms")


async def _heard(ear: Ear, case: int, committed: float) -> float | None:
    try:
        async with asyncio.timeout(15):
            return await ear.hears(case, committed)
    except TimeoutError:
        return None


def table(found: dict[str, Figures], open_cases: int) -> Iterator[str]:
    """Lines for people."""
    yield f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores"
    yield f"{open_cases:,} open cases, over HTTP, one request at a time while {LISTENING} pages listen for news"
    yield "PostgreSQL runs without fsync here, SQLite with it."
    for name, figures in found.items():
        yield f"\n{name:28}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}"
        for page, times in figures.pages.items():
            yield f"{page:28}{percentile(times, 50):9.0f}{percentile(times, 95):9.0f}{figures.cpu[page]:9.0f}"
        yield f"{'news':28}{percentile(figures.news, 50):9.0f}{percentile(figures.news, 95):9.0f}"


def aims(found: dict[str, Figures]) -> Iterator[tuple[str, bool, str]]:
    """(aim, met, figure)."""
    for name, figures in found.items():
        for what, is_case in (("list", False), ("case", True)):
            pages = {page: times for page, times in figures.pages.items() if page.startswith("a case") is is_case}
            worst, slowest = max((percentile(times, 95), page) for page, times in pages.items())
            aim = f"p95 of every {what} is at most {AIM_PAGE:.0f} ms ({name})"
            yield aim, worst <= AIM_PAGE, f"{worst:.0f} ms ({slowest})"
        news = percentile(figures.news, 95)
        aim = f"p95 from a new message to the open pages is at most {AIM_LIVE:.0f} ms ({name})"
        yield aim, news <= AIM_LIVE, f"{news:.0f} ms"
        yield f"every page hears of every message ({name})", not figures.missed, f"{figures.missed} missed"


def _databases(stack: ExitStack, only: str) -> Iterator[tuple[str, str]]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lotse-bench-")))
    if only in ("", "sqlite"):
        yield "SQLite", f"sqlite:///{folder}/lotse.db"
    if only in ("", "postgresql") and (found := find_server()):
        server = PostgreSQL(found)
        server.start()
        stack.callback(server.stop)
        yield "PostgreSQL", stack.enter_context(server.database())


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> int:
    """Run the benchmark; 1 if an aim was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.inbox", description=__doc__)
    parser.add_argument("--cases", type=int, default=OPEN_CASES, help="open ones (default: %(default)s)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="", help="only this one")
    parser.add_argument("--json", type=Path, help="write the figures into this file too")
    given = parser.parse_args()
    with ExitStack() as stack:
        found = {}
        for name, url in _databases(stack, given.database):
            _say(f"{name} ...")
            found[name] = asyncio.run(measure(url, given.cases))
    results = list(aims(found))
    sys.stdout.write("\n".join(table(found, given.cases)) + "\n\n")
    sys.stdout.write("".join(f"{'met' if met else 'MISSED':7} {aim}: {figure}\n" for aim, met, figure in results))
    if given.json:
        values = {
            name: {"pages": each.pages, "cpu": each.cpu, "news": each.news, "mean": statistics.fmean(each.news)}
            for name, each in found.items()
        }
        given.json.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    return 0 if all(met for _, met, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
