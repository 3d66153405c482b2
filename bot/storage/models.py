"""The tables. Times are seconds since 1970 in UTC; what people wrote and their addresses are sealed (see ``crypto``).

A *lane* is the keyed hash of a channel's id of a person: it finds the conversation without naming anybody,
and keeps the messages of one conversation in order in both queues.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_LANE = String(64)
OPEN = text("status <> 'resolved'")


class Base(DeclarativeBase):
    """Names every constraint alike on both engines, so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ConversationRow(Base):
    """One conversation with one contact on one channel. Status: bot, queued, assigned.

    ``recent_until`` says when the last utterances in the state have to be forgotten, or what a closed case was about.
    ``watching`` says that the person wants news of offers; ``news_at`` is when they last got some, and up to
    ``news_checked`` the changes of offers have been compared with what they wait for.
    """

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    lane: Mapped[str] = mapped_column(_LANE, unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(16))
    case_id: Mapped[int | None] = mapped_column(Integer)
    blocked_at: Mapped[float | None] = mapped_column(Float)
    recent_until: Mapped[float | None] = mapped_column(Float, index=True)
    active_at: Mapped[float] = mapped_column(Float, index=True)
    watching: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), index=True)
    news_at: Mapped[float | None] = mapped_column(Float)
    news_checked: Mapped[float | None] = mapped_column(Float)


class ReceiptRow(Base):
    """The keyed hash of an update's id, so that a repeat is ignored; kept for a few days."""

    __tablename__ = "receipts"

    key: Mapped[str] = mapped_column(_LANE, primary_key=True)
    received_at: Mapped[float] = mapped_column(Float, index=True)


