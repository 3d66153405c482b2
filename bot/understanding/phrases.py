"""Utterances that are known word for word, and the greetings and thanks around a wish."""

from collections.abc import Iterable, Mapping, Sequence

from bot.understanding.examples import Example
from bot.understanding.normalise import key_of

SMALL_TALK = frozenset({"greet", "thank", "goodbye"})
_LONGEST_COURTESY = 4  # words


class KnownPhrases:
    """The training examples themselves: who writes one of them word for word means just that."""

    def __init__(self, intents: Mapping[str, str]) -> None:
        """Take normalised utterances (``key_of``) -> intent."""
        self.intents = intents
        self._courtesies = {key for key, intent in self.intents.items() if intent in SMALL_TALK}

    def intent_of(self, text: str) -> str | None:
        """Return the intent of an utterance that is known word for word."""
        return self.intents.get(key_of(text))

    def by_intent(self) -> dict[str, list[str]]:
        """Return the utterances of each intent."""
        found: dict[str, list[str]] = {}
        for utterance, intent in self.intents.items():
            found.setdefault(intent, []).append(utterance)
        return found

    def without_courtesy(self, text: str) -> str:
        """Take greetings and thanks from both ends of a text; what is nothing else stays as it is."""
        words = text.split()
        start, end = 0, len(words)
        while length := self._courtesy(words[start:end], from_start=True):
            start += length
        while length := self._courtesy(words[start:end], from_start=False):
            end -= length
        return " ".join(words[start:end]) if end - start > 1 else text

    def _courtesy(self, words: Sequence[str], *, from_start: bool) -> int:
        """Return how many words at one end are a known greeting or thanks; 0 when none are."""
        for length in range(min(_LONGEST_COURTESY, len(words)), 0, -1):
            part = words[:length] if from_start else words[-length:]
            if key_of(" ".join(part)) in self._courtesies:
                return length
        return 0


def known_phrases(examples: Iterable[Example]) -> KnownPhrases:
    """Collect the examples that stand for one intent only."""
    intents: dict[str, set[str]] = {}
    for example in examples:
        if key := key_of(example.text):
            intents.setdefault(key, set()).add(example.intent)
    return KnownPhrases({key: next(iter(found)) for key, found in intents.items() if len(found) == 1})
