"""Make the sample offers: courses, sport and groups that do not exist, as CSV files.

    python content/sample/generate.py [--today 2026-11-23] [--into content/sample]

The same day gives the same files, byte for byte. README.md beside this file says what is invented and how.
"""
# ruff: noqa: INP001, S311 - a script beside the files that it makes; its chance is no secret

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from bot.content.hours import is_holiday
from bot.content.model import Source
from bot.content.vocabulary import DISTRICTS
from bot.offers.columns import WEEKDAYS
from bot.offers.districts import load_districts
from bot.offers.model import PRICE_UNITS, Contact, Kind, Offer, Place, Price, Session
from bot.offers.rows import row_of
from bot.offers.table import write_csv
from bot.offers.times import parse_sessions

HERE: Final = Path(__file__).parent
TODAY: Final = date(2026, 11, 23)  # the day that the files in the repository are made for
WORDS: Final[Mapping[str, Any]] = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
SHAPE: Final[Mapping[str, Any]] = yaml.safe_load((HERE / "shape.yaml").read_text(encoding="utf-8"))
PLACES: Final = load_districts(HERE.parent).entries
OUTDOORS: Final = frozenset({"running", "cycling", "cricket"})

Values = dict[str, Any]  # fields of an offer by name
Files = Iterator[tuple[str, list[Offer]]]  # the provider's slug, which names the file, and its offers


def words(text: str) -> list[str]:
    """Return words, each as often as its number says: ``football:2 yoga`` is football, football, yoga."""
    found: list[str] = []
    for part in text.split():
        word, _, number = part.partition(":")
        found += [word] * int(number or 1)
    return found


def mostly(chance: Random, tenths: int) -> bool:
    """Say yes in so many of ten cases."""
    return chance.random() < tenths / 10


def name_of(district: str) -> str:
    """Return the name of a district."""
    return PLACES[district].name


# --- what all offers have --------------------------------------------------------------------------------------


def offer(kind: Kind, provider: tuple[str, str], name: str, values: Values, today: date) -> Offer:
    """Return an offer of a provider (slug, name): marked as a sample, with a page that can never be a real one."""
    slug, called = provider
    return Offer(
        id=f"{slug}/{name}",
        kind=kind,
        provider=called,
        contact=Contact("Beispielbüro", email=f"{slug}@example.org"),
        url=f"https://example.org/{slug}/{name}",
        source=(Source("Erfundene Beispieldaten"),),
        review_due=today + timedelta(days=180),
        owner="beispiel",
        sample=True,
        **values,
    )


def place(chance: Random, district: str, building: str) -> Place:
    """Return an invented place.

    Its point is the middle of the district to about a kilometre, on purpose never a house; one of six has none.
    """
    middle = PLACES[district].location if chance.random() > 1 / 6 else None
    return Place(
        name=f"{building} {name_of(district)}",
        street=f"Beispielstraße {chance.randint(1, 40)}",
        district=district,
        latitude=round(middle.latitude, 2) if middle else None,
        longitude=round(middle.longitude, 2) if middle else None,
        transit="Haltestelle Beispielplatz" if mostly(chance, 7) else "",
        accessible=chance.choice((True, True, False, None)),
    )


def price(written: str, *, exemption: bool | None = None, note: str = "") -> Price:
    """Return a price out of euros and unit, such as ``5/month``; ``?`` is not known."""
    amount, _, per = written.partition("/")
    unit = next(each for each in PRICE_UNITS if each == per)
    return Price(None if amount == "?" else Decimal(amount), unit, exemption, WORDS["price_note"].get(note, {}))


def seats(chance: Random, today: date, largest: int) -> Values:
    """Return the free seats where they are known; one of five is full."""
    if mostly(chance, 5):
        return {}
    free = 0 if mostly(chance, 2) else chance.randint(1, largest)
    return {"seats_free": free, "seats_as_of": today - timedelta(days=chance.randint(0, 14))}


def spoken(chance: Random) -> tuple[str, ...]:
    """Return the languages that are spoken there: German, and often one or two more."""
    others = [chance.choice(words(SHAPE["spoken"])) for _ in range(chance.choice((0, 1, 1, 2)))]
    return ("de", *dict.fromkeys(others))


