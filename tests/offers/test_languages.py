"""One sentence in each of the twelve languages becomes the same wishes, and finds the same offer."""

from datetime import time

import pytest

from bot.offers.districts import Districts
from bot.offers.index import build
from bot.offers.model import Session
from bot.offers.ranking import search
from bot.offers.wishes import Wishes, wishes_of
from bot.settings import ROOT
from bot.understanding.entities import EntityFinder
from bot.understanding.examples import read_names, read_synonyms
from tests.offers.making import EVENING, MORNING, TODAY, course, in_district, sport, wished

FOOTBALL = {
    "de": "Fußball für meine Tochter, 8 Jahre, am Samstag in Bad Cannstatt",
    "en": "football for my daughter, 8 years old, on Saturday in Bad Cannstatt",
    "ar": "كرة القدم لابنتي عمرها 8 سنوات يوم السبت في باد كانشتات",
    "fa": "فوتبال برای دخترم ۸ ساله شنبه در باد کانشتات",
    "ps": "فوټبال زما د لور لپاره، ۸ کلنه، د شنبې په ورځ په Bad Cannstatt کې",
    "kmr": "futbol ji bo keça min, 8 salî, roja şemiyê li Bad Cannstatt",
    "tr": "kızım için futbol, 8 yaşında, cumartesi günü Bad Cannstatt'ta",
    "uk": "футбол для моєї доньки, 8 років, у суботу в Бад-Канштатт",
    "ru": "футбол для моей дочери, 8 лет, в субботу в Бад-Канштатт",
    "ti": "ኩዕሶ እግሪ ንጓለይ 8 ዓመት ቀዳም ኣብ Bad Cannstatt",
    "so": "kubadda cagta gabadhayda, 8 sano jir, Sabti gudaha Bad Cannstatt",
    "fr": "du football pour ma fille de 8 ans le samedi à Bad Cannstatt",
}
GERMAN = {
    "de": "Deutschkurs A2 für Frauen am Abend mit Kinderbetreuung",
    "en": "German course A2 for women in the evening with childcare",
    "ar": "دورة ألماني A2 للنساء في المساء مع رعاية أطفال",
    "fa": "کلاس آلمانی A2 برای زنان شب با نگهداری کودک",
    "ps": "د آلماني کورس A2 د ښځو لپاره ماښام د ماشومانو د ساتنې سره",
    "kmr": "kursa almanî A2 ji bo jinan êvarê bi lênêrîna zarokan",
    "tr": "kadınlar için akşam A2 Almanca kursu, çocuk bakımı ile",
    "uk": "курс німецької A2 для жінок увечері з доглядом за дітьми",
    "ru": "курс немецкого A2 для женщин вечером с присмотром за детьми",
    "ti": "ኮርስ ጀርመን A2 ንደቂ ኣንስትዮ ምሸት ምስ ክንክን ህጻናት",
    "so": "koorso Jarmal A2 haweenka fiidkii oo leh xannaanada carruurta",
    "fr": "cours d'allemand A2 pour femmes le soir avec garde d'enfants",
}


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    """A finder with the editors' words."""
    data = ROOT / "nlu" / "data"
    return EntityFinder(read_synonyms(data), names=read_names(data))


@pytest.mark.parametrize("language", FOOTBALL)
def test_sport_for_a_child_is_found(finder: EntityFinder, districts: Districts, language: str) -> None:
    """Sport, age, day and district are used, all from one sentence."""
    wishes = wishes_of(finder.find(FOOTBALL[language], language), "sport")
    assert wishes == SPORT
    saturday = Session(5, time(10), time(11))
    offers = [
        sport("x/a", place=in_district("bad-cannstatt"), sessions=(saturday,), age_min=6, age_max=10),
        sport("x/b", place=in_district("bad-cannstatt"), sessions=(saturday,), age_min=12),
        sport("x/c", place=in_district("vaihingen"), sessions=(saturday,)),
    ]
    found = search(build(offers, districts), wishes, TODAY)
    assert [(hit.offer.id, hit.exact) for hit in found.hits] == [("x/a", True), ("x/c", False)]


@pytest.mark.parametrize("language", GERMAN)
def test_a_course_for_women_is_found(finder: EntityFinder, districts: Districts, language: str) -> None:
    """Level, audience, time and child care; the children are minded, they do not learn."""
    wishes = wishes_of(finder.find(GERMAN[language], language), "course")
    assert wishes == COURSE
    offers = [
        course("x/a", women_only=True, sessions=(EVENING,), childcare=True),
        course("x/b", women_only=True, sessions=(MORNING,), childcare=True),
        course("x/c", sessions=(EVENING,), childcare=True),
    ]
    found = search(build(offers, districts), wishes, TODAY)
    assert [(hit.offer.id, hit.exact) for hit in found.hits] == [("x/a", True), ("x/b", False)]


SPORT: Wishes = wished(
    kind="sport", sports={"football"}, audiences={"children"}, ages={8}, weekdays={5}, districts={"bad-cannstatt"}
)
COURSE: Wishes = wished(kind="course", levels={"A2"}, genders={"women"}, times_of_day={"evening"}, childcare=True)
