"""Short weekdays are days beside other days, and words of a sentence elsewhere."""

import pytest

from bot.understanding.abbreviations import written_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("di oder do", "dienstag oder donnerstag"),
        ("mo, mi u. fr abends", "montag, mittwoch u. freitag abends"),
        ("sa/so", "samstag/sonntag"),
        ("di do 18 uhr", "dienstag donnerstag 18 uhr"),
        ("am so", "am sonntag"),
        ("nur fr.", "nur freitag"),
        ("mi nachmittags", "mittwoch nachmittags"),
    ],
)
def test_german_abbreviations_are_days_in_company(text: str, expected: str) -> None:
    """Another day, "am", "nur" or a part of the day makes a day of two letters."""
    assert written_out(text, "de") == expected


@pytest.mark.parametrize(
    "text", ["das ist so", "kommst do her", "ach so und do", "do so", "mo-fr", "so di", "e-mo oder mi"]
)
def test_alone_they_stay_words(text: str) -> None:
    """Swabian "do" and a mere "so" are no days; "mo-fr" is read elsewhere."""
    assert written_out(text, "de") == text


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("kurs mo/do", "so", "kurs montag/donnerstag"),
        ("lun et mer", "fr", "montag et mittwoch"),
        ("çar ve cum", "tr", "mittwoch ve freitag"),
        ("so, do it", "en", "so, do it"),
        ("i am so tired", "en", "i am so tired"),
        ("la mer et le jeu", "fr", "la mer et le jeu"),
        ("geliyor mi di", "tr", "geliyor mi di"),
    ],
)
def test_other_languages_have_their_own(text: str, language: str, expected: str) -> None:
    """German lists are understood by everybody, but not German words of a sentence."""
    assert written_out(text, language) == expected
