"""The interpreter that runs inside Lotse: no server, no account, one model for all languages."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from bot.messages import Understanding
from bot.understanding.classifier import Classifier, Probabilities
from bot.understanding.encoder import Encoder
from bot.understanding.entities import EntityFinder, as_wished
from bot.understanding.interpreter import InterpreterUnavailable
from bot.understanding.language import Identified, LanguageIdentifier
from bot.understanding.leaning import Leaning, leaning
from bot.understanding.phrases import KnownPhrases
from bot.understanding.reading import Ranked, Reader

# The engine lets go of the interpreter's lock while it encodes, so every core may encode.
_THREADS = os.cpu_count() or 2


class EmbeddedInterpreter:
    """Understands utterances with an encoder and a fitted classifier; ready once it is made."""

    def __init__(
        self,
        encoder: Encoder,
        classifier: Classifier,
        identifier: LanguageIdentifier,
        entities: EntityFinder,
        phrases: KnownPhrases,
    ) -> None:
        self._encoder = encoder
        self._classifier = classifier
        self._identifier = identifier
        self._entities = entities
        self.reader = Reader(classifier.intents, classifier.bands, phrases)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="understanding")

    def identify(self, text: str, prior: str | None) -> Identified:
        """Say which language a text is in; ``prior`` is the language of the conversation so far."""
        return self._identifier.identify(text, prior)

    def entities(self, text: str, language: str) -> dict[str, tuple[str, ...]]:
        """Return entity -> canonical values that a text in ``language`` names."""
        return self._entities.find(text, language)

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return language, intent and entities of an utterance, without holding up the event loop.

        Raises:
            InterpreterUnavailable: the encoder failed.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self.understand_now, text, prior)
        except Exception as error:  # noqa: BLE001 - an engine's errors share no base but this
            # The text of the error may hold what the person wrote; its kind does not.
            raise InterpreterUnavailable(f"The embedded interpreter failed ({type(error).__name__}).") from None

    def understand_now(self, text: str, prior: str | None) -> Understanding:
        """Do the work of ``understand`` in the caller's thread."""
        language = self.identify(text, prior).language
        entities = self.entities(text, language)
        ranking, band = self._rank(text, leaning(entities))
        first = ranking[0]
        entities = as_wished(entities, first.intent)
        return Understanding(language, first.intent, first.confidence, band, ranking, entities)

    def _rank(self, text: str, additions: Leaning) -> Ranked:
        questions = self.reader.read(text, additions)
        try:
            parts = next(questions)
            while True:
                parts = questions.send(self._of_parts(parts))
        except StopIteration as done:
            ranked: Ranked = done.value
            return ranked

    def _of_parts(self, parts: list[str]) -> Probabilities:
        return self._classifier.probabilities(self._encoder.encode(parts), parts)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False)
