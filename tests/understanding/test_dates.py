"""Days and weeks become ISO 8601 dates, by the clock of Stuttgart."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.understanding.entities import EntityFinder
from bot.understanding.examples import Synonym, read_synonyms

_NLU = Path(__file__).parents[2] / "nlu" / "data"
_NEXT_WEEK = "2026-11-30/2026-12-06"


@pytest.fixture(scope="module")
def synonyms() -> dict[str, list[Synonym]]:
    """The editors' words."""
    return read_synonyms(_NLU)


@pytest.fixture(scope="module")
def finder(synonyms: dict[str, list[Synonym]]) -> EntityFinder:
    """A finder on Monday, 23 November 2026."""
    return EntityFinder(synonyms, lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "today", "tomorrow", "after", "next_week", "in_3_days", "christmas"),
    [
        ("de", "heute", "morgen", "übermorgen", "nächste woche", "in 3 tagen", "24. dezember"),
        ("en", "today", "tommorow", "day after tomorrow", "next week", "in three days", "december 24th"),
        ("ar", "اليوم", "بكرا", "بعد بكرا", "الاسبوع الجاي", "بعد ٣ ايام", "24 كانون الاول"),
        ("fa", "امروز", "فردا", "پس فردا", "هفته آینده", "۳ روز بعد", "۲۴ دسامبر"),
        ("ps", "نن", "سبا", "بل سبا", "راتلونکې اونۍ", "درې ورځې وروسته", "۲۴ دسمبر"),
        ("kmr", "îro", "sibê", "dusibe", "hefteya bê", "piştî 3 rojan", "24ê berfanbarê"),
        ("tr", "bugün", "yarın", "öbür gün", "haftaya", "3 gün sonra", "24 aralık"),
        ("uk", "сьогодні", "завтра", "післязавтра", "наступного тижня", "через три дні", "24 грудня"),
        ("ru", "сегодня", "завтра", "послезавтра", "на следующей неделе", "через 3 дня", "24 декабря"),
        ("ti", "ሎሚ", "ጽባሕ", "ድሕሪ ጽባሕ", "ዝመጽእ ሰሙን", "ድሕሪ ሰለስተ መዓልቲ", "24 ታሕሳስ"),
        ("so", "maanta", "berri", "saa dambe", "usbuuca soo socda", "3 maalmood kadib", "24 diseembar"),
        ("fr", "aujourd'hui", "demain", "après-demain", "la semaine prochaine", "dans 3 jours", "24 décembre"),
    ],
)
def test_each_language_names_its_days(  # noqa: PLR0917 - a table
    finder: EntityFinder,
    language: str,
    today: str,
    tomorrow: str,
    after: str,
    next_week: str,
    in_3_days: str,
    christmas: str,
) -> None:
    """The same six dates in twelve languages."""
    said = [today, tomorrow, after, next_week, in_3_days, christmas]
    expected = ["2026-11-23", "2026-11-24", "2026-11-25", _NEXT_WEEK, "2026-11-26", "2026-12-24"]
    assert [finder.find(text, language).get("date") for text in said] == [(day,) for day in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("am 24.12.", "2026-12-24"),
        ("24/12/2026", "2026-12-24"),
        ("24.12.26", "2026-12-24"),
        ("2026-12-24", "2026-12-24"),
        ("am 3.1.", "2027-01-03"),
        ("im dezember", "2026-12-01/2026-12-31"),
        ("diesen monat", "2026-11-01/2026-11-30"),
        ("nächsten monat", "2026-12-01/2026-12-31"),
        ("in zwei wochen", "2026-12-07"),
        ("in einem monat", "2026-12-23"),
        ("am wochenende", "2026-11-28/2026-11-29"),
        ("kommenden montag", "2026-11-30"),
        ("am freitag", "2026-11-27"),
        ("mittwoch nächste woche", "2026-12-02"),
        ("montag morgen", "2026-11-30"),
        ("Donnerstag, den 24.12.", "2026-12-24"),
        ("heute ist montag", "2026-11-23"),
        ("dienstag in 2 wochen", "2026-12-08"),
        ("am 9.10. um 9.10", "2027-10-09"),
        ("im märz 2031", "2031-03-01/2031-03-31"),
        ("am 5ten märz", "2027-03-05"),
    ],
)
def test_written_and_relative_dates(finder: EntityFinder, text: str, expected: str) -> None:
    """A date that has passed this year means the next one."""
    assert finder.find(text, "de")["date"] == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        *("guten morgen", "am morgen", "morgens", "montags", "jeden freitag", "24/7", "um 9.12 uhr", "99.99.", "a1.2"),
        *("3.5 Zimmer Wohnung", "mein sohn ist 1.5 jahre", "kurs 1.5 stunden", "1/2 jahr", "um 9.10"),
        *("geb. 01.01.90", "24.12.19", "1.1.0000", "ich bin 01.01.1990 geboren", "31. November", "am 30. Februar"),
        *("24. dezember 2019", "24.12.2024", "24.12.2032", "märz 2035"),
    ],
)
def test_what_is_no_date(finder: EntityFinder, text: str) -> None:
    """Mornings, habits, hours and versions name no day."""
    assert "date" not in finder.find(text, "de")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "3.5 rooms", None),
        ("tr", "saat 9.10'da", None),
        ("tr", "24.12 saat 9.10'da", ("2026-12-24",)),
        ("tr", "24.12 saat kaçta", ("2026-12-24",)),
        ("ru", "в 9.10 утра", None),
        ("en", "5th of march", ("2027-03-05",)),
        ("fr", "le 1er mars", ("2027-03-01",)),
    ],
)
def test_hours_measures_and_ordinals(
    finder: EntityFinder, language: str, text: str, expected: tuple[str, ...] | None
) -> None:
    """Each language says what its decimals measure, and how it writes "5th"."""
    assert finder.find(text, language).get("date") == expected


