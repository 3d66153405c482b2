"""Fits the classifier to examples and, on examples held out of the fit, what its probabilities are worth."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.understanding.classifier import OUT_OF_SCOPE, Bands, Classifier, Probabilities, softmax
from bot.understanding.encoder import Vectors
from bot.understanding.examples import Example
from bot.understanding.features import Features, learn_features

_STRENGTH = 10.0  # of the fit (C of scikit-learn), chosen on the calibration utterances
_TOLERANCE = 2e-4  # a looser fit is worse by four points on unseen utterances
_FOLDS = 4
_ENOUGH_TO_CALIBRATE = 100
_SURE_IS_RIGHT = 0.99  # more than is promised: new people write in new ways
_OUT_OF_SCOPE_SURE = 0.03
_LOST_ANSWERS = 0.04  # of the answers that were among the first three, how many may end as unknown

Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


def fit_classifier(
    examples: Sequence[Example],
    vectors: Vectors,
    heldout: Sequence[Example] = (),
    heldout_vectors: Vectors | None = None,
) -> Classifier:
    """Fit to examples and their vectors [examples, dimension]; needs two intents at least.

    ``heldout`` are utterances by other hands, with vectors [heldout, dimension], on which it is measured what the
    probabilities are worth; then they are learnt from as well. Without enough of them that is measured on folds of the
    examples, which flatters.
    """
    intents = tuple(sorted({example.intent for example in examples}))
    features = learn_features(vectors, [example.text for example in examples])
    matrix, labels = _inputs(features, examples, vectors, intents)
    temperature, bands = 1.0, Bands()
    if heldout_vectors is not None and len(heldout) >= _ENOUGH_TO_CALIBRATE:
        weights, bias = _fit(matrix, labels, len(intents))
        unseen, wanted = _inputs(features, heldout, heldout_vectors, intents)
        temperature, bands = _calibrate(unseen @ weights + bias, wanted, intents)
        matrix, labels = _stacked(matrix, unseen), np.concatenate([labels, wanted])
    elif len(labels) >= _ENOUGH_TO_CALIBRATE:
        scores = held_out_scores(matrix, labels, len(intents), folds_of(examples))
        temperature, bands = _calibrate(scores, labels, intents)
    weights, bias = _fit(matrix, labels, len(intents))
    dimension = vectors.shape[1]
    dense, sparse = weights[:dimension], weights[dimension:].astype(np.float16)
    return Classifier(intents, features, dense, sparse, bias, temperature, bands)


def _inputs(
    features: Features, examples: Sequence[Example], vectors: Vectors, intents: Sequence[str]
) -> tuple[Any, Labels]:
    """Return the features [examples, dimension + buckets] and the numbers of the intents [examples]."""
    labels = np.array([intents.index(example.intent) for example in examples], np.int64)
    return features.matrix(vectors, [example.text for example in examples]), labels


def _stacked(above: Any, below: Any) -> Any:
    from scipy import sparse  # noqa: PLC0415 - only training needs it, and it is large

    return sparse.vstack([above, below]).tocsr()


def folds_of(examples: Sequence[Example]) -> Labels:
    """Deal the examples of each intent and language into folds, in order; the same for the same input."""
    dealt: Counter[tuple[str, str]] = Counter()
    folds = []
    for example in examples:
        folds.append(dealt[example.intent, example.language] % _FOLDS)
        dealt[example.intent, example.language] += 1
    return np.array(folds, np.int64)


def _fit(matrix: Any, labels: Labels, intents: int) -> tuple[Scores, Scores]:
    """Return weights [features, intents] and biases [intents]; an intent without examples can never win."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only training needs it, and it is large

    model = LogisticRegression(C=_STRENGTH, tol=_TOLERANCE, max_iter=200).fit(matrix, labels)
    weights = np.zeros((matrix.shape[1], intents), np.float32)
    bias = np.full(intents, -1e3, np.float32)
    # With two intents scikit-learn only keeps the scores of the second.
    present = model.classes_ if len(model.classes_) > 2 else model.classes_[1:]  # noqa: PLR2004
    bias[model.classes_] = 0
    weights[:, present] = model.coef_.T
    bias[present] = model.intercept_
    return weights, bias


def _calibrate(scores: Scores, labels: Labels, intents: Sequence[str]) -> tuple[float, Bands]:
    """Return temperature and bands for scores [utterances, intents] of utterances that were not trained on."""
    temperature = choose_temperature(scores, labels)
    out_of_scope = intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in intents else -1
    return temperature, choose_bands(softmax(scores / temperature), labels, out_of_scope)


def held_out_scores(matrix: Any, labels: Labels, intents: int, folds: Labels) -> Scores:
    """Return the scores [examples, intents] that each example gets from a fit that did not see its fold."""
    scores = np.zeros((len(labels), intents), np.float32)
    # One after the other: each fit needs about half a gigabyte while it runs.
    for fold in np.unique(folds):
        trained, held_out = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        weights, bias = _fit(matrix[trained], labels[trained], intents)
        scores[held_out] = matrix[held_out] @ weights + bias
    return scores


def choose_temperature(scores: Scores, labels: Labels) -> float:
    """Return the divisor of scores [examples, intents] under which held-out labels are the most likely."""
    rows = np.arange(len(labels))

    def surprise(temperature: float) -> float:
        return float(-np.log(softmax(scores / temperature)[rows, labels] + 1e-9).mean())

    divisors: list[float] = np.geomspace(0.3, 3.0, 47).tolist()
    return min(divisors, key=surprise)


def choose_bands(probabilities: Probabilities, labels: Labels, out_of_scope: int) -> Bands:
    """Choose thresholds on held-out probabilities [examples, intents].

    ``sure`` is as wide as it may be while 97 of 100 are right and no more than 3 of 100 utterances that are out
    of scope are taken for something else; ``unsure`` loses few answers that were among the first three.
    """
    order = np.argsort(-probabilities, axis=1)[:, :3]
    sorted_ = np.take_along_axis(probabilities, order, axis=1)
    first, lead = sorted_[:, 0], sorted_[:, 0] - sorted_[:, 1]
    right, foreign = order[:, 0] == labels, (labels == out_of_scope) & (order[:, 0] != out_of_scope)
    all_foreign = max(int((labels == out_of_scope).sum()), 1)
    best, widest = Bands(sure=0.99, margin=0.0), 0
    for margin in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        for sure in np.arange(0.30, 0.99, 0.01).tolist():
            chosen = (first >= sure) & (lead >= margin)
            kept = int(chosen.sum())
            fits = kept > widest and right[chosen].mean() >= _SURE_IS_RIGHT
            if fits and foreign[chosen].sum() <= _OUT_OF_SCOPE_SURE * all_foreign:
                best, widest = Bands(round(sure, 2), margin), kept
    found = (order == labels[:, None]).any(axis=1) & (labels != out_of_scope)
    unsure = float(np.quantile(first[found], _LOST_ANSWERS)) if found.any() else best.unsure
    return Bands(best.sure, best.margin, round(min(unsure, best.sure), 3))