class IncomingRow(Base):
    """A message that waits for its turn. It is deleted when the turn is done, or set aside after three failures."""

    __tablename__ = "incoming"
    __table_args__ = (Index("ix_incoming_lane_order", "lane", "sequence", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    lane: Mapped[str] = mapped_column(_LANE)
    channel: Mapped[str] = mapped_column(String(16))
    sequence: Mapped[int] = mapped_column(BigInteger)
    urgent: Mapped[bool] = mapped_column(Boolean)
    received_at: Mapped[float] = mapped_column(Float)
    due_at: Mapped[float] = mapped_column(Float)
    attempts: Mapped[int] = mapped_column(Integer)
    set_aside_at: Mapped[float | None] = mapped_column(Float)
    problem: Mapped[str | None] = mapped_column(String(200))
    payload: Mapped[bytes] = mapped_column(LargeBinary)


class OutgoingRow(Base):
    """A message that waits to be sent. The payload holds the address, so that it can leave after an erasure.

    A ``patient`` one is no answer to anybody: it lets all others go first.
    """

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_lane_order", "lane", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    lane: Mapped[str] = mapped_column(_LANE)
    channel: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[float] = mapped_column(Float)
    due_at: Mapped[float] = mapped_column(Float)
    attempts: Mapped[int] = mapped_column(Integer)
    case_message_id: Mapped[int | None] = mapped_column(Integer)
    patient: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    payload: Mapped[bytes] = mapped_column(LargeBinary)


class SendingRow(Base):
    """A sending that has begun and whose end has not been noted: after a crash, the message may have left.

    A table of its own, because on PostgreSQL the message itself is locked while it is sent.
    """

    __tablename__ = "sendings"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(Integer, index=True)


class CaseRow(Base):
    """What was handed over. Status: queued, assigned, resolved.

    ``queue`` names those who are asked. ``pseudonym`` is what staff call the person; ``preview`` is the beginning of
    what they wrote last, sealed. ``rank`` is 0 for an emergency or a crisis, 1 for anything else. The case waits since
    ``waiting_since`` for ``waiting_for`` (staff, person). ``reply_due_at`` is when a first reply was promised, until it
    is there; ``promise_kept`` says whether it came in time, None where nothing was promised.
    ``previous_queue`` is where it was before it was handed to another queue. ``blocked``: the person is kept from
    staff, except in danger. The lane stays until the transcript is erased (``purged_at``).
    """

    __tablename__ = "cases"
    __table_args__ = (
        # The list, in its order. The status stands in the text: a parameter would hide from SQLite that it fits.
        Index("ix_cases_list", "rank", "waiting_since", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        # All that the figures beside the list need, so that they are counted without reading a case.
        Index(
            "ix_cases_counts",
            *("queue", "assignee_id", "waiting_for", "snoozed_until", "blocked"),
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_cases_closed", "closed_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    lane: Mapped[str | None] = mapped_column(_LANE, index=True)
    channel: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    district: Mapped[str | None] = mapped_column(String(32))
    shelter: Mapped[bytes | None] = mapped_column(LargeBinary)
    consent: Mapped[bool | None] = mapped_column(Boolean)
    opened_at: Mapped[float] = mapped_column(Float, index=True)
    answered_at: Mapped[float | None] = mapped_column(Float)
    closed_at: Mapped[float | None] = mapped_column(Float)
    closed_by: Mapped[str | None] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(32), default="", server_default="")
    previous_queue: Mapped[str | None] = mapped_column(String(32))
    pseudonym: Mapped[str] = mapped_column(String(40), default="", server_default="", index=True)
    assignee_id: Mapped[int | None] = mapped_column(Integer)
    theme: Mapped[str | None] = mapped_column(String(64))
    preview: Mapped[bytes | None] = mapped_column(LargeBinary)
    rank: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    waiting_for: Mapped[str] = mapped_column(String(8), default="staff", server_default="staff")
    waiting_since: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    changed_at: Mapped[float] = mapped_column(Float, default=0.0, server_default="0", index=True)
    snoozed_until: Mapped[float | None] = mapped_column(Float)
    reply_due_at: Mapped[float | None] = mapped_column(Float, index=True)
    promise_kept: Mapped[bool | None] = mapped_column(Boolean)
    resolution: Mapped[str | None] = mapped_column(String(32))
    reopened_at: Mapped[float | None] = mapped_column(Float)
    blocked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    purged_at: Mapped[float | None] = mapped_column(Float)


class CaseMessageRow(Base):
    """A line of a case's transcript; deleted some time after the case was closed.

    Author: contact, staff, bot. Kind: contact, reply, note (staff only), event, bot (what Lotse told the person).
    Delivery of a reply: waiting, sent, failed.
    ``understood`` is what Lotse made of it, sealed; ``translation`` what a machine made of it, sealed.
    ``channel_message`` is the channel's own number of what the person wrote, where the message can be copied.
    """

    __tablename__ = "case_messages"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[float] = mapped_column(Float)
    author: Mapped[str] = mapped_column(String(16))
    delivery: Mapped[str | None] = mapped_column(String(16))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(String(8), default="contact", server_default="contact")
    staff_id: Mapped[int | None] = mapped_column(Integer)
    understood: Mapped[bytes | None] = mapped_column(LargeBinary)
    translation: Mapped[bytes | None] = mapped_column(LargeBinary)
    channel_message: Mapped[int | None] = mapped_column(BigInteger)


class QuestionRow(Base):
    """A question that found no answer: cleaned text, language and ISO week, tied to nobody."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    week: Mapped[str] = mapped_column(String(8), index=True)
    language: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(400))


class SightingRow(Base):
    """An offer as it was last seen in the city's content; it says nothing about any person.

    ``first_seen`` is 0 for those that were there from the beginning. ``place_at`` is when a place was last seen to
    have become free in a full one.
    """

    __tablename__ = "sightings"

    offer_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    first_seen: Mapped[float] = mapped_column(Float)
    full: Mapped[bool] = mapped_column(Boolean)
    place_at: Mapped[float | None] = mapped_column(Float)


class KeyRow(Base):
    """Which keys sealed what lies here; ``check`` opens only with the right one."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    check: Mapped[bytes] = mapped_column(LargeBinary)
