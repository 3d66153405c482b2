"""Offers that people can join: German courses, sport, and groups of neighbours, as frozen values.

Unknown is None or ``""``, never guessed.
"""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Final, Literal, get_args

from bot.content.model import Source, Texts, in_language

Kind = Literal["course", "sport", "group"]
Mode = Literal["in_person", "online", "hybrid"]
Level = Literal["", "alpha", "A1", "A2", "B1", "B2", "C1"]
CourseType = Literal[
    "integration",
    "alphabetisation",
    "women",
    "parents",
    "youth",
    "intensive",
    "vocational",
    "city",
    "vwv",
    "volunteer",
    "online",
]
GroupType = Literal["volunteer_circle", "meeting_place", "sport_mentor"]
Audience = Literal["all", "women", "girls", "men", "children", "teens", "seniors", "families", "refugees"]
Registration = Literal["none", "contact", "link"]
PriceUnit = Literal["", "once", "month", "lesson", "course"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
COURSE_TYPES: Final[tuple[CourseType, ...]] = get_args(CourseType)
GROUP_TYPES: Final[tuple[GroupType, ...]] = get_args(GroupType)
AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
REGISTRATIONS: Final[tuple[Registration, ...]] = get_args(Registration)
PRICE_UNITS: Final[tuple[PriceUnit, ...]] = get_args(PriceUnit)
# From the first letters to near-native speech: a level's place in this row is how far one has come.
LEVELS: Final[tuple[Level, ...]] = ("alpha", "A1", "A2", "B1", "B2", "C1")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an offer takes place; ``district`` is an id such as ``bad-cannstatt`` or ``""``, degrees are WGS 84.

    ``transit`` says which stop is near, as editors wrote it.
    """

    name: str = ""
    street: str = ""
    postcode: str = ""
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None
    transit: str = ""
    accessible: bool | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One weekly appointment by the clock on the wall in Europe/Berlin; ``weekday`` 0 is Monday."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Price:
    """What it costs in euros: ``amount`` None is unknown, 0 is free; ``exemption_possible`` says it may be waived."""

    amount: Decimal | None = None
    unit: PriceUnit = ""
    exemption_possible: bool | None = None
    note: Texts = field(default_factory=dict)

    @property
    def free(self) -> bool:
        """Say whether it is known to cost nothing."""
        return self.amount is not None and self.amount == 0


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about an offer; each part may be ``""``."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A course, a sport offer or a group that people can join.

    ``id`` is ``<provider>/<slug>`` and unique; ``title`` always has German. ``exceptions`` are days without a
    session. ``seats_free`` was true on ``seats_as_of``. ``languages`` are spoken on site. ``placement_test_at`` is
    the id of a service. ``verified`` is the day on which an editor checked the facts; ``sample`` marks invented
    offers, which only a demonstration shows.
    """

    id: str
    kind: Kind
    provider: str
    title: Texts
    summary: Texts = field(default_factory=dict)
    place: Place | None = None
    mode: Mode = "in_person"
    sessions: tuple[Session, ...] = ()
    starts: date | None = None
    ends: date | None = None
    exceptions: tuple[date, ...] = ()
    enrol_until: date | None = None
    rolling_entry: bool = False
    price: Price = field(default_factory=Price)
    audiences: frozenset[Audience] = frozenset()
    age_min: int | None = None
    age_max: int | None = None
    childcare: bool | None = None
    women_only: bool = False
    seats_free: int | None = None
    seats_as_of: date | None = None
    registration: Registration = "none"
    contact: Contact | None = None
    url: str = ""
    bring: Texts = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    # Courses
    course_type: CourseType | None = None
    level_from: Level = ""
    level_to: Level = ""
    units: int | None = None
    entitlement: str = ""
    exam: str = ""
    placement_test_at: str = ""
    # Sport
    sport: str = ""
    season_from: date | None = None
    season_to: date | None = None
    trial_possible: bool | None = None
    swim_protected: bool | None = None
    equipment: Texts = field(default_factory=dict)
    # Groups
    group_type: GroupType | None = None
    topics: tuple[str, ...] = ()
    shelter: str = ""
    # Where this comes from and who looks after it
    source: tuple[Source, ...] = ()
    source_url: str = ""
    verified: date | None = None
    review_due: date | None = None
    owner: str = ""
    sample: bool = False

    def title_in(self, language: str) -> str:
        """Return the title, in German where the language lacks it."""
        return in_language(self.title, language)

    def summary_in(self, language: str) -> str:
        """Return the summary, in German where the language lacks it, else ``""``."""
        return in_language(self.summary, language)

    @property
    def online(self) -> bool:
        """Say whether one can take part from home."""
        return self.mode in ("online", "hybrid")


def last_day(offer: Offer) -> date | None:
    """Return the last day of the offer or of its season, whichever is earlier, or None where neither is known."""
    return min((day for day in (offer.ends, offer.season_to) if day), default=None)


def over(offer: Offer, today: date) -> bool:
    """Say whether its last day is past."""
    last = last_day(offer)
    return last is not None and last < today


def registration_closed(offer: Offer, today: date) -> bool:
    """Say whether the last day to register is past."""
    return offer.enrol_until is not None and offer.enrol_until < today


def full(offer: Offer) -> bool:
    """Say whether no seat was left when it was last known."""
    return offer.seats_free is not None and offer.seats_free <= 0
