"""What a case shows of its transcript in the list, and what Lotse made of a line."""

import pytest

from bot.messages import Candidate, Understanding
from bot.settings import Key
from bot.storage import transcript
from bot.storage.crypto import Vault

VAULT = Vault([Key("test", b"k" * 32)])


@pytest.mark.parametrize(
    ("text", "shown"),
    [("  kurz\n\nund\tgut ", "kurz und gut"), ("x" * 160, "x" * 160), ("x" * 161, "x" * 159 + "…"), ("", "")],
)
def test_a_preview_is_the_beginning_on_one_line(text: str, shown: str) -> None:
    """Never longer than two lines of a list."""
    assert transcript.preview(text) == shown


def test_what_was_understood_comes_back_as_it_was() -> None:
    """Also if another version added something to it."""
    meant = Understanding("uk", "faq/rent", 0.9, "sure", (Candidate("faq/rent", 0.9),), {"district": ("ost", "west")})
    assert transcript.understanding(VAULT, VAULT.seal(transcript.UNDERSTOOD, meant)) == meant
    values = {"language": "uk", "intent": "x", "confidence": 0.1, "band": "unknown", "later": 1}
    assert transcript.understanding(VAULT, VAULT.seal(transcript.UNDERSTOOD, values)) == Understanding(
        "uk", "x", 0.1, "unknown"
    )
    assert transcript.understanding(VAULT, None) is None
