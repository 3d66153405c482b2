"""Which team serves a surname that somebody wrote; the name is looked at and never kept."""

import unicodedata
from collections.abc import Sequence

from bot.content.model import Team
from bot.understanding.introductions import INTRODUCTIONS, plain

_MOST_WORDS = 4
_MOST_LETTERS = 60
# Letters that do not fall into a base letter and an accent.
_BASE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ə": "e"})
_WITHIN = "-'’ʼ`´."


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
