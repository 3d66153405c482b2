"""Choosing a language: at the start, later on, and when somebody writes in another one."""

from collections.abc import Mapping

from bot.content.model import Language
from bot.i18n import Texts
from bot.menu import menu_buttons
from bot.messages import Button, Reply

_PER_ROW = 2


def choose(t: Texts, languages: Mapping[str, Language], *, welcome: bool) -> Reply:
    """Ask for the language, with each language's own name; the present one comes first."""
    ordered = sorted(languages.values(), key=lambda language: language.code != t.language)
    buttons = [
        Button(("✓ " if language.code == t.language else "") + language.name, action=f"lang:{language.code}")
        for language in ordered
    ]
    rows = tuple(tuple(buttons[start : start + _PER_ROW]) for start in range(0, len(buttons), _PER_ROW))
    question = t.say("Which language do you want to use?")
    also = [Texts(code).say("Which language do you want to use?") for code in ("de", "en") if code != t.language]
    title = t.say("👋 Welcome to Lotse!") if welcome else ""
    return Reply(title=title, text="\n".join([question, *also]), language=t.language, buttons=rows)


def chosen(t: Texts, languages: Mapping[str, Language]) -> Reply:
    """Confirm the choice in place of the question."""
    return Reply(text=f"✓ {languages[t.language].name}", language=t.language, replaces=True)


def introduction(t: Texts) -> Reply:
    """What Lotse is and keeps, in three short sentences, and then the menu."""
    sentences = (
        t.say("I am Lotse, a computer program that answers questions about life in Stuttgart."),
        t.say("My answers were written by people; what I do not know I hand over to a social worker."),
        t.say("I do not keep your name, and I keep little else: read more at /privacy."),
    )
    return Reply(
        text="\n".join((*sentences, "", t.say("What do you need?"))), language=t.language, buttons=menu_buttons(t)
    )


def offer_to_stay(t: Texts, languages: Mapping[str, Language]) -> Button:
    """One tap to keep the language of the last message for good."""
    name = languages[t.language].name
    return Button(
        t.say("🌍 Always answer in this language (%(language)s)", language=name), action=f"switch:{t.language}"
    )


def not_spoken(t: Texts, languages: Mapping[str, Language]) -> Reply:
    """Somebody wrote in a language that Lotse does not speak."""
    asked = choose(t, languages, welcome=False)
    sorry = t.say("I am sorry, I cannot read this language yet. I understand these languages:")
    return Reply(text=f"{sorry}\n\n{asked.text}", language=t.language, buttons=asked.buttons)
