"""Hostile texts, broken files, wrong settings: a kind answer or a clear error, never a crash."""

import json
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot import bootstrap, settings
from bot.settings import ROOT
from tests.e2e.conftest import telegram_environment
from tests.e2e.town import PATIENCE, Town
from tests.fakes.telegram import SimClient
from tests.processes import LotseProcess, lotse

NASTY = {
    "emoji": "😀" * 2048,
    "flags and families": "👨‍👩‍👧‍👦🇺🇦" * 100,
    "control characters": "".join(chr(code) for code in range(1, 32)) + "x",
    "right-to-left overrides": "\u202eevas\u202c \u2066\u2069\u200f Wohnung",
    "half a surrogate pair": "Wohnung \ud800 suchen",
    "swapped surrogates": "\udc00\ud800",
    "a pair as two halves": "\ud83d\ude00",
    "NUL": "Lohnt sich \x00 blau quer hinter Dienstag?",
    "only NUL": "\x00",
    "HTML": "<script>alert(1)</script><b>Wohnung</i> &amp; &lt;",
    "Markdown": "*_`[Wohnung](tg://user?id=1)~||_*\\",
    "placeholders": "%(name)s %s {0} {name} ${x} %",
    "SQL": "'; DROP TABLE conversations; --",
    "the longest": "Wohnung " * 512,
    "without spaces": "a" * 4096,
    "stacked marks": "a" + "\u0301" * 4000,
    "only spaces": " \n\t\u200b\u2003",
    "digits": "9" * 4096,
    "mixed scripts": "мama ماما ሰላም 你好 مرحبا",
    "a line of commands": "/",
    "JSON": '{"text": "x", "language": 5}',
    "not a character": "\uffff\ufdd0\U0010ffff",
}


@pytest.fixture
def either_town(
    database_url: str, sim: SimClient, mind: bootstrap.Mind, ids: Iterator[int], tmp_path: Path
) -> Iterator[Town]:
    """A Lotse of one's own on SQLite and on PostgreSQL."""
    environment = {**telegram_environment(sim, tmp_path), "LOTSE_DATABASE_URL": database_url}
    with LotseProcess(environment) as process:
        process.wait_until_ready()
        yield Town(sim, process, environment, catalogue=mind.catalogue, ids=ids, folder=tmp_path)


def test_every_text_is_answered_on_both_databases(either_town: Town) -> None:
    """Whatever somebody writes, there is an answer, and nothing is set aside."""
    people = {}
    for name, text in NASTY.items():
        people[name] = either_town.person("de", first_name="<b>*Sami*</b>\u202e\x00")
        people[name].delivers(people[name].update(text=text), 0)
    for name, person in people.items():
        assert person.new_messages(0, 1)[0].text, name
    assert either_town.lotse("set-aside").stdout == ""
    assert "Traceback" not in either_town.process.log()
    assert "failed" not in either_town.process.log()


def test_every_text_reaches_staff_and_the_export_on_both_databases(either_town: Town) -> None:
    """While a case is open it stands in the transcript and in the person's own copy."""
    for name, text in NASTY.items():
        if text != NASTY["the longest"] and text != "/":
            person = either_town.person("de")
            person.says("/human", 2)
            person.delivers(person.update(text=text), 0)
            _, file = person.says("/export", 2)
            assert file.document is not None, name
            said = [line["author"] for line in json.loads(file.document)["cases"][0]["messages"]]
            assert said.count("contact") == 1, name
            person.taps("case:1:close")
    assert either_town.lotse("cases").returncode == 0
    assert either_town.lotse("set-aside").stdout == ""
    assert "Traceback" not in either_town.process.log()


