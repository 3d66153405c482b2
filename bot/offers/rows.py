"""A row of a table -> an offer, and back.

A row is what every kind of file is first turned into: texts by key. The key of a cell is the field of its column, and
``<field>@<language>`` for a text in another language than German. So a spreadsheet, a YAML file and a foreign format
are all judged by the same rules.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from bot.content.model import SOURCE_LANGUAGE, Source
from bot.content.source_file import SourceFile
from bot.offers.cells import WrongValueError, in_words, parse, shown, tidy, write_price, write_source
from bot.offers.columns import COLUMNS, NO, SPOKEN, YES, Column
from bot.offers.model import LEVELS, Contact, Kind, Offer, Place, Price, Session
from bot.offers.times import write_sessions

TEXTS = frozenset({"title", "summary", "price.note", "bring", "equipment"})
"""Fields that hold a text in each language."""

_LONGEST_TITLE = 100
_OWN = frozenset({"text", "id"})
"""Forms of cells that each row has its own of."""

_DEFAULTS: Mapping[str, Any] = {
    "mode": "in_person",
    "registration": "contact",
    "rolling_entry": False,
    "women_only": False,
    "sample": False,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``line`` is where it stands (from 1), ``lines`` where a cell stands if it has a line of its own.

    ``name`` is put before problems where ``line`` is not a line of text but the number of a record.
    """

    line: int
    cells: Mapping[str, str]
    name: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What rows are held against besides their columns.

    ``prefix`` begins the id of each offer and ``provider`` is taken where a row names none. ``sample`` says whether
    the offers must be marked as invented, or must not be (None: either). ``topics`` and ``services`` are the ids that
    exist; None takes any.
    """

    kind: Kind
    prefix: str
    provider: str = ""
    languages: Collection[str] = field(default_factory=lambda: tuple(SPOKEN.values()))
    sample: bool | None = None
    topics: Collection[str] | None = None
    services: Collection[str] | None = None


def key(field_: str, language: str) -> str:
    """Return the key of a cell."""
    return field_ if language == SOURCE_LANGUAGE else f"{field_}@{language}"


def offer_of(file: SourceFile, row: Row, rules: Rules) -> Offer | None:
    """Return the offer of a row, or None after everything that is wrong with it has been reported."""
    reader = _Reader(file, row, rules)
    values = reader.values()
    _check(values, rules, reader.report)
    return None if reader.failed else _offer(values, rules)


def row_of(offer: Offer) -> dict[str, str]:
    """Return an offer as the cells of a row; what is not known is left out. The id lacks what stands before ``/``."""
    cells: dict[str, str] = {}
    for column in COLUMNS[offer.kind]:
        value = _value_in(offer, column.field)
        if column.field in TEXTS:
            cells |= {key(column.field, language): text for language, text in value.items()}
        else:
            cells[column.field] = _written(column, value)
    cells["id"] = offer.id.rpartition("/")[2]
    return {name: text for name, text in cells.items() if text}


@lru_cache(maxsize=20_000)
def _parsed(kind: Kind, place: int, text: str) -> Any:
    """Return the value of a cell, as ``parse``: most days, times and words stand in many rows."""
    return parse(COLUMNS[kind][place], text)


@cache
def _keys_of(field_: str, languages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return each language with the key of its text, German first."""
    return tuple((language, key(field_, language)) for language in dict.fromkeys((SOURCE_LANGUAGE, *languages)))


