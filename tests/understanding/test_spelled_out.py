"""Numbers that are written in words are found where they are long enough to be a telephone number."""

import pytest

from bot.understanding.spelled_out import without_long_numbers


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("ruf null eins sieben sechs an", "ruf … an"),
        ("null, eins, 7, sechs und mehr", "… und mehr"),
        ("zero one seven six five", "…"),
        ("صفر واحد سبعة ستة", "…"),
        ("ноль один семь шесть", "…"),
        ("null hundertsechsundsiebzig fünfundfünfzig zwölf", "…"),
    ],
)
def test_four_numbers_in_words_are_hidden(text: str, cleaned: str) -> None:
    """Digits may stand among the words, and commas between them."""
    assert without_long_numbers(text, "…") == cleaned


@pytest.mark.parametrize("text", ["drei kinder, zwei und vier jahre", "eins zwei drei", "3 4 6 8", ""])
def test_few_numbers_stay(text: str) -> None:
    """Ages and numbers of children are no telephone numbers, and digits are hidden elsewhere."""
    assert without_long_numbers(text, "…") == text
