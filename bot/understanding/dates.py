"""Days and weeks in an utterance, as ISO 8601 days or intervals; and all weekdays of "Monday to Friday".

The words stand in ``nlu/data/<language>/entities.yml``: ``date/<tomorrow, next-week, ...>``, ``month/<1 to 12>``,
``in/before`` ("in" 3 days), ``in/one`` ("in a" week), ``in/after`` (3 days "later"),
``two/<day, week, month>`` (duals: "يومين"), ``recurring/weekday`` ("every", "Mondays": no single day is meant),
``decoy/until`` ("bis", "kadar": between two days or behind them),
``no-date/before`` and ``no-date/after`` ("um" 9.10, 3.5 "Zimmer": an hour or a measure, no day). Here is only the
arithmetic. The library dateparser was left aside: it knows neither Pashto, Kurmanji, Tigrinya nor spellings by ear,
and takes "ab 6" or "A2" for dates.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.understanding.forms import Forms, Span
from bot.understanding.normalise import words_of
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
_YEARS = range(1900, 2101)  # what is a year where only a number stands
_LAST_YEARS, _NEXT_YEARS = 1, 5  # years farther from this one are those of births and of slips of the finger
_LAST_HOUR = 23
_FRACTIONS = frozenset({"5", "25", "50", "75"})
_NEAR = 40  # letters around a date that are looked at
_DASHES = frozenset("-–")
_DASHED = re.compile(r"(?<![\w-])([^\W\d_]+)\.?\s?(?:[-–—]|bis)\s?([^\W\d_]+)(?![\w-])")
# German has no other abbreviations of two letters, which are words elsewhere; so they are read only in "Mo-Fr".
_ABBREVIATED = dict(zip(("mo", "di", "mi", "do", "fr", "sa", "so"), WEEKDAYS, strict=True))
_UNITS = ("day", "week", "month")


def written_dates(text: str, today: date, forms: Forms) -> tuple[list[str], str]:
    """Return the dates in digits ("24.12.", "24/12/2026"), and the normalised text without them and times of day.

    Days that cannot be meant ("01.01.1990", "31.11.") and measures ("3.5 rooms") leave the text too.
    """
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        has_year = bool(match[1] or match[7] or match[8])
        if not has_year and (_is_clock(match, forms) or _is_measure(match, forms)):
            return " | "
        day = _separated(match, today)
        # "Ich bin 25. 3 Kinder ...": with a space between, only a full stop or a year at the end makes it a date.
        if " " in match[0] and match[0][-1].isdigit() and not has_year:
            return match[0]
        if day is None:
            return " | " if has_year or match[5] == "." else match[0]
        found.append(day.isoformat())
        return " | "

    return found, _SEPARATED.sub(take, _CLOCK.sub(" | ", _ALL_DAY.sub(" | ", text)))


def _is_clock(match: re.Match[str], forms: Forms) -> bool:
    """Say whether it is the hour of "at 9.10"."""
    if match[5] != "." or len(match[6]) == 1 or int(match[4]) > _LAST_HOUR or match[0].endswith("."):
        return False
    before = forms.spans(words_of(match.string[max(0, match.start() - _NEAR) : match.start()]))
    return bool(before) and before[-1].has("no-date", "before")


def _is_measure(match: re.Match[str], forms: Forms) -> bool:
    """Say whether a word follows that is measured: "3.5 rooms", "1/2 year"."""
    behind = match.string[match.end() : match.end() + _NEAR].lstrip(" -")
    if not match[0][-1].isdigit() or not behind[:1].isalpha():
        return False
    spans = forms.spans(words_of(behind))
    if not spans or spans[0].has("no-date", "after"):
        return bool(spans)
    fraction = match[6] in _FRACTIONS or match[5] == "/"
    return fraction and any(spans[0].has("unit", unit) for unit in ("hour", "week", "month", "year"))


def _separated(match: re.Match[str], today: date) -> date | None:
    year, month, day, first, _, second, after, after_dash = match.groups()
    if year:
        return _day(int(year), int(month), int(day), today)
    written = after or after_dash
    return _day(int(written) if written else None, int(second), int(first), today)


def _day(year: int | None, month: int, day: int, today: date) -> date | None:
    """Return a day; without a year the next one that has this name."""
    if year is not None and year < _SHORT_YEAR:
        year += _CENTURY
    first, last = (today.year - _LAST_YEARS if year else today.year), today.year + _NEXT_YEARS
    for each in range(first, last + 1):
        fits = year in {None, each} and 1 <= month <= 12 and 1 <= day <= monthrange(each, month)[1]  # noqa: PLR2004
        if fits and (year is not None or date(each, month, day) >= today):
            return date(each, month, day)
    return None


def dashed_weekdays(text: str, forms: Forms) -> tuple[list[str], str]:
    """Return all weekdays of "Mo-Fr" and "mon - fri" in a normalised text, and the text without them."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        first, last = _weekday_named(match[1], forms), _weekday_named(match[2], forms)
        if first is None or last is None:
            return match[0]
        found.extend(_from_to(first, last))
        return " | "

    return found, _DASHED.sub(take, text)


