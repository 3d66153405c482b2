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
        ("ru", "сыну 9 лет мы живем в германии", "9"),
        ("de", "ich bin 30 jahre alt und 3 jahre hier", "30"),
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
        ("de", "ich bin 3 jahre hier"),
        ("en", "i am 2 years in germany"),
        ("en", "I have been here 2 years"),
        ("ru", "я в германии 2 года"),
        ("uk", "я тут 2 роки"),
        ("ar", "انا في المانيا ٢ سنوات"),
        ("so", "Waxaan joogaa 2 sano"),
        ("kmr", "ez 2 sal li almanya me"),
        ("fr", "je suis en allemagne 2 ans"),
        ("ti", "2 ዓመት ኣብ ጀርመን"),
        ("de", "geb. 01.01.90"),
        ("de", "24.12.19"),
        ("de", "1.1.0000"),
        ("de", "ich bin 01.01.1990 geboren"),
        ("de", "mein sohn 017 612 345"),
        ("de", "mein sohn 3-4 mal"),
        ("en", "my daughter is 5th grade"),
        ("ps", "زوی مې نه دی"),
        ("ps", "نوی کال"),
        ("fa", "دو طفلم ده پاکستان"),
    ],
)
def test_another_number_is_no_age(finder: EntityFinder, language: str, text: str) -> None:
    """Times, prices, levels, buses, months and durations say nothing about how old somebody is."""
    assert "age" not in finder.find(text, language)


@pytest.mark.parametrize(
    ("language", "text", "ages"),
    [
        ("de", "kinder 6-10 jahre", ("6", "10")),
        ("de", "6-10 Jahre", ("6", "10")),
        ("de", "zwischen 6 und 10 Jahren", ("6", "10")),
        ("de", "meine Kinder sind 5 und 7", ("5", "7")),
        ("de", "5, 7 und 12 jahre", ("5", "7", "12")),
        ("de", "ich bin 25 und 2 Kinder", ("25",)),
        ("de", "mein sohn ist 3,5 jahre", ("3",)),
        ("fr", "mes enfants ont 5 et 7 ans", ("5", "7")),
        ("tr", "5 ve 7 yaşında iki çocuk", ("5", "7")),
        ("ar", "طفلين ٥ و ٧ سنوات", ("5", "7")),
        ("ar", "طفلين ٥ و٧ سنوات", ("5", "7")),
        ("ar", "من ٦ الى ١٠ سنوات", ("6", "10")),
        ("fa", "پسرم ده ساله است", ("10",)),
    ],
)
def test_joined_numbers_are_ages_together(
    finder: EntityFinder, language: str, text: str, ages: tuple[str, ...]
) -> None:
    """Lists and ranges share one word for years; children that are counted have no age."""
    assert finder.find(text, language)["age"] == ages


def test_children_and_teens_are_both_found(finder: EntityFinder) -> None:
    """Each age speaks for itself."""
    assert finder.find("meine kinder 10 und 14", "de")["audience"] == ("children", "teens")


def test_years_in_the_country_make_nobody_a_child(finder: EntityFinder) -> None:
    """Who has been here for three years may be any age."""
    assert finder.find("ich bin 3 jahre hier", "de") == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "sohn 9, tochter 12"),
        ("en", "my son 9, my daughter 12"),
        ("ar", "ابني ٩ وبنتي ١٢"),
        ("tr", "oğlum 9 kızım 12"),
        ("ru", "сын 9, дочь 12"),
        ("fr", "mon fils 9, ma fille 12"),
    ],
)
def test_each_child_has_an_age_of_its_own(finder: EntityFinder, language: str, text: str) -> None:
    """The daughter behind a number is the next person, not what is counted."""
    assert finder.find(text, language)["age"] == ("9", "12")


def test_counted_daughters_tell_no_age(finder: EntityFinder) -> None:
    """Two daughters are not two years old."""
    assert "age" not in finder.find("ich habe 2 töchter", "de")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "i am a nurse with 10 years of practice"),
        ("en", "two years ago"),
        ("de", "ich bin koch mit 10 jahren praxis"),
        ("uk", "10 років практики"),
        ("fr", "j'ai 10 ans de pratique"),
        ("kmr", "10 sal tecrube"),
        ("ti", "ናይ 10 ዓመት ልምዲ"),
    ],
)
def test_years_of_practice_are_no_age(finder: EntityFinder, language: str, text: str) -> None:
    """What somebody has done for years says nothing about how old they are."""
    assert "age" not in finder.find(text, language)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "my kids r 4 6 and 9", ("4", "6", "9")),
        ("de", "17m will boxen", ("17",)),
        ("de", "fußball ab 14", ("14",)),
        ("en", "u12 football", ("12",)),
        ("de", "für meinen opa 70", ("70",)),
        ("de", "fußball ab 20", None),
        ("de", "fußball ab 14 uhr", None),
        ("de", "die u12 nach vaihingen", None),
        ("de", "ich bin mitte 40", None),
    ],
)
def test_ages_without_years(finder: EntityFinder, language: str, text: str, expected: tuple[str, ...] | None) -> None:
    """Teams, least ages and people tell an age; hours and trams do not."""
    assert finder.find(text, language).get("age") == expected