def is_off(day: date) -> bool:
    """Say whether nothing takes place: on public holidays and from 24 December to 6 January."""
    return is_holiday(day) or (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 6)


def calendar(sessions: Sequence[Session], first: date, units: int) -> tuple[date, date, list[date]]:
    """Return the first and the last day of so many lessons of 45 minutes, and the days between without a session."""
    lengths = {
        each.weekday: datetime.combine(first, each.end) - datetime.combine(first, each.start) for each in sessions
    }
    left, day, held, off = timedelta(minutes=45 * units), first, list[date](), list[date]()
    while left > timedelta(0):
        if day.weekday() in lengths and not is_off(day):
            held.append(day)
            left -= lengths[day.weekday()]
        elif day.weekday() in lengths and held:
            off.append(day)
        day += timedelta(days=1)
    return held[0], held[-1], [each for each in off if each < held[-1]]


# --- courses ---------------------------------------------------------------------------------------------------


def course_times(chance: Random, sessions: tuple[Session, ...], units: int, today: date) -> Values:
    """Return when a course runs: most begin soon, some run and take more people, a few are closed or over."""
    if not units:
        return {"sessions": sessions, "rolling_entry": True}
    state = chance.choice(words("soon:14 running:5 closed:2 over"))
    if state == "over":
        first, units = today - timedelta(days=200), min(units, 60)
    else:
        first = today + timedelta(days=chance.randint(10, 150) if state == "soon" else -chance.randint(10, 60))
    begins, ends, off = calendar(sessions, first, units)
    return {
        "sessions": sessions,
        "starts": begins,
        "ends": ends,
        "exceptions": tuple(off),
        "units": units,
        "rolling_entry": state == "running",
        "enrol_until": None if state == "running" else begins - timedelta(days=chance.choice((3, 7, 14))),
    }


def course_texts(kind: str, levels: str, values: Values) -> Values:
    """Return title and summary; the title names the levels, unless it says that one learns to read."""
    texts = WORDS["courses"][kind]
    suffix = "" if kind == "alphabetisation" else " " + levels.replace("alpha", "Alpha").replace("-", "–")
    extras = [WORDS["course_summary"][field] for field in ("women_only", "childcare") if values[field]]
    return {
        "title": {language: title + suffix for language, title in texts["title"].items()},
        "summary": {
            language: " ".join([text, *(extra[language] for extra in extras)])
            for language, text in texts["summary"].items()
        },
    }


def course_price(chance: Random, plan: Mapping[str, Any]) -> Price:
    """Return what a course costs, and who pays less."""
    written = chance.choice(words(plan["prices"]))
    if written == "0":
        return price(written)
    if written.endswith("once"):
        return price(written, exemption=False, note="material")
    return price(written, exemption=True, note="entitlement" if "entitlement" in plan else "exemption")


def course(chance: Random, kind: str, district: str, today: date) -> Values:
    """Return a course of this type; without a district it is online."""
    plan = SHAPE["plans"][kind]
    levels = chance.choice(words(plan["levels"]))
    low, high = levels.partition("-")[0], levels.rpartition("-")[2]
    women_only = mostly(chance, plan.get("women", 0))
    special = {"youth": "teens", "vwv": "refugees", "parents": "families"}
    values: Values = {
        "course_type": kind,
        "level_from": low,
        "level_to": high,
        "mode": chance.choice(words("in_person:9 hybrid")) if district else "online",
        "women_only": women_only,
        "audiences": frozenset({"women" if women_only else special.get(kind, "all")}),
        "childcare": mostly(chance, plan.get("childcare", 0)) if district else None,
        "entitlement": plan.get("entitlement", ""),
        "exam": f"Prüfung {high}" if plan.get("exam") else "",
        "placement_test_at": "clearing-language-integration" if "entitlement" in plan and low != "alpha" else "",
        "age_min": 16,
        "age_max": 26 if kind == "youth" else None,
        "registration": "contact" if kind == "volunteer" else chance.choice(("contact", "link")),
        "languages": spoken(chance),
        "bring": WORDS["bring"]["entitlement" if "entitlement" in plan else "course" if district else "online"],
        "price": course_price(chance, plan),
        "place": place(chance, district, "Beispielschule") if district else None,
    }
    times = course_times(chance, parse_sessions(chance.choice(plan["weeks"])), chance.choice(plan["units"]), today)
    return values | times | course_texts(kind, levels, values) | seats(chance, today, 12)


