"""The offers that Lotse serves: read from the editors' files, and read anew when these change, while it serves."""

import asyncio
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.content.problems import ContentError, Problem
from bot.offers.districts import FILE, Districts, load_districts
from bot.offers.files import OfferReading, bytes_of, ids_in, joined, offer_paths, read_offers
from bot.offers.stock import Stock
from bot.understanding.garbage import nothing_thrown_away

log = logging.getLogger(__name__)

SAMPLE: Final = "sample"
"""The folder within the content that holds invented offers, for demonstrations alone."""

_EVERY = 10.0  # seconds between two looks at the files
_STILL = 1.0  # seconds for which they must not change, so that none is read while it is being saved
_MOST_LINES = 20  # written into the log at a time

_INVENTED: Final = "an invented offer stands among the real ones, and this is no demonstration"
_REMOVE: Final = f"Remove the row, or keep it in {SAMPLE}/ (LOTSE_DEMO=yes shows invented offers)"

Stamp = tuple[int, int]  # when it was changed (nanoseconds), and its size in bytes


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the folders looked like: the files with their stamps, and the ids that offers may refer to."""

    files: Mapping[Path, Stamp]
    topics: frozenset[str] | None
    services: frozenset[str] | None


class Shelf:
    """The offers of ``content``, and in a demonstration those of its folder ``sample`` too.

    Rows with errors are left out, and the others serve; where nothing of a file can be read any more, what it held
    before stays. ``stock`` is replaced as a whole, so whoever took it may go on with it.
    """

    def __init__(self, content: Path, *, demo: bool) -> None:
        """Read all files.

        Raises:
            LotseError: this is no demonstration, and an invented offer stands among the real ones.
        """
        self._content = content
        self._demo = demo
        self._seen: _Seen | None = None
        self._readings: dict[Path, OfferReading] = {}
        self._districts = Districts({})
        self._reported: frozenset[Problem] = frozenset()
        self.problems: tuple[Problem, ...] = ()
        self.stock = Stock.of((), self._districts)
        self.look()
        self._refuse_samples()

    def look(self) -> bool:
        """Read the files that have changed since the last look; return whether there were any.

        Raises:
            OSError: a folder cannot be read.
        """
        before, seen = self._seen, self._look_around()
        if seen == before:
            return False
        with nothing_thrown_away():
            self._read_changes(before, seen)
        # Only now: after an error the next look tries again.
        self._seen = seen
        return True

    def _read_changes(self, before: _Seen | None, seen: _Seen) -> None:
        known = before.files if before and (before.topics, before.services) == (seen.topics, seen.services) else {}
        self._readings = {
            path: self._readings[path] if known.get(path) == stamp else self._read(path, seen)
            for path, stamp in seen.files.items()
            if path != self._content / FILE
        }
        whole = self._without_samples(joined(self._readings.values()))
        problems = (*self._read_districts(), *whole.problems)
        self.stock = Stock.of(whole.offers, self._districts)
        self.problems = problems
        self._report(whole)

    async def watch(self) -> None:
        """Look again and again, in a thread of its own, so that whoever is being served need not wait."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self._look_when_still()
            except Exception as error:  # noqa: BLE001 - whatever is wrong, Lotse serves on
                # Without its traceback, which may quote the file.
                log.error("The offers cannot be read anew: %s. Those from before stay.", type(error).__name__)  # noqa: TRY400

    async def _look_when_still(self) -> None:
        before = await asyncio.to_thread(self._look_around)
        if before == self._seen:
            return
        await asyncio.sleep(_STILL)
        while (after := await asyncio.to_thread(self._look_around)) != before:
            before = after
            await asyncio.sleep(_STILL)
        await asyncio.to_thread(self.look)

    def _refuse_samples(self) -> None:
        if samples := [problem for problem in self.problems if problem.problem == _INVENTED]:
            raise ContentError(samples)

    def _look_around(self) -> _Seen:
        topics, services = (ids_in(self._content / folder) for folder in ("faq", "services"))
        return _Seen(dict(self._stamps()), _as_set(topics), _as_set(services))

    def _stamps(self) -> Iterator[tuple[Path, Stamp]]:
        folders = [self._content, self._content / SAMPLE] if self._demo else [self._content]
        for path in (self._content / FILE, *(path for folder in folders for path in offer_paths(folder))):
            try:
                state = path.stat()
            except FileNotFoundError:  # removed a moment ago
                continue
            yield path, (state.st_mtime_ns, state.st_size)

    def _read(self, path: Path, seen: _Seen) -> OfferReading:
        folder = path.parent.parent
        sample = folder != self._content
        name = self._content.resolve().name
        shown_as = f"{name}/{SAMPLE}" if sample else name
        try:
            reading = read_offers(
                {path.relative_to(folder).as_posix(): bytes_of(path)},
                shown_as,
                sample=sample or None,
                topics=seen.topics,
                services=seen.services,
            )
        except OSError as error:
            remedy = "Look whether it may be read"
            unread = Problem(f"{shown_as}/{path.parent.name}/{path.name}", 1, f"{error.strerror}", remedy)
            reading = OfferReading((), (unread,), {})
        before = self._readings.get(path)
        if before and before.offers and reading.errors and not reading.rows:
            # Its offers from before keep their old lines: nobody looks for them until the file is mended.
            return replace(before, problems=reading.problems)
        return reading

    def _without_samples(self, reading: OfferReading) -> OfferReading:
        """Outside a demonstration, invented offers are problems."""
        if self._demo:
            return reading
        found = [Problem(*reading.lines[offer.id], _INVENTED, _REMOVE) for offer in reading.offers if offer.sample]
        offers = tuple(offer for offer in reading.offers if not offer.sample)
        return replace(reading, offers=offers, problems=(*reading.problems, *found))

    def _read_districts(self) -> tuple[Problem, ...]:
        if not self._readings and not (self._content / FILE).exists():
            return ()
        try:
            self._districts = load_districts(self._content)
        except ContentError as error:
            return error.problems
        return ()

    def _report(self, reading: OfferReading) -> None:
        """Log by file and line what is wrong and was not before; values are for ``lotse check``."""
        errors = frozenset(problem for problem in self.problems if problem.severity == "error")
        fresh, self._reported = errors - self._reported, errors
        places = sorted({(problem.path, problem.line) for problem in fresh})
        for path, line in places[:_MOST_LINES]:
            log.error("%s:%d: there is an error, and what it is about is not taken.", path, line)
        if places:
            log.error("Errors among the offers stand in %d new lines. To read them: lotse check", len(places))
        invented = sum(offer.sample for offer in reading.offers)
        shown = f"; {invented} of them are invented, for this is a demonstration (LOTSE_DEMO)" if invented else ""
        log.info("%d offers%s.", len(reading.offers), shown)


def _as_set(ids: Collection[str] | None) -> frozenset[str] | None:
    return None if ids is None else frozenset(ids)
