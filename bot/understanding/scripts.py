"""Which script a text is written in."""

import unicodedata
from collections import Counter
from functools import lru_cache

LATIN, UNKNOWN = "latin", "unknown"
_KNOWN = {LATIN, "arabic", "cyrillic", "ethiopic"}

# A sentence full of German names of offices is still written in the script of its other words.
_SHARE_OF_NATIVE_SCRIPT = 0.25


@lru_cache(maxsize=8192)
def script_of_letter(letter: str) -> str:
    """Return the script of one letter: latin, arabic, cyrillic, ethiopic, or unknown."""
    name = unicodedata.name(letter, "").partition(" ")[0].lower()
    return name if name in _KNOWN else UNKNOWN


def script_of(text: str) -> str | None:
    """Return the script that a text is written in; None when it has no letters."""
    counts = Counter(script_of_letter(c) for c in text if c.isalpha())
    if not counts:
        return None
    native = Counter({script: n for script, n in counts.items() if script != LATIN})
    if native and native.total() >= _SHARE_OF_NATIVE_SCRIPT * counts.total():
        return native.most_common(1)[0][0]
    return LATIN
