"""Says which of our languages an utterance is in, also when it is written in Latin letters.

First the script decides which languages are possible; then a naive Bayes model over character
n-grams, trained on Lotse's own texts, weighs them; the language of the conversation so far is the
prior. A language that brings texts brings its own identification.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import yaml

from bot.understanding.ngrams import Ngrams
from bot.understanding.normalise import without_accents, words_of
from bot.understanding.scripts import LATIN, UNKNOWN, script_of, script_of_letter

OTHER = "other"
NGRAMS = Ngrams(1, 4, 2**16)

_ENOUGH_WORDS = 3  # of the text, of which this many may be names that every language borrows: one
_ENOUGH_CONFIDENCE = 0.85
_LOAN_LANGUAGES = 3  # a word that this many languages use tells nothing about the language
_LOAN_LETTERS = 3  # shorter words that several languages share are words of their own in each
_PRIOR_LOG_ODDS = 2.5
_RARE_LOG_ODDS = 6.0  # against a language that Lotse does not speak, if all there is to read is one word
_ROMANISED_LOG_ODDS = 1.0  # against one that is seldom written in Latin letters, when nothing is known yet
# N-grams of one word repeat one another, so their likelihoods count for less than independent ones.
_EVIDENCE = 0.25
# Letters that normalising merges with others, but that tell Pashto, Persian, Arabic, Sorani and Urdu apart. Those of
# the keyboards that people borrow (Arabic ye and kaf in Persian) are not among them.
_TELLING_LETTERS = frozenset("ټډړڼځڅښږېۍئےێۆۂہھەةؤ")


@dataclass(frozen=True, slots=True)
class Identified:
    """The language to go on in: one of ours, or ``other`` for one that Lotse does not speak.

    ``confidence`` is the probability of that language (0 to 1). ``certain`` says that the text alone is
    evidence enough to answer in it though the conversation was in another one so far.
    """

    language: str
    confidence: float
    romanised: bool
    certain: bool


@dataclass(frozen=True)
class LanguageIdentifier:
    """A trained model. A class is a language in a script, such as ``ar/arabic`` and ``ar/latin``.

    ``weights`` [buckets, classes] holds how much more likely than on average an n-gram is in a class (log ratio).
    """

    classes: tuple[str, ...]
    weights: npt.NDArray[np.float16]
    loans: frozenset[str]
    natives: frozenset[str]  # languages whose own script is Latin

    def identify(self, text: str, prior: str | None) -> Identified:
        """Identify the language of a text; ``prior`` is the language of the conversation so far."""
        script = script_of(text)
        words = words_of(text)
        letters = [word for word in words if any(c.isalpha() for c in word)]
        if script is None or not letters:
            return Identified(prior or OTHER, 0.0, romanised=False, certain=False)
        if script == UNKNOWN:
            return Identified(OTHER, 1.0, romanised=False, certain=True)
        telling = [w for w in letters if w not in self.loans and script_of_letter(_first_letter(w)) == script]
        probabilities = self._probabilities(telling or letters, _telling_letters(text, script), script, prior)
        if not probabilities:
            return Identified(OTHER, 1.0, romanised=False, certain=True)
        return self._decide(probabilities, prior, script, len(letters), len(telling))

    def _probabilities(
        self, words: Sequence[str], marks: Sequence[str], script: str, prior: str | None
    ) -> dict[str, float]:
        columns = [i for i, name in enumerate(self.classes) if name.endswith(f"/{script}")]
        if not columns:
            return {}
        ids, counts = NGRAMS.of_words([*words, *marks])
        scores = counts @ self.weights[ids][:, columns].astype(np.float32) * _EVIDENCE
        languages = [self.classes[i].split("/")[0] for i in columns]
        before = [self._log_odds(language, script, prior, len(words)) for language in languages]
        scores += np.array(before, np.float32)
        shares = np.exp(scores - scores.max())
        found: dict[str, float] = {}
        for language, share in zip(languages, shares / shares.sum(), strict=True):
            name = OTHER if language.startswith("x-") else language
            found[name] = found.get(name, 0.0) + float(share)
        return found

    def _log_odds(self, language: str, script: str, prior: str | None, words: int) -> float:
        """Return how much is to be said for a language before the text is read."""
        if language.startswith("x-"):
            return -_RARE_LOG_ODDS / words
        if prior is None:
            return -_ROMANISED_LOG_ODDS * (script == LATIN and language not in self.natives)
        return _PRIOR_LOG_ODDS * (language == prior)

    def _decide(
        self, probabilities: dict[str, float], prior: str | None, script: str, words: int, telling: int
    ) -> Identified:
        best = max(probabilities, key=lambda language: probabilities[language])
        confidence = probabilities[best]
        possible = prior in probabilities
        enough = words >= _ENOUGH_WORDS and telling >= _ENOUGH_WORDS - 1
        certain = confidence >= _ENOUGH_CONFIDENCE and (enough or (prior is not None and not possible))
        if prior is not None and possible and not certain:
            best, confidence = prior, probabilities[prior]
        romanised = script == LATIN and best != OTHER and best not in self.natives
        return Identified(best, confidence, romanised, certain)


def train_identifier(texts: Iterable[tuple[str, str]]) -> LanguageIdentifier:
    """Train on (text, language) pairs; sentences of languages that Lotse does not speak are added."""
    own = list(texts)
    by_class, users_of_word = _sort_by_class([*own, *_other_texts({language for _, language in own})])
    loans = frozenset(
        word
        for word, languages in users_of_word.items()
        if len(languages) >= _LOAN_LANGUAGES and len(word) >= _LOAN_LETTERS
    )
    classes = tuple(sorted(by_class))
    weights = np.zeros((NGRAMS.buckets, len(classes)), np.float32)
    for script in {name.split("/")[1] for name in classes}:
        columns = [i for i, name in enumerate(classes) if name.endswith(f"/{script}")]
        counts = np.zeros((NGRAMS.buckets, len(columns)), np.float32)
        for place, column in enumerate(columns):
            for word, count in by_class[classes[column]].items():
                if word not in loans:
                    ids, times = NGRAMS.of_words([word])
                    counts[ids, place] += times * np.float32(1 + np.log(count))
        weights[:, columns] = _log_ratios(counts)
    return LanguageIdentifier(classes, weights.astype(np.float16), loans, _natives(by_class))


def _log_ratios(counts: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return log(likelihood in the class / average likelihood) [buckets, classes], smoothed by that average."""
    total, kinds = np.maximum(counts.sum(axis=0), 1), (counts > 0).sum(axis=0)
    likelihood = counts / total
    average = likelihood.mean(axis=1, keepdims=True)
    # The fewer texts a class has, the less it says that an n-gram never occurred in it (Witten and Bell).
    unseen = kinds / (kinds + total)
    mixed = (1 - unseen) * likelihood + unseen * average
    ratios: npt.NDArray[np.float32] = np.log(np.divide(mixed, average, out=np.ones_like(mixed), where=average > 0))
    return ratios


