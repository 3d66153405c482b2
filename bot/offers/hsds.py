"""Open Referral HSDS 3.0 as JSON (services with all that belongs to them) -> rows."""

import re
from collections.abc import Iterator
from typing import Any

from bot.content.source_file import SourceFile
from bot.offers.cells import shown
from bot.offers.columns import COLUMNS, DISTRICT_WORDS, FREE
from bot.offers.hsds_export import TAXONOMY
from bot.offers.hsds_times import cells_of
from bot.offers.jsons import Json, id_of, part, parts, text_of
from bot.offers.model import Kind
from bot.offers.notes import Notes
from bot.offers.rows import Row


def read(file: SourceFile, values: Any, kind: Kind) -> list[Row]:
    """Return the rows of one service, a list of them, or a page; what is no service is reported, an empty row."""
    if isinstance(values, dict) and isinstance(values.get("contents"), list):
        values = values["contents"]
    records = values if isinstance(values, list) else [values]
    rows = [_row(file, number, record, kind) for number, record in enumerate(records, start=1)]
    found = [row for row in rows if row is not None]
    return found if any(row.cells for row in found) else []


def _row(file: SourceFile, number: int, record: Any, kind: Kind) -> Row | None:
    if not isinstance(record, dict) or not isinstance(record.get("name"), str):
        file.report(number, f"record {number} is not a service", "Export services as HSDS 3.0 JSON")
        return Row(number, {}, f"record {number}")
    name = f"record {number} ({shown(record['name'])})"
    extra = dict(_extras(record))
    ours = "kind" in extra
    if extra.pop("kind", kind) != kind:
        return None  # a file of several kinds: each import takes its own
    notes = Notes(file, number, name)
    status = text_of(record.get("status")) or "active"
    if status != "active":
        notes.refuse(f"it is {shown(status)}", "Remove the offer here, if it is gone")
    cells = {
        "id": id_of(text_of(record.get("id"))),
        "title": text_of(record["name"]),
        "summary": text_of(record.get("description")),
        "url": text_of(record.get("url")),
        "provider": text_of(part(record, "organization").get("name")),
        "age_min": text_of(record.get("minimum_age")),
        "age_max": text_of(record.get("maximum_age")),
        "price.note": text_of(record.get("fees_description")),
        **_place_cells(record, notes),
        **_contact_cells(record),
        **_schedule_cells(record, notes),
    }
    known = {"verified": text_of(record.get("assured_date"))}
    if not ours:
        known |= _inferred(record, kind, notes)
    return Row(number, cells | {key: text for key, text in known.items() if text} | extra, name)


def _inferred(record: Json, kind: Kind, notes: Notes) -> dict[str, str]:
    """Return cells for what HSDS says in other words than the table does."""
    return {
        "price": _price_cell(record, notes),
        "languages": ", ".join(text_of(each.get("code")) for each in parts(record, "languages")),
        "entitlement": "; ".join(text_of(each.get("document")) for each in parts(record, "required_documents")),
        **_terms(record, kind),
    }


def _extras(record: Json) -> Iterator[tuple[str, str]]:
    for attribute in parts(record, "attributes"):
        term = part(attribute, "taxonomy_term")
        if text_of(term.get("taxonomy")) == TAXONOMY and isinstance(attribute.get("value"), str):
            yield text_of(term.get("code")), attribute["value"]


def _terms(record: Json, kind: Kind) -> dict[str, str]:
    """Return cells for taxonomy terms, of any taxonomy, that are called like a word of a column."""
    found: dict[str, str] = {}
    names = [text_of(part(each, "taxonomy_term").get("name")) for each in parts(record, "attributes")]
    for column in COLUMNS[kind]:
        if column.form in {"word", "words"} and not column.field.startswith("place."):
            known = {word.casefold() for word in (*column.words, *column.words.values())}
            hits = list(dict.fromkeys(name for name in names if name.casefold() in known))
            if hits and (column.form == "words" or len(hits) == 1):
                found[column.field] = ", ".join(hits)
    return found


def _place_cells(record: Json, notes: Notes) -> dict[str, str]:
    spots = parts(record, "service_at_locations")
    if len(spots) > 1:
        notes.warn(f"it is held at {len(spots)} places, the first of which is taken", "Make an offer of each place")
    location = part(spots[0], "location") if spots else {}
    address = next(iter(parts(location, "addresses")), {})
    districts = {name.casefold(): name for name in DISTRICT_WORDS}
    regions = [text_of(address.get(name)) for name in ("region", "address_2", "city")]
    named = [districts.get(region.casefold().removeprefix("stuttgart-"), "") for region in regions]
    cells = {
        "place.name": text_of(location.get("name")),
        "place.street": text_of(address.get("address_1")),
        "place.postcode": text_of(address.get("postal_code")),
        "place.transit": text_of(location.get("transportation")),
        "place.latitude": text_of(location.get("latitude")),
        "place.longitude": text_of(location.get("longitude")),
    }
    district = next((name for name in named if name), "")
    return cells | ({"place.district": district} if district else {})


def _contact_cells(record: Json) -> dict[str, str]:
    spots = parts(record, "service_at_locations")
    contacts = [*parts(record, "contacts"), *(each for spot in spots for each in parts(spot, "contacts"))]
    contact = contacts[0] if contacts else {}
    phones = [*parts(contact, "phones"), *parts(record, "phones")]
    return {
        "contact.name": text_of(contact.get("name")),
        "contact.email": text_of(contact.get("email")) or text_of(record.get("email")),
        "contact.phone": text_of(phones[0].get("number")) if phones else "",
    }


def _price_cell(record: Json, notes: Notes) -> str:
    costs = parts(record, "cost_options")
    if not costs:
        return ""
    if len(costs) > 1 or text_of(costs[0].get("currency")).upper() not in {"EUR", ""}:
        notes.warn("its price has several parts or is not in euros, and is left open", "Write the price by hand")
        return ""
    amount, words = text_of(costs[0].get("amount")), text_of(costs[0].get("amount_description"))
    if not amount:
        return ""
    # Our own exports describe the amount in the words of a table, which tell the unit as well.
    return words if re.search(rf"^{FREE}$|^[0-9.,]+ €", words) else f"{amount} €"


def _schedule_cells(record: Json, notes: Notes) -> dict[str, str]:
    spots = parts(record, "service_at_locations")
    schedules = parts(record, "schedules") or [each for spot in spots for each in parts(spot, "schedules")]
    return cells_of(schedules, notes)
