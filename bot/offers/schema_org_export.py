"""Offers -> schema.org as JSON-LD, to be put on web pages or handed to other catalogues."""

import json
from collections.abc import Iterator, Sequence

from bot.content.model import Texts
from bot.content.vocabulary import DISTRICT_NAMES
from bot.offers.columns import SPORTS
from bot.offers.jsons import Json
from bot.offers.model import Offer, full
from bot.offers.rows import row_of
from bot.offers.schema_org import PREFIX
from bot.offers.schema_org_times import DAYS

_CONTEXT = ["https://schema.org", {"lotse": "urn:lotse:"}]
_COURSE_MODES = {"in_person": "onsite", "online": "online", "hybrid": "blended"}
_ATTENDANCE = {
    "in_person": "https://schema.org/OfflineEventAttendanceMode",
    "online": "https://schema.org/OnlineEventAttendanceMode",
    "hybrid": "https://schema.org/MixedEventAttendanceMode",
}
# Keys that schema.org has words for which tell all that the cell tells; the others travel under ``lotse:``.
_NATIVE = frozenset(
    {
        "id",
        "title",
        "summary",
        "provider",
        "url",
        "age_min",
        "age_max",
        "sessions",
        "starts",
        "ends",
        "exceptions",
        "contact.name",
        "contact.phone",
        "contact.email",
        "place.name",
        "place.street",
        "place.postcode",
        "place.latitude",
        "place.longitude",
    }
)


def write(offers: Sequence[Offer]) -> bytes:
    """Return a graph of courses, and of events at their places."""
    graph = {"@context": _CONTEXT, "@graph": [_record(offer) for offer in offers]}
    return (json.dumps(graph, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _record(offer: Offer) -> Json:
    cells = row_of(offer)
    common = {
        "@id": f"urn:lotse:offer:{offer.id}",
        "identifier": cells["id"],
        "name": _texts(offer.title),
        "description": _texts(offer.summary),
        "url": offer.url,
        "audience": _audience(offer),
        "isAccessibleForFree": True if offer.price.free else None,
        "offers": _price(offer),
        "contactPoint": _contact(offer),
    }
    own = _course(offer) if offer.kind == "course" else _event(offer)
    rest = {
        f"{PREFIX}{name}": text for name, text in cells.items() if name.removesuffix(_language(name)) not in _NATIVE
    }
    return _filled({**own, **common, f"{PREFIX}kind": offer.kind, **rest})


def _language(name: str) -> str:
    return "".join(name.partition("@")[1:])


def _course(offer: Offer) -> Json:
    instance = {
        "@type": "CourseInstance",
        "courseMode": _COURSE_MODES[offer.mode],
        "location": _place(offer, "Place"),
        **_times(offer, "courseSchedule"),
        "remainingAttendeeCapacity": offer.seats_free,
    }
    levels = dict.fromkeys(level for level in (offer.level_from, offer.level_to) if level)
    return {
        "@type": "Course",
        "provider": _organization(offer),
        "educationalLevel": "–".join(levels),
        "coursePrerequisites": offer.entitlement,
        "educationalCredentialAwarded": offer.exam,
        "hasCourseInstance": _filled(instance),
    }


def _event(offer: Offer) -> Json:
    sport = offer.kind == "sport"
    return {
        "@type": "SportsEvent" if sport else "Event",
        "organizer": _organization(offer),
        "sport": next((word for word, value in SPORTS.items() if value == offer.sport), "") if sport else "",
        "eventAttendanceMode": _ATTENDANCE[offer.mode],
        "location": _place(offer, "SportsActivityLocation" if sport else "Place"),
        **_times(offer, "eventSchedule"),
        "remainingAttendeeCapacity": offer.seats_free,
    }


def _times(offer: Offer, name: str) -> Json:
    period = _filled(
        {
            "startDate": offer.starts.isoformat() if offer.starts else "",
            "endDate": offer.ends.isoformat() if offer.ends else "",
        }
    )
    return {**period, name: list(_schedules(offer, period))}


def _schedules(offer: Offer, period: Json) -> Iterator[Json]:
    off = {"exceptDate": [day.isoformat() for day in offer.exceptions]} if offer.exceptions else {}
    for start, end in sorted({(session.start, session.end) for session in offer.sessions}):
        days = [each.weekday for each in offer.sessions if (each.start, each.end) == (start, end)]
        yield {
            "@type": "Schedule",
            "repeatFrequency": "P1W",
            "byDay": [f"https://schema.org/{DAYS[day]}" for day in days],
            "startTime": f"{start:%H:%M}",
            "endTime": f"{end:%H:%M}",
            "scheduleTimezone": "Europe/Berlin",
            **period,
            **off,
        }
    if off and not offer.sessions:
        yield {"@type": "Schedule", **period, **off}


def _place(offer: Offer, kind: str) -> Json | None:
    place = offer.place
    if place is None:
        return None
    address = {
        "@type": "PostalAddress",
        "streetAddress": place.street,
        "postalCode": place.postcode,
        "addressLocality": _town(place.district),
        "addressCountry": "DE",
    }
    geo = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return _filled(
        {
            "@type": kind,
            "name": place.name,
            "address": _filled(address),
            "geo": geo if place.latitude is not None else None,
        }
    )


def _town(district: str) -> str:
    name = DISTRICT_NAMES.get(district, "")
    return f"Stuttgart-{name}" if name else "Stuttgart"


def _organization(offer: Offer) -> Json:
    return {"@type": "Organization", "name": offer.provider}


def _audience(offer: Offer) -> Json | None:
    values = _filled(
        {
            "suggestedMinAge": offer.age_min,
            "suggestedMaxAge": offer.age_max,
            "suggestedGender": "female" if offer.women_only else "",
        }
    )
    return {"@type": "PeopleAudience", **values} if values else None


def _price(offer: Offer) -> Json | None:
    values = _filled(
        {
            "price": None if offer.price.amount is None else str(offer.price.amount),
            "priceCurrency": "EUR" if offer.price.amount is not None else "",
            "description": offer.price.note.get("de", ""),
            "availabilityEnds": offer.enrol_until.isoformat() if offer.enrol_until else "",
            "availability": "https://schema.org/SoldOut" if full(offer) else "",
        }
    )
    return {"@type": "Offer", **values} if values else None


def _contact(offer: Offer) -> Json | None:
    contact = offer.contact
    if contact is None:
        return None
    values = {"@type": "ContactPoint", "name": contact.name, "telephone": contact.phone, "email": contact.email}
    return _filled(values)


def _texts(texts: Texts) -> list[Json]:
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def _filled(values: Json) -> Json:
    return {name: value for name, value in values.items() if value or value == 0}
