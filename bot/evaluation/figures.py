"""The figures of an evaluation, each defined once: how often was right what the interpreter said."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.evaluation.reading import Line
from bot.messages import Understanding

OUT_OF_SCOPE = "out_of_scope"
_LONG = 4  # words from which on a message should show its language
_NORMAL = 1.959964  # 95 % of a normal distribution lie within that many standard deviations


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled utterance, what was understood of it, and how long that took."""

    line: Line
    meant: Understanding
    seconds: float

    @property
    def in_scope(self) -> bool:
        """Whether the assistant should answer."""
        return self.line.label != OUT_OF_SCOPE

    @property
    def right(self) -> bool:
        """Whether the first intent is the label."""
        return self.meant.intent == self.line.label

    @property
    def among_three(self) -> bool:
        """Whether one of the first three intents is the label."""
        return self.right or self.line.label in [each.intent for each in self.meant.ranking[:3]]

    @property
    def sure(self) -> bool:
        """Whether the assistant acts on it without asking."""
        return self.meant.band == "sure"

    @property
    def answered(self) -> bool:
        """Whether the assistant acts on it as on something in scope."""
        return self.sure and self.meant.intent != OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class Share:
    """``right`` of ``of``."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % score interval of Wilson (1927, J. Am. Stat. Assoc. 22:209-212)."""
        if not self.of:
            return None
        share, square = self.right / self.of, _NORMAL**2
        middle = share + square / (2 * self.of)
        half = _NORMAL * math.sqrt(share * (1 - share) / self.of + square / (4 * self.of**2))
        scale = 1 + square / self.of
        return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


@dataclass(frozen=True, slots=True)
class Found:
    """Entities: marked and found (``both``), only marked (``missed``), only found (``invented``)."""

    both: int
    missed: int
    invented: int

    @property
    def precision(self) -> float | None:
        """Of those found, how many are marked."""
        return Share(self.both, self.both + self.invented).value

    @property
    def recall(self) -> float | None:
        """Of those marked, how many are found."""
        return Share(self.both, self.both + self.missed).value

    @property
    def f1(self) -> float | None:
        """The harmonic mean of the two; None where nothing was marked and nothing found."""
        return Share(2 * self.both, 2 * self.both + self.missed + self.invented).value


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one set of utterances."""

    lines: int
    top1: Share
    top3: Share
    out_not_answered: Share
    out_recognised: Share
    out_sure: Share
    sure_right: Share
    sure_covers: Share
    language: Share
    language_long: Share
    entities_find: Found
    entities: Found
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often a label was taken for another intent, how often of that surely, and in which languages."""

    label: str
    intent: str
    times: int
    sure: int
    languages: tuple[tuple[str, int], ...]


def figures_of(judged: Sequence[Judged], entity_names: frozenset[str]) -> Figures:
    """Return every figure; of entities, those named ``entity_names`` count."""
    inside = [each for each in judged if each.in_scope]
    outside = [each for each in judged if not each.in_scope]
    sure = [each for each in judged if each.sure]
    times = [each.seconds * 1000 for each in judged]
    finding = [each for each in judged if each.line.label.startswith("find_")]
    return Figures(
        lines=len(judged),
        top1=_share(each.right for each in inside),
        top3=_share(each.among_three for each in inside),
        out_not_answered=_share(not each.answered for each in outside),
        out_recognised=_share(each.right for each in outside),
        out_sure=_share(each.answered for each in outside),
        sure_right=_share(each.right for each in sure),
        sure_covers=_share(each.sure for each in inside),
        language=_share(_language_right(each) for each in judged),
        language_long=_share(_language_right(each) for each in judged if len(each.line.text.split()) >= _LONG),
        entities_find=found_of(finding, entity_names),
        entities=found_of(judged, entity_names),
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
    )


def _share(outcomes: Iterable[bool]) -> Share:
    known = list(outcomes)
    return Share(sum(known), len(known))


def _language_right(judged: Judged) -> bool:
    return judged.meant.language == judged.line.language


def found_of(judged: Iterable[Judged], names: frozenset[str]) -> Found:
    """Count pairs of entity and value; lines whose entities nobody marked are left out."""
    both = missed = invented = 0
    for each in judged:
        if each.line.entities is None:
            continue
        marked, found = _pairs(each.line.entities, names), _pairs(each.meant.entities, names)
        both += len(marked & found)
        missed += len(marked - found)
        invented += len(found - marked)
    return Found(both, missed, invented)


def _pairs(entities: Mapping[str, tuple[str, ...]], names: frozenset[str]) -> set[tuple[str, str]]:
    return {(name, value) for name, values in entities.items() if name in names for value in values}


def marked_entities(lines: Iterable[Line]) -> frozenset[str]:
    """Return the names of all entities that are marked anywhere: what nobody marks cannot be judged."""
    return frozenset(name for line in lines for name in line.entities or ())


def wrong_parts(judged: Judged, entity_names: frozenset[str]) -> list[str]:
    """Say what was misunderstood: intent, language, entities; out of scope is right if it is not answered."""
    intent = judged.right if judged.in_scope else not judged.answered
    found = found_of([judged], entity_names)
    parts = {
        "intent": intent,
        "language": _language_right(judged),
        "entities": not found.missed and not found.invented,
    }
    return [name for name, right in parts.items() if not right]


def confusions(judged: Iterable[Judged]) -> list[Confusion]:
    """Return what was taken for something else, the most frequent first."""
    groups: dict[tuple[str, str], list[Judged]] = {}
    for each in judged:
        if not each.right:
            groups.setdefault((each.line.label, each.meant.intent), []).append(each)
    found = [
        Confusion(
            label,
            intent,
            len(group),
            sum(each.sure for each in group),
            tuple(Counter(each.line.language for each in group).most_common()),
        )
        for (label, intent), group in groups.items()
    ]
    return sorted(found, key=lambda each: (-each.times, -each.sure, each.label, each.intent))


def recall_by_label(judged: Iterable[Judged]) -> dict[str, Share]:
    """Return how often each label was the first intent, the worst first."""
    groups: dict[str, list[bool]] = {}
    for each in judged:
        groups.setdefault(each.line.label, []).append(each.right)
    shares = {label: _share(outcomes) for label, outcomes in groups.items()}
    return dict(sorted(shares.items(), key=lambda item: (item[1].value or 0.0, item[0])))


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the smallest value that so many percent of all do not exceed."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]


def area_under_curve(judged: Sequence[Judged]) -> float | None:
    """Return how probably an utterance in scope gets more confidence in its best answer than one out of scope.

    This is the area under the ROC curve (Hanley and McNeil 1982, Radiology 143:29-36); equal ones count half.
    """
    inside = sorted(_answer_confidence(each) for each in judged if each.in_scope)
    outside = [_answer_confidence(each) for each in judged if not each.in_scope]
    if not inside or not outside:
        return None
    won = sum(2 * len(inside) - bisect_left(inside, low) - bisect_right(inside, low) for low in outside)
    return won / (2 * len(inside) * len(outside))


def _answer_confidence(judged: Judged) -> float:
    return max((each.confidence for each in judged.meant.ranking if each.intent != OUT_OF_SCOPE), default=0.0)
