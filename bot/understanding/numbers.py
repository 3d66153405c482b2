"""Numbers and ages in an utterance: digits of all scripts, number words, and what makes a number an age.

The words stand in ``nlu/data/<language>/entities.yml``: ``number/<n>`` (0 to 20, the tens and whatever is
irregular; the rest is put together here), ``joint/and`` (between tens and units), ``unit/<year, month, week,
day, hour>``, ``age-word/of`` ("Alter", "my son": an age may follow), ``age-word/is`` ("ist": may stand between),
``age-word/old`` ("years old": an age stands before), ``no-age/before`` and ``no-age/after`` ("seit", "bus",
"Euro": what makes a number something else), ``no-age/alone`` (number words that mean something else unless "years"
follow: Pashto "not" is written like nine) and ``ordinal/ending`` ("th"). ``joint/and``, ``joint/or`` and punctuation
also join ages: "5, 7 and 12 years".
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.understanding.forms import Forms, Span
from bot.understanding.normalise import words_of

_OLDEST = 99
_LONGEST = 24  # letters of a number written as one word: "fünfundsiebzig", with its ending
_GEEZ = "፩፪፫፬፭፮፯፰፱፲፳፴፵፶፷፸፹፺፻"
_HUNDRED = 100
_TWENTY = 20
_TEN = 10
_HALF = re.compile(r"(?<![\d,])(\d{1,2}),5(?!\s?[\d,])")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)\s?([-–,،/+&])\s?(?=\d)")
_TEAM = re.compile(r"u([5-9]|1\d)")
_BESIDE = 2  # words between a sport and its team
_MAN_OR_WOMAN = frozenset("mwf")  # "17m" at the beginning of a message
_EVENING_HOURS = range(19, 25)  # "football from 20" is rather an hour than an age
_COMMAS = frozenset(",،+&")
_RANGES = frozenset("-–/")
_ELSE = (
    "no-age/after",
    "unit/month",
    "unit/week",
    "unit/day",
    "unit/hour",
    "audience/children",
    "ordinal/ending",
)  # what counts something other than years


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


def words_and_joints(text: str) -> list[str]:
    """Return the words of a normalised text, and the punctuation between two numbers, which joins them: "6-10"."""
    parts = _BETWEEN_NUMBERS.split(_HALF.sub(r"\1", text))
    return [word for place, part in enumerate(parts) for word in ([part] if place % 2 else words_of(part))]


def ages(pieces: Sequence[Piece]) -> list[str]:
    """Return the ages in years, in the order of the utterance, each once.

    An age is a number before a word for years, or after a word for a person or for age; whatever is joined to it is
    one too. Months are none: who is 8 months old is not 8.
    """
    pieces = _without_loose_joints(pieces)
    found = [str(pieces[place].number) for group in _groups(pieces) for place in _ages_of(pieces, group)]
    found += _of_teams(pieces)
    return list(dict.fromkeys(found))


def _without_loose_joints(pieces: Sequence[Piece]) -> list[Piece]:
    """Drop an "and" between a number and its years: Tigrinya writes it behind each number, as in "6ን 9ን ዓመት"."""
    return [
        piece
        for place, piece in enumerate(pieces)
        if not (piece.any_of("joint/and") and _has_number(pieces[:place], place - 1))
        or not _has(pieces, place + 1, "unit/year", "age-word/old")
    ]


def _of_teams(pieces: Sequence[Piece]) -> list[str]:
    """Return the ages of teams such as "U12"; where no sport stands beside it, it is a line of the tram."""
    return [
        match[1]
        for place, piece in enumerate(pieces)
        if (match := _TEAM.fullmatch(piece.span.text))
        and any(near.span.has("sport") for near in pieces[max(0, place - _BESIDE) : place + _BESIDE + 1])
    ]


def _groups(pieces: Sequence[Piece]) -> list[list[int]]:
    """Return the places of numbers that may be ages, those together that are joined: "5, 7 und 12"."""
    groups: list[list[int]] = []
    for place in range(len(pieces)):
        if not _may_be_age(pieces, place):
            continue
        last = groups[-1][-1] if groups else -1
        digits = pieces[place].in_digits and pieces[last].in_digits
        joined = (place - last == 1 and digits) or (place - last == 2 and _joins(pieces[place - 1]))  # noqa: PLR2004
        if groups and joined and (pieces[place].in_digits or pieces[place].number != 1):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _may_be_age(pieces: Sequence[Piece], place: int) -> bool:
    piece = pieces[place]
    if piece.number is None or not 0 < piece.number <= _OLDEST:
        return False
    own_value = str(piece.number) in piece.span.values("number")
    return not (piece.any_of("no-age/alone") and own_value) or _has(pieces, place + 1, "unit/year", "age-word/old")


def _joins(piece: Piece) -> bool:
    return piece.span.text in _COMMAS or piece.any_of("joint/and") or _is_range(piece)


def _is_range(piece: Piece) -> bool:
    return piece.span.text in _RANGES or piece.any_of("joint/or")


def _has(pieces: Sequence[Piece], place: int, *names: str) -> bool:
    return 0 <= place < len(pieces) and pieces[place].any_of(*names)


def _ages_of(pieces: Sequence[Piece], group: list[int]) -> list[int]:
    """Return the places of a group that are ages; "25 and 2 children" tells one, "2 to 3 times" none."""
    if _is_long_number(pieces, group):
        return []
    while group and not _is_of_age(pieces, group[-1]) and _counts_something_else(pieces, group[-1]):
        last = group.pop()
        while group and _is_range(pieces[last - 1]):
            last = group.pop()
    if not group:
        return []
    first, last = group[0], group[-1]
    if _is_of_age(pieces, last) or _follows_a_person(pieces, first) or _is_least_age(pieces, first):
        return group
    if not _has(pieces, last + 1, "unit/year"):
        return []
    # "From 6 to 10 years" is a range of ages; "from 6 years" may be since when somebody is here.
    is_range = len(group) > 1 and _has(pieces, first - 1, "age-word/is")
    return group if is_range or not _is_counted_else(pieces, first) else []


def _is_long_number(pieces: Sequence[Piece], group: Sequence[int]) -> bool:
    """Say whether it is a part of "017 612 345", or of another number that is written in blocks."""
    following = pieces[group[-1] + 1 : group[-1] + 2]
    texts = [pieces[place].span.text for place in group]
    return any(text.startswith("0") for text in texts) or any(
        p.in_digits and (p.number or 0) > _OLDEST for p in following
    )


def _is_of_age(pieces: Sequence[Piece], place: int) -> bool:
    old = "age-word/old"
    if place == 0 and pieces[0].in_digits and len(pieces) > 1 and pieces[1].span.text in _MAN_OR_WOMAN:
        return True
    return _has(pieces, place + 1, old) or (_has(pieces, place + 1, "unit/year") and _has(pieces, place + 2, old))


def _counts_something_else(pieces: Sequence[Piece], place: int) -> bool:
    """Say whether "euro", "months", "December" or "years here" follow."""
    if _has(pieces, place + 1, "unit/year"):
        near = _has(pieces, place + 2, "age-word/is") or not _follows_a_person(pieces, place)  # "9 years. We live here"
        return _has(pieces, place + 2, "no-age/after") or (near and _has(pieces, place + 3, "no-age/after"))
    # "My son 9, my daughter 12": the next person has an age of their own; "2 daughters" are counted.
    if _follows_a_person(pieces, place) and _has(pieces, place + 1, "age-word/of") and _has_number(pieces, place + 2):
        return False
    return _has(pieces, place + 1, *_ELSE) or any(p.span.has("month") for p in pieces[place + 1 : place + 2])


def _has_number(pieces: Sequence[Piece], place: int) -> bool:
    return any(piece.number is not None for piece in pieces[place : place + 2])


def _is_counted_else(pieces: Sequence[Piece], place: int) -> bool:
    """Say whether "since", "bus" or "here" stand before."""
    return _has(pieces, place - 1, "no-age/before") or _has(pieces, place - 2, "no-age/before")


def _follows_a_person(pieces: Sequence[Piece], place: int) -> bool:
    """Say whether a number stands behind "my son is": a lone "one" there is an article in most languages."""
    if pieces[place].number == 1 and not pieces[place].in_digits:
        return False
    before = place - 1
    while before >= 0 and pieces[before].any_of("age-word/is") and not pieces[before].any_of("age-word/of"):
        before -= 1
    return _has(pieces, before, "age-word/of", "audience/children", "audience/teens")


def _is_least_age(pieces: Sequence[Piece], place: int) -> bool:
    """Say whether it is the age of "football from 14"."""
    before = place - 1
    from_it = _has(pieces, before, "age-word/is") and not _has(pieces, before, "no-age/before", "joint/and")
    sport = from_it and before > 0 and pieces[before - 1].span.has("sport")
    return sport and pieces[place].in_digits and pieces[place].number not in _EVENING_HOURS


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
    """Part "neunjährige" and "و7": a number and what stands behind or before it, written together."""
    for joint in _prefixes(span.text, forms, "joint"):
        if (digits := span.text[len(joint) :]).isdecimal():
            count = Piece(Span(digits, (), span.at), int(digits[:4]), in_digits=True)
            return [Piece(Span(joint, forms.exact(joint), span.at)), count]
    if not span.meanings and len(span.text) <= _LONGEST:
        for number in _prefixes(span.text, forms, "number"):
            rest = span.text[len(number) :]
            meanings = tuple(m for m in forms.exact(rest) if m[0] in {"age-word", "unit"} and m[1] != "is")
            if meanings and len(rest) > 1:
                return [Piece(Span(number, (), span.at), _plain(number, forms)), Piece(Span(rest, meanings, span.at))]
    return [Piece(span)]
