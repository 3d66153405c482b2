"""The districts as neighbours: how many borders lie between two of them, and where their middle is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from yaml import Node

from bot.content.faq import PROVENANCE, provenance
from bot.content.fields import list_of, number_between, one_of, section, text
from bot.content.model import Source
from bot.content.problems import ContentError
from bot.content.source_file import SourceFile, pairs, read_source
from bot.content.vocabulary import DISTRICTS
from bot.messages import Location

FILE: Final = "districts.yaml"

_latitude = number_between(48.5, 49.1, "latitude in the region of Stuttgart")
_longitude = number_between(8.7, 9.7, "longitude in the region of Stuttgart")


@dataclass(frozen=True, slots=True)
class District:
    """A district under the name on its signs; ``location`` is the middle of its area, ``neighbours`` are ids."""

    id: str
    name: str
    location: Location
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Districts:
    """All districts by id, and where this is known from; ``verified`` is None until an editor has checked it."""

    entries: Mapping[str, District]
    source: tuple[Source, ...] = ()
    verified: date | None = None
    review_due: date = date.max
    owner: str = ""

    def borders(self, start: str) -> dict[str, int]:
        """Return how many borders one crosses from ``start`` to each district that can be reached (itself: 0)."""
        found: dict[str, int] = {}
        edge = [start] if start in self.entries else []
        while edge:
            found |= dict.fromkeys(edge, max(found.values(), default=-1) + 1)
            edge = [near for here in edge for near in self.entries[here].neighbours if near not in found]
        return found


def load_districts(directory: Path, folder: str = "") -> Districts:
    """Return the districts of a content directory, which problems name as ``folder`` (by default as it is called).

    Raises:
        ContentError: The file is missing or wrong.
    """
    path = directory / FILE
    shown_as = f"{folder or directory.resolve().name}/{FILE}"
    file = read_source(shown_as, path.read_bytes()) if path.is_file() else SourceFile(shown_as)
    if not path.is_file():
        file.report(1, "this file is missing", "Create it; it names the neighbours of every district")
    found = None if file.root is None else read_districts(file, file.root)
    if found is None or file.broken:
        raise ContentError(file.problems)
    return found


def read_districts(file: SourceFile, root: Node) -> Districts | None:
    """Return the districts in the order of the file, or None where the file has another layout."""
    entry = section(file, root, ("districts", *PROVENANCE))
    if entry is None or "districts" not in entry.values:
        return None
    node = entry.values["districts"]
    places = {key.value: key for key, _ in pairs(node)}
    found = {key.value: district for key, child in pairs(node) if (district := _district(file, key, child))}
    missing = [id_ for id_ in DISTRICTS if id_ not in places]
    if missing:
        file.report(node, f"districts are missing: {', '.join(missing)}", "Add them with their neighbours")
    for district in found.values():
        _look_at_neighbours(file, places[district.id], district, found)
    return Districts(MappingProxyType(found), **provenance(entry))


def _district(file: SourceFile, key: Node, node: Node) -> District | None:
    id_ = one_of(DISTRICTS, "district")(file, key)
    entry = section(file, node, ("name", "location", "neighbours"))
    if entry is None or id_ is None:
        return None
    location = entry.get("location", _location, None)
    neighbours = entry.get("neighbours", list_of(one_of(DISTRICTS, "district")), ())
    return District(id_, entry.get("name", text, ""), location, neighbours) if location else None


def _location(file: SourceFile, node: Node) -> Location | None:
    entry = section(file, node, ("latitude", "longitude"))
    if entry is None:
        return None
    latitude, longitude = entry.get("latitude", _latitude, None), entry.get("longitude", _longitude, None)
    return None if latitude is None or longitude is None else Location(latitude, longitude)


def _look_at_neighbours(file: SourceFile, place: Node, district: District, known: Mapping[str, District]) -> None:
    if district.id in district.neighbours:
        file.report(place, f"{district.id} is its own neighbour", "Remove it from its neighbours")
    for id_ in _one_sided(district, known):
        remedy = f"Add {district.id} to the neighbours of {id_}, or remove {id_} here"
        file.report(place, f"{district.id} names {id_} as a neighbour, but not the other way round", remedy)


def _one_sided(district: District, known: Mapping[str, District]) -> Collection[str]:
    return [id_ for id_ in district.neighbours if id_ in known and district.id not in known[id_].neighbours]
