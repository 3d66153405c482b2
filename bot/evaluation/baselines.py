"""Well-known simple engines, to see what the interpreter adds to them; all learn from the same examples."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.evaluation.figures import OUT_OF_SCOPE
from bot.messages import Candidate, Understanding
from bot.understanding.encoder import Encoder, Vectors
from bot.understanding.examples import Example
from bot.understanding.fitting import folds_of
from bot.understanding.normalise import clean_utterance, normalise

_RANKING_LENGTH = 5
_SHORTEST, _LONGEST = 2, 5  # letters of an n-gram, as in the interpreter
_SATURATION, _LENGTH = 1.2, 0.75  # k1 and b of BM25
_STRENGTH = 15.0  # C of the logistic regression, as in the interpreter
_NGRAMS = 2**15  # of the logistic regression, as many as the interpreter has buckets; more take minutes longer
_BLOCK = 256
_ENOUGH_HELD_OUT = 100  # utterances, as the interpreter needs
_SURE_IS_RIGHT = 0.97
_OUT_OF_SCOPE_SURE = 0.03
_LEADS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)  # quantiles of the lead that are tried

Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Scorer = Callable[[Sequence[str]], Scores]  # texts -> [texts, intents]
Fit = Callable[[Sequence[str], Labels, int], Scorer]  # texts, their labels, how many intents


@dataclass(frozen=True, slots=True)
class Sure:
    """From which score, and which lead before the second intent, a baseline is sure."""

    score: float
    lead: float


@dataclass(frozen=True)
class Baseline:
    """An engine that gives every intent a score; it knows neither languages nor entities."""

    intents: tuple[str, ...]
    scorer: Scorer
    sure: Sure

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return the intents with the highest scores."""
        scores = await asyncio.to_thread(self.scorer, [text])
        best = np.argsort(-scores[0], kind="stable")[:_RANKING_LENGTH]
        ranking = tuple(Candidate(self.intents[i], float(scores[0, i])) for i in best)
        first, lead = ranking[0], ranking[0].confidence - ranking[1].confidence
        sure = first.confidence >= self.sure.score and lead >= self.sure.lead
        return Understanding(prior or "", first.intent, first.confidence, "sure" if sure else "unsure", ranking)


def train(
    examples: Sequence[Example],
    fit: Fit,
    progress: Callable[[int, int], None],
    heldout: Sequence[Example] = (),
) -> Baseline:
    """Fit to all examples, with thresholds that are chosen as the interpreter's are.

    That is on ``heldout`` utterances by other hands, or, without enough of them, on folds of the examples, which
    flatters. Utterances of an intent without examples tell nothing.
    """
    texts = [example.text for example in examples]
    intents = tuple(sorted({example.intent for example in examples}))
    labels = _labels(examples, intents)
    scorer = fit(texts, labels, len(intents))
    unseen = [utterance for utterance in heldout if utterance.intent in intents]
    if len(unseen) >= _ENOUGH_HELD_OUT:
        wanted = _labels(unseen, intents)
        scores = _scores(scorer, [utterance.text for utterance in unseen], len(intents))
        progress(len(texts), len(texts))
    else:
        wanted, scores = labels, _scores_of_folds(texts, labels, folds_of(examples), fit, progress)
    out_of_scope = intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in intents else -1
    return Baseline(intents, scorer, choose_sure(scores, wanted, out_of_scope))


def _labels(examples: Sequence[Example], intents: Sequence[str]) -> Labels:
    return np.array([intents.index(example.intent) for example in examples], np.int64)


def _scores(scorer: Scorer, texts: Sequence[str], intents: int) -> Scores:
    """Return [texts, intents], block by block: the scores of all examples for all texts would be large."""
    scores = np.zeros((len(texts), intents), np.float32)
    for start in range(0, len(texts), _BLOCK):
        scores[start : start + _BLOCK] = scorer(texts[start : start + _BLOCK])
    return scores


def _scores_of_folds(
    texts: Sequence[str], labels: Labels, folds: Labels, fit: Fit, progress: Callable[[int, int], None]
) -> Scores:
    """Return the scores [texts, intents] that each text gets from a fit that did not see its fold."""
    intents = int(labels.max()) + 1
    scores = np.zeros((len(texts), intents), np.float32)
    progress(0, len(texts))
    for fold in np.unique(folds):
        rest, held_out = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        scorer = fit([texts[int(i)] for i in rest], labels[rest], intents)
        scores[held_out] = _scores(scorer, [texts[int(i)] for i in held_out], intents)
        progress(int((folds <= fold).sum()), len(texts))
    return scores


