"""A running Lotse for many tests; each test brings a person of its own."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import bootstrap, settings
from bot.offers.stock import Stock
from tests.e2e.town import Town
from tests.fakes.telegram import SimClient
from tests.fakes.telegram.world import DEFAULT_TOKEN
from tests.processes import LotseProcess


@pytest.fixture(scope="session")
def ids() -> Iterator[int]:
    """Numbers for people, never the same twice."""
    return itertools.count(510_200_301)


@pytest.fixture(scope="session")
def town(mind: bootstrap.Mind, ids: Iterator[int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Lotse polling the stand-in, one for all tests; ``mind`` has prepared the understanding by then."""
    folder = tmp_path_factory.mktemp("town")
    with SimClient.launch() as sim:
        environment = telegram_environment(sim, folder)
        with LotseProcess(environment) as process:
            process.wait_until_ready()
            yield Town(sim, process, environment, catalogue=mind.catalogue, ids=ids, folder=folder)


@pytest.fixture(scope="session")
def stock(mind: bootstrap.Mind) -> Stock:
    """The offers of the sample, which the running Lotse shows."""
    return mind.shelf.stock


@pytest.fixture
def sim() -> Iterator[SimClient]:
    """A stand-in that only this test uses."""
    with SimClient.launch() as client:
        yield client


@pytest.fixture
def own_town(sim: SimClient, mind: bootstrap.Mind, ids: Iterator[int], tmp_path: Path) -> Iterator[Town]:
    """A stand-in and a Lotse that only this test uses; the test starts Lotse itself."""
    environment = telegram_environment(sim, tmp_path)
    process = LotseProcess(environment)
    yield Town(sim, process, environment, catalogue=mind.catalogue, ids=ids, folder=tmp_path)
    process.stop()


def telegram_environment(sim: SimClient, folder: Path) -> dict[str, str]:
    """What Lotse needs to poll the stand-in with an empty database in ``folder``."""
    return {
        "LOTSE_TELEGRAM_TOKEN": DEFAULT_TOKEN,
        "LOTSE_TELEGRAM_API_URL": sim.url,
        "LOTSE_DATABASE_URL": f"sqlite:///{folder}/lotse.db",
        "LOTSE_SECRET_KEY": settings.new_key("test"),
        # A key speaks of a deployment; the people here look among the offers of the sample.
        "LOTSE_DEMO": "yes",
    }