class _Reader:
    """Reads the cells of one row and reports what is wrong, each with its column."""

    def __init__(self, file: SourceFile, row: Row, rules: Rules) -> None:
        self.file = file
        self.row = row
        self.rules = rules
        self.failed = False
        self.languages = tuple(rules.languages)

    def report(self, heading: str, problem: str, remedy: str) -> None:
        self.failed = True
        place = f"{self.row.name}: " if self.row.name else ""
        named = next((column.field for column in COLUMNS[self.rules.kind] if column.heading == heading), "")
        line = self.row.lines.get(named, self.row.line)
        self.file.report(line, f"{place}{heading}: {problem}", remedy)

    def values(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for place, column in enumerate(COLUMNS[self.rules.kind]):
            if column.field in TEXTS:
                found[column.field] = self._texts(column)
            else:
                written = self.row.cells.get(column.field)
                found[column.field] = self._read(place, column, written) if written else None
            if column.required and not self.row.cells.get(column.field, "").strip():
                self.report(column.heading, "this cell is empty", f"Write it ({column.help})")
        return found

    def _read(self, place: int, column: Column, text: str) -> Any:
        try:
            return parse(column, text) if column.form in _OWN else _parsed(self.rules.kind, place, text)
        except WrongValueError as error:
            self.report(column.heading, error.problem, error.remedy)
            return None

    def _texts(self, column: Column) -> dict[str, str]:
        found: dict[str, str] = {}
        for language, name in _keys_of(column.field, self.languages):
            written = self.row.cells.get(name)
            if not written:
                continue
            try:
                text = tidy(written)
            except WrongValueError as error:
                self.report(column.heading_in(language), error.problem, error.remedy)
                continue
            if text:
                found[language] = text
        return found


def _offer(values: dict[str, Any], rules: Rules) -> Offer:
    amount_and_unit: tuple[Any, Any] = values.pop("price") or (None, "")
    price = Price(*amount_and_unit, values.pop("price.exemption_possible"), values.pop("price.note"))
    place = _part(values, "place.")
    contact = _part(values, "contact.")
    slug, provider = values.pop("id"), values.pop("provider") or rules.provider
    if values.get("level_from") and not values["level_to"]:
        values["level_to"] = values["level_from"]
    values["audiences"] = frozenset(values["audiences"] or ())
    # What is empty takes the default of the column, else that of the model.
    known = {**_DEFAULTS, **{name: value for name, value in values.items() if value is not None}}
    return Offer(
        id=f"{rules.prefix}/{slug}",
        kind=rules.kind,
        provider=provider,
        price=price,
        place=Place(**place) if place else None,
        contact=Contact(**contact) if contact else None,
        **known,
    )


def _part(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Take out the values of a place or a contact; what is not known is left to its defaults."""
    names = [name for name in values if name.startswith(prefix)]
    taken = {name.removeprefix(prefix): values.pop(name) for name in names}
    return {name: value for name, value in taken.items() if value is not None}


Report = Callable[[str, str, str], None]


def _check(values: Mapping[str, Any], rules: Rules, report: Report) -> None:
    """Report values that are each right and do not go together."""
    for checks in (_check_whole, _check_order, _check_people, _check_place, _check_references):
        checks(values, rules, report)


def _check_whole(values: Mapping[str, Any], rules: Rules, report: Report) -> None:
    if not (values["provider"] or rules.provider):
        report("Anbieter", "nobody is named", "Write the name of the club or school")
    title = values["title"].get(SOURCE_LANGUAGE, "")
    if len(title) > _LONGEST_TITLE:
        report("Titel", f"it has {len(title)} letters", f"Write at most {_LONGEST_TITLE}")
    marked = bool(values["sample"])
    if rules.sample is True and not marked:
        report("Beispiel", "samples only are kept here", f'Write "{YES}", or keep the row with the real offers')
    if rules.sample is False and marked:
        report("Beispiel", "an invented offer stands among the real ones", "Remove the row, or keep it in sample/")


def _check_order(values: Mapping[str, Any], _: Rules, report: Report) -> None:
    for first, last, heading in (
        ("starts", "ends", "Ende"),
        ("season_from", "season_to", "Saison bis"),
        ("age_min", "age_max", "Alter bis"),
    ):
        if values.get(first) is not None and values.get(last) is not None and values[last] < values[first]:
            report(heading, f"{_plain(values[last])} comes before {_plain(values[first])}", "Look which one is wrong")
    low, high = values.get("level_from"), values.get("level_to")
    if high and not low:
        report("Niveau von", "only the level at the end is given", "Write the level at the start too")
    elif low and high and LEVELS.index(high) < LEVELS.index(low):
        report("Niveau bis", f"{high} is below {low}", "Look which one is wrong")


def _check_people(values: Mapping[str, Any], _: Rules, report: Report) -> None:
    if values["women_only"] and "men" in (values["audiences"] or ()):
        report("Für wen", "men are named, yet the offer is for women only", "Look which one is wrong")
    if values["registration"] == "link" and not values["url"]:
        report("Webseite", "people are to register on a page that is not named", "Write its address")


def _check_place(values: Mapping[str, Any], _: Rules, report: Report) -> None:
    if (values["place.latitude"] is None) != (values["place.longitude"] is None):
        report("Breitengrad", "only one of latitude and longitude is given", "Write both or none")
    postcode = values["place.postcode"]
    if postcode and not (postcode.isascii() and postcode.isdigit() and len(postcode) == len("70173")):
        report("PLZ", f"{shown(postcode)} is not a postcode", "Write five digits: 70173")


def _check_references(values: Mapping[str, Any], rules: Rules, report: Report) -> None:
    service = values.get("placement_test_at")
    if service and rules.services is not None and service not in rules.services:
        report("Einstufung bei", f'there is no service "{service}"', "Write the name of a file in content/services")
    for topic in values.get("topics") or ():
        if rules.topics is not None and topic not in rules.topics:
            report("Themen", f'there is no topic "{topic}"', "Write names of files in content/faq")


def _plain(value: object) -> str:
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)


def _value_in(offer: Offer, path: str) -> Any:
    if path == "price":
        return offer.price
    value: Any = offer
    for name in path.split("."):
        value = None if value is None else getattr(value, name)
    return value


def _written(column: Column, value: Any) -> str:
    """Return a value as an editor would type it."""
    match value:
        case None:
            return ""
        case bool():
            text = YES if value else NO
        case Price():
            text = write_price(value.amount, value.unit)
        case date():
            text = f"{value:%d.%m.%Y}"
        case float():
            text = f"{value:.15g}".replace(".", ",")
        case tuple() | frozenset():
            text = _written_list(column, value)
        case _:
            text = in_words(column, str(value)) if column.form == "word" and value != "" else str(value)
    return text


def _written_list(column: Column, values: Collection[Any]) -> str:
    if column.form == "sessions":
        return write_sessions(each for each in values if isinstance(each, Session))
    if column.form == "sources":
        return "; ".join(write_source(each) for each in values if isinstance(each, Source))
    if isinstance(values, frozenset):
        order = list(column.words.values())
        values = sorted(values, key=order.index)
    if column.form == "words":
        return ", ".join(in_words(column, each) for each in values)
    return ", ".join(f"{each:%d.%m.%Y}" if isinstance(each, date) else str(each) for each in values)


def cells_with_languages(rows: Collection[Mapping[str, str]]) -> Iterator[str]:
    """Yield each language, other than German, that any of these rows has a text in."""
    found = {name.partition("@")[2] for row in rows for name in row}
    yield from sorted(found - {""})
