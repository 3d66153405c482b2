"""Wishes for courses and sport are understood as they were meant, in twelve languages."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Mind

WISHES = Path(__file__).parents[1] / "wishes"
LANGUAGES = ("ar", "de", "en", "fa", "fr", "kmr", "ps", "ru", "so", "ti", "tr", "uk")
_LINES = 14  # a language
_WHOLE = 12  # of them
_ALL_WHOLE = 0.93  # of the lines of all languages
_ALL_MEANT = 0.93  # of them, how many are taken for a search of the right kind
_NO_WISHES = frozenset({"date", "office"})  # of an offer, which recurs


@pytest.fixture(scope="module")
def lines() -> dict[str, list[dict[str, Any]]]:
    """The utterances of each language, with the wishes that a person read in them."""
    return {
        language: [json.loads(line) for line in (WISHES / f"{language}.jsonl").read_text("utf-8").splitlines()]
        for language in LANGUAGES
    }


async def _is_whole(mind: Mind, line: dict[str, Any]) -> bool:
    """Say whether all wishes are found, and nothing else."""
    understood = await mind.interpreter.understand(line["text"], None)
    found = {entity: set(values) for entity, values in understood.entities.items() if entity not in _NO_WISHES}
    wanted = {
        entity: {"yes"} if values is True else {str(value) for value in values}
        for entity, values in line["wishes"].items()
    }
    if line.get("audience_any"):
        found.pop("audience", None)
        wanted.pop("audience", None)
    return found == wanted


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_language_has_its_wishes_understood(
    mind: Mind, lines: dict[str, list[dict[str, Any]]], language: str
) -> None:
    """At least 12 of 14 messages are understood whole: each wish, and no wish that nobody has."""
    missed = [line["text"] for line in lines[language] if not await _is_whole(mind, line)]
    assert len(lines[language]) == _LINES
    assert len(missed) <= _LINES - _WHOLE, missed


async def test_wishes_are_understood_over_all(mind: Mind, lines: dict[str, list[dict[str, Any]]]) -> None:
    """At least 93 of 100 messages are understood whole."""
    every = [line for each in lines.values() for line in each]
    whole = [await _is_whole(mind, line) for line in every]
    assert sum(whole) >= _ALL_WHOLE * len(every)


async def test_who_names_wishes_is_taken_to_a_search(mind: Mind, lines: dict[str, list[dict[str, Any]]]) -> None:
    """At least 93 of 100 messages are taken for a search for a course or for sport, whichever it is."""
    every = [line for each in lines.values() for line in each]
    meant = [(await mind.interpreter.understand(line["text"], None)).intent == f"find_{line['kind']}" for line in every]
    assert sum(meant) >= _ALL_MEANT * len(every)
