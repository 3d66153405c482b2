"""What Lotse knows about a talk between two turns, and what a turn decides besides its replies."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Literal, Self, TypeVar

from bot.messages import Reply, Understanding

Status = Literal["bot", "queued", "assigned"]
Reason = Literal["asked", "crisis", "emergency", "no_answer", "not_helped", "sport_mentor", "volunteer_circle"]
Awaiting = Literal["", "shelter", "surname"]
OfferKind = Literal["course", "sport", "group"]

COME_BACK = timedelta(hours=48)
"""Who asks for a human again so soon is still about the same."""
KEEP_RECENT = timedelta(hours=1)
RECENT_MESSAGES = 3
_PARTICULAR = ("sport_mentor", "volunteer_circle")


@dataclass(slots=True)
class Search:
    """A search for offers; dropped an hour after ``at`` (ISO 8601), when it was last changed.

    ``number`` counts the person's searches, so that a button of an earlier one is known. ``wishes`` are plain JSON
    values and never hold a point on the map. ``asked`` are the questions that were asked, ``question`` is the one
    that waits for its answer. ``shown`` counts the offers shown so far. ``found`` are keys of offers,
    nearest first, where they were sorted by a point that is not kept. ``level_check`` holds the answers
    of a self-check that is under way, else None. ``page`` are the keys of the offers on the screen, by their numbers
    from 1; ``card`` is the offer whose card was opened last.
    """

    number: int
    kind: OfferKind
    at: str
    wishes: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    question: str = ""
    shown: int = 0
    found: list[str] = field(default_factory=list)
    level_check: list[bool] | None = None
    page: list[str] = field(default_factory=list)
    card: str = ""


@dataclass(slots=True)
class Watch:
    """Something that the person wants to be told about, since ``since`` (ISO 8601).

    Either a place in the full offer ``offer`` (its id), or new offers that fit ``wishes`` (plain JSON values).
    """

    number: int
    since: str
    offer: str = ""
    kind: OfferKind | None = None
    wishes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Handover:
    """What the last case was handed over for, so that it finds its team when more is known.

    ``asked`` is the queue that the person asked for by name, ``queue`` the one that has the case as far as is known
    here, ``at`` (ISO 8601) when its first reply began to be waited for. ``placed``: the person was asked where they
    live, and has answered. ``closed`` (ISO 8601) is when the case ended, empty while it is open; all of this is dropped
    when nobody can come back to the case any more.
    """

    reason: Reason
    at: str
    theme: str = ""
    asked: str = ""
    queue: str = ""
    placed: bool = False
    closed: str = ""

    def goes_on(self, reason: Reason, queue: str, now: datetime) -> bool:
        """Whether a case for this reason, and for those who are asked by name, would be this one opened again."""
        until = self.until
        return until is not None and until > now and same_case(self.reason, self.queue, reason, queue)

    @property
    def until(self) -> datetime | None:
        """When nobody can come back to the case any more; None while it is open."""
        return datetime.fromisoformat(self.closed) + COME_BACK if self.closed else None


def same_case(reason: Reason, queue: str, now_reason: Reason, now_queue: str) -> bool:
    """Whether who comes back goes on with a case of this reason and queue.

    Who asks for somebody in particular asks them; who asks for help in general gets those who helped.
    """
    return queue == now_queue if now_reason in _PARTICULAR else reason not in _PARTICULAR


@dataclass(slots=True)
class Conversation:
    """The state of one conversation; stored encrypted, changed only by the turn that holds it.

    ``language`` is empty until it is known; ``chosen`` says that the person chose it.
    ``office`` is the service whose team is looked for while ``awaiting`` is ``surname``; the name is never kept.
    ``handovers`` counts the person's cases, so that a button of an old case is known; ``handover`` is the last one.
    ``blocked``: staff do not answer this person, except in danger.
    ``options`` are intents that may still be offered when an answer did not help; ``offered`` those that were,
    and ``shown`` is the intent of the last answer. ``failures`` counts those in a row. All four are dropped an hour
    after ``noted_at``, when the last of them was noted, and so is the question for a surname.
    ``recent`` holds the last utterances with their times, so that the person may pass them on to staff;
    they are dropped after an hour. ``searches`` counts searches, ``search`` is the present one, and ``wished`` are the
    wishes of a sentence while the person is asked what they meant.
    ``saved`` are ids of offers that the person keeps, and ``watches`` what they want to be told about;
    ``watched`` counts the latter. ``counted`` says how the talk of the last day went into the figures: the day
    (ISO 8601), how it ended, and the language; empty if it has not.
    """

    language: str = ""
    chosen: bool = False
    status: Status = "bot"
    case: int | None = None
    handovers: int = 0
    handover: Handover | None = None
    blocked: bool = False
    awaiting: Awaiting = ""
    office: str = ""
    failures: int = 0
    options: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    shown: str = ""
    noted_at: str = ""
    recent: list[tuple[str, str]] = field(default_factory=list)
    flood: list[float] = field(default_factory=list)
    searches: int = 0
    search: Search | None = None
    saved: list[str] = field(default_factory=list)
    wished: dict[str, Any] = field(default_factory=dict)
    watched: int = 0
    watches: list[Watch] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)

    def remember(self, utterance: str, now: datetime) -> None:
        """Keep an utterance for an hour, at most three at a time."""
        self.recent = [*self.recent, (now.isoformat(), utterance)][-RECENT_MESSAGES:]
        self.forget_old(now)

    def forget_old(self, now: datetime) -> None:
        """Drop utterances that are older than an hour, and what was noted about answers before that."""
        self.recent = [entry for entry in self.recent if datetime.fromisoformat(entry[0]) > now - KEEP_RECENT]
        if self.noted_at and datetime.fromisoformat(self.noted_at) <= now - KEEP_RECENT:
            self.failures, self.options, self.offered, self.wished = 0, [], [], {}
            self.shown = self.noted_at = ""
            if self.awaiting == "surname":
                self.awaiting, self.office = "", ""
        if self.search and datetime.fromisoformat(self.search.at) <= now - KEEP_RECENT:
            self.search = None
        self.forget_case(now)

    def forget_case(self, now: datetime) -> None:
        """Drop what the last case was about once nobody can come back to it."""
        if self.handover and self.handover.until and self.handover.until <= now:
            self.handover = None

    def as_json(self) -> dict[str, Any]:
        """The state as plain JSON values."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["search"] = asdict(self.search) if self.search else None
        values["handover"] = asdict(self.handover) if self.handover else None
        values["watches"] = [asdict(watch) for watch in self.watches]
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Read what ``as_json`` gave; unknown keys of another version are ignored, missing ones get their default."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        known["recent"] = [(str(at), str(text)) for at, text in known.get("recent", [])]
        known["search"] = _read(Search, known["search"]) if known.get("search") else None
        known["handover"] = _read(Handover, known["handover"]) if known.get("handover") else None
        known["watches"] = [_read(Watch, watch) for watch in known.get("watches", [])]
        return cls(**known)


