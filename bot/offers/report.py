"""What became of each row of an import: values, and the sentences that a terminal shows."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from bot.content.problems import Problem
from bot.offers.model import Kind

Status = Literal["taken", "changed", "unchanged", "refused", "kept", "removed"]
STATUSES: tuple[Status, ...] = ("taken", "changed", "unchanged", "refused", "kept", "removed")
_QUIET = frozenset({"unchanged", "kept"})


@dataclass(frozen=True, slots=True)
class Change:
    """A cell of a row that was there already: its heading, the text before and after (``""``: empty)."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row.

    ``taken`` is new, ``kept`` is an offer that the imported file does not name, ``removed`` one that went because
    the import replaces all. ``line`` is 0 for those two.
    """

    status: Status
    line: int
    id: str
    title: str
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """An import; ``problems`` are those of the file as a whole: any error among them, and nothing is taken.

    ``written`` says whether ``target`` was written; in a rehearsal and where nothing changes it is not.
    """

    source: str
    target: str
    kind: Kind
    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[Problem, ...] = ()
    rehearsal: bool = False
    written: bool = False

    @property
    def complete(self) -> bool:
        """Say whether everything in the file could be taken."""
        refused = any(outcome.status == "refused" for outcome in self.outcomes)
        return not refused and all(problem.severity != "error" for problem in self.problems)

    def count(self, status: Status) -> int:
        """Return how many rows ended like this."""
        return Counter(outcome.status for outcome in self.outcomes)[status]

    def text(self, *, everything: bool = False) -> str:
        """Return the report line by line; rows that stay as they are only show if ``everything`` is wanted."""
        return "\n".join(self._lines(everything=everything))

    def _lines(self, *, everything: bool) -> Iterator[str]:
        yield from (str(problem) for problem in self.problems)
        for outcome in self.outcomes:
            if everything or outcome.status not in _QUIET or outcome.problems:
                yield from _lines_of(outcome)
        counts = [f"{self.count(status)} {status}" for status in STATUSES if self.count(status)]
        yield f"{self.source} -> {self.target}: {', '.join(counts) or 'nothing taken'}."
        if self.rehearsal:
            yield "This was a rehearsal: nothing was written."
        elif not self.written:
            yield "Nothing was written."

    def json(self) -> str:
        """Return the report as one JSON object."""
        values = asdict(self) | {
            "complete": self.complete,
            "counts": {status: self.count(status) for status in STATUSES},
        }
        return json.dumps(values, ensure_ascii=False)


def _lines_of(outcome: Outcome) -> Iterator[str]:
    place = f"row {outcome.line}" if outcome.line else "-"
    yield f"{place}: {outcome.status}: {outcome.id} {outcome.title}".rstrip()
    for change in outcome.changes:
        yield f'    {change.heading}: "{change.before}" -> "{change.after}"'
    for problem in outcome.problems:
        yield f"    {problem}"
