"""What is offered when an answer did not help."""

from collections.abc import Iterable

from bot.answers import FAQ
from bot.content.model import Catalogue, FaqEntry


def answers_among(intents: Iterable[str]) -> list[str]:
    """The intents that lead to an answer; neither danger, help nor the person's own data is an alternative to one."""
    return [intent for intent in intents if intent.startswith((FAQ, "find_"))]


def near(catalogue: Catalogue, shown: str) -> list[str]:
    """The topics that editors name below an answer, then the others of its group; ``shown`` is its intent."""
    entry = catalogue.faq.get(shown.removeprefix(FAQ)) if shown.startswith(FAQ) else catalogue.cards.get(shown)
    if entry is None:
        return []
    topics = [topic for topic in entry.related if topic in catalogue.faq]
    if isinstance(entry, FaqEntry):
        topics += [topic for topic, other in catalogue.faq.items() if other.group == entry.group]
    return [intent for intent in dict.fromkeys(FAQ + topic for topic in topics) if intent != shown]
