"""The inbox: staff, what they do with cases, and transcripts that outlast the closing."""

import sqlalchemy as sa
from alembic import op

from bot.storage.pseudonyms import pseudonym

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_HASH = sa.String(length=64)


def _case_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("previous_queue", sa.String(length=32), nullable=True),
        sa.Column("pseudonym", sa.String(length=40), server_default="", nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=64), nullable=True),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.Column("rank", sa.Integer(), server_default="1", nullable=False),
        sa.Column("waiting_for", sa.String(length=8), server_default="staff", nullable=False),
        sa.Column("waiting_since", sa.Float(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("snoozed_until", sa.Float(), nullable=True),
        sa.Column("reply_due_at", sa.Float(), nullable=True),
        sa.Column("promise_kept", sa.Boolean(), nullable=True),
        sa.Column("resolution", sa.String(length=32), nullable=True),
        sa.Column("reopened_at", sa.Float(), nullable=True),
        sa.Column("blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("purged_at", sa.Float(), nullable=True),
    )


def _line_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kind", sa.String(length=8), server_default="contact", nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("understood", sa.LargeBinary(), nullable=True),
        sa.Column("translation", sa.LargeBinary(), nullable=True),
        sa.Column("channel_message", sa.BigInteger(), nullable=True),
    )


def upgrade() -> None:
    """Apply."""
    # Columns one by one: a batch may copy a table of SQLite, and the copy would use numbers of erased rows again.
    for column in _case_columns():
        op.add_column("cases", column)
    for column in _line_columns():
        op.add_column("case_messages", column)
    _fill()
    is_open = sa.text("status <> 'resolved'")
    op.create_index(
        "ix_cases_list", "cases", ["rank", "waiting_since", "id"], sqlite_where=is_open, postgresql_where=is_open
    )
    counted = ["queue", "assignee_id", "waiting_for", "snoozed_until", "blocked"]
    op.create_index("ix_cases_counts", "cases", counted, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_cases_closed", "cases", ["closed_at", "id"])
    for name in ("pseudonym", "changed_at", "reply_due_at", "opened_at"):
        op.create_index(op.f(f"ix_cases_{name}"), "cases", [name])
    _create_staff()
    _create_sessions()
    _create_work()
    _create_group()
    _create_audit()
    _create_figures()


def _fill() -> None:
    """Cases that are there already: what is known about them."""
    op.execute(
        "UPDATE cases SET queue = CASE queue WHEN '' THEN 'default' ELSE queue END, "
        "rank = CASE WHEN reason IN ('emergency', 'crisis') THEN 0 ELSE 1 END, "
        "waiting_since = COALESCE(answered_at, opened_at), "
        "waiting_for = CASE WHEN answered_at IS NULL THEN 'staff' ELSE 'person' END, "
        "changed_at = COALESCE(closed_at, answered_at, opened_at), "
        # Until now a transcript was erased when its case was closed.
        "purged_at = closed_at"
    )
    op.execute("UPDATE case_messages SET kind = 'reply' WHERE author = 'staff'")
    # Who wrote after the last answer waits for another one.
    op.execute(
        "UPDATE cases SET waiting_for = 'staff' WHERE EXISTS (SELECT 1 FROM case_messages AS line "
        "WHERE line.case_id = cases.id AND line.author = 'contact' AND line.at > cases.answered_at)"
    )
    connection = op.get_bind()
    for number in list(connection.execute(sa.text("SELECT id FROM cases")).scalars()):
        name = {"name": pseudonym(number), "number": number}
        connection.execute(sa.text("UPDATE cases SET pseudonym = :name WHERE id = :number"), name)


def _create_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), server_default="de", nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.String(length=512), nullable=True),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
        sa.UniqueConstraint("subject", name=op.f("uq_staff_subject")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_queues",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        _of("staff_queues", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("staff_id", "queue", name=op.f("pk_staff_queues")),
    )
    op.create_index(op.f("ix_staff_queues_queue"), "staff_queues", ["queue"])


