"""Which offers fit: hard wishes take offers away, soft ones are met or missed.

Adding a wish, or taking an alternative out of one, never adds an offer to those that fit, nor to those that meet
every wish: each wish judges an offer alone, and an offer has to pass them all. Only who wishes for women or men and
says no age is taken for a grown-up: "for men" and "for boys" are two wishes, and neither is the stricter one.

Where an offer does not say what a hard wish asks (its ages, its level), nothing speaks against it, so it stays; an
unknown level counts as missed. Only what people rely on for their safety has to be stated: a wish for women is
passed by offers that name women or girls and nobody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.content.vocabulary import ENTITIES
from bot.offers import traits
from bot.offers.index import Index, Numbers, searched_words
from bot.offers.model import GROUP_TYPES, KINDS
from bot.offers.wishes import MODES, TIMES_OF_DAY, Wishes, WishName

Mask = npt.NDArray[np.bool_]

SOFT: Final[tuple[WishName, ...]] = ("levels", "times_of_day", "weekdays", "childcare", "free", "districts")
"""The wishes that an offer may miss; a level only by one step, or where it is not known."""

AHEAD: Final = 14
"""Days within which a season has to begin, so that one can as good as join now."""

_COURSE: Final = KINDS.index("course")
_SPORT: Final = KINDS.index("sport")


@dataclass(frozen=True, slots=True)
class Fitting:
    """The offers that fit: ``rows`` of the index, and for each given soft wish which of them meet it.

    Some are ``full``, and of some the season begins ``later``, in more than ``AHEAD`` days.
    """

    rows: Numbers
    full: Mask
    later: Mask
    met: Mapping[WishName, Mask]

    @property
    def exact(self) -> Mask:
        """Say for each row whether it meets every wish, is not full, and is not for a later season."""
        exact: Mask = np.logical_and.reduce([~self.full, ~self.later, *self.met.values()])
        return exact


def fitting(index: Index, wishes: Wishes, today: date) -> Fitting:
    """Return the offers that fit and that one can still join today."""
    columns = index.columns
    passed: Mask = columns["last"] >= today.toordinal()
    for verdict in _hard(index, wishes):
        passed &= verdict
    rows = np.flatnonzero(passed)
    later: Mask = columns["season"][rows] > today.toordinal() + AHEAD
    return Fitting(rows, columns["full"][rows], later, _met(index, rows, wishes))


def _hard(index: Index, wishes: Wishes) -> list[Mask]:
    """Return a verdict on all rows for each hard wish."""
    columns = index.columns
    verdicts: list[Mask] = []
    if wishes.kind:
        verdicts.append(columns["kind"] == KINDS.index(wishes.kind))
    if wishes.sports:
        verdicts.append(_one_of(columns["sport"], [ENTITIES["sport"].index(sport) for sport in wishes.sports]))
    if wishes.group_types:
        verdicts.append((columns["group_type"] & traits.bits(wishes.group_types, GROUP_TYPES)) != 0)
    if wishes.modes:
        verdicts.append((columns["mode"] & traits.bits(wishes.modes, MODES)) != 0)
    groups = (traits.people(wishes.genders), traits.people(wishes.audiences))
    verdicts += [(columns["suits"] & group) != 0 for group in groups if group]
    if wishes.genders and not wishes.audiences and not wishes.ages:
        verdicts.append(~columns["young"])
    if wishes.ages:
        verdicts.append(_any([(columns["age_min"] <= age) & (columns["age_max"] >= age) for age in wishes.ages]))
    if wishes.levels:
        verdicts.append(_within_a_step(columns, traits.wished_levels(wishes)))
    verdicts += [index.rows_with(word) for word in searched_words(wishes.text)]
    return verdicts


def _within_a_step(columns: Mapping[str, Numbers], wished: int) -> Mask:
    near = columns["level"] | columns["level_below"] | columns["level_above"]
    # Sport has no level of a language; a group that names none may still be a place to talk.
    unknown = (columns["level"] == 0) & (columns["kind"] != _SPORT)
    return _any([unknown, (near & wished) != 0])


def _met(index: Index, rows: Numbers, wishes: Wishes) -> dict[WishName, Mask]:
    """Return for each given soft wish which of these rows meet it."""
    columns = index.columns
    met: dict[WishName, Mask] = {}
    if wishes.levels:
        met["levels"] = (columns["level"][rows] & traits.wished_levels(wishes)) != 0
    met |= _met_times(columns, rows, wishes)
    if wishes.childcare:
        met["childcare"] = columns["childcare"][rows]
    if wishes.free:
        met["free"] = columns["free"][rows]
    if wishes.districts:
        numbers = [index.districts.index(id_) for id_ in wishes.districts if id_ in index.districts]
        met["districts"] = _one_of(columns["district"][rows], numbers)
    return met


def _met_times(columns: Mapping[str, Numbers], rows: Numbers, wishes: Wishes) -> dict[WishName, Mask]:
    met: dict[WishName, Mask] = {}
    slots = columns["slots"][rows]
    parts = traits.bits(wishes.times_of_day, TIMES_OF_DAY)
    if wishes.weekdays:
        met["weekdays"] = (slots & _slots(wishes.weekdays, (1 << traits.PARTS) - 1)) != 0
    if wishes.times_of_day:
        met["times_of_day"] = (columns["parts"][rows] >> parts) & 1 != 0
    if wishes.weekdays and wishes.times_of_day:
        # Whoever may choose a session needs one on that day at that time, not one on that day and one at that time.
        together: Mask = (slots & _slots(wishes.weekdays, parts)) != 0
        met["times_of_day"] &= together | (columns["kind"][rows] == _COURSE) | ~met["weekdays"]
    return met


def _slots(weekdays: frozenset[int], parts: int) -> int:
    return sum(parts << (day * traits.PARTS) for day in weekdays)


def _one_of(column: Numbers, numbers: list[int]) -> Mask:
    return _any([column == number for number in numbers]) if numbers else np.zeros(len(column), np.bool_)


def _any(masks: list[Any]) -> Mask:
    found: Mask = np.logical_or.reduce(masks)
    return found