def courses(today: date) -> Files:
    """Return the courses of each provider; those without a place of their own go through all districts."""
    for school in SHAPE["schools"]:
        provider, chance, offers = (school["slug"], school["name"]), Random(school["slug"]), []
        for number in range(school["number"]):
            kind = chance.choice(words(school["types"]))
            district = "" if kind == "online" else school.get("district") or DISTRICTS[number % len(DISTRICTS)]
            values = course(chance, kind, district, today)
            offers.append(offer("course", provider, f"{kind}-{number + 1}", values, today))
        yield school["slug"], offers


# --- sport -----------------------------------------------------------------------------------------------------


def sport_texts(chance: Random, crowd: str, district: str, values: Values) -> Values:
    """Return title and summary of a sport group."""
    what, whom = WORDS["sports"][values["sport"]], WORDS["whom"][crowd]
    texts = WORDS["sport_summary"]
    age = texts["age_between" if values["age_max"] else "age_from"] if values["age_min"] else {}
    plain = chance.choice(texts["plain"])
    extras = [texts[field] for field in ("women_only", "swim_protected") if values.get(field)]
    extras += [texts["outdoor"]] if values["outdoor"] else []
    summary = {}
    for language, form in plain.items():
        ages = age.get(language, "").format(low=values["age_min"], high=values["age_max"])
        names = {"what": what[language], "whom": whom[language], "district": name_of(district), "age": ages}
        summary[language] = " ".join([form.format(**names), *(extra[language] for extra in extras)])
    forms = WORDS["sport_title"].items()
    title = {language: form.format(what=what[language], whom=whom[language]) for language, form in forms}
    return {"title": title, "summary": summary}


def sport_sessions(chance: Random, crowd: Mapping[str, Any]) -> tuple[Session, ...]:
    """Return one or two sessions a week of the same length."""
    length = chance.choice((60, 60, 90, 90, 120))
    if mostly(chance, crowd["saturday"]):
        weekdays, start = [chance.choice((5, 5, 6))], chance.choice(("09:30", "10:00", "11:00", "14:00"))
    else:
        first = chance.randint(0, 4)
        weekdays = [first, (first + 2) % 5] if mostly(chance, 3) else [first]
        start = chance.choice(crowd["starts"])
    end = int(start[:2]) * 60 + int(start[3:]) + length
    days = "+".join(WEEKDAYS[weekday] for weekday in weekdays)
    return parse_sessions(f"{days} {start}-{end // 60:02}:{end % 60:02}")


def season(chance: Random, today: date, *, summer: bool) -> Values:
    """Return the next season or the one that runs; in one of eight cases the one that is over."""
    last = (9, 30) if summer else (3, 31)
    year = today.year + ((today.month, today.day) > last) - (chance.random() < 1 / 8)
    return {
        "season_from": date(year, 5, 2) if summer else date(year - 1, 10, 1),
        "season_to": date(year, *last),
    }


def sport_values(chance: Random, crowd: str) -> Values:
    """Return what does not depend on the place and the time of the year."""
    shape = SHAPE["crowds"][crowd]
    name, (low, high) = chance.choice(words(shape["sports"])), chance.choice(shape["ages"])
    women_only = crowd == "girls" or (crowd == "women" and mostly(chance, 7))
    fee = chance.choice(shape["fees"])
    exemption = mostly(chance, 8) if fee else None
    written = "?" if mostly(chance, 1) else f"{fee}/month" if fee else "0"
    bag = {"swimming": "swimming", "yoga": "mat", "chess": "chess", "cycling": "cycling"}
    return {
        "sport": name,
        "sessions": sport_sessions(chance, shape),
        "age_min": low or None,
        "age_max": high or None,
        "audiences": frozenset({crowd, "children"} if crowd == "girls" else {crowd}),
        "women_only": women_only,
        "childcare": True if crowd == "women" and mostly(chance, 3) else None,
        "price": price(written, exemption=exemption, note="exemption" if exemption else ""),
        "trial_possible": chance.choice((True, True, True, None)),
        "rolling_entry": True,
        "registration": chance.choice(words("contact:5 link:2 none:2")),
        "languages": spoken(chance),
        "equipment": WORDS["equipment"].get(name, {}),
        "swim_protected": women_only and mostly(chance, 8) if name == "swimming" else None,
        "bring": WORDS["bring"][bag.get(name, "outdoor" if name in OUTDOORS else "hall")],
        "outdoor": name in OUTDOORS,
    }


