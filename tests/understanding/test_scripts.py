"""The script of a text is that of its native words, even among German names."""

import pytest

from bot.understanding.scripts import script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("wo ist das", "latin"),
        ("وين المكتب", "arabic"),
        ("де лікар", "cyrillic"),
        ("ሓኪም ኣበይ", "ethiopic"),
        ("ελληνικά", "unknown"),
        ("اريد Anmeldung في Jobcenter", "arabic"),
        ("12 👍", None),
    ],
)
def test_the_script_of_a_text(text: str, script: str | None) -> None:
    """German names of offices do not make a text Latin."""
    assert script_of(text) == script