def weekdays_between(spans: Sequence[Span]) -> list[str]:
    """Return all weekdays of "Monday to Friday" and "pazartesiden cumaya kadar"."""
    found: list[str] = []
    for first, second, third in zip(spans, spans[1:], spans[2:], strict=False):
        last = second if third.has("decoy", "until") else third if second.has("decoy", "until") else None
        days = (first.values("weekday"), last.values("weekday")) if last is not None else ([], [])
        if all(len(each) == 1 for each in days):
            found += _from_to(days[0][0], days[1][0])
    return found


def _weekday_named(word: str, forms: Forms) -> str | None:
    days = [value for entity, value in forms.exact(word) if entity == "weekday"]
    return days[0] if len(days) == 1 else _ABBREVIATED.get(word)


def _from_to(first: str, last: str) -> list[str]:
    start = WEEKDAYS.index(first)
    return [WEEKDAYS[(start + n) % 7] for n in range((WEEKDAYS.index(last) - start) % 7 + 1)]


def dates(pieces: Sequence[Piece], weekdays: Sequence[str], today: date, written: Sequence[str] = ()) -> list[str]:
    """Return the days and intervals that words name; weekdays come last, as the next such day after today.

    A weekday that stands beside its own day ("Thursday, the 24.12.", also among those ``written`` in digits) adds none.
    """
    found, base = _worded(pieces, today)
    if any(piece.span.has("recurring") for piece in pieces) or any(p.any_of(*_WEEKENDS) for p in pieces):
        weekdays = ()
    told = {date.fromisoformat(day).weekday() for day in [*written, *found] if "/" not in day}
    numbers = [WEEKDAYS.index(day) for day in weekdays if WEEKDAYS.index(day) not in told]
    monday, later = None, timedelta()
    if numbers and base is not None:
        found.remove(base)
        start = date.fromisoformat(base[:10])
        monday, later = (start, later) if "/" in base else (None, start - today)
    found += [(_weekday(number, monday, today) + later).isoformat() for number in numbers]
    return list(dict.fromkeys(found))


def _worded(pieces: Sequence[Piece], today: date) -> tuple[list[str], str | None]:
    """Return the days and intervals in words, and the one of them that a weekday would belong to."""
    found: list[str] = []
    base, taken = None, 0
    for position in range(len(pieces)):
        if position < taken:
            continue
        for rule in (_from_a_day, _named, _ahead, _two_of_month, _of_month):
            result = rule(pieces, position, today)
            if result is None:
                continue
            days, taken = result
            found += [day for day in days if day not in found]
            ahead = rule in {_from_a_day, _ahead}
            weeks = ahead and any(p.any_of("unit/week", "two/week") for p in pieces[position:taken])
            if weeks or pieces[position].any_of(*_WEEKS):
                base = days[0]
            break
    return found, base


def _weekday(number: int, monday: date | None, today: date) -> date:
    if monday is not None:
        return monday + timedelta(number)
    return today + timedelta((number - today.weekday() - 1) % 7 + 1)


_WEEKS = ("date/this-week", "date/next-week", "date/week-after-next")
_DAYS = frozenset({"today", "tomorrow", "day-after-tomorrow"})
_WEEKENDS = ("date/weekend", "date/next-weekend")
_Found = tuple[list[str], int] | None


