"""The text of one cell, as editors type it -> a value, and back.

A parser raises ``WrongValueError``, which says what is wrong and what to do; who calls it adds the place.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from urllib.parse import urlsplit

from babel import Locale

from bot.content.fields import IDENTIFIER, suggest
from bot.content.model import Source
from bot.content.source_file import INVISIBLE
from bot.errors import LotseError
from bot.offers.columns import FREE, NO, PRICE_UNITS, YES, Column
from bot.offers.times import parse_sessions

LONGEST_CELL = 4_000

_YES = frozenset({"ja", "j", "x", "wahr", "yes", "y", "true", "1"})
_NO = frozenset({"nein", "n", "falsch", "no", "false", "0"})
_UNKNOWN = frozenset({"?", "unbekannt", "nicht bekannt", "unknown", "null", "-"})
_FREE = frozenset({FREE, "kostenlos", "kostenfrei", "gratis", "umsonst", "free"})
_AMOUNT = re.compile(
    r"(?:€|eur|euro)?\s*(\d{1,3}(?:\.\d{3})+|\d{1,5})(?:[.,](\d{1,2}|-+|–))?\s*(?:€|eur|euro)?(?:\s+|\s*(?=/))?(\D*)",
    re.IGNORECASE,
)
_UNIT_WORDS = {
    **{german.casefold(): unit for german, unit in PRICE_UNITS.items()},
    **{unit: unit for unit in PRICE_UNITS.values()},
    **{f"{before}{word}": "month" for before in ("pro ", "je ", "/", "/ ") for word in ("monat",)},
    **{f"{before}{word}": "course" for before in ("pro ", "je ", "/", "/ ") for word in ("kurs",)},
    **{
        f"{before}{word}": "lesson"
        for before in ("pro ", "je ", "/", "/ ")
        for word in ("stunde", "unterrichtsstunde", "ue", "mal", "termin")
    },
    "monatlich": "month",
    "mtl.": "month",
    "": "",
}
_UNIT_NAMES = {unit: german for german, unit in PRICE_UNITS.items()}
# What letters outside ASCII turn into when UTF-8 is taken for Windows-1252 and saved again.
_GARBLED = re.compile(
    "[ÃÂ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€"
)
_FEWEST_DIGITS, _MOST_DIGITS = 5, 16
_NUMBERS: Mapping[str, tuple[int, int]] = {
    "age_min": (0, 120),
    "age_max": (0, 120),
    "units": (1, 5_000),
    "seats_free": (0, 10_000),
}
_DEGREES = {"place.latitude": (47.0, 50.0), "place.longitude": (7.0, 11.0)}
_DEGREES_IN_WORDS = "48,78 (latitude) or 9,18 (longitude), within and around Baden-Württemberg"
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class WrongValueError(LotseError):
    """A cell cannot be taken; both sentences lack the full stop."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}. {remedy}.")


def parse(column: Column, written: str) -> object:
    """Return the value of a cell, or None where it is empty or says that it is not known.

    Raises:
        WrongValueError: the cell cannot be read in the column's form.
    """
    text = tidy(written) if written else ""
    if not text or (column.form != "text" and text.casefold() in _UNKNOWN):
        return None
    return _PARSERS[column.form](column, text)


def tidy(written: str) -> str:
    """Return a cell on one line without needless spaces.

    Raises:
        WrongValueError: it is too long, a formula, garbled, or has signs that cannot be seen.
    """
    if len(written) > LONGEST_CELL:
        raise WrongValueError(
            f"the cell has more than {LONGEST_CELL} letters, starting with {shown(written)}",
            "Write it shorter",
        )
    # Most cells are plain; looking at each of a hundred thousand with two expressions would take seconds.
    plain = written.isprintable() and "  " not in written and "\ufffd" not in written
    text = written.strip() if plain else " ".join(written.replace("\xa0", " ").split())
    hidden = None if plain else INVISIBLE.search(text)
    if hidden:
        sign = f"U+{ord(hidden.group()):04X}"
        raise WrongValueError(f"an invisible or direction-changing character ({sign}) stands here", "Type it again")
    if text.startswith("="):
        raise WrongValueError(f"{shown(text)} is a formula", "Write the value itself")
    if not text.isascii() and _GARBLED.search(text):
        raise WrongValueError(
            f"{shown(text)} has garbled letters", "The file was saved in a wrong encoding once: type these words again"
        )
    return text


