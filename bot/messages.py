"""Frozen values that cross rooms. This module imports no room."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

MessageKind = Literal["text", "command", "tap", "location", "unreadable"]
Band = Literal["sure", "unsure", "unknown"]


def well_formed(text: str) -> str:
    """The text without what UTF-8 and PostgreSQL cannot hold: halves of surrogate pairs, and NUL."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", "\ufffd")


@dataclass(frozen=True, slots=True)
class Location:
    """A point on earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Message:
    """What a person sent, without anything that names them.

    ``text`` holds the words of a text, what was written below a picture and the like (``unreadable``), or the
    name of a command without its slash; ``rest`` holds what was written behind a command.
    ``action`` holds the verified action of a tap; a tap whose button cannot be trusted has ``""``.
    ``medium`` says what an unreadable message was: photo, voice, document, sticker, contact, other.
    ``language_hint`` is the language that the person's own app is set to, as a BCP 47 tag.
    ``reference`` names the message whose button was tapped, in the channel's own terms.
    """

    kind: MessageKind
    text: str = ""
    action: str = ""
    location: Location | None = None
    medium: str = ""
    language_hint: str = ""
    edited: bool = False
    reference: str = ""
    rest: str = ""

    @property
    def words(self) -> str:
        """What the person wrote in their own words, wherever it stands; empty if nothing."""
        if self.kind == "tap":
            return ""
        return self.rest if self.kind == "command" else self.text


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a reply: it either sends ``action`` back or opens ``url``."""

    label: str
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a map pin."""

    name: str
    address: str
    location: Location


@dataclass(frozen=True, slots=True)
class Document:
    """A file for the person, such as the export of their data."""

    filename: str
    media_type: str
    content: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the person, in plain text; each channel sets it in its own way.

    ``title`` is shown in bold above ``text``; ``notes`` is small print below it (source, review).
    ``replaces`` asks the channel to change the message whose button was tapped, where it can.
    ``author`` is ``staff`` for what a social worker wrote.
    ``forgets`` says that the person's data are erased: a channel that shows a talk empties it.
    """

    text: str
    language: str
    title: str = ""
    notes: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    place: Place | None = None
    document: Document | None = None
    replaces: bool = False
    author: Literal["bot", "staff"] = "bot"
    forgets: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent with its probability (0 to 1)."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was meant by an utterance; ``ranking`` starts with ``intent`` and falls in confidence."""

    language: str
    intent: str
    confidence: float
    band: Band
    ranking: tuple[Candidate, ...] = ()
    entities: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message on its way in.

    ``update_id`` is the channel's own id of it, by which a repeat is known; ``sequence`` orders the
    messages of one conversation. ``person`` is the channel's own id of the person: it is hashed on
    arrival and never stored. ``address`` is what the channel needs to answer, stored encrypted.
    """

    channel: str
    update_id: str
    sequence: int
    person: str
    address: dict[str, str | int]
    message: Message
    received_at: datetime
