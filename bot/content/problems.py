"""What is wrong with a file, where, and what an editor can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.errors import LotseError

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding; ``path`` is relative to the project, ``line`` counts from 1, the sentences lack the full stop."""

    path: str
    line: int
    problem: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return ``file:line: problem. Remedy.``."""
        return f"{self.path}:{self.line}: {self.problem}. {self.remedy}."


class ContentError(LotseError):
    """The content cannot be used; ``problems`` holds all that was found, warnings too."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
