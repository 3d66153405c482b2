"""Signed buttons."""

import pytest

from bot import settings
from bot.channels import taps
from bot.channels.taps import LIMIT, TooLongActionError, sign, verify
from bot.content.vocabulary import DISTRICT_NAMES
from bot.storage.crypto import Vault

PERSON = ("telegram", "510200301")


@pytest.fixture
def vault() -> Vault:
    """A vault with a fresh key."""
    return _vault(settings.new_key("one"))


def _vault(*keys: str) -> Vault:
    return Vault(settings.load({"LOTSE_SECRET_KEY": ",".join(keys)}).keys)


def test_a_signed_action_comes_back(vault: Vault) -> None:
    """What was sent to a person is taken from this person."""
    lane = vault.hash("person", *PERSON)
    for action in ("menu", "faq:bank-account", "case:12:close", "ü~:~x", ""):
        assert verify(vault, PERSON, sign(vault, lane, action)) == action


def test_the_button_of_another_person_is_refused(vault: Vault) -> None:
    """Neither another id nor another channel will do."""
    data = sign(vault, vault.hash("person", *PERSON), "delete:yes")
    assert verify(vault, ("telegram", "510200302"), data) == ""
    assert verify(vault, ("web", PERSON[1]), data) == ""


@pytest.mark.parametrize("data", ["", "~", "menu", "menu~", "~~~", "menu~AAAAAAAAAAA", "x" * 65, "menu~\ud800", "ü~ü"])
def test_forged_data_is_refused(vault: Vault, data: str) -> None:
    """Nothing is raised, nothing is trusted."""
    assert verify(vault, PERSON, data) == ""


def test_a_changed_action_is_refused(vault: Vault) -> None:
    """The signature belongs to its action."""
    data = sign(vault, vault.hash("person", *PERSON), "delete")
    assert verify(vault, PERSON, data.replace("delete", "export")) == ""


def test_a_button_outlives_a_new_key_and_ends_with_the_old_one() -> None:
    """Old buttons work as long as their key is there."""
    old, new = settings.new_key("old"), settings.new_key("new")
    before = _vault(old)
    data = sign(before, before.hash("person", *PERSON), "menu")
    assert verify(_vault(new, old), PERSON, data) == "menu"
    assert verify(_vault(new), PERSON, data) == ""


def test_an_action_that_does_not_fit_is_refused(vault: Vault) -> None:
    """52 bytes fit, 53 do not."""
    lane = vault.hash("person", *PERSON)
    assert len(sign(vault, lane, "x" * 52).encode()) == LIMIT
    with pytest.raises(TooLongActionError):
        sign(vault, lane, "ü" * 26 + "x")


def test_every_district_fits_for_a_long_time(vault: Vault) -> None:
    """Even the thousandth case of a person can be placed in the longest district."""
    lane = vault.hash("person", *PERSON)
    for district in DISTRICT_NAMES:
        assert taps.verify(vault, PERSON, sign(vault, lane, f"place:1000:{district}")) == f"place:1000:{district}"