def choose_sure(scores: Scores, labels: Labels, out_of_scope: int) -> Sure:
    """Choose thresholds on held-out scores [examples, intents]: as many sure as possible, within the promise.

    The promise is that of the interpreter: 97 of 100 are right, and no more than 3 of 100 utterances that are out of
    scope are taken for something else.
    """
    ordered = np.sort(scores, axis=1)
    first, lead, chosen = ordered[:, -1], ordered[:, -1] - ordered[:, -2], scores.argmax(axis=1)
    right, foreign = chosen == labels, (labels == out_of_scope) & (chosen != out_of_scope)
    allowed = _OUT_OF_SCOPE_SURE * max(int((labels == out_of_scope).sum()), 1)
    best, widest = Sure(float("inf"), 0.0), 0
    for least in {0.0, *(float(np.quantile(lead, share)) for share in _LEADS)}:
        kept = np.flatnonzero(lead >= least)
        kept = kept[np.argsort(-first[kept], kind="stable")]
        numbers = np.arange(1, len(kept) + 1)
        fits = (np.cumsum(right[kept]) >= _SURE_IS_RIGHT * numbers) & (np.cumsum(foreign[kept]) <= allowed)
        # Examples of one score are sure together, or not at all.
        fits[:-1] &= first[kept][:-1] > first[kept][1:]
        wide = int(numbers[fits].max(initial=0))
        if wide > widest:
            best, widest = Sure(float(first[kept][wide - 1]), least), wide
    return best


def _counted(texts: Sequence[str], *, least: int = 1, most: int | None = None) -> tuple[Any, Any]:
    """Return a vectoriser of n-grams inside words, and the counts of texts [texts, n-grams]."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - large, and only needed to compare

    vectoriser = CountVectorizer(
        analyzer="char_wb",
        ngram_range=(_SHORTEST, _LONGEST),
        preprocessor=normalise,
        min_df=least,
        max_features=most,
        dtype=np.float32,
    )
    return vectoriser, vectoriser.fit_transform(texts)


class _Best:
    """The best score of any example of an intent; rows are sorted by intent, so each intent is one slice."""

    def __init__(self, labels: Labels, intents: int) -> None:
        self.order = np.argsort(labels, kind="stable")
        self._present, self._starts = np.unique(labels[self.order], return_index=True)
        self._intents = intents

    def by_intent(self, scores: Scores) -> Scores:
        """Return [texts, intents] of [texts, examples in ``order``]; an intent without examples can never win."""
        best = np.full((len(scores), self._intents), -1.0, np.float32)
        best[:, self._present] = np.maximum.reduceat(scores, self._starts, axis=1)
        return best


def bm25(texts: Sequence[str], labels: Labels, intents: int) -> Scorer:
    """BM25 over character n-grams; the best example's intent wins.

    Robertson and Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond, section 3.4. A score is
    divided by the most that the utterance could reach: the order stays, and scores of long and short ones compare.
    """
    from scipy import sparse  # noqa: PLC0415 - large, and only needed to compare

    best = _Best(labels, intents)
    vectoriser, counts = _counted([texts[i] for i in best.order])
    documents, size = counts.shape[0], np.asarray(counts.sum(axis=1)).ravel()
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log1p((documents - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    damping = _SATURATION * (1 - _LENGTH + _LENGTH * size / size.mean())
    per_entry = np.repeat(damping, np.diff(counts.indptr)).astype(np.float32)
    weights = counts.data * (_SATURATION + 1) / (counts.data + per_entry) * rarity[counts.indices]
    index = sparse.csr_matrix((weights, counts.indices, counts.indptr), shape=counts.shape).T.tocsr()

    def score(asked: Sequence[str]) -> Scores:
        queries = vectoriser.transform(asked)
        most = np.maximum(queries @ rarity * (_SATURATION + 1), 1e-9)
        return best.by_intent((queries @ index).toarray() / most[:, None])

    return score


def _tfidf(counts: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415 - large, and only needed to compare

    return TfidfTransformer(sublinear_tf=True).fit(counts)


def nearest_tfidf(texts: Sequence[str], labels: Labels, intents: int) -> Scorer:
    """Cosine of tf-idf vectors of character n-grams; the nearest example's intent wins."""
    best = _Best(labels, intents)
    vectoriser, counts = _counted([texts[i] for i in best.order])
    weigh = _tfidf(counts)
    index = weigh.transform(counts).T.tocsr()

    def score(asked: Sequence[str]) -> Scores:
        queries = weigh.transform(vectoriser.transform(asked))
        return best.by_intent((queries @ index).toarray())

    return score


def logistic_regression(texts: Sequence[str], labels: Labels, intents: int) -> Scorer:
    """Logistic regression on tf-idf of the most frequent character n-grams."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - large, and only needed to compare

    vectoriser, counts = _counted(texts, least=2, most=_NGRAMS)
    weigh = _tfidf(counts)
    model = LogisticRegression(C=_STRENGTH, tol=1e-3, max_iter=200).fit(weigh.transform(counts), labels)

    def score(asked: Sequence[str]) -> Scores:
        shares = np.zeros((len(asked), intents), np.float32)
        shares[:, model.classes_] = model.predict_proba(weigh.transform(vectoriser.transform(asked)))
        return shares

    return score


def nearest_vectors(encoder: Encoder, known: Mapping[str, Vectors]) -> Fit:
    """Cosine of the encoder's vectors; the nearest example's intent wins. ``known`` are vectors by cleaned text."""

    def encode(texts: Sequence[str]) -> Vectors:
        cleaned = [clean_utterance(text) for text in texts]
        return np.stack([known[text] if text in known else encoder.encode([text])[0] for text in cleaned])

    def fit(texts: Sequence[str], labels: Labels, intents: int) -> Scorer:
        best = _Best(labels, intents)
        index = encode([texts[i] for i in best.order]).T

        def score(asked: Sequence[str]) -> Scores:
            return best.by_intent(encode(asked) @ index)

        return score

    return fit
