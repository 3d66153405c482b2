"""Frozen values that cross rooms. This module imports no room."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

MessageKind = Literal["text", "command", "tap", "location", "unreadable"]
Band = Literal["sure", "unsure", "unknown"]


def well_formed(text: str) -> str:
    """The text without what UTF-8 and PostgreSQL cannot hold: halves of surrogate pairs, and NUL."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", "\ufffd")


def one_line(text: str) -> str:
    """A name as it may stand beside other words: on one line, without signs that are not seen or turn others round."""
    kept = "".join(" " if _is_unseen(letter) else letter for letter in well_formed(text))
    return " ".join(kept.split())


def _is_unseen(letter: str) -> bool:
    # Persian and Kurdish names need both joiners.
    return unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} and letter not in "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Location:
    """A point on earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that came with a message, as its channel knows it; ``size`` is in bytes, 0 where that is not said.

    ``id`` is the channel's own; it is worth nothing without the channel. ``problem`` says why the file cannot be passed
    on (see ``escalation.files``), empty while nothing is known against it.
    """

    id: str
    name: str = ""
    size: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person sent, without anything that names them.

    ``text`` holds the words of a text, what was written below a picture and the like (``unreadable``), or the
    name of a command without its slash; ``rest`` holds what was written behind a command.
    ``action`` holds the verified action of a tap; a tap whose button cannot be trusted has ``""``.
    ``medium`` says what an unreadable message was: photo, voice, video, document, sticker, contact, other.
    ``file`` is what staff could look at, if the channel can fetch it.
    ``language_hint`` is the language that the person's own app is set to, as a BCP 47 tag.
    ``reference`` names the message whose button was tapped, in the channel's own terms.
    ``number`` is the message's own number in its channel, 0 where it has none.
    """

    kind: MessageKind
    text: str = ""
    action: str = ""
    location: Location | None = None
    medium: str = ""
    file: FileRef | None = None
    language_hint: str = ""
    edited: bool = False
    reference: str = ""
    rest: str = ""
    number: int = 0

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
    """A file for the person, such as the export of their data.

    Either ``content`` is its text, or ``attachment`` is the number of a stored file. Only on its way to a channel has
    it the ``data`` of that, which are None if they have been erased meanwhile.
    """

    filename: str
    media_type: str
    content: str = ""
    attachment: int | None = None
    data: bytes | None = None


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
