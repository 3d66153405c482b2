"""A small project that is right in every way; tests break it in one place at a time."""

from pathlib import Path

from bot.check.amounts import SMALL_TALK
from bot.content import made_from
from bot.content.vocabulary import INTENTS

LANGUAGES = ("de", "en", "ar", "uk", "ti")

_SETTINGS = {
    "languages.yaml": """\
de: {name: Deutsch, examples: 1}
en: {name: English, required: true, examples: 1}
ar: {name: العربية, rtl: true, required: true, examples: 1}
uk: {name: Українська, required: true, examples: 1}
ti: {name: ትግርኛ, required: true, examples: 1}
""",
    "groups.yaml": """\
money:
  emoji: "💶"
  name: {de: Geld, en: Money, ar: المال, uk: Гроші, ti: ገንዘብ}
""",
    "handover.yaml": """\
office_hours: "Mo-Fr 09:00-17:00"
reply_within_working_days: 2
verified: null
""",
}

_SERVICE = """\
service: jobcenter
kind: office
name: {de: Jobcenter, en: Jobcenter}
about: {de: Hier gibt es Geld., en: They pay money.}
address: {street: "Musterweg 1", postcode: "70173", city: Stuttgart, district: mitte}
location: {latitude: 48.77, longitude: 9.17}
phones:
  - {number: "0711 123-0", note: {de: vormittags}}
emails:
  - {address: info@example.org}
website: https://www.example.org
hours: "Mo-Fr 09:00-12:00"
access: both
appointment: {url: null, how: {de: Rufen Sie an.}}
accessible: true
teams:
  - {surname_from: A, surname_to: K, note: {de: A bis K}, phone: "0711 123-1"}
  - {surname_from: L, surname_to: Z}
source:
  - {name: Beispiel, url: "https://www.example.org", date: "2025-04"}
verified: null
review_due: 2027-05-31
owner: redaktion
"""

TITLES = {
    "bank-account": {
        "de": "Bankkonto eröffnen",
        "en": "Open a bank account",
        "ar": "فتح حساب بنكي",
        "uk": "Відкрити рахунок у банку",
        "ti": "ሕሳብ ባንኪ ምኽፋት",
    },
    "debts": {"de": "Schulden", "en": "Debts", "ar": "الديون", "uk": "Борги", "ti": "ዕዳ"},
    "find_course": {
        "de": "Deutschkurs",
        "en": "German course",
        "ar": "دورة ألمانية",
        "uk": "Курс німецької",
        "ti": "ኮርስ",
    },
    "find_sport": {"de": "Sport", "en": "Sports", "ar": "رياضة", "uk": "Спорт", "ti": "ስፖርት"},
}


def write_project(root: Path) -> Path:
    """Write content, catalogues and training data below ``root`` and return it."""
    for name, text in _SETTINGS.items():
        write(root / "content" / name, text)
    write(root / "content/services/jobcenter.yaml", _SERVICE)
    write(root / "content/faq/bank-account.yaml", _entry("bank-account", "debts"))
    write(root / "content/faq/debts.yaml", _entry("debts", "bank-account"))
    write(root / "content/cards/find_course.yaml", _entry("find_course", "debts"))
    write(root / "content/cards/find_sport.yaml", _entry("find_sport", "debts"))
    write(root / "locales/messages.pot", _catalogue([""] * 4, plural_forms=False))
    for language in LANGUAGES:
        write(root / f"locales/{language}/LC_MESSAGES/messages.po", _catalogue(_WORDS[language]))
        write(root / f"nlu/data/{language}/intents.yml", _intents(language))
        write(root / f"nlu/data/{language}/entities.yml", _ENTITIES)
        write(root / f"nlu/safety/{language}.yml", _SAFETY)
    write(root / "nlu/names/all.txt", "# names\n\nAmina\n^Rose\n")
    return root


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def change(path: Path, old: str, new: str) -> None:
    """Replace a piece of a file that stands in it exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    write(path, text.replace(old, new))


def _entry(name: str, related: str) -> str:
    card = name.startswith("find_")
    head = f"card: {name}\n" if card else f"topic: {name}\ngroup: money\n"
    texts = "".join(_text(name, language, examples=not card) for language in LANGUAGES)
    return f"""{head}services: [jobcenter]
related: [{related}]
links:
  - {{name: Beispiel, url: "https://www.example.org/{name}"}}
source:
  - {{name: Beispiel}}
verified: null
review_due: 2027-05-31
owner: redaktion
texts:
{texts}"""


def _text(name: str, language: str, *, examples: bool) -> str:
    title = TITLES[name][language]
    german = TITLES[name]["de"]
    stamp = "" if language == "de" else f"    made_from: {made_from(german, german + '.')}\n"
    tail = f"    examples:\n      - {title}?\n" if examples else ""
    return f"  {language}:\n{stamp}    title: {title}\n    answer: |\n      {title}.\n    review: null\n{tail}"


_WORDS = {
    "de": ["Menü", "Hallo %(name)s", "%(number)d Tag", "%(number)d Tage"],
    "en": ["Menu", "Hello %(name)s", "%(number)d day", "%(number)d days"],
    "ar": ["القائمة", "مرحبا %(name)s", "%(number)d يوم", "%(number)d أيام"],
    "uk": ["Меню", "Вітаю %(name)s", "%(number)d день", "%(number)d днів"],
    "ti": ["ዝርዝር", "ሰላም %(name)s", "%(number)d መዓልቲ", "%(number)d መዓልታት"],
}


def _catalogue(words: list[str], *, plural_forms: bool = True) -> str:
    menu, hello, day, days = words
    forms = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n' if plural_forms else ""
    return f"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
{forms}
msgid "Menu"
msgstr "{menu}"

#, python-format
msgid "Hello %(name)s"
msgstr "{hello}"

#, python-format
msgid "%(number)d day"
msgid_plural "%(number)d days"
msgstr[0] "{day}"
msgstr[1] "{days}"
"""


_GREETINGS = {"de": "hallo", "en": "hello", "ar": "مرحبا", "uk": "привіт", "ti": "ሰላም"}


def _intents(language: str) -> str:
    blocks = ""
    for number, intent in enumerate(INTENTS):
        more = [] if intent in SMALL_TALK else [f"{_GREETINGS[language]} {number} {each}" for each in range(1, 15)]
        lines = "".join(f"    - {text}\n" for text in [f"{_GREETINGS[language]} {number}", *more])
        blocks += f"- intent: {intent}\n  examples: |\n{lines}"
    return f'version: "3.1"\nnlu:\n{blocks}'


_SAFETY = """\
emergency:
  always: |
    112 & (now|help)
crisis:
  always: |
    want to die
"""

_ENTITIES = """\
version: "3.1"
nlu:
- synonym: office/jobcenter
  examples: |
    - Jobcenter
    - Arbeitsamt
"""
