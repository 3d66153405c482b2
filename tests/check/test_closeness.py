"""Examples too close to another topic's are reported, once worked out and then kept."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.check import Judge, run
from bot.check.closeness import check_closeness, find
from bot.check.examples import Example
from bot.understanding.encoder import Vectors
from tests.content.sample import change, write_project

WORDS = ("bank", "money", "doctor", "ill", "course", "german", "house", "rent")


class CountingEncoder:
    """A vector is which words a text has; ``seen`` counts the texts."""

    dimension = len(WORDS)
    fingerprint = "words"

    def __init__(self) -> None:
        self.seen = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors."""
        self.seen += len(texts)
        counted = np.array([[text.split().count(word) + 0.01 for word in WORDS] for text in texts], np.float32)
        unit: Vectors = counted / np.linalg.norm(counted, axis=1, keepdims=True)
        return unit


def examples(*texts: tuple[str, str]) -> list[Example]:
    """Return (intent, text) as examples of one file."""
    return [Example("file.yml", line, "en", intent, text) for line, (intent, text) in enumerate(texts, start=1)]


def topics() -> list[Example]:
    """Three topics of twelve examples each, far from each other."""
    pairs = {"faq/bank": ("bank", "money"), "faq/doctor": ("doctor", "ill"), "faq/course": ("course", "german")}
    return examples(
        *(
            (intent, f"{one} " * (1 + number % 3) + f"{other} " * (1 + number // 3) + f"number {number}")
            for intent, (one, other) in pairs.items()
            for number in range(12)
        )
    )


def test_topics_that_are_far_apart_are_not_reported(tmp_path: Path) -> None:
    """Silence is the rule."""
    assert list(check_closeness(topics(), Judge(CountingEncoder(), tmp_path))) == []


def test_an_example_among_those_of_another_topic_is_reported(tmp_path: Path) -> None:
    """The warning names both topics and the nearest example, so that a person can decide."""
    wrong = Example("other.yml", 7, "uk", "faq/course", "doctor doctor ill tomorrow")
    (problem,) = check_closeness([*topics(), wrong], Judge(CountingEncoder(), tmp_path))
    assert (problem.path, problem.line, problem.severity) == ("other.yml", 7, "warning")
    assert problem.problem.startswith(
        '"doctor doctor ill tomorrow" (faq/course) is understood as faq/doctor, as "doctor'
    )
    assert "(file.yml:" in problem.problem


def test_an_example_that_its_own_language_contradicts_is_reported(tmp_path: Path) -> None:
    """One stray neighbour in another language does not hide it; a stray in its own language does."""
    wrong = Example("other.yml", 7, "en", "faq/course", "doctor doctor ill rent")
    stray = Example("other.yml", 8, "uk", "faq/course", "doctor doctor ill ill rent rent")
    found = list(check_closeness([*topics(), wrong, stray], Judge(CountingEncoder(), tmp_path)))
    assert '"doctor doctor ill rent" (faq/course) is understood as faq/doctor' in " ".join(
        each.problem for each in found
    )
    meant = Example("other.yml", 8, "en", "faq/course", "doctor doctor ill ill rent rent")
    assert not list(check_closeness([*topics(), wrong, meant], Judge(CountingEncoder(), tmp_path)))


def test_two_examples_that_are_nearly_the_same_are_reported_within_a_language() -> None:
    """In another language the same vector is another sentence."""
    near = [Example("a.yml", 1, "en", "faq/rent", "rent house"), Example("a.yml", 2, "en", "faq/house", "house rent !")]
    all_ = [*topics(), *near]
    vectors = CountingEncoder().encode([each.text for each in all_])
    assert find(all_, vectors) == [("close", 37, 36)]
    apart = [*topics(), near[0], Example("a.yml", 2, "uk", "faq/house", "house rent !")]
    assert find(apart, vectors) == []


def test_the_outcome_is_kept_until_an_example_changes(tmp_path: Path) -> None:
    """Lines may move and nothing is encoded or compared again; a changed word is judged anew."""
    encoder = CountingEncoder()
    wrong = Example("other.yml", 7, "uk", "faq/course", "doctor doctor ill tomorrow")
    assert len(list(check_closeness([*topics(), wrong], Judge(encoder, tmp_path)))) == 1
    (tmp_path / "vectors.npz").unlink()
    before = encoder.seen
    moved = Example("other.yml", 9, "uk", "faq/course", "doctor doctor ill tomorrow")
    (problem,) = check_closeness([*topics(), moved], Judge(encoder, tmp_path))
    assert (problem.line, encoder.seen) == (9, before)
    better = Example("other.yml", 9, "uk", "faq/course", "german course tomorrow")
    assert list(check_closeness([*topics(), better], Judge(encoder, tmp_path))) == []
    assert encoder.seen > before


@pytest.mark.parametrize("damage", [b"", b"{", b'{"a": 1}', b"[[1]]", b"\xff"])
def test_a_damaged_outcome_is_worked_out_again(tmp_path: Path, damage: bytes) -> None:
    """A cache is never a reason to fail."""
    wrong = Example("other.yml", 7, "uk", "faq/course", "doctor doctor ill tomorrow")
    first = list(check_closeness([*topics(), wrong], Judge(CountingEncoder(), tmp_path)))
    (kept,) = tmp_path.glob("examples-*.json")
    kept.write_bytes(damage)
    assert list(check_closeness([*topics(), wrong], Judge(CountingEncoder(), tmp_path))) == first


def test_the_check_judges_examples_where_it_is_given_a_judge(tmp_path: Path) -> None:
    """Examples of content and of nlu/ are judged together."""
    project = write_project(tmp_path)
    for number, line in enumerate(
        ("bank money", "bank bank money", "money bank soon", "bank money now", "money bank 1")
    ):
        change(
            project / "content/faq/bank-account.yaml",
            "      - Open a bank account?\n",
            f"      - {line}\n      - Open a bank account?\n",
        )
        change(project / "nlu/data/en/intents.yml", f"    - hello 5 {number + 1}\n", f"    - course german {number}\n")
    change(project / "nlu/data/en/intents.yml", "    - hello 5 14\n", "    - money bank today\n")
    found = run(project, today=date(2026, 11, 22), judge=Judge(CountingEncoder(), tmp_path / "var")).problems
    assert any("(find_course) is nearly the same as" in each.problem for each in found), found
    assert not run(project, today=date(2026, 11, 22)).errors
