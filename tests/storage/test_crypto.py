"""What is sealed stays secret, in its place and readable after a change of keys."""

import pytest

from bot.settings import Key
from bot.storage.crypto import Vault, WrongKeyError
from tests.storage.parts import KEY, NEWER


@pytest.fixture
def vault() -> Vault:
    """One key."""
    return Vault([KEY])


@pytest.mark.parametrize("value", ["مرحبا", {"chat": 7351902846, "list": [1, None, True]}, "", "a lone \ud800 half"])
def test_what_was_sealed_is_opened_again(vault: Vault, value: object) -> None:
    """Any JSON value comes back as it was, even broken Unicode."""
    assert vault.open("state", vault.seal("state", value)) == value


def test_sealing_hides_the_text_and_never_repeats_itself(vault: Vault) -> None:
    """The text is not to be seen, and equal texts do not look alike."""
    first, second = vault.seal("state", "Aufenthalt"), vault.seal("state", "Aufenthalt")
    assert b"Aufenthalt" not in first
    assert first != second


def test_a_value_cannot_be_moved_to_another_purpose(vault: Vault) -> None:
    """What was sealed as an address does not open as a state."""
    with pytest.raises(WrongKeyError):
        vault.open("state", vault.seal("address", {"chat": 1}))


@pytest.mark.parametrize("place", [-1, 8, 20])
def test_a_changed_value_does_not_open(vault: Vault, place: int) -> None:
    """One flipped bit is noticed."""
    sealed = bytearray(vault.seal("state", "text"))
    sealed[place] ^= 1
    with pytest.raises(WrongKeyError):
        vault.open("state", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"test\0", b"test\0short", b"\xff\xfe\0" + b"x" * 40])
def test_garbage_does_not_open(vault: Vault, sealed: bytes) -> None:
    """What was never sealed is refused in the same way."""
    with pytest.raises(WrongKeyError):
        vault.open("state", sealed)


def test_the_newest_key_seals_and_older_ones_open(vault: Vault) -> None:
    """After a change of keys old values can be read, and new ones need the new key."""
    both = Vault([NEWER, KEY])
    assert both.open("state", vault.seal("state", "old")) == "old"
    with pytest.raises(WrongKeyError, match="'newer' is missing"):
        vault.open("state", both.seal("state", "new"))


def test_another_secret_of_the_same_name_is_told_apart(vault: Vault) -> None:
    """The sentence says that the secret is not the right one."""
    other = Vault([Key(KEY.id, b"o" * 32)])
    with pytest.raises(WrongKeyError, match="not the one it was made with"):
        other.open("state", vault.seal("state", "text"))


def test_without_a_key_there_is_no_vault() -> None:
    """The sentence says how to get one."""
    with pytest.raises(WrongKeyError, match="lotse key"):
        Vault([])


def test_hashes_need_the_key_and_respect_the_borders_of_parts(vault: Vault) -> None:
    """Nobody without the key can find a person's lane; ("a", "bc") and ("ab", "c") differ."""
    assert vault.hash("person", "1") == Vault([KEY]).hash("person", "1")
    assert vault.hash("person", "1") != Vault([NEWER]).hash("person", "1")
    assert vault.hash("a", "bc") != vault.hash("ab", "c")
    assert len(vault.hash("person", "1")) == 64


def test_hashes_of_all_keys_find_what_an_older_key_filed(vault: Vault) -> None:
    """The newest comes first; signatures are cut to the wanted length."""
    both = Vault([NEWER, KEY])
    assert both.hashes("person", "1") == (Vault([NEWER]).hash("person", "1"), vault.hash("person", "1"))
    assert both.macs(8, "tap", "menu")[0] == both.mac(8, "tap", "menu")
    assert both.macs(8, "tap", "menu")[1] == vault.mac(8, "tap", "menu")
    assert len(both.mac(8, "tap")) == 8
