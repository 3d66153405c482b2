"""What is named in an utterance helps to tell what it wishes for."""

import numpy as np
import pytest

from bot.understanding.leaning import leaning, leant


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ({"sport": ("chess",), "weekday": ("thu",)}, {"find_sport"}),
        ({"sport": ("boxing",), "age": ("12",)}, {"find_sport"}),
        ({"level": ("B1",), "time_of_day": ("morning",)}, {"find_course"}),
        ({"level": ("A1",), "childcare": ("yes",)}, {"find_course"}),
        ({"sport": ("tennis",), "level": ("A1",), "district": ("west",)}, {"find_sport"}),
        ({"sport": ("swimming",), "audience": ("children",)}, set()),
        ({"level": ("B1",)}, set()),
        ({"childcare": ("yes",), "district": ("west",)}, set()),
        ({"office": ("jobcenter",), "level": ("B1",), "weekday": ("mon",)}, set()),
        ({}, set()),
    ],
)
def test_a_sport_or_a_level_with_a_time_or_place_is_a_wish(
    entities: dict[str, tuple[str, ...]], expected: set[str]
) -> None:
    """A cheaper pool for children may be about the bonus card; who names an office wishes for no course."""
    assert set(leaning(entities)) == expected


def test_what_is_added_keeps_probabilities() -> None:
    """Rows sum to 1, the favoured intent gains, and the order of the others stays."""
    before = np.array([[0.5, 0.3, 0.2], [0.98, 0.0, 0.02]], np.float32)
    after = leant(before, ("faq/religion", "find_sport", "greet"), {"find_sport": 3.0})
    assert after.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert after[0].argmax() == 1
    assert after[0, 0] > after[0, 2]
    assert after[1].argmax() == 0, "what is impossible stays so"


def test_nothing_changes_without_an_addition() -> None:
    """Not even by rounding; neither does an engine that lacks the intent."""
    before = np.array([[0.7, 0.3]], np.float32)
    assert leant(before, ("greet", "thank"), {}) is before
    assert leant(before, ("greet", "thank"), {"find_sport": 3.0}) is before
