"""FAQ entries and cards: the schema of content/faq/*.yaml and content/cards/*.yaml."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from yaml import Node

from bot.content.fields import (
    IDENTIFIER,
    Section,
    day,
    list_of,
    nullable,
    one_of,
    pattern,
    section,
    text,
    url,
)
from bot.content.model import SOURCE_LANGUAGE, Card, FaqEntry, FaqText, Link, Source, made_from
from bot.content.source_file import SourceFile, WrittenText, is_null, items, line_of, pairs

MOST_WORDS = 90
LONGEST_TITLE = 45  # as long as a button of a telephone shows
_MOST_TITLE = 60  # beyond which a title is refused

PROVENANCE = ("source", "verified", "review_due", "owner")
_STILL_TO_WRITE = {
    "group": "Write one of the groups of groups.yaml",
    "source": "Write where the facts come from, with the address of the page; write [] for none",
    "owner": "Write who answers for it",
}
_PARTS = ("title", "answer", "examples")
_CARD = ("services", "related", "links", *PROVENANCE, "texts")


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that entries may name: of everything that has a file, even where that file is broken."""

    languages: Collection[str]
    groups: Collection[str]
    topics: Collection[str]
    services: Collection[str]
    intents: Collection[str]
    required: Collection[str] = ()


def read_faq(file: SourceFile, root: Node, stem: str, known: Known) -> FaqEntry | None:
    """Return the entry of a file named ``<stem>.yaml``, or None where an error was reported."""
    entry = section(file, root, ("topic", "group", *_CARD))
    if entry is None:
        return None
    entry = _written(entry, _STILL_TO_WRITE)
    same_as_file(entry, "topic", stem)
    group = entry.get("group", one_of(known.groups, "group"), "")
    common = _read_common(entry, known, with_examples=True)
    return None if file.broken else FaqEntry(intent=f"faq/{stem}", topic=stem, group=group, **common)


def read_card(file: SourceFile, root: Node, stem: str, known: Known) -> Card | None:
    """Return the card of a file named ``<stem>.yaml``, or None where an error was reported."""
    card = section(file, root, ("card", *_CARD))
    if card is None:
        return None
    same_as_file(card, "card", stem, r"[a-z][a-z_]{1,39}", known.intents)
    common = _read_common(card, known, with_examples=False)
    return None if file.broken else Card(intent=stem, **common)


def same_as_file(
    entry: Section, key: str, stem: str, shape: str = IDENTIFIER.pattern, among: Collection[str] = ()
) -> None:
    """Report an id that is malformed, unknown, or another than the file's name."""
    parser = one_of(among, "intent") if among else pattern(shape, "an id of small letters, digits and hyphens")
    written = entry.get(key, parser, "")
    if written and written != stem:
        entry.file.report(
            entry.values[key], f'"{written}" is not the name of this file', f'Write "{stem}", or rename the file'
        )


def provenance(entry: Section) -> dict[str, Any]:
    """Return where facts come from and who answers for them, as the fields that all values with facts share."""
    return {
        "source": entry.get("source", list_of(_source), ()),
        "verified": entry.get("verified", nullable(day), None),
        "review_due": entry.get("review_due", day, date.max),
        "owner": entry.get("owner", text, ""),
    }


def _read_common(entry: Section, known: Known, *, with_examples: bool) -> dict[str, Any]:
    return {
        "services": entry.get("services", list_of(one_of(known.services, "service")), ()),
        "related": entry.get("related", list_of(one_of(known.topics, "topic")), ()),
        "links": entry.get("links", list_of(_link), ()),
        "texts": _texts(entry, known, with_examples=with_examples),
        **provenance(entry),
    }


def _link(file: SourceFile, node: Node) -> Link | None:
    link = section(file, node, ("name", "url"))
    return Link(link.get("name", text, ""), link.get("url", url, "")) if link else None


