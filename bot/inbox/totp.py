"""The second factor: six digits that change every half minute (TOTP, RFC 6238)."""

import re

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError

_ISSUER = "Lotse"
_SPACES = re.compile(r"\s")
_SIX_DIGITS = re.compile(r"[0-9]{6}")
STEP = 30  # seconds
WINDOW = 1  # steps before and after, for clocks that go wrong


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: float) -> int | None:
    """The time step that the code belongs to, so that it is taken once only; None if it is wrong."""
    digits = _SPACES.sub("", code)
    if not _SIX_DIGITS.fullmatch(digits):
        return None
    try:
        return pyotp.TOTP(secret, interval=STEP).verify_and_get_timecode(digits, for_time=now, valid_window=WINDOW)
    except OTPVerificationError:
        return None


def address(secret: str, email: str) -> str:
    """What an authenticator app reads: ``otpauth://totp/…``."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=email, issuer_name=_ISSUER)


def picture(secret: str, email: str) -> str:
    """The same as a square code, in an address that an image can show without asking anybody (``data:``)."""
    return segno.make(address(secret, email), error="m").svg_data_uri(scale=5, border=4, light="#fff")


def spelled(secret: str) -> str:
    """The secret in groups of four, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