def _sort_by_class(texts: Iterable[tuple[str, str]]) -> tuple[dict[str, Counter[str]], dict[str, set[str]]]:
    """Count words by class, and note which of our languages use a Latin word, also inside another script."""
    by_class: dict[str, Counter[str]] = {}
    users_of_word: dict[str, set[str]] = {}
    for text, language in texts:
        script = script_of(text)
        if script is None:
            continue
        words = [word for word in words_of(text) if word[0].isalpha()]
        counter = by_class.setdefault(f"{language}/{script}", Counter())
        counter.update(_telling_letters(text, script))
        for word in words:
            letters = script_of_letter(word[0])
            if letters == LATIN and not language.startswith("x-"):
                users_of_word.setdefault(word, set()).add(language)
            if letters == script:
                counter[word] += 1
                if (bare := without_accents(word)) != word and script == LATIN:
                    counter[bare] += 1
    return by_class, users_of_word


def _telling_letters(text: str, script: str) -> list[str]:
    return [c for c in text if c in _TELLING_LETTERS and script_of_letter(c) == script]


def _natives(by_class: dict[str, Counter[str]]) -> frozenset[str]:
    latin = {name.split("/")[0]: words.total() for name, words in by_class.items() if name.endswith(f"/{LATIN}")}
    other: Counter[str] = Counter()
    for name, words in by_class.items():
        if not name.endswith(f"/{LATIN}"):
            other[name.split("/")[0]] += words.total()
    return frozenset(language for language, total in latin.items() if total > other[language])


def _first_letter(word: str) -> str:
    return next(c for c in word if c.isalpha())


def _other_texts(own: Collection[str]) -> list[tuple[str, str]]:
    source = files("bot.understanding").joinpath("other_languages.yaml").read_text(encoding="utf-8")
    return [(text, f"x-{name}") for name, texts in yaml.safe_load(source).items() if name not in own for text in texts]
