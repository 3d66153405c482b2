"""Content files become a catalogue, or a list of everything that is wrong with them."""

from datetime import date
from pathlib import Path

import pytest

from bot.content import ContentError, Problem, content_files, examples, load, made_from, read
from bot.messages import Location
from tests.content.sample import change, write, write_project

BANK = "faq/bank-account.yaml"
OFFICE = "services/jobcenter.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Give the directory of a content without mistakes."""
    return write_project(tmp_path) / "content"


def problems_of(content: Path) -> list[str]:
    """Return every problem as it is printed."""
    return [str(problem) for problem in read(content_files(content)).problems]


def test_good_files_become_a_catalogue(content: Path) -> None:
    """Languages, groups, entries, services, cards and promises are found by id."""
    catalogue = load(content)
    entry = catalogue.faq["bank-account"]
    office = catalogue.services["jobcenter"]
    assert list(catalogue.languages) == ["de", "en", "ar", "uk", "ti"]
    assert catalogue.languages["ar"].rtl
    assert catalogue.groups["money"].name_in("uk") == "Гроші"
    assert (entry.intent, entry.group, entry.services, entry.related) == (
        "faq/bank-account",
        "money",
        ("jobcenter",),
        ("debts",),
    )
    assert entry.review_due == date(2027, 5, 31)
    assert (entry.texts["en"].title, entry.texts["en"].answer) == ("Open a bank account", "Open a bank account.")
    assert office.location == Location(48.77, 9.17)
    assert catalogue.cards["find_course"].text_in("uk").title == "Курс німецької"
    assert catalogue.handover is not None
    assert catalogue.handover.reply_within_working_days == 2


def test_a_language_without_a_text_is_answered_in_german(content: Path) -> None:
    """Names and texts fall back to German, and the text says which language it is in."""
    catalogue = load(content)
    assert catalogue.services["jobcenter"].about_in("uk") == "Hier gibt es Geld."
    assert catalogue.faq["debts"].text_in("so").language == "de"


def test_examples_carry_their_language_and_intent(content: Path) -> None:
    """Training gets every example question of every language."""
    found = examples(load(content))
    assert ("Schulden?", "de", "faq/debts") in found
    assert len(found) == 10


def test_the_surname_decides_on_the_team(content: Path) -> None:
    """Both ends of a range of letters belong to it."""
    first, second = load(content).services["jobcenter"].teams
    assert first.serves("Kaya")
    assert not first.serves("Li")
    assert second.serves("zahra")
    assert not second.serves("")


def test_an_office_may_say_what_to_bring(content: Path) -> None:
    """In German at least; a file without it is complete."""
    assert not load(content).services["jobcenter"].bring
    change(content / OFFICE, "accessible: true\n", "accessible: true\nbring: {de: Ausweis, en: Identity card}\n")
    assert load(content).services["jobcenter"].bring == {"de": "Ausweis", "en": "Identity card"}
    change(content / OFFICE, "bring: {de: Ausweis, en", "bring: {en")
    assert any('"de" is missing' in problem for problem in problems_of(content))


def test_a_translation_is_outdated_once_the_german_text_has_changed(content: Path) -> None:
    """The translation stays usable; the warning says which stamp to write after comparing."""
    change(content / BANK, "    title: Bankkonto eröffnen\n", "    title: Ein Konto eröffnen\n")
    stamp = made_from("Ein Konto eröffnen", "Bankkonto eröffnen.\n")
    assert load(content).faq["bank-account"].texts["en"].outdated
    assert problems_of(content)[0] == (
        "content/faq/bank-account.yaml:21: the German text has changed since this translation (en) was made. "
        f'Compare the two, then run "lotse translated bank-account en" or write made_from: {stamp}.'
    )


def test_all_problems_of_all_files_are_raised_together(content: Path) -> None:
    """An editor sees the whole list, not the first line of it."""
    change(content / BANK, "owner: redaktion\n", "")
    change(content / OFFICE, "kind: office", "kind: shop")
    with pytest.raises(ContentError) as raised:
        load(content)
    assert str(raised.value) == (
        'content/faq/bank-account.yaml:1: "owner" is missing. Add "owner:".\n'
        'content/services/jobcenter.yaml:2: "shop" is not a known kind of service. '
        "Use one of: office, counselling, course_provider."
    )


