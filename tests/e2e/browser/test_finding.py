"""Somebody who looks for sport in the web chat, in Arabic."""

from playwright.sync_api import expect

from bot.dialogues.finding.results import example_mark
from bot.i18n import Texts
from bot.offers.stock import Stock
from tests.e2e.browser.conftest import NewPerson
from tests.e2e.browser.test_access import serious_findings
from tests.e2e.finder import sentence

_SHOWN = 3


def test_results_in_arabic_can_be_read_and_tapped(person: NewPerson, stock: Stock, axe: str) -> None:
    """Cards from right to left, a wish taken off in place, a card with its facts, and nothing serious for axe."""
    t, chat = Texts("ar"), person("ar", reduced_motion="reduce", bypass_csp=True)
    chat.open()
    chat.tap("العربية")
    chat.shows(t.say("❓ Ask a question"))
    chat.write(sentence("ar"))
    page = chat.newest
    expect(page).to_contain_text(t.say("🔍 Change my wishes"))
    expect(page).to_have_attribute("dir", "rtl")
    expect(page).to_have_attribute("lang", "ar")
    assert page.inner_text().count(example_mark(t)) == _SHOWN
    assert page.evaluate("element => getComputedStyle(element).direction") == "rtl"
    for element in ("html", "#talk"):
        assert chat.page.locator(element).evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    assert serious_findings(chat, axe) == []
    count, wish = chat.replies.count(), page.locator("button", has_text="✕").first.inner_text()
    chat.tap(wish)
    expect(chat.newest.locator("button", has_text=wish)).to_have_count(0)
    expect(chat.newest).to_contain_text(t.say("🔍 Change my wishes"))
    assert chat.replies.count() == count, "the page changes in its place"
    expect(chat.newest.get_by_role("heading", level=2)).to_be_in_viewport()
    offer = chat.newest.locator(".buttons button").first
    title = offer.inner_text().removeprefix("1. ")
    assert title in {each.title["ar"] for each in stock.index.offers}
    offer.click()
    chat.shows(t.say("⭐ Save"))
    card = chat.replies.filter(has_text=t.say("⭐ Save")).last
    expect(card).to_have_attribute("dir", "rtl")
    expect(card.get_by_role("heading", level=2)).to_contain_text(title)
    assert serious_findings(chat, axe) == []
