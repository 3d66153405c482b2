"""Asks an interpreter about every line, one at a time, and collects what there is to report."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.evaluation.figures import (
    Confusion,
    Figures,
    Found,
    Judged,
    Share,
    area_under_curve,
    confusions,
    figures_of,
    found_of,
    marked_entities,
    recall_by_label,
)
from bot.evaluation.reading import Line
from bot.understanding.interpreter import Interpreter

Progress = Callable[[int, int], None]

# Neither an example nor a danger, and long: either would be answered before everything is loaded.
_WARM_UP = "xqvz 4711 wjyk Aufwärmen vor der Messung. xqvz 4712 wjyk niemand hat das je gefragt."


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one engine made of all lines.

    ``unmarked`` counts what was found of entities that no line marks: it cannot be judged. ``area`` is the area
    under the ROC curve of answering what is in scope.
    """

    engine: str
    judged: Sequence[Judged]
    overall: Figures
    languages: Mapping[str, Figures]
    entities: Mapping[str, Found]
    unmarked: Mapping[str, int]
    confusions: Sequence[Confusion]
    labels: Mapping[str, Share]
    area: float | None

    @property
    def entity_names(self) -> frozenset[str]:
        """The entities that are marked."""
        return frozenset(self.entities)


def evaluate(engine: str, interpreter: Interpreter, lines: Sequence[Line], progress: Progress) -> Evaluation:
    """Evaluate an interpreter on lines; one utterance after the other, as a single person would write.

    Raises:
        LotseError: the interpreter gives no answers.
    """
    return summarise(engine, asyncio.run(_ask(interpreter, lines, progress)))


def summarise(engine: str, judged: Sequence[Judged]) -> Evaluation:
    """Return every figure of judged lines, overall and by language."""
    names = marked_entities(each.line for each in judged)
    languages: dict[str, list[Judged]] = {}
    for each in judged:
        languages.setdefault(each.line.language, []).append(each)
    return Evaluation(
        engine,
        judged,
        figures_of(judged, names),
        {language: figures_of(languages[language], names) for language in sorted(languages)},
        {name: found_of(judged, frozenset({name})) for name in sorted(names)},
        _unmarked(judged, names),
        confusions(judged),
        recall_by_label(judged),
        area_under_curve(judged),
    )


async def _ask(interpreter: Interpreter, lines: Sequence[Line], progress: Progress) -> list[Judged]:
    # Whatever is loaded at the first question would be counted as its time.
    await interpreter.understand(_WARM_UP, None)
    judged = []
    progress(0, len(lines))
    for line in lines:
        started = time.perf_counter()
        meant = await interpreter.understand(line.text, line.prior)
        judged.append(Judged(line, meant, time.perf_counter() - started))
        progress(len(judged), len(lines))
    return judged


def _unmarked(judged: Iterable[Judged], names: frozenset[str]) -> dict[str, int]:
    found = Counter(
        name for each in judged if each.line.entities is not None for name in each.meant.entities if name not in names
    )
    return dict(sorted(found.items()))