STAMP = made_from("Bankkonto eröffnen", "Bankkonto eröffnen.")

MISTAKES = [
    (
        BANK,
        f"  ti:\n    made_from: {STAMP}\n",
        "  ti:\n",
        '45: "made_from" is missing (ti). Compare the two, then run "lotse',
    ),
    (
        BANK,
        f"  ti:\n    made_from: {STAMP}\n",
        "  ti:\n    made_from: today\n",
        '45: "today" is not a stamp of 12 digits',
    ),
    (BANK, "owner:", "ovner:", '1: "owner" is missing. Add "owner:".'),
    (BANK, "owner:", "ovner:", '11: "ovner" is not known here. Write "owner", if that is meant.'),
    (BANK, "services: [jobcenter]", "services: jobcenter", "3: a list is needed here."),
    (
        BANK,
        "services: [jobcenter]",
        "services: [jobcentre]",
        '3: "jobcentre" is not a known service. Write "jobcenter"',
    ),
    (BANK, "related: [debts]", "related: [debt]", '4: "debt" is not a known topic. Write "debts", if that is meant.'),
    (BANK, "group: money", "group: wealth", '2: "wealth" is not a known group. Use one of: money.'),
    (BANK, "topic: bank-account", "topic: bank", '1: "bank" is not the name of this file. Write "bank-account",'),
    (BANK, "topic: bank-account", "topic: Bank", '1: "Bank" is not an id of small letters, digits and hyphens.'),
    (BANK, "2027-05-31", "31.5.2027", '10: "31.5.2027" is not a date. Write year-month-day, such as 2027-05-31.'),
    (BANK, "2027-05-31", "2027-02-31", '10: "2027-02-31" is not a date.'),
    (BANK, "https://www.example.org", "ftp://example.org", '6: "ftp://example.org/bank-account" is not a web address.'),
    (BANK, "https://www.example.org", "http://www.example.org", '6: "http://www.example.org/bank-account" is not encr'),
    (BANK, "  uk:\n", "  xx:\n", '36: "xx" is not known here.'),
    (
        BANK,
        "title: Open a bank account",
        f"title: {'long ' * 13}",
        "22: this title has 64 characters. Shorten it to 45.",
    ),
    (
        BANK,
        "      Open a bank account.\n",
        f"      {'word ' * 91}\n",
        "24: this answer has 91 words. Shorten it to 90.",
    ),
    (BANK, "group: money\n", "group: money\ngroup: money\n", '3: "group" stands here twice (first on line 2).'),
    (BANK, "      Open a bank", "      Open\ta bank", "24: a tab (U+0009) stands here. Use spaces."),
    (BANK, "      Open a bank", "      Open \u202ea bank", "24: an invisible or direction-changing character (U+202E)"),
    (BANK, "title: Open a", 'title: "\\u202eOpen"\n    answr: a', "22: an invisible or direction-changing character"),
    (BANK, "      Open a bank", "      Open\x07 a bank", "24: an invisible or direction-changing character (U+0007)"),
    (BANK, "related: [debts]", "related: [debts", "5: this is not YAML (did not find expected ',' or ']'"),
    (BANK, "related: [debts]", "related: &all [debts]\nlinks: *all", "4: an alias (*name) repeats this part."),
    (BANK, "title: Open a bank account", "title:", "22: title in en is still open. Translate it from the German text."),
    (OFFICE, '"Mo-Fr 09:00-12:00"', '"Mo-Fr 9 to 12"', '12: "Mo-Fr 9 to 12" cannot be read as opening hours.'),
    (OFFICE, "09:00-12:00", "09:00-12:00; SH off", "12: school holidays (SH) are not known and change nothing here."),
    (OFFICE, "48.77", "52.5", "6: 52.5 is no latitude in the region of Stuttgart. Write a number from 48.5 to 49.1,"),
    (OFFICE, "9.17", "9,17", "6: "),
    (OFFICE, '"70173"', '"7017"', '5: "7017" is not a postcode of five digits.'),
    (OFFICE, "district: mitte", "district: center", '5: "center" is not a known district.'),
    (OFFICE, "info@example.org", "info(at)example.org", '10: "info(at)example.org" is not an e-mail address.'),
    (OFFICE, "0711 123-0", "call us", '8: "call us" is not a telephone number.'),
    (OFFICE, "accessible: true", "accessible: maybe", '15: "maybe" is neither true nor false. Write true or false.'),
    (OFFICE, "{de: Jobcenter, en: Jobcenter}", "{en: Jobcenter}", '3: "de" is missing. Add "de:".'),
    (OFFICE, '"2025-04"', '"April 2025"', '20: "April 2025" is not a year, a month or a day such as 2025-04.'),
    ("languages.yaml", "de: {name: Deutsch, examples: 1}\n", "", "1: German (de) is missing."),
    ("languages.yaml", "en:", "English:", '2: "English" is not a language tag.'),
    ("groups.yaml", 'emoji: "💶"', "icon: x", '2: "emoji" is missing. Add "emoji:".'),
    ("handover.yaml", "days: 2", "days: soon", '2: "soon" is not a whole number from 0 to 30. Write such a number.'),
    ("cards/find_course.yaml", "card: find_course", "card: find_cours", '1: "find_cours" is not a known intent.'),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), MISTAKES, ids=[expected for *_, expected in MISTAKES])
