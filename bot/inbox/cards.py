"""What staff may pick as a reply: phrases, FAQ answers, cards of offices and offers, in the person's language.

A preview shows the very ``Reply`` values that are put into the outgoing queue afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from bot.answers import appointment_card, entry_reply, service_card
from bot.channels import layout
from bot.channels.rendering import html_paragraphs
from bot.content.hours import BERLIN
from bot.content.model import SOURCE_LANGUAGE, Catalogue, PhraseText
from bot.content.phrases import fill
from bot.dialogues.finding.card import offer_card
from bot.errors import LotseError
from bot.escalation.replies import by_machine, from_staff
from bot.i18n import Texts, direction
from bot.messages import Reply
from bot.offers.stock import Stock
from bot.storage.translations import Translation

Kind = Literal["phrase", "faq", "office", "appointment", "offer"]

_SECOND = "en"  # beside German where a text is not translated


class NoSuchPickError(LotseError):
    """There is no such phrase, topic, office or offer (any more)."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What staff picked: the id of a phrase, topic, service or offer, and what belongs into the blanks of a phrase."""

    kind: Kind
    id: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reply of staff before it is sent.

    ``replies`` is exactly what the person gets, ``text`` the same for the transcript, and ``german`` what it says in
    German. ``translated`` says whether it is in the person's language. ``machine`` is the translation that the person
    gets before the text, if a machine made one.
    """

    replies: tuple[Reply, ...]
    text: str
    german: str
    translated: bool
    machine: Translation | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a preview, as the web chat shows it; ``links`` are the labels and addresses of its buttons."""

    language: str
    direction: str
    title: str
    text: Markup
    notes: Markup
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """Where replies are made ready: the content and the offers of the moment; ``now`` has a time zone."""

    catalogue: Catalogue
    stock: Stock
    now: datetime

    def free_text(self, text: str, language: str, handover: int) -> Prepared:
        """Return what staff wrote themselves; it is not translated."""
        return Prepared(from_staff(text, Texts(language), handover), text, "", translated=True)

    def by_machine(self, text: str, machine: Translation, handover: int) -> Prepared:
        """Return what staff wrote themselves, with a translation that they have looked at."""
        to, source = Texts(machine.language), Texts(machine.source)
        replies = by_machine(machine.text, text, to, source, handover)
        return Prepared(replies, text, "", translated=True, machine=machine)

    def prepare(self, pick: Pick, language: str, handover: int) -> Prepared:
        """Return what the person gets.

        Args:
            pick: what staff chose.
            language: the person's language.
            handover: the number of the person's case, which the button that ends it carries.

        Raises:
            NoSuchPickError: there is no such text.
            BlanksError: the blanks of a phrase are not filled in as they should be.
        """
        said, translated = self._reply(pick, language)
        german, _ = self._reply(pick, SOURCE_LANGUAGE)
        text = _whole(said)
        replies = from_staff(text, Texts(language), handover, said)
        return Prepared(replies, text, _whole(german), translated)

    def _reply(self, pick: Pick, language: str) -> tuple[Reply, bool]:
        """Return the reply, and whether it is in this language."""
        t = Texts(language)
        if pick.kind == "phrase" and pick.id in self.catalogue.phrases:
            return self._phrase(pick, t)
        if pick.kind == "faq" and pick.id in self.catalogue.faq:
            entry = self.catalogue.faq[pick.id]
            return entry_reply(self.catalogue, entry, t), language in entry.texts
        if pick.kind in ("office", "appointment") and pick.id in self.catalogue.services:
            service = self.catalogue.services[pick.id]
            card = service_card if pick.kind == "office" else appointment_card
            return card(service, t, self.now), language in service.names
        if pick.kind == "offer" and pick.id in self.stock.by_id:
            offer = self.stock.by_id[pick.id]
            today = self.now.astimezone(BERLIN).date()
            return offer_card(offer, t, today, saved=False, watched=False), language in offer.title
        raise NoSuchPickError(f'There is no {pick.kind} "{pick.id}".')

    def _phrase(self, pick: Pick, t: Texts) -> tuple[Reply, bool]:
        phrase = self.catalogue.phrases[pick.id]
        filled = fill(phrase, t.language, pick.values)
        text, translated = filled.text, filled.source.language == t.language
        if not translated:
            sorry = t.say(
                "I am sorry, this answer does not exist in your language yet. Here it is in German and English."
            )
            texts = [filled, fill(phrase, _SECOND, pick.values)] if _SECOND in phrase.texts else [filled]
            text = "\n\n".join((sorry, *(each.text for each in texts)))
        return Reply(text=text, language=t.language, notes=_notes(filled.source, t)), translated


def preview(prepared: Prepared) -> tuple[Bubble, ...]:
    """Return the messages as they will look; everything in them is escaped."""
    return tuple(_bubble(reply) for reply in prepared.replies)


def _bubble(reply: Reply) -> Bubble:
    title, text, notes = layout.paragraphs(reply)
    return Bubble(
        language=reply.language,
        direction=direction(reply.language),
        title=title,
        text=html_paragraphs(text),
        notes=html_paragraphs(notes),
        links=tuple((button.label, _address(button.url)) for row in reply.buttons for button in row),
    )


def _address(url: str) -> str:
    """An address that only leads somewhere: a provider's file must not run anything on this page."""
    return url if url.startswith(("https://", "http://", "mailto:", "tel:")) else ""


def _whole(reply: Reply) -> str:
    return "\n\n".join(part for part in (reply.title, reply.text) if part)


def _notes(source: PhraseText, t: Texts) -> tuple[str, ...]:
    if source.language == SOURCE_LANGUAGE:
        return ()
    unreviewed = (t.say("This translation has not been reviewed yet."),) if source.review is None else ()
    older = (t.say("The German text is newer than this translation."),) if source.outdated else ()
    return (*unreviewed, *older)
