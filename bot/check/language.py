"""What can be said about a text without understanding it: letters, markup, and texts that were not translated."""

import re
import unicodedata
from collections.abc import Iterator

from bot.content import Language
from bot.understanding.scripts import UNKNOWN, script_of, script_of_letter

Finding = tuple[str, str]  # problem and remedy, both without the full stop

_LATIN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
_GREEK = "Ͱ-ͳͶͷͻ-ͽΆ-Ͽ"
_CYRILLIC = "Ѐ-ҁҊ-ԯ"
_ARABIC = "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff"

# Names in Latin letters may follow an Arabic or Ge'ez prefix directly; letters that look alike must never mix.
_MIXED = re.compile(
    rf"[{_LATIN}][{_CYRILLIC}{_GREEK}]|[{_CYRILLIC}][{_LATIN}{_GREEK}{_ARABIC}]|"
    rf"[{_GREEK}][{_LATIN}{_CYRILLIC}{_ARABIC}]|[{_ARABIC}][{_CYRILLIC}{_GREEK}]"
)
# Only the one-letter words of Cyrillic languages, beside a Cyrillic word: "class a 1" is no mistake.
_LONE_LATIN = re.compile(
    rf"(?<![\w.'’/-])[acioy](?= [{_CYRILLIC}])|(?<=[{_CYRILLIC}] )[acioy](?![\w.'’/-])",
)
_LONE_CYRILLIC = re.compile(r"(?<!\w)[АВЕІЈКМНОРСТХЅасеіјорхуѕ]+(?!\w)")
_FOREIGN_LETTERS = {
    "fa": (re.compile("[\u0643\u064a]"), "an Arabic letter (ك or ي) in Persian", "Type it as ک or ی"),
    "ar": (re.compile("[\u06a9\u06cc]"), "a Persian letter (ک or ی) in Arabic", "Type it as ك, ي or ى"),
}
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:[a-z]+|#\d+);|\*\*|__|`|\[[^\]]*\]\([^)]*\)|^#+ |^\* ", re.MULTILINE)
_NOT_ENCRYPTED = re.compile(r"\bhttp://\S+|(?<![/\w])www\.\S+")

SHORT_WORDS = 3
_LEAST_NATIVE = 0.1  # of the letters; the names of offices stay in Latin letters
SHORT_LETTERS = 30


def letter_findings(text: str, language: Language | None) -> Iterator[Finding]:
    """Yield words whose letters come from two scripts, or from the script of another language."""
    if text.isascii():
        return
    mixed = _MIXED.search(text)
    if mixed:
        word = _word_around(text, mixed.start())
        yield f'"{word}" mixes letters of two scripts that look alike', "Type the word again on one keyboard"
    lone = (_LONE_LATIN if script_of(language.name if language else text) == "cyrillic" else _LONE_CYRILLIC).search(
        text
    )
    if lone:
        name = unicodedata.name(lone.group()[0]).split()[0].capitalize()
        yield f'"{lone.group()}" is typed with {name} letters', "Type it again on the keyboard of the language"
    foreign = _FOREIGN_LETTERS.get(language.code) if language else None
    found = foreign[0].search(text) if foreign else None
    if foreign and found:
        yield f'"{_word_around(text, found.start())}" has {foreign[1]}', foreign[2]


def markup_findings(text: str) -> Iterator[Finding]:
    """Yield what would be shown to people as signs: HTML tags and entities, Markdown."""
    found = _MARKUP.search(text)
    if found:
        yield f'"{found.group().strip()}" is markup, and texts are plain', "Say it in words"


def address_findings(text: str) -> Iterator[Finding]:
    """Yield web addresses without https."""
    found = _NOT_ENCRYPTED.search(text)
    if found:
        yield f'"{found.group()}" does not start with https://', "Write the whole encrypted address"


def script_finding(text: str, language: Language) -> Finding | None:
    """Return what is wrong with a text of several words that is not in the script of the language's own name."""
    expected = script_of(language.name)
    letters = [letter for letter in text if letter.isalpha()]
    native = sum(script_of_letter(letter) == expected for letter in letters)
    if not letters or is_short(text) or expected == UNKNOWN or native >= _LEAST_NATIVE * len(letters):
        return None
    return f"this text has hardly any letters of {language.name}", "Translate it"


def is_short(text: str) -> bool:
    """Say whether a text may well be the same in two languages: a name, an abbreviation."""
    return len(text) <= SHORT_LETTERS and len(text.split()) <= SHORT_WORDS


def normalised(text: str) -> str:
    """Return the words of a text without capitals, punctuation and vowel signs."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower()))


def _word_around(text: str, position: int) -> str:
    start = end = position
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]
