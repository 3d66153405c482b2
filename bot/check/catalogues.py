"""The gettext catalogues: what Babel lets through although people would see it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileParser

from bot.check.amounts import severity_of
from bot.check.language import is_short, letter_findings, markup_findings, normalised, script_finding
from bot.content import Language, Problem
from bot.i18n import MESSAGES

TEMPLATE, STAFF_TEMPLATE = "locales/messages.pot", "locales/staff.pot"
STAFF_LANGUAGES = ("de", "en")
_BEGUN = 0.1  # the share of texts without a translation from which on a catalogue is still being made
SOURCE = "en"  # the language that the texts in the code are written in

_PLACEHOLDER = re.compile(r"(%\((\w+)\)[sdif])")
_COMMAND = re.compile(r"(?<![\w/])/[a-z]+\b")  # "/privacy": it leads to a page of Lotse
# A form for one, two or no things may do without the number: "one message".
_COUNTS = frozenset({"count", "n", "num", "number"})


class _Parser(PoFileParser):
    """Babel's parser, but gathering what is malformed instead of printing it."""

    def __init__(self, catalog: Catalog, path: str) -> None:
        super().__init__(catalog)
        self.path = path
        self.problems: list[Problem] = []

    def _invalid_pofile(self, line: str, lineno: int, msg: str) -> None:
        del line
        forms = "num_plurals" in msg
        problem = "there are more plural forms than the header says" if forms else f"this is not gettext ({msg})"
        self.problems.append(Problem(self.path, lineno + 1, problem, "Repair the entry"))


def check_catalogues(root: Path, languages: Mapping[str, Language]) -> Iterator[Problem]:
    """Yield the problems of the templates and of each language's catalogues."""
    yield from _domain(root, TEMPLATE, languages.values())
    if (root / STAFF_TEMPLATE).is_file():
        theirs = [languages[code] for code in STAFF_LANGUAGES if code in languages]
        yield from _domain(root, STAFF_TEMPLATE, theirs)


def _domain(root: Path, template_path: str, languages: Iterable[Language]) -> Iterator[Problem]:
    if not (root / template_path).is_file():
        yield Problem(template_path, 1, "the template is missing", 'Run "make catalogues"')
        return
    template, problems = _read(root / template_path, template_path)
    yield from problems
    domain = Path(template_path).stem
    for language in languages:
        path = f"locales/{language.code}/LC_MESSAGES/{domain}.po"
        if (root / path).is_file():
            yield from _catalogue(root / path, path, language, template)
        elif language.code != SOURCE:
            named = "" if domain == MESSAGES else f"-D {domain} "
            remedy = f'Run "pybabel init {named}-i {template_path} -d locales -l {language.code}" and translate it'
            yield Problem(path, 1, "this catalogue is missing", remedy, severity_of(language))


def _read(file: Path, path: str) -> tuple[Catalog, list[Problem]]:
    catalog = Catalog()
    parser = _Parser(catalog, path)
    data = file.read_bytes()
    try:
        parser.parse(data.decode("utf-8").splitlines(keepends=True))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        parser.problems.append(Problem(path, line, "this is not UTF-8", "Save the file again with the encoding UTF-8"))
    except (ValueError, IndexError, AttributeError) as error:
        # Babel stumbles over some broken files instead of reporting them.
        parser.problems.append(Problem(path, parser.offset + 1, f"this is not gettext ({error})", "Repair the entry"))
    return catalog, parser.problems


def _catalogue(file: Path, path: str, language: Language, template: Catalog) -> Iterator[Problem]:
    catalog, problems = _read(file, path)
    yield from problems
    if not re.search(rb"Plural-Forms:\s*nplurals=\d", file.read_bytes()):
        yield Problem(path, 1, "the header lacks Plural-Forms", "Add the line of this language")
    wanted = {_key(message): message for message in template if message.id}
    missing = [wanted[key] for key in wanted.keys() - {_key(each) for each in catalog}]
    lacking = [*missing, *(each for each in catalog if _is_open(each, wanted))]
    # A language that is being added may lack texts; one that has nearly all of them has lost one.
    finished = language.required or len(lacking) < len(wanted) * _BEGUN
    if finished:
        yield from _missing(path, missing)
    else:
        yield from _lacking(path, language, lacking)
    for message in catalog:
        if message.id and (finished or not _is_open(message, wanted)):
            yield from _entry(message, path, language, used=_key(message) in wanted, forms=catalog.num_plurals)


