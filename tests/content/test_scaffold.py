"""New entries are refused for good reasons, and stamps are written where they belong."""

from datetime import date
from pathlib import Path

import pytest

from bot.content import content_files, made_from, read
from bot.content.scaffold import new_faq
from bot.content.stamps import stamp
from bot.errors import LotseError
from tests.content.sample import change, write_project

TODAY = date(2026, 8, 31)
STAMP = made_from("Bankkonto eröffnen", "Bankkonto eröffnen.")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Give the directory of a content without mistakes."""
    return write_project(tmp_path) / "content"


def test_a_new_entry_has_every_language_and_a_review_in_half_a_year(content: Path) -> None:
    """The whole file is YAML of the right shape; what is open is open, and nothing else is wrong."""
    said = new_faq(content, "phone-bill", group="money", title='Rechnung: "Handy"', today=TODAY)
    path = content / "faq/phone-bill.yaml"
    text = path.read_text(encoding="utf-8")
    assert f"{path} is made." in said
    assert "review_due: 2027-02-28" in text
    assert all(f"\n  {code}:" in text for code in ("de", "en", "ar", "uk", "ti"))
    assert [str(problem).partition(": ")[2] for problem in read(content_files(content)).errors] == [
        "the source is still open. Write where the facts come from, with the address of the page; write [] for none.",
        "answer and examples in de are still open. Write it.",
        *(
            f"title, answer and examples in {code} are still open. Translate it from the German text."
            for code in ("en", "ar", "uk", "ti")
        ),
    ]


def test_an_entry_without_a_group_names_the_groups(content: Path) -> None:
    """Group and title may be left for later."""
    new_faq(content, "phone-bill", today=TODAY)
    errors = [str(problem) for problem in read(content_files(content)).errors]
    assert any("the group is still open. Write one of the groups of groups.yaml." in error for error in errors)
    assert any("title, answer and examples in de are still open" in error for error in errors)


@pytest.mark.parametrize(
    ("topic", "group", "title", "expected"),
    [
        ("Phone", "", "", '"Phone" is not an id. Use 2 to 40 small letters'),
        ("../phone", "", "", '"../phone" is not an id.'),
        ("x" * 41, "", "", "is not an id."),
        ("debts", "", "", "debts.yaml exists already. Change that file, or choose another id."),
        ("phone", "mony", "", '"mony" is not a known group. Write "money", if that is meant.'),
        ("phone", "", "x" * 46, "The title has 46 letters. Write at most 45, on one line."),
    ],
)
def test_a_bad_entry_is_refused_with_a_remedy(content: Path, topic: str, group: str, title: str, expected: str) -> None:
    """Nothing is written then."""
    before = content_files(content)
    with pytest.raises(LotseError) as raised:
        new_faq(content, topic, group=group, title=title, today=TODAY)
    assert expected in str(raised.value)
    assert content_files(content) == before


def test_a_stamp_is_renewed_only_where_it_is_asked_for(content: Path) -> None:
    """An old stamp says that somebody has to compare, so only its own language takes it away."""
    bank = content / "faq/bank-account.yaml"
    change(bank, f"  ti:\n    made_from: {STAMP}\n", "  ti:\n")
    change(bank, f"  uk:\n    made_from: {STAMP}\n", "  uk:\n    made_from: null\n")
    change(bank, "    title: Bankkonto eröffnen", "    title: Konto eröffnen")
    assert stamp(content, "bank-account") == ["uk", "ti"]
    new = made_from("Konto eröffnen", "Bankkonto eröffnen.")
    assert bank.read_text(encoding="utf-8").count(f"made_from: {new}") == 2
    texts = read(content_files(content)).catalogue.faq["bank-account"].texts
    assert {code for code, text in texts.items() if text.outdated} == {"en", "ar"}
    assert stamp(content, "bank-account", ["en", "ar"]) == ["en", "ar"]
    assert not read(content_files(content)).problems


@pytest.mark.parametrize(
    ("name", "languages", "expected"),
    [
        ("bank-acount", [], 'There is no topic, card or phrase "bank-acount". Write "bank-account", if that is meant.'),
        ("bank-account", ["fr"], '"bank-account" has no text in "fr". Use one of: en, ar, uk, ti.'),
    ],
)
def test_a_stamp_for_nothing_is_refused(content: Path, name: str, languages: list[str], expected: str) -> None:
    """What was mistyped is named, and no file is touched."""
    before = content_files(content)
    with pytest.raises(LotseError, match=expected[:20]) as raised:
        stamp(content, name, languages)
    assert str(raised.value) == expected
    assert content_files(content) == before


ENGLISH = f"  en:\n    made_from: {STAMP}\n    title: Open a bank account\n    answer: |\n      Open a bank account.\n"
NEW = made_from("Konto eröffnen", "Bankkonto eröffnen.")
SIX = "  en:  # Englisch\n      # kurz\n{}      title: Open a bank account\n      answer: Open a bank account.\n"
FLOW = "  en: {{{}title: Open a bank account, answer: Open a bank account.,\n    review: null}}  # kurz\n"
PLAIN = "  en:\n    title: Open a bank account\n    made_from:{}\n    answer: Open a bank account.\n"


def _with_english(content: Path, english: str) -> Path:
    """Write the English text in another way, under a German text that has changed."""
    bank = content / "faq/bank-account.yaml"
    change(bank, "    title: Bankkonto eröffnen", "    title: Konto eröffnen")
    tail = "    review: null\n    examples:\n      - Open a bank account?\n"
    change(bank, f"{ENGLISH}{tail}", english)
    return bank


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        (SIX.format(""), SIX.format("").replace("# Englisch\n", f"# Englisch\n      made_from: {NEW}\n")),
        (FLOW.format(""), FLOW.format(f"made_from: {NEW}, ")),
        (FLOW.format("made_from: null, "), FLOW.format(f"made_from: {NEW}, ")),
        (PLAIN.format(" null  # by Ayşe"), PLAIN.format(f" {NEW}  # by Ayşe")),
        (PLAIN.format("  # by Ayşe"), PLAIN.format(f" {NEW}  # by Ayşe")),
        (PLAIN.format(""), PLAIN.format(f" {NEW}")),
        (PLAIN.format(' "old, with {}" # x'), PLAIN.format(f" {NEW} # x")),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_stamp_keeps_everything_else(content: Path, english: str, expected: str, end: str) -> None:
    """Comments, indentation, line ends and permissions stay, and nothing is left beside the file."""
    bank = _with_english(content, english)
    before = bank.read_text(encoding="utf-8").replace("\n", end)
    bank.write_bytes(before.encode())
    bank.chmod(0o664)
    assert stamp(content, "bank-account", ["en"]) == ["en"]
    after = bank.read_bytes().decode()
    assert after == before.replace(english.replace("\n", end), expected.replace("\n", end))
    assert bank.stat().st_mode & 0o777 == 0o664
    assert sorted(path.name for path in bank.parent.iterdir()) == ["bank-account.yaml", "debts.yaml"]
    assert not any(" (en) " in str(problem) for problem in read(content_files(content)).problems)


@pytest.mark.parametrize(
    "english", ["  en:\n    ? title\n    : C\n    ? answer\n    : D\n", "  ? en\n  : title: C\n    answer: D\n"]
)
def test_a_text_that_no_stamp_can_be_set_into_is_refused(content: Path, english: str) -> None:
    """Rather than breaking the file, the place and what to do are said."""
    bank = _with_english(content, english)
    before = bank.read_bytes()
    with pytest.raises(LotseError) as raised:
        stamp(content, "bank-account", ["en"])
    assert str(raised.value).startswith(f"{bank}:")
    assert bank.read_bytes() == before


def test_a_stamp_that_cannot_be_written_leaves_the_file(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is said in words, and no half file is left."""
    bank = _with_english(content, PLAIN.format(""))
    before = bank.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(LotseError, match=r"bank-account\.yaml cannot be written \(No space left on device\)\. Allow"):
        stamp(content, "bank-account", ["en"])
    assert bank.read_bytes() == before
    assert sorted(path.name for path in bank.parent.iterdir()) == ["bank-account.yaml", "debts.yaml"]


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ("en: {name: English}\n", "languages.yaml:1: German (de) is missing. Add it"),
        ("de: Deutsch\nen: {name: English}\n", "languages.yaml:1: "),
        ("de: {name: [\n", "languages.yaml:2: this is not YAML"),
        (None, "languages.yaml:1: this file is missing."),
    ],
)
def test_a_new_entry_needs_german(content: Path, languages: str | None, expected: str) -> None:
    """Without its line nothing can be laid out."""
    (content / "languages.yaml").unlink()
    if languages:
        (content / "languages.yaml").write_text(languages, encoding="utf-8")
    with pytest.raises(LotseError) as raised:
        new_faq(content, "phone", title="Handy", today=TODAY)
    assert str(raised.value).startswith(f"{content}/{expected}")


@pytest.mark.parametrize("title", ["a\x07b", "a\u202eb", "a\rb", "a\u2028b", "ab\n", "a\udce4b", "a\ufffeb"])
def test_a_title_that_yaml_cannot_hold_is_refused(content: Path, title: str) -> None:
    """It would be a file that nobody can read."""
    with pytest.raises(LotseError, match=r".\. [A-Z].*\.$"):
        new_faq(content, "phone", title=title, today=TODAY)
    assert not (content / "faq/phone.yaml").exists()


def test_a_folder_that_cannot_be_written_is_named(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a read-only disk; tests may run as root, whom no permission stops."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(LotseError, match=r"phone\.yaml cannot be written \(Read-only file system\)\. Allow Lotse"):
        new_faq(content, "phone", today=TODAY)
