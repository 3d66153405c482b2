"""What a person wishes of an offer, as values; several values of one wish are alternatives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, TypeVar, cast, get_args

from bot.content.vocabulary import ENTITIES
from bot.messages import Location, Understanding
from bot.offers.model import GroupType, Kind, Level

TimeOfDay = Literal["morning", "afternoon", "evening"]
Way = Literal["online", "in_person"]
Gender = Literal["women", "men"]
LifeStage = Literal["children", "teens", "seniors", "families"]
WishName = Literal[
    "kind",
    "levels",
    "times_of_day",
    "weekdays",
    "modes",
    "childcare",
    "free",
    "genders",
    "audiences",
    "ages",
    "districts",
    "near",
    "sports",
    "group_types",
    "text",
]

TIMES_OF_DAY: Final[tuple[TimeOfDay, ...]] = get_args(TimeOfDay)
WEEKDAYS: Final = tuple(ENTITIES["weekday"])
"""Weekdays as the understanding names them; the place is the number of the day (0 = Monday)."""

OLDEST: Final = 120

_KIND_OF_INTENT: Final[Mapping[str, Kind]] = {"find_course": "course", "find_sport": "sport"}
MODES: Final[tuple[Way, ...]] = get_args(Way)
GENDERS: Final[tuple[Gender, ...]] = get_args(Gender)
LIFE_STAGES: Final[tuple[LifeStage, ...]] = get_args(LifeStage)
_WISHED_LEVELS: Final = cast("tuple[Level, ...]", tuple(ENTITIES["level"]))
W = TypeVar("W", bound=str)


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything wished; what is empty or None is no wish.

    ``genders`` and ``audiences`` are two wishes, though people name them in one breath: "for girls" is for women
    *and* for children. ``weekdays`` count from 0 (Monday). ``ages`` are years. ``districts`` are ids. ``near`` only
    sorts by distance. Each word of ``text`` has to stand in the offer: it is for words typed into a search field,
    not for a whole sentence.
    """

    kind: Kind | None = None
    levels: frozenset[Level] = frozenset()
    times_of_day: frozenset[TimeOfDay] = frozenset()
    weekdays: frozenset[int] = frozenset()
    modes: frozenset[Way] = frozenset()
    childcare: bool = False
    free: bool = False
    genders: frozenset[Gender] = frozenset()
    audiences: frozenset[LifeStage] = frozenset()
    ages: frozenset[int] = frozenset()
    districts: frozenset[str] = frozenset()
    near: Location | None = None
    sports: frozenset[str] = frozenset()
    group_types: frozenset[GroupType] = frozenset()
    text: str = ""


NOTHING: Final = Wishes()


def given(wishes: Wishes) -> tuple[WishName, ...]:
    """Return the names of what is wished, in the order of the fields."""
    names = cast("list[WishName]", [field.name for field in fields(Wishes)])
    return tuple(name for name in names if getattr(wishes, name) != getattr(NOTHING, name))


def without(wishes: Wishes, *names: WishName) -> Wishes:
    """Return the same wishes without one, or without several."""
    nothing: dict[str, Any] = {name: getattr(NOTHING, name) for name in names}
    return replace(wishes, **nothing)


def wishes_from(understanding: Understanding, near: Location | None = None) -> Wishes:
    """Return what an utterance wishes; its intent says of which kind, else a sport or a level does."""
    return wishes_of(understanding.entities, _KIND_OF_INTENT.get(understanding.intent), near)


def wishes_of(entities: Mapping[str, Sequence[str]], kind: Kind | None = None, near: Location | None = None) -> Wishes:
    """Return the wishes that entities of the vocabulary name; values that it does not know are passed over.

    Where somebody asks for child care, an age is that of the child who is minded, and wishes nothing of the offer.
    Who wants to take part online alone may live in any district.
    """
    modes = _known(MODES, entities.get("mode", ()))
    childcare = "yes" in entities.get("childcare", ())
    ages = () if childcare else entities.get("age", ())
    audience = entities.get("audience", ())
    return Wishes(
        kind=kind or _kind_of(entities),
        levels=_known(_WISHED_LEVELS, entities.get("level", ())),
        times_of_day=_known(TIMES_OF_DAY, entities.get("time_of_day", ())),
        weekdays=frozenset(WEEKDAYS.index(day) for day in entities.get("weekday", ()) if day in WEEKDAYS),
        modes=modes,
        childcare=childcare,
        free="yes" in entities.get("free", ()),
        genders=_known(GENDERS, audience),
        audiences=_known(LIFE_STAGES, audience),
        ages=frozenset(int(age) for age in ages if age.isdecimal() and int(age) <= OLDEST),
        districts=_known(ENTITIES["district"], () if modes == {"online"} else entities.get("district", ())),
        near=near,
        sports=_known(ENTITIES["sport"], entities.get("sport", ())),
    )


def _kind_of(entities: Mapping[str, Sequence[str]]) -> Kind | None:
    if entities.get("sport"):
        return "sport"
    return "course" if entities.get("level") else None


def _known(values: Sequence[W], named: Sequence[str]) -> frozenset[W]:
    return frozenset(value for value in values if value in named)


def as_json(wishes: Wishes) -> dict[str, Any]:
    """Return what is wished as plain JSON values, without ``near``: where somebody is is never kept."""
    values = {name: getattr(wishes, name) for name in given(wishes) if name != "near"}
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}


def from_json(values: Mapping[str, Any]) -> Wishes:
    """Read what ``as_json`` gave; wishes of another version that are not known are passed over."""
    known = {field.name: values[field.name] for field in fields(Wishes) if field.name in values}
    read: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, list) else value for name, value in known.items()
    }
    return Wishes(**read)