def _create_sessions() -> None:
    op.create_table(
        "staff_links",
        sa.Column("token_hash", _HASH, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("used_at", sa.Float(), nullable=True),
        _of("staff_links", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_links")),
    )
    op.create_index(op.f("ix_staff_links_staff_id"), "staff_links", ["staff_id"])
    op.create_index(op.f("ix_staff_links_expires_at"), "staff_links", ["expires_at"])
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", _HASH, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("seen_at", sa.Float(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("csrf_hash", _HASH, nullable=False),
        _of("staff_sessions", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"])
    op.create_index(op.f("ix_staff_sessions_created_at"), "staff_sessions", ["created_at"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", _HASH, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_key_hash_at", "attempts", ["key_hash", "at"])
    op.create_index(op.f("ix_attempts_at"), "attempts", ["at"])


def _create_work() -> None:
    _create_for_each("drafts", sa.Column("text", sa.LargeBinary(), nullable=False), "at")
    _create_for_each("presence", None, "seen_at")
    _create_for_each("mentions", None, "at")
    op.create_index(op.f("ix_mentions_staff_id"), "mentions", ["staff_id"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_message_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("filename", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        _of("attachments", "case_message_id", "case_messages"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attachments_case_message_id"), "attachments", ["case_message_id"])
    op.create_index(op.f("ix_attachments_created_at"), "attachments", ["created_at"])
    op.create_table(
        "feedback",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        _of("feedback", "case_id", "cases"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_at"), "feedback", ["at"])


def _create_group() -> None:
    """The staff group on Telegram."""
    op.create_table(
        "staff_pings",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        _of("staff_pings", "case_id", "cases"),
        sa.PrimaryKeyConstraint("case_id", "kind", name=op.f("pk_staff_pings")),
    )
    op.create_table(
        "staff_telegram",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("person_hash", _HASH, nullable=False),
        sa.Column("linked_at", sa.Float(), nullable=False),
        _of("staff_telegram", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_telegram")),
        sa.UniqueConstraint("person_hash", name=op.f("uq_staff_telegram_person_hash")),
    )
    op.create_table(
        "staff_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_posts")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_topics",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("headed", sa.Boolean(), server_default=sa.false(), nullable=False),
        _of("staff_topics", "case_id", "cases"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_staff_topics")),
    )
    op.create_index(op.f("ix_staff_topics_thread_id"), "staff_topics", ["thread_id"])
    op.create_table(
        "staff_topic_lines",
        sa.Column("case_message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.String(length=8), nullable=True),
        _of("staff_topic_lines", "case_message_id", "case_messages"),
        sa.PrimaryKeyConstraint("case_message_id", name=op.f("pk_staff_topic_lines")),
    )
    for name in ("message_id", "receipt"):
        op.create_index(op.f(f"ix_staff_topic_lines_{name}"), "staff_topic_lines", [name])


def _create_figures() -> None:
    op.create_table(
        "figures",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "language", "name", name=op.f("pk_figures")),
    )


def _create_for_each(table: str, held: "sa.Column[object] | None", moment: str) -> None:
    """A table with one row for each case and each of the staff."""
    op.create_table(
        table,
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        *([] if held is None else [held]),
        sa.Column(moment, sa.Float(), nullable=False),
        _of(table, "case_id", "cases"),
        _of(table, "staff_id", "staff"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name=op.f(f"pk_{table}")),
    )


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="CASCADE"
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(length=200), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index("ix_audit_case_id_staff_id_at", "audit", ["case_id", "staff_id", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_refuses_{verb.lower()} BEFORE {verb} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()"
    )


def downgrade() -> None:
    """Undo. Transcripts of closed cases go, for what came before did not keep them."""
    for table in ("staff_topic_lines", "staff_topics", "staff_posts", "staff_telegram", "staff_pings"):
        op.drop_table(table)
    for table in ("figures", "audit", "feedback", "attachments", "mentions", "presence", "drafts"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_refuses()")
    for table in ("attempts", "staff_sessions", "staff_links", "staff_queues", "staff"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM case_messages WHERE kind NOT IN ('contact', 'reply') "
        "OR case_id IN (SELECT id FROM cases WHERE status = 'resolved')"
    )
    op.execute("UPDATE cases SET lane = NULL, shelter = NULL WHERE status = 'resolved'")
    op.execute("UPDATE cases SET queue = '' WHERE queue = 'default'")
    for name in ("list", "counts", "closed", "pseudonym", "changed_at", "reply_due_at", "opened_at"):
        op.drop_index(f"ix_cases_{name}", table_name="cases")
    for column in _line_columns():
        op.drop_column("case_messages", column.name)
    for column in _case_columns():
        op.drop_column("cases", column.name)
