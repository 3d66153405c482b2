"""A strict stand-in of Rasa Open Source 3.6 behind its HTTP API."""

from tests.fakes.rasa.answers import Fault, answer
from tests.fakes.rasa.server import TOKEN, FakeRasa

__all__ = ["TOKEN", "FakeRasa", "Fault", "answer"]
