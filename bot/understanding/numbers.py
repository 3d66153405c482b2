"""Numbers and ages in an utterance: digits of all scripts, number words, and what makes a number an age.

The words stand in ``nlu/data/<language>/entities.yml``: ``number/<n>`` (0 to 20, the tens and whatever is
irregular; the rest is put together here), ``joint/and`` (between tens and units), ``unit/<year, month, week,
day, hour>``, ``age-word/of`` ("Alter", "my son": an age may follow), ``age-word/is`` ("ist": may stand between),
``age-word/old`` ("years old": an age stands before), ``no-age/before`` and ``no-age/after`` ("seit", "bus",
"Euro": what makes a number something else).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.understanding.forms import Forms, Span

_OLDEST = 99
_LONGEST = 24  # letters of a number written as one word: "fünfundsiebzig", with its ending
_GEEZ = "፩፪፫፬፭፮፯፰፱፲፳፴፵፶፷፸፹፺፻"
_HUNDRED = 100
_TWENTY = 20
_TEN = 10


@dataclass(frozen=True)
class Piece:
    """A surface form, and the number that it is or begins with."""

    span: Span
    number: int | None = None
    in_digits: bool = False

    @cached_property
    def entities(self) -> frozenset[str]:
        """What it may mean, as ``entity/value``."""
        return frozenset(f"{entity}/{value}" for entity, value in self.span.meanings)

    def any_of(self, *names: str) -> bool:
        """Say whether it may mean one of these."""
        return not self.entities.isdisjoint(names)


def pieces_of(spans: Sequence[Span], forms: Forms) -> list[Piece]:
    """Return the forms of an utterance with number words joined: "bîst û pênc" is one piece."""
    pieces: list[Piece] = []
    position = 0
    while position < len(spans):
        length, number = _number_at(spans, position, forms)
        if number is None:
            pieces += _glued(spans[position], forms)
        else:
            pieces.append(Piece(spans[position], number, spans[position].text.isdecimal()))
        position += length
    return pieces


def ages(pieces: Sequence[Piece]) -> list[str]:
    """Return the ages in years, in the order of the utterance, each once.

    An age is a number before a word for years, or after a word for a person or for age. Months are none:
    who is 8 months old is not 8.
    """
    found = [
        str(piece.number)
        for position, piece in enumerate(pieces)
        if piece.number is not None and 0 < piece.number <= _OLDEST and _is_age(pieces, position)
    ]
    return list(dict.fromkeys(found))


def _is_age(pieces: Sequence[Piece], position: int) -> bool:
    after = pieces[position + 1 : position + 4]
    if after and after[0].any_of("age-word/old"):
        return True
    if _follows_a_person(pieces, position):
        return True
    if after and after[0].any_of("unit/year"):
        if len(after) > 1 and after[1].any_of("age-word/old"):
            return True
        before = pieces[max(0, position - 2) : position]
        return not any(p.any_of("no-age/before") for p in before) and not any(
            p.any_of("no-age/after") and not p.any_of("age-word/old") for p in after[1:]
        )
    return False


def _follows_a_person(pieces: Sequence[Piece], position: int) -> bool:
    """Say whether a number stands behind "my son is": a lone "one" there is an article in most languages."""
    piece = pieces[position]
    after = pieces[position + 1 : position + 2]
    ends = ("no-age/after", "unit/month", "unit/week", "unit/day", "unit/hour", "audience/children")
    if (piece.number == 1 and not piece.in_digits) or any(p.any_of(*ends) or p.span.has("month") for p in after):
        return False
    before = position - 1
    while before >= 0 and pieces[before].any_of("age-word/is") and not pieces[before].any_of("age-word/of"):
        before -= 1
    return before >= 0 and pieces[before].any_of("age-word/of", "audience/children", "audience/teens")


def _number_at(spans: Sequence[Span], position: int, forms: Forms) -> tuple[int, int | None]:
    """Return how many forms from ``position`` on are one number, and which."""
    first = _value(spans[position], forms)
    if first is None or spans[position].text.isdecimal():
        return 1, first
    following = position + 1
    joined = following < len(spans) and spans[following].has("joint", "and")
    following += joined
    if following < len(spans) and not spans[following].text.isdecimal():
        second = _value(spans[following], forms)
        whole = _together(first, second) if second is not None else None
        if whole is not None:
            return following + 1 - position, whole
    return 1, first


def _together(first: int, second: int) -> int | None:
    """Join tens and units, whichever comes first; French counts 60 + 11 and 80 + 11."""
    large, small = max(first, second), min(first, second)
    below = _TWENTY if large in (60, 80) else _TEN
    return large + small if large % _TEN == 0 and large >= _TWENTY and 0 < small < below else None


def _value(span: Span, forms: Forms) -> int | None:
    if span.text.isdecimal():
        return int(span.text[:4])
    if span.text[0] in _GEEZ:
        return _geez(span.text)
    if values := span.values("number"):
        return int(values[0])
    if span.meanings or " " in span.text:
        return None
    return _in_one_word(span.text, forms)


def _geez(text: str) -> int | None:
    """Read Ge'ez numerals: units and tens are added, what stands before ፻ multiplies it."""
    if any(letter not in _GEEZ for letter in text):
        return None
    total = 0
    for letter in text:
        value = int(unicodedata.numeric(letter))
        total = max(total, 1) * value if value == _HUNDRED else total + value
    return total


def _in_one_word(word: str, forms: Forms) -> int | None:
    """Read "fünfunddreissig", "وعشرين" or "ዕስራን": numbers and "and", written together."""
    if len(word) > _LONGEST:
        return None
    for joint in _prefixes(word, forms, "joint"):
        if (rest := _plain(word[len(joint) :], forms)) is not None:
            return rest
    for form in _prefixes(word, forms, "number"):
        first, ending = _plain(form, forms), word[len(form) :]
        for joint in ("", *_prefixes(ending, forms, "joint")):
            if joint == ending:
                return first
            second = _plain(ending[len(joint) :], forms)
            if first is not None and second is not None and (whole := _together(first, second)) is not None:
                return whole
    return None


def _prefixes(word: str, forms: Forms, entity: str) -> list[str]:
    return [word[:end] for end in range(len(word), 0, -1) if any(name == entity for name, _ in forms.exact(word[:end]))]


def _plain(form: str, forms: Forms) -> int | None:
    return next((int(value) for entity, value in forms.exact(form) if entity == "number"), None)


def _glued(span: Span, forms: Forms) -> list[Piece]:
    """Part "neunjährige" and "восьмилетний": a number and what follows it, written together."""
    if not span.meanings and len(span.text) <= _LONGEST:
        for number in _prefixes(span.text, forms, "number"):
            rest = span.text[len(number) :]
            meanings = tuple(m for m in forms.exact(rest) if m[0] in {"age-word", "unit"} and m[1] != "is")
            if meanings and len(rest) > 1:
                return [Piece(Span(number, (), span.at), _plain(number, forms)), Piece(Span(rest, meanings, span.at))]
    return [Piece(span)]
