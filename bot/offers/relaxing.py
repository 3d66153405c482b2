"""What dropping one wish would give, or two or three, for when nothing fits or little does."""

from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

import numpy as np

from bot.offers.index import Index
from bot.offers.matching import fitting
from bot.offers.wishes import Wishes, WishName, given, without

_MOST: Final = 3  # wishes at once: of more, little would be left of what somebody wants


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Without the wishes ``names``, ``total`` offers fit, and ``exact`` of them exactly, by all other wishes."""

    names: tuple[WishName, ...]
    total: int
    exact: int

    @property
    def key(self) -> str:
        """Return the names as they stand in a button's action."""
        return "+".join(self.names)


def relaxations(index: Index, wishes: Wishes, today: date) -> list[Relaxation]:
    """Return the wishes whose dropping gives more offers that fit exactly, those that give most first.

    Where nothing fits at all, those that give anything count too. Where nothing fits exactly and no single wish
    helps, it is pairs of wishes, and only then three at once. These are the figures that ``search`` gives for
    ``without(wishes, *names)``.
    """
    total, exact = _counted(index, wishes, today)

    def helps(*names: WishName) -> Relaxation | None:
        then = Relaxation(names, *_counted(index, without(wishes, *names), today))
        return then if then.exact > exact or then.total > total == 0 else None

    names = [name for name in given(wishes) if _may_drop(wishes, name)]
    if not helps(*names):
        return []
    for size in range(1, 2 if exact else _MOST + 1):
        if found := [each for chosen in combinations(names, size) if (each := helps(*chosen))]:
            return sorted(found, key=lambda each: (-each.exact, -each.total))
    return []


def _may_drop(wishes: Wishes, name: WishName) -> bool:
    """Say whether somebody could wish otherwise: who is eight years old cannot, and ``near`` takes nothing away."""
    if name == "audiences":
        return not wishes.audiences & {"children", "teens"}
    return name not in {"kind", "ages", "near"}


def _counted(index: Index, wishes: Wishes, today: date) -> tuple[int, int]:
    found = fitting(index, wishes, today)
    return len(found.rows), int(np.count_nonzero(found.exact))
