"""schema.org as JSON-LD -> rows: ``Course`` with ``CourseInstance``, ``Event``, ``SportsActivityLocation``.

Terms of the vocabulary ``lotse`` are the keys of cells that schema.org has no word for.
"""

import re
from collections.abc import Iterator
from typing import Any

from bot.content.source_file import SourceFile
from bot.offers.cells import shown
from bot.offers.columns import DISTRICT_WORDS, LEVELS, SPORTS
from bot.offers.jsons import Json, id_of, part, parts, text_of
from bot.offers.model import Kind
from bot.offers.notes import Notes
from bot.offers.rows import Row
from bot.offers.schema_org_times import schedule_cells

PREFIX = "lotse:"
_COURSES = frozenset({"Course", "CourseInstance"})
_PLACES = frozenset({"SportsActivityLocation", "SportsClub", "StadiumOrArena", "PublicSwimmingPool"})
_MODES = {"online": "online", "onsite": "in_person", "offline": "in_person", "blended": "hybrid", "mixed": "hybrid"}


def speaks(values: Any) -> bool:
    """Say whether this JSON is JSON-LD."""
    first = values[0] if isinstance(values, list) and values else values
    return isinstance(first, dict) and any(name in first for name in ("@context", "@graph", "@type"))


def read(file: SourceFile, values: Any, kind: Kind) -> list[Row]:
    """Return the rows of the courses (kind ``course``) or of the events and places (``sport``, ``group``)."""
    rows = []
    records = list(_records(values, 0))
    for number, record in enumerate(records, start=1):
        if bool(types_of(record) & _COURSES) != (kind == "course"):
            continue
        row = _row(file, number, record, kind)
        if row is not None:
            rows.append(row)
    if not rows and not file.broken:
        wanted = "Course" if kind == "course" else "Event or SportsActivityLocation"
        file.report(1, f"there is nothing of the type {wanted}", "Export such records as JSON-LD")
    return rows


def types_of(record: Json) -> set[str]:
    """Return the types of a record without the address of the vocabulary."""
    value = record.get("@type")
    names = value if isinstance(value, list) else [value]
    return {re.split(r"[/:#]", name)[-1] for name in names if isinstance(name, str)}


def _records(values: Any, depth: int) -> Iterator[Json]:
    """Yield the records of a graph, a list, or a list of items; a place with events yields the events there."""
    if isinstance(values, list):
        for each in values:
            yield from _records(each, depth)
    elif isinstance(values, dict):
        if "@graph" in values:
            yield from _records(values["@graph"], depth)
        elif "ItemList" in types_of(values):
            for each in parts(values, "itemListElement"):
                yield from _records(part(each, "item") or each, depth)
        elif types_of(values) & _PLACES and (events := [*parts(values, "event"), *parts(values, "events")]):
            yield from ({"location": values, **event} for event in events)
        elif types_of(values) & _COURSES or types_of(values) & _PLACES or _is_event(values):
            yield values


def _is_event(record: Json) -> bool:
    return any(name == "Event" or name.endswith("Event") or name == "EventSeries" for name in types_of(record))


def _row(file: SourceFile, number: int, record: Json, kind: Kind) -> Row | None:
    title = text_in(record.get("name"), "de")
    notes = Notes(file, number, f"record {number} ({shown(title)})")
    extra = {name.removeprefix(PREFIX): text_of(value) for name, value in record.items() if name.startswith(PREFIX)}
    ours = "kind" in extra
    if extra.pop("kind", kind) != kind:
        return None
    if "Cancelled" in text_of(record.get("eventStatus")):
        notes.refuse("it is cancelled", "Remove the offer here, if it is gone")
    held = _held(record, notes)
    cells = {
        "id": id_of(text_of(record.get("identifier")) or text_of(record.get("@id")) or text_of(record.get("url"))),
        "title": title,
        "summary": text_in(record.get("description"), "de"),
        "url": text_of(record.get("url")),
        "provider": _provider(record),
        **_translations(record),
        **_place_cells(record, held),
        **_people_cells(record),
        **schedule_cells(held, notes),
    }
    if ours:
        return Row(number, cells | extra, notes.name)
    known = {
        "audiences": _audience_cell(record),
        "price": _price_cell(record, held),
        "mode": _MODES.get(text_of(held.get("courseMode")).lower(), ""),
        "seats_free": text_of(held.get("remainingAttendeeCapacity")),
        **(_course_cells(record) if kind == "course" else _sport_cells(record, kind)),
    }
    return Row(number, cells | {key: text for key, text in known.items() if text} | extra, notes.name)


