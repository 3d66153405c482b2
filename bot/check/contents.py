"""What the schema cannot see: languages, reviews, and the wording of content."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from bot.check.language import (
    REQUIRED_LANGUAGES,
    Finding,
    address_findings,
    is_short,
    letter_findings,
    markup_findings,
    normalised,
)
from bot.content import Card, Catalogue, Problem, Reading, Service, Severity
from bot.content.source_file import WrittenText


def check_contents(reading: Reading, today: date) -> list[Problem]:
    """Return the problems of entries and texts that are well-formed."""
    return [
        *_entries(reading, today),
        *(problem for text in reading.texts for problem in _wording(text)),
        *_untranslated(reading.texts),
    ]


def _entries(reading: Reading, today: date) -> Iterator[Problem]:
    for path, entry in _by_path(reading.catalogue):
        lines = reading.lines[path]
        yield from _review(path, lines, entry, today)
        if isinstance(entry, Card):
            yield from _missing_languages(path, lines["texts"], entry, list(reading.catalogue.languages))


def _by_path(catalogue: Catalogue) -> Iterator[tuple[str, Card | Service]]:
    for folder, entries in (("faq", catalogue.faq), ("services", catalogue.services), ("cards", catalogue.cards)):
        for stem, entry in entries.items():
            yield f"content/{folder}/{stem}.yaml", entry


def _review(path: str, lines: Mapping[str, int], entry: Card | Service, today: date) -> Iterator[Problem]:
    if entry.review_due < today:
        yield Problem(
            path,
            lines["review_due"],
            f"the review was due on {entry.review_due}",
            "Check the facts, then set verified and a new review_due",
            "warning",
        )
    if entry.verified and entry.verified > today:
        yield Problem(path, lines["verified"], "verified lies in the future", "Write the day of the check, or null")


def _missing_languages(path: str, line: int, entry: Card, languages: list[str]) -> Iterator[Problem]:
    missing = [code for code in languages if code not in entry.texts]
    required = [code for code in missing if code in REQUIRED_LANGUAGES]
    others = [code for code in missing if code not in REQUIRED_LANGUAGES]
    if required:
        yield Problem(path, line, f"a required language is missing: {', '.join(required)}", "Add the text")
    if others:
        yield Problem(path, line, f"no text in: {', '.join(others)}", "Add it when somebody can", "warning")


def _wording(written: WrittenText) -> Iterator[Problem]:
    example = written.role == "example"
    for offset, part in enumerate(written.text.split("\n")):
        line = written.line + offset
        strict: Severity = "warning" if example else "error"
        yield from _problems(written.path, line, letter_findings(part, written.language), strict)
        if not example:
            yield from _problems(written.path, line, markup_findings(part), "error")
            yield from _problems(written.path, line, address_findings(part), "warning")


def _problems(path: str, line: int, findings: Iterator[Finding], severity: Severity) -> Iterator[Problem]:
    for problem, remedy in findings:
        yield Problem(path, line, problem, remedy, severity)


def _untranslated(texts: tuple[WrittenText, ...]) -> Iterator[Problem]:
    """Yield texts that repeat the German one, or the English one, of the same place."""
    originals: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for written in texts:
        if written.language in {"de", "en"}:
            originals[written.path, written.key].setdefault(normalised(written.text), written.language)
    for written in texts:
        original = originals[written.path, written.key].get(normalised(written.text), written.language)
        if written.language not in {original, "de"} and not is_short(written.text):
            yield Problem(
                written.path,
                written.line,
                f"the {written.role} in {written.language} is the same as in {original}",
                "Translate it",
                "warning",
            )
