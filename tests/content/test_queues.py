"""The teams of staff are read from a file; one queue is always there."""

from pathlib import Path

import pytest

from bot.content import content_files, load, read
from bot.content.queues import NAMED
from bot.dialogues.finding.neighbours import MENTORS, VOLUNTEERS
from tests.content.phrasebook import QUEUES, write_queues
from tests.content.sample import change, write_project

ROOT = Path(__file__).parents[2]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Give a content directory with queues."""
    directory = write_project(tmp_path) / "content"
    write_queues(directory)
    return directory


def test_queues_have_rules_and_promises(content: Path) -> None:
    """In the order of the file."""
    queues = load(content).queues
    assert list(queues) == ["sport-mentors", "volunteers", "east", "default"]
    east = queues["east"]
    assert (east.name_in("de"), east.name_in("en")) == ("Team Ost", "Team East")
    assert (east.districts, east.languages, east.themes) == (("ost", "wangen"), ("ar", "uk"), ("money",))
    assert (east.shelters, east.office_hours) == (("Musterstraße 1",), "Mo-Th 08:00-16:00")
    assert (east.first_reply_minutes, east.lead, queues["default"].lead) == (120, True, False)


def test_without_a_file_there_is_one_queue_with_the_hours_that_are_promised(content: Path) -> None:
    """A small deployment needs no teams."""
    (content / QUEUES).unlink()
    catalogue = load(content)
    assert catalogue.handover is not None
    assert [(name, queue.office_hours) for name, queue in catalogue.queues.items()] == [
        ("default", catalogue.handover.office_hours)
    ]


def test_the_default_queue_is_the_last_one_wherever_it_stands(content: Path) -> None:
    """Its place in the file does not matter."""
    path = content / QUEUES
    head, _, rest = path.read_text(encoding="utf-8").partition("  sport-mentors:")
    first, _, last = f"  sport-mentors:{rest}".partition("  default:")
    path.write_text(f"{head}  default:{last}{first}", encoding="utf-8")
    assert list(load(content).queues) == ["sport-mentors", "volunteers", "east", "default"]


MISTAKES = [
    ("  volunteers:", "  volunteer:", 'the queue "volunteers" is missing. Add it: Lotse gives cases to it.'),
    ("  default:", "  others:", 'the queue "default" is missing.'),
    ("  east:", "  Ost:", '11: "Ost" is not an id.'),
    ("[ost, wangen]", "[ost, wangn]", '13: "wangn" is not a known district. Write "wangen", if that is meant.'),
    ("[ar, uk]", "[arabic]", '14: "arabic" is not a known language.'),
    ("[money]", "[sports_mentor]", '15: "sports_mentor" is not a known group of topics or reason.'),
    ('"Mo-Th 08:00-16:00"', '"Mo bis Do"', '17: "Mo bis Do" cannot be read as opening hours.'),
    ("minutes: 120", "minutes: 0", '18: "0" is not a whole number from 1 to 10000.'),
    ("lead: true", "lead: maybe", '19: "maybe" is neither true nor false.'),
    ("{de: Alle, en: Everybody}", "{en: Everybody}", '21: "de" is missing.'),
    ("{de: Alle, en: Everybody}", "{de: Alle, uk: Усі}", '21: "uk" is not known here.'),
    ("Everybody}\n", "Everybody}\n    themes: [money]\n", "22: themes of the default queue change nothing."),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES, ids=[expected for *_, expected in MISTAKES])
def test_a_mistake_is_named_with_file_and_line(content: Path, old: str, new: str, expected: str) -> None:
    """Each kind of mistake is found where it stands, and there is always a default queue."""
    change(content / QUEUES, old, new)
    reading = read(content_files(content))
    found = [str(problem) for problem in reading.problems]
    assert any(problem.startswith(f"content/{QUEUES}:") and expected in problem for problem in found), found
    assert list(reading.catalogue.queues)[-1] == "default"


def test_one_broken_queue_leaves_the_others(content: Path) -> None:
    """A slip in one team's hours does not close the rest."""
    change(content / QUEUES, "minutes: 120", "minutes: soon")
    assert list(read(content_files(content)).catalogue.queues) == ["sport-mentors", "volunteers", "default"]


def test_anything_at_all_can_be_read_without_an_exception(content: Path) -> None:
    """Whatever is saved, the answer is a list of problems."""
    for junk in (b"- a", b"queues: []", b"queues: {default: a}", b"queues:", b"a: b"):
        assert read({**content_files(content), QUEUES: junk}).errors, junk


def test_the_queues_that_a_talk_names_are_there() -> None:
    """What is handed over to a team by name has one."""
    queues = load(ROOT / "content").queues
    assert {MENTORS, VOLUNTEERS} <= set(NAMED) <= set(queues)