def _held(record: Json, notes: Notes) -> Json:
    """Return when and where it is held: the instance of a course, else the record itself."""
    instances = parts(record, "hasCourseInstance")
    if len(instances) > 1:
        notes.warn(f"it is held {len(instances)} times, the first of which is taken", "Make a course of each")
    return instances[0] if instances else record


def text_in(value: Any, language: str) -> str:
    """Return a text in a language; a text without a language counts as German."""
    values = value if isinstance(value, list) else [value]
    for each in values:
        if isinstance(each, dict) and text_of(each.get("@language")).split("-")[0] == language:
            return text_of(each.get("@value"))
    plain = [each for each in values if isinstance(each, str)]
    return plain[0].strip() if plain and language == "de" else ""


def _translations(record: Json) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, field in (("name", "title"), ("description", "summary")):
        for each in parts(record, name):
            language = text_of(each.get("@language")).split("-")[0]
            if language not in {"", "de"}:
                found[f"{field}@{language}"] = text_of(each.get("@value"))
    return found


def _provider(record: Json) -> str:
    for name in ("provider", "organizer"):
        value = record.get(name)
        text = text_of(value) or text_in(part(record, name).get("name"), "de")
        if text:
            return text
    return ""


def _place_cells(record: Json, held: Json) -> dict[str, str]:
    place = part(held, "location") or part(record, "location")
    if types_of(record) & _PLACES:
        place = record
    address, geo = part(place, "address"), part(place, "geo")
    districts = {name.casefold(): name for name in DISTRICT_WORDS}
    town = text_of(address.get("addressLocality")).casefold().removeprefix("stuttgart-")
    district = districts.get(town, "")
    cells = {
        "place.name": text_in(place.get("name"), "de"),
        "place.street": text_of(address.get("streetAddress")),
        "place.postcode": text_of(address.get("postalCode")),
        "place.latitude": text_of(geo.get("latitude")),
        "place.longitude": text_of(geo.get("longitude")),
    }
    return cells | ({"place.district": district} if district else {})


def _people_cells(record: Json) -> dict[str, str]:
    audience = part(record, "audience")
    contact = part(record, "contactPoint") or part(part(record, "organizer"), "contactPoint")
    contact = contact or part(part(record, "provider"), "contactPoint")
    return {
        "age_min": text_of(audience.get("suggestedMinAge")),
        "age_max": text_of(audience.get("suggestedMaxAge")),
        "contact.name": text_in(contact.get("name"), "de"),
        "contact.phone": text_of(contact.get("telephone")),
        "contact.email": text_of(contact.get("email")),
    }


def _audience_cell(record: Json) -> str:
    gender = text_of(part(record, "audience").get("suggestedGender")).lower().rpartition("/")[2]
    return {"female": "Frauen", "women": "Frauen", "male": "Männer", "men": "Männer"}.get(gender, "")


def _price_cell(record: Json, held: Json) -> str:
    free = held.get("isAccessibleForFree", record.get("isAccessibleForFree"))
    if free is True or text_of(free).lower() == "true":
        return "frei"
    offers = [*parts(held, "offers"), *(parts(record, "offers") if held is not record else [])]
    if len(offers) != 1 or text_of(offers[0].get("priceCurrency")) not in {"EUR", ""}:
        return ""
    price = text_of(offers[0].get("price"))
    return f"{price} €" if price else ""


def _course_cells(record: Json) -> dict[str, str]:
    levels = re.findall(r"\b(?:Alpha|A1|A2|B1|B2|C1)\b", text_of(record.get("educationalLevel")), re.IGNORECASE)
    found = {
        "exam": text_in(record.get("educationalCredentialAwarded"), "de"),
        "entitlement": text_in(record.get("coursePrerequisites"), "de"),
    }
    if levels and all(level.casefold() in {word.casefold() for word in LEVELS} for level in levels):
        found |= {"level_from": levels[0], "level_to": levels[-1]}
    return found


def _sport_cells(record: Json, kind: Kind) -> dict[str, str]:
    """Return the sport where a record names it with a word of the column."""
    if kind != "sport":
        return {}
    words = {word.casefold() for word in (*SPORTS, *SPORTS.values())}
    named = [
        text_in(record.get("sport"), "de"),
        text_of(record.get("sport")),
        *text_of(record.get("keywords")).split(","),
    ]
    return {"sport": next((word.strip() for word in named if word.strip().casefold() in words), "")}
