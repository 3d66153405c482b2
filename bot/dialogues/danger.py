"""In which language danger is answered: a cry is short, and its words may belong to several languages."""

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from bot.understanding.interpreter import Interpreter
from bot.understanding.language import Identified
from bot.understanding.safety import SafetyMatch

# Words of these are cried out by people of every language: they stand on doors, telephones and cars.
_BORROWED = frozenset({"de", "en"})
_POSSIBLE = 0.05  # a probability below which a few words are not in the language of the talk


@runtime_checkable
class Identifies(Protocol):
    """An interpreter that can tell the language of a text without understanding it."""

    def identify(self, text: str, prior: str | None) -> Identified:
        """Say which language a text is in; ``prior`` is the language of the conversation so far."""
        ...


def language_of(
    match: SafetyMatch, text: str, prior: str | None, interpreter: Interpreter, spoken: Collection[str]
) -> str:
    """The language in which to answer words of danger; ``prior`` is the talk's, or None while nothing is known."""
    if prior is not None and (prior in match.languages or match.international):
        return prior
    identified = interpreter.identify(text, prior) if isinstance(interpreter, Identifies) else None
    if identified is not None and _tells(identified, match, prior) and identified.language in spoken:
        return identified.language
    if prior is not None and match.language in _BORROWED and identified is not None:
        return prior
    return match.language if match.language in spoken else prior or next(iter(spoken))


def _tells(identified: Identified, match: SafetyMatch, prior: str | None) -> bool:
    """Whether so few words say enough about their language."""
    if identified.certain or identified.language in match.languages:
        return True
    return prior is not None and identified.confidence >= _POSSIBLE
