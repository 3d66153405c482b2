"""Encryption at rest and keyed hashes.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the purpose is authenticated with the text, so
that a value cannot be moved to another column. Keys for encryption and for hashing are derived apart from
one secret by HKDF (RFC 5869). The name of the key stands before the text, so that keys can be changed.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import LotseError
from bot.settings import Key

_NONCE = 12
_HASH = 32


class WrongKeyError(LotseError):
    """Something stored was encrypted with a key that is not there, or was changed."""


class Vault:
    """Encrypts with the newest key, decrypts with any."""

    def __init__(self, keys: Sequence[Key]) -> None:
        if not keys:
            raise WrongKeyError("There is no key. Set LOTSE_SECRET_KEY; `lotse key` makes one.")
        self.current = keys[0].id
        self._ciphers = {key.id: AESGCM(_derive(key.secret, b"lotse encryption")) for key in keys}
        self._hash_keys = {key.id: _derive(key.secret, b"lotse hashing") for key in keys}

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The names of all keys, newest first."""
        return tuple(self._ciphers)

    def seal(self, purpose: str, value: Any) -> bytes:
        """Encrypt a JSON value, in which dataclasses stand for objects."""
        nonce = os.urandom(_NONCE)
        text = _ENCODER.encode(value).encode("utf-8", "surrogatepass")
        return (
            self.current.encode() + b"\0" + nonce + self._ciphers[self.current].encrypt(nonce, text, purpose.encode())
        )

    def open(self, purpose: str, sealed: bytes) -> Any:
        """Decrypt what ``seal`` gave.

        Raises:
            WrongKeyError: the key is missing, or the value was changed or moved.
        """
        key_id, _, rest = sealed.partition(b"\0")
        cipher = self._ciphers.get(key_id.decode("ascii", "replace"))
        if cipher is None:
            raise WrongKeyError(
                f"The key {key_id.decode('ascii', 'replace')!r} is missing. Add it to LOTSE_SECRET_KEY."
            )
        try:
            text = cipher.decrypt(rest[:_NONCE], rest[_NONCE:], purpose.encode())
        except (InvalidTag, ValueError) as error:  # ValueError: it is too short to be one of ours
            raise WrongKeyError(
                "A stored value cannot be decrypted: LOTSE_SECRET_KEY is not the one it was made with."
            ) from error
        return json.loads(text.decode("utf-8", "surrogatepass"))

    def hash(self, *parts: str) -> str:
        """A keyed hash (HMAC-SHA-256, 64 hexadecimal digits) of the parts, with the newest key."""
        return self._hash(self.current, parts)

    def hashes(self, *parts: str) -> tuple[str, ...]:
        """The hash under each key, newest first, to find what an older key filed."""
        return tuple(self._hash(key_id, parts) for key_id in self._hash_keys)

    def mac(self, length: int, *parts: str) -> bytes:
        """The first ``length`` bytes of the keyed hash, to sign what goes out and comes back."""
        return bytes.fromhex(self.hash(*parts))[:length]

    def macs(self, length: int, *parts: str) -> tuple[bytes, ...]:
        """The signature under each key, newest first: what was signed before a change of keys stays good."""
        return tuple(bytes.fromhex(value)[:length] for value in self.hashes(*parts))

    def _hash(self, key_id: str, parts: Sequence[str]) -> str:
        # Lengths are part of the text, so that ("a", "bc") and ("ab", "c") differ.
        message = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._hash_keys[key_id], message, hashlib.sha256).hexdigest()


def _fields(value: Any) -> dict[str, Any]:
    # As asdict() would, but without a copy of everything inside.
    return {field.name: getattr(value, field.name) for field in fields(value)}


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_fields)


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_HASH, salt=None, info=purpose).derive(secret)
