"""Prepares the embedded interpreter: trains once for given inputs, afterwards only loads."""

import io
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.errors import LotseError
from bot.understanding.cache import encode_with_cache, fingerprint_of
from bot.understanding.classifier import Bands, Classifier
from bot.understanding.embedded import EmbeddedInterpreter
from bot.understanding.encoder import Encoder
from bot.understanding.entities import EntityFinder
from bot.understanding.examples import Example, Names, Synonym
from bot.understanding.features import Features
from bot.understanding.files import write_atomically
from bot.understanding.language import LanguageIdentifier, train_identifier
from bot.understanding.normalise import clean_utterance, key_of
from bot.understanding.phrases import KnownPhrases, known_phrases

log = logging.getLogger(__name__)

_KEPT_MODELS = 4

# What the fitted model depends on besides its inputs: a change of any of these files fits it anew.
_CODE = (
    "classifier.py",
    "features.py",
    "fitting.py",
    "language.py",
    "ngrams.py",
    "normalise.py",
    "other_languages.yaml",
    "phrases.py",
    "scripts.py",
    "training.py",
)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is learnt from the examples, and kept on disk."""

    classifier: Classifier
    identifier: LanguageIdentifier
    phrases: KnownPhrases


def prepare(
    examples: Sequence[Example],
    synonyms: Mapping[str, Sequence[Synonym]],
    language_texts: Sequence[tuple[str, str]],
    encoder: Encoder,
    cache_dir: Path,
    *,
    heldout: Sequence[Example] = (),
    names: Names = Names(),  # noqa: B008 - it cannot be changed
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    elsewhere: Callable[[], object] | None = None,
) -> EmbeddedInterpreter:
    """Return an interpreter trained on ``examples``, whose bands are chosen on ``heldout`` utterances.

    ``synonyms`` are surface forms by language, ``names`` what holds in every language; ``language_texts`` are further
    (text, language) pairs from which languages are told apart, besides the examples. Those of ``heldout`` that are
    among the examples as well are left out. What was fitted is kept in ``cache_dir`` and only loaded while the inputs
    and the code stay the same. ``progress`` is told how many of the sentences to encode are done, and how many there
    are. Before anything is fitted here, ``elsewhere`` may do the same in another process.

    Raises:
        LotseError: there are not at least two intents to tell apart.
    """
    if len({example.intent for example in examples}) < 2:  # noqa: PLR2004
        raise LotseError("Understanding needs examples of at least two intents.")
    fingerprint = _fingerprint(examples, heldout, language_texts, encoder)
    path = cache_dir / f"model-{fingerprint}.npz"
    fitted = load_model(path, fingerprint)
    if fitted is None and elsewhere is not None:
        elsewhere()
        fitted = load_model(path, fingerprint)
    if fitted is None:
        heldout = _of_known_intents(unseen(heldout, examples), examples)
        fitted = _train(examples, heldout, language_texts, encoder, cache_dir, progress=progress)
        store_model(path, fingerprint, fitted)
    _drop_old_models(cache_dir)
    finder = EntityFinder(synonyms, names=names)
    return EmbeddedInterpreter(encoder, fitted.classifier, fitted.identifier, finder, fitted.phrases)


def unseen(heldout: Sequence[Example], examples: Sequence[Example]) -> list[Example]:
    """Return the utterances that are not among the examples as well: what was learnt proves nothing."""
    taught = {key_of(example.text) for example in examples}
    return [example for example in heldout if key_of(example.text) not in taught]


def _of_known_intents(heldout: Sequence[Example], examples: Sequence[Example]) -> list[Example]:
    """Utterances of topics that this city does not have tell nothing about what it understands."""
    known = {example.intent for example in examples}
    return [example for example in heldout if example.intent in known]


def _drop_old_models(cache_dir: Path) -> None:
    """Keep the newest models: content that is changed back is ready at once."""
    models = sorted(cache_dir.glob("model-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in models[_KEPT_MODELS:]:
        path.unlink(missing_ok=True)


def _train(
    examples: Sequence[Example],
    heldout: Sequence[Example],
    language_texts: Sequence[tuple[str, str]],
    encoder: Encoder,
    cache_dir: Path,
    *,
    progress: Callable[[int, int], None],
) -> Fitted:
    from bot.understanding.fitting import fit_classifier  # noqa: PLC0415 - training alone needs scikit-learn

    identifier = train_identifier([*((e.text, e.language) for e in examples), *language_texts])
    texts = [clean_utterance(e.text) for e in [*examples, *heldout]]
    vectors = encode_with_cache(texts, encoder, cache_dir, progress)
    classifier = fit_classifier(examples, vectors[: len(examples)], heldout, vectors[len(examples) :])
    return Fitted(classifier, identifier, known_phrases(examples))


def _fingerprint(
    examples: Sequence[Example],
    heldout: Sequence[Example],
    language_texts: Sequence[tuple[str, str]],
    encoder: Encoder,
) -> str:
    parts = [encoder.fingerprint]
    parts += [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _CODE]
    parts += [part for group in (examples, heldout) for e in group for part in (e.text, e.language, e.intent)]
    parts.append(str(len(heldout)))
    parts += [part for pair in language_texts for part in pair]
    return fingerprint_of(parts)


def store_model(path: Path, fingerprint: str, fitted: Fitted) -> None:
    """Write a fitted model as arrays and JSON, without pickle: loading it can run no code."""
    classifier, identifier = fitted.classifier, fitted.identifier
    words = {
        "fingerprint": fingerprint,
        "intents": classifier.intents,
        "temperature": classifier.temperature,
        "bands": asdict(classifier.bands),
        "classes": identifier.classes,
        "loans": list(identifier.loans),
        "natives": sorted(identifier.natives),
        "known": identifier.known_by_languages(),
        "phrases": fitted.phrases.by_intent(),
    }
    buffer = io.BytesIO()
    np.savez(
        buffer,
        words=np.frombuffer(json.dumps(words).encode(), np.uint8),
        centre=classifier.features.centre,
        rarity=classifier.features.rarity,
        dense=classifier.dense,
        sparse=classifier.sparse,
        bias=classifier.bias,
        languages=identifier.weights,
        usage=identifier.usage,
    )
    write_atomically(path, buffer.getvalue())


def load_model(path: Path, fingerprint: str) -> Fitted | None:
    """Read a fitted model; None when there is none for this fingerprint, or it is damaged."""
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            words = json.loads(stored["words"].tobytes())
            if words["fingerprint"] != fingerprint:
                return None
            classifier = Classifier(
                tuple(words["intents"]),
                Features(stored["centre"], stored["rarity"]),
                stored["dense"],
                stored["sparse"],
                stored["bias"],
                words["temperature"],
                Bands(**words["bands"]),
            )
            identifier = LanguageIdentifier(
                tuple(words["classes"]),
                stored["languages"],
                {loan: row for row, loan in enumerate(words["loans"])},
                frozenset(words["natives"]),
                stored["usage"],
                {text: of for of, texts in words["known"].items() for text in texts},
            )
            phrases = {phrase: intent for intent, phrases in words["phrases"].items() for phrase in phrases}
            return Fitted(classifier, identifier, KnownPhrases(phrases))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is fitted again
        log.warning("The fitted model %s cannot be read (%s); it is fitted again.", path, type(error).__name__)
        return None
