"""When each offer of the city's content was first seen, and when a place in a full one became free.

Moments grow with every change that is noted, also across processes: who has been told up to a moment has missed nothing
that was noted before it.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.models import SightingRow

# Any fixed number: it keeps two processes from noting changes in the same PostgreSQL database at once.
_LOCK = 7_015_2
_ROWS = 2000
_AT_ONCE = 500
_LEAST_STEP = 0.001


@dataclass(frozen=True, slots=True)
class Sighting:
    """Since when an offer is known, and when a place was last seen to become free; 0 is long ago, or never."""

    first_seen: float
    place_at: float


@dataclass(frozen=True, slots=True)
class _Changes:
    new: Sequence[str]
    freed: Sequence[str]
    filled: Sequence[str]


async def note(database: Database, full: Mapping[str, bool], now: float) -> None:
    """Note the offers of this moment: their ids, and whether they are full.

    The first offers ever are known already and news to nobody. Offers that are gone stay noted: should they come
    back, perhaps because a broken file was mended, they are no news.
    """
    async with database.read() as connection:
        changes = _changes(await _known(connection), full)
    if not (changes.new or changes.freed or changes.filled):
        return
    async with database.write() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        # Another process may have been quicker.
        known = await _known(connection)
        await _write(connection, _changes(known, full), full, await _moment(connection, now), first=not known)


async def recent(database: Database, after: float, until: float) -> dict[str, Sighting]:
    """What was noted in this time: offers that were new, or in which a place became free."""
    moments = (SightingRow.first_seen, SightingRow.place_at)
    first, place = (column.between(after, until) for column in moments)
    query = select(SightingRow.offer_id, *moments).where(first | place)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return {row.offer_id: Sighting(_until(row.first_seen, until), _until(row.place_at, until)) for row in rows}


def _until(moment: float | None, until: float) -> float:
    return moment if moment is not None and moment <= until else 0.0


def _changes(known: Mapping[str, bool], full: Mapping[str, bool]) -> _Changes:
    return _Changes(
        new=[offer for offer in full if offer not in known],
        freed=[offer for offer, is_full in full.items() if not is_full and known.get(offer) is True],
        filled=[offer for offer, is_full in full.items() if is_full and known.get(offer) is False],
    )


async def _known(connection: AsyncConnection) -> dict[str, bool]:
    """All noted offers and whether they were full, read in parts so that others get their turn."""
    known: dict[str, bool] = {}
    last = ""
    query = select(SightingRow.offer_id, SightingRow.full).order_by(SightingRow.offer_id).limit(_ROWS)
    while rows := (await connection.execute(query.where(SightingRow.offer_id > last))).all():
        known.update((row.offer_id, row.full) for row in rows)
        last = rows[-1].offer_id
        await asyncio.sleep(0)
    return known


async def _moment(connection: AsyncConnection, now: float) -> float:
    """The present, but after everything that was noted before, whatever the clock says."""
    newest = select(func.max(SightingRow.first_seen), func.max(SightingRow.place_at))
    noted = (await connection.execute(newest)).one()
    return max([now, *(float(moment) + _LEAST_STEP for moment in noted if moment is not None)])


async def _write(
    connection: AsyncConnection, changes: _Changes, full: Mapping[str, bool], moment: float, *, first: bool
) -> None:
    first_seen = 0.0 if first else moment
    for ids in _parts(changes.new):
        rows = [{"offer_id": offer, "first_seen": first_seen, "full": full[offer], "place_at": None} for offer in ids]
        await connection.execute(insert(SightingRow), rows)
        await asyncio.sleep(0)
    for ids in _parts(changes.freed):
        freed = update(SightingRow).where(SightingRow.offer_id.in_(ids))
        await connection.execute(freed.values(full=False, place_at=moment))
    for ids in _parts(changes.filled):
        await connection.execute(update(SightingRow).where(SightingRow.offer_id.in_(ids)).values(full=True))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
