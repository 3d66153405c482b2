"""Sparse features of spelling: the same letters and words that Lotse's embedded interpreter looks at."""

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
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse

from bot.understanding import features, ngrams, normalise
from bot.understanding.features import NGRAMS, Features, learn_features
from bot.understanding.normalise import clean_utterance

_FILE = "rarity.npy"
_LENGTH = features.WEIGHT_OF_SPELLING  # of what bot.understanding.features returns


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpellingFeaturizer(SparseFeaturizer, GraphComponent):
    """Sentence features [1, 65536]: hashed letter n-grams, words and pairs of words, weighed by how rare they are.

    All have the length ``weight``; what that means tells ``EncoderFeaturizer``. Hashing needs no vocabulary, so a word
    that nobody has written before still has its letters. Sequence features [tokens, 65536] do the same for each token.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Tokens have sequence features."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``weight``: the length of all features of an utterance."""
        return {**SparseFeaturizer.get_default_config(), "weight": 1.0, "sequence": False}

    def __init__(
        self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource, rarity: np.ndarray
    ) -> None:
        """Take what was learnt about n-grams, [65536]."""
        super().__init__(name, config)
        self._storage, self._resource = storage, resource
        self._features = Features(np.zeros(0, np.float32), rarity)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingFeaturizer:
        """Make one to which all n-grams are as rare."""
        unknown = np.ones(NGRAMS.buckets, np.float32)
        return cls(config, execution_context.node_name, model_storage, resource, unknown)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingFeaturizer:
        """Read the rarities of a trained model; plain numbers, no pickle."""
        with model_storage.read_from(resource) as folder:
            rarity = np.load(folder / _FILE, allow_pickle=False)
        return cls(config, execution_context.node_name, model_storage, resource, rarity)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Other code gives other features: what Rasa has cached of them is void then."""
        files = [__file__, *(module.__file__ or "" for module in (features, ngrams, normalise))]
        return hashlib.sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong with a number that Rasa has read."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn how rare each n-gram is."""
        texts = [message.get(TEXT) for message in training_data.training_examples if message.get(TEXT)]
        self._features = learn_features(np.zeros((1, 0), np.float32), texts)
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / _FILE, self._features.rarity, allow_pickle=False)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to all training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add features to what people wrote."""
        for message in messages:
            text = message.get(TEXT)
            if text is not None:
                tokens = [token.text for token in message.get(TOKENS_NAMES[TEXT]) or []] or [text]
                sequence = self._rows(tokens) if self._config["sequence"] else None
                self.add_features_to_message(sequence, self._rows([clean_utterance(text)]), TEXT, message)
        return messages

    def _rows(self, texts: list[str]) -> sparse.csr_matrix:
        rows = [self._features.sparse(text) for text in texts]
        ends = np.cumsum([0, *(len(ids) for ids, _ in rows)])
        ids = np.concatenate([ids for ids, _ in rows])
        weights = np.concatenate([weights for _, weights in rows]) * np.float32(self._config["weight"] / _LENGTH)
        matrix = sparse.csr_matrix((weights, ids, ends), shape=(len(texts), NGRAMS.buckets), dtype=np.float32)
        matrix.sum_duplicates()
        return matrix
