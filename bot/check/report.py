"""What the check found, in three forms: for people, for programs, for GitHub."""

import json
from dataclasses import asdict, dataclass

from bot.content import Problem


@dataclass(frozen=True, slots=True)
class Report:
    """All problems, ordered by file and line; the check has passed when there are no ``errors``."""

    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        """Return what must be repaired before the files may be used."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """Return what should be looked at soon."""
        return [problem for problem in self.problems if problem.severity == "warning"]

    def text(self) -> str:
        """Return one line a problem and a last line that counts them."""
        lines = [str(problem) if problem.severity == "error" else f"{problem} (warning)" for problem in self.problems]
        return "\n".join([*lines, f"{_count(self.errors, 'error')}, {_count(self.warnings, 'warning')}.".capitalize()])

    def json(self) -> str:
        """Return a JSON list of objects with path, line, problem, remedy and severity."""
        return json.dumps([asdict(problem) for problem in self.problems], ensure_ascii=False, indent=2)

    def github(self) -> str:
        """Return workflow commands that GitHub shows beside the lines of a pull request."""
        return "\n".join(
            f"::{problem.severity} file={_property(problem.path)},line={problem.line}"
            f"::{_data(f'{problem.problem}. {problem.remedy}.')}"
            for problem in self.problems
        )


def _count(problems: list[Problem], name: str) -> str:
    return f"{len(problems) or 'no'} {name}{'' if len(problems) == 1 else 's'}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
