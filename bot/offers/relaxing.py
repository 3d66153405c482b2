"""What dropping one wish would give, for when nothing fits or little does."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.offers.index import Index
from bot.offers.matching import fitting
from bot.offers.wishes import Wishes, WishName, given, without


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Without the wish ``name``, ``total`` offers fit and ``exact`` of them meet every other wish and are not full."""

    name: WishName
    total: int
    exact: int


def relaxations(index: Index, wishes: Wishes, today: date) -> list[Relaxation]:
    """Return the wishes whose dropping gives more offers that fit exactly, those that give most first.

    Where nothing fits at all, those that give anything count too. These are the figures that ``search`` gives for
    ``without(wishes, name)``.
    """
    total, exact = _counted(index, wishes, today)
    names = [name for name in given(wishes) if _may_drop(wishes, name)]
    found = [Relaxation(name, *_counted(index, without(wishes, name), today)) for name in names]
    helpful = [each for each in found if each.exact > exact or each.total > total == 0]
    return sorted(helpful, key=lambda each: (-each.exact, -each.total))


def _may_drop(wishes: Wishes, name: WishName) -> bool:
    """Say whether somebody could wish otherwise: who is eight years old cannot, and ``near`` takes nothing away."""
    if name == "audiences":
        return not wishes.audiences & {"children", "teens"}
    return name not in {"kind", "ages", "near"}


def _counted(index: Index, wishes: Wishes, today: date) -> tuple[int, int]:
    found = fitting(index, wishes, today)
    return len(found.rows), int(np.count_nonzero(found.exact))
