"""HSDS 3.0 as a tabular data package: a CSV file for each kind of object, and ``datapackage.json`` that lists them.

Objects name each other by ids there; here they are put into one another, as in HSDS's JSON, and taken apart again.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bot.content.source_file import SourceFile
from bot.offers import hsds
from bot.offers.archive import ArchiveError, leads_out, members
from bot.offers.hsds_export import services_of
from bot.offers.jsons import Json, parts, text_of
from bot.offers.model import Kind, Offer
from bot.offers.rows import Row
from bot.offers.table import LARGEST_FEED, LARGEST_FILE, decode, neutral, plain, records

DESCRIPTOR = "datapackage.json"
_MOST_ROWS = 200_000  # an offer has some thirty attributes

_FILES: Mapping[str, str] = {
    "organization": "organizations.csv",
    "service": "services.csv",
    "service_at_location": "service_at_location.csv",
    "location": "locations.csv",
    "address": "addresses.csv",
    "schedule": "schedules.csv",
    "contact": "contacts.csv",
    "phone": "phones.csv",
    "language": "languages.csv",
    "cost_option": "cost_options.csv",
    "required_document": "required_documents.csv",
    "attribute": "attributes.csv",
    "taxonomy_term": "taxonomy_terms.csv",
}
# (object, key of its list) -> (kind of the parts, how a part names the object)
_LISTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("service", "schedules"): ("schedule", "service_id"),
    ("service", "service_at_locations"): ("service_at_location", "service_id"),
    ("service", "languages"): ("language", "service_id"),
    ("service", "cost_options"): ("cost_option", "service_id"),
    ("service", "required_documents"): ("required_document", "service_id"),
    ("service", "contacts"): ("contact", "service_id"),
    ("service", "phones"): ("phone", "service_id"),
    ("service", "attributes"): ("attribute", "link_id"),
    ("service_at_location", "schedules"): ("schedule", "service_at_location_id"),
    ("service_at_location", "contacts"): ("contact", "service_at_location_id"),
    ("location", "addresses"): ("address", "location_id"),
    ("contact", "phones"): ("phone", "contact_id"),
}
# (object, key of its part) -> (kind of the part, how the object names it)
_SINGLES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("service", "organization"): ("organization", "organization_id"),
    ("service_at_location", "location"): ("location", "location_id"),
    ("attribute", "taxonomy_term"): ("taxonomy_term", "taxonomy_term_id"),
}
_NUMBERS = frozenset({"minimum_age", "maximum_age", "latitude", "longitude", "amount", "interval"})
# A telephone number or a negative figure is left as it is: no spreadsheet does more with it than count.
_HARMLESS = re.compile(r"[+-][0-9 ()./-]*")

Tables = dict[str, dict[str, Json]]


def write(offers: Iterable[Offer]) -> bytes:
    """Return the package as a ZIP archive; the same offers make the same bytes."""
    tables = _tables(services_of(offers))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**_csv_files(tables), DESCRIPTOR: _descriptor(tables)}.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _tables(services: Iterable[Json]) -> Tables:
    tables: Tables = {name: {} for name in _FILES}
    for service in services:
        _take_apart(tables, "service", service)
    return {name: table for name, table in tables.items() if table}


def _take_apart(tables: Tables, kind: str, values: Json, named: Mapping[str, str] | None = None) -> None:
    row = {**(named or {})}
    for key, value in values.items():
        if (kind, key) in _SINGLES:
            part_kind, reference = _SINGLES[kind, key]
            row[reference] = value["id"]
            _take_apart(tables, part_kind, value)
        elif (kind, key) in _LISTS:
            part_kind, reference = _LISTS[kind, key]
            for each in value:
                _take_apart(tables, part_kind, each, {reference: values["id"]})
        else:
            row[key] = value
    tables[kind].setdefault(values["id"], row)


def _fields(table: Mapping[str, Json]) -> list[str]:
    return list(dict.fromkeys(("id", *(key for row in table.values() for key in row))))


def _csv_files(tables: Tables) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, table in tables.items():
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, _fields(table), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({key: _safe(value) for key, value in row.items()} for row in table.values())
        files[_FILES[name]] = out.getvalue().encode()
    return files


def _safe(value: Any) -> str:
    text = str(value)
    return text if _HARMLESS.fullmatch(text) else neutral(text)


def _descriptor(tables: Tables) -> bytes:
    resources = [
        {
            "name": name,
            "path": _FILES[name],
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {
                "primaryKey": "id",
                "fields": [{"name": key, "type": "number" if key in _NUMBERS else "string"} for key in _fields(table)],
            },
        }
        for name, table in tables.items()
    ]
    package = {"name": "offers", "profile": "tabular-data-package", "version": "3.0.0", "resources": resources}
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def read_zip(file: SourceFile, data: bytes, kind: Kind) -> list[Row]:
    """Return the rows of a package in an archive; what is wrong with it is reported, never raised."""
    if len(data) > LARGEST_FILE:
        file.report(1, f"the file is larger than {LARGEST_FILE // 1_000_000} MB", "Split it")
        return []
    try:
        found = members(data)
    except ArchiveError as error:
        file.report(1, error.problem, error.remedy)
        return []
    tops = sorted((name for name in found if name.rpartition("/")[2] in {DESCRIPTOR, "services.csv"}), key=len)
    top = tops[0].rpartition("/")[0] if tops else ""
    within = f"{top}/" if top else ""
    return _read(file, {name.removeprefix(within): part for name, part in found.items()}, kind)


def read_folder(file: SourceFile, folder: Path, kind: Kind) -> list[Row]:
    """Return the rows of a package in a folder; links that lead out of it are not followed."""
    found: dict[str, bytes] = {}
    home = folder.resolve()
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*/*.csv"), folder / DESCRIPTOR]):
        if not path.is_file():
            continue
        if not path.resolve().is_relative_to(home):
            file.report(1, f"{path.name} is a link that leads out of the folder", "Put the file itself there")
            return []
        with path.open("rb") as stream:
            found[path.relative_to(folder).as_posix()] = stream.read(LARGEST_FEED + 1)
    return _read(file, found, kind)


def _read(file: SourceFile, files: Mapping[str, bytes], kind: Kind) -> list[Row]:
    paths = _paths(file, files)
    if "service" not in paths:
        if not file.broken:
            file.report(1, "there is no table of services", "Export an HSDS 3.0 tabular data package")
        return []
    tables = {name: _table(file, path, files[path]) for name, path in paths.items()}
    return [] if file.broken else hsds.read(file, _put_together(tables), kind)


def _paths(file: SourceFile, files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the path of each table that is there, as the descriptor says, else by its usual name."""
    paths = {name: path for name, path in _FILES.items() if path in files}
    if DESCRIPTOR not in files:
        return paths
    descriptor = SourceFile(f"{file.path}/{DESCRIPTOR}", problems=file.problems)
    try:
        package = json.loads(decode(descriptor, files[DESCRIPTOR]) or "{}")
    except (ValueError, RecursionError):
        package = None
    if not isinstance(package, dict):
        descriptor.report(1, "this is not the JSON of a data package", "Export the package again")
        return {}
    for resource in parts(package, "resources"):
        name, path = text_of(resource.get("name")), text_of(resource.get("path"))
        if name not in _FILES:
            continue
        if leads_out(path):
            descriptor.report(1, "a table has a path that leads out of the package", "Keep all tables in the package")
        elif path in files:
            paths[name] = path
        else:
            descriptor.report(1, f'the table "{name}" is missing', "Export the package again")
    return paths


