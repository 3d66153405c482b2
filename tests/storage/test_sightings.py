"""Sightings of offers: what is new, and where a place has become free."""

import asyncio

import pytest

from bot.storage import sightings
from bot.storage.models import SightingRow
from bot.storage.sightings import Sighting
from tests.storage.parts import Parts, open_parts

LONG = 10_000.0


async def recent(parts: Parts, until: float = LONG) -> dict[str, Sighting]:
    """All that was noted since the beginning."""
    return await sightings.recent(parts.database, 1.0, until)


async def test_what_is_there_first_is_known_already(parts: Parts) -> None:
    """Only what comes later is new."""
    await sightings.note(parts.database, {"a/1": False, "a/2": True}, 100.0)
    assert await recent(parts) == {}
    await sightings.note(parts.database, {"a/1": False, "a/2": True, "a/3": False}, 200.0)
    assert await recent(parts) == {"a/3": Sighting(200.0, 0.0)}


async def test_a_place_becomes_free_when_an_offer_was_full(parts: Parts) -> None:
    """Each time anew; an offer that was never full has none that becomes free."""
    await sightings.note(parts.database, {"a/1": True, "a/2": False}, 100.0)
    await sightings.note(parts.database, {"a/1": False, "a/2": False}, 200.0)
    assert await recent(parts) == {"a/1": Sighting(0.0, 200.0)}
    await sightings.note(parts.database, {"a/1": True, "a/2": False}, 300.0)
    await sightings.note(parts.database, {"a/1": False, "a/2": False}, 400.0)
    assert await recent(parts) == {"a/1": Sighting(0.0, 400.0)}


async def test_an_offer_that_comes_back_is_not_new(parts: Parts) -> None:
    """Perhaps a file was broken for a while."""
    await sightings.note(parts.database, {"a/1": False, "a/2": False}, 100.0)
    await sightings.note(parts.database, {"a/1": False}, 200.0)
    await sightings.note(parts.database, {"a/1": False, "a/2": False}, 300.0)
    assert await recent(parts) == {}


async def test_moments_grow_although_the_clock_does_not(parts: Parts) -> None:
    """Who was told everything up to the first change has not been told of the second one."""
    await sightings.note(parts.database, {"a/1": False}, 100.0)
    for number in range(2, 5):
        await sightings.note(parts.database, {f"a/{each}": False for each in range(1, number + 1)}, 50.0 + number)
    moments = [sighting.first_seen for _, sighting in sorted((await recent(parts)).items())]
    assert moments == sorted(set(moments))


async def test_what_is_younger_is_left_for_later(parts: Parts) -> None:
    """Also where the same offer has an older moment that counts."""
    await sightings.note(parts.database, {"a/1": True}, 100.0)
    await sightings.note(parts.database, {"a/1": True, "a/2": True}, 200.0)
    await sightings.note(parts.database, {"a/1": True, "a/2": False}, 300.0)
    assert await recent(parts, 250.0) == {"a/2": Sighting(200.0, 0.0)}
    assert await recent(parts, 150.0) == {}


async def test_many_offers_are_noted_at_once(parts: Parts) -> None:
    """More than one statement holds."""
    many = {f"a/{number}": number % 2 == 0 for number in range(2500)}
    await sightings.note(parts.database, many, 100.0)
    await sightings.note(parts.database, dict.fromkeys(many, False), 200.0)
    assert (len(await parts.rows(SightingRow)), len(await recent(parts))) == (2500, 1250)


async def test_two_processes_note_each_change_once(parts: Parts, database_url: str) -> None:
    """On PostgreSQL they read the same content at the same time."""
    if parts.database.is_sqlite:
        pytest.skip("SQLite serves one process")
    async with open_parts(database_url) as second:
        for offers in ({"a/1": True}, {"a/1": False, "a/2": False}):
            await asyncio.gather(
                *(sightings.note(each.database, offers, 100.0) for each in (parts, second, parts, second))
            )
    assert await recent(parts) == {"a/1": Sighting(0.0, 100.0), "a/2": Sighting(100.0, 0.0)}
