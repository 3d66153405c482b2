"""New FAQ entries for editors to fill in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.content.faq import LONGEST_TITLE, MOST_WORDS
from bot.content.fields import IDENTIFIER, suggest
from bot.content.model import SOURCE_LANGUAGE, Catalogue, Language
from bot.content.reading import content_files, read
from bot.content.source_file import INVISIBLE, read_source
from bot.errors import LotseError
from bot.messages import well_formed

_MONTHS_UNTIL_REVIEW = 6
_LAST_DAY = 28  # that every month has

_HEAD = """\
# Fill in what stands open, the German text first; then run "lotse check": it names what is still missing.
topic: {topic}
group: {group}  # {groups}
services: []  # offices that help: {services}
related: []  # topics that people ask about next, by their ids, such as bank-account
links: []  # official pages; one is written: - {{name: BaFin, url: "https://www.bafin.de"}}
source:  # where the facts come from; one is written: - {{name: SGB II § 22, url: "https://…", date: "2025-04"}}
verified: null  # the day on which the city checked the facts, such as 2027-05-31; null until then
review_due: {review_due}  # the day by which somebody looks at it again
owner: {owner}  # who answers for it
texts:
"""

_GERMAN = """\
  {code}:
    # The title stands on buttons: at most {title_letters} letters, in plain words.
    title: {title}
    # What to do, in short sentences, at most {words} words, each line on its own with six spaces before it. No markup.
    answer: |
    # The day on which a second person read this text, or null.
    review: null
    # At least {examples} questions as people type them, slips too: six spaces, a dash, a space, the question.
    examples:
"""

_TRANSLATED = """\
  {code}:  # {name}: {examples} examples at least{note}
    made_from: null
    title:
    answer: |
    review: null
    examples:
"""

_NEXT_STEPS = """\
{path} is made. Next:
1. Write the German title, answer and examples, the group and the source.
2. Translate them; {required} must be there, the other languages may follow.
3. lotse translated {topic}   (marks the translations as made from the present German text)
4. lotse check                (names what is still missing)
5. lotse understand           (reads a question; the topic should be understood)"""


def new_faq(directory: Path, topic: str, *, group: str = "", title: str = "", today: date) -> str:
    """Write ``faq/<topic>.yaml`` with every field open, and return what to do next.

    Raises:
        LotseError: the id is malformed or taken, the title cannot be written, the group is not known, the languages
            cannot be read, or the file cannot be written.
    """
    reading = read(content_files(directory), str(directory))
    catalogue = reading.catalogue
    if SOURCE_LANGUAGE not in catalogue.languages:
        name = f"{directory}/languages.yaml"
        found = [str(problem) for problem in reading.errors if problem.path == name]
        raise LotseError("\n".join(found) or f'{name}:1: German (de) is missing. Add "de: {{name: Deutsch}}".')
    path = directory / "faq" / f"{topic}.yaml"
    _refuse(path, topic, group, title, catalogue)
    _write(path, "".join(_parts(topic, group, title, catalogue, today)))
    required = ", ".join(code for code, language in catalogue.languages.items() if language.required)
    return _NEXT_STEPS.format(path=path, required=required, topic=topic)


def _refuse(path: Path, topic: str, group: str, title: str, catalogue: Catalogue) -> None:
    if not IDENTIFIER.fullmatch(topic):
        remedy = "Use 2 to 40 small letters, digits and hyphens, a letter first, such as bank-account"
        raise LotseError(f'"{topic}" is not an id. {remedy}.')
    taken = next((near for near in path.parent.glob(f"{topic}.y*ml")), None)
    if taken is not None:
        raise LotseError(f"{taken} exists already. Change that file, or choose another id.")
    if group and group not in catalogue.groups:
        raise LotseError(f'"{group}" is not a known group. {suggest(group, list(catalogue.groups))}.')
    if len(title) > LONGEST_TITLE or len(f"{title}.".splitlines()) > 1:
        raise LotseError(f"The title has {len(title)} letters. Write at most {LONGEST_TITLE}, on one line.")
    hidden = INVISIBLE.search(title)
    if hidden:
        sign = f"U+{ord(hidden.group()):04X}"
        raise LotseError(f"The title has an invisible or direction-changing character ({sign}). Type it again.")
    if well_formed(title) != title:
        raise LotseError("The title is not UTF-8. Type it again.")


def _write(path: Path, text: str) -> None:
    file = read_source(str(path), text.encode())
    if file.broken:  # of what the catalogue holds, such as the name of an owner
        raise LotseError("\n".join(str(problem) for problem in file.problems))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LotseError(f"{path} cannot be written ({error.strerror}). Allow Lotse to write there.") from error


def _parts(topic: str, group: str, title: str, catalogue: Catalogue, today: date) -> Iterator[str]:
    owners = [entry.owner for entry in catalogue.faq.values()]
    yield _HEAD.format(
        topic=topic,
        group=group or "null",
        groups="one of " + ", ".join(catalogue.groups),
        services=", ".join(catalogue.services) or "none yet",
        review_due=_months_later(today, _MONTHS_UNTIL_REVIEW),
        owner=max(owners, key=owners.count) if owners else "null",
    )
    german = catalogue.languages[SOURCE_LANGUAGE]
    yield _GERMAN.format(
        code=SOURCE_LANGUAGE,
        title=_quoted(title),
        title_letters=LONGEST_TITLE,
        words=MOST_WORDS,
        examples=german.examples,
    )
    for code, language in catalogue.languages.items():
        if code != SOURCE_LANGUAGE:
            yield _TRANSLATED.format(code=code, name=language.name, examples=language.examples, note=_note(language))


def _note(language: Language) -> str:
    return "" if language.required else "; may follow later"


def _quoted(title: str) -> str:
    """Return a title as YAML takes it."""
    escaped = title.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if escaped else ""


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, _LAST_DAY))