def _table(file: SourceFile, path: str, data: bytes) -> list[Json]:
    member = SourceFile(f"{file.path}/{path}", problems=file.problems)
    text = decode(member, data, LARGEST_FEED)
    lines = list(islice(records(member, text), _MOST_ROWS + 1)) if text is not None else []
    if len(lines) > _MOST_ROWS:
        member.report(1, f"there are more than {_MOST_ROWS} rows", "Split the package")
    if not lines or member.broken:
        return []
    header = [cell.strip() for cell in lines[0][1]]
    return [
        {key: plain(cell) for key, cell in zip(header, cells, strict=False) if key and cell.strip()}
        for _, cells in lines[1:]
        if any(cells)
    ]


def _put_together(tables: Mapping[str, Sequence[Json]]) -> list[Json]:
    """Return the services with their parts inside; parts are shared, not copied, so the size stays as it is."""
    by_id = {name: {text_of(row.get("id")): row for row in table} for name, table in tables.items()}
    for (kind, key), (part_kind, reference) in _SINGLES.items():
        for row in tables.get(kind, ()):
            found = by_id.get(part_kind, {}).get(text_of(row.get(reference)))
            if found is not None:
                row[key] = found
    for (kind, key), (part_kind, reference) in _LISTS.items():
        owners = by_id.get(kind, {})
        for each in tables.get(part_kind, ()):
            owner = owners.get(text_of(each.get(reference)))
            if owner is not None:
                owner.setdefault(key, []).append(each)
    return list(tables["service"])
