"""What is said about one record of a file that has no lines: a service, a course."""

from dataclasses import dataclass

from bot.content.source_file import SourceFile


@dataclass(frozen=True, slots=True)
class Notes:
    """Problems of a record; ``number`` counts from 1 and stands where a table has the line."""

    file: SourceFile
    number: int
    name: str

    def warn(self, problem: str, remedy: str) -> None:
        """Say what could not be taken along; the rest of the record can."""
        self.file.report(self.number, f"{self.name}: {problem}", remedy, "warning")

    def refuse(self, problem: str, remedy: str) -> None:
        """Say why the record is not taken."""
        self.file.report(self.number, f"{self.name}: {problem}", remedy)