def shown(text: str) -> str:
    """Return a text in quotation marks, shortened, as problems show it."""
    longest = 60
    one_line = "".join(sign if sign.isprintable() else " " for sign in text[: longest + 1])
    return f'"{one_line[:longest]}…"' if len(one_line) > longest else f'"{one_line}"'


def _text(_: Column, text: str) -> str:
    return text


def _identifier(_: Column, text: str) -> str:
    if not SLUG.fullmatch(text):
        raise WrongValueError(
            f"{shown(text)} is not an id", "Use at most 60 small letters, digits and hyphens, such as a1-abend"
        )
    return text


SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


def _identifiers(_: Column, text: str) -> tuple[str, ...]:
    found = tuple(part for part in re.split(r"\s*[,;]\s*", text) if part)
    for part in found:
        if not IDENTIFIER.fullmatch(part):
            raise WrongValueError(f"{shown(part)} is not an id", "Write ids such as find-job, separated by commas")
    return found


def _word(column: Column, text: str) -> str:
    found = _known_words(column).get(text.casefold())
    if found is None:
        raise WrongValueError(f"{shown(text)} is not known here", suggest(text, list(column.words)))
    return found


def _known_words(column: Column) -> Mapping[str, str]:
    """Return the values by words and by themselves, in small letters; made once for each list of words."""
    words, folded = _FOLDED.get(id(column.words), (None, {}))
    if words is not column.words:
        folded = {value.casefold(): value for value in column.words.values()}
        folded |= {word.casefold(): value for word, value in column.words.items()}
        _FOLDED[id(column.words)] = (column.words, folded)
    return folded


_FOLDED: dict[int, tuple[Mapping[str, str], dict[str, str]]] = {}


def _words(column: Column, text: str) -> tuple[str, ...]:
    parts = [part for part in re.split(r"\s*[,;/]\s*", text) if part]
    read = _language if column.field == "languages" else _word
    return tuple(dict.fromkeys(read(column, part) for part in parts))


def _language(column: Column, text: str) -> str:
    """Return the code of any language that has a German name; those that Lotse speaks go first."""
    try:
        return _word(column, text)
    except WrongValueError:
        code = languages_by_name().get(text.casefold())
        if code is None:
            raise
        return code


@cache
def languages_by_name() -> Mapping[str, str]:
    """Return the codes of languages by their German names and by themselves, in small letters."""
    names = {code: name for code, name in Locale("de").languages.items() if re.fullmatch("[a-z]{2,3}", code)}
    return {code: code for code in names} | {name.casefold(): code for code, name in names.items()}


def _yes_no(_: Column, text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise WrongValueError(f"{shown(text)} is neither yes nor no", f'Write "{YES}" or "{NO}", or leave it empty')


def _number(column: Column, text: str) -> int:
    least, most = _NUMBERS.get(column.field, (0, 1_000_000))
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    if not least <= number <= most:
        raise WrongValueError(
            f"{shown(text)} is not a whole number from {least} to {most}", "Write such a number, in digits alone"
        )
    return number


def _degrees(column: Column, text: str) -> float:
    least, most = _DEGREES.get(column.field, (-180.0, 180.0))
    number = float(text.replace(",", ".")) if re.fullmatch(r"-?[0-9]{1,3}([.,][0-9]{1,15})?", text) else float("nan")
    if not least <= number <= most:
        raise WrongValueError(f"{shown(text)} are no degrees of a place here", f"Write {_DEGREES_IN_WORDS}")
    return number


def _day(_: Column, text: str) -> date:
    german = re.fullmatch(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})", text)
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?", text)
    parts = german.group(3, 2, 1) if german else iso.group(1, 2, 3) if iso else ("0", "0", "0")
    try:
        day = date(*(int(part) for part in parts))
    except ValueError:
        day = date.min
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise WrongValueError(f"{shown(text)} is not a day", "Write day.month.year with four digits: 24.12.2026")
    return day


