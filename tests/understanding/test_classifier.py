"""The three bands follow from the first two probabilities."""

import numpy as np
import pytest

from bot.messages import Band, Candidate
from bot.understanding.classifier import Bands, ranking_of, softmax


@pytest.mark.parametrize(
    ("ranking", "band"),
    [
        ([("a", 0.9), ("b", 0.05)], "sure"),
        ([("a", 0.7), ("b", 0.3)], "sure"),
        ([("a", 0.7), ("b", 0.41)], "unsure"),
        ([("a", 0.5), ("b", 0.3)], "unsure"),
        ([("a", 0.15), ("b", 0.1)], "unknown"),
        ([("out_of_scope", 0.9), ("a", 0.05)], "sure"),
        ([("out_of_scope", 0.6), ("a", 0.25)], "unknown"),
        ([("out_of_scope", 0.5), ("a", 0.4)], "unsure"),
    ],
)
def test_the_band_of_a_ranking(ranking: list[tuple[str, float]], band: Band) -> None:
    """Sure needs height and distance; out of scope is never asked about."""
    bands = Bands(sure=0.7, margin=0.3, unsure=0.2)
    assert bands.band([Candidate(*pair) for pair in ranking]) == band


def test_a_ranking_falls() -> None:
    """The most probable intent comes first."""
    ranking = ranking_of(("a", "b", "out_of_scope"), np.array([0.2, 0.7, 0.1], np.float32))
    assert [candidate.intent for candidate in ranking] == ["b", "a", "out_of_scope"]


def test_probabilities_of_huge_scores_are_still_numbers() -> None:
    """No overflow, and a sum of one."""
    shares = softmax(np.array([[1e4, -1e4, 0]], np.float32))
    assert shares.sum() == pytest.approx(1)
