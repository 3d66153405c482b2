"""The catalogues of fixed texts count rightly."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.i18n import Texts

LOCALES = Path(__file__).parents[1] / "locales"


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_every_plural_of_a_slavic_language_names_the_number(language: str) -> None:
    """Its first form is for 21 and 31 too, so none of them may leave the number out."""
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        plurals = [message.string or () for message in read_po(file, locale=language) if message.pluralizable]
    assert plurals
    assert [form for forms in plurals for form in forms if "%(number)d" not in form] == []


def test_who_has_no_language_yet_is_spoken_to_in_the_fallback() -> None:
    """Who has only tapped so far, for one."""
    assert (Texts("").language, Texts("").say("Yes")) == ("en", "Yes")
