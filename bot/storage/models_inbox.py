"""The tables of the inbox: staff, their sessions, and what they keep about cases.

As in ``models``: times are seconds since 1970 in UTC, and what people wrote is sealed. Tokens are only kept as hashes.
"""

from sqlalchemy import BigInteger, Boolean, Float, ForeignKey, Index, Integer, LargeBinary, String, false, true
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.models import Base

_HASH = String(64)


class StaffRow(Base):
    """Somebody of the staff. Never deleted, for the audit names them; who left is not ``active``.

    ``password_hash`` is argon2's own text, with its salt and costs. ``totp`` is the sealed secret of the second factor,
    ``totp_step`` the last time step whose code was used. ``subject`` is the name an identity provider knows them by.
    A session counts as long as it carries the present ``epoch``.
    """

    __tablename__ = "staff"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16), default="de", server_default="de")
    password_hash: Mapped[str | None] = mapped_column(String(255))
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    subject: Mapped[str | None] = mapped_column(String(512), unique=True)
    epoch: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    created_at: Mapped[float] = mapped_column(Float)


class StaffQueueRow(Base):
    """A queue whose cases somebody sees; ``*`` is every queue."""

    __tablename__ = "staff_queues"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    queue: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)


class StaffLinkRow(Base):
    """A link that lets somebody in once, for one purpose, for a while."""

    __tablename__ = "staff_links"

    token_hash: Mapped[str] = mapped_column(_HASH, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    expires_at: Mapped[float] = mapped_column(Float, index=True)
    used_at: Mapped[float | None] = mapped_column(Float)


class StaffSessionRow(Base):
    """Somebody who signed in on one device; ``second_factor`` says that the second factor was shown too."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(_HASH, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[float] = mapped_column(Float, index=True)
    seen_at: Mapped[float] = mapped_column(Float)
    second_factor: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    csrf_hash: Mapped[str] = mapped_column(_HASH)


class AttemptRow(Base):
    """An attempt that failed; ``key_hash`` is a keyed hash of what is throttled (an address, an account)."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_key_hash_at", "key_hash", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key_hash: Mapped[str] = mapped_column(_HASH)
    at: Mapped[float] = mapped_column(Float, index=True)


class AuditRow(Base):
    """Who did what, when; the database itself refuses to change or delete a row.

    ``detail`` holds names of queues, roles and the like, never what a person wrote.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_case_id_staff_id_at", "case_id", "staff_id", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[float] = mapped_column(Float, index=True)
    staff_id: Mapped[int | None] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int | None] = mapped_column(Integer)
    detail: Mapped[str] = mapped_column(String(200), default="", server_default="")


class DraftRow(Base):
    """What somebody has begun to write on a case and not sent."""

    __tablename__ = "drafts"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[float] = mapped_column(Float)


class PresenceRow(Base):
    """Who looks at a case, and when their page last said so."""

    __tablename__ = "presence"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[float] = mapped_column(Float)


class MentionRow(Base):
    """Somebody who was asked in a note to look at a case, and has not yet."""

    __tablename__ = "mentions"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[float] = mapped_column(Float)


class AttachmentRow(Base):
    """A file that belongs to a line of a transcript. Direction: in (from the person), out (from staff).

    A number is never given twice: a message on its way out, or a page, may still name a file that was erased.
    """

    __tablename__ = "attachments"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_message_id: Mapped[int] = mapped_column(ForeignKey("case_messages.id", ondelete="CASCADE"), index=True)
    direction: Mapped[str] = mapped_column(String(4))
    filename: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[float] = mapped_column(Float, index=True)


class FeedbackRow(Base):
    """What the person tapped when a case was over; the last tap counts."""

    __tablename__ = "feedback"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[str] = mapped_column(String(16))
    at: Mapped[float] = mapped_column(Float, index=True)


class StaffPingRow(Base):
    """That the staff group on Telegram was told of a case, and when last. Kind: new, urgent, late."""

    __tablename__ = "staff_pings"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    at: Mapped[float] = mapped_column(Float)


class StaffTelegramRow(Base):
    """Whose account on Telegram belongs to somebody of the staff: a keyed hash of its id, never the id."""

    __tablename__ = "staff_telegram"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    person_hash: Mapped[str] = mapped_column(_HASH, unique=True)
    linked_at: Mapped[float] = mapped_column(Float)


class StaffPostRow(Base):
    """What staff wrote in their group on Telegram, sealed, until it is worked on."""

    __tablename__ = "staff_posts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    received_at: Mapped[float] = mapped_column(Float)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    payload: Mapped[bytes] = mapped_column(LargeBinary)


class StaffTopicRow(Base):
    """The topic of a case in the staff group; ``thread_id`` is Telegram's number, None until it is made (anew).

    ``headed``: its first message, with the facts, is there.
    """

    __tablename__ = "staff_topics"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    thread_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    headed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class StaffTopicLineRow(Base):
    """A line of a transcript that is in its topic, or on its way there.

    ``message_id`` is what staff wrote there themselves, ``receipt`` what their message shows: waiting, sent, failed.
    It goes with the line.
    """

    __tablename__ = "staff_topic_lines"

    case_message_id: Mapped[int] = mapped_column(
        ForeignKey("case_messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    message_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    receipt: Mapped[str | None] = mapped_column(String(8), index=True)


class FigureRow(Base):
    """How many talks of a day ended like this in an ISO week: tied to nobody, for days are not kept, nor who talked.

    Name: answered, unanswered, handed_over.
    """

    __tablename__ = "figures"

    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