@pytest.mark.parametrize(("text", "expected"), [("Montag in einer Woche", "30"), ("dienstag", "24")])
def test_a_week_is_counted_from_the_next_such_day(synonyms: dict[str, list[Synonym]], text: str, expected: str) -> None:
    """On a Sunday, Monday in a week is not tomorrow."""
    finder = EntityFinder(synonyms, lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert finder.find(text, "de")["date"] == (f"2026-11-{expected}",)


def test_the_morning_of_tomorrow_is_both(finder: EntityFinder) -> None:
    """Kurmanji says tomorrow and morning with nearly one word."""
    assert finder.find("sibê serê sibê", "kmr") == {"time_of_day": ("morning",), "date": ("2026-11-24",)}


def test_the_weekday_stays_beside_its_date(finder: EntityFinder) -> None:
    """A course is filtered by weekday, an appointment by date."""
    assert finder.find("on friday", "en") == {"weekday": ("fri",), "date": ("2026-11-27",)}


def test_it_is_tomorrow_in_stuttgart_before_it_is_in_greenwich(synonyms: dict[str, list[Synonym]]) -> None:
    """The day changes at midnight of Berlin."""
    finder = EntityFinder(synonyms, lambda: datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert finder.find("heute", "de")["date"] == ("2026-11-24",)


def test_the_29th_of_february_waits_for_its_year(finder: EntityFinder) -> None:
    """2028 is the next leap year."""
    assert finder.find("29.2.", "de")["date"] == ("2028-02-29",)


@pytest.mark.parametrize("text", ["29.02.", "29. Februar"])
def test_a_leap_day_that_has_passed_is_the_next_one(synonyms: dict[str, list[Synonym]], text: str) -> None:
    """A day without a year never lies in the past."""
    finder = EntityFinder(synonyms, lambda: datetime(2028, 3, 5, 12, tzinfo=UTC))
    assert finder.find(text, "de")["date"] == ("2032-02-29",)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "vom 1. bis 5. dezember", ("2026-12-01/2026-12-05",)),
        ("de", "am 3. oder 4. dezember", ("2026-12-03", "2026-12-04")),
        ("de", "heute in einer woche", ("2026-11-30",)),
        ("de", "morgen in einer woche", ("2026-12-01",)),
        ("en", "a week from today", ("2026-11-30",)),
        ("en", "day after tmrw", ("2026-11-25",)),
        ("de", "übernächste woche", ("2026-12-07/2026-12-13",)),
        ("de", "montag übernächste woche", ("2026-12-07",)),
        ("ps", "راتلونکې اونۍ پای", ("2026-12-05/2026-12-06",)),
        ("kmr", "dawiya hefteya bê", ("2026-12-05/2026-12-06",)),
        ("ti", "ዝመጽእ ቀዳም ሰንበት", ("2026-12-05/2026-12-06",)),
        ("so", "dhamaadka usbuuca soo socda", ("2026-12-05/2026-12-06",)),
    ],
)
def test_days_that_belong_together(finder: EntityFinder, language: str, text: str, expected: tuple[str, ...]) -> None:
    """Two days of a month, a week counted from a day, the weekend after this one."""
    assert finder.find(text, language)["date"] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "termin mo-fr"),
        ("de", "montag bis freitag"),
        ("en", "mon-fri"),
        ("ar", "من الاثنين الى الجمعة"),
        ("fa", "از دوشنبه تا جمعه"),
        ("ps", "له دوشنبې تر جمعې پورې"),
        ("kmr", "ji duşemê heta înê"),
        ("tr", "pazartesiden cumaya kadar"),
        ("uk", "від понеділка до п'ятниці"),
        ("ru", "с понедельника по пятницу"),
        ("ti", "ካብ ሰኑይ ክሳብ ዓርቢ"),
        ("so", "isniin ilaa jimce"),
        ("fr", "du lundi au vendredi"),
    ],
)
def test_from_monday_to_friday_are_five_days(finder: EntityFinder, language: str, text: str) -> None:
    """The days between count too."""
    assert finder.find(text, language)["weekday"] == ("mon", "tue", "wed", "thu", "fri")


def test_two_weekdays_are_no_range(finder: EntityFinder) -> None:
    """Monday or Friday leaves out Wednesday."""
    assert finder.find("montag oder freitag", "de")["weekday"] == ("mon", "fri")
