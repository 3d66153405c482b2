"""The terminal, its scripts, and the verb that only understands."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap, settings
from bot.i18n import Texts
from tests.processes import lotse

QUESTION = "Wie kann ich ein Bankkonto eröffnen?"


@pytest.fixture
def environment(tmp_path: Path, mind: bootstrap.Mind) -> dict[str, str]:
    """An empty database; ``mind`` has prepared the understanding."""
    assert mind.catalogue
    return {"LOTSE_DATABASE_URL": f"sqlite:///{tmp_path}/lotse.db", "LOTSE_SECRET_KEY": settings.new_key("test")}


def chat(environment: dict[str, str], *lines: str, given: bytes = b"", language: str = "de") -> list[dict[str, Any]]:
    """The replies to a script."""
    done = lotse(
        *("chat", "--script", "-", "--language", language),
        environment=environment,
        given=given or "".join(f"{line}\n" for line in lines),
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_script_prints_one_json_object_a_reply(environment: dict[str, str]) -> None:
    """Line, text, title, notes, language, direction, author and buttons; comments and empty lines are left out."""
    replies = chat(environment, "# a comment", "", "/start", QUESTION)
    assert [reply["line"] for reply in replies] == [3, 4]
    first, answer = replies
    assert {"text", "title", "notes", "language", "direction", "author", "buttons"} <= set(answer)
    assert first["buttons"][0][0] == {"label": "✓ Deutsch", "action": "lang:de"}
    assert (answer["language"], answer["direction"], answer["author"]) == ("de", "ltr", "bot")
    assert answer["notes"]


def test_buttons_are_tapped_by_label_or_number(environment: dict[str, str]) -> None:
    """Also in brackets, as they are often written down."""
    replies = chat(environment, "/start", "[العربية]", Texts("ar").say("⚙️ Settings"), "1", "2")
    assert replies[1]["text"] == "✓ العربية"
    assert replies[2]["language"] == "ar"
    assert replies[2]["direction"] == "rtl"
    assert replies[3]["title"] == Texts("ar").say("⚙️ Settings")
    assert replies[4]["buttons"][0][0]["action"].startswith("lang:")
    assert replies[5]["text"] != replies[4]["text"]


def test_a_script_may_lie_in_a_file(environment: dict[str, str], tmp_path: Path) -> None:
    """A missing one is a clear error."""
    script = tmp_path / "talk.txt"
    script.write_text("/menu\n", encoding="utf-8")
    done = lotse("chat", "--script", str(script), environment=environment)
    assert json.loads(done.stdout)["line"] == 1
    missing = lotse("chat", "--script", str(tmp_path / "none.txt"), environment=environment)
    assert missing.returncode == 2
    assert "none.txt" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_lines_that_are_not_utf8_do_not_stop_a_script(environment: dict[str, str]) -> None:
    """They are read as well as they can be."""
    replies = chat(environment, given=b"\xff\xfe kaputt\n\x00\n/menu\n")
    assert replies[-1]["line"] == 3
    assert {reply["line"] for reply in replies} == {1, 2, 3}


def test_understand_prints_one_object_a_line(environment: dict[str, str]) -> None:
    """Plain lines and JSON lines, in the order of the input, whatever they hold."""
    given = [
        QUESTION.encode(),
        json.dumps({"text": "kayf aftah hisab", "language": "ar"}).encode(),
        b'{"text": 5}',
        b'{"text": "a\\ud800b"}',
        b"\xff\xfe kaputt",
        b"a\x00b",
        b"[" * 50_000,
        "😀".encode() * 4096,
        b"",
        b"   ",
        b"danke\r",
    ]
    done = lotse("understand", environment=environment, given=b"\n".join(given))
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(given) - 2
    for each in found:
        assert list(each) == ["text", "language", "intent", "confidence", "ranking", "entities", "band"]
        assert each["band"] in {"sure", "unsure", "unknown"}
        assert 0 <= each["confidence"] <= 1
        assert each["ranking"][0]["intent"] == each["intent"]
        assert all(set(candidate) == {"intent", "confidence"} for candidate in each["ranking"])
        assert isinstance(each["entities"], dict)
    assert (found[0]["text"], found[0]["intent"], found[0]["band"]) == (QUESTION, "faq/bank-account", "sure")
    assert found[1]["text"] == "kayf aftah hisab"
    assert found[-1]["intent"] == "thank"