def _is_open(message: Message, wanted: Collection[tuple[str, str]]) -> bool:
    """Whether an entry that is needed has no translation at all."""
    return bool(message.id) and _key(message) in wanted and not "".join(_forms(message.string)).strip()


def _missing(path: str, missing: Collection[Message]) -> Iterator[Problem]:
    """Yield the texts that a catalogue lacks which may lack none."""
    template = f"locales/{Path(path).stem}.pot"
    names = sorted(f'"{_first(message.id)}" ({template}:{message.lineno or 1})' for message in missing)
    yield from (Problem(path, 1, f"{name} is missing", 'Run "make catalogues"') for name in names)


def _lacking(path: str, language: Language, lacking: Collection[Message]) -> Iterator[Problem]:
    """Yield how many texts are missing or empty, in one line: the language may lack some."""
    if lacking and language.code != SOURCE:
        first = min(_first(message.id) for message in lacking)
        problem = f'{len(lacking)} of the fixed texts are not translated and shown in English, such as "{first}"'
        yield Problem(path, 1, problem, 'Run "make catalogues" and translate them', severity_of(language))


def _key(message: Message) -> tuple[str, str]:
    return _first(message.id), message.context or ""


def _first(forms: str | Collection[str]) -> str:
    return forms if isinstance(forms, str) else next(iter(forms))


def _forms(forms: str | Collection[str] | None) -> list[str]:
    return [forms or ""] if isinstance(forms, str | None) else list(forms)


def _entry(message: Message, path: str, language: Language, *, used: bool, forms: int) -> Iterator[Problem]:
    line = message.lineno or 1
    if not used:
        yield Problem(path, line, "this entry is no longer used", 'Run "make catalogues"', "warning")
        return
    if message.fuzzy:
        yield Problem(path, line, "this entry is fuzzy", "Check the translation, then remove the word fuzzy")
    translations = _forms(message.string)
    if language.code != SOURCE or any(translations):
        empty = sum(not translation.strip() for translation in translations)
        if empty:
            problem = _describe_empty(empty, len(translations), forms)
            yield Problem(path, line, problem, "Translate it")
    for position, translation in enumerate(translations):
        if translation.strip():
            last = position == len(translations) - 1
            yield from _translation(message, translation, path, language, last=last)


def _describe_empty(empty: int, all_forms: int, expected: int) -> str:
    if empty == all_forms:
        return "this entry is empty"
    return f"{empty} of {expected} plural forms are empty"


def _translation(message: Message, text: str, path: str, language: Language, *, last: bool) -> Iterator[Problem]:
    line = message.lineno or 1
    source = " ".join(_forms(message.id))
    yield from _placeholders(message, text, path, last=last)
    for problem, remedy in letter_findings(text, language):
        yield Problem(path, line, problem, remedy)
    for problem, remedy in markup_findings(text):
        if not any(markup_findings(source)):
            yield Problem(path, line, problem, remedy)
    if language.code == SOURCE:
        return
    words = _PLACEHOLDER.sub("", text)
    if normalised(text) in {normalised(form) for form in _forms(message.id)} and not is_short(words):
        yield Problem(path, line, "this text is the same as in English", "Translate it")
    elif finding := script_finding(words, language):
        yield Problem(path, line, *finding)


def _placeholders(message: Message, text: str, path: str, *, last: bool) -> Iterator[Problem]:
    line = message.lineno or 1
    wanted = {name: full for form in _forms(message.id) for full, name in _PLACEHOLDER.findall(form)}
    found = {name: full for full, name in _PLACEHOLDER.findall(text)}
    optional = _COUNTS if message.pluralizable and not last else frozenset()
    for name in sorted(wanted.keys() - found.keys() - optional):
        yield Problem(path, line, f"{wanted[name]} was lost in the translation", "Put it back unchanged")
    commands = {command for form in _forms(message.id) for command in _COMMAND.findall(form)}
    for command in sorted(commands - set(_COMMAND.findall(text))):
        yield Problem(path, line, f"{command} was lost in the translation", "Put it back unchanged")
    for name in sorted(found.keys() - wanted.keys()):
        yield Problem(path, line, f"{found[name]} does not exist in the original", "Use only the original's names")
    if wanted and not _can_be_filled(text):
        yield Problem(path, line, "a percent sign or a placeholder is malformed", "Write %(name)s and %%")


class _Anything(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 0


def _can_be_filled(text: str) -> bool:
    try:
        text % _Anything()
    except (ValueError, TypeError):
        return False
    return True
