"""The sample offers are many, varied, the same each time, and cannot be mistaken for real ones."""

import re
import runpy
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.content.vocabulary import DISTRICTS, ENTITIES
from bot.offers.columns import SPOKEN
from bot.offers.files import offer_files, read_offers
from bot.offers.model import COURSE_TYPES, GROUP_TYPES, KINDS, LEVELS, Kind, Offer, full

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "content" / "sample"
TODAY = date(2026, 11, 23)

Offers = dict[Kind, list[Offer]]


def read(directory: Path) -> Offers:
    """Read a folder as any folder of offers is read; every problem is an error."""
    topics = [path.stem for path in (ROOT / "content" / "faq").glob("*.yaml")]
    services = [path.stem for path in (ROOT / "content" / "services").glob("*.yaml")]
    reading = read_offers(offer_files(directory), "sample", sample=True, topics=topics, services=services)
    assert not reading.problems, "\n".join(str(problem) for problem in reading.problems[:10])
    return {kind: [offer for offer in reading.offers if offer.kind == kind] for kind in KINDS}


@pytest.fixture(scope="module")
def sample() -> Offers:
    """Return the offers in the repository's files."""
    return read(SAMPLE)


def districts(offers: Sequence[Offer]) -> Counter[str]:
    """Count offers by district."""
    return Counter(offer.place.district for offer in offers if offer.place)


def test_the_city_is_large_enough(sample: Offers) -> None:
    """At least 120 courses and 300 sport offers, the 41 circles that the city's report names, each id once."""
    kinds = Counter(offer.group_type for offer in sample["group"])
    assert len(sample["course"]) >= 120
    assert len(sample["sport"]) >= 300
    assert kinds["volunteer_circle"] == 41
    ids = [offer.id for offers in sample.values() for offer in offers]
    assert len(set(ids)) == len(ids)


def test_every_district_has_something_of_everything(sample: Offers) -> None:
    """Courses, sport, circles, meeting places and sport mentors are in all 23 districts."""
    groups = sample["group"]
    for offers in (
        sample["course"],
        sample["sport"],
        *([each for each in groups if each.group_type == kind] for kind in GROUP_TYPES),
    ):
        assert set(districts(offers)) == set(DISTRICTS)


def test_the_same_day_makes_the_same_files(tmp_path: Path) -> None:
    """The generator gives the repository's files, byte for byte, and no others."""
    generate = runpy.run_path(str(SAMPLE / "generate.py"))["generate"]
    generate(tmp_path, TODAY)
    made = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*.csv")}
    kept = {path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in SAMPLE.rglob("*.csv")}
    other = sorted(name for name in {*made, *kept} if made.get(name) != kept.get(name))
    assert other == [], "Run content/sample/generate.py"


def test_another_day_moves_the_courses(tmp_path: Path) -> None:
    """Made for a later day, most courses can still be joined then."""
    later = date(2027, 6, 1)
    runpy.run_path(str(SAMPLE / "generate.py"))["generate"](tmp_path, later)
    courses = read(tmp_path)["course"]
    ahead = [offer for offer in courses if offer.ends is None or offer.ends >= later]
    assert len(ahead) >= 0.9 * len(courses)


def test_nothing_looks_real(sample: Offers) -> None:
    """Every row is marked, unchecked, and without a telephone number, a postcode, or a name that could exist."""
    for offer in (offer for offers in sample.values() for offer in offers):
        assert offer.sample
        assert offer.verified is None
        assert offer.provider.startswith("Beispiel")
        assert offer.url.startswith("https://example.org/")
        assert offer.contact is not None
        assert offer.contact.name.startswith("Beispiel")
        assert offer.contact.email.endswith("@example.org")
        assert not offer.contact.phone
        if offer.place is not None:
            assert offer.place.name.startswith("Beispiel")
            assert re.fullmatch(r"Beispielstraße \d+", offer.place.street)
            assert not offer.place.postcode
            assert offer.place.transit in {"", "Haltestelle Beispielplatz"}
            assert offer.place.latitude == (offer.place.latitude and round(offer.place.latitude, 2))


