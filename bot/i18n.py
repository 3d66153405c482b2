"""Languages on screen: gettext catalogues, direction of text, dates, times and lists through Babel.

Message ids are English. A text that a catalogue lacks is shown in English; ``lotse check`` reports it.
There are two domains: ``messages`` is what people read, in every language; ``staff`` are the pages of the staff, in
German and English.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError, dates, lists
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent.parent / "locales"
FALLBACK = "en"
MESSAGES, STAFF = "messages", "staff"

# Without a country, Babel writes dates as in the United States.
_AS_IN_EUROPE = {"en": "en-GB"}
_ISOLATE_LTR, _ISOLATE_FIRST_STRONG, _END_ISOLATE = "\u2066", "\u2068", "\u2069"
# In a right-to-left sentence the bidirectional algorithm (UAX #9) would swap the parts of numbers with inner
# spaces or dashes (telephones, times), mail addresses, links, commands, German quotations, laws, and whole
# lines in another script.
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_LATIN = "A-Za-zÀ-ɏ"
_LTR_RUN = re.compile(
    rf"^(?=[^\n]*[{_LATIN}])[^{_RTL}\n]+$"
    rf"|„[^{_RTL}\n„“”]*[{_LATIN}][^{_RTL}\n„“”]*[“”]|“[^{_RTL}\n“”]*[{_LATIN}][^{_RTL}\n“”]*”"
    rf"|(?<=«)[^{_RTL}\n«»]*[{_LATIN}][^{_RTL}\n«»]*(?=»)"
    rf"|§+ ?[0-9]+[a-z]?(?: (?:Abs\.|Satz|Nr\.) [0-9]+)*(?: [A-Z][{_LATIN}]+)?"
    r"|https?://\S*[a-zA-Z0-9_/]|[a-zA-Z0-9_.+-]+@[a-zA-Z0-9_-]+\.[a-zA-Z0-9_.-]*[a-zA-Z0-9_]"
    r"|(?<!\S)/[a-z]+|(?<![a-zA-Z0-9_])\+?[0-9][0-9 \t\u00a0()/:.–-]*[0-9]",
    re.MULTILINE,
)
# A bullet or a symbol at the beginning of a line stays on the side on which the text begins.
_SYMBOL = re.compile(r"(?:[^\w\s„“§/+(]+ )?")


@cache
def translations(language: str, directory: Path = LOCALES, domain: str = MESSAGES) -> GNUTranslations:
    """The gettext catalogue of ``language``; empty when there is none. What ``staff`` lacks is in ``messages``."""
    file = directory / language / "LC_MESSAGES" / f"{domain}.po"
    catalogue = GNUTranslations()
    if file.exists():
        with file.open("rb") as lines:
            parsed = read_po(lines, locale=language)
        compiled = io.BytesIO()
        write_mo(compiled, parsed)
        compiled.seek(0)
        catalogue = GNUTranslations(compiled)
    if domain != MESSAGES:
        catalogue.add_fallback(translations(language, directory))
    elif language != FALLBACK:
        catalogue.add_fallback(translations(FALLBACK, directory))
    return catalogue


class Texts:
    """Fixed texts in one language, with named placeholders ``%(name)s``."""

    def __init__(self, language: str, directory: Path = LOCALES, domain: str = MESSAGES) -> None:
        # Who has only tapped so far may have no language yet.
        self.language = language or FALLBACK
        self._catalogue = translations(self.language, directory, domain)

    def say(self, text: str, **values: object) -> str:
        """The text with this message id, its placeholders filled."""
        return self._catalogue.gettext(text) % values if values else self._catalogue.gettext(text)

    def say_count(self, one: str, many: str, number: int, **values: object) -> str:
        """The text in the plural form that ``number`` asks for in this language."""
        return self._catalogue.ngettext(one, many, number) % {"number": number, **values}

    def say_in(self, context: str, text: str) -> str:
        """The text with this message id in a context, where one English word needs several translations."""
        return self._catalogue.pgettext(context, text)


@cache
def locale_of(language: str) -> Locale:
    """Babel's locale of a language; English where Babel has none."""
    try:
        return Locale.parse(_AS_IN_EUROPE.get(language, language).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FALLBACK)


def spoken(hint: str, languages: Iterable[str]) -> str:
    """The language of the person's own app if Lotse speaks it, else an empty text.

    Args:
        hint: a BCP 47 tag such as ``uk``, ``pt-BR`` or ``ku``; may be empty.
        languages: the codes that Lotse speaks.
    """
    known = set(languages)
    # Apps name Kurdish and Persian by older or wider codes than we do.
    base = hint.lower().replace("_", "-").split("-", maxsplit=1)[0]
    wider = {"ku": "kmr", "prs": "fa", "per": "fa", "pes": "fa", "pus": "ps", "tig": "ti"}
    code = wider.get(base, base)
    return code if code in known else ""


@cache
def is_right_to_left(language: str) -> bool:
    """Whether the language is written from right to left."""
    return locale_of(language).text_direction == "rtl"


def direction(language: str) -> str:
    """``rtl`` or ``ltr``, as HTML's ``dir`` attribute wants it."""
    return "rtl" if is_right_to_left(language) else "ltr"


def isolate(text: str, language: str) -> str:
    """In a right-to-left language, keep the parts of telephone numbers, times, links and quotations in their order."""
    if not is_right_to_left(language):
        return text
    return _LTR_RUN.sub(_isolated, text)


def _isolated(run: re.Match[str]) -> str:
    symbol = _SYMBOL.match(run[0])
    start = symbol.end() if symbol else 0
    return f"{run[0][:start]}{_ISOLATE_LTR}{run[0][start:]}{_END_ISOLATE}"


def embed(text: str, language: str) -> str:
    """In a right-to-left language, let a name of unknown direction keep its own order."""
    return f"{_ISOLATE_FIRST_STRONG}{text}{_END_ISOLATE}" if is_right_to_left(language) else text


def format_date(day: date, language: str) -> str:
    """A date in words, such as "22 November 2026"."""
    return dates.format_date(day, "long", locale=locale_of(language))


def format_day(day: date, language: str) -> str:
    """A date with its weekday, such as "Sunday, 22 November 2026"."""
    return dates.format_date(day, "full", locale=locale_of(language))


def format_time(moment: time) -> str:
    """A time of day as it stands on German doors: 24 hours, European digits, in every language."""
    return f"{moment:%H:%M}"


def format_list(items: Sequence[str], language: str) -> str:
    """The items as an enumeration."""
    return lists.format_list(list(items), locale=locale_of(language)) if items else ""


def weekday_name(day: int, language: str) -> str:
    """The short name of a weekday, 0 is Monday."""
    return str(dates.get_day_names("abbreviated", locale=locale_of(language))[day])


def format_week(week: Mapping[int, Sequence[tuple[time, time]]], language: str) -> str:
    """Opening hours of a week, one line for days in a row with the same hours.

    Args:
        week: weekday (0 is Monday) -> intervals, in order; days without an interval may be absent.
        language: the language of the weekdays' names.
    """
    lines: list[str] = []
    day = 0
    while day < 7:  # noqa: PLR2004 - a week has seven days
        last = day
        while last < 6 and week.get(last + 1) == week.get(day):  # noqa: PLR2004 - the last day is 6
            last += 1
        if week.get(day):
            hours = ", ".join(f"{format_time(start)}–{format_time(end)}" for start, end in week[day])
            names = weekday_name(day, language)
            if last > day:
                names += f"–{weekday_name(last, language)}"
            lines.append(f"{names} {hours}")
        day = last + 1
    return "\n".join(lines)
