"""What the schema cannot see: languages, reviews, and the wording of content."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from bot.check.language import (
    Finding,
    address_findings,
    is_short,
    letter_findings,
    markup_findings,
    normalised,
    script_finding,
)
from bot.check.wording import is_running_text, names_of, passage_finding, place_findings, reference_findings
from bot.content import Card, Catalogue, FaqEntry, Language, Problem, Reading, Service, Severity
from bot.content.model import SOURCE_LANGUAGE
from bot.content.phrases import ROLE as PHRASE
from bot.content.source_file import WrittenText

_ORIGINALS = (SOURCE_LANGUAGE, "en")  # what texts are translated from
CARDS_OF_THE_MENU = ("find_course", "find_sport")
_LONG_LINE = 5  # words of a line, from which on it is no name that two languages share


def check_contents(reading: Reading, folder: str, today: date) -> list[Problem]:
    """Return the problems of entries and texts that are well-formed; ``folder`` is how they name their directory."""
    languages = reading.catalogue.languages
    return [
        *_entries(reading, folder, today),
        *_dead_ends(reading, folder),
        *_phrases(reading, folder),
        *(problem for text in reading.texts for problem in _wording(text, languages.get(text.language))),
        *_untranslated(reading.texts),
        *_passages(reading),
    ]


def _entries(reading: Reading, folder: str, today: date) -> Iterator[Problem]:
    for path, entry in _by_path(reading.catalogue, folder):
        lines = reading.lines[path]
        yield from _review(path, lines, entry, today)
        if isinstance(entry, Card):
            yield from _missing_languages(path, lines["texts"], entry, reading.catalogue.languages)
            yield from _links(path, lines, entry)
        else:
            yield from _gaps(path, lines, entry)


def _by_path(catalogue: Catalogue, directory: str) -> Iterator[tuple[str, Card | Service]]:
    for folder, entries in (("faq", catalogue.faq), ("services", catalogue.services), ("cards", catalogue.cards)):
        for stem, entry in entries.items():
            yield f"{directory}/{folder}/{stem}.yaml", entry


def _links(path: str, lines: Mapping[str, int], entry: Card) -> Iterator[Problem]:
    """Yield what leads nowhere new; names that are not known at all are found when the file is read."""
    if isinstance(entry, FaqEntry) and entry.topic in entry.related:
        yield Problem(path, lines["related"], "this topic names itself as related", "Remove it")
    named = {"services": entry.services, "related": entry.related, "links": [link.url for link in entry.links]}
    for key, targets in named.items():
        twice = sorted({target for target in targets if list(targets).count(target) > 1})
        if twice:
            yield Problem(path, lines[key], f"{', '.join(twice)} stands here twice", "Remove one of them", "warning")


def _dead_ends(reading: Reading, folder: str) -> Iterator[Problem]:
    catalogue = reading.catalogue
    for name in CARDS_OF_THE_MENU:
        path = f"{folder}/cards/{name}.yaml"
        if path not in reading.lines and catalogue.languages:
            yield Problem(path, 1, "the menu leads here, and this card is missing", "Write it, as the other cards are")
    used = {entry.group for entry in catalogue.faq.values()}
    path = f"{folder}/groups.yaml"
    for group in catalogue.groups:
        if group not in used and not reading.errors:
            line = reading.lines[path].get(group, 1)
            problem = f'no topic belongs to the group "{group}"'
            yield Problem(path, line, problem, "Remove it, or give it a topic", "warning")


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


def _gaps(path: str, lines: Mapping[str, int], service: Service) -> Iterator[Problem]:
    """Yield one line on what people ask about a place and nobody has written down; a telephone line has no place."""
    if service.kind != "office" and service.address is None:
        return
    known = {
        "hours": ("the opening hours", service.hours),
        "address": ("the address", service.address),
        "location": ("the point on the map", service.location),
        "accessible": ("whether it is accessible by wheelchair", service.accessible is not None),
    }
    gaps = {key: name for key, (name, value) in known.items() if not value}
    if gaps:
        problem = f"nobody knows {', '.join(gaps.values())}"
        remedy = "Ask at the office and write it down; until then its card says that Lotse does not know"
        yield Problem(path, lines[next(iter(gaps))], problem, remedy, "warning")


def _missing_languages(path: str, line: int, entry: Card, languages: Mapping[str, Language]) -> Iterator[Problem]:
    missing = [language for code, language in languages.items() if code not in entry.texts]
    required = [language.code for language in missing if language.required]
    others = [language.code for language in missing if not language.required]
    if required:
        yield Problem(path, line, f"a required language is missing: {', '.join(required)}", "Add the text")
    if others:
        yield Problem(path, line, f"no text in: {', '.join(others)}", "Add it when somebody can", "warning")


def _phrases(reading: Reading, folder: str) -> Iterator[Problem]:
    """Yield which phrases lack a language, in one line for each file and language."""
    for group in reading.catalogue.phrase_groups.values():
        path = f"{folder}/phrases/{group.id}.yaml"
        for code, language in reading.catalogue.languages.items():
            lacking = [phrase.id for phrase in group.phrases if code not in phrase.texts]
            if lacking:
                problem = f"no text in {code}: {', '.join(lacking)}"
                remedy = "Add the text" if language.required else "Add it when somebody can"
                line = reading.lines[path]["phrases"]
                yield Problem(path, line, problem, remedy, "error" if language.required else "warning")


def _wording(written: WrittenText, language: Language | None) -> Iterator[Problem]:
    example = written.role == "example"
    finding = script_finding(written.text, language) if language and not example else None
    if finding:
        yield Problem(written.path, written.line, *finding)
    for offset, part in enumerate(written.text.split("\n")):
        line = written.line + offset
        strict: Severity = "warning" if example else "error"
        yield from _problems(written.path, line, letter_findings(part, language), strict)
        if not example:
            yield from _problems(written.path, line, markup_findings(part), "error")
            yield from _problems(written.path, line, address_findings(part), "warning")


def _passages(reading: Reading) -> Iterator[Problem]:
    """Yield what stands in the lines of running texts and does not belong there."""
    names, topics = names_of(reading), {path.rpartition("/")[2].removesuffix(".yaml") for path in reading.lines}
    for written in filter(is_running_text, reading.texts):
        language = reading.catalogue.languages.get(written.language)
        for line, part in enumerate(written.text.split("\n"), start=written.line):
            finding = passage_finding(part, language, names) if language else None
            if finding:
                yield Problem(written.path, line, *finding)
            yield from _problems(written.path, line, reference_findings(part, topics), "error")
            if written.role in {"answer", PHRASE}:
                yield from _problems(written.path, line, place_findings(part), "warning")


def _problems(path: str, line: int, findings: Iterator[Finding], severity: Severity) -> Iterator[Problem]:
    for problem, remedy in findings:
        yield Problem(path, line, problem, remedy, severity)


def _untranslated(texts: tuple[WrittenText, ...]) -> Iterator[Problem]:
    """Yield texts that repeat the German one, or the English one, of the same place."""
    originals: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    lines: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for written in texts:
        if written.language in _ORIGINALS:
            place = written.path, written.key
            originals[place].setdefault(normalised(written.text), written.language)
            for part in written.text.split("\n"):
                if len(part.split()) >= _LONG_LINE:
                    lines[place].setdefault(normalised(part), written.language)
    for written in texts:
        original = originals[written.path, written.key].get(normalised(written.text), written.language)
        if written.language not in {original, SOURCE_LANGUAGE} and not is_short(written.text):
            problem = f"the {written.role} in {written.language} is the same as in {original}"
            severity: Severity = "warning" if written.role == "example" else "error"
            yield Problem(written.path, written.line, problem, "Translate it", severity)
        elif written.language not in {*_ORIGINALS} and written.role != "example":
            yield from _untranslated_lines(written, lines[written.path, written.key])


def _untranslated_lines(written: WrittenText, lines: Mapping[str, str]) -> Iterator[Problem]:
    for offset, part in enumerate(written.text.split("\n")):
        original = lines.get(normalised(part))
        if original:
            problem = f"this line of the {written.role} in {written.language} is the same as in {original}"
            yield Problem(written.path, written.line + offset, problem, "Translate it")
