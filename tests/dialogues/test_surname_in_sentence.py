"""A surname in a sentence goes through the whole assistant, and leaves no trace."""

import json

import pytest

from bot import bootstrap
from tests.dialogues.talker import Talker


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my surname is Haddad, which team of the foreigners office is responsible for me?"),
        ("de", "Mein Nachname ist Haddad. Welches Team der Ausländerbehörde ist für mich zuständig?"),
    ],
)
async def test_a_surname_in_a_sentence_is_used_and_forgotten(mind: bootstrap.Mind, language: str, text: str) -> None:
    """The team is told; the sentence is neither remembered for staff nor counted as a question."""
    person = Talker(mind, hint=language)
    (reply,) = await person.says(text)
    assert "fluechtlinge.a-i@stuttgart.de" in reply.text
    assert person.effects == ()
    assert "haddad" not in json.dumps(person.talk.as_json()).casefold()
