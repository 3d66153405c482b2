"""What the running assistant makes of an utterance: words of danger come first, then the interpreter."""

from dataclasses import dataclass, replace

from bot.messages import Candidate, Understanding
from bot.understanding.interpreter import Interpreter, InterpreterUnavailable
from bot.understanding.safety import SafetyMatch, SafetyWords


@dataclass(frozen=True, slots=True)
class Guarded:
    """An interpreter behind the words of danger: where one fires, it is surely an emergency or a crisis.

    The assistant asks the words before it asks the interpreter (``assistant.py``); this gives tools that have no
    conversation the same result.
    """

    interpreter: Interpreter
    safety: SafetyWords

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return what was meant; language and entities are the interpreter's, as far as it answers.

        Raises:
            InterpreterUnavailable: nothing was found out, and the text does not speak of danger.
        """
        match = self.safety.find(text)
        if match is None:
            return await self.interpreter.understand(text, prior)
        try:
            return _in_danger(match, await self.interpreter.understand(text, prior))
        except InterpreterUnavailable:
            # Danger is recognised even while nothing else is.
            return _in_danger(match, Understanding(match.language, match.kind, 1.0, "sure"))


def _in_danger(match: SafetyMatch, meant: Understanding) -> Understanding:
    """The danger stands first and is acted on; what else the interpreter saw stands behind it."""
    others = tuple(candidate for candidate in meant.ranking if candidate.intent != match.kind)
    ranking = (Candidate(match.kind, 1.0), *others)
    return replace(meant, intent=match.kind, confidence=1.0, band="sure", ranking=ranking)
