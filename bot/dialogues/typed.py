"""Words on buttons, typed instead of tapped: they do what the button does, in every language."""

from collections.abc import Iterator, Mapping
from functools import cache

from bot.answers import no_help
from bot.content.model import Language
from bot.i18n import Texts
from bot.menu import menu_buttons, settings
from bot.understanding.safety_phrases import fold

Labels = Mapping[str, Mapping[str, str]]  # folded words -> language of the label -> action


def meant(text: str, languages: Mapping[str, Language], present: str) -> tuple[str, str] | None:
    """The action of the button with these words and the label's language; ``present``'s own labels come first."""
    names = tuple((language.code, language.name) for language in languages.values())
    found = _labels(names).get(fold(text), {})
    if not found:
        return None
    code = present if present in found else next(iter(found))
    return found[code], code


@cache
def _labels(names: tuple[tuple[str, str], ...]) -> Labels:
    labels: dict[str, dict[str, str]] = {}
    for code, name in names:
        for label, action in _of_language(code, name):
            if words := fold(label):
                labels.setdefault(words, {}).setdefault(code, action)
    return labels


def _of_language(code: str, name: str) -> Iterator[tuple[str, str]]:
    t = Texts(code)
    for row in (*menu_buttons(t), *settings(t).buttons, (no_help(t),)):
        yield from ((button.label, button.action) for button in row)
    for part in (name, *name.split("/")):
        yield part, f"lang:{code}"
