"""``lotse evaluate`` from the outside, on the repository's own understanding."""

import itertools
import json
from pathlib import Path

import pytest

from bot import bootstrap, settings
from tests.processes import lotse

UTTERANCES = settings.ROOT / "tests" / "utterances"
DANGER = '{"lang": "de", "text": "Hilfe, es brennt in unserem Haus", "label": "emergency"}'


@pytest.fixture
def environment(mind: bootstrap.Mind) -> dict[str, str]:
    """``mind`` has prepared the understanding."""
    assert mind.catalogue
    return {"LOTSE_SECRET_KEY": settings.new_key("test")}


@pytest.fixture
def some(tmp_path: Path) -> Path:
    """Twenty lines of two languages, one of them danger."""
    lines = [DANGER]
    for code, number in (("de", 10), ("ar", 9)):
        with (UTTERANCES / f"{code}.jsonl").open(encoding="utf-8") as file:
            lines += itertools.islice(file, 0, 30 * number, 30)
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join(line.strip() for line in lines), encoding="utf-8")
    return path


def test_the_verb_prints_tables(environment: dict[str, str], some: Path) -> None:
    """A row a language, one for all, and nothing of the texts."""
    done = lotse("evaluate", str(some), environment=environment)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    counts = {row[0]: row[1] for row in rows[2:5]}
    assert counts == {"ar": "9", "de": "11", "all": "20"}
    assert "brennt" not in done.stdout
    assert "Evaluating: 20 of 20" in done.stderr


def test_json_and_errors(environment: dict[str, str], some: Path, tmp_path: Path) -> None:
    """One object on standard output; wrongly understood lines in a file."""
    errors = tmp_path / "errors.jsonl"
    done = lotse("evaluate", str(some), "--json", "--errors", str(errors), environment=environment)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["overall"]["n"] == 20
    assert report["labels"]["emergency"]["right"] >= 1
    wrong = [json.loads(line) for line in errors.read_text(encoding="utf-8").splitlines()]
    in_scope = [line for line in wrong if "intent" in line["wrong"] and line["label"] != "out_of_scope"]
    assert len(in_scope) == report["overall"]["top1"]["of"] - report["overall"]["top1"]["right"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.jsonl"], "missing.jsonl: it cannot be read"),
        (["pyproject.toml"], "pyproject.toml:1: it is no"),
        (["tests/utterances/de.jsonl", "--compare", "gpt"], 'There is no engine "gpt"'),
        (["tests/utterances/de.jsonl", "--compare", "rasa"], "set LOTSE_RASA_URL"),
        (["tests/utterances/de.jsonl", "--engine", "rasa"], "set LOTSE_RASA_URL"),
        (["tests/utterances/de.jsonl", "--errors", "/nowhere/errors.jsonl"], "/nowhere/errors.jsonl cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(arguments: list[str], told: str) -> None:
    """Status 2, no traceback, and nothing is evaluated."""
    done = lotse("evaluate", *arguments, environment={})
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "Evaluating" not in done.stderr


def test_understand_puts_words_of_danger_first(environment: dict[str, str]) -> None:
    """As the running assistant does."""
    done = lotse("understand", environment=environment, given=json.loads(DANGER)["text"])
    found = json.loads(done.stdout)
    assert (found["intent"], found["band"], found["confidence"]) == ("emergency", "sure", 1.0)
    assert found["ranking"][0] == {"intent": "emergency", "confidence": 1.0}
