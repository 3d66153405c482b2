"""How much there is to learn from: example questions by topic, utterances by intent, spellings in Latin letters."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.check.examples import Example
from bot.content import Language, Problem, Reading, Severity
from bot.content.vocabulary import INTENTS
from bot.understanding.scripts import LATIN, script_of

LEAST_OF_INTENT = 15
SMALL_TALK = frozenset({"greet", "thank", "goodbye", "help", "change_language"})
_MOST_ROMANISED = 2  # examples in Latin letters, where the language has another script
_PER_ROMANISED = 3  # ... but no more than a third of what is asked for at all


def check_amounts(reading: Reading, examples: Iterable[Example], folder: str) -> Iterator[Problem]:
    """Yield what too few examples teach; errors in required languages, warnings in the others."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for example in examples:
        found[example.intent, example.language].append(example.text)
    languages = reading.catalogue.languages
    yield from _topics(reading, found, folder)
    for language in languages.values():
        yield from _intents(language, Counter({intent: len(found[intent, language.code]) for intent in INTENTS}))


def severity_of(language: Language) -> Severity:
    """Return how grave it is that something is missing in this language."""
    return "error" if language.required else "warning"


def _topics(reading: Reading, found: Mapping[tuple[str, str], Collection[str]], folder: str) -> Iterator[Problem]:
    for topic, entry in reading.catalogue.faq.items():
        path = f"{folder}/faq/{topic}.yaml"
        lines = {text.language: text.line for text in reversed(reading.texts) if text.path == path}
        for code in entry.texts:
            language = reading.catalogue.languages.get(code)
            if language is not None:
                place = path, lines.get(code, 1)
                yield from _topic(place, language, found.get((entry.intent, code), ()))


def _topic(place: tuple[str, int], language: Language, texts: Collection[str]) -> Iterator[Problem]:
    missing = language.examples - len(texts)
    if missing > 0:
        yield Problem(
            *place,
            f"{language.code} has {len(texts)} example questions, and {language.examples} are needed",
            f"Add {missing} more, each as somebody would type it",
            severity_of(language),
        )
    wanted = min(_MOST_ROMANISED, language.examples // _PER_ROMANISED)
    romanised = sum(script_of(text) == LATIN for text in texts)
    if script_of(language.name) != LATIN and romanised < wanted:
        yield Problem(
            *place,
            f"{language.code} has {romanised} example questions in Latin letters, and {wanted} are needed",
            "Add some as people type them on a Latin keyboard",
            severity_of(language),
        )


def _intents(language: Language, amounts: Mapping[str, int]) -> Iterator[Problem]:
    path = f"nlu/data/{language.code}/intents.yml"
    missing = [intent for intent in INTENTS if not amounts[intent]]
    if missing:
        problem = f"there are no examples of: {', '.join(missing)}"
        yield Problem(path, 1, problem, "Add some", severity_of(language))
    few = [f"{name} ({amounts[name]})" for name in INTENTS if 0 < amounts[name] < LEAST_OF_INTENT]
    few = [each for each in few if each.partition(" ")[0] not in SMALL_TALK]
    if few:
        problem = f"fewer than {LEAST_OF_INTENT} examples of: {', '.join(few)}"
        yield Problem(path, 1, problem, f"Add some, up to {LEAST_OF_INTENT}", severity_of(language))
