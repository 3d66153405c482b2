"""The best offers first."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.offers import traits
from bot.offers.index import Index, Numbers, metres
from bot.offers.matching import Fitting, fitting
from bot.offers.model import GROUP_TYPES
from bot.offers.reasons import Hit, hit
from bot.offers.wishes import MODES, Wishes, WishName

Points = npt.NDArray[np.float32]

MET: Final[dict[WishName, float]] = {"childcare": 120.0, "times_of_day": 100.0, "weekdays": 80.0, "free": 80.0}
"""Points for a wish that is met. Whether the level is met comes first: see ``LOSSES``."""

LOSSES: Final = {
    "full": 8000.0,
    "later": 3000.0,
    "level": 1000.0,
    "level_unknown": 500.0,
    "begun": 500.0,
    "some_ages": 300.0,
    "only_some": 50.0,
}
"""Points that an offer loses: what sinks an offer weighs more than all that speaks for it."""

_CLOSENESS: Final = 90.0  # in the wished district, or at the person's door
_BY_BORDERS: Final = np.array([1.0, 0.7, 0.3, 0.1], np.float32)
_REACH: Final = 2500.0  # metres within which closeness falls to about a third
_AT_HOME: Final = 0.5
_FIRST_OF_ITS_TYPE: Final = 2000.0  # more than all else among offers that fit exactly
_NAMED: Final = 25.0
_SOON: Final = 30.0
_SOON_DAYS: Final = 90
_A_LITTLE: Final = 5.0  # free of charge, or seats known to be free, where nobody asked


@dataclass(frozen=True, slots=True)
class Results:
    """Some of the offers that fit, best first, and how many there are.

    ``total`` counts all that fit, ``exact`` those of them that meet every wish, are not full, and can
    be joined within two weeks where they have a season.
    """

    total: int
    exact: int
    hits: tuple[Hit, ...]


def search(index: Index, wishes: Wishes, today: date, limit: int = 3, offset: int = 0) -> Results:
    """Return the offers at places ``offset`` to ``offset + limit`` of all that fit, best first.

    The order is the same at every call with the same index, wishes and day, so one can turn pages.
    """
    found = fitting(index, wishes, today)
    best = _best(points(index, found, wishes, today), max(0, offset) + max(0, limit))
    places = best[max(0, offset) :]
    return Results(
        total=len(found.rows),
        exact=int(np.count_nonzero(found.exact)),
        hits=tuple(hit(index, found, int(place), wishes, today) for place in places),
    )


def _best(scores: Points, count: int) -> Numbers:
    """Return the places of the highest scores, highest first; of equals the earlier place is first."""
    # One number holds score and place, so that no two are equal.
    keys = np.round(-100.0 * scores.astype(np.float64)).astype(np.int64) * len(scores) + np.arange(len(scores))
    if count < len(keys):
        keys = np.partition(keys, count - 1)[:count] if count else keys[:0]
    ordered: Numbers = np.sort(keys) % max(1, len(scores))
    return ordered


def points(index: Index, found: Fitting, wishes: Wishes, today: date) -> Points:
    """Return a number for each of the rows found: the higher, the better."""
    rows, columns = found.rows, index.columns
    total = np.zeros(len(rows), np.float32)
    for name, worth in MET.items():
        if name in found.met:
            total += worth * found.met[name]
    total += _closeness(index, rows, wishes)
    total += _soon(index, rows, today)
    wished = traits.people([*wishes.genders, *wishes.audiences])
    total += _NAMED * ((columns["named"][rows] & wished) != 0)
    total += _A_LITTLE * (columns["seats"][rows].astype(np.float32) + columns["free"][rows])
    total -= LOSSES["full"] * found.full
    total -= LOSSES["later"] * found.later
    total -= LOSSES["begun"] * (columns["begun_after"][rows] < today.toordinal())
    # Who says nothing about themselves may be anybody, and most people look for themselves.
    if not wishes.genders:
        total -= LOSSES["only_some"] * ((columns["suits"][rows] & traits.FEMALE) != 0)
    if not wishes.audiences and not wishes.ages:
        total -= LOSSES["only_some"] * columns["young"][rows]
    for age in wishes.ages:
        too_young_or_old = (columns["age_min"][rows] > age) | (columns["age_max"][rows] < age)
        total -= LOSSES["some_ages"] / len(wishes.ages) * too_young_or_old
    if wishes.levels:
        known = columns["level"][rows] != 0
        total -= np.where(known, LOSSES["level"], LOSSES["level_unknown"]) * ~found.met["levels"]
    if wishes.kind == "group" and not wishes.group_types:
        _mix(total, columns["group_type"][rows], found)
    return total


def _mix(total: Points, types: Numbers, found: Fitting) -> None:
    """Put the best group of each type first, so that whoever does not mind sees that there are several."""
    scores = np.where(found.exact, total, -np.inf)
    for place in range(len(GROUP_TYPES)):
        of_type = np.where(types == 1 << place, scores, -np.inf)
        if np.isfinite(of_type).any():
            total[int(np.argmax(of_type))] += _FIRST_OF_ITS_TYPE


def _closeness(index: Index, rows: Numbers, wishes: Wishes) -> Any:
    """Return points for being near, by metres where the person's place is known, else by borders."""
    if not wishes.near and not wishes.districts:
        return 0.0
    columns = index.columns
    district = columns["district"][rows]
    share = np.zeros(len(rows), np.float32)
    if wishes.near:
        away = metres(wishes.near, columns["latitude"][rows], columns["longitude"][rows])
        middles = metres(wishes.near, *index.middles.T)
        away = np.where(np.isnan(away), middles[district], away)
        share = np.nan_to_num(np.exp(-away / _REACH)).astype(np.float32)
    numbers = [index.districts.index(id_) for id_ in wishes.districts if id_ in index.districts]
    if numbers:
        borders = index.borders[numbers].min(axis=0)[district]
        by_borders = np.append(_BY_BORDERS, np.float32(0))[np.minimum(borders, len(_BY_BORDERS))]
        share = np.maximum(share, by_borders)
    return _CLOSENESS * np.maximum(share, _AT_HOME * _from_home(columns["mode"][rows], wishes))


def _from_home(modes: Numbers, wishes: Wishes) -> Any:
    """Say for each row whether one may take part from home, unless somebody wishes to go there."""
    return (modes & (0 if wishes.modes == {"in_person"} else traits.bits(["online"], MODES))) != 0


def _soon(index: Index, rows: Numbers, today: date) -> Any:
    """Return points for beginning soon; what one may join at any time waits for nothing but its season."""
    columns = index.columns
    first = np.where(columns["rolling"][rows], columns["season"][rows], columns["starts"][rows])
    days = np.clip(first - today.toordinal(), 0, _SOON_DAYS).astype(np.float32)
    return _SOON * (1.0 - days / _SOON_DAYS)
