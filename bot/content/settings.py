"""The single files of content/: languages.yaml, groups.yaml and handover.yaml."""

import re
from collections.abc import Collection

from yaml import Node

from bot.content.fields import (
    IDENTIFIER,
    by_language,
    day,
    nullable,
    opening_hours,
    section,
    text,
    whole_number,
    yes_or_no,
)
from bot.content.model import LEAST_EXAMPLES, SOURCE_LANGUAGE, Group, HandoverSettings, Language
from bot.content.source_file import SourceFile, pairs

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_languages(file: SourceFile, root: Node) -> dict[str, Language]:
    """Return the languages in the order of the file."""
    languages: dict[str, Language] = {}
    for key, node in pairs(root):
        if not _LANGUAGE_TAG.fullmatch(key.value):
            file.report(key, f'"{key.value}" is not a language tag', "Write one such as de, kmr or pt-BR")
            continue
        entry = section(file, node, ("name",), ("rtl", "required", "examples"))
        if entry:
            languages[key.value] = Language(
                key.value,
                entry.get("name", text, ""),
                rtl=entry.get("rtl", yes_or_no, False),
                required=key.value == SOURCE_LANGUAGE or entry.get("required", yes_or_no, False),
                examples=entry.get("examples", whole_number(1, 100), LEAST_EXAMPLES),
            )
    if SOURCE_LANGUAGE not in languages:
        file.report(root, "German (de) is missing", "Add it: every other text is made from the German one")
    return languages


def read_groups(file: SourceFile, root: Node, languages: Collection[str]) -> dict[str, Group]:
    """Return the groups of FAQ topics in the order of the file."""
    groups: dict[str, Group] = {}
    names = by_language(languages, "name", "name")
    for key, node in pairs(root):
        if not IDENTIFIER.fullmatch(key.value):
            file.report(key, f'"{key.value}" is not an id', "Use small letters, digits and hyphens")
            continue
        entry = section(file, node, ("emoji", "name"))
        if entry:
            groups[key.value] = Group(key.value, entry.get("emoji", text, ""), entry.get("name", names, {}))
    return groups


def read_handover(file: SourceFile, root: Node) -> HandoverSettings | None:
    """Return what is promised about the people behind Lotse, or None where an error was reported."""
    entry = section(file, root, ("office_hours", "reply_within_working_days", "verified"))
    if entry is None:
        return None
    hours = entry.get("office_hours", opening_hours, "")
    days = entry.get("reply_within_working_days", whole_number(0, 30), 0)
    verified = entry.get("verified", nullable(day), None)
    return None if file.broken else HandoverSettings(hours, days, verified)
