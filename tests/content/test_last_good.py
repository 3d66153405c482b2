"""A broken file never keeps Lotse from starting with what was good before."""

from pathlib import Path

import pytest

from bot.content import ContentError, load_or_last_good
from tests.content.sample import change, write, write_project

BANK = "faq/bank-account.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Give the directory of a content without mistakes."""
    return write_project(tmp_path) / "content"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give the directory of the last good content, which does not exist yet."""
    return tmp_path / "var/content/last-good"


def test_good_files_are_used_and_kept(content: Path, store: Path) -> None:
    """A good start leaves one file behind, and a second start leaves it alone."""
    loaded = load_or_last_good(content, store)
    assert (loaded.origin, loaded.problems) == ("present", ())
    kept = [(path.name, path.stat().st_ino) for path in store.iterdir()]
    load_or_last_good(content, store)
    assert [(path.name, path.stat().st_ino) for path in store.iterdir()] == kept
    assert len(kept) == 1


def test_the_last_good_state_is_used_while_a_file_is_broken(content: Path, store: Path) -> None:
    """The catalogue is the earlier one; the problems name the present file and line."""
    load_or_last_good(content, store)
    change(content / BANK, "title: Open a bank account", "title: [Open")
    loaded = load_or_last_good(content, store)
    assert loaded.origin == "last_good"
    assert loaded.catalogue.faq["bank-account"].texts["en"].title == "Open a bank account"
    assert {(problem.path, problem.line) for problem in loaded.problems} == {("content/faq/bank-account.yaml", 23)}


def test_a_repaired_file_replaces_the_last_good_state(content: Path, store: Path) -> None:
    """What is good becomes the next fallback."""
    load_or_last_good(content, store)
    change(content / BANK, "title: Open a bank account", "title: A bank account")
    assert load_or_last_good(content, store).origin == "present"
    write(content / BANK, "broken: [")
    assert load_or_last_good(content, store).catalogue.faq["bank-account"].texts["en"].title == "A bank account"


def test_without_a_last_good_state_only_the_broken_entry_is_left_out(content: Path, store: Path) -> None:
    """The other answers stand, and none points to the one that is missing."""
    write(content / BANK, "broken: [")
    loaded = load_or_last_good(content, store)
    assert loaded.origin == "partial"
    assert list(loaded.catalogue.faq) == ["debts"]
    assert loaded.catalogue.faq["debts"].related == ()
    assert not store.exists()


def test_broken_groups_do_not_take_the_answers_away(content: Path, store: Path) -> None:
    """An entry whose group cannot be read keeps the group's id as its title."""
    change(content / "groups.yaml", "  emoji", " emoji: [\n  emoji")
    catalogue = load_or_last_good(content, store).catalogue
    assert catalogue.groups[catalogue.faq["debts"].group].name_in("de") == "money"


def test_without_languages_and_without_a_last_good_state_nothing_can_start(content: Path, store: Path) -> None:
    """The error names file and line."""
    write(content / "languages.yaml", "de: {name: Deutsch\n")
    with pytest.raises(ContentError, match=r"content/languages.yaml:2: this is not YAML"):
        load_or_last_good(content, store)


def test_a_damaged_last_good_state_counts_as_none(content: Path, store: Path) -> None:
    """A torn file on the disk must not hide the present problems."""
    load_or_last_good(content, store)
    snapshot = next(store.iterdir())
    snapshot.write_bytes(snapshot.read_bytes()[:200])
    write(content / BANK, "broken: [")
    assert load_or_last_good(content, store).origin == "partial"


def test_a_store_that_cannot_be_written_does_not_stop_good_content(content: Path, store: Path) -> None:
    """A full or read-only disk is no reason to be silent."""
    write(store.parent, "a file where a folder should be")
    assert load_or_last_good(content, store).origin == "present"
