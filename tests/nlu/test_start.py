"""The real Rasa, trained on the project's files and started by its start script."""

import ipaddress
import json
from collections.abc import Mapping
from typing import Any

import httpx
import psutil
import pytest

from bot import settings
from bot.content import load_or_last_good
from bot.content.vocabulary import INTENTS
from bot.understanding.rasa import RasaServer
from tests.processes import lotse
from tests.rasa_server import RasaProcess

pytestmark = pytest.mark.rasa

_SAID = "Ich brauche ein Konto bei der Sparkasse Xylophonstadt"


async def test_the_model_knows_every_topic_of_the_content(real_rasa: RasaProcess) -> None:
    """They come from the editors' files, by the export."""
    known = settings.load()
    topics = load_or_last_good(known.content, known.var / "content").catalogue.faq
    found = await RasaServer(real_rasa.url, real_rasa.token).domain()
    assert found >= {*INTENTS, *(f"faq/{topic}" for topic in topics)}


def test_nobody_is_answered_without_the_token(real_rasa: RasaProcess) -> None:
    """Neither questions, nor what could exchange the model."""
    assert real_rasa.parse(_SAID, token=False).status_code == httpx.codes.UNAUTHORIZED
    for path in ("/status", "/domain"):
        assert real_rasa.get(path, token=False).status_code == httpx.codes.UNAUTHORIZED
    for method, path in (("PUT", "/model"), ("DELETE", "/model"), ("POST", "/model/train")):
        answer = httpx.request(method, real_rasa.url + path, content=b"{}", timeout=60)
        assert answer.status_code == httpx.codes.UNAUTHORIZED, (method, path)
    assert real_rasa.parse(_SAID).status_code == httpx.codes.OK


def test_only_this_machine_can_reach_it(real_rasa: RasaProcess) -> None:
    """No listener stands on an address of the network, and the token on no command line."""
    listening = [
        each.laddr.ip
        for process in real_rasa.family()
        for each in process.net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert all(ipaddress.ip_address(address).is_loopback for address in listening)
    assert all(real_rasa.token not in " ".join(process.cmdline()) for process in real_rasa.family())


def test_what_people_write_reaches_no_log(real_rasa: RasaProcess) -> None:
    """Neither does the token."""
    assert real_rasa.parse(_SAID).status_code == httpx.codes.OK
    assert real_rasa.parse(_SAID, token=False).status_code == httpx.codes.UNAUTHORIZED
    assert "Xylophonstadt" not in real_rasa.log()
    assert real_rasa.token not in real_rasa.log()


@pytest.mark.parametrize("text", ["", " ", "🙂", "።", "/", "😀" * 4096, "\0", "x" * 4096])
def test_odd_texts_are_answered(real_rasa: RasaProcess, text: str) -> None:
    """Whatever people send, Rasa makes something of it."""
    answer = real_rasa.parse(text)
    assert answer.status_code == httpx.codes.OK
    assert answer.json()["intent_ranking"]


def test_synonyms_and_tables_feed_its_own_extractors(real_rasa: RasaProcess) -> None:
    """In every script; the values are the canonical ones."""
    for text, expected in (
        ("b2 kurs abends in bad canstatt", {"time_of_day/evening", "district/bad-cannstatt"}),
        ("ابحث عن دورة في فايهنغن مساء", {"time_of_day/evening", "district/vaihingen"}),
    ):
        values = {entity["value"] for entity in real_rasa.parse(text).json()["entities"]}
        assert expected <= values, text


@pytest.mark.timeout(1200)
def test_it_understands_nearly_as_well_as_the_embedded_interpreter(real_rasa: RasaProcess) -> None:
    """The aims of understanding hold for Rasa within two points, each language included, on utterances never seen."""
    given = {"LOTSE_RASA_URL": real_rasa.url}
    files = sorted(str(path) for path in (settings.ROOT / "tests" / "utterances").glob("*.jsonl"))
    done = lotse("evaluate", "--engine", "rasa", "--json", *files, environment=given)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    overall = report["overall"]
    least = {"top1": 0.88, "top3": 0.95, "sure_right": 0.95, "sure_covers": 0.73, "language": 0.88}
    assert {name: overall[name]["value"] for name, aim in least.items() if overall[name]["value"] < aim} == {}
    assert overall["out_sure"]["value"] <= 0.05
    assert overall["entities_find"]["f1"] >= 0.88
    assert _below(report["languages"], "top1", 0.80) == {}
    assert _below(report["languages"], "top3", 0.91) == {}


def _below(languages: Mapping[str, Any], figure: str, aim: float) -> dict[str, float]:
    return {name: each[figure]["value"] for name, each in languages.items() if each[figure]["value"] < aim}
