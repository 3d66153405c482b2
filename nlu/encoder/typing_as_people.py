"""Makes of a sentence what somebody may have typed: slips, missing accents, Latin letters, a greeting before it."""

import random
import unicodedata

from anyascii import anyascii

ROMANISED, SLIPS, BARE, GREETED = 0.15, 0.18, 0.25, 0.1
_NEAR = {"a": "sq", "e": "wr", "i": "uo", "o": "ip", "u": "yi", "s": "ad", "n": "bm", "t": "ry", "r": "et", "l": "ko"}


def as_typed(text: str, greetings: list[str], chance: random.Random) -> str:
    """Return a text changed in one or two of these ways, or most often not at all."""
    foreign = sum(not c.isascii() for c in text) > len(text) / 3
    if foreign and chance.random() < ROMANISED:
        text = anyascii(text).lower()
    elif not foreign and chance.random() < BARE:
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(c for c in decomposed if unicodedata.category(c) != "Mn").replace("ı", "i")
    if chance.random() < SLIPS:
        text = _with_slip(text, chance)
    if greetings and len(text) > 25 and chance.random() < GREETED:
        text = f"{chance.choice(greetings)} {text}"
    return text


def _with_slip(text: str, chance: random.Random) -> str:
    """One letter doubled, dropped, swapped with the next or hit beside, or a space left out."""
    letters = list(text)
    places = [place for place in range(1, len(letters) - 1) if letters[place].isalpha()]
    if len(places) < 4:
        return text
    place, kind = chance.choice(places), chance.randrange(5)
    if kind == 0:
        letters[place] *= 2
    elif kind == 1:
        letters[place] = ""
    elif kind == 2:
        letters[place], letters[place + 1] = letters[place + 1], letters[place]
    elif kind == 3:
        letters[place] = chance.choice(_NEAR.get(letters[place], letters[place]))
    else:
        spaces = [place for place, letter in enumerate(letters) if letter == " "]
        if spaces:
            letters[chance.choice(spaces)] = ""
    return "".join(letters)
