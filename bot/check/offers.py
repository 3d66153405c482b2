"""The offers and the table of districts, as they are read for the search; a sample is held to the same rules."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content import Problem
from bot.content.problems import ContentError
from bot.offers import districts
from bot.offers.files import OfferReading, joined, offer_files, read_offers
from bot.offers.model import Offer
from bot.offers.shelf import SAMPLE


@dataclass(frozen=True, slots=True)
class OfferFiles:
    """The files of offers in a content directory, which problems name as ``folder``."""

    directory: Path
    folder: str

    @property
    def names(self) -> set[str]:
        """Return the paths within the directory that are looked at here."""
        return {districts.FILE, *offer_files(self.directory), *(f"{SAMPLE}/{name}" for name in self._sample())}

    def _sample(self) -> dict[str, bytes]:
        return offer_files(self.directory / SAMPLE)

    def check(self, topics: Collection[str], services: Collection[str], today: date) -> Iterator[Problem]:
        """Yield what is wrong; ``topics`` and ``services`` are what offers may refer to."""
        known = {"topics": topics, "services": services}
        real = read_offers(offer_files(self.directory), self.folder, sample=False, **known)
        sample = read_offers(self._sample(), f"{self.folder}/{SAMPLE}", sample=True, **known)
        whole = joined([real, sample])
        yield from whole.problems
        for offer in whole.offers:
            yield from _review(offer, *whole.lines[offer.id], today)
        yield from _over(real, today)
        # Where there are no offers, nobody needs the districts.
        if whole.offers or (self.directory / districts.FILE).exists():
            yield from self._districts(today)

    def _districts(self, today: date) -> Iterator[Problem]:
        try:
            found = districts.load_districts(self.directory, self.folder)
        except ContentError as error:
            yield from error.problems
            return
        path = f"{self.folder}/{districts.FILE}"
        yield from _dates(path, 1, found.verified, found.review_due, today)


def _review(offer: Offer, path: str, line: int, today: date) -> Iterator[Problem]:
    # Nobody checks what is invented.
    if not offer.sample:
        yield from _dates(path, line, offer.verified, offer.review_due, today)


def _dates(path: str, line: int, verified: date | None, due: date | None, today: date) -> Iterator[Problem]:
    if due and due < today:
        remedy = "Check the facts, then set the day of the check and of the next one"
        yield Problem(path, line, f"the review was due on {due}", remedy, "warning")
    if verified and verified > today:
        yield Problem(path, line, "the day of the check lies in the future", "Write the day of the check, or nothing")


def _over(reading: OfferReading, today: date) -> Iterator[Problem]:
    """Yield a line for each file that holds offers which nobody can take part in any more."""
    over = [offer for offer in reading.offers if any(day and day < today for day in (offer.ends, offer.season_to))]
    for path, count in sorted(Counter(reading.lines[offer.id][0] for offer in over).items()):
        remedy = "Remove them, or write their new dates; until then nobody is shown them"
        yield Problem(path, 1, f"{count} offers are over", remedy, "warning")
