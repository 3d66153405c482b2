"""The districts, which every index needs."""

from pathlib import Path

import pytest

from bot.offers.districts import Districts, load_districts

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture(scope="session")
def districts() -> Districts:
    """The real ones."""
    return load_districts(CONTENT)
