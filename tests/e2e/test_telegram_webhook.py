"""Telegram's webhook: who may send what, and when it is acknowledged."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import bootstrap
from bot.dialogues import small_talk
from bot.server import WEBHOOK_LIMIT
from tests.e2e.conftest import telegram_environment
from tests.e2e.town import PATIENCE, Town, eventually
from tests.fakes.telegram import SimClient
from tests.processes import LotseProcess

SECRET = "a-secret-that-nobody-can-guess"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(scope="module")
def hooked(mind: bootstrap.Mind, ids: Iterator[int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Lotse with a webhook, to which the stand-in delivers."""
    folder = tmp_path_factory.mktemp("hooked")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with SimClient.launch() as sim:
        environment = {
            **telegram_environment(sim, folder),
            "LOTSE_TELEGRAM_MODE": "webhook",
            "LOTSE_WEBHOOK_SECRET": SECRET,
            "LOTSE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "LOTSE_PORT": str(port),
        }
        with LotseProcess(environment) as process:
            process.wait_until_ready()
            yield Town(sim, process, environment, catalogue=mind.catalogue, ids=ids, folder=folder)


def post(town: Town, body: Any, secret: str | None = SECRET) -> httpx.Response:
    """What Telegram would send: a JSON value, or bytes as they stand."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else {HEADER: secret}
    return httpx.post(f"{town.process.url}/telegram", content=content, headers=headers, timeout=PATIENCE)


def test_the_web_chat_goes_on_while_telegram_refuses_the_webhook(
    sim: SimClient, mind: bootstrap.Mind, tmp_path: Path
) -> None:
    """One line says what to look at; /readyz says that Telegram is not connected."""
    assert mind.catalogue
    sim.inject_fault("bad_request", method="setWebhook")
    environment = {
        **telegram_environment(sim, tmp_path),
        "LOTSE_TELEGRAM_MODE": "webhook",
        "LOTSE_WEBHOOK_SECRET": SECRET,
        "LOTSE_PUBLIC_URL": "https://lotse.example",
        "LOTSE_DEMO": "no",
    }
    with LotseProcess(environment) as process:
        eventually(lambda: "Check LOTSE_PUBLIC_URL" in process.log())
        assert httpx.get(process.url, timeout=PATIENCE).status_code == 200
        assert httpx.get(f"{process.url}/readyz", timeout=PATIENCE).json()["telegram"] == "not connected"
        assert "Traceback" not in process.log()


def test_people_are_answered_through_the_webhook(hooked: Town) -> None:
    """Texts and taps arrive, without polling."""
    person = hooked.person("de")
    assert person.says("guten tag")[0].text == small_talk.greet(person.t).text
    assert person.taps("settings")[0].text
    assert hooked.sim.calls("getUpdates") == []


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "ü"])
def test_a_wrong_or_missing_secret_is_refused(hooked: Town, secret: str | None) -> None:
    """403, and nobody is answered."""
    person = hooked.person("de")
    headers = {} if secret is None else {HEADER.encode(): secret.encode()}
    body = json.dumps({"update_id": 500_000_001, **person.update(text="guten tag")})
    answer = httpx.post(f"{hooked.process.url}/telegram", content=body, headers=headers, timeout=PATIENCE)
    assert answer.status_code == 403
    person.says("vielen dank")
    assert person.received() == 1


def test_a_repeated_update_is_answered_once(hooked: Town) -> None:
    """Telegram repeats what it believes lost."""
    person = hooked.person("de")
    update = {"update_id": 500_000_002, **person.update(text="guten tag")}
    assert [post(hooked, update).status_code for _ in range(3)] == [200, 200, 200]
    person.new_messages(0, 1)
    person.says("vielen dank")
    assert person.received() == 2


def test_nothing_is_acknowledged_before_it_is_stored(hooked: Town) -> None:
    """While the database cannot be written to there is no 200; afterwards the repeat is answered once."""
    person = hooked.person("de")
    update = {"update_id": 500_000_003, **person.update(text="guten tag")}
    with closing(sqlite3.connect(hooked.folder / "lotse.db", PATIENCE, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(httpx.TimeoutException):
            httpx.post(f"{hooked.process.url}/telegram", json=update, headers={HEADER: SECRET}, timeout=1.0)
        connection.execute("ROLLBACK")
    assert post(hooked, update).status_code == 200
    person.new_messages(0, 1)
    person.says("vielen dank")
    assert person.received() == 2


def test_a_body_over_the_limit_is_refused(hooked: Town) -> None:
    """413, and the process lives."""
    assert post(hooked, b"x" * (WEBHOOK_LIMIT + 1)).status_code == 413
    assert post(hooked, b"x" * WEBHOOK_LIMIT).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b'{"update_id": "\xff"}',
        b"[" * 100_000,
        b"9" * 10_000,
        b"[]",
        b"null",
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b'{"update_id": 1e9}',
        b'{"update_id": -1}',
        b'{"update_id": 99999999999999999999999}',
        b'{"update_id": 500000100, "message": "x"}',
        b'{"update_id": 500000101, "message": {"text": "hallo"}}',
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_is_no_update_is_refused(hooked: Town, body: bytes) -> None:
    """400 with a reason that does not quote the body."""
    answer = post(hooked, body)
    assert answer.status_code == 400
    assert "hallo" not in answer.text


@pytest.mark.parametrize("content", [{"text": 5}, {"text": "a\ud800b"}, {"text": "a\u0000b"}])
def test_odd_texts_do_not_block_the_webhook(hooked: Town, content: dict[str, Any]) -> None:
    """Telegram would send them again for ever."""
    person = hooked.person("de")
    assert post(hooked, {"update_id": 500_000_200 + person.id % 1000, **person.update(**content)}).status_code == 200
    person.says("/privacy")


def test_only_post_is_taken(hooked: Town) -> None:
    """GET and PUT are answered with 405."""
    for method in ("GET", "PUT", "DELETE"):
        assert httpx.request(method, f"{hooked.process.url}/telegram", timeout=PATIENCE).status_code == 405


def test_without_a_webhook_there_is_no_door(town: Town) -> None:
    """Polling needs none."""
    answer = httpx.post(f"{town.process.url}/telegram", json={"update_id": 1}, timeout=PATIENCE)
    assert answer.status_code in {404, 405}


def test_the_log_has_neither_secret_nor_token_nor_words(hooked: Town) -> None:
    """Not after all of the above."""
    person = hooked.person("de")
    person.says("Quittenkompott")
    eventually(lambda: hooked.sim.do("pending_updates") == 0)
    for word in (SECRET, hooked.environment["LOTSE_TELEGRAM_TOKEN"], "Quittenkompott", str(person.id), "Traceback"):
        assert word not in hooked.process.log()
