"""What many tests need: the prepared understanding, and databases of both engines."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import bootstrap, settings
from bot.progress import ProgressBar
from tests.postgresql import PostgreSQL, find_server
from tests.rasa_server import RasaProcess, free_port, train


@pytest.fixture(scope="session")
def mind() -> bootstrap.Mind:
    """The repository's own content and understanding; prepared once, cached in ``var/`` as in ``lotse run``."""
    return bootstrap.think(settings.load({}), ProgressBar("Preparing the understanding"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL server of our own; skipped where none is installed, except in CI."""
    found = find_server()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs PostgreSQL: install Debian's package postgresql")
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    server = PostgreSQL(found)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: every test that takes it runs on both engines."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/lotse.db"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    with server.database(migrated=True) as url:
        yield url


@pytest.fixture
def test_settings(database_url: str) -> settings.Settings:
    """Settings on an empty database, with a key of their own."""
    return settings.load({"LOTSE_DATABASE_URL": database_url, "LOTSE_SECRET_KEY": settings.new_key("test")})


@pytest.fixture
async def house(test_settings: settings.Settings, mind: bootstrap.Mind) -> AsyncIterator[bootstrap.House]:
    """Everything but channels, on an empty database."""
    async with bootstrap.open_house(test_settings, mind) as opened:
        yield opened


@pytest.fixture(scope="session")
def real_rasa() -> Iterator[RasaProcess]:
    """The real Rasa with a model of the present content; training from nothing takes minutes."""
    train()
    process = RasaProcess(free_port()).start()
    yield process
    process.kill()
