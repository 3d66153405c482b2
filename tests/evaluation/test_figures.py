"""Each figure on lines whose result is known by counting."""

import pytest
from scipy.stats import binomtest

from bot.evaluation.figures import (
    Confusion,
    Found,
    Share,
    area_under_curve,
    confusions,
    figures_of,
    found_of,
    marked_entities,
    percentile,
    recall_by_label,
    wrong_parts,
)
from tests.evaluation.sample import SOME, judged

NAMES = frozenset({"level", "sport"})
FIGURES = figures_of(SOME, NAMES)


@pytest.mark.parametrize(
    ("figure", "right", "of"),
    [
        ("top1", 2, 5),
        ("top3", 4, 5),
        ("out_not_answered", 2, 3),
        ("out_recognised", 1, 3),
        ("out_sure", 1, 3),
        ("sure_right", 2, 4),
        ("sure_covers", 2, 5),
        ("language", 7, 8),
        ("language_long", 6, 7),
    ],
)
def test_shares_count_what_they_say(figure: str, right: int, of: int) -> None:
    """Right, and of how many."""
    assert getattr(FIGURES, figure) == Share(right, of)


def test_entities_are_counted_by_pairs() -> None:
    """Only lines whose entities are marked, and only entities that are marked somewhere."""
    assert FIGURES.entities_find == Found(both=1, missed=1, invented=1)
    assert FIGURES.entities == Found(both=2, missed=1, invented=2)
    assert found_of(SOME, frozenset({"level"})) == Found(both=1, missed=1, invented=2)
    assert marked_entities(each.line for each in SOME) == NAMES


def test_precision_recall_and_f1() -> None:
    """The harmonic mean lies between the two."""
    found = Found(both=6, missed=4, invented=2)
    assert (found.precision, found.recall) == (0.75, 0.6)
    assert found.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))


def test_nothing_is_divided_by_zero() -> None:
    """A figure of nothing is None."""
    empty = figures_of([], NAMES)
    assert empty.top1.value is None
    assert empty.top1.interval is None
    assert empty.entities.f1 is None
    assert empty.entities.precision is None
    assert (empty.p50_ms, empty.p95_ms) == (None, None)
    assert area_under_curve([]) is None
    assert Found(both=0, missed=3, invented=0).precision is None
    assert Found(both=0, missed=3, invented=0).f1 == 0


@pytest.mark.parametrize(("right", "of"), [(81, 263), (0, 20), (20, 20), (1, 1), (3119, 3811)])
def test_the_interval_is_wilsons(right: int, of: int) -> None:
    """As SciPy works it out."""
    expected = binomtest(right, of).proportion_ci(0.95, method="wilson")
    assert Share(right, of).interval == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_percentiles_are_values_that_occurred() -> None:
    """The nearest rank."""
    values = [float(value) for value in range(100, 0, -1)]
    assert (percentile(values, 50), percentile(values, 95)) == (50, 95)
    assert percentile([3.0], 95) == 3
    assert FIGURES.p50_ms == pytest.approx(10)


def test_the_area_compares_answers_in_and_out_of_scope() -> None:
    """Perfectly parted is 1, all alike is one half; out_of_scope itself is no answer."""
    inside = judged("greet", "greet", confidence=0.9)
    outside = judged("out_of_scope", "out_of_scope", "greet", confidence=0.95)
    assert area_under_curve([inside, outside]) == 1
    assert area_under_curve([inside, judged("out_of_scope", "greet", confidence=0.9)]) == 0.5
    assert area_under_curve([inside, judged("out_of_scope", "greet", confidence=0.95)]) == 0
    assert area_under_curve([inside]) is None


def test_confusions_come_with_their_languages_the_most_frequent_first() -> None:
    """What was only offered is told from what was surely wrong."""
    assert confusions(SOME) == [
        Confusion("out_of_scope", "greet", 2, 1, (("de", 1), ("ar", 1))),
        Confusion("greet", "thank", 2, 0, (("de", 1), ("ar", 1))),
        Confusion("find_course", "find_sport", 1, 1, (("ar", 1),)),
    ]


def test_labels_are_ordered_by_recall() -> None:
    """The worst comes first."""
    shares = recall_by_label(SOME)
    assert list(shares) == ["greet", "out_of_scope", "find_course", "faq/debts"]
    assert shares["out_of_scope"] == Share(1, 3)


def test_what_was_wrong_with_a_line() -> None:
    """Out of scope is right where it is not answered."""
    assert [wrong_parts(each, NAMES) for each in SOME] == [
        ["entities"],
        ["intent", "language", "entities"],
        ["intent", "entities"],
        ["intent"],
        [],
        [],
        ["intent"],
        [],
    ]
