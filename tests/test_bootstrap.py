"""What is tied together does what the settings say."""

import asyncio
import time
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot import bootstrap
from bot.storage.models import CaseMessageRow, CaseRow
from tests.storage.desk import new_case
from tests.storage.parts import Parts

DAY = 86400.0


@pytest.mark.parametrize(("transcript_days", "left"), [(4, True), (2, False)])
async def test_talks_with_staff_stay_as_long_as_the_operator_says(
    house: bootstrap.House,
    transcript_days: int,
    left: bool,  # noqa: FBT001
) -> None:
    """A case that was closed three days ago, on both engines, and one that is open."""
    parts = Parts(house.database, house.vault, house.incoming, house.outgoing)
    number = await new_case(parts, "Ich brauche Hilfe")
    await new_case(parts, "Ich auch")
    async with house.database.write() as connection:
        closed = {"status": "resolved", "closed_at": time.time() - 3 * DAY}
        await connection.execute(update(CaseRow).where(CaseRow.id == number).values(**closed))
    told = asyncio.Event()
    settings = replace(house.settings, transcript_days=transcript_days, media_days=1)
    purging = replace(house, settings=settings, eraser=_Signal(told))  # type: ignore[arg-type]
    task = asyncio.create_task(bootstrap._forget(purging))
    await asyncio.wait_for(told.wait(), 30)
    task.cancel()
    lines = [row.case_id for row in await parts.rows(CaseMessageRow)]
    assert (number in lines) == left
    assert len(lines) == 1 + left


class _Signal:
    """Stands where the eraser is told that something was erased."""

    def __init__(self, told: asyncio.Event) -> None:
        self.soon = told.set
