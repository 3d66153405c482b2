"""Numbers and ages are read in digits and words of twelve languages, and other numbers are no ages."""

from pathlib import Path

import pytest

from bot.understanding.entities import EntityFinder
from bot.understanding.examples import read_synonyms

_NLU = Path(__file__).parents[2] / "nlu" / "data"


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    """A finder with the editors' words."""
    return EntityFinder(read_synonyms(_NLU))


@pytest.mark.parametrize(
    ("language", "text", "age"),
    [
        ("de", "mein sohn ist neun", "9"),
        ("de", "meine neunjährige tochter", "9"),
        ("de", "für 12 jährige tochter", "12"),
        ("de", "für kinder ab 6", "6"),
        ("de", "sohn 9J", "9"),
        ("de", "ich bin fünfunddreißig jahre alt", "35"),
        ("en", "my son is 9", "9"),
        ("en", "boy 9yo", "9"),
        ("en", "9 yrs", "9"),
        ("en", "my daughter is twenty-one", "21"),
        ("ar", "ابني عمره ٩", "9"),
        ("ar", "بنتي عمرها عشر سنين", "10"),
        ("ar", "ابني خمسطعش سنة", "15"),
        ("ar", "عمري خمسة وعشرين سنة", "25"),
        ("ar", "ibni 3omro 9", "9"),
        ("fa", "پسرم ۹ ساله است", "9"),
        ("fa", "دخترم بیست و پنج ساله", "25"),
        ("fa", "دخترم هشت‌ساله", "8"),
        ("ps", "زوی مې پنځه ویشت کلن دی", "25"),
        ("kmr", "ibnî umro 9", "9"),
        ("kmr", "kurê min bîst û pênc salî ye", "25"),
        ("tr", "oğlum 9 yaşında", "9"),
        ("tr", "kızım yirmi beş yaşında", "25"),
        ("uk", "синові двадцять п'ять років", "25"),
        ("uk", "моя восьмирічна донька", "8"),
        ("ru", "дочке восемь", "8"),
        ("ru", "восьмилетний сын", "8"),
        ("ti", "ወደይ ዕስራን ሓሙሽተን ዓመት", "25"),
        ("ti", "ጓለይ ፲፪ ዓመት", "12"),
        ("so", "wiilkayga 9 jir", "9"),
        ("so", "shan iyo labaatan jir", "25"),
        ("fr", "mon fils a vingt-et-un ans", "21"),
        ("fr", "ma mère a soixante et onze ans", "71"),
    ],
)
def test_an_age_is_read(finder: EntityFinder, language: str, text: str, age: str) -> None:
    """Before or after the words for age, in all scripts, in one word or several."""
    assert finder.find(text, language)["age"] == (age,)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "um 5 uhr"),
        ("de", "mein sohn ist 8 monate alt"),
        ("de", "seit 3 jahren hier"),
        ("de", "meine 2 kinder"),
        ("de", "bus 42"),
        ("en", "b1 course"),
        ("en", "my son needs 2 courses"),
        ("en", "3 years ago"),
        ("en", "for 20 euro"),
        ("ar", "منذ 3 سنوات"),
        ("fr", "depuis 5 ans"),
    ],
)
def test_another_number_is_no_age(finder: EntityFinder, language: str, text: str) -> None:
    """Times, prices, levels, buses, months and durations say nothing about how old somebody is."""
    assert "age" not in finder.find(text, language)


def test_a_range_gives_both_ages(finder: EntityFinder) -> None:
    """Its ends are both told."""
    assert finder.find("kinder 6-10 jahre", "de")["age"] == ("6", "10")
