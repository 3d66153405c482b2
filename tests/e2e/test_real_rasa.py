"""A talk that passes through the real Rasa; it is killed, and the talk goes on."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot import bootstrap
from tests.e2e.conftest import telegram_environment
from tests.e2e.test_telegram_talk import choose
from tests.e2e.town import PATIENCE, Town, eventually, plain
from tests.fakes.telegram import SimClient
from tests.processes import LotseProcess, lotse
from tests.rasa_server import RasaProcess, free_port, train

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]


@pytest.fixture
def rasa() -> Iterator[RasaProcess]:
    """A Rasa of one's own, which may be killed."""
    train()
    process = RasaProcess(free_port()).start()
    yield process
    process.kill()


@pytest.fixture
def town(sim: SimClient, mind: bootstrap.Mind, rasa: RasaProcess, tmp_path: Path) -> Iterator[Town]:
    """People who write to a Lotse that asks Rasa, whose bands are measured."""
    given = {**telegram_environment(sim, tmp_path), "LOTSE_RASA_URL": rasa.url}
    assert lotse("calibrate", environment=given).returncode == 0
    process = LotseProcess(given)
    town = Town(sim, process, given, catalogue=mind.catalogue, ids=iter([510_778_001, 510_778_002]), folder=tmp_path)
    town.start()
    yield town
    process.stop()


def test_the_talk_passes_through_rasa_and_survives_it(town: Town, rasa: RasaProcess) -> None:
    """In two languages; then Rasa is killed, and the next question has its answer all the same."""
    url = town.process.url
    eventually(lambda: httpx.get(f"{url}/readyz", timeout=PATIENCE).json()["interpreter"] == "ok (rasa)")
    titles = town.catalogue.faq["bank-account"].texts
    for language, text in (("de", "ich möchte ein konto bei der bank eröffnen"), ("ar", "كيف افتح حساب في البنك")):
        person = town.person(language)
        choose(person, language)
        assert titles[language].title in plain(person.says(text)[0])
    assert "lotse_interpreter_fallback_total" in httpx.get(f"{url}/metrics", timeout=PATIENCE).text
    assert httpx.get(f"{url}/readyz", timeout=PATIENCE).json()["interpreter"] == "ok (rasa)"
    rasa.kill()
    assert titles["ar"].title in plain(person.says("بدي افتح حساب بنكي جديد")[0])
    assert httpx.get(f"{url}/readyz", timeout=PATIENCE).json()["interpreter"].startswith("embedded (rasa: ")
