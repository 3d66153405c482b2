"""A reply as HTML for the web chat."""

import base64
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

from bot.channels import layout, taps, wording
from bot.i18n import Texts, direction
from bot.storage.crypto import Vault
from bot.storage.outgoing import Envelope

_LINK = re.compile(r"(https?://[^\s<>\"\u2066-\u2069]*[\w/])")
_COMMAND = re.compile(r"(?<![\w/])/(menu|language|help|human|privacy|export|delete)\b")
_TELEPHONE = re.compile(r"(?<![\w/.])(\d[\d \-]{1,20}\d)(?![\w/.:–])")


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
        )
        return {
            "html": html,
            "language": reply.language,
            "replaces": envelope.reference if reply.replaces else "",
        }


def html_paragraphs(text: str) -> Markup:
    """Plain text as paragraphs, with links, commands and telephone numbers that can be tapped."""
    blocks = [_inline(block) for block in text.split("\n\n") if block.strip()]
    return Markup("".join(f"<p>{block}</p>" for block in blocks))  # noqa: S704 - every part is escaped in _inline


def _inline(text: str) -> str:
    html = str(escape(text)).replace("\n", "<br>")
    html = _LINK.sub(r'<a href="\1" target="_blank" rel="noopener noreferrer">\1</a>', html)
    html = _COMMAND.sub(r'<button type="button" class="command" data-text="/\1">/\1</button>', html)
    return _TELEPHONE.sub(_telephone, html) if "<a " not in html else html


def _telephone(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[1])
    # Short numbers are shown as links only where they are known: 112, 110, 115 and the 116 family.
    if len(digits) < 6 and digits not in {"110", "112", "115"}:  # noqa: PLR2004 - no area code is that short
        return found[0]
    if len(digits) >= 6 and not digits.startswith(("0", "116")):  # noqa: PLR2004 - years and postcodes are not numbers
        return found[0]
    return f'<a href="tel:{digits}">{found[1]}</a>'
