"""A reply as HTML for the web chat."""

import base64
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

from bot.channels import layout, taps, wording
from bot.channels.files import IMAGES
from bot.i18n import Texts, direction
from bot.storage.crypto import Vault
from bot.storage.outgoing import Envelope

# What can be tapped in a text. A telephone number is taken whole or not at all: half of one is another number.
_TAPPABLE = re.compile(
    r"(?P<link>https?://[^\s<>\"\u2066-\u2069]*[\w/])"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/])/(?P<command>menu|language|help|human|privacy|export|delete)\b"
    r"|(?<![\w/.:,+–-])(?P<number>\+?\d(?:[ -]?\d)++)(?!\w|[.,:/–]\d)",
    re.ASCII,
)
# Short numbers are links only where they are known: emergency, police, the authorities' number.
_SHORT_NUMBERS = frozenset({"110", "112", "115"})
_SHORTEST_WITH_AREA_CODE = 6


class MessageRenderer:
    """Renders replies; everything that comes from outside is escaped first."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        pages = Path(__file__).parent / "pages"
        environment = Environment(loader=FileSystemLoader(pages), autoescape=select_autoescape(), trim_blocks=True)
        environment.filters["paragraphs"] = html_paragraphs
        self._template = environment.get_template("message.html")

    def event(self, number: int, envelope: Envelope, lane: str) -> dict[str, Any]:
        """The data of a server-sent event: the message's HTML and how the page shall place it."""
        reply = envelope.reply
        title, text, notes = layout.paragraphs(reply)
        labels = wording.page_labels(Texts(reply.language))
        rows = [
            [(button, "" if button.url else taps.sign(self._vault, lane, button.action)) for button in row]
            for row in reply.buttons
        ]
        content = reply.document.content.encode() if reply.document else b""
        html = self._template.render(
            number=number,
            reply=reply,
            title=title,
            text=text,
            notes=notes,
            rows=rows,
            labels=labels,
            direction=direction(reply.language),
            file=base64.b64encode(content).decode(),
            images=IMAGES,
        )
        return {
            "html": html,
            "language": reply.language,
            "replaces": envelope.reference if reply.replaces else "",
            "forgets": reply.forgets,
        }


def html_paragraphs(text: str) -> Markup:
    """Plain text as paragraphs, with links, mail addresses, commands and telephone numbers that can be tapped."""
    blocks = [_inline(block.strip("\n")) for block in text.split("\n\n") if block.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(block) for block in blocks)


def _inline(text: str) -> Markup:
    pieces, end = [], 0
    for found in _TAPPABLE.finditer(text):
        pieces += [_lines(text[end : found.start()]), _tappable(found)]
        end = found.end()
    return Markup("").join([*pieces, _lines(text[end:])])


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


def _tappable(found: re.Match[str]) -> Markup:
    shown = found[0]
    if found["link"]:
        return Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(shown)
    if found["mail"]:
        return Markup('<a href="mailto:{0}">{0}</a>').format(shown)
    if found["command"]:
        return Markup('<button type="button" class="command" data-text="{0}">{0}</button>').format(shown)
    number = re.sub(r"[ -]", "", shown)
    if not _is_telephone(number):
        return escape(shown)
    return Markup('<a href="tel:{}" dir="ltr">{}</a>').format(number, shown)


def _is_telephone(number: str) -> bool:
    """Years, postcodes and amounts are no telephone numbers."""
    if number in _SHORT_NUMBERS:
        return True
    return len(number) >= _SHORTEST_WITH_AREA_CODE and number.startswith(("0", "+", "116"))