def _named(pieces: Sequence[Piece], position: int, today: date) -> _Found:
    """Return what a word such as "tomorrow" means, and where to read on."""
    values = pieces[position].span.values("date")
    if not values or values[0] not in _NAMED:
        return None
    return [_NAMED[values[0]](today)], position + 1


def _from_a_day(pieces: Sequence[Piece], position: int, today: date) -> _Found:
    """Read "tomorrow in a week": it is counted from that day, which itself is not meant."""
    day = next((value for value in pieces[position].span.values("date") if value in _DAYS), None)
    if day is None or position + 1 == len(pieces):
        return None
    return _ahead(pieces, position + 1, date.fromisoformat(_NAMED[day](today)))


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
    return [day.isoformat()], end + (not before)


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


def _two_of_month(pieces: Sequence[Piece], position: int, today: date) -> _Found:
    """Read "3. oder 4. Dezember", two days, and "1. bis 5. Dezember", an interval."""
    between = position + 1 + _skips_ending(pieces, position + 1)
    if not _is_day(pieces[position]) or between + 1 >= len(pieces) or not _is_day(pieces[between + 1]):
        return None
    joint = pieces[between]
    until = joint.any_of("decoy/until") or joint.span.text in _DASHES
    last = _of_month(pieces, between + 1, today) if until or joint.span.has("joint") else None
    if last is None or not last[0]:
        return last
    end = date.fromisoformat(last[0][0])
    if (pieces[position].number or 0) >= end.day:
        return last
    start = end.replace(day=pieces[position].number or 1)
    days = [start.isoformat(), end.isoformat()]
    return (["/".join(days)] if until else days), last[1]


def _of_month(pieces: Sequence[Piece], position: int, today: date) -> _Found:
    """Read "24. Dezember 2026", "December 24th" and "in December"; a day that is none is read as nothing."""
    piece = pieces[position]
    month = next((int(m) for m in piece.span.values("month")), None)
    if month is not None:
        behind = _skip(pieces, position + 1)
        if behind < len(pieces) and _is_day(pieces[behind]):
            return _dated(pieces, behind + 1, month, pieces[behind].number or 0, today)
        return _whole_month(pieces, position, month, today)
    if _is_day(piece):
        ahead = position + 1
        while ahead < min(len(pieces), position + 2 + _FILLERS):
            if months := pieces[ahead].span.values("month"):
                return _dated(pieces, ahead + 1, int(months[0]), piece.number or 0, today)
            if not _is_filler(pieces[ahead]):
                return None
            ahead += 1
    return None


def _whole_month(pieces: Sequence[Piece], position: int, month: int, today: date) -> _Found:
    if len(pieces[position].span.text) < _SHORT_MONTH:
        return None
    year = _year(pieces, position + 1)
    start = _day(year, month, 1, today) if year else None
    if year and start is None:
        return [], position + 2
    return ([_interval_of(start)], position + 2) if start else ([_month(today, month)], position + 1)


def _dated(pieces: Sequence[Piece], position: int, month: int, day: int, today: date) -> _Found:
    position += _skips_ending(pieces, position)
    year = _year(pieces, position)
    found = _day(year, month, day, today)
    return ([found.isoformat()] if found else []), position + (year is not None)


def _skips_ending(pieces: Sequence[Piece], position: int) -> bool:
    return position < len(pieces) and pieces[position].any_of("ordinal/ending")


def _year(pieces: Sequence[Piece], position: int) -> int | None:
    number = pieces[position].number if position < len(pieces) else None
    return number if number is not None and number in _YEARS else None


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
    return _interval_of(date(today.year + (month < today.month), month, 1))


def _interval_of(first: date) -> str:
    return _interval(first, monthrange(first.year, first.month)[1])


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
    "week-after-next": lambda today: _week(today, 2),
    "weekend": lambda today: _weekend(today, 0),
    "next-weekend": lambda today: _weekend(today, 1),
    "this-month": lambda today: _month(today, today.month),
    "next-month": lambda today: _month(_months_later(today, 1), _months_later(today, 1).month),
}
NAMES = tuple(_NAMED)
"""The days and intervals that have words of their own."""
