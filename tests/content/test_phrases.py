"""Phrases are read from files, and their blanks are filled in for each language."""

from datetime import date
from pathlib import Path

import pytest

from bot.content import Phrase, content_files, load, made_from_phrase, read
from bot.content.phrases import LONGEST_VALUE, BlanksError, fill
from bot.content.stamps import stamp
from bot.errors import LotseError
from bot.i18n import format_day
from tests.content.phrasebook import GERMAN, PHRASES, write_phrases
from tests.content.sample import change, write, write_project

ROOT = Path(__file__).parents[2]
NAME = "appointment-confirm"
VALUES = {"date": "2026-11-25", "time": "14:30", "place": " Rathaus,\nZimmer 3 ", "minutes": "1,5"}
GERMAN_STAMP = f"made_from: {made_from_phrase(GERMAN)}"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Give a content directory with phrases."""
    directory = write_project(tmp_path) / "content"
    write_phrases(directory)
    return directory


@pytest.fixture
def phrase(content: Path) -> Phrase:
    """Give a phrase with a blank of each kind."""
    return load(content).phrases[NAME]


def problems_of(content: Path) -> list[str]:
    """Return every problem as it is printed."""
    return [str(problem) for problem in read(content_files(content)).problems]


def test_phrases_are_found_by_id_and_by_group(content: Path) -> None:
    """With kinds of blanks in the order of the file, and German words to find them by."""
    catalogue = load(content)
    group = catalogue.phrase_groups["appointment"]
    assert group.phrases == (catalogue.phrases[NAME],)
    assert (group.name_in("en"), group.name_in("uk")) == ("Appointments", "Termine")
    found = catalogue.phrases[NAME]
    assert list(found.blanks.items()) == [("date", "date"), ("time", "time"), ("place", "text"), ("minutes", "number")]
    assert found.keywords == ("Termin", "bestätigen", "zusagen")
    assert (found.text_in("fr").language, found.text_in("uk").outdated) == ("de", False)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Ihr Termin ist am: Mittwoch, 25. November 2026, 14:30. Ort: Rathaus, Zimmer 3. Minuten: 1,5"),
        ("en", "Your appointment is on: Wednesday, 25 November 2026, 14:30. Place: Rathaus, Zimmer 3. Minutes: 1.5"),
        ("uk", "Ваша зустріч: середа, 25 листопада 2026\xa0р., 14:30. Місце: Rathaus, Zimmer 3. Хвилини: 1,5"),
    ],
)
def test_blanks_are_filled_in_as_the_language_writes_them(phrase: Phrase, language: str, expected: str) -> None:
    """The day with its weekday, the time by the clock on the wall, the words as they were written."""
    assert fill(phrase, language, VALUES).text.replace("\u202f", "\xa0") == expected


def test_a_german_place_keeps_its_order_among_arabic_words(phrase: Phrase) -> None:
    """It is isolated from the direction around it."""
    text = fill(phrase, "ar", VALUES).text
    assert "المكان: \u2068Rathaus, Zimmer 3\u2069." in text
    assert format_day(date(2026, 11, 25), "ar") in text


def test_a_language_without_the_phrase_gets_the_german_one_with_german_dates(phrase: Phrase) -> None:
    """And whoever sends it is told which language it is."""
    filled = fill(phrase, "so", VALUES)
    assert filled.source.language == "de"
    assert "Mittwoch" in filled.text


@pytest.mark.parametrize(
    ("name", "written", "problem"),
    [
        ("date", "", "missing"),
        ("place", " \u202e\n ", "missing"),
        ("date", "25.11.2026", "date"),
        ("date", "2026-02-30", "date"),
        ("time", "14.30", "time"),
        ("time", "24:30", "time"),
        ("minutes", "-5", "number"),
        ("minutes", "1.000", "number"),
        ("minutes", "viel", "number"),
        ("place", "x" * (LONGEST_VALUE + 1), "long"),
    ],
)
def test_what_does_not_fit_into_a_blank_is_named(phrase: Phrase, name: str, written: str, problem: str) -> None:
    """Nothing half-filled is sent."""
    with pytest.raises(BlanksError) as raised:
        fill(phrase, "en", VALUES | {name: written})
    assert raised.value.problems == {name: problem}


def test_all_blanks_that_are_wrong_are_named_at_once(phrase: Phrase) -> None:
    """An empty form has four problems."""
    with pytest.raises(BlanksError) as raised:
        fill(phrase, "en", {})
    assert list(raised.value.problems) == ["date", "time", "place", "minutes"]


def test_what_is_written_into_a_blank_is_no_blank_itself(phrase: Phrase) -> None:
    """Braces stay braces, and marks that turn the direction of a line vanish."""
    assert "Place: {date} x." in fill(phrase, "en", VALUES | {"place": "{date}\u202e x"}).text


MISTAKES = [
    ("place: text", "place: place", '5: "place" is not a known kind of blank. Use one of: date, time, text, number.'),
    ("time: time", "Time: time", '5: "Time" is not known here.'),
    ("group: appointment", "group: appointments", '1: "appointments" is not the name of this file.'),
    ("  appointment-confirm:", "  Appointment:", '4: "Appointment" is not an id.'),
    ("Ort: {place}. ", "", "9: {place} is missing in this text (de). Write it exactly once."),
    ("Place: {place}", "Place: {place} {place}", "12: {place} is there twice in this text (en)."),
    ("Place: {place}", "Place: {place} {office}", "12: {office} (en) is not among the blanks."),
    ("Place: {place}", "Place: {place} {", "12: a brace without a blank stands here (en)."),
    ("Place:", "Place " * 60, "13: this phrase has "),
    ("[Termin, bestätigen, zusagen]", "[Termin]", "6: appointment-confirm has fewer than 3 keywords."),
    ("      de:\n", "      xx:\n", '8: "xx" is not known here.'),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES, ids=[expected for *_, expected in MISTAKES])
def test_a_mistake_is_named_with_file_and_line(content: Path, old: str, new: str, expected: str) -> None:
    """Each kind of mistake is found where it stands."""
    change(content / PHRASES, old, new)
    found = problems_of(content)
    assert any(problem.startswith(f"content/{PHRASES}:{expected}") for problem in found), found


def test_a_phrase_in_two_files_is_named(content: Path) -> None:
    """Otherwise one of them would be lost in silence."""
    text = (content / PHRASES).read_text(encoding="utf-8")
    write(content / "phrases/work.yaml", text.replace("group: appointment", "group: work"))
    assert problems_of(content) == [
        f'content/phrases/work.yaml:3: the phrase "{NAME}" stands in appointment.yaml too. Give one of them another id.'
    ]


def test_a_changed_german_text_makes_its_translations_older(content: Path) -> None:
    """The check says so, the reader marks them, and the verb that it names sets the stamp of one phrase."""
    change(content / PHRASES, "Ihr Termin ist am", "Ihr Termin ist jetzt am")
    found = problems_of(content)
    assert len(found) == 4
    assert f'(en) was made. Compare the two, then run "lotse translated {NAME} en"' in found[0]
    assert load(content).phrases[NAME].texts["en"].outdated
    assert stamp(content, NAME) == []
    assert stamp(content, NAME, ["en"]) == ["en"]
    assert not load(content).phrases[NAME].texts["en"].outdated
    assert load(content).phrases[NAME].texts["uk"].outdated


def test_a_missing_stamp_is_set_and_nothing_else_changes(content: Path) -> None:
    """The file is as it was before."""
    before = (content / PHRASES).read_text(encoding="utf-8")
    assert before.count(GERMAN_STAMP) == 4
    write(content / PHRASES, before.replace(f"        {GERMAN_STAMP}\n", "", 1))
    assert problems_of(content)[0].startswith(f'content/{PHRASES}:12: "made_from" is missing (en).')
    assert stamp(content, NAME) == ["en"]
    assert (content / PHRASES).read_text(encoding="utf-8") == before


def test_a_mistyped_phrase_is_suggested(content: Path) -> None:
    """As a topic is."""
    with pytest.raises(
        LotseError, match=r'no topic, card or phrase "appointment-confrim"\. Write "appointment-confirm"'
    ):
        stamp(content, "appointment-confrim")


def test_anything_at_all_can_be_read_without_an_exception(content: Path) -> None:
    """Whatever an editor saves, the answer is a list of problems."""
    for junk in (b"- a", b"phrases: []", b"phrases: {a-b: []}", b"phrases: {a-b: {blanks: [], texts: {de: x}}}"):
        assert read({**content_files(content), PHRASES: junk}).errors, junk


def test_lotse_has_phrases_for_everybody_it_speaks_with() -> None:
    """At least sixty, each in every language."""
    catalogue = load(ROOT / "content")
    assert len(catalogue.phrases) >= 60
    for each in catalogue.phrases.values():
        assert set(each.texts) == set(catalogue.languages), each.id
        assert not any(text.outdated for text in each.texts.values()), each.id
