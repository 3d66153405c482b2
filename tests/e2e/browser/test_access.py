"""Everybody can use the page: by keyboard, with a screen reader, on a small phone, in the dark."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.i18n import Texts
from tests.e2e.browser.chat import MENU, Chat
from tests.e2e.browser.conftest import NewPerson

_FINGER = 44
_INLINE = "a:not(.button):not(nav a), .command"  # links inside sentences may be as high as a line


def serious_findings(chat: Chat, axe: str) -> list[str]:
    """What axe-core holds to be serious or critical."""
    chat.page.evaluate(axe)
    found: dict[str, Any] = chat.page.evaluate("axe.run()")
    return [
        f"{problem['id']}: {node['target']} {node['failureSummary']}"
        for problem in found["violations"]
        if problem["impact"] in {"serious", "critical"}
        for node in problem["nodes"]
    ]


def talk_a_little(chat: Chat, language: str) -> None:
    """A menu, an answer with source and notes, and a talk with staff."""
    chat.begin({"ar": "العربية", "de": "Deutsch", "ti": "ትግርኛ"}[language])
    chat.write("Wie kann ich ein Konto eröffnen?")
    chat.newest.locator(".notes").wait_for()
    chat.write("/human")
    chat.shows(Texts("de" if language == "de" else language).say("🧑 A human will answer you"))


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["ar", "de"])
def test_axe_finds_nothing_serious(language: str, colours: str, person: NewPerson, axe: str) -> None:
    """In both directions of writing, by day and by night."""
    chat = person(language, color_scheme=colours, reduced_motion="reduce", bypass_csp=True)
    talk_a_little(chat, language)
    assert serious_findings(chat, axe) == []


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", ["ar", "de", "ti"])
def test_a_small_phone_needs_no_sideways_scrolling(language: str, width: int, person: NewPerson) -> None:
    """Even with a word longer than the screen; and every button is as high as a finger."""
    chat = person(language, viewport={"width": width, "height": 640})
    talk_a_little(chat, language)
    chat.write("Donaudampfschifffahrtsgesellschaft" * 6)
    chat.page.wait_for_function("document.querySelectorAll('.own').length === 4")
    for element in ("html", "#talk"):
        wide = chat.page.locator(element).evaluate("element => element.scrollWidth - element.clientWidth")
        assert wide <= 0, element
    for control in chat.page.locator("button:visible, a:visible, textarea:visible").all():
        if not control.evaluate(f"element => element.matches('{_INLINE}')"):
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= _FINGER, control.inner_text()


def test_the_page_can_be_used_by_keyboard_alone(person: NewPerson) -> None:
    """Tab goes through the page in its order, Enter taps and sends, Shift+Enter begins a line."""
    chat, t = person(viewport={"width": 1000, "height": 800}), Texts("de")
    chat.open()
    chat.newest.wait_for()
    keyboard, focused = chat.page.keyboard, chat.page.locator(":focus")
    keyboard.press("Tab")
    expect(focused).to_have_text(t.say("Skip to the message field"))
    expect(focused).to_be_in_viewport()
    for name in (t.say("🏠 Menu"), t.say("Language"), t.say("Emergency: 112")):
        keyboard.press("Tab")
        expect(focused).to_contain_text(name)
        assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    keyboard.press("Tab")
    expect(focused).to_have_role("log")
    keyboard.press("Tab")
    expect(focused).to_have_text("✓ Deutsch")
    keyboard.press("Enter")
    expect(chat.newest.locator(".buttons button")).to_have_count(MENU)
    # The question was replaced by its answer: the focus is on it, not lost.
    expect(focused).to_have_class(re.compile("message"))
    expect(focused).to_have_text(re.compile("✓ Deutsch"))
    chat.field.focus()
    keyboard.type("/privacy")
    keyboard.press("Shift+Enter")
    expect(chat.field).to_have_value("/privacy\n")
    keyboard.press("Enter")
    chat.shows(t.say("🔒 What Lotse keeps about you"))
    expect(chat.field).to_be_focused()
    expect(chat.field).to_have_value("")


def test_a_screen_reader_finds_names_and_roles(person: NewPerson) -> None:
    """A log that speaks, headings, a labelled field, named buttons, and whose message it is."""
    chat, t = person(), Texts("de")
    talk_a_little(chat, "de")
    log = chat.page.get_by_role("log", name=t.say("Talk with Lotse"))
    expect(log).to_have_attribute("aria-live", "polite")
    expect(chat.page.get_by_role("heading", level=1, name="Lotse")).to_be_visible()
    expect(chat.page.get_by_role("textbox", name=t.say("Your message"))).to_be_visible()
    expect(chat.page.get_by_role("status")).to_be_attached()
    for control in chat.page.get_by_role("button").all():
        expect(control).to_have_accessible_name(re.compile(r"\w"))
    expect(log.locator(".own").first).to_contain_text(f"{t.say('You')}:")
    expect(chat.newest).to_contain_text(f"{t.say('Lotse')}:")


def test_nothing_moves_for_those_who_do_not_want_it(person: NewPerson) -> None:
    """``prefers-reduced-motion`` switches smooth scrolling off."""
    for wish, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        chat = person(reduced_motion=wish)
        chat.open()
        assert chat.page.locator("#talk").evaluate("element => getComputedStyle(element).scrollBehavior") == behaviour


def test_latin_words_keep_their_order_in_arabic(person: NewPerson) -> None:
    """A whole German line inside a right-to-left message ends with its own question mark."""
    chat = person("ar")
    chat.open()
    expect(chat.newest).to_contain_text("\u2066Which language do you want to use?\u2069")