def the_known_group() -> Values:
    """Return what is fixed of the group that every club has, so that a demonstration can count on it."""
    fixed = SHAPE["every_club"]
    low, high = fixed["ages"]
    sessions = parse_sessions(fixed["sessions"])
    name, outdoor = fixed["sport"], fixed["sport"] in OUTDOORS
    things = {"equipment": WORDS["equipment"].get(name, {}), "bring": WORDS["bring"]["outdoor" if outdoor else "hall"]}
    what = {"sport": name, "outdoor": outdoor, "swim_protected": None}
    return what | things | {"sessions": sessions, "age_min": low, "age_max": high}


def sport(chance: Random, crowd: str, district: str, today: date, *, known: bool = False) -> Values:
    """Return a sport group of a club for these people; ``known`` is the one that every club has."""
    values = sport_values(chance, crowd)
    if known:
        values |= the_known_group()
    elif values["outdoor"] and mostly(chance, 5):
        values |= season(chance, today, summer=True)
    elif values["sport"] in {"tennis", "climbing", "gymnastics"} and mostly(chance, 4):
        values |= season(chance, today, summer=False)
    building = "bad" if values["sport"] == "swimming" else "platz" if values["outdoor"] else "halle"
    weekdays = {each.weekday for each in values["sessions"]}
    soon = [today + timedelta(days=number) for number in range(60)]
    values["exceptions"] = tuple(day for day in soon if day.weekday() in weekdays and is_off(day))
    values |= sport_texts(chance, crowd, district, values) | seats(chance, today, 8)
    del values["outdoor"]
    return values | {"place": place(chance, district, f"Beispiel{building}")}


def in_the_park(chance: Random, district: str, today: date) -> Values:
    """Return an hour outdoors in summer: free, for everyone, without registration."""
    values: Values = {
        "sport": chance.choice(("yoga", "fitness", "running", "dance")),
        "sessions": sport_sessions(chance, SHAPE["crowds"]["all"]),
        "age_min": None,
        "age_max": None,
        "audiences": frozenset({"all"}),
        "price": price("0"),
        "languages": spoken(chance),
        "rolling_entry": True,
        "bring": WORDS["bring"]["outdoor"],
        "place": place(chance, district, "Beispielpark"),
    }
    return (
        values | season(chance, today, summer=True) | sport_texts(chance, "all", district, values | {"outdoor": True})
    )


def sports(today: date) -> Files:
    """Return the offers of a club in each district, and of the summer's sport in parks."""
    crowds = [crowd for crowd, shape in SHAPE["crowds"].items() for _ in range(shape["share"])]
    for district in DISTRICTS:
        provider, chance = (f"beispielverein-{district}", f"Beispielverein {name_of(district)}"), Random(district)
        chosen = ["children", "teens", "women", "all", *(chance.choice(crowds) for _ in range(9))]
        offers = []
        for number, crowd in enumerate(chosen, start=1):
            values = sport(chance, crowd, district, today, known=number == 1)
            offers.append(offer("sport", provider, f"{values['sport']}-{number}", values, today))
        yield provider[0], offers
    parks, chance = ("beispielsport-im-park", "Beispielsport im Park"), Random("park")
    yield (
        parks[0],
        [offer("sport", parks, f"park-{each}", in_the_park(chance, each, today), today) for each in DISTRICTS],
    )


# --- groups ----------------------------------------------------------------------------------------------------


