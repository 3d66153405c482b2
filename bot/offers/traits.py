"""What an offer is like, in numbers that can be compared: levels, hours, and whom it is for.

A set of values is a number with one bit for each value, so that "does it have one of these" is one ``&``.
"""

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Final

from bot.offers.model import LEVELS, Offer, Session
from bot.offers.wishes import LIFE_STAGES, TIMES_OF_DAY, Wishes

ALPHA: Final = LEVELS.index("alpha")
NO_AGE: Final = 999
PARTS: Final = len(TIMES_OF_DAY)

_NOON, _EVENING, _MIDNIGHT = 12 * 60, 17 * 60, 24 * 60
_BOUNDS: Final = ((0, _NOON), (_NOON, _EVENING), (_EVENING, _MIDNIGHT))
# The widest reading where an offer names an audience and no ages: nobody who might be welcome is left out.
_OLDEST_YOUTH, _YOUNGEST_SENIOR, _YOUNGEST_GROWN_UP = 21, 50, 16
_STAGES: Final = {"children": (0, 12), "teens": (13, 17), "seniors": (60, NO_AGE)}
_OLDEST_CHILD, _YOUNGEST_ADULT = 12, 18
_PEOPLE: Final = ("women", "men", *LIFE_STAGES)
_YOUNG: Final = frozenset({"children", "girls", "teens"})
_NAMED: Final = {
    "women": ("women",),
    "girls": ("women", "children", "teens"),
    "men": ("men",),
    "children": ("children",),
    "teens": ("teens",),
    "seniors": ("seniors",),
    "families": ("families", "children"),
}


def bits(values: Iterable[str], among: Sequence[str]) -> int:
    """Return one bit for each value, at its place among all values."""
    return sum(1 << among.index(value) for value in set(values))


def people(values: Iterable[str]) -> int:
    """Return the bits of genders and stages of life."""
    return bits(values, _PEOPLE)


FEMALE: Final = people(["women"])


def levels_of(offer: Offer) -> tuple[int, int, int]:
    """Return the bits of the offer's levels, of the level one step below, and of the one above; 0 where unknown.

    Learning letters is no step of the ladder: ``alpha`` has no neighbours.
    """
    ends = [LEVELS.index(level) for level in (offer.level_from, offer.level_to) if level]
    if not ends:
        return 0, 0, 0
    low, high = min(ends), max(ends)
    inside = sum(1 << level for level in range(low, high + 1))
    below = 1 << (low - 1) if low - 1 > ALPHA else 0
    above = 1 << (high + 1) if ALPHA < high < len(LEVELS) - 1 else 0
    return inside, below, above


def wished_levels(wishes: Wishes) -> int:
    """Return the bits of the levels."""
    return bits(wishes.levels, LEVELS)


def parts_of(session: Session) -> list[int]:
    """Return the parts of the day (0 = morning) that hold at least half of a session.

    One that ends when it starts, or earlier, is taken for its start alone.
    """
    start, end = _minutes(session.start), _minutes(session.end)
    if end <= start:
        end = start + 1
    return [
        part for part, (first, last) in enumerate(_BOUNDS) if 2 * (min(end, last) - max(start, first)) >= end - start
    ]


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def slots_of(offer: Offer) -> tuple[int, int]:
    """Return the bits of (weekday, part of the day) with a session, and the bits of the wishes for parts that it fits.

    The second has a bit for each set of parts, at the place that the bits of the set make as a number. A course needs
    all its sessions, so each has to be in a wished part; of sport and groups one may choose a session.
    """
    sessions = [(session.weekday, parts_of(session)) for session in offer.sessions]
    slots = sum({1 << (day * PARTS + part) for day, parts in sessions for part in parts})
    each = [sum(1 << part for part in parts) for _, parts in sessions]
    enough = all if offer.kind == "course" else any
    fitting = [wish for wish in range(1, 1 << PARTS) if each and enough(wish & parts for parts in each)]
    return slots, sum(1 << wish for wish in fitting)


def ages_of(offer: Offer) -> tuple[int, int]:
    """Return the youngest and the oldest who may come, in years.

    A language course, and what is said to be for women or men, is for grown-ups unless it says more.
    """
    limited = _limited(offer)
    youngest = _YOUNGEST_SENIOR if limited == {"seniors"} else 0
    grown_up = bool(offer.audiences & {"women", "men"}) or offer.kind == "course"
    if grown_up and not limited and offer.age_max is None:
        youngest = _YOUNGEST_GROWN_UP
    oldest = _OLDEST_YOUTH if only_young(offer) else NO_AGE
    return (
        youngest if offer.age_min is None else offer.age_min,
        oldest if offer.age_max is None else offer.age_max,
    )


def only_young(offer: Offer) -> bool:
    """Say whether it is for nobody but children and teens."""
    limited = _limited(offer)
    return bool(limited) and limited <= _YOUNG


def for_the_young(offer: Offer) -> bool:
    """Say whether no grown-up may come, by whom it names or by its ages."""
    return only_young(offer) or ages_of(offer)[1] < _YOUNGEST_ADULT


def _limited(offer: Offer) -> frozenset[str]:
    """The stages of life that an offer names; one that is for all is limited to none."""
    return frozenset() if "all" in offer.audiences else offer.audiences & {*_YOUNG, "seniors", "families"}


def only_women(offer: Offer) -> bool:
    """Say whether it is for women or girls alone."""
    female = bool(offer.audiences & {"women", "girls"})
    return offer.women_only or (female and not offer.audiences & {"men", "all"})


def named_people(offer: Offer) -> int:
    """Return the bits of those whom the offer names."""
    named = people(person for audience in offer.audiences for person in _NAMED.get(audience, ()))
    return named | (FEMALE if offer.women_only else 0)


def suited_people(offer: Offer) -> int:
    """Return the bits of those for whom the offer is, or for whom nothing speaks against it.

    What is for boys suits a wish for men, what is for girls one for women: whether a grown-up may come is another
    question, see ``for_the_young``.
    """
    youngest, oldest = ages_of(offer)
    stages = {name for name, (low, high) in _STAGES.items() if youngest <= high and low <= oldest}
    limited = _limited(offer)
    if limited:
        stages &= {person for audience in limited for person in _NAMED[audience]}
    if "families" in limited or (not limited and youngest <= _OLDEST_CHILD and oldest >= _YOUNGEST_ADULT):
        stages.add("families")
    return people(stages) | people(["women" if only_women(offer) else "men"])
