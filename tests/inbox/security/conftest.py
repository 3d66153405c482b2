"""What those who attack the pages need."""

from collections.abc import AsyncIterator

import pytest

from tests.inbox.security.mounting import Mounted
from tests.inbox.security.walk import Scene


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Mounted]:
    """The real application with everything switched on, on both engines."""
    opened = await Mounted.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def scene(work: Mounted) -> Scene:
    """A case with a secret in it."""
    return await Scene.open(work)