_Part = TypeVar("_Part", Search, Watch, Handover)


def _read(part: type[_Part], values: dict[str, Any]) -> _Part:
    return part(**{name: values[name] for name in part.__dataclass_fields__ if name in values})


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Hand over to staff; ``queue`` names those who are asked, ``""`` is whoever takes what no other team does.

    ``theme`` is what it is about (a group of topics), ``reply_due`` when a first reply was promised.
    """

    reason: Reason
    language: str
    queue: str = ""
    theme: str = ""
    reply_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddToCase:
    """Keep messages of the person in the open case's transcript, with what was understood of each where it was.

    ``file``: the file that came with the message belongs to the last of them. ``refused`` is why it was not kept.
    ``number`` is that of the person's message in its channel, 0 if the last text is not just what stands there.
    """

    texts: tuple[str, ...]
    understood: tuple[Understanding | None, ...] = ()
    file: bool = False
    refused: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class DescribeCase:
    """What the person said about themselves for the open case; ``reason`` where it has become an urgent one.

    ``queue`` names those who are asked now that this is known; a case that somebody has taken stays where it is.
    """

    consent: bool | None = None
    district: str = ""
    shelter: str = ""
    reason: Reason | None = None
    queue: str = ""
    reply_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class CloseCase:
    """The person ends the talk with staff."""


@dataclass(frozen=True, slots=True)
class RateCase:
    """What the person tapped after their last case was closed."""

    value: str


@dataclass(frozen=True, slots=True)
class CountQuestion:
    """A question that found no answer, already cleaned of everything personal."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class CountTalk:
    """How the talk of a day (ISO 8601) goes so far, for the figures; who talked is not kept."""

    kind: Literal["answered", "unanswered", "handed_over"]
    language: str
    day: str


@dataclass(frozen=True, slots=True)
class SendExport:
    """Send the person all that is stored about them; ``caption`` goes with the file."""

    caption: Reply


@dataclass(frozen=True, slots=True)
class EraseAll:
    """Erase everything about the person, now."""


Effect = OpenCase | AddToCase | DescribeCase | CloseCase | RateCase | CountQuestion | SendExport | EraseAll


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one turn decided: the replies in order, and the effects that are written with them.

    ``counted`` is what the turn says about the talk of the day, for the figures; None if it says nothing.
    """

    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    counted: CountTalk | None = None
