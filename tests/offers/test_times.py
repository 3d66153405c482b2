"""Weekly appointments as people write them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offers.model import Session
from bot.offers.times import parse_sessions, write_sessions


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Mo 18:00-19:30; Do 18:00-19:30", "Mo 18:00-19:30; Do 18:00-19:30"),
        ("Mo und Do 18-19.30 Uhr", "Mo 18:00-19:30; Do 18:00-19:30"),
        ("Mo, Mi, Fr 9-10", "Mo 09:00-10:00; Mi 09:00-10:00; Fr 09:00-10:00"),
        ("Di-Do 8:30 – 12 Uhr, Sa 10-11", "Di 08:30-12:00; Mi 08:30-12:00; Do 08:30-12:00; Sa 10:00-11:00"),
        ("montags von 18 bis 20 Uhr", "Mo 18:00-20:00"),
        ("Sa–Mo 9-10", "Mo 09:00-10:00; Sa 09:00-10:00; So 09:00-10:00"),
        ("Mo 9-10\nMi 9-10", "Mo 09:00-10:00; Mi 09:00-10:00"),
        ("Sonnabend 9-10", "Sa 09:00-10:00"),
    ],
)
def test_times_are_understood_as_editors_write_them(typed: str, meant: str) -> None:
    """Words, ranges, commas and dots all lead to the same sessions."""
    assert write_sessions(parse_sessions(typed)) == meant


@pytest.mark.parametrize(
    "typed", ["abends", "Mo 18", "Mo 25-26", "Mo 22-2", "18:00-19:00", "Mo 9-10 oder so", "Mo " * 400]
)
def test_what_is_not_a_time_is_refused(typed: str) -> None:
    """Nothing is guessed, and an endless cell costs no time."""
    with pytest.raises(ValueError, match=r".+"):
        parse_sessions(typed)


minutes = st.integers(0, 24 * 60 - 2)


@given(st.sets(st.tuples(st.integers(0, 6), minutes, st.integers(1, 300)), max_size=8))
def test_what_is_written_reads_back(drawn: set[tuple[int, int, int]]) -> None:
    """Writing and reading undo each other."""
    sessions = {
        Session(day, time(*divmod(start, 60)), time(*divmod(min(start + length, 24 * 60 - 1), 60)))
        for day, start, length in drawn
    }
    ordered = tuple(sorted(sessions, key=lambda each: (each.weekday, each.start, each.end)))
    assert parse_sessions(write_sessions(ordered)) == ordered
