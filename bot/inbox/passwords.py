"""Passwords: argon2id (RFC 9106), hashed beside the event loop, a few at a time because each takes 64 MiB."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 12, 256  # characters
_AT_ONCE = 2


class Passwords:
    """Hashes passwords and compares them; it takes as long for an address that nobody has."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._gate = asyncio.Semaphore(_AT_ONCE)
        # Made of nothing that anybody could type.
        self._nobody = self._hasher.hash("\0")

    async def hash(self, password: str) -> str:
        """What is stored instead of it."""
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, _same_letters(password))

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; without a stored one the time is spent all the same."""
        if len(password) > MOST:
            return False
        async with self._gate:
            right = await asyncio.to_thread(self._verify, _same_letters(password), stored or self._nobody)
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether it was hashed with weaker parameters than those of today."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, password: str, stored: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def too_weak(password: str, email: str) -> bool:
    """Whether a new password must be refused: too short or long, few different letters, or the address itself."""
    letters = _same_letters(password)
    name = email.split("@", maxsplit=1)[0]
    return (
        not LEAST <= len(letters) <= MOST
        or len(set(letters)) < LEAST // 2
        or letters.casefold() in {email.casefold(), name.casefold() * (len(letters) // max(len(name), 1))}
    )


def _same_letters(password: str) -> str:
    # Keyboards write "ä" as one character or as two.
    return unicodedata.normalize("NFC", password)
