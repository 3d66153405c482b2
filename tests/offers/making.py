"""Offers and wishes for tests and measurements: single ones by hand, many by chance."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from bot.content.vocabulary import DISTRICTS, ENTITIES
from bot.messages import Location
from bot.offers.model import AUDIENCES, GROUP_TYPES, KINDS, LEVELS, MODES, Offer, Place, Price, Session
from bot.offers.wishes import GENDERS, LIFE_STAGES, TIMES_OF_DAY, Wishes
from bot.offers.wishes import MODES as WAYS

TODAY = date(2026, 11, 23)  # a Monday
MORNING = Session(0, time(9), time(12, 15))
EVENING = Session(1, time(18), time(19, 30))
FREE = Price(Decimal(0))
TITLES = ("Deutsch für den Alltag", "Deutsch im Beruf", "Fußball am Abend", "Schwimmen lernen", "Café International")
T = TypeVar("T")


def course(id_: str = "example/course", **values: Any) -> Offer:
    """Return a course at A2 for adults, about which nothing else is known."""
    values = {"level_from": "A2", "level_to": "A2", **values}
    return Offer(id=id_, kind="course", provider="example", title={"de": "Deutsch"}, **values)


def sport(id_: str = "example/sport", **values: Any) -> Offer:
    """Return football, about which nothing else is known."""
    return Offer(id=id_, kind="sport", provider="example", title={"de": "Fußball"}, **{"sport": "football", **values})


def circle(id_: str = "example/group", **values: Any) -> Offer:
    """Return a volunteer circle, about which nothing else is known."""
    values = {"group_type": "volunteer_circle", **values}
    return Offer(id=id_, kind="group", provider="example", title={"de": "Freundeskreis"}, **values)


def in_district(district: str, **values: Any) -> Place:
    """Return a place that is known by its district."""
    return Place(name="Beispielhaus", district=district, **values)


def wished(**values: Any) -> Wishes:
    """Return wishes; alternatives may be written as plain sets."""
    return Wishes(**frozen(values))


def frozen(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with frozen sets."""
    return {name: frozenset(value) if isinstance(value, set) else value for name, value in values.items()}


def any_offer(random: Random, id_: str = "example/any") -> Offer:
    """Return an offer in which each thing may be known, unknown or contradictory."""
    kind = random.choice(KINDS)
    offer = Offer(
        id=id_,
        kind=kind,
        provider="example",
        title={"de": random.choice(TITLES)},
        place=_any_place(random),
        mode=random.choice(MODES),
        sessions=tuple(_any_session(random) for _ in range(random.randrange(4))),
        starts=_any_day(random),
        ends=_any_day(random, 400),
        enrol_until=_any_day(random, 200),
        rolling_entry=random.random() < 0.4,
        price=Price(random.choice([None, Decimal(0), Decimal(5)])),
        audiences=_some(random, AUDIENCES),
        age_min=random.choice([None, None, 6, 16]),
        age_max=random.choice([None, None, 12, 17, 99]),
        childcare=random.choice([None, True, False]),
        women_only=random.random() < 0.2,
        seats_free=random.choice([None, 0, 3]),
    )
    if kind == "course":
        return replace(offer, level_from=random.choice(("", *LEVELS)), level_to=random.choice(("", *LEVELS)))
    if kind == "sport":
        first, last = _any_day(random, 120), _any_day(random, 200)
        return replace(offer, sport=random.choice(ENTITIES["sport"][:4]), season_from=first, season_to=last)
    return replace(offer, group_type=random.choice(GROUP_TYPES))


def any_wishes(random: Random, given: float = 0.3) -> Wishes:
    """Return wishes; each one is there with the probability ``given``."""

    def some(values: Sequence[T]) -> frozenset[T]:
        return frozenset(random.sample(values, random.choice([1, 1, 2]))) if random.random() < given else frozenset()

    def one(values: Sequence[T]) -> T | None:
        return random.choice(values) if random.random() < given else None

    return Wishes(
        kind=one(KINDS),
        levels=some(LEVELS),
        times_of_day=some(TIMES_OF_DAY),
        weekdays=some(range(7)),
        modes=some(WAYS),
        childcare=random.random() < given,
        free=random.random() < given,
        genders=some(GENDERS),
        audiences=some(LIFE_STAGES),
        ages=some((4, 8, 15, 30, 70)),
        districts=some(DISTRICTS),
        near=one([Location(48.8, 9.2), Location(48.73, 9.11)]),
        sports=some(ENTITIES["sport"][:4]),
        group_types=some(GROUP_TYPES),
        text=one(["deutsch", "am fußball", "Caf", "fu"]) or "",
    )


def _any_place(random: Random) -> Place | None:
    if random.random() < 0.1:
        return None
    place = Place(name="Beispielhaus", district=random.choice(["", *DISTRICTS]))
    if random.random() < 0.5:
        return place
    return replace(place, latitude=48.70 + random.random() * 0.15, longitude=9.06 + random.random() * 0.24)


def _any_session(random: Random) -> Session:
    start = random.randrange(8 * 4, 20 * 4)
    end = start + random.choice([4, 6, 8, 16])
    return Session(random.randrange(7), time(start // 4, start % 4 * 15), time(min(23, end // 4), end % 4 * 15))


def _any_day(random: Random, late: int = 60) -> date | None:
    return TODAY + timedelta(days=random.randrange(-60, late)) if random.random() < 0.6 else None


def _some(random: Random, values: Sequence[T]) -> frozenset[T]:
    return frozenset(random.sample(values, random.choice([0, 1, 1, 2])))
