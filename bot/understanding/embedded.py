"""The interpreter that runs inside Lotse: no server, no account, one model for all languages."""

import asyncio
import logging
import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bot.messages import Band, Candidate, Understanding
from bot.understanding.classifier import OUT_OF_SCOPE, Classifier, Probabilities, softmax
from bot.understanding.encoder import Encoder
from bot.understanding.entities import EntityFinder
from bot.understanding.interpreter import InterpreterUnavailable
from bot.understanding.language import Identified, LanguageIdentifier
from bot.understanding.normalise import clean_utterance, sentences_of, words_of
from bot.understanding.phrases import SMALL_TALK, KnownPhrases

log = logging.getLogger(__name__)

# The engine lets go of the interpreter's lock while it encodes, so every core may encode.
_THREADS = os.cpu_count() or 2
_KNOWN = 0.99  # the confidence of an utterance that is an example, word for word
_LONG = 12  # words from which on the last sentence is read on its own as well
_SHORTEST_SENTENCE = 3  # words


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
        self._phrases = phrases
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="understanding")

    def identify(self, text: str, prior: str | None) -> Identified:
        """Say which language a text is in; ``prior`` is the language of the conversation so far."""
        return self._identifier.identify(text, prior)

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
        language = self._identifier.identify(text, prior).language
        entities = self._entities.find(text, language)
        ranking, band = self._rank(text)
        first = ranking[0]
        return Understanding(language, first.intent, first.confidence, band, ranking, entities)

    def _rank(self, text: str) -> tuple[tuple[Candidate, ...], Band]:
        if not words_of(text):
            return (Candidate(OUT_OF_SCOPE, 0.0),), "unknown"
        cleaned = clean_utterance(text)
        wish = self._phrases.without_courtesy(cleaned)
        known = self._phrases.intent_of(text) or self._phrases.intent_of(wish)
        if known is not None and known in self._classifier.intents:
            return (Candidate(known, _KNOWN),), "sure"
        ranking = self._classifier.ranking(self._probabilities(text, wish))
        return ranking, self._classifier.band(ranking)

    def _probabilities(self, text: str, wish: str) -> Probabilities:
        """Return the probabilities [intents] of a message, read as a whole and, if that is not enough, by sentences.

        A sentence that is understood surely wins over a whole that is not, and over small talk.
        """
        whole = self._of_parts([wish])
        understood = self._is_sure(whole[0], SMALL_TALK)
        sentences = [] if understood else _last_sentences(text, wish)
        if not sentences:
            first: Probabilities = whole[0]
            return first
        rows = self._of_parts(sentences)
        sentence: Probabilities
        for sentence in rows[::-1]:
            if self._is_sure(sentence, SMALL_TALK | {OUT_OF_SCOPE}):
                return sentence
        # The sentences and the whole see the same wish: together they are steadier than the whole alone.
        logs = np.log(np.concatenate([whole, rows]) + 1e-9)
        together: Probabilities = softmax(logs.mean(axis=0, keepdims=True))[0]
        return together

    def _of_parts(self, parts: list[str]) -> Probabilities:
        return self._classifier.probabilities(self._encoder.encode(parts), parts)

    def _is_sure(self, probabilities: Probabilities, but_not: Collection[str]) -> bool:
        ranking = self._classifier.ranking(probabilities)
        return self._classifier.band(ranking) == "sure" and ranking[0].intent not in but_not

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False)


def _last_sentences(text: str, wish: str) -> list[str]:
    """Return the last two sentences of a long message, each as the encoder may see it."""
    if len(wish.split()) < _LONG:
        return []
    sentences = [clean_utterance(s) for s in sentences_of(text) if len(s.split()) >= _SHORTEST_SENTENCE]
    return sentences[-2:] if len(sentences) > 1 else []
