"""The staff's pages from their templates, in German and English. Every value is escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.i18n import STAFF, Texts, direction

# The languages of these pages, as they call themselves; the first is for everybody who speaks none of them.
LANGUAGES = {"de": "Deutsch", "en": "English"}
_FIRST = "de"
_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class Pages:
    """Fills templates. They say fixed texts with ``say("English")``."""

    def __init__(self) -> None:
        self._texts = {language: Texts(language, domain=STAFF) for language in LANGUAGES}
        self.environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def texts(self, language: str) -> Texts:
        """Fixed texts of the staff's pages in a language, German where it is none of them."""
        return self._texts.get(language, self._texts[_FIRST])

    def render(self, template: str, t: Texts, *, status: int = 200, **values: Any) -> Response:
        """A page."""
        return HTMLResponse(self.text(template, t, **values), status)

    def text(self, template: str, t: Texts, **values: Any) -> str:
        """A page, or a piece of one, as text."""
        page = self.environment.get_template(template)
        return page.render(
            t=t,
            say=t.say,
            say_count=t.say_count,
            language=t.language,
            direction=direction(t.language),
            languages=LANGUAGES,
            **values,
        )

    def refusal(self, t: Texts, status: int) -> Response:
        """A page that says no, and nothing about why."""
        return self.render("refused.html", t, status=status, found=status != 404)  # noqa: PLR2004 - HTTP's number