def test_an_unknown_question_with_odd_characters_is_counted_on_both_databases(either_town: Town) -> None:
    """NUL and halves of surrogate pairs are what PostgreSQL and UTF-8 refuse."""
    person = either_town.person("de")
    for text in (NASTY["NUL"], NASTY["half a surrogate pair"] + " blau quer hinter Dienstag gelohnt"):
        reply = person.delivers(person.update(text=text))[0]
        assert reply.text
    assert either_town.lotse("questions").returncode == 0
    assert either_town.lotse("set-aside").stdout == ""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Settings without Telegram, on an SQLite database in ``folder``."""
    return {
        "LOTSE_DATABASE_URL": f"sqlite:///{folder}/lotse.db",
        "LOTSE_SECRET_KEY": settings.new_key("test"),
        "LOTSE_PORT": "0",
        **more,
    }


def refused(given: dict[str, str], *words: str, verb: str = "run") -> str:
    """The command ends with status 2 and one clear error in which these words stand."""
    done = lotse(verb, environment=given)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr
    return done.stderr


def test_content_that_does_not_parse_is_replaced_by_the_last_good(mind: bootstrap.Mind, tmp_path: Path) -> None:
    """File and line stand on standard error, /readyz says so, and Lotse works."""
    assert mind.catalogue
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    broken = content / "faq" / "bank-account.yaml"
    broken.write_text("topic: bank-account\ngroup: [money\n  oops: : :\n", encoding="utf-8")
    with LotseProcess(environment(tmp_path, LOTSE_CONTENT=str(content))) as process:
        ready = httpx.get(f"{process.url}/readyz", timeout=PATIENCE)
        assert ready.json()["content"] in {"last good content in use", "entries left out"}
        assert ready.json()["interpreter"] == "ok"
        assert ready.status_code == 200
        assert httpx.get(f"{process.url}/", timeout=PATIENCE).status_code == 200
        assert "bank-account.yaml:" in process.log()


def test_a_missing_key_is_named(tmp_path: Path, mind: bootstrap.Mind) -> None:
    """Another key than the one the database was made with; nothing is changed."""
    assert mind.catalogue
    first = environment(tmp_path)
    assert lotse("cases", environment=first).returncode == 0
    other = {**first, "LOTSE_SECRET_KEY": settings.new_key("another")}
    refused(other, "LOTSE_SECRET_KEY", "'test'")
    refused(other, "LOTSE_SECRET_KEY", "'test'", verb="cases")
    assert lotse("cases", environment=first).returncode == 0


def test_another_key_of_the_same_name_is_noticed(tmp_path: Path) -> None:
    """Before anything is written with it."""
    assert lotse("cases", environment=environment(tmp_path)).returncode == 0
    refused(environment(tmp_path), "LOTSE_SECRET_KEY", verb="cases")


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, mind: bootstrap.Mind) -> None:
    """The error names its schema."""
    assert mind.catalogue
    given = environment(tmp_path)
    assert lotse("cases", environment=given).returncode == 0
    with closing(sqlite3.connect(tmp_path / "lotse.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    refused(given, "newer version", "9999")


def test_a_file_that_is_no_database_is_named_clearly(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    file = tmp_path / "lotse.db"
    file.write_bytes(b"this is no database, but somebody's notes " * 100)
    refused(environment(tmp_path), "lotse.db", verb="cases")
    assert file.read_bytes().startswith(b"this is no database")


def test_one_error_names_every_bad_variable(tmp_path: Path) -> None:
    """And never repeats what stands in them."""
    said = refused(
        {
            "LOTSE_DATABASE_URL": "mysql://secret@host/x",
            "LOTSE_SECRET_KEY": "short-secret",
            "LOTSE_TELEGRAM_TOKEN": "not-a-token",
            "LOTSE_TELEGRAM_API_URL": "ftp://x",
            "LOTSE_TELEGRAM_MODE": "pigeon",
            "LOTSE_WEBHOOK_SECRET": "ü",
            "LOTSE_PUBLIC_URL": "nowhere",
            "LOTSE_RASA_URL": "rasa",
            "LOTSE_CONTENT": str(tmp_path / "missing"),
            "LOTSE_PORT": "99999",
        }
    )
    for name in (
        *("DATABASE_URL", "SECRET_KEY", "TELEGRAM_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_MODE"),
        *("WEBHOOK_SECRET", "PUBLIC_URL", "RASA_URL", "CONTENT", "PORT"),
    ):
        assert f"LOTSE_{name}:" in said
    assert "secret@host" not in said
    assert "short-secret" not in said
    assert "not-a-token" not in said


@pytest.mark.parametrize("url", ["http://[", "http://x:99999999", "http://", "https://a b"])
def test_an_address_that_is_none_is_named(tmp_path: Path, url: str) -> None:
    """Whatever the parser makes of it."""
    refused(environment(tmp_path, LOTSE_PUBLIC_URL=url), "LOTSE_PUBLIC_URL", verb="cases")


def test_a_webhook_needs_its_secret_and_address(tmp_path: Path) -> None:
    """Both are named at once."""
    given = environment(tmp_path, LOTSE_TELEGRAM_TOKEN="1:abc", LOTSE_TELEGRAM_MODE="webhook")
    refused(given, "LOTSE_WEBHOOK_SECRET", "LOTSE_PUBLIC_URL", verb="cases")


def test_a_taken_port_is_named(tmp_path: Path, mind: bootstrap.Mind) -> None:
    """And the variable that changes it."""
    assert mind.catalogue
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(environment(tmp_path, LOTSE_PORT=port), port, "LOTSE_PORT")


@pytest.mark.parametrize("host", ["kein-name.invalid", "a..b"])
def test_a_host_that_does_not_exist_is_named(tmp_path: Path, mind: bootstrap.Mind, host: str) -> None:
    """In one sentence, without warnings about work that never began."""
    assert mind.catalogue
    assert "never awaited" not in refused(environment(tmp_path, LOTSE_HOST=host), host, "LOTSE_HOST")


def test_a_second_lotse_on_the_same_sqlite_database_is_refused(town: Town) -> None:
    """Two would take each other's messages; the first goes on."""
    refused({**town.environment, "LOTSE_PORT": "0"}, "Lotse is running with this database already")
    assert town.person("de").says("/menu")[0].text


def test_content_that_is_empty_is_a_clear_error_or_the_last_good(tmp_path: Path, mind: bootstrap.Mind) -> None:
    """An empty folder does not end in a traceback."""
    assert mind.catalogue
    (tmp_path / "content").mkdir()
    with LotseProcess(environment(tmp_path, LOTSE_CONTENT=str(tmp_path / "content"))) as process:
        assert httpx.get(f"{process.url}/readyz", timeout=PATIENCE).json()["content"] != "ok"
        assert "Traceback" not in process.log()
