"""Passwords are argon2id, and weak ones are refused."""

import pytest
from argon2 import PasswordHasher

from bot.inbox.passwords import MOST, Passwords, too_weak

_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def test_a_password_fits_its_own_hash_only() -> None:
    """Which is salted: two of the same are different."""
    passwords = Passwords(_CHEAP)
    first, second = [await passwords.hash("neun blaue Boote") for _ in range(2)]
    assert first != second
    assert await passwords.fits("neun blaue Boote", first)
    assert not await passwords.fits("neun blaue boote", first)
    assert not await passwords.fits("neun blaue Boote", None)
    assert not await passwords.fits("neun blaue Boote", "no hash at all")


async def test_hashes_are_argon2id_with_todays_costs() -> None:
    """64 MiB and three passes, RFC 9106's choice where memory is short; weaker ones are renewed."""
    passwords = Passwords()
    made = await passwords.hash("neun blaue Boote")
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.outdated(_CHEAP.hash("neun blaue Boote"))
    assert not passwords.outdated(made)


async def test_letters_count_alike_however_the_keyboard_makes_them() -> None:
    """An "ü" of one character, and one of two."""
    passwords = Passwords(_CHEAP)
    assert await passwords.fits("gru\u0308n und lang", await passwords.hash("gr\u00fcn und lang"))


async def test_nobody_has_the_password_of_nobody() -> None:
    """What unknown addresses are compared with lets nobody in."""
    assert not await Passwords(_CHEAP).fits("\0", None)


@pytest.mark.parametrize("password", ["", "elf Zeichen", "aaaaaaaaaaaaaaaa", "abababababab", "x" * (MOST + 1)])
def test_short_and_dull_passwords_are_weak(password: str) -> None:
    """And those without end, which would only cost time."""
    assert too_weak(password, "anna@x.example")


def test_the_own_address_is_weak_and_a_sentence_is_not() -> None:
    """Whatever its case."""
    assert too_weak("ANNA.beck@x.example", "anna.beck@x.example")
    assert not too_weak("neun blaue Boote", "anna.beck@x.example")
