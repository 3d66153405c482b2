"""Offices and advisers: the schema of content/services/*.yaml."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import get_args

from yaml import Node

from bot.content.faq import PROVENANCE, provenance, same_as_file
from bot.content.fields import (
    Parser,
    by_language,
    list_of,
    nullable,
    number_between,
    one_of,
    opening_hours,
    pattern,
    section,
    text,
    url,
    yes_or_no,
)
from bot.content.model import Access, Address, Booking, Contact, Service, ServiceKind, Team
from bot.content.source_file import SourceFile
from bot.content.vocabulary import DISTRICTS
from bot.messages import Location

KINDS: tuple[ServiceKind, ...] = get_args(ServiceKind)
ACCESS: tuple[Access, ...] = get_args(Access)

_REQUIRED = ("service", "kind", "name", "about", "address", "location", "phones", "emails", "website", "hours")
_ALSO_REQUIRED = ("access", "appointment", "accessible", *PROVENANCE)
_NO_TEXTS: Mapping[str, str] = MappingProxyType({})

_latitude = number_between(48.5, 49.1, "latitude in the region of Stuttgart")
_longitude = number_between(8.7, 9.7, "longitude in the region of Stuttgart")
_phone = pattern(r"\+?[0-9][0-9 /()-]*", "a telephone number")
_email = pattern(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "an e-mail address")


def read_service(file: SourceFile, root: Node, stem: str, languages: Collection[str]) -> Service | None:
    """Return the service of a file named ``<stem>.yaml``, or None where an error was reported."""
    entry = section(file, root, _REQUIRED + _ALSO_REQUIRED, ("teams", "bring"))
    if entry is None:
        return None
    same_as_file(entry, "service", stem)
    note = by_language(languages, "note", "note")
    service = Service(
        id=stem,
        kind=entry.get("kind", one_of(KINDS, "kind of service"), "office"),
        names=entry.get("name", by_language(languages, "name", "name"), _NO_TEXTS),
        abouts=entry.get("about", by_language(languages, "about", "about"), _NO_TEXTS),
        address=entry.get("address", nullable(_address), None),
        location=entry.get("location", nullable(_location), None),
        phones=entry.get("phones", list_of(_contact("number", _phone, note)), ()),
        emails=entry.get("emails", list_of(_contact("address", _email, note)), ()),
        website=entry.get("website", nullable(url), ""),
        hours=entry.get("hours", nullable(opening_hours), ""),
        access=entry.get("access", one_of(ACCESS, "way of access"), "unknown"),
        appointment=entry.get("appointment", nullable(_booking(languages)), None),
        accessible=entry.get("accessible", nullable(yes_or_no), None),
        teams=entry.get("teams", list_of(_team(note)), ()),
        bring=entry.get("bring", nullable(by_language(languages, "bring", "bring")), _NO_TEXTS),
        **provenance(entry),
    )
    return None if file.broken else service


def _address(file: SourceFile, node: Node) -> Address | None:
    part = section(file, node, (), ("street", "postcode", "city", "district"))
    if part is None:
        return None
    return Address(
        street=part.get("street", nullable(text), ""),
        postcode=part.get("postcode", nullable(pattern(r"\d{5}", "a postcode of five digits")), ""),
        city=part.get("city", nullable(text), ""),
        district=part.get("district", nullable(one_of(DISTRICTS, "district")), ""),
    )


def _location(file: SourceFile, node: Node) -> Location | None:
    part = section(file, node, ("latitude", "longitude"))
    return Location(part.get("latitude", _latitude, 0.0), part.get("longitude", _longitude, 0.0)) if part else None


def _contact(key: str, parser: Parser[str], note: Parser[Mapping[str, str]]) -> Parser[Contact]:
    def parse(file: SourceFile, node: Node) -> Contact | None:
        part = section(file, node, (key,), ("note",))
        return Contact(part.get(key, parser, ""), part.get("note", nullable(note), _NO_TEXTS)) if part else None

    return parse


def _booking(languages: Collection[str]) -> Parser[Booking]:
    how = by_language(languages, "how", "how")

    def parse(file: SourceFile, node: Node) -> Booking | None:
        part = section(file, node, ("url",), ("how",))
        return Booking(part.get("url", nullable(url), ""), part.get("how", nullable(how), _NO_TEXTS)) if part else None

    return parse


def _team(note: Parser[Mapping[str, str]]) -> Parser[Team]:
    def parse(file: SourceFile, node: Node) -> Team | None:
        part = section(file, node, ("surname_from", "surname_to"), ("note", "phone", "email"))
        if part is None:
            return None
        return Team(
            surname_from=part.get("surname_from", text, ""),
            surname_to=part.get("surname_to", text, ""),
            note=part.get("note", nullable(note), _NO_TEXTS),
            phone=part.get("phone", nullable(_phone), ""),
            email=part.get("email", nullable(_email), ""),
        )

    return parse
