"""What the pages know of machine translation: what the server can do, why it did not, and a translation on its way.

A translation that was looked at travels, sealed, in the form of the reply: what was shown is what is sent.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Final, Self

from starlette.datastructures import FormData

from bot.errors import LotseError
from bot.i18n import Texts
from bot.inbox.rendering import LANGUAGES
from bot.storage.casefile import Line
from bot.storage.crypto import Vault, WrongKeyError
from bot.storage.translations import Translation
from bot.translation import Pairs, Problem, TranslationError, Translator

_PURPOSE: Final = "translated reply"
_WITH: Final = "translation"


class OutdatedError(LotseError):
    """The translation in a form is of another text, another case, or for another language."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The translation server as one page sees it; ``problem`` says why nobody knows what it can do."""

    pairs: Pairs | None
    problem: Problem | None = None

    @classmethod
    async def ask(cls, translator: Translator | None) -> Self | None:
        """Return what the server can do; None if there is none."""
        if translator is None:
            return None
        try:
            return cls(await translator.pairs())
        except TranslationError as error:
            return cls(None, error.problem)

    def can(self, source: str, target: str) -> bool:
        """Whether it translates from one language, or an unknown one, into another."""
        return self.pairs is not None and self.pairs.can(source, target)

    def writes(self, target: str) -> tuple[str, ...]:
        """The languages that staff may write in to be translated into another."""
        return tuple(each for each in LANGUAGES if self.can(each, target))


def shown_translation(line: Line, reader: str) -> Translation | None:
    """The translation to show with a line: what the person got, or of theirs the one in the reader's language."""
    if not line.translations:
        return None
    own = [each for each in line.translations if each.language == reader and line.kind == "contact"]
    return (own or line.translations)[-1]


def is_readable(line: Line, language: str, reader: str) -> bool:
    """Whether the reader needs no (other) translation of what the person wrote in a language."""
    return language == reader or any(each.language == reader for each in line.translations)


def trouble(problem: Problem | None, t: Texts) -> str:
    """What went wrong, in words for staff."""
    texts: dict[Problem, str] = {
        "silent": t.say("The translation server does not answer. Try again later."),
        "refused": t.say("The translation server does not know Lotse's key. Tell whoever runs Lotse."),
        "busy": t.say("The translation server has too much to do. Try again in a minute."),
        "declined": t.say("The translation server does not take this text. It may be too long, or a key is missing."),
        "odd": t.say("The translation server gave an answer that cannot be used."),
        "unable": t.say("The translation server cannot translate between these languages."),
    }
    return texts[problem] if problem else ""


def code_of(problem: Problem) -> str:
    """How a problem stands in an address."""
    return f"machine-{problem}"


def seal(vault: Vault, number: int, text: str, translation: Translation) -> str:
    """A translation of a reply for the form that sends it; of the text, only a hash."""
    values = {"case": number, "text": vault.hash(_PURPOSE, text), "translation": translation}
    return base64.urlsafe_b64encode(vault.seal(_PURPOSE, values)).decode()


def wants_translation(form: FormData) -> bool:
    """Whether the reply in a form is to be sent with its translation."""
    return form.get("with") == _WITH


def unseal(vault: Vault, form: FormData, number: int, text: str, language: str) -> Translation:
    """The translation that was looked at.

    Raises:
        OutdatedError: it is not one of this text in this case for this language.
    """
    try:
        values = vault.open(_PURPOSE, base64.urlsafe_b64decode(str(form.get(_WITH, ""))))
    except (WrongKeyError, binascii.Error, ValueError):
        raise OutdatedError("There is no translation of ours.") from None
    translation = Translation(**values["translation"])
    ours = values["case"] == number and values["text"] in vault.hashes(_PURPOSE, text)
    if not ours or translation.language != language:
        raise OutdatedError("The translation is of something else.")
    return translation
