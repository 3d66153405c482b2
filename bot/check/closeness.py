"""Examples that stand too close to those of another intent, judged by the encoder's vectors.

Nothing is fitted: every example is held against all the others (leave-one-out), first by its nearest neighbours, then
by a linear model whose leave-one-out scores have a closed form. An example is reported only where both speak for the
same other intent and no neighbour for its own, or where the nearest of its own language do, and most of all languages:
of 26,000 examples that are about 100.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.check.examples import Example
from bot.content import Problem
from bot.understanding.cache import encode_with_cache, fingerprint_of
from bot.understanding.encoder import Encoder, Vectors
from bot.understanding.files import write_atomically
from bot.understanding.normalise import clean_utterance, key_of

TOO_CLOSE = 0.9  # cosine of centred vectors within a language; of 12,000 examples one pair lies above, seven above 0.85
CONTRADICTED = 0.97  # the share of the neighbours' weight that speaks for one other intent
NEIGHBOURS = 12
FAIRLY_CLOSE = 0.75  # cosine of the nearest of its language, from which on the three nearest contradict an example ...
_MOSTLY = 0.6  # ... if so much of the weight of the neighbours in all languages speaks for the same intent
_OF_LANGUAGE = 6  # the nearest of its language, among which there is none of its own intent then
_NEAREST = 3
_SHARPNESS = 4  # the power of the cosine by which a neighbour counts
_RIDGE = 3.0
_LEAST_EXAMPLES = 5  # of an intent, below which its examples cannot be expected to find each other
_ROWS = 1024
_KEPT = "examples-*.json"
_KEPT_OUTCOMES = 4

Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Finding = tuple[str, int, int]  # "close" or "contradicted", the example, and its nearest of the other intent


@dataclass(frozen=True, slots=True)
class Judge:
    """What the deeper checks need; ``cache`` is the folder of vectors and outcomes."""

    encoder: Encoder
    cache: Path
    progress: Callable[[int, int], None] = lambda _done, _total: None


def check_closeness(examples: Sequence[Example], judge: Judge) -> Iterator[Problem]:
    """Yield warnings on examples that are close to another intent's; the outcome is kept while nothing changes."""
    if len({example.intent for example in examples}) < 2:  # noqa: PLR2004 - nothing to be mistaken for
        return
    for kind, position, other in _outcome(examples, judge):
        yield _problem(kind, examples[position], examples[other])


def _problem(kind: str, example: Example, other: Example) -> Problem:
    where = f'"{other.text}" ({other.path}:{other.line})'
    if kind == "close":
        problem = f'"{example.text}" ({example.intent}) is nearly the same as {where} of {other.intent}'
        remedy = "Say in both what makes the difference, or keep one of them"
    else:
        problem = f'"{example.text}" ({example.intent}) is understood as {other.intent}, as {where}'
        remedy = "Move it there, word it more clearly, or add examples like it here"
    return Problem(example.path, example.line, problem, remedy, "warning")


def _outcome(examples: Sequence[Example], judge: Judge) -> list[Finding]:
    parts = [judge.encoder.fingerprint, Path(__file__).read_text(encoding="utf-8")]
    parts += [part for each in examples for part in (each.text, each.language, each.intent)]
    path = judge.cache / _KEPT.replace("*", fingerprint_of(parts))
    kept = _read(path)
    if kept is None:
        vectors = encode_with_cache(
            [clean_utterance(each.text) for each in examples], judge.encoder, judge.cache, judge.progress
        )
        kept = find(examples, vectors)
        write_atomically(path, json.dumps(kept).encode())
        _drop_old(judge.cache)
    return kept


def _read(path: Path) -> list[Finding] | None:
    try:
        return [(str(kind), int(one), int(other)) for kind, one, other in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return None  # whatever is wrong with it, it is worked out again


def _drop_old(cache: Path) -> None:
    kept = sorted(cache.glob(_KEPT), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_KEPT_OUTCOMES:]:
        path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Space:
    """Examples as points; ``intents`` are numbered by ``labels``."""

    examples: Sequence[Example]
    points: Scores  # [examples, dimension], of length 1, around the common centre

    @cached_property
    def intents(self) -> list[str]:
        return sorted({example.intent for example in self.examples})

    @cached_property
    def labels(self) -> Numbers:
        number = {intent: place for place, intent in enumerate(self.intents)}
        return np.array([number[example.intent] for example in self.examples], np.int64)


def find(examples: Sequence[Example], vectors: Vectors) -> list[Finding]:
    """Return which examples are close to, or contradicted by, which example of another intent."""
    moved = vectors - vectors.mean(axis=0)
    space = _Space(examples, moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9))
    close = list(_close(space))
    reported = {position for _, *pair in close for position in pair}
    contradicted = [finding for finding in _contradicted(space) if finding[1] not in reported]
    return [*close, *contradicted]


