"""Thresholds are chosen on examples that were held out of the fit."""

from collections import Counter

import numpy as np
import pytest

from bot.understanding.examples import Example
from bot.understanding.fitting import choose_bands, choose_temperature, fit_classifier, folds_of
from tests.understanding.conftest import EXAMPLES, SpellingEncoder


def test_every_intent_is_dealt_evenly_into_folds() -> None:
    """No fold holds two examples of an intent and language more than another."""
    examples = [Example(str(n), "de", intent) for intent in "ab" for n in range(8)]
    counts = Counter(zip((e.intent for e in examples), folds_of(examples).tolist(), strict=True))
    assert set(counts.values()) == {2}


def test_too_sharp_scores_are_softened() -> None:
    """When every fourth sure guess is wrong, the temperature lies above 1."""
    scores = np.tile(np.array([4.0, 0.0], np.float32), (100, 1))
    labels = np.array([0, 0, 0, 1] * 25)
    assert choose_temperature(scores, labels) > 1.5


def test_sure_is_right_97_times_of_100() -> None:
    """The threshold lies above the probabilities at which guesses are wrong."""
    generator = np.random.default_rng(7)
    first = generator.uniform(0.34, 1, 2000)
    right = generator.uniform(size=2000) < first
    probabilities = np.stack([first, (1 - first) * 0.6, (1 - first) * 0.4], axis=1).astype(np.float32)
    bands = choose_bands(probabilities, np.where(right, 0, 1), out_of_scope=-1)
    sure = (first >= bands.sure) & (first - (1 - first) * 0.6 >= bands.margin)
    assert right[sure].mean() >= 0.97
    assert sure.sum() > 50


def test_what_is_out_of_scope_is_hardly_ever_surely_something_else() -> None:
    """Foreign utterances that look like an intent push the threshold above them."""
    probabilities = np.array([[0.95, 0.05]] * 200 + [[0.85, 0.15]] * 4, np.float32)
    labels = np.array([0] * 200 + [1] * 4)
    assert choose_bands(probabilities, labels, out_of_scope=1).sure > 0.85


def test_two_intents_are_enough() -> None:
    """The smallest model that can be fitted tells two intents apart."""
    examples = [e for e in EXAMPLES if e.intent in {"greet", "faq/see-doctor"}]
    texts = [e.text for e in examples]
    vectors = SpellingEncoder().encode(texts)
    classifier = fit_classifier(examples, vectors)
    best = classifier.probabilities(vectors, texts).argmax(axis=1)
    assert [classifier.intents[i] for i in best] == [e.intent for e in examples]


@pytest.mark.parametrize("copies", [1, 4])
def test_an_intent_with_a_single_example_does_not_break_the_fit(copies: int) -> None:
    """An editor who has only begun a topic still gets a model."""
    examples = [*EXAMPLES * copies, Example("wie melde ich mich an", "de", "faq/register-address")]
    vectors = SpellingEncoder().encode([e.text for e in examples])
    assert "faq/register-address" in fit_classifier(examples, vectors).intents
