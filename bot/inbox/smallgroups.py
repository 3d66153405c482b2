"""Small groups are not shown, and cannot be worked out from what is shown beside them.

Whoever reads a table also knows its total, from another table or another page. So one hidden group would be the total
less the others: what is hidden together is always at least two groups, and at least as many people as a group needs.
Hidden groups look alike: whether one is small, empty or hidden to protect another is not told.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Final, TypeVar

LEAST: Final = 5
"""So many make a group that may be shown."""

K = TypeVar("K", bound=Hashable)


def shown(counts: Mapping[K, int], shorter: Sequence[Mapping[K, int | None]] = ()) -> dict[K, int | None]:
    """The counts of a table, None where a group is not shown.

    Args:
        counts: every group there could be, also the empty ones.
        shorter: the same as it is shown for shorter times within this one. What is the difference may be a small group,
            so that the longer time does not show it.
    """
    small = {group for group, number in counts.items() if number < LEAST or _tells(group, number, shorter)}
    return _without(counts, small, [counts.keys()])


def shown_of_weeks(counts: Mapping[K, int], lengths: Sequence[int]) -> dict[K, int | None]:
    """The same for groups in the order of time, where the totals of the last so many are known too.

    So are those of what lies between two such lengths, by subtraction.
    """
    small = {group for group, number in counts.items() if number < LEAST}
    known = sorted({0, *lengths, len(counts)}, reverse=True)
    order = list(counts)[::-1]
    parts = [order[shorter:longer] for longer in known for shorter in known if shorter < longer]
    return _without(counts, small, parts)


def _without(counts: Mapping[K, int], hidden: set[K], parts: Sequence[Collection[K]]) -> dict[K, int | None]:
    # That all others are empty tells of nobody.
    if not any(counts[group] for group in hidden):
        return dict(counts)
    growing = True
    while growing:
        before = len(hidden)
        for part in parts:
            _protect(counts, hidden, part)
        growing = len(hidden) > before
    return {group: None if group in hidden else number for group, number in counts.items()}


def _protect(counts: Mapping[K, int], hidden: set[K], part: Collection[K]) -> None:
    """Hide the smallest groups of a part that are shown, until what is hidden in it cannot be told apart."""
    for group in sorted(set(part) - hidden, key=lambda each: counts[each]):
        together = [counts[each] for each in part if each in hidden]
        if sum(together) == 0 or (len(together) > 1 and sum(together) >= LEAST):
            return
        hidden.add(group)


def _tells(group: K, number: int, shorter: Sequence[Mapping[K, int | None]]) -> bool:
    known = [value for each in shorter if (value := each.get(group)) is not None]
    return any(0 < number - value < LEAST for value in known)


def total(number: int, shorter: Sequence[int | None] = ()) -> int | None:
    """A sum, None if it is that of a small group, or differs from that of a shorter time by one."""
    known = [value for value in shorter if value is not None]
    return None if number < LEAST or any(0 < number - value < LEAST for value in known) else number
