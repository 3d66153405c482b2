"""Codes of the second factor."""

import pytest

from bot.inbox import totp

# The key of RFC 6238, appendix B, in base32; its codes cut to six digits.
_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("now", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_codes_are_those_of_the_standard(now: int, code: str) -> None:
    """So that every app can make them."""
    assert totp.step_of(_SECRET, code, now) == now // 30


def test_a_clock_may_be_half_a_minute_off_and_no_more() -> None:
    """In both directions; the step is the one of the code, not of now."""
    code = "081804"
    steps = [totp.step_of(_SECRET, code, 1111111109 + seconds) for seconds in (-60, -30, 0, 30, 61)]
    assert steps == [None, 37037036, 37037036, 37037036, None]


@pytest.mark.parametrize("code", ["", "08180", "0818044", "08180x", "٠٨١٨٠٤", "-81804", "0818 0"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    """Not an error."""
    assert totp.step_of(_SECRET, code, 1111111109) is None


def test_a_code_may_be_typed_in_two_groups() -> None:
    """As apps show it."""
    assert totp.step_of(_SECRET, " 081 804 ", 1111111109)


def test_the_picture_asks_nobody_and_says_what_apps_read() -> None:
    """It is part of the page."""
    assert totp.picture(_SECRET, "a@x.example").startswith("data:image/svg+xml")
    assert totp.address(_SECRET, "a@x.example") == f"otpauth://totp/Lotse:a%40x.example?secret={_SECRET}&issuer=Lotse"


def test_secrets_are_new_and_long() -> None:
    """160 bits, as the standard recommends."""
    assert totp.new_secret() != totp.new_secret()
    assert len(totp.new_secret()) == 32
    assert totp.spelled("ABCDEFGH") == "ABCD EFGH"
