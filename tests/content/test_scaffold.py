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
        ("phone", "", "x" * 61, "The title has 61 letters. Write at most 60, on one line."),
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
        ("bank-acount", [], 'There is no topic or card "bank-acount". Write "bank-account", if that is meant.'),
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
