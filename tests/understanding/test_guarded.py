"""Words of danger come before the interpreter, as in the running assistant."""

import asyncio

import pytest

from bot.messages import Candidate, Understanding
from bot.settings import ROOT
from bot.understanding.guarded import Guarded
from bot.understanding.interpreter import Interpreter, InterpreterUnavailable
from bot.understanding.safety import SafetyWords

MEANT = Understanding(
    "fr", "faq/waste", 0.4, "unsure", (Candidate("faq/waste", 0.4), Candidate("greet", 0.3)), {"age": ("7",)}
)


class Fixed:
    """An interpreter that always gives the same answer, or none."""

    def __init__(self, answer: Understanding | None) -> None:
        self.answer = answer

    async def understand(self, text: str, prior: str | None) -> Understanding:  # noqa: ARG002 - it is always the same
        """Return the answer."""
        if self.answer is None:
            raise InterpreterUnavailable("out of order")
        return self.answer


@pytest.fixture(scope="module")
def safety() -> SafetyWords:
    """The repository's own words of danger."""
    return SafetyWords.read(ROOT / "nlu" / "safety")


def understood(text: str, answer: Understanding | None, safety: SafetyWords) -> Understanding:
    """Return what a guarded interpreter makes of a text."""
    guarded: Interpreter = Guarded(Fixed(answer), safety)
    return asyncio.run(guarded.understand(text, None))


@pytest.mark.parametrize(
    ("text", "kind"), [("Hilfe, es brennt in unserem Haus", "emergency"), ("Ich will mich umbringen", "crisis")]
)
def test_danger_is_sure_whatever_the_interpreter_says(text: str, kind: str, safety: SafetyWords) -> None:
    """Language and entities stay, and what else the interpreter saw stands behind the danger."""
    found = understood(text, MEANT, safety)
    assert found == Understanding("fr", kind, 1.0, "sure", (Candidate(kind, 1.0), *MEANT.ranking), {"age": ("7",)})


def test_everything_else_is_the_interpreters(safety: SafetyWords) -> None:
    """Unchanged."""
    assert understood("Wann wird der Müll abgeholt?", MEANT, safety) is MEANT


def test_danger_is_recognised_while_the_interpreter_is_out_of_order(safety: SafetyWords) -> None:
    """Everything else is then unknown to the caller, who may ask another interpreter."""
    found = understood("Hilfe, es brennt in unserem Haus", None, safety)
    assert (found.language, found.intent, found.band) == ("de", "emergency", "sure")
    with pytest.raises(InterpreterUnavailable):
        understood("Wann wird der Müll abgeholt?", None, safety)
