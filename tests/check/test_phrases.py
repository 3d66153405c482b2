"""Phrases and queues are examined with everything else."""

from datetime import date
from pathlib import Path

import pytest

from bot.check import run
from tests.content.phrasebook import PHRASES, QUEUES, write_phrases, write_queues
from tests.content.sample import change, write_project

TODAY = date(2026, 11, 22)
FILE = f"content/{PHRASES}"
NAME = "appointment-confirm"
UKRAINIAN = "Ваша зустріч: {date}, {time}. Місце: {place}. Хвилини: {minutes}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project with phrases and queues."""
    root = write_project(tmp_path)
    write_phrases(root / "content")
    write_queues(root / "content")
    return root


def found(project: Path, severity: str) -> list[str]:
    """Return the problems of one severity as they are printed."""
    return [str(problem) for problem in run(project, today=TODAY).problems if problem.severity == severity]


def test_phrases_and_queues_without_mistakes_have_no_problems(project: Path) -> None:
    """They belong to the content."""
    assert run(project, today=TODAY).problems == ()


def test_a_phrase_without_a_required_language_is_an_error(project: Path) -> None:
    """One line for each file and language; of the others it is a warning."""
    path = project / FILE
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition("      uk:\n")
    path.write_text(head + rest[rest.index("      ti:\n") :], encoding="utf-8")
    assert found(project, "error") == [f"{FILE}:3: no text in uk: {NAME}. Add the text."]
    change(project / "content/languages.yaml", "uk: {name: Українська, required: true", "uk: {name: Українська")
    assert found(project, "warning") == [f"{FILE}:3: no text in uk: {NAME}. Add it when somebody can."]


@pytest.mark.parametrize(
    ("new", "severity", "told"),
    [
        ("Please come on {date}, {time} to the place {place} for {minutes} minutes", "error", "hardly any letters"),
        (UKRAINIAN.replace("Місце", "Meсто"), "error", "mixes letters of two scripts"),
        (f"{UKRAINIAN} **", "error", "is markup"),
        (f"{UKRAINIAN} Пишіть /hepl", "error", '"/hepl" is not a command of Lotse'),
        (f"{UKRAINIAN} Телефонуйте: 0711 123456", "warning", "is a telephone number"),
    ],
)
def test_the_wording_of_a_phrase_is_examined_as_that_of_an_answer(
    project: Path, new: str, severity: str, told: str
) -> None:
    """Letters, markup, commands, telephone numbers."""
    change(project / FILE, UKRAINIAN, new)
    problems = found(project, severity)
    assert any(problem.startswith(f"{FILE}:21: ") and told in problem for problem in problems), problems


def test_a_mistake_in_the_queues_is_named(project: Path) -> None:
    """By file and line."""
    change(project / "content" / QUEUES, "[money]", "[mony]")
    assert found(project, "error") == [
        f'content/{QUEUES}:15: "mony" is not a known group of topics or reason. Write "money", if that is meant.'
    ]
