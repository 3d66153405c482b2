"""Why an offer fits and what speaks against it, as values that are put into words elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bot.offers import traits
from bot.offers.index import Index, begins_once, metres
from bot.offers.matching import Fitting
from bot.offers.model import Offer, full
from bot.offers.wishes import LIFE_STAGES, TIMES_OF_DAY, WEEKDAYS, Wishes, WishName

ReasonName = Literal[
    "level",
    "level_below",
    "level_above",
    "level_unknown",
    "time_of_day",
    "weekday",
    "online",
    "distance",
    "district",
    "neighbour_district",
    "free",
    "childcare",
    "women_only",
    "audience",
    "age",
    "not_for_age",
    "starts",
    "season_starts",
    "rolling_entry",
    "seats_free",
    "begun",
    "full",
]

AGAINST: Final[frozenset[ReasonName]] = frozenset(
    {"level_below", "level_above", "level_unknown", "not_for_age", "season_starts", "begun", "full"}
)
"""What speaks against an offer; all others speak for it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its value.

    ``level*``: the offer's levels ("A2", "A1-B1"); ``time_of_day``, ``weekday``, ``audience``: a value of the
    vocabulary; ``district``, ``neighbour_district``: the offer's district; ``distance``: metres; ``starts``,
    ``season_starts``, ``begun``: a day; ``seats_free``: how many; ``not_for_age``: years. The others have none.
    """

    name: ReasonName
    value: str | int | date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An offer that fits, with the reasons in the order in which they matter, and the soft wishes that it misses."""

    offer: Offer
    reasons: tuple[Reason, ...]
    missed: tuple[WishName, ...] = ()
    later: bool = False

    @property
    def exact(self) -> bool:
        """Say whether it meets every wish, is not full, and is not for a later season."""
        return not self.missed and not full(self.offer) and not self.later


def hit(index: Index, found: Fitting, place: int, wishes: Wishes, today: date) -> Hit:
    """Return the offer at this place of ``found.rows`` with its reasons."""
    offer = index.offers[found.rows[place]]
    met = {name: bool(mask[place]) for name, mask in found.met.items()}
    reasons = [
        *_level(offer, wishes, met),
        *_times(offer, wishes),
        *_way(index, offer, wishes),
        *_conditions(offer, wishes),
        *_entry(offer, today),
    ]
    missed = tuple(name for name, is_met in met.items() if not is_met)
    return Hit(offer, tuple(reasons), missed, bool(found.later[place]))


def _level(offer: Offer, wishes: Wishes, met: dict[WishName, bool]) -> Iterator[Reason]:
    if not wishes.levels:
        return
    inside, below, _ = traits.levels_of(offer)
    named = "-".join(dict.fromkeys(level for level in (offer.level_from, offer.level_to) if level))
    if met["levels"]:
        yield Reason("level", named)
    elif not inside:
        yield Reason("level_unknown")
    else:
        # Who wishes the level below the offer's is offered one above their own.
        yield Reason("level_above" if below & traits.wished_levels(wishes) else "level_below", named)


def _times(offer: Offer, wishes: Wishes) -> Iterator[Reason]:
    wished = [
        session
        for session in offer.sessions
        if not wishes.weekdays or offer.kind == "course" or session.weekday in wishes.weekdays
    ]
    parts = {part for session in wished for part in traits.parts_of(session)}
    days = {session.weekday for session in offer.sessions}
    yield from (Reason("weekday", WEEKDAYS[day]) for day in sorted(days & wishes.weekdays))
    for part, name in enumerate(TIMES_OF_DAY):
        if part in parts and name in wishes.times_of_day:
            yield Reason("time_of_day", name)


def _way(index: Index, offer: Offer, wishes: Wishes) -> Iterator[Reason]:
    place = offer.place
    if offer.online and ("online" in wishes.modes or (not wishes.modes and (wishes.near or wishes.districts))):
        yield Reason("online")
    if place is None:
        return
    if place.district in wishes.districts:
        yield Reason("district", place.district)
    elif place.district in index.districts:
        row = index.borders[index.districts.index(place.district)]
        if any(row[index.districts.index(id_)] == 1 for id_ in wishes.districts if id_ in index.districts):
            yield Reason("neighbour_district", place.district)
    if wishes.near and place.latitude is not None and place.longitude is not None:
        yield Reason("distance", round(metres(wishes.near, place.latitude, place.longitude)))


def _conditions(offer: Offer, wishes: Wishes) -> Iterator[Reason]:
    if offer.price.free:
        yield Reason("free")
    if offer.childcare and wishes.childcare:
        yield Reason("childcare")
    if traits.only_women(offer):
        yield Reason("women_only")
    named = traits.named_people(offer)
    yield from (
        Reason("audience", name) for name in LIFE_STAGES if name in wishes.audiences and named & traits.people([name])
    )
    stated = offer.age_min is not None or offer.age_max is not None
    if wishes.ages and stated:
        yield Reason("age")
    youngest, oldest = traits.ages_of(offer)
    yield from (Reason("not_for_age", age) for age in sorted(wishes.ages) if not youngest <= age <= oldest)


def _entry(offer: Offer, today: date) -> Iterator[Reason]:
    if full(offer):
        yield Reason("full")
    elif offer.seats_free is not None:
        yield Reason("seats_free", offer.seats_free)
    if offer.season_from and offer.season_from > today:
        yield Reason("season_starts", offer.season_from)
    elif offer.starts and offer.starts >= today:
        yield Reason("starts", offer.starts)
    elif offer.starts and begins_once(offer):
        yield Reason("begun", offer.starts)
    if offer.rolling_entry and not (offer.season_from and offer.season_from > today):
        yield Reason("rolling_entry")
