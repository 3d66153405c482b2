"""Hand-made lines and what was understood of them."""

from bot.evaluation.figures import Judged
from bot.evaluation.reading import Entities, Line
from bot.messages import Band, Candidate, Understanding


def judged(
    label: str,
    *ranking: str,
    band: Band = "sure",
    spoken: tuple[str, str] = ("de", "de"),
    marked: Entities | None = None,
    found: Entities | None = None,
    text: str = "ein Satz mit Worten",
    seconds: float = 0.01,
    confidence: float = 0.9,
) -> Judged:
    """Return a line with ``label`` that was understood as the first of ``ranking``; ``spoken``: language, and guess."""
    candidates = tuple(Candidate(intent, confidence - 0.1 * place) for place, intent in enumerate(ranking))
    meant = Understanding(spoken[1], ranking[0], confidence, band, candidates, dict(found or {}))
    return Judged(Line("some.jsonl", 1, spoken[0], text, label, marked), meant, seconds)


SOME = [
    judged("find_course", "find_course", marked={"level": ("A1",)}, found={"level": ("A1", "B1")}),
    judged("find_course", "find_sport", "find_course", marked={"level": ("B2",)}, found={}, spoken=("ar", "fa")),
    judged("greet", "thank", "goodbye", "greet", band="unsure", text="na du", marked={}, found={"level": ("C1",)}),
    judged("greet", "thank", band="unsure", spoken=("ar", "ar"), marked={}, found={"date": ("2026-11-23",)}),
    judged("out_of_scope", "out_of_scope", confidence=0.2),
    judged("out_of_scope", "greet", band="unknown", confidence=0.3, found={"level": ("A2",)}),
    judged("out_of_scope", "greet", "out_of_scope", spoken=("ar", "ar"), confidence=0.95),
    judged("faq/debts", "faq/debts", band="unsure", marked={"sport": ("chess",)}, found={"sport": ("chess",)}),
]