def _days(column: Column, text: str) -> tuple[date, ...]:
    return tuple(sorted({_day(column, part) for part in re.split(r"\s*[,;]\s*|\s+und\s+", text) if part}))


def _sessions(_: Column, text: str) -> object:
    try:
        return parse_sessions(text)
    except ValueError as error:
        raise WrongValueError(
            f"{shown(text)} cannot be read as weekdays and times ({error})", "Write Mo 18:00-19:30; Do 18:00-19:30"
        ) from error


def _price(_: Column, text: str) -> tuple[Decimal, str]:
    if text.casefold() in _FREE:
        return Decimal(0), ""
    match = _AMOUNT.fullmatch(text)
    unit = _UNIT_WORDS.get(match.group(3).strip().casefold()) if match else None
    if match is None or unit is None:
        raise WrongValueError(
            f"{shown(text)} is not a price",
            f'Write "{FREE}" or an amount: 5 € im Monat, 20 € einmalig, 2 € pro Stunde, 150 € pro Kurs;'
            " what else there is to say goes into the column of notes",
        )
    cents = (match.group(2) or "").strip("-–")
    return Decimal(match.group(1).replace(".", "") + (f".{cents}" if cents else "")), unit


def _phone(_: Column, text: str) -> str:
    digits = sum(sign.isdigit() for sign in text)
    if not re.fullmatch(r"\+?[0-9 ()/.\-–]+", text) or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        raise WrongValueError(f"{shown(text)} is not a telephone number", "Write it with the area code: 0711 123456")
    return text


def _email(_: Column, text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+", text):
        raise WrongValueError(f"{shown(text)} is not an e-mail address", "Write one address: name@example.org")
    return text


def _url(_: Column, text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not re.search(r"\s", text)
    except ValueError:
        usable = False
    if not usable or "@" in parts.netloc:
        raise WrongValueError(f"{shown(text)} is not a web address", "Write the whole address, starting with https://")
    return text


def _sources(column: Column, text: str) -> tuple[Source, ...]:
    return tuple(_source(column, part) for part in re.split(r"\s*;\s*", text) if part)


def _source(column: Column, text: str) -> Source:
    name, *rest = (part.strip() for part in text.split("|"))
    url = next((part for part in rest if "://" in part), "")
    day = next((part for part in rest if part and part != url), "")
    unread = [part for part in rest if part not in {"", url, day}]
    if not name or unread or not re.fullmatch(r"([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?", day):
        raise WrongValueError(
            f"{shown(text)} is not a source", "Write name | https://page | 2026-04, page and date if they are known"
        )
    return Source(name, _url(column, url) if url else "", day)


_PARSERS: Mapping[str, Callable[[Column, str], object]] = {
    "id": _identifier,
    "text": _text,
    "word": _word,
    "words": _words,
    "yes_no": _yes_no,
    "number": _number,
    "degrees": _degrees,
    "day": _day,
    "days": _days,
    "sessions": _sessions,
    "price": _price,
    "phone": _phone,
    "email": _email,
    "url": _url,
    "ids": _identifiers,
    "sources": _sources,
}


def in_words(column: Column, value: str) -> str:
    """Return the German word for a canonical value."""
    for word, canonical in column.words.items():
        if canonical == value:
            return word
    return _language_name(value) if column.field == "languages" else value


def _language_name(code: str) -> str:
    name = str(Locale("de").languages.get(code, code))
    return name if languages_by_name().get(name.casefold()) == code else code


def write_price(amount: Decimal | None, unit: str) -> str:
    """Return a price as editors write it."""
    if amount is None:
        return ""
    if not amount and not unit:
        return FREE
    whole = amount == amount.to_integral_value()
    digits = f"{amount:.0f}" if whole else f"{amount:.2f}".replace(".", ",")
    return f"{digits} € {_UNIT_NAMES.get(unit, '')}".strip()


def write_source(source: Source) -> str:
    """Return a source as editors write it; the signs that part sources are replaced."""
    name = re.sub(r"[;|]", ",", source.name)
    url = source.url.replace(";", "%3B").replace("|", "%7C")
    return " | ".join(part for part in (name, url, source.date) if part)
