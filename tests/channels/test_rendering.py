"""Replies become HTML that is safe and can be tapped."""

import base64
import json
import re

import pytest

from bot.channels.rendering import MessageRenderer, html_paragraphs
from bot.messages import Button, Document, Location, Place, Reply
from bot.settings import load, new_key
from bot.storage.crypto import Vault
from bot.storage.outgoing import Envelope

XSS = "<img src=x onerror=alert(1)>"


@pytest.fixture
def renderer() -> MessageRenderer:
    """With a key of its own."""
    return MessageRenderer(Vault(load({"LOTSE_SECRET_KEY": new_key("test")}).keys))


def html_of(renderer: MessageRenderer, reply: Reply) -> str:
    """The message's HTML."""
    return str(renderer.event(7, Envelope(reply, {}), "lane")["html"])


def test_everything_in_a_reply_is_shown_as_text(renderer: MessageRenderer) -> None:
    """Title, text, notes, labels, links, places and file names are escaped."""
    place = Place(XSS, XSS, Location(48.7, 9.1))
    buttons = ((Button(XSS, action="menu"), Button(XSS, url=f'https://example.org/?a="{XSS}')),)
    document = Document(f'"{XSS}', "text/plain", XSS)
    reply = Reply(XSS, "de", title=XSS, notes=(XSS,), buttons=buttons, place=place, document=document, author="staff")
    html = html_of(renderer, reply)
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") >= 7
    assert '?a=""' not in html


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Call 112.", "112"),
        ("Police: 110, now", "110"),
        ("0800 111 0 111 or", "08001110111"),
        ("or 0800 111 0 222.", "08001110222"),
        ("children: 116 111.", "116111"),
        ("☎ \u20660711 216-91857\u2069", "071121691857"),
        ("+49 711 216-0", "+497112160"),
    ],
)
def test_a_telephone_number_is_a_link_to_all_of_it(text: str, number: str) -> None:
    """A sentence's end belongs to no number, and half a number is another number."""
    assert re.findall(r'href="tel:([^"]*)"', html_paragraphs(text)) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "08:30–12:00",
        "70173 Stuttgart",
        "22.11.2026",
        "2026-11-22",
        "1.234 Euro",
        "563 Euro",
        "§ 24",
        "2 Jahre",
        "A0711 2160",
    ],
)
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    """Hours, postcodes, dates and amounts stay text."""
    assert "<a" not in html_paragraphs(text)


def test_links_mails_and_commands_can_be_tapped() -> None:
    """Also several in one line, and none inside another."""
    html = html_paragraphs("https://example.org/?a=/menu, a.b@example.org: /privacy. and/or /unknown")
    assert 'href="https://example.org/?a=/menu"' in html
    assert 'href="mailto:a.b@example.org"' in html
    assert re.findall(r'data-text="([^"]*)"', html) == ["/privacy"]


def test_no_other_scheme_becomes_a_link() -> None:
    """Only http and https."""
    assert "<a" not in html_paragraphs("javascript:alert(1) data:text/html,x ftp://example.org")


def test_empty_lines_part_paragraphs() -> None:
    """And single ones are line breaks."""
    assert html_paragraphs("a\nb\n\n\n\nc") == "<p>a<br>b</p><p>c</p>"


def test_a_message_carries_its_language_and_direction(renderer: MessageRenderer) -> None:
    """Whatever the page's own are."""
    assert 'lang="ar" dir="rtl"' in html_of(renderer, Reply("س", "ar"))
    assert 'lang="ti" dir="ltr"' in html_of(renderer, Reply("ሰ", "ti"))


def test_names_of_languages_are_marked_as_such(renderer: MessageRenderer) -> None:
    """A screen reader pronounces each in its language."""
    html = html_of(renderer, Reply("?", "de", buttons=((Button("Türkçe", action="lang:tr"),),)))
    assert re.search(r'<button[^>]* lang="tr">Türkçe', html)


def test_a_social_workers_message_says_so(renderer: MessageRenderer) -> None:
    """In its class and, for screen readers, in words."""
    html = html_of(renderer, Reply("Guten Tag", "de", author="staff"))
    assert 'class="message staff"' in html
    assert "Sozialarbeit" in html


def test_a_file_is_part_of_the_page(renderer: MessageRenderer) -> None:
    """It can be saved without asking the server again, which has erased it."""
    content = json.dumps({"a": "ä"}, ensure_ascii=False)
    html = html_of(renderer, Reply("", "de", document=Document("lotse-export.json", "application/json", content)))
    found = re.search(r'download="lotse-export.json" href="data:application/json;base64,([^"]*)"', html)
    assert found
    assert base64.b64decode(found[1]).decode() == content


def test_only_a_replacement_names_the_message_it_replaces(renderer: MessageRenderer) -> None:
    """Other replies are shown below."""
    envelope = Envelope(Reply("✓", "de", replaces=True), {}, "3")
    assert renderer.event(7, envelope, "lane")["replaces"] == "3"
    assert renderer.event(7, Envelope(Reply("✓", "de"), {}, "3"), "lane")["replaces"] == ""
