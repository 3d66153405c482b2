"""The nearest offers first, for a point that is known for one turn only.

The order outlives the point for an hour, so it is a rough one: in steps of some streets, and inside a step by id. It
does not give away where somebody stood.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from math import inf
from typing import Final

import numpy as np

from bot.messages import Location
from bot.offers.districts import Districts
from bot.offers.index import metres
from bot.offers.matching import fitting
from bot.offers.model import Offer, full
from bot.offers.ranking import Results, search
from bot.offers.reasons import Hit, hit
from bot.offers.stock import Stock
from bot.offers.wishes import Wishes

_LOOKED_AT: Final = 200
"""The best offers near a point, of which the nearest are taken: whoever is far away is not among them."""


_STEP: Final = 500.0  # metres that count as equally near
_NOWHERE: Final = 1e6


def nearest(stock: Stock, wishes: Wishes, today: date, count: int) -> Results:
    """Return the offers nearest to ``wishes.near``.

    Behind all others stands what is full, begins only with a later season, or meets fewer wishes.
    """
    found = search(stock.index, wishes, today, limit=_LOOKED_AT)

    def behind(each: Hit) -> tuple[bool, bool, bool, int, float, str]:
        offer, missed = each.offer, each.missed
        step = min(_away(offer, wishes.near, stock.districts), _NOWHERE) // _STEP
        return full(offer), each.later, "levels" in missed, len(missed), step, offer.id

    return Results(found.total, found.exact, tuple(sorted(found.hits, key=behind)[:count]))


def _away(offer: Offer, point: Location | None, districts: Districts) -> float:
    """Return the metres to an offer, or to the middle of its district; infinite where neither is known."""
    place = offer.place
    if point is None or place is None:
        return inf
    if place.latitude is not None and place.longitude is not None:
        return float(metres(point, place.latitude, place.longitude))
    district = districts.entries.get(place.district)
    if district is None:
        return inf
    return float(metres(point, district.location.latitude, district.location.longitude))


def hits_of(stock: Stock, offers: Iterable[Offer], wishes: Wishes, today: date) -> tuple[Hit, ...]:
    """Return these offers with their reasons, in the same order, without those that do not fit any more."""
    index, found = stock.index, fitting(stock.index, wishes, today)
    hits = []
    for offer in offers:
        row = bisect_left(index.offers, offer.id, key=lambda other: other.id)
        place = int(np.searchsorted(found.rows, row))
        if place < len(found.rows) and found.rows[place] == row:
            hits.append(hit(index, found, place, wishes, today))
    return tuple(hits)