def _source(file: SourceFile, node: Node) -> Source | None:
    source = section(file, node, ("name",), ("url", "date"))
    if source is None:
        return None
    when = pattern(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", "a year, a month or a day such as 2025-04")
    return Source(
        source.get("name", text, ""),
        source.get("url", nullable(url), ""),
        source.get("date", nullable(when), ""),
    )


def _written(entry: Section, remedies: Mapping[str, str]) -> Section:
    """Report what a new entry still leaves open, and return the section without it."""
    for key, remedy in remedies.items():
        if key in entry.values and is_null(entry.values[key]):
            entry.file.report(entry.values[key], f"the {key} is still open", remedy)
    values = {key: node for key, node in entry.values.items() if key not in remedies or not is_null(node)}
    return Section(entry.file, entry.node, values)


def _texts(entry: Section, known: Known, *, with_examples: bool) -> Mapping[str, FaqText]:
    root = entry.values.get("texts")
    others = [code for code in known.languages if code != SOURCE_LANGUAGE]
    texts = section(entry.file, root, (SOURCE_LANGUAGE,), others) if root else None
    found: dict[str, FaqText] = {}
    if texts is None:
        return found
    german = texts.values.get(SOURCE_LANGUAGE)
    stamp = ""
    for language in sorted(texts.values, key=lambda code: code != SOURCE_LANGUAGE):
        if _is_open(entry.file, texts.values[language], language, required=language in known.required):
            continue
        parsed = _text_in(entry.file, texts.values[language], language, stamp, with_examples=with_examples)
        if parsed is None:
            continue
        found[language] = parsed
        if texts.values[language] is german:
            stamp = made_from(parsed.title, parsed.answer)
    return MappingProxyType(found)


def _is_open(file: SourceFile, node: Node, language: str, *, required: bool) -> bool:
    """Say whether parts of a text are not written yet; it is reported unless the whole text may wait."""
    parts = {key.value: value for key, value in pairs(node) if key.value in _PARTS}
    missing = [name for name, value in parts.items() if is_null(value) or value.value in ("", [])]
    if missing and (required or language == SOURCE_LANGUAGE or len(missing) < len(parts)):
        names = " and ".join(name for name in (", ".join(missing[:-1]), missing[-1]) if name)
        problem = f"{names} in {language} {'is' if missing in (['title'], ['answer']) else 'are'} still open"
        remedy = "Write it" if language == SOURCE_LANGUAGE else "Translate it from the German text"
        file.report(parts[missing[0]], problem, remedy)
    return bool(missing)


def _text_in(file: SourceFile, node: Node, language: str, stamp: str, *, with_examples: bool) -> FaqText | None:
    translated = ("made_from",) if language != SOURCE_LANGUAGE else ()
    examples = ("examples",) if with_examples else ()
    part = section(file, node, ("title", "answer", *examples), ("review", *translated))
    if part is None:
        return None
    result = FaqText(
        language,
        title=part.get("title", _title, ""),
        answer=part.get("answer", _answer, ""),
        review=part.get("review", nullable(day), None),
        outdated=bool(translated) and is_outdated(part, language, stamp, _stem(part)),
        examples=part.get("examples", list_of(text), ()),
    )
    _remember(part, language)
    return result


def _title(file: SourceFile, node: Node) -> str | None:
    value = text(file, node)
    if value and len(value) > LONGEST_TITLE:
        problem, remedy = f"this title has {len(value)} characters", f"Shorten it to {LONGEST_TITLE}"
        file.report(node, problem, remedy, "error" if len(value) > _MOST_TITLE else "warning")
    if value and "\n" in value:
        file.report(node, "this title has several lines", "Write it on one line")
    return value


def _answer(file: SourceFile, node: Node) -> str | None:
    value = text(file, node)
    words = len(value.split()) if value else 0
    if words > MOST_WORDS:
        file.report(node, f"this answer has {words} words", f"Shorten it to {MOST_WORDS}")
    return value


def is_outdated(part: Section, language: str, stamp: str, name: str) -> bool:
    """Say whether the German text has changed since this translation was made; it is reported, as is a missing stamp.

    Args:
        part: the text, which may have ``made_from``.
        language: the code of its language.
        stamp: that of the present German text; ``""`` where there is none.
        name: how the entry is named to ``lotse translated``.
    """
    remedy = f'Compare the two, then run "lotse translated {name} {language}"'
    remedy += f" or write made_from: {stamp}" if stamp else ""
    node = part.values.get("made_from")
    if node is None or is_null(node):
        part.file.report(node or part.node, f'"made_from" is missing ({language})', remedy)
        return False
    written = part.get("made_from", pattern(r"[0-9a-f]{12}", "a stamp of 12 digits and letters a-f"), "")
    if not written or not stamp or written == stamp:
        return bool(stamp) and written != stamp
    part.file.report(
        part.values["made_from"],
        f"the German text has changed since this translation ({language}) was made",
        remedy,
        "warning",
    )
    return True


def _stem(part: Section) -> str:
    return part.file.path.rpartition("/")[2].removesuffix(".yaml")


def _remember(part: Section, language: str) -> None:
    nodes = [(key, part.values[key]) for key in ("title", "answer") if key in part.values]
    nodes += [("example", node) for node in items(part.values.get("examples"))]
    part.file.texts.extend(
        WrittenText(part.file.path, line_of(node), language, key, key, str(node.value).strip()) for key, node in nodes
    )
