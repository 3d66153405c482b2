"""Says which of our languages an utterance is in, also when it is written in Latin letters.

First the script decides which languages are possible; then a naive Bayes model over character
n-grams, trained on Lotse's own texts, weighs them; the language of the conversation so far is the
prior. Short texts that are known word for word are in a language that they are known in, and texts of nothing but
words that several languages share are in the one that uses them most. A language that brings texts brings its own
identification.
"""

import math
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import yaml

from bot.understanding.ngrams import Ngrams
from bot.understanding.normalise import without_accents, words_of
from bot.understanding.scripts import LATIN, UNKNOWN, script_of, script_of_letter

OTHER = "other"
_LOCAL = "de"  # what offices and forms are called in
NGRAMS = Ngrams(1, 4, 2**16)

_ENOUGH_WORDS = 3  # of the text, of which this many may be names that every language borrows: one
_ENOUGH_CONFIDENCE = 0.85
_LOAN_LANGUAGES = 3  # a word that this many languages use tells nothing about the language ...
_LOAN_SHARE = 0.05  # ... each at least so often as this share of the one that uses it most
_LOAN_LETTERS = 3  # shorter words that several languages share are words of their own in each
_PRIOR_LOG_ODDS = 2.5
_RARE_LOG_ODDS = 6.0  # against a language that Lotse does not speak, if all there is to read is one word
_SELDOM_LOG_ODDS = 1.0  # against one that is seldom written in this script, when nothing is known yet
_SELDOM_WORD_LOG_ODDS = 1.5  # the same for each word that several languages share
_KNOWN_WORDS = 4  # of the longest texts that are known word for word
_FEW_WORDS = 100  # as many as the average of all languages counts for, where it is said how often one uses a word
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

    ``weights`` [buckets, classes] holds how much more likely than on average an n-gram is in a class (log ratio);
    ``usage`` [loans, classes] says the same of words that several languages share, of which ``loans`` gives the row.
    ``known`` are short texts (``key_of``) -> the languages that have them, likeliest first, parted by spaces.
    """

    classes: tuple[str, ...]
    weights: npt.NDArray[np.float16]
    loans: Mapping[str, int]
    natives: frozenset[str]  # languages whose own script is Latin
    usage: npt.NDArray[np.float16]
    known: Mapping[str, str]

    def known_by_languages(self) -> dict[str, list[str]]:
        """Return the texts known in the same languages together."""
        found: dict[str, list[str]] = {}
        for text, languages in self.known.items():
            found.setdefault(languages, []).append(text)
        return found

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
        columns = [i for i, name in enumerate(self.classes) if name.endswith(f"/{script}")]
        if not columns:
            return Identified(OTHER, 1.0, romanised=False, certain=True)
        rows = [self.loans[word] for word in words if word in self.loans]
        marks = _telling_letters(text, script)
        if telling or not rows:
            scores = self._of_ngrams(telling or letters, marks, columns)
        else:
            scores = self.usage[rows][:, columns].astype(np.float32).sum(axis=0)
        found = self._probabilities(scores, columns, script, prior, len(telling or letters))
        known = self.known.get(" ".join(words), "").split()
        if marks:  # what is spelt alike once normalised is told apart by them
            known.sort(key=lambda language: -found.get(language, 0))
        return self._decide(found, known, prior, script, (len(letters), len(telling)))

    def _of_ngrams(self, words: Sequence[str], marks: Sequence[str], columns: Sequence[int]) -> npt.NDArray[np.float32]:
        ids, counts = NGRAMS.of_words([*words, *marks])
        scores: npt.NDArray[np.float32] = counts @ self.weights[ids][:, columns].astype(np.float32) * _EVIDENCE
        return scores

    def _probabilities(
        self, scores: npt.NDArray[np.float32], columns: Sequence[int], script: str, prior: str | None, words: int
    ) -> dict[str, float]:
        languages = [self.classes[i].split("/")[0] for i in columns]
        before = [self._log_odds(language, script, prior, words) for language in languages]
        scores = scores + np.array(before, np.float32)
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
            return -_SELDOM_LOG_ODDS * _is_seldom(language, script, self.natives)
        return _PRIOR_LOG_ODDS * (language == prior)

    def _decide(
        self,
        probabilities: dict[str, float],
        known: Sequence[str],
        prior: str | None,
        script: str,
        words: tuple[int, int],
    ) -> Identified:
        """Choose; ``words`` are how many there are, and how many of them tell anything."""
        best = max(probabilities, key=lambda language: probabilities[language])
        confidence = probabilities[best]
        if known:
            best = prior if prior and prior in known else known[0]
            confidence = 1.0 if best == prior else 1 / len(known)
        possible = prior in probabilities
        enough = words[0] >= _ENOUGH_WORDS and words[1] >= _ENOUGH_WORDS - 1
        certain = confidence >= _ENOUGH_CONFIDENCE and (enough or (prior is not None and not possible))
        if prior is not None and possible and not certain:
            best, confidence = prior, probabilities[prior]
        romanised = script == LATIN and best != OTHER and best not in self.natives
        return Identified(best, confidence, romanised, certain)


def train_identifier(texts: Iterable[tuple[str, str]]) -> LanguageIdentifier:
    """Train on (text, language) pairs; sentences of languages that Lotse does not speak are added."""
    own = list(texts)
    by_class, users_of_word = _sort_by_class([*own, *_other_texts({language for _, language in own})])
    classes = tuple(sorted(by_class))
    loans = {word: row for row, word in enumerate(sorted(_shared(users_of_word, by_class)))}
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
    natives = _natives(by_class)
    usage, known = _usage([*loans], by_class, natives), _known(own, by_class, natives)
    return LanguageIdentifier(classes, weights.astype(np.float16), loans, natives, usage.astype(np.float16), known)


def _shared(users_of_word: Mapping[str, Counter[str]], by_class: Mapping[str, Counter[str]]) -> Iterator[str]:
    """Yield the Latin words that several languages use, and none nearly alone."""
    sizes: Counter[str] = Counter()
    for name, words in by_class.items():
        sizes[name.split("/")[0]] += words.total()
    for word, users in users_of_word.items():
        if len(word) >= _LOAN_LETTERS or any(c.isdigit() for c in word):
            often = [count / sizes[language] for language, count in users.items()]
            if sum(each >= _LOAN_SHARE * max(often) for each in often) >= _LOAN_LANGUAGES:
                yield word


def _usage(
    words: Sequence[str], by_class: Mapping[str, Counter[str]], natives: Collection[str]
) -> npt.NDArray[np.float32]:
    """Return how much more often than on average each class has each word (log ratio) [words, classes]."""
    classes = sorted(by_class)
    counts = np.array([[by_class[name][word] for name in classes] for word in words], np.float32)
    totals = np.array([by_class[name].total() for name in classes], np.float32)
    counts = counts.reshape(len(words), len(classes))
    average = np.maximum((counts / np.maximum(totals, 1)).mean(axis=1, keepdims=True), 1e-9)
    often = (counts + _FEW_WORDS * average) / (totals + _FEW_WORDS)
    seldom = [_SELDOM_WORD_LOG_ODDS * _is_seldom(*_parts(name), natives) for name in classes]
    found: npt.NDArray[np.float32] = np.log(often / average) - np.array(seldom, np.float32)
    return found


def _parts(name: str) -> tuple[str, str]:
    language, _, script = name.partition("/")
    return language, script


def _is_seldom(language: str, script: str, natives: Collection[str]) -> bool:
    """Whether a language is seldom written in this script."""
    return (script == LATIN) != (language in natives)


def _known(
    own: Iterable[tuple[str, str]], by_class: Mapping[str, Counter[str]], natives: Collection[str]
) -> dict[str, str]:
    """Return the languages of short texts; what many share in Latin letters is left to how often each uses it.

    Everybody uses the words of offices, so German is among the languages of what consists of its words.
    """
    local = by_class.get(f"{_LOCAL}/{LATIN}", ())
    found: dict[str, set[str]] = {}
    for text, language in own:
        words = words_of(text)
        if len(words) <= _KNOWN_WORDS and script_of(text):
            first = {_LOCAL} if all(word in local for word in words) else set()
            found.setdefault(" ".join(words), first).add(language)
    few = {
        text: languages
        for text, languages in found.items()
        if len(languages) < _LOAN_LANGUAGES or script_of(text) != LATIN
    }
    return {text: sys.intern(" ".join(_likeliest(text, of, by_class, natives))) for text, of in few.items()}


def _likeliest(
    text: str, languages: Collection[str], by_class: Mapping[str, Counter[str]], natives: Collection[str]
) -> list[str]:
    """Order the languages of a text by how often each uses its words, likeliest first."""
    if len(languages) == 1:
        return list(languages)
    script = script_of(text)
    classes = {name: words for name, words in by_class.items() if name.endswith(f"/{script}")}
    used = _usage(text.split(), classes, natives).sum(axis=0).tolist()
    scores = {_parts(name)[0]: score for name, score in zip(sorted(classes), used, strict=True)}
    return sorted(languages, key=lambda language: (-scores.get(language, -math.inf), language))


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


def _sort_by_class(texts: Iterable[tuple[str, str]]) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Count words by class, and how often each of our languages uses a Latin word, also inside another script."""
    by_class: dict[str, Counter[str]] = {}
    users_of_word: dict[str, Counter[str]] = {}
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
                users_of_word.setdefault(word, Counter())[language] += 1
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