def _close(space: _Space) -> Iterator[Finding]:
    """Yield pairs of one language that are nearly the same; the same words are reported elsewhere."""
    languages = np.array([example.language for example in space.examples])
    for language in sorted(set(languages.tolist())):
        rows = np.flatnonzero(languages == language)
        alike = space.points[rows] @ space.points[rows].T >= TOO_CLOSE
        alike &= space.labels[rows][:, None] != space.labels[rows][None, :]
        for first, second in np.argwhere(np.triu(alike)).tolist():
            one, other = int(rows[first]), int(rows[second])
            if key_of(space.examples[one].text) != key_of(space.examples[other].text):
                yield "close", other, one


def _contradicted(space: _Space) -> Iterator[Finding]:
    count = np.bincount(space.labels, minlength=len(space.intents))
    linear, spoken = _linear(space), _of_language(space)
    for start in range(0, len(space.examples), _ROWS):
        rows = np.arange(start, min(start + _ROWS, len(space.examples)))
        near, votes = _neighbours(space, rows)
        best = votes.argmax(axis=1)
        own = space.labels[rows]
        weight = votes[np.arange(len(rows)), best]
        against = (linear[rows] == best) & (weight >= CONTRADICTED) & (votes[np.arange(len(rows)), own] == 0)
        against |= (spoken[rows] == best) & (weight >= _MOSTLY)
        against &= (best != own) & (count[own] >= _LEAST_EXAMPLES)
        for row in np.flatnonzero(against).tolist():
            nearest = next(each for each in near[row].tolist() if space.labels[each] == best[row])
            yield "contradicted", int(rows[row]), nearest


def _of_language(space: _Space) -> Numbers:
    """Return the other intent that the nearest of its own language agree on, fairly close to each example; else -1."""
    found = np.full(len(space.examples), -1, np.int64)
    languages = np.array([example.language for example in space.examples])
    for language in sorted(set(languages.tolist())):
        rows = np.flatnonzero(languages == language)
        if len(rows) > _OF_LANGUAGE:
            cosines = space.points[rows] @ space.points[rows].T
            np.fill_diagonal(cosines, -1)
            near = np.argpartition(-cosines, _OF_LANGUAGE, axis=1)[:, :_OF_LANGUAGE]
            near = np.take_along_axis(near, np.argsort(-np.take_along_axis(cosines, near, axis=1), axis=1), axis=1)
            labels = space.labels[rows][near]
            agreed = (labels[:, :_NEAREST] == labels[:, :1]).all(axis=1) & (cosines.max(axis=1) >= FAIRLY_CLOSE)
            agreed &= (labels != space.labels[rows][:, None]).all(axis=1)
            found[rows[agreed]] = labels[agreed, 0]
    return found


def _neighbours(space: _Space, rows: Numbers) -> tuple[Numbers, Scores]:
    """Return the nearest others of some examples, nearest first, and each intent's share of their weight."""
    cosines = space.points[rows] @ space.points.T
    cosines[np.arange(len(rows)), rows] = -1
    most = min(NEIGHBOURS, cosines.shape[1] - 1)
    near = np.argpartition(-cosines, most, axis=1)[:, :most]
    order = np.argsort(-np.take_along_axis(cosines, near, axis=1), axis=1)
    near = np.take_along_axis(near, order, axis=1)
    weights = np.maximum(np.take_along_axis(cosines, near, axis=1), 1e-3) ** _SHARPNESS
    weights /= weights.sum(axis=1, keepdims=True)
    cells = np.arange(len(rows))[:, None] * len(space.intents) + space.labels[near]
    votes = np.bincount(cells.ravel(), weights.ravel(), minlength=len(rows) * len(space.intents))
    return near, votes.reshape(len(rows), -1).astype(np.float32)


def _linear(space: _Space) -> Numbers:
    """Return the intent that ridge regression gives each example when it is left out."""
    points = np.hstack([space.points, np.ones((len(space.points), 1), np.float32)])
    wanted = np.eye(len(space.intents), dtype=np.float32)[space.labels]
    inverse = np.linalg.inv(points.T @ points + _RIDGE * np.eye(points.shape[1], dtype=np.float32))
    own_part = ((points @ inverse) * points).sum(axis=1, keepdims=True)
    left_out = (points @ (inverse @ (points.T @ wanted)) - own_part * wanted) / np.maximum(1 - own_part, 1e-6)
    best: Numbers = left_out.argmax(axis=1)
    return best
