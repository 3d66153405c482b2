"""Pseudonyms: easy to say, and nobody else's for a long time."""

import re

from bot.storage.pseudonyms import KINDS, pseudonym


def test_no_two_cases_in_tens_of_thousands_share_one() -> None:
    """Wherever one begins to count."""
    for start in (1, 100_000):
        assert len({pseudonym(number) for number in range(start, start + KINDS)}) == KINDS


def test_a_pseudonym_is_two_words_and_two_digits() -> None:
    """And does not give the number of the case away by its order."""
    names = [pseudonym(number) for number in range(1, 500)]
    assert all(re.fullmatch(r"[A-ZÄÖÜ][a-zäöüß]+e [A-Z][a-zäöüß]+ [1-9]\d", name) for name in names)
    assert len({name.rsplit(" ", 1)[0] for name in names[:20]}) > 15
