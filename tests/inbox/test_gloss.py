"""A gloss says in the reader's language what Lotse made of a message."""

import pytest

from bot.i18n import STAFF, Texts
from bot.inbox.gloss import direction_of, gloss
from bot.messages import Understanding
from tests.inbox.workroom import ARABIC, LETTER, PERHAPS, content


@pytest.mark.parametrize(
    ("text", "way"),
    [
        (ARABIC, "rtl"),
        ("Jobcenter", "ltr"),
        ("Ich habe das Wort سلام gelesen", "ltr"),
        ("12345 ?!", "ltr"),
        ("", "ltr"),
        ("سلام 12345", "rtl"),
        ("שלום", "rtl"),
        ("ሰላም", "ltr"),
    ],
)
def test_the_direction_is_that_of_most_letters(text: str, way: str) -> None:
    """Whatever stands first."""
    assert direction_of(text) == way


def test_a_topic_is_named_by_its_german_question() -> None:
    """With the values as they are called on our pages; a sure guess needs no others."""
    found = gloss(LETTER, content(), Texts("de", domain=STAFF))
    assert found.nearest.name == "Ich verstehe einen Brief nicht"
    assert (found.nearest.percent, found.nearest.topic, found.others) == (91, "letter-not-understood", ())
    assert found.named == (("Amt", "Jobcenter Stuttgart"), ("Tag", "Mittwoch, 25. November 2026"))
    assert found.language == "Arabisch"


def test_an_unsure_guess_names_what_else_it_could_be() -> None:
    """Without the guess itself."""
    found = gloss(PERHAPS, content(), Texts("en"))
    assert [guess.percent for guess in found.others] == [30]
    assert found.named == (("District", "Ost"),)


def test_what_the_catalogue_has_lost_is_shown_as_it_is() -> None:
    """A topic that was renamed, an entity of a newer version, a day that is none."""
    named = {"date": ("bald",), "age": ("8", "x"), "planet": ("mars",), "weekday": ("mon",), "audience": ("women",)}
    found = gloss(Understanding("", "faq/gone", 0.2, "unknown", (), named), content(), Texts("en"))
    assert (found.nearest.name, found.nearest.topic, found.language) == ("faq/gone", "", "")
    assert dict(found.named) == {
        "Day": "bald",
        "Age": "8 years old, x",
        "planet": "mars",
        "Day of the week": "Monday",
        "For whom": "women",
    }
