"""Groups of fewer than five are not shown, and nobody works them out who knows everything else."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bot.inbox.smallgroups import LEAST, shown, shown_of_weeks, total

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), min_size=2)
WEEKS = st.lists(st.integers(0, 12), min_size=6, max_size=10)


def largest(
    counts: Mapping[str, int], table: Mapping[str, int | None], group: str, parts: Sequence[Collection[str]]
) -> float:
    """How large a hidden group may be for all that one knows: what is shown, and the totals of these parts."""
    hidden = [each for each in table if table[each] is None]
    known = [[float(each in part) for each in hidden] for part in parts]
    rest = [float(sum(counts[each] for each in part if table[each] is None)) for part in parts]
    aim = np.array([-float(each == group) for each in hidden])
    found = linprog(aim, A_eq=known, b_eq=rest, bounds=[(0, None)] * len(hidden))
    assert found.success
    return -float(found.fun)


def smallest(
    counts: Mapping[str, int], table: Mapping[str, int | None], group: str, parts: Sequence[Collection[str]]
) -> float:
    """How small it may be."""
    hidden = [each for each in table if table[each] is None]
    known = [[float(each in part) for each in hidden] for part in parts]
    rest = [float(sum(counts[each] for each in part if table[each] is None)) for part in parts]
    found = linprog([float(each == group) for each in hidden], A_eq=known, b_eq=rest, bounds=[(0, None)] * len(hidden))
    assert found.success
    return float(found.fun)


@settings(deadline=None)
@given(COUNTS)
def test_no_small_group_is_shown(counts: dict[str, int]) -> None:
    """What is shown is true, and is that of five people or of nobody."""
    table = shown(counts)
    for group, number in table.items():
        assert number in (None, counts[group])
        assert number is None or number == 0 or number >= LEAST


@settings(deadline=None)
@given(COUNTS)
def test_whoever_knows_the_total_cannot_work_a_small_group_out(counts: dict[str, int]) -> None:
    """For all that is shown, it could be empty, and it could be large."""
    table = shown(counts)
    if sum(counts.values()) < LEAST:
        return  # such a total is not shown either
    for group, number in counts.items():
        if table[group] is None and number < LEAST:
            assert smallest(counts, table, group, [list(counts)]) == 0
            assert largest(counts, table, group, [list(counts)]) >= LEAST


@settings(deadline=None)
@given(WEEKS)
def test_totals_of_parts_do_not_tell_of_a_small_week(numbers: list[int]) -> None:
    """Neither those of the last weeks nor what is left of all: a small week is never the only one it could be."""
    counts = {f"w{place}": number for place, number in enumerate(numbers)}
    weeks = list(counts)
    table = shown_of_weeks(counts, [2, 4])
    known = [part for part in (weeks, weeks[-4:], weeks[-2:]) if sum(counts[week] for week in part) >= LEAST]
    for week in weeks:
        if table[week] is None and 0 < counts[week] < LEAST:
            assert not known or largest(counts, table, week, known) - smallest(counts, table, week, known) >= 1


@settings(deadline=None)
@given(COUNTS, st.data())
def test_two_times_do_not_tell_of_a_small_group_between_them(counts: dict[str, int], data: st.DataObject) -> None:
    """Whoever looks at four weeks and at twelve subtracts."""
    before = {group: data.draw(st.integers(0, number)) for group, number in counts.items()}
    short = shown(before)
    long = shown(counts, [short])
    for group in counts:
        mine, yours = long[group], short[group]
        if mine is not None and yours is not None:
            assert not 0 < mine - yours < LEAST


def test_one_hidden_group_takes_the_next_larger_one_along() -> None:
    """Otherwise it would be the total less the others."""
    assert shown({"uk": 20, "ar": 9, "ti": 3}) == {"uk": 20, "ar": None, "ti": None}


def test_empty_groups_beside_full_ones_are_shown() -> None:
    """They tell of nobody."""
    assert shown({"uk": 20, "ar": 0}) == {"uk": 20, "ar": 0}


def test_a_small_total_is_not_shown() -> None:
    """Neither is one that differs by few from that of a shorter time."""
    assert [total(4), total(5), total(9, [6]), total(9, [None]), total(9, [9])] == [None, 5, None, 9, 9]
