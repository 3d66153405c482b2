"""Known sentences are recognised word for word; courtesy around a wish is taken off."""

import pytest

from bot.understanding.examples import Example
from bot.understanding.phrases import KnownPhrases, known_phrases
from tests.understanding.conftest import EXAMPLES


@pytest.fixture(scope="module")
def phrases() -> KnownPhrases:
    """The phrases of the small training set."""
    return known_phrases(EXAMPLES)


@pytest.mark.parametrize("text", ["Hallo", "hallo!!!", "HALLOOOO 😊", "Guten Tag.", "مرحبا"])
def test_a_greeting_is_known_however_it_is_typed(phrases: KnownPhrases, text: str) -> None:
    """Case, signs and stretched letters make no difference."""
    assert phrases.intent_of(text) == "greet"


def test_an_utterance_of_two_intents_stands_for_neither() -> None:
    """A sentence that editors gave to two intents proves nothing."""
    ambiguous = known_phrases([Example("hilfe", "de", "help"), Example("Hilfe!", "de", "emergency")])
    assert ambiguous.intent_of("hilfe") is None


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Hallo, ich suche Arbeit", "ich suche Arbeit"),
        ("Guten Tag! Hallo! wo ist das Amt? Vielen Dank", "wo ist das Amt?"),
        ("hallo", "hallo"),
        ("hallo danke", "hallo danke"),
        ("ich sage hallo zu ihm", "ich sage hallo zu ihm"),
    ],
)
def test_courtesy_is_taken_off_a_wish(phrases: KnownPhrases, text: str, wish: str) -> None:
    """What remains is the wish; pure courtesy stays whole."""
    assert phrases.without_courtesy(text) == wish
