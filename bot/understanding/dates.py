"""Days and weeks in an utterance, as ISO 8601 days or intervals.

The words stand in ``nlu/data/<language>/entities.yml``: ``date/<tomorrow, next-week, ...>``, ``month/<1 to 12>``,
``in/before`` ("in" 3 days), ``in/one`` ("in a" week), ``in/after`` (3 days "later"),
``two/<day, week, month>`` (duals: "يومين") and
``recurring/weekday`` ("every", "Mondays": no single day is meant). Here is only the arithmetic. The library
dateparser was left aside: it knows neither Pashto, Kurmanji, Tigrinya nor spellings by ear, and takes "ab 6" or
"A2" for dates.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.understanding.numbers import Piece

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SEPARATED = re.compile(
    r"(?<![\w.:/,-])(?:(\d{4})-(\d{1,2})-(\d{1,2})|"
    r"(\d{1,2})\s?([./])\s?(\d{1,2})(?:\5\s?(\d{4}|\d{2})?(?!\d)|-(\d{4}))?)(?![\d:])(?![./]\d)(?!\s?(?:uhr|h\b|€|euro|%|am\b|pm\b))"
)
_CLOCK = re.compile(r"(?<![\w.])\d{1,2}(?::\d{2}\b|[.:]\d{2}(?=\s?(?:uhr|h\b|am\b|pm\b)))")
_ALL_DAY = re.compile(r"(?<!\d)24\s?/\s?7(?!\d)")
_CENTURY = 2000
_SHORT_YEAR = 100
_LONGEST_MARK = 3  # letters that may stand between day and month: "24th of", "24ê", "24-го"
_FILLERS = 2
_SHORT_MONTH = 4  # "may" is a month only beside a day
_FARTHEST = 1000  # days, weeks or months from today
_YEARS = range(2000, 2100)
_UNITS = ("day", "week", "month")


def written_dates(text: str, today: date) -> tuple[list[str], str]:
    """Return the dates in digits ("24.12.", "24/12/2026"), and the normalised text without them and times of day."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        day = _separated(match, today)
        # "Ich bin 25. 3 Kinder ...": with a space between, only a full stop or a year at the end makes it a date.
        if day is None or (" " in match[0] and match[0][-1].isdigit() and not (match[1] or match[7] or match[8])):
            return match[0]
        found.append(day.isoformat())
        return " | "

    return found, _SEPARATED.sub(take, _CLOCK.sub(" | ", _ALL_DAY.sub(" | ", text)))


def _separated(match: re.Match[str], today: date) -> date | None:
    year, month, day, first, _, second, after, after_dash = match.groups()
    if year:
        return _day(int(year), int(month), int(day), today)
    return _day(int(after or after_dash or 0), int(second), int(first), today)


def _day(year: int, month: int, day: int, today: date) -> date | None:
    """Return a day; without a year (0) the next one that has this name."""
    if 0 < year < _SHORT_YEAR:
        year += _CENTURY
    try:
        if year:
            return date(year, month, day) if year in _YEARS else None
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError:
        # The 29th of February waits for its leap year.
        if (month, day) == (2, 29) and not year:
            return next(date(y, 2, 29) for y in range(today.year, today.year + 9) if monthrange(y, 2)[1] == day)
        return None


def dates(pieces: Sequence[Piece], weekdays: Sequence[str], today: date) -> list[str]:
    """Return the days and intervals that words name; weekdays come last, as the next such day after today."""
    found, week, taken = [], None, 0
    for position, piece in enumerate(pieces):
        if position < taken:
            continue
        for rule in (_named, _ahead, _of_month):
            result = rule(pieces, position, today)
            if result is not None:
                days, taken = result
                found.append(days)
                if piece.any_of("date/next-week", "date/this-week"):
                    week = days
                break
    if any(piece.span.has("recurring") for piece in pieces) or any(p.any_of(*_WEEKENDS) for p in pieces):
        weekdays = ()
    if week is not None and weekdays:
        found.remove(week)
    monday = date.fromisoformat(week[:10]) if week else None
    found += [_weekday(WEEKDAYS.index(day), monday, today).isoformat() for day in weekdays]
    return list(dict.fromkeys(found))


def _weekday(number: int, monday: date | None, today: date) -> date:
    if monday is not None:
        return monday + timedelta(number)
    return today + timedelta((number - today.weekday() - 1) % 7 + 1)


_WEEKENDS = ("date/weekend", "date/next-weekend")
_Found = tuple[str, int] | None


