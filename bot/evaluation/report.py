"""What an evaluation found, for people as tables and for programs as JSON."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict
from textwrap import shorten
from typing import Any

from bot.evaluation.figures import Figures, Found, Share, wrong_parts
from bot.evaluation.running import Evaluation

_CONFUSIONS = 15
_LABELS = 10

_EXPLAINED = {
    "n": "utterances",
    "top1": "in scope: the first intent is the label",
    "top3": "in scope: one of the first three intents is the label",
    "out_not_answered": "out of scope: not answered, that is band other than sure, or intent out_of_scope",
    "out_recognised": "out of scope: the first intent is out_of_scope, whatever the band",
    "out_sure": "out of scope: surely taken for something else (the rest of out_not_answered)",
    "sure_right": "of all lines that are sure, in scope or not, how many have the right intent",
    "sure_covers": "of the lines in scope, how many are sure, rightly or not",
    "language": "the language is right",
    "language_long": "the same, of messages of four words and more",
    "entities_find": "micro-F1 of pairs of entity and value, of lines labelled find_…",
    "entities": "the same, of all lines",
}
_NOT_COMPARED = ("language", "language_long", "entities_find", "entities")  # the baselines only know intents
# The columns of the main table: two lines of heading, and the field of Figures.
_COLUMNS = (
    ("in scope", "top-1", "top1"),
    ("", "top-3", "top3"),
    ("out of scope", "kept", "out_not_answered"),
    ("", "recogn.", "out_recognised"),
    ("", "wrong!", "out_sure"),
    ("sure", "right", "sure_right"),
    ("", "covers", "sure_covers"),
    ("language", "all", "language"),
    ("", ">=4 w.", "language_long"),
    ("entities F1", "find_", "entities_find"),
    ("", "all", "entities"),
)
_NOTES = (
    "All figures are percent; - where there is nothing to count. In scope: the first intent (top-1), or one of the",
    "first three (top-3), is the label. Out of scope: kept = not answered (band not sure, or intent out_of_scope);",
    "recogn. = intent out_of_scope; wrong! = surely taken for something else (100 - kept). Sure: right = of all sure",
    "lines, in scope or not, those with the right intent; covers = of the lines in scope, those that are sure.",
    "Language: all lines; lines of four words and more. Entities: micro-F1 of (entity, value), of lines labelled",
    "find_… and of all lines; lines without the field entities are left out. Words of danger come before the model,",
    "as in the assistant. Times: one utterance after the other. [ ]: 95 % interval of Wilson (1927).",
)


def as_text(evaluation: Evaluation, compared: Sequence[Evaluation] = (), notes: Sequence[str] = ()) -> str:
    """Return tables of at most 120 columns; ``notes`` explain the engines that are ``compared``."""
    parts = [_main(evaluation), _entities(evaluation), _confusions(evaluation), _labels(evaluation)]
    if compared:
        parts.append(_comparison(compared, notes))
    return "\n\n".join("\n".join(part) for part in parts if part)


def _main(evaluation: Evaluation) -> list[str]:
    rows = [*evaluation.languages.items(), ("all", evaluation.overall)]
    top = f"{'':9}{'':6}" + "".join(f"  {above:<6}" if not above else f"  {above}" for above in _heads())
    return [
        top.rstrip(),
        f"{'language':9}{'n':>6}" + "".join(f"{name:>8}" for _, name, _ in _COLUMNS),
        *(_row(name, figures) for name, figures in rows),
        "",
        _interval("in scope, top-1", evaluation.overall.top1),
        _interval("sure, right", evaluation.overall.sure_right),
        f"time for one utterance: p50 {_ms(evaluation.overall.p50_ms)} ms, p95 {_ms(evaluation.overall.p95_ms)} ms",
        "",
        *_NOTES,
    ]


def _heads() -> Iterator[str]:
    """Yield the upper heading of each group, as wide as its columns."""
    widths: list[tuple[str, int]] = []
    for above, _, _ in _COLUMNS:
        if above:
            widths.append((above, 8))
        else:
            widths[-1] = (widths[-1][0], widths[-1][1] + 8)
    yield from (f"{above:<{width - 2}}" for above, width in widths)


def _row(name: str, figures: Figures) -> str:
    cells = (_percent(_value(getattr(figures, field))) for _, _, field in _COLUMNS)
    return f"{name:9}{figures.lines:>6}" + "".join(f"{cell:>8}" for cell in cells)


def _value(figure: Share | Found) -> float | None:
    return figure.value if isinstance(figure, Share) else figure.f1


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _interval(name: str, share: Share) -> str:
    around = share.interval
    bounds = f" [{_percent(around[0])} to {_percent(around[1])}]" if around else ""
    return f"{name}: {_percent(share.value)} %{bounds}, {share.right} of {share.of}"


def _entities(evaluation: Evaluation) -> list[str]:
    lines = [f"{'entity':16}{'precision':>10}{'recall':>10}{'F1':>10}{'marked':>10}{'found':>10}"]
    for name, found in evaluation.entities.items():
        cells = "".join(f"{_percent(value):>10}" for value in (found.precision, found.recall, found.f1))
        lines.append(f"{name:16}{cells}{found.both + found.missed:>10}{found.both + found.invented:>10}")
    if evaluation.unmarked:
        counts = ", ".join(f"{name} ({times})" for name, times in evaluation.unmarked.items())
        lines.append(f"Found, but marked nowhere in these files, so not judged: {counts}")
    return lines if len(lines) > 1 else []


def _confusions(evaluation: Evaluation) -> list[str]:
    shown = evaluation.confusions[:_CONFUSIONS]
    if not shown:
        return []
    lines = [f"{'times':>6}{'sure':>6}  {'label':37}{'understood as':37}languages"]
    for each in shown:
        counts = " ".join(f"{language}:{times}" for language, times in each.languages)
        names = f"{each.label[:36]:36} {each.intent[:36]:36}"
        lines.append(f"{each.times:>6}{each.sure:>6}  {names} {shorten(counts, 32, placeholder=' …')}")
    return lines


def _labels(evaluation: Evaluation) -> list[str]:
    worst = list(evaluation.labels.items())[:_LABELS]
    lines = [f"{name[:36]:36}{_percent(share.value):>8}{share.right:>8} of {share.of}" for name, share in worst]
    return [f"{'label (the worst)':36}{'recall':>8}", *lines]


def _comparison(compared: Sequence[Evaluation], notes: Sequence[str]) -> list[str]:
    columns = ("top-1", "top-3", "AUROC", "sure right", "sure covers", "out kept", "p50 ms", "p95 ms")
    lines = [f"{'engine':16}" + "".join(f"{name:>12}" for name in columns)]
    for each in compared:
        figures = each.overall
        shares = (figures.top1.value, figures.top3.value, each.area)
        bands = (figures.sure_right.value, figures.sure_covers.value, figures.out_not_answered.value)
        cells = [*map(_percent, (*shares, *bands)), _ms(figures.p50_ms), _ms(figures.p95_ms)]
        lines.append(f"{each.engine:16}" + "".join(f"{cell:>12}" for cell in cells))
    languages = list(compared[0].languages)
    lines += ["", "top-1 by language"]
    for start in range(0, len(languages), 16):
        part = languages[start : start + 16]
        lines.append(f"{'engine':16}" + "".join(f"{language:>6}" for language in part))
        for each in compared:
            cells = [_percent(each.languages[language].top1.value) for language in part]
            lines.append(f"{each.engine:16}" + "".join(f"{cell:>6}" for cell in cells))
    return [*lines, "", *notes]


# --- For programs -------------------------------------------------------------------------------------------------


def as_json(evaluation: Evaluation, compared: Sequence[Evaluation] = (), notes: Sequence[str] = ()) -> str:
    """Return one JSON object with every figure; shares come with what they are shares of."""
    report: dict[str, Any] = {
        **_summary(evaluation),
        "entities": {name: _found(found) for name, found in evaluation.entities.items()},
        "entities_not_judged": dict(evaluation.unmarked),
        "confusions": [{**asdict(each), "languages": dict(each.languages)} for each in evaluation.confusions],
        "labels": {label: _share(share) for label, share in evaluation.labels.items()},
        "meaning": _EXPLAINED,
    }
    if compared:
        report["engines"] = {each.engine: _summary(each, without=_NOT_COMPARED) for each in compared}
        report["engines_notes"] = " ".join(notes)
    return json.dumps(report, ensure_ascii=False, indent=2)


def _summary(evaluation: Evaluation, without: Collection[str] = ()) -> dict[str, Any]:
    return {
        "engine": evaluation.engine,
        "overall": _figures(evaluation.overall, without),
        "languages": {language: _figures(figures, without) for language, figures in evaluation.languages.items()},
        "auroc": _rounded(evaluation.area),
    }


def _figures(figures: Figures, without: Collection[str]) -> dict[str, Any]:
    shapes: dict[type, Callable[[Any], Any]] = {Share: _share, Found: _found, float: _rounded}
    values = {name: getattr(figures, name) for name in Figures.__dataclass_fields__ if name not in {"lines", *without}}
    return {"n": figures.lines} | {
        name: shapes[type(value)](value) if value is not None else None for name, value in values.items()
    }


def _share(share: Share) -> dict[str, Any]:
    around = share.interval
    bounds = [_rounded(bound) for bound in around] if around else None
    return {"value": _rounded(share.value), "right": share.right, "of": share.of, "interval": bounds}


def _found(found: Found) -> dict[str, Any]:
    return {
        "precision": _rounded(found.precision),
        "recall": _rounded(found.recall),
        "f1": _rounded(found.f1),
        **asdict(found),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def error_lines(evaluation: Evaluation) -> Iterator[str]:
    """Yield each wrongly understood line as JSON, with what was wrong and what was understood."""
    for each in evaluation.judged:
        wrong = wrong_parts(each, evaluation.entity_names)
        if not wrong:
            continue
        line, meant = each.line, each.meant
        shown = {
            "wrong": wrong,
            "file": line.file,
            "line": line.number,
            "lang": line.language,
            "text": line.text,
            "label": line.label,
            "entities": dict(line.entities) if line.entities is not None else None,
            "understood": {
                "language": meant.language,
                "intent": meant.intent,
                "band": meant.band,
                "ranking": {each.intent: round(each.confidence, 4) for each in meant.ranking},
                "entities": dict(meant.entities),
            },
        }
        yield json.dumps(shown, ensure_ascii=False)
