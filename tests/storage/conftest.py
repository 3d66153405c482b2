"""What tests of storage need."""

from collections.abc import AsyncIterator

import pytest

from tests.storage.parts import Parts, open_parts


@pytest.fixture
async def parts(database_url: str) -> AsyncIterator[Parts]:
    """An empty database with its queues, on both engines."""
    async with open_parts(database_url) as opened:
        yield opened