def group(chance: Random, kind: str, texts: Mapping[str, Any], district: str, label: str) -> Values:
    """Return a group; ``label`` (the neighbourhood) ends the title, so that two groups can be told apart."""
    summary = chance.choice(texts["summaries"])
    return {
        "group_type": kind,
        "title": {language: f"{title} · {label}" for language, title in texts["title"].items()},
        "summary": {language: text.format(district=name_of(district)) for language, text in summary.items()},
        "audiences": frozenset({texts["audience"]}),
        "price": price("0"),
        "rolling_entry": True,
        "registration": "contact",
        "languages": spoken(chance),
        "place": place(chance, district, "Beispielhaus"),
    }


def circle(chance: Random, district: str, label: str) -> Values:
    """Return a volunteer circle; six of ten meet at a fixed time, six of ten look after a shelter."""
    values = group(chance, "volunteer_circle", WORDS["circle"], district, label)
    values["topics"] = tuple(sorted({chance.choice(SHAPE["topics"].split()) for _ in range(4)}))
    values["shelter"] = f"Beispielunterkunft {name_of(district)}" if mostly(chance, 6) else ""
    if mostly(chance, 6):
        hours = chance.choice(("16:00-18:00", "17:00-19:00", "18:30-20:30"))
        values["sessions"] = parse_sessions(f"{chance.choice(WEEKDAYS[:5])} {hours}")
    return values


def meeting(chance: Random, kind: str, district: str, label: str) -> Values:
    """Return a meeting place of this kind, open to all who come at its time."""
    texts = WORDS["meeting"][kind]
    hours = texts.get("hours") or chance.choice(("14:30-16:30", "15:00-17:00", "17:30-19:30"))
    weekday = texts.get("weekday") or chance.choice((*WEEKDAYS[:5], "Fr", "Sa"))
    low, high = texts.get("ages", (None, None))
    return group(chance, "meeting_place", texts, district, label) | {
        "sessions": parse_sessions(f"{weekday} {hours}"),
        "age_min": low,
        "age_max": high,
        "women_only": kind == "women-breakfast",
        "childcare": True if kind in {"women-breakfast", "parents-cafe"} else None,
        "registration": "none",
        "topics": ("meet-people",),
    }


def groups(today: date) -> Files:
    """Return circles, meeting places and the contacts of sport mentors; each of them is in every district."""
    districts, kinds, chance = [*DISTRICTS, *words(SHAPE["large"])], list(WORDS["meeting"]), Random("groups")
    circles, meetings, mentors = [], [], []
    for number, district in enumerate(districts):
        again = districts[: number + 1].count(district)
        label = name_of(district) if again == 1 else f"{name_of(district)} {again}"
        provider = ("beispielkreise", f"Beispielkreis {label}")
        circles.append(offer("group", provider, f"{district}-{again}", circle(chance, district, label), today))
        kind = kinds[number % len(kinds)]
        values = meeting(chance, kind, district, name_of(district))
        provider = ("beispieltreffs", f"Beispieltreff {name_of(district)}")
        meetings.append(offer("group", provider, f"{kind}-{district}-{again}", values, today))
    for district in DISTRICTS:
        values = group(chance, "sport_mentor", WORDS["mentor"], district, name_of(district))
        mentors.append(offer("group", ("beispiel-sportpaten", "Beispiel-Sportpaten"), district, values, today))
    yield from (("beispielkreise", circles), ("beispieltreffs", meetings), ("beispiel-sportpaten", mentors))


def generate(into: Path, today: date) -> None:
    """Write all files below a folder."""
    makers: Mapping[Kind, Callable[[date], Files]] = {"course": courses, "sport": sports, "group": groups}
    for kind, make in makers.items():
        folder = into / f"{kind}s"
        folder.mkdir(parents=True, exist_ok=True)
        for slug, offers in make(today):
            (folder / f"{slug}.csv").write_bytes(write_csv(kind, [row_of(each) for each in offers]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the sample offers.")
    parser.add_argument("--today", type=date.fromisoformat, default=TODAY, help="the day that they are made for")
    parser.add_argument("--into", type=Path, default=HERE, help="the folder that holds courses, sports and groups")
    arguments = parser.parse_args()
    generate(arguments.into, arguments.today)