def test_no_cell_holds_contact_data_of_anybody() -> None:
    """Nowhere in the files stands something like a telephone number, a foreign address or page, or a postcode."""
    for path in SAMPLE.rglob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        assert set(re.findall(r"@([\w.-]+)", text)) <= {"example.org"}
        assert set(re.findall(r"https?://([^/;\s]+)", text)) <= {"example.org"}
        assert not re.search(r"(?<![\d.,])(?:\+49|0\d{2,4}[ /-]?\d{4,}|7\d{4})(?!\d)", text)


def test_courses_are_varied(sample: Offers) -> None:
    """All types and levels, mornings and evenings, child care, women only, free, full, over and closed ones occur."""
    courses = sample["course"]
    assert {offer.course_type for offer in courses} == set(COURSE_TYPES)
    assert {offer.level_from for offer in courses} == set(LEVELS)
    assert {offer.mode for offer in courses} == {"in_person", "online", "hybrid"}
    hours = {session.start.hour for offer in courses for session in offer.sessions}
    assert min(hours) <= 9
    assert max(hours) >= 18
    assert {session.weekday for offer in courses for session in offer.sessions} == set(range(7))
    for share, few, many in (
        (sum(offer.childcare is True for offer in courses), 20, 80),
        (sum(offer.women_only for offer in courses), 10, 50),
        (sum(offer.price.free for offer in courses), 40, 110),
        (sum(full(offer) for offer in courses), 5, 30),
        (sum(offer.ends is not None and offer.ends < TODAY for offer in courses), 2, 20),
        (sum(offer.enrol_until is not None and offer.enrol_until < TODAY for offer in courses), 5, 40),
    ):
        assert few <= share <= many


def test_courses_end_when_their_lessons_are_held(sample: Offers) -> None:
    """First and last day are days of the course, and days without one lie between them."""
    for offer in sample["course"]:
        if offer.starts is None or offer.ends is None:
            continue
        weekdays = {session.weekday for session in offer.sessions}
        assert {offer.starts.weekday(), offer.ends.weekday()} <= weekdays
        assert not {offer.starts, offer.ends} & set(offer.exceptions)
        assert all(offer.starts < day < offer.ends and day.weekday() in weekdays for day in offer.exceptions)


def test_sport_is_varied(sample: Offers) -> None:
    """Every sport and audience occurs; ages, prices, weekends, seasons and women's hours as in a city."""
    sports = sample["sport"]
    assert {offer.sport for offer in sports} == set(ENTITIES["sport"])
    assert {each for offer in sports for each in offer.audiences} >= {"women", "girls", "men", "children", "teens"}
    assert {each for offer in sports for each in offer.audiences} >= {"all", "seniors", "families", "refugees"}
    assert all(offer.women_only for offer in sports if "girls" in offer.audiences)
    assert any(offer.swim_protected and offer.women_only for offer in sports)
    assert {session.weekday for offer in sports for session in offer.sessions} == set(range(7))
    assert 10 <= sum(full(offer) for offer in sports) <= 80
    over = [offer for offer in sports if offer.season_to is not None and offer.season_to < TODAY]
    assert 2 <= len(over) <= 20
    assert any(offer.age_max is not None and offer.age_max <= 6 for offer in sports)
    assert sum(offer.price.free for offer in sports) >= 40
    assert sum(offer.price.amount is None for offer in sports) >= 10


def test_titles_are_in_all_languages(sample: Offers) -> None:
    """Each title is in all twelve languages and fits on a button's line; each summary is in German and English."""
    for offer in (offer for offers in sample.values() for offer in offers):
        assert set(offer.title) == set(SPOKEN.values())
        assert max(map(len, offer.title.values())) <= 70
        assert set(offer.summary) == {"de", "en"}
        assert "{" not in "".join([*offer.title.values(), *offer.summary.values()])
