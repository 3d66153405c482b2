"""The teams of staff: the schema of content/queues.yaml."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, get_args

from yaml import Node

from bot.content.fields import (
    IDENTIFIER,
    by_language,
    list_of,
    one_of,
    opening_hours,
    section,
    text,
    whole_number,
    yes_or_no,
)
from bot.content.model import SOURCE_LANGUAGE, HandoverSettings, Queue
from bot.content.source_file import SourceFile, pairs
from bot.content.vocabulary import DISTRICTS
from bot.conversation import Reason

DEFAULT: Final = "default"
NAMED: Final = (DEFAULT, "sport-mentors", "volunteers")
"""The queues that Lotse itself names, so that a file must have them."""

STAFF_LANGUAGES: Final = (SOURCE_LANGUAGE, "en")
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

_REQUIRED = ("name", "office_hours", "first_reply_minutes")
_RULES = ("districts", "languages", "themes", "shelters")
_MOST_MINUTES = 10_000
_WORKING_DAY_MINUTES = 480
_SAME_DAY_MINUTES = 240


def read_queues(file: SourceFile, root: Node, languages: Collection[str], groups: Collection[str]) -> dict[str, Queue]:
    """Return the queues in the order in which their rules are tried, without those that have an error."""
    entries = section(file, root, ("queues",))
    queues: dict[str, Queue] = {}
    node = entries.values.get("queues") if entries else None
    if node is None:
        return queues
    found = pairs(node)
    for key, value in found:
        if not IDENTIFIER.fullmatch(key.value):
            file.report(key, f'"{key.value}" is not an id', "Use small letters, digits and hyphens")
        elif (queue := _queue(file, value, key.value, languages, groups)) is not None:
            queues[key.value] = queue
    for name in NAMED:
        if name not in {key.value for key, _ in found}:
            file.report(node, f'the queue "{name}" is missing', "Add it: Lotse gives cases to it")
    return queues


def with_default(queues: Mapping[str, Queue], handover: HandoverSettings | None) -> Mapping[str, Queue]:
    """Return the queues with ``default`` as the last one, made from what is promised where no file has it.

    Where nothing is promised anywhere, neither hours nor minutes are.
    """
    usual = Queue(DEFAULT, MappingProxyType({"de": "Alle übrigen", "en": "All others"}), lead=True)
    if handover:
        minutes = handover.reply_within_working_days * _WORKING_DAY_MINUTES or _SAME_DAY_MINUTES
        usual = replace(usual, office_hours=handover.office_hours, first_reply_minutes=minutes)
    others = {name: queue for name, queue in queues.items() if name != DEFAULT}
    return MappingProxyType({**others, DEFAULT: queues.get(DEFAULT, usual)})


def _queue(
    file: SourceFile, node: Node, name: str, languages: Collection[str], groups: Collection[str]
) -> Queue | None:
    before = len(file.problems)
    entry = section(file, node, _REQUIRED, (*_RULES, "lead"))
    if entry is None:
        return None
    names: Mapping[str, str] = {}
    queue = Queue(
        name,
        entry.get("name", by_language(STAFF_LANGUAGES, "name", "name"), names),
        districts=entry.get("districts", list_of(one_of(DISTRICTS, "district")), ()),
        languages=entry.get("languages", list_of(one_of(languages, "language")), ()),
        themes=entry.get("themes", list_of(one_of((*groups, *REASONS), "group of topics or reason")), ()),
        shelters=entry.get("shelters", list_of(text), ()),
        office_hours=entry.get("office_hours", opening_hours, ""),
        first_reply_minutes=entry.get("first_reply_minutes", whole_number(1, _MOST_MINUTES), 0),
        lead=entry.get("lead", yes_or_no, False),
    )
    rules = [key for key in _RULES if key in entry.values]
    if name == DEFAULT and rules:
        problem = f"{', '.join(rules)} of the default queue change nothing"
        file.report(entry.values[rules[0]], problem, "Remove them: it gets every case that no other queue takes")
    return None if any(each.severity == "error" for each in file.problems[before:]) else queue
