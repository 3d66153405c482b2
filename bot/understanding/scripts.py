"""Which script a text is written in, and how a text looks in another one."""

import unicodedata
from collections import Counter
from functools import lru_cache

LATIN, ARABIC, CYRILLIC, ETHIOPIC, UNKNOWN = "latin", "arabic", "cyrillic", "ethiopic", "unknown"
_OURS = {LATIN, ARABIC, CYRILLIC, ETHIOPIC}

# A sentence full of German names of offices is still written in the script of its other words.
_SHARE_OF_NATIVE_SCRIPT = 0.25

_CYRILLIC = dict(
    zip(
        "абвгдеєжзиіїйклмнопрстуфхцчшщъыьэюя",
        "a b v g d e ye zh z i i yi y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".split(),  # noqa: SIM905
        strict=True,
    )
)
_CYRILLIC_CASUAL = _CYRILLIC | {"х": "h", "й": "j", "ц": "c", "щ": "sch", "ю": "ju", "я": "ja"}
_UKRAINIAN = {"г": "h", "и": "y"}
_ETHIOPIC_CONSONANTS = {
    0x1200: "h l h m s r s sh q".split(),  # noqa: SIM905
}


@lru_cache(maxsize=8192)
def script_of_letter(letter: str) -> str:
    """Return the script of one letter: one of ours, or ``unknown``."""
    name = unicodedata.name(letter, "").partition(" ")[0].lower()
    return name if name in _OURS else UNKNOWN


def script_of(text: str) -> str | None:
    """Return the script that a text is written in; None when it has no letters."""
    counts = Counter(script_of_letter(c) for c in text if c.isalpha())
    if not counts:
        return None
    native = Counter({script: n for script, n in counts.items() if script != LATIN})
    if native and native.total() >= _SHARE_OF_NATIVE_SCRIPT * counts.total():
        return native.most_common(1)[0][0]
    return LATIN
