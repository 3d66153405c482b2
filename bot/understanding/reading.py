"""How a message is read, whichever engine says what its parts mean: small talk, courtesy, long messages."""

from collections.abc import Collection, Generator
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from bot.messages import Band, Candidate
from bot.understanding.classifier import OUT_OF_SCOPE, Bands, Probabilities, ranking_of, softmax
from bot.understanding.leaning import Leaning, leant
from bot.understanding.normalise import clean_utterance, sentences_of, words_of
from bot.understanding.phrases import SMALL_TALK, KnownPhrases

_KNOWN = 0.99  # the confidence of an utterance that is an example, word for word
_LONG = 12  # words from which on the last sentence is read on its own as well
_SHORTEST_SENTENCE = 3  # words

_NO_LEANING: Leaning = MappingProxyType({})

Ranked = tuple[tuple[Candidate, ...], Band]
Questions = Generator[list[str], Probabilities, Ranked]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads messages with an engine that gives ``intents`` probabilities, which ``bands`` say how to take."""

    intents: tuple[str, ...]
    bands: Bands
    phrases: KnownPhrases

    def read(self, text: str, additions: Leaning = _NO_LEANING) -> Questions:
        """Yield texts, take their probabilities [texts, intents], and return ranking and band of the message.

        So an engine in a thread and one behind a network are asked the same questions, each in its own way. Most
        messages need one question of one text; long ones that are not sure a second; known phrases none.
        """
        if not words_of(text):
            return (Candidate(OUT_OF_SCOPE, 0.0),), "unknown"
        wish = self.wish_of(text)
        known = self.phrases.intent_of(text) or self.phrases.intent_of(wish)
        if known is not None and known in self.intents:
            return (Candidate(known, _KNOWN),), "sure"
        ranking = ranking_of(self.intents, (yield from self._probabilities(text, wish, additions)))
        return ranking, self.bands.band(ranking)

    def wish_of(self, text: str) -> str:
        """Return what an engine may see of a message, without greetings and thanks around it."""
        return self.phrases.without_courtesy(clean_utterance(text))

    def _probabilities(
        self, text: str, wish: str, additions: Leaning
    ) -> Generator[list[str], Probabilities, Probabilities]:
        """Return the probabilities [intents] of a message, read as a whole and, if that is not enough, by sentences.

        A sentence that is understood surely wins over a whole that is not, and over small talk.
        """
        whole = leant((yield [wish]), self.intents, additions)
        understood = self._is_sure(whole[0], SMALL_TALK)
        sentences = [] if understood else _last_sentences(text, wish)
        if not sentences:
            first: Probabilities = whole[0]
            return first
        rows = leant((yield sentences), self.intents, additions)
        sentence: Probabilities
        for sentence in rows[::-1]:
            if self._is_sure(sentence, SMALL_TALK | {OUT_OF_SCOPE}):
                return sentence
        # The sentences and the whole see the same wish: together they are steadier than the whole alone.
        logs = np.log(np.concatenate([whole, rows]) + 1e-9)
        together: Probabilities = softmax(logs.mean(axis=0, keepdims=True))[0]
        return together

    def _is_sure(self, probabilities: Probabilities, but_not: Collection[str]) -> bool:
        ranking = ranking_of(self.intents, probabilities)
        return self.bands.band(ranking) == "sure" and ranking[0].intent not in but_not


def _last_sentences(text: str, wish: str) -> list[str]:
    """Return the last two sentences of a long message, each as an engine may see it."""
    if len(wish.split()) < _LONG:
        return []
    sentences = [clean_utterance(s) for s in sentences_of(text) if len(s.split()) >= _SHORTEST_SENTENCE]
    return sentences[-2:] if len(sentences) > 1 else []
