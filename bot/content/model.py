"""The catalogue: everything that editors wrote, as frozen values."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.messages import Location

SOURCE_LANGUAGE = "de"
LEAST_EXAMPLES = 6

Texts = Mapping[str, str]  # language code -> text; never without German
ServiceKind = Literal["office", "counselling", "course_provider"]
BlankKind = Literal["date", "time", "text", "number"]
Access = Literal["walk_in", "appointment_only", "both", "unknown"]


def in_language(texts: Texts, language: str) -> str:
    """Return the text in this language, else in German, else ``""``."""
    return texts.get(language) or texts.get(SOURCE_LANGUAGE, "")


def made_from(title: str, answer: str) -> str:
    """Return the stamp that ties a translation to the German text that it was made from (12 hex digits)."""
    return hashlib.sha256(f"{title}\n{answer.strip()}".encode()).hexdigest()[:12]


def made_from_phrase(text: str) -> str:
    """Return the same stamp for a translation of a phrase, which has no title."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Language:
    """A language that Lotse speaks; ``code`` is a BCP 47 tag and ``name`` the language's own name of itself.

    A ``required`` language must have every text. ``examples`` is how many example questions a topic needs in it:
    more where the encoder knows the language less well.
    """

    code: str
    name: str
    rtl: bool = False
    required: bool = False
    examples: int = LEAST_EXAMPLES


@dataclass(frozen=True, slots=True)
class Group:
    """A group of FAQ topics, with a pictogram for those who read little."""

    id: str
    emoji: str
    names: Texts

    def name_in(self, language: str) -> str:
        """Return the group's title, in German where the language lacks it."""
        return in_language(self.names, language) or self.id


@dataclass(frozen=True, slots=True)
class Link:
    """A page of an authority under its official name."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from; ``date`` is a year, a month or a day (``2025``, ``2025-04``, ``2025-04-30``) or ``""``."""

    name: str
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class FaqText:
    """An answer in one language.

    ``review`` is the day on which a human reviewed it. ``outdated`` says that the German text has changed since
    the translation was made.
    """

    language: str
    title: str
    answer: str
    review: date | None = None
    outdated: bool = False
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """An approved text about an intent that is not a FAQ topic, such as ``find_course``.

    ``services`` and ``related`` are ids within the same catalogue. ``verified`` is the day on which an editor of
    the city checked the facts, or None.
    """

    intent: str
    services: tuple[str, ...]
    related: tuple[str, ...]
    links: tuple[Link, ...]
    source: tuple[Source, ...]
    verified: date | None
    review_due: date
    owner: str
    texts: Mapping[str, FaqText]

    def text_in(self, language: str) -> FaqText:
        """Return the text in this language, else the German one; its ``language`` tells which it is."""
        return self.texts.get(language) or self.texts[SOURCE_LANGUAGE]


@dataclass(frozen=True, slots=True)
class FaqEntry(Card):
    """The answer to a FAQ topic; its ``intent`` is ``faq/<topic>``."""

    topic: str
    group: str


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; what is not known is ``""``, and ``district`` is a canonical id such as ``bad-cannstatt``."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number or an e-mail address of a service, with a note on when or for whom."""

    value: str
    note: Texts


@dataclass(frozen=True, slots=True)
class Booking:
    """How one gets an appointment: online (``url`` or ``""``), and in words (may be empty)."""

    url: str
    how: Texts


@dataclass(frozen=True, slots=True)
class Team:
    """Who is responsible where the first letters of the surname decide; the range includes both ends."""

    surname_from: str
    surname_to: str
    note: Texts
    phone: str = ""
    email: str = ""

    def serves(self, surname: str) -> bool:
        """Say whether this team is responsible for a surname in Latin letters."""
        name = surname.strip().casefold()
        first, last = self.surname_from.casefold(), self.surname_to.casefold()
        return bool(name) and first <= name and name[: len(last)] <= last


