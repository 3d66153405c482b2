"""The offers of editors and of the sample are examined with everything else."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.check import run
from tests.content.sample import change, write_project
from tests.offers.tables import table

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
COURSES = "content/courses/verein.csv"
SAMPLE = "content/sample/courses/beispiel.csv"
DISTRICTS = "content/districts.yaml"


@pytest.fixture
def offers(tmp_path: Path) -> Path:
    """Give a project with a real and an invented course."""
    project = write_project(tmp_path)
    shutil.copy(ROOT / DISTRICTS, project / DISTRICTS)
    put(project, COURSES, {})
    put(project, SAMPLE, {"Beispiel": "ja"})
    return project


def put(project: Path, name: str, *rows: dict[str, str]) -> None:
    """Write a table of courses."""
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_bytes(table(*({"Anbieter": "Verein", **row} for row in rows)))


def found(project: Path, severity: str) -> list[str]:
    """Return the problems of one severity as they are printed."""
    return [str(problem) for problem in run(project, today=TODAY).problems if problem.severity == severity]


def test_offers_without_mistakes_have_no_problems(offers: Path) -> None:
    """Neither the real ones nor the sample."""
    assert run(offers, today=TODAY).problems == ()


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        (COURSES, {"Preis": "teuer"}, "content/courses/verein.csv:2: Preis: "),
        (
            COURSES,
            {"Beispiel": "ja"},
            "content/courses/verein.csv:2: Beispiel: an invented offer stands among the real",
        ),
        (COURSES, {"Einstufung bei": "jobcentre"}, 'Einstufung bei: there is no service "jobcentre"'),
        (COURSES, {"Geprüft am": "24.12.2026"}, "2: the day of the check lies in the future"),
        (SAMPLE, {"Beispiel": ""}, "content/sample/courses/beispiel.csv:2: Beispiel: samples only are kept here"),
        ("content/sample/courses/verein.csv", {"Beispiel": "ja"}, "is taken already (content/courses/verein.csv:2)"),
        ("content/courses/verein.xls", {}, "verein.xls:1: this file is not read here. Save it as .xlsx"),
    ],
)
def test_a_mistake_in_an_offer_is_named_by_file_and_line(
    offers: Path, name: str, row: dict[str, str], expected: str
) -> None:
    """A deployment would leave it out, or refuse to start."""
    put(offers, name, row)
    (problem,) = found(offers, "error")
    assert expected in problem


def test_offers_that_are_over_or_due_are_a_warning(offers: Path) -> None:
    """A line for each file with the former; invented ones stay as they were made."""
    over = {"Ende": "20.11.2026"}
    put(offers, COURSES, over, over, {"Wieder prüfen bis": "21.11.2026"})
    put(offers, SAMPLE, over | {"Beispiel": "ja"})
    assert [problem.partition(". ")[0] for problem in found(offers, "warning")] == [
        f"{COURSES}:1: 2 offers are over",
        f"{COURSES}:4: the review was due on 2026-11-21",
    ]


def test_the_districts_are_examined_where_there_are_offers(offers: Path) -> None:
    """Without offers nobody needs them."""
    change(offers / DISTRICTS, "birkach:", "birkbach:")
    assert any(DISTRICTS in problem for problem in found(offers, "error"))
    (offers / DISTRICTS).unlink()
    assert found(offers, "error") == [
        f"{DISTRICTS}:1: this file is missing. Create it; it names the neighbours of every district."
    ]
    for name in (COURSES, SAMPLE):
        (offers / name).unlink()
    assert run(offers, today=TODAY).problems == ()
