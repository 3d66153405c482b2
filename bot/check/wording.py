"""Passages of a text that are in the language it was translated from, lead nowhere, or belong into another field."""

import re
from collections.abc import Collection, Iterator

from bot.channels.wording import command_in
from bot.check.language import Finding
from bot.content import Language, Reading
from bot.content.model import SOURCE_LANGUAGE
from bot.content.phrases import ROLE as PHRASE
from bot.content.source_file import WrittenText
from bot.understanding.scripts import LATIN, script_of

# Words that no sentence does without, and that no other language here has.
_FUNCTION_WORDS: dict[str, str] = {
    SOURCE_LANGUAGE: """
        und nicht für auf einen eine sie ich wir oder wenn auch mit bei nach zur zum ihre ihren ihrer sich wird werden
        können müssen haben sind dort kann jemanden das vom
        """,
    "en": """
        the and you your for with are not from this that they please have will can what when where or how about there
        must need of at to it somebody
        """,
}
_MOST_WORDS = 3  # function words of another language in a line; four are a sentence
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_RUN = re.compile(r"[A-Za-zÀ-ɏ][\w'’.-]*(?:[ ,]+[A-Za-zÀ-ɏ][\w'’.-]*){5,}")
# What is quoted is meant to be said to an office as it stands; a link is no language at all.
_QUOTED = re.compile(r"„[^“”]*[“”]|“[^”]*”|«[^»]*»|\"[^\"]*\"|https?://\S+")
_COMMAND = re.compile(r"(?<![\w/.:])/[a-z]+\b(?!/|\.\w)")
_TOPIC = re.compile(r"(?<![\w/.])faq/([\w-]+)")
_ADDRESS = re.compile(r"\w+(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse) \d+[^.!?]{0,20}?\b\d{5}\b")
# Numbers that are free of charge in the whole country belong to the topic, not to a place.
_PHONE = re.compile(r"(?<![\d,.])(?!0 ?8 ?0 ?0)(?:\+49|0)[\d /()-]{6,}\d")


def names_of(reading: Reading) -> tuple[str, ...]:
    """Return the names of offices and links in their own language, longest first."""
    catalogue = reading.catalogue
    services = [service.name_in(SOURCE_LANGUAGE) for service in catalogue.services.values()]
    links = [link.name for entry in (*catalogue.faq.values(), *catalogue.cards.values()) for link in entry.links]
    return tuple(sorted({*services, *links}, key=lambda name: (-len(name), name)))


def passage_finding(line: str, language: Language, names: Collection[str]) -> Finding | None:
    """Return what is wrong with a line that has a sentence of German or English, and is in another language."""
    plain = _QUOTED.sub(" · ", line)
    for name in names:
        plain = plain.replace(name, " · ")
    if script_of(language.name) != LATIN:
        run = _LATIN_RUN.search(plain)
        return (f'"{run.group()}" is not in {language.name}', "Translate it") if run else None
    words = {word.lower() for word in _WORD.findall(plain)}
    for code, function_words in _FUNCTION_WORDS.items():
        found = sorted(words.intersection(function_words.split()))
        if language.code != code and len(found) > _MOST_WORDS:
            return f"this line has words of {code} ({', '.join(found[:5])})", f"Translate it to {language.name}"
    return None


def reference_findings(line: str, topics: Collection[str]) -> Iterator[Finding]:
    """Yield commands that Lotse does not have, and topics that do not exist."""
    for command in _COMMAND.findall(line):
        if not command_in(command)[0]:
            yield f'"{command}" is not a command of Lotse', "Name a command that /help shows, or leave it out"
    for topic in _TOPIC.findall(line):
        if topic not in topics:
            yield f'"faq/{topic}" is not a topic', "Name one below related, and say here in words what is meant"


def place_findings(line: str) -> Iterator[Finding]:
    """Yield addresses and telephone numbers: in a text they grow old unseen, in twelve languages."""
    for kind, expression in (("an address", _ADDRESS), ("a telephone number", _PHONE)):
        found = expression.search(line)
        if found:
            yield (
                f'"{found.group()}" is {kind}',
                "Leave it to the files of content/services, and name one below services",
            )


def is_running_text(written: WrittenText) -> bool:
    """Whether sentences stand there, not a name."""
    return written.role in {"answer", "about", "bring", "how", "note", PHRASE}
