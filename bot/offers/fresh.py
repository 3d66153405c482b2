"""New offers alone, to be compared with the wishes of many people who wait for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

import numpy as np

from bot.offers.districts import Districts
from bot.offers.index import Index, Numbers, build
from bot.offers.matching import Fitting, fitting
from bot.offers.model import Offer
from bot.offers.ranking import points
from bot.offers.reasons import Hit, hit
from bot.offers.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of all offers that were found, and the best of them, best first."""

    ids: frozenset[str] = frozenset()
    best: tuple[Hit, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Fresh:
    """An index of offers, and for each of its rows since when the offer is news (seconds since 1970)."""

    index: Index
    since: Numbers

    @classmethod
    def of(cls, offers: Iterable[Offer], since: Mapping[str, float], districts: Districts) -> Self:
        """Index these offers; ``since`` has the id of each of them."""
        index = build(offers, districts)
        return cls(index, np.array([since[offer.id] for offer in index.offers], np.float64))

    def find(self, wishes: Wishes, after: float, today: date, limit: int) -> Found:
        """Return what is newer than ``after``, fits exactly."""
        if not len(self.index):
            return Found()
        fits = fitting(self.index, wishes, today)
        newer = fits.exact & (self.since[fits.rows] > after)
        if not newer.any():
            return Found()
        met = {name: mask[newer] for name, mask in fits.met.items()}
        found = Fitting(fits.rows[newer], fits.full[newer], fits.later[newer], met)
        order = np.argsort(-points(self.index, found, wishes, today), kind="stable")[:limit]
        return Found(
            ids=frozenset(self.index.offers[row].id for row in found.rows),
            best=tuple(hit(self.index, found, int(place), wishes, today) for place in order),
        )