@dataclass(frozen=True, slots=True)
class Service:
    """A place of the city or of an adviser; ``hours`` is in OpenStreetMap's syntax, ``""`` where unknown.

    ``bring`` says which papers to bring, as far as that is the same for whatever one does there.
    """

    id: str
    kind: ServiceKind
    names: Texts
    abouts: Texts
    address: Address | None
    location: Location | None
    phones: tuple[Contact, ...]
    emails: tuple[Contact, ...]
    website: str
    hours: str
    access: Access
    appointment: Booking | None
    accessible: bool | None
    teams: tuple[Team, ...]
    source: tuple[Source, ...]
    verified: date | None
    review_due: date
    owner: str
    bring: Texts = field(default_factory=dict)

    def name_in(self, language: str) -> str:
        """Return the name, in German where the language lacks it."""
        return in_language(self.names, language)

    def about_in(self, language: str) -> str:
        """Return what one does there, in German where the language lacks it."""
        return in_language(self.abouts, language)


@dataclass(frozen=True, slots=True)
class HandoverSettings:
    """What a deployment promises: when staff are there (OpenStreetMap's syntax) and how soon they reply.

    ``verified`` is the day on which the deployment confirmed the promise, or None.
    """

    office_hours: str
    reply_within_working_days: int
    verified: date | None


@dataclass(frozen=True, slots=True)
class PhraseText:
    """A phrase in one language, with its blanks as ``{name}``; ``review`` and ``outdated`` as in a FAQ answer."""

    language: str
    text: str
    review: date | None = None
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A ready sentence of social workers in all languages.

    ``blanks`` says what belongs into each blank, in the order in which staff fill them in. ``keywords`` are German
    words by which staff find it, beside those of the text.
    """

    id: str
    group: str
    blanks: Mapping[str, BlankKind]
    keywords: tuple[str, ...]
    texts: Mapping[str, PhraseText]

    def text_in(self, language: str) -> PhraseText:
        """Return the text in this language, else the German one; its ``language`` tells which it is."""
        return self.texts.get(language) or self.texts[SOURCE_LANGUAGE]


@dataclass(frozen=True, slots=True)
class PhraseGroup:
    """The phrases of one file, in its order."""

    id: str
    names: Texts
    phrases: tuple[Phrase, ...]

    def name_in(self, language: str) -> str:
        """Return the group's title, in German where the language lacks it."""
        return in_language(self.names, language) or self.id


@dataclass(frozen=True, slots=True)
class Queue:
    """A team of staff, and which cases are theirs; the names are in German and English.

    A case is theirs where each list that is not empty names it: the ids of ``districts``, ``languages``, ``themes``
    (groups of FAQ topics, and reasons of handing over), and names of ``shelters`` as people write them. With no
    list at all a queue gets only what is given to it by name. ``first_reply_minutes`` count within ``office_hours``
    (OpenStreetMap's syntax), 0 promises nothing; ``lead`` says that the lead is told before that time is over.
    """

    id: str
    names: Texts
    districts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    shelters: tuple[str, ...] = ()
    office_hours: str = ""
    first_reply_minutes: int = 0
    lead: bool = False

    def name_in(self, language: str) -> str:
        """Return the team's name, in German where the language lacks it."""
        return in_language(self.names, language) or self.id


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All content by id, in the order of the files; ``handover`` is None where nothing is promised.

    ``queues`` always has ``default``, which is the last one.
    """

    languages: Mapping[str, Language]
    groups: Mapping[str, Group]
    faq: Mapping[str, FaqEntry]
    services: Mapping[str, Service]
    cards: Mapping[str, Card]
    handover: HandoverSettings | None
    queues: Mapping[str, Queue] = field(default_factory=dict)
    phrase_groups: Mapping[str, PhraseGroup] = field(default_factory=dict)
    phrases: Mapping[str, Phrase] = field(default_factory=dict)


def examples(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    """Return every example question as (text, language, intent), for training."""
    return [
        (example, language, entry.intent)
        for entry in catalogue.faq.values()
        for language, text in entry.texts.items()
        for example in text.examples
    ]
