"""Lets every classifier see FAQ topics as plain intents."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class PlainTopics(GraphComponent):
    """Joins what Rasa parts at the slash: ``faq/bank-account`` is the intent, not ``faq`` alone.

    Rasa takes a name with a slash for a retrieval intent, of which a classifier sees the first half only, and leaves
    the second to a ``ResponseSelector``. Here all topics are told apart by one classifier, in one step.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlainTopics:
        """Make one; it has no settings."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give each example its whole intent."""
        for message in training_data.training_examples:
            whole = message.get(INTENT_RESPONSE_KEY)
            if whole:
                message.set(INTENT, whole)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Leave what people write as it is."""
        return messages
