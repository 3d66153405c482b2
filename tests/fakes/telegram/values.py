"""What the stand-in remembers and hands to tests; every value has a JSON form for use across processes."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field, fields
from typing import Any, Self

Json = dict[str, Any]

# Faults that Telegram words itself: the HTTP status and the description.
REFUSALS = {
    "bad_request": (400, "Bad Request: something is wrong with it"),
    "unauthorized": (401, "Unauthorized"),
    "forbidden": (403, "Forbidden: this is not allowed"),
    "conflict": (409, "Conflict: somebody else is at it"),
}


@dataclass
class _Value:
    def as_json(self) -> Json:
        """The fields by name; bytes as base64."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
            for name, value in found.items()
        }

    @classmethod
    def from_json(cls, body: Json) -> Self:
        """The value that `as_json` described."""
        return cls(**body)


@dataclass
class Message(_Value):
    """One message of a chat.

    `content` is Telegram's Message object as it stands now. `versions` is what it was after sending and after each
    edit: `{"at": monotonic seconds, "text": ..., "reply_markup": ...}`. `method` is the Bot API method that
    made it, "person" when a person wrote it. `other_markup` is a reply keyboard or the like, which Telegram
    does not show in `content`. `reactions` are the emojis that the bot has set. `at` is `time.monotonic()`, which all
    processes of a machine share.
    """

    chat_id: int
    message_id: int
    by_bot: bool
    method: str
    content: Json
    at: float = field(default_factory=time.monotonic)
    versions: list[Json] = field(default_factory=list)
    deleted: bool = False
    document: bytes | None = None
    other_markup: Json | None = None
    reactions: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, body: Json) -> Self:
        """The message that `as_json` described."""
        document = body.get("document")
        return cls(**{**body, "document": None if document is None else base64.b64decode(document)})

    @property
    def text(self) -> str:
        """The text or the caption, empty when there is none."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def thread(self) -> int | None:
        """The topic it was written in, None outside of topics."""
        found = self.content.get("message_thread_id")
        return None if found is None else int(found)

    @property
    def entities(self) -> list[Json]:
        """The entities of text or caption."""
        return list(self.content.get("entities") or self.content.get("caption_entities") or [])

    @property
    def reply_markup(self) -> Json | None:
        """Keyboard of any kind that was sent along, reply keyboards included."""
        return self.content.get("reply_markup") or self.other_markup

    @property
    def buttons(self) -> list[Json]:
        """All inline buttons, row after row."""
        return [button for row in (self.reply_markup or {}).get("inline_keyboard", []) for button in row]

    @property
    def venue(self) -> Json | None:
        """The venue, when the message is one."""
        return self.content.get("venue")

    @property
    def location(self) -> Json | None:
        """The location, when the message is one."""
        return self.content.get("location")

    @property
    def file_name(self) -> str | None:
        """Name of the document, when the message has one."""
        return (self.content.get("document") or {}).get("file_name")

    def note_version(self) -> None:
        """Remember how the message looks now."""
        now = {"at": time.monotonic(), "text": self.text, "reply_markup": self.reply_markup}
        self.versions.append(now)


@dataclass
class Call(_Value):
    """One call of a Bot API method: its parameters as read, and the status it was answered with (0: dropped)."""

    method: str
    params: Json
    at: float = field(default_factory=time.monotonic)
    status: int | None = None


@dataclass
class Tap(_Value):
    """A tap on an inline button: the callback query and each answer the bot gave to it."""

    query_id: str
    chat_id: int
    message_id: int
    data: str
    person_id: int
    at: float = field(default_factory=time.monotonic)
    expired: bool = False
    answers: list[Json] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether the bot answered at least once."""
        return bool(self.answers)


@dataclass
class Fault(_Value):
    """Something that goes wrong for the next `times` calls that match.

    `kind` is one of too_many_requests, server_error (500), bad_gateway (502), drop_before (connection cut, nothing
    happened), drop_after (it happened, then the connection is cut), slow (the answer takes `seconds`), or one of
    REFUSALS.
    Without a method and without a chat it matches every call but getUpdates.
    """

    kind: str
    method: str | None = None
    chat_id: int | None = None
    times: int = 1
    retry_after: int = 1
    seconds: float = 0.0

    def matches(self, method: str, chat_id: object) -> bool:
        """Whether the call of `method` (any case) for a chat is hit."""
        if self.method is not None and self.method.lower() != method.lower():
            return False
        if self.chat_id is not None and str(self.chat_id) != str(chat_id):
            return False
        return self.method is not None or self.chat_id is not None or method.lower() != "getupdates"


@dataclass
class Topic(_Value):
    """A topic of a forum; `number` is its message_thread_id."""

    number: int
    name: str
    closed: bool = False


@dataclass
class Chat:
    """A chat; `writable` once the person started the bot (or a group took it in), `blocked` when thrown out again.

    A forum has `topics` by their number. `rights` are those of the bot, which is an administrator if it has any.
    """

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    writable: bool = True
    blocked: bool = False
    forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    rights: frozenset[str] = frozenset()

    def as_json(self) -> Json:
        """Telegram's Chat object; for private chats the title is the first name."""
        body: Json = {"id": self.id, "type": self.type}
        if self.title is not None:
            body["first_name" if self.type == "private" else "title"] = self.title
        if self.username is not None:
            body["username"] = self.username
        if self.forum:
            body["is_forum"] = True
        return body


@dataclass
class Profile:
    """What people see of the bot, by language code ("" is the default); commands by (scope, language code)."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    name: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)