def _named(pieces: Sequence[Piece], position: int, today: date) -> _Found:
    """Return what a word such as "tomorrow" means, and where to read on."""
    values = pieces[position].span.values("date")
    if not values or values[0] not in _NAMED:
        return None
    return _NAMED[values[0]](today), position + 1


def _ahead(pieces: Sequence[Piece], position: int, today: date) -> _Found:
    """Read "in 3 days", "in two weeks" and "3 days later"."""
    alone = pieces[position].any_of("in/one")
    before = alone or pieces[position].any_of("in/before")
    amount, end = _amount(pieces, position + before, alone=alone or not before)
    if amount is None or not (before or (end < len(pieces) and pieces[end].any_of("in/after"))):
        return None
    count, unit = amount
    if count > _FARTHEST:
        return None
    day = _months_later(today, count) if unit == "month" else today + timedelta(count * (7 if unit == "week" else 1))
    return day.isoformat(), end + (not before)


def _amount(pieces: Sequence[Piece], position: int, *, alone: bool) -> tuple[tuple[int, str] | None, int]:
    """Return (how many, unit) and where to read on; ``alone``, a unit without a number is one of it."""
    count = pieces[position].number if position < len(pieces) else None
    position += count is not None
    if position < len(pieces):
        piece = pieces[position]
        if count is None and (dual := piece.span.values("two")):
            return (2, dual[0]), position + 1
        unit = next((unit for unit in piece.span.values("unit") if unit in _UNITS), None)
        if unit is not None and (alone or count is not None):
            return (1 if count is None else count, unit), position + 1
    return None, position


def _of_month(pieces: Sequence[Piece], position: int, today: date) -> _Found:
    """Read "24. Dezember 2026", "December 24th" and "in December"."""
    piece = pieces[position]
    month = next((int(m) for m in piece.span.values("month")), None)
    if month is not None:
        behind = _skip(pieces, position + 1)
        if behind < len(pieces) and _is_day(pieces[behind]):
            return _dated(pieces, behind + 1, month, pieces[behind].number or 0, today)
        long_enough = len(piece.span.text) >= _SHORT_MONTH
        return (_month(today, month), position + 1) if long_enough else None
    if _is_day(piece):
        ahead = position + 1
        while ahead < min(len(pieces), position + 2 + _FILLERS):
            if months := pieces[ahead].span.values("month"):
                return _dated(pieces, ahead + 1, int(months[0]), piece.number or 0, today)
            if not _is_filler(pieces[ahead]):
                return None
            ahead += 1
    return None


def _dated(pieces: Sequence[Piece], position: int, month: int, day: int, today: date) -> _Found:
    year = pieces[position].number if position < len(pieces) else None
    has_year = year is not None and year in _YEARS
    found = _day(year if has_year and year else 0, month, day, today)
    return (found.isoformat(), position + has_year) if found else None


def _is_day(piece: Piece) -> bool:
    return piece.number is not None and 0 < piece.number <= 31  # noqa: PLR2004 - the days of a month


def _is_filler(piece: Piece) -> bool:
    return piece.number is None and len(piece.span.text) <= _LONGEST_MARK and not piece.span.has("unit")


def _skip(pieces: Sequence[Piece], position: int) -> int:
    """Step over one short word: "December the 24th"."""
    return position + (position + 1 < len(pieces) and _is_filler(pieces[position]) and _is_day(pieces[position + 1]))


def _months_later(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _interval(start: date, days: int) -> str:
    return f"{start.isoformat()}/{(start + timedelta(days - 1)).isoformat()}"


def _month(today: date, month: int) -> str:
    """Return the whole month, of next year if it has passed."""
    start = date(today.year + (month < today.month), month, 1)
    return _interval(start, monthrange(start.year, month)[1])


def _week(today: date, weeks: int) -> str:
    return _interval(today + timedelta(7 * weeks - today.weekday()), 7)


def _weekend(today: date, weeks: int) -> str:
    return _interval(today + timedelta(7 * weeks + 5 - today.weekday()), 2)


_NAMED: dict[str, Callable[[date], str]] = {
    "today": lambda today: today.isoformat(),
    "tomorrow": lambda today: (today + timedelta(1)).isoformat(),
    "day-after-tomorrow": lambda today: (today + timedelta(2)).isoformat(),
    "this-week": lambda today: _week(today, 0),
    "next-week": lambda today: _week(today, 1),
    "weekend": lambda today: _weekend(today, 0),
    "next-weekend": lambda today: _weekend(today, 1),
    "this-month": lambda today: _month(today, today.month),
    "next-month": lambda today: _month(_months_later(today, 1), _months_later(today, 1).month),
}
NAMES = tuple(_NAMED)
"""The days and intervals that have words of their own."""
