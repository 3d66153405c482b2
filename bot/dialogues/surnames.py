"""Which team serves a surname that somebody wrote; the name is looked at and never kept."""

import unicodedata
from collections.abc import Mapping, Sequence

from bot.content.model import Team
from bot.understanding.introductions import AFTER_A_NAME, FUNCTION_WORDS, INTRODUCTIONS, SURNAME_INTRODUCTIONS, plain

_MOST_WORDS = 4
_MOST_LETTERS = 60
# Letters that do not fall into a base letter and an accent.
_BASE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ə": "e"})
_WITHIN = "-'’ʼ`´."
_MARKS = ".,;:!?،؛؟።፣\"„“”«»()'"

_Phrases = Mapping[str, tuple[tuple[str, ...], ...]]

_NO_NAMES = """
begins beginning starts starting letter fängt beginnt buchstabe welches welche team
commence débute quelle quel équipe ekip hangi baş harfi kîjan dest tîm kee koox kooxdee ku ka bilaabmaa bilaabma
"""
_TEAM = """
team|sachbearbeiter|équipe|ekip|команда|команду|команди|команды|فريق|الفريق|تیم|ټیم|tîma|kîjan tîm|ጉጅለ|koox
"""
_RESPONSIBLE = """
responsible|zuständig|surname|last name|family name|nachname|familienname|responsable|nom de famille|مسؤول|المسؤول|كنيتي
لقبي|اسم العائلة|اسم عائلتي|مسئول|فامیل|تخلص|نام خانوادگی|مسوول|کورنی نوم|berpirs|paşnav|nasnav|sorumlu|soyad|soyis
ответствен|отвечает|фамили|відповідал|відповідає|прізвищ|ሓላፍ|ተሓታቲ|ስም ስድራ|mas'uul|masuul|magaca qoys
"""


def _plain_phrases(phrases: str) -> tuple[str, ...]:
    return tuple(plain(phrase) for phrase in phrases.strip().replace("\n", "|").split("|"))


# "My surname begins with H" introduces no name, and a question may follow a name without a comma.
_ENDS_A_NAME = FUNCTION_WORDS | AFTER_A_NAME | {plain(word) for word in _NO_NAMES.split()}
_TEAM_PHRASES, _RESPONSIBLE_PHRASES = _plain_phrases(_TEAM), _plain_phrases(_RESPONSIBLE)


def could_be_name(text: str) -> bool:
    """Whether the text has the shape of a name, in any script: few words, nothing but letters."""
    words = _words(text)
    bare = "".join(letter for word in words for letter in word if letter not in _WITHIN)
    return 0 < len(words) <= _MOST_WORDS and len(bare) <= _MOST_LETTERS and _letters_only(bare)


def team_of(text: str, teams: Sequence[Team]) -> int | None:
    """The number of the team for this name in Latin letters; None where none or several may be meant.

    Of "Sara Haddad" nobody knows which word is the surname, so all have to lead to the same team.
    """
    served = {_serving(word, teams) for word in _words(text)}
    return served.pop() if len(served) == 1 else None


def surname_in(text: str) -> str:
    """The surname that a sentence introduces as such ("my last name is ..."); empty where it introduces none."""
    return _introduced(text, SURNAME_INTRODUCTIONS)


def name_in(text: str) -> str:
    """The name that a sentence introduces ("my name is ..."), first name and surname; empty where there is none."""
    return surname_in(text) or _introduced(text, INTRODUCTIONS)


def asks_for_team(text: str) -> bool:
    """Whether a text speaks of a team or of whoever works on a case."""
    return _says(text, _TEAM_PHRASES)


def asks_who_is_responsible(text: str) -> bool:
    """Whether a text speaks of who is responsible, or of surnames."""
    return _says(text, _RESPONSIBLE_PHRASES)


def _says(text: str, phrases: Sequence[str]) -> bool:
    """Whether one of the phrases stands in the text, perhaps with an ending."""
    said = " ".join(["", *(plain(word.strip(_MARKS)) for word in text.split())])
    return any(f" {phrase}" in said for phrase in phrases)


def _introduced(text: str, phrases: _Phrases) -> str:
    words = text.split()
    plains = [plain(word.strip(_MARKS)) for word in words]
    for start, first in enumerate(plains):
        for phrase in phrases.get(first, ()):
            end = start + len(phrase)
            if tuple(plains[start:end]) == phrase and (name := _name_from(words[end:])):
                return name
    return ""


def _name_from(words: Sequence[str]) -> str:
    """The words up to the end of the clause, or up to a word that is no name."""
    name: list[str] = []
    for word in words[:_MOST_WORDS]:
        if plain(word.strip(_MARKS)) in _ENDS_A_NAME:
            break
        name.append(word.strip(_MARKS))
        if word[-1] in _MARKS:
            break
    return " ".join(name).strip()


def _serving(word: str, teams: Sequence[Team]) -> int | None:
    name = _latin(word)
    # A single "S" does not tell between teams that part at "Sa": its first and last continuation have to agree.
    length = max((len(end) for team in teams for end in (team.surname_from, team.surname_to)), default=0)
    spellings = (name.ljust(length, "a"), name.ljust(length, "z")) if name else ()
    fitting = {number for spelling in spellings for number, team in enumerate(teams) if team.serves(spelling)}
    unserved = not all(any(team.serves(spelling) for team in teams) for spelling in spellings)
    return fitting.pop() if len(fitting) == 1 and not unserved else None


def _latin(word: str) -> str:
    """The word in bare small letters from a to z; empty where it is written in another script."""
    parts = unicodedata.normalize("NFKD", word.casefold().translate(_BASE))
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter) and letter not in _WITHIN)
    return bare if bare.isascii() and bare.isalpha() else ""


def _letters_only(text: str) -> bool:
    return bool(text) and all(unicodedata.category(letter)[0] in "LM" for letter in text)


def _words(text: str) -> list[str]:
    """The words behind "my surname is", without marks around them."""
    words = [word for each in text.split() if (word := each.strip(".,;:!،؛።\"„“”«»()'"))]
    plains = [plain(word) for word in words]
    for start in range(len(words)):
        for phrase in INTRODUCTIONS.get(plains[start], ()):
            end = start + len(phrase)
            if tuple(plains[start:end]) == phrase and end < len(words):
                return words[end:]
    return words