def test_a_mistake_is_named_with_file_and_line(content: Path, name: str, old: str, new: str, expected: str) -> None:
    """Each kind of mistake is found where it stands, with what to do about it."""
    change(content / name, old, new)
    found = problems_of(content)
    assert any(problem.startswith(f"content/{name}:{expected}") for problem in found), found


def test_one_mistake_makes_one_problem(content: Path) -> None:
    """A broken group list does not make every entry look wrong."""
    change(content / "groups.yaml", "  emoji", " emoji: [\n  emoji")
    assert [problem.path for problem in read(content_files(content)).problems] == ["content/groups.yaml"]


def test_a_file_that_is_not_utf8_is_named_with_the_line_of_the_first_wrong_letter(content: Path) -> None:
    """Windows-1252 is a common accident."""
    (content / BANK).write_bytes("topic: bank-account\ntitle: eröffnen\n".encode("cp1252"))
    assert problems_of(content)[0] == (
        "content/faq/bank-account.yaml:2: this is not UTF-8. Save the file again with the encoding UTF-8."
    )


def test_files_from_windows_are_welcome(content: Path) -> None:
    """Line ends of two characters are no mistake."""
    path = content / BANK
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert problems_of(content) == []


def test_an_empty_file_is_named(content: Path) -> None:
    """A file that was saved too early is not an entry."""
    write(content / BANK, "# later\n")
    assert problems_of(content) == [
        "content/faq/bank-account.yaml:1: the file is empty. Write the entry, or delete the file."
    ]


def test_a_file_that_nobody_would_read_is_named(content: Path) -> None:
    """The other common ending of YAML files is not passed over in silence."""
    (content / "faq/debts.yaml").rename(content / "faq/debts.yml")
    assert (
        Problem(
            "content/faq/debts.yml", 1, "this file is not read, because its name does not end in .yaml", "Rename it"
        )
        in read(content_files(content)).problems
    )


def test_missing_settings_are_named(content: Path) -> None:
    """Without its languages Lotse cannot start, and says so."""
    (content / "languages.yaml").unlink()
    reading = read(content_files(content))
    assert not reading.usable
    assert str(reading.errors[-1]).startswith("content/languages.yaml:1: this file is missing.")
    assert {problem.path for problem in reading.errors} == {"content/groups.yaml", "content/languages.yaml"}


def test_what_is_written_without_quotes_stays_as_it_is_written(content: Path) -> None:
    """YAML would make ``no`` false and ``01234`` a number; an editor means the letters."""
    change(content / BANK, "      - Open a bank account?", "      - no\n      - 01234")
    assert load(content).faq["bank-account"].texts["en"].examples == ("no", "01234")


def test_anything_at_all_can_be_read_without_an_exception(content: Path) -> None:
    """Whatever an editor saves, the answer is a list of problems."""
    for junk in (
        b"- a",
        b"a",
        b"[" * 3000,
        b"a: &a [*a]",
        b"? [x]\n: y",
        b"a: b\n---\na: c",
        b"\x00",
        b"{}",
        b"texts: {de: []}",
    ):
        for name in (BANK, OFFICE, "groups.yaml", "languages.yaml", "handover.yaml", "cards/find_course.yaml"):
            assert read({**content_files(content), name: junk}).errors, (junk, name)
