"""All offers as columns of numbers, one row an offer, so that a search is a few operations on whole columns."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import nan
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.content.vocabulary import ENTITIES
from bot.messages import Location
from bot.offers import traits
from bot.offers.districts import Districts
from bot.offers.model import GROUP_TYPES, KINDS, Offer, Place, full
from bot.offers.wishes import MODES
from bot.understanding.normalise import without_accents, words_of

Numbers = npt.NDArray[Any]
Rows = npt.NDArray[np.int32]

NEVER: Final = date.max.toordinal()
FAR: Final = 99  # borders to a district that is not known
SHORTEST_BEGINNING: Final = 3
"""A word of this many letters finds those that begin with it; a shorter one only itself."""

_SPORTS: Final = ENTITIES["sport"]
_NO_ROWS: Final = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Index:
    """The offers, sorted by id, and their columns; row ``i`` of a column is about ``offers[i]``. Never changed.

    ``columns`` (days are ordinals, ``NEVER`` where unknown; bits as in ``traits``):

    - kind, sport, district: place among all values, -1 unknown; mode, group_type: bits
    - level, level_below, level_above; slots, parts; suits, named: bits of ``traits``
    - age_min, age_max: years; childcare, free, full, seats, young, rolling: yes or no
    - last: the last day on which one can still join; begun_after: the day after which it has begun without us;
      starts: the day on which it begins, season: that of its season; 0 where nobody knows
    - latitude, longitude: degrees, NaN unknown

    ``borders`` [districts + 1, districts + 1] counts the borders between two districts; the last row and column
    stand for an unknown one. ``middles`` [districts + 1, 2] are latitudes and longitudes.
    """

    offers: tuple[Offer, ...]
    columns: Mapping[str, Numbers]
    words: Mapping[str, Rows]
    vocabulary: tuple[str, ...]
    districts: tuple[str, ...]
    borders: Numbers
    middles: Numbers

    def __len__(self) -> int:
        return len(self.offers)

    def rows_with(self, word: str) -> Numbers:
        """Return for each row whether the offer has this word, or one that begins with it."""
        found = np.zeros(len(self), np.bool_)
        if len(word) < SHORTEST_BEGINNING:
            found[self.words.get(word, _NO_ROWS)] = True
            return found
        for at in range(bisect_left(self.vocabulary, word), len(self.vocabulary)):
            if not self.vocabulary[at].startswith(word):
                break
            found[self.words[self.vocabulary[at]]] = True
        return found


def build(offers: Iterable[Offer], districts: Districts) -> Index:
    """Return the index of these offers; of several with one id the last counts."""
    ordered = tuple(offer for _, offer in sorted({offer.id: offer for offer in offers}.items()))
    ids = tuple(districts.entries)
    postings: dict[str, array[int]] = {}
    lines = []
    known: dict[str, tuple[str, ...]] = {}
    for row, offer in enumerate(ordered):
        lines.append(_line(offer, ids))
        for word in {word for text in _texts(offer) for word in _words(text, known)}:
            postings.setdefault(word, array("i")).append(row)
    return Index(
        offers=ordered,
        columns={
            name: np.array([line[place] for line in lines], kind) for place, (name, kind) in enumerate(_KINDS.items())
        },
        words={word: np.frombuffer(rows, np.int32) for word, rows in postings.items()},
        vocabulary=tuple(sorted(postings)),
        districts=ids,
        borders=_borders(districts),
        middles=_middles(districts),
    )


_KINDS: Final[Mapping[str, Any]] = {
    "kind": np.int8,
    "sport": np.int8,
    "district": np.int8,
    "mode": np.uint8,
    "group_type": np.uint8,
    "level": np.uint8,
    "level_below": np.uint8,
    "level_above": np.uint8,
    "slots": np.uint32,
    "parts": np.uint8,
    "suits": np.uint8,
    "named": np.uint8,
    "age_min": np.int16,
    "age_max": np.int16,
    "childcare": np.bool_,
    "free": np.bool_,
    "full": np.bool_,
    "seats": np.bool_,
    "young": np.bool_,
    "rolling": np.bool_,
    "last": np.int32,
    "begun_after": np.int32,
    "starts": np.int32,
    "season": np.int32,
    "latitude": np.float32,
    "longitude": np.float32,
}


def _line(offer: Offer, districts: tuple[str, ...]) -> tuple[float, ...]:
    """Return the values of an offer in the order of the columns."""
    place = offer.place or Place()
    return (
        KINDS.index(offer.kind),
        _SPORTS.index(offer.sport) if offer.sport in _SPORTS else -1,
        districts.index(place.district) if place.district in districts else -1,
        traits.bits(MODES if offer.mode == "hybrid" else [offer.mode], MODES),
        traits.bits([offer.group_type] if offer.group_type else [], GROUP_TYPES),
        *traits.levels_of(offer),
        *traits.slots_of(offer),
        traits.suited_people(offer),
        traits.named_people(offer),
        *traits.ages_of(offer),
        offer.childcare is True,
        offer.price.free,
        full(offer),
        (offer.seats_free or 0) > 0,
        traits.for_the_young(offer),
        offer.rolling_entry,
        *_days(offer),
        nan if place.latitude is None else place.latitude,
        nan if place.longitude is None else place.longitude,
    )


def _days(offer: Offer) -> tuple[int, int, int, int]:
    """Return the last day to join, the day after which it has begun without us, the first day, the season's first."""
    last = min((day for day in (offer.ends, offer.season_to, offer.enrol_until) if day), default=date.max)
    begins = offer.starts if offer.starts and begins_once(offer) else date.max
    starts = max((day.toordinal() for day in (offer.starts, offer.season_from) if day), default=0)
    season = offer.season_from.toordinal() if offer.season_from else 0
    return last.toordinal(), begins.toordinal(), starts, season


def begins_once(offer: Offer) -> bool:
    """Say whether nobody can be expected to join after the first day, though no day for enrolment is known."""
    return offer.kind == "course" and not offer.rolling_entry and offer.enrol_until is None


def _texts(offer: Offer) -> Iterable[str]:
    yield from offer.title.values()
    yield from offer.summary.values()
    yield from (offer.provider, offer.exam, offer.shelter, *offer.topics)
    if offer.place:
        yield offer.place.name


def searched_words(text: str) -> tuple[str, ...]:
    """Return the words of a text as they stand in the index."""
    return tuple(without_accents(word) for word in words_of(text))


def _words(text: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    # Many offers share their texts: each text is cut into words once.
    words = known.get(text)
    if words is None:
        words = known[text] = searched_words(text)
    return words


def _borders(districts: Districts) -> Numbers:
    ids = tuple(districts.entries)
    table = np.full((len(ids) + 1, len(ids) + 1), FAR, np.int8)
    for row, start in enumerate(ids):
        for end, count in districts.borders(start).items():
            table[row, ids.index(end)] = count
    return table


def _middles(districts: Districts) -> Numbers:
    found = [(entry.location.latitude, entry.location.longitude) for entry in districts.entries.values()]
    return np.array([*found, (nan, nan)], np.float32)


def metres(point: Location, latitude: Any, longitude: Any) -> Any:
    """Return the distance to one place or to many, in metres; exact enough within a city, NaN where unknown."""
    width = np.cos(np.radians(point.latitude))
    return _METRES * np.hypot(latitude - point.latitude, (longitude - point.longitude) * width)


_METRES: Final = 111_195.0  # of a degree of latitude
