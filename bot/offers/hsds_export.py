"""Offers -> Open Referral HSDS 3.0 as JSON: services with all that belongs to them.

What HSDS has no field for (levels, child care, texts in other languages, …) stands in ``attributes`` under terms of
the taxonomy ``lotse``, whose code is the key of the cell; so nothing is lost on the way out and in again.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.content.vocabulary import DISTRICT_NAMES
from bot.offers.columns import COLUMNS, WEEKDAYS
from bot.offers.jsons import Json
from bot.offers.model import Offer
from bot.offers.rows import row_of

TAXONOMY = "lotse"
BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BERLIN = ZoneInfo("Europe/Berlin")

_NAMESPACE = uuid.UUID("6f0c8bb2-6c0e-5d6e-9d7a-0f3f1a3c5b11")
_WINTER = "+01:00"
# Keys that HSDS has fields for; all others travel as attributes.
_NATIVE = frozenset(
    {
        "title",
        "summary",
        "provider",
        "url",
        "verified",
        "age_min",
        "age_max",
        "sessions",
        "starts",
        "ends",
        "price.note",
        "contact.name",
        "contact.phone",
        "contact.email",
        "place.name",
        "place.street",
        "place.postcode",
        "place.latitude",
        "place.longitude",
        "place.transit",
    }
)


def write(offers: Sequence[Offer]) -> bytes:
    """Return a page of services, as HSDS APIs serve it."""
    page = {
        "total_items": len(offers),
        "total_pages": 1,
        "page_number": 1,
        "size": len(offers),
        "first_page": True,
        "last_page": True,
        "empty": not offers,
        "contents": services_of(offers),
    }
    return (json.dumps(page, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def services_of(offers: Iterable[Offer]) -> list[Json]:
    """Return each offer as an HSDS service with its organization, place, schedules and attributes."""
    return [_service(offer) for offer in offers]


def _service(offer: Offer) -> Json:
    cells = row_of(offer)
    service = {
        "id": _id("service", offer.id),
        "name": offer.title_in("de"),
        "description": cells.get("summary"),
        "url": offer.url or None,
        "email": offer.contact.email if offer.contact else None,
        "status": "active",
        "fees_description": cells.get("price.note"),
        "minimum_age": offer.age_min,
        "maximum_age": offer.age_max,
        "assured_date": offer.verified.isoformat() if offer.verified else None,
        "organization": _organization(offer.provider),
        "schedules": list(_schedules(offer)),
        "service_at_locations": _places(offer),
        "languages": [{"id": _id("language", offer.id, code), "name": code, "code": code} for code in offer.languages],
        "cost_options": _costs(offer, cells),
        "contacts": _contacts(offer),
        "required_documents": [{"id": _id("document", offer.id), "document": offer.entitlement}]
        if offer.entitlement
        else [],
        "attributes": list(_attributes(offer, cells)),
    }
    return _filled(service)


def _filled(values: Json) -> Json:
    return {name: value for name, value in values.items() if value or value == 0}


def _id(*parts: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "\0".join(parts)))


def _organization(name: str) -> Json:
    return {"id": _id("organization", name), "name": name, "description": name}


def _schedules(offer: Offer) -> Iterator[Json]:
    period = _filled(
        {
            "dtstart": offer.starts and offer.starts.isoformat(),
            "until": offer.ends and offer.ends.isoformat(),
        }
    )
    period |= _filled({"valid_from": period.get("dtstart"), "valid_to": period.get("until")})
    times = sorted({(session.start, session.end) for session in offer.sessions})
    for start, end in times:
        days = [each.weekday for each in offer.sessions if (each.start, each.end) == (start, end)]
        offset = _offset(offer.starts)
        yield {
            "id": _id("schedule", offer.id, f"{start}-{end}"),
            **period,
            "freq": "WEEKLY",
            "interval": 1,
            "byday": ",".join(BYDAY[day] for day in days),
            "opens_at": f"{start:%H:%M}{offset}",
            "closes_at": f"{end:%H:%M}{offset}",
            "description": ", ".join(f"{WEEKDAYS[day]} {start:%H:%M}-{end:%H:%M}" for day in days),
            "notes": "Ortszeit (Europe/Berlin), auch in der Sommerzeit",
        }
    if not times and period:
        yield {"id": _id("schedule", offer.id), **period}


def _offset(day: date | None) -> str:
    """Return the difference of Berlin to UTC that HSDS asks for; the times themselves are those on the wall."""
    if day is None:
        return _WINTER
    shift = datetime.combine(day, time(12), BERLIN).utcoffset() or timedelta(hours=1)
    return f"+{shift.seconds // 3600:02}:00"


def _places(offer: Offer) -> list[Json]:
    place = offer.place
    if place is None and offer.mode != "online":
        return []
    if place is None:
        location: Json = {"id": _id("location", "virtual"), "location_type": "virtual"}
        return [{"id": _id("service_at_location", offer.id), "location": location}]
    location = _filled(
        {
            "id": _id("location", *(str(value) for value in astuple(place))),
            "location_type": "physical",
            "name": place.name,
            "transportation": place.transit,
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
    )
    if place.street or place.postcode:
        address = {
            "id": _id("address", location["id"], place.district),
            "address_1": place.street,
            "city": "Stuttgart",
            "region": DISTRICT_NAMES.get(place.district, ""),
            "state_province": "Baden-Württemberg",
            "postal_code": place.postcode,
            "country": "DE",
            "address_type": "physical",
        }
        location["addresses"] = [address]
    return [{"id": _id("service_at_location", offer.id), "location": location}]


def _costs(offer: Offer, cells: Mapping[str, str]) -> list[Json]:
    if offer.price.amount is None:
        return []
    amount = offer.price.amount
    whole = amount == amount.to_integral_value()
    option = {
        "id": _id("cost", offer.id),
        "currency": "EUR",
        "amount": int(amount) if whole else float(amount),
        "amount_description": cells.get("price", ""),
    }
    return [option]


def _contacts(offer: Offer) -> list[Json]:
    contact = offer.contact
    if contact is None:
        return []
    phones = [{"id": _id("phone", offer.id), "number": contact.phone, "type": "voice"}] if contact.phone else []
    values = {"id": _id("contact", offer.id), "name": contact.name, "email": contact.email, "phones": phones}
    return [_filled(values)]


def _attributes(offer: Offer, cells: Mapping[str, str]) -> Iterator[Json]:
    headings = {column.field: column for column in COLUMNS[offer.kind]}
    for name, text in {"kind": offer.kind, **cells}.items():
        if name in _NATIVE:
            continue
        field, _, language = name.partition("@")
        heading = headings[field].heading_in(language or "de") if field in headings else "Art des Angebots"
        term = {
            "id": _id("term", name),
            "code": name,
            "name": heading,
            "description": heading,
            "taxonomy": TAXONOMY,
        }
        yield {
            "id": _id("attribute", offer.id, name),
            "link_id": _id("service", offer.id),
            "link_type": TAXONOMY,
            "link_entity": "service",
            "value": text,
            "taxonomy_term": term,
        }
