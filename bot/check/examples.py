"""Example questions, wherever they stand: none may stand for two intents."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.check.language import normalised
from bot.content import Problem, Reading
from bot.understanding.normalise import key_of


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance that teaches an intent, with its place."""

    path: str
    line: int
    language: str
    intent: str
    text: str


def examples_of_entries(reading: Reading) -> list[Example]:
    """Return the examples of FAQ entries, of broken ones too."""
    return [
        Example(text.path, text.line, text.language, _intent(text.path), text.text)
        for text in reading.texts
        if text.role == "example"
    ]


def _intent(path: str) -> str:
    return "faq/" + path.rpartition("/")[2].removesuffix(".yaml")


def check_doubles(examples: Iterable[Example]) -> Iterator[Problem]:
    """Yield examples that were met before: an error where they contradict each other within one language."""
    first: dict[str, list[Example]] = {}
    for example in examples:
        earlier = first.setdefault(key_of(example.text), [])
        yield from _double(example, earlier)
        earlier.append(example)


def _repeats(example: Example, other: Example) -> bool:
    """Whether an editor wrote the same twice; in two files, or spelt in two ways, it does no harm."""
    return example.path == other.path and normalised(example.text) == normalised(other.text)


def _double(example: Example, earlier: list[Example]) -> Iterator[Problem]:
    if not key_of(example.text):
        yield Problem(example.path, example.line, f'"{example.text}" has no words', "Write a question, or remove it")
        return
    # The example that contradicts in the same language matters most, then the mere repetition.
    for other in sorted(
        earlier, key=lambda other: (other.language != example.language, other.intent == example.intent)
    ):
        same_language, same_intent = other.language == example.language, other.intent == example.intent
        where = f"{other.path}:{other.line}"
        if same_intent and not (same_language and _repeats(example, other)):
            continue
        if same_intent:
            problem, remedy = f'"{example.text}" stands here twice (first on line {other.line})', "Remove one of them"
        else:
            problem = f'"{example.text}" is an example of {example.intent} and of {other.intent} ({where})'
            remedy = "Decide for one of them"
        contradicts = same_language and not same_intent
        yield Problem(example.path, example.line, problem, remedy, "error" if contradicts else "warning")
        return
