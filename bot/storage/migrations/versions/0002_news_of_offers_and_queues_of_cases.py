"""News of offers, and queues of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Columns one by one: a batch may copy a table of SQLite, and the copy would use numbers of erased rows again.
    op.add_column("conversations", sa.Column("watching", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("conversations", sa.Column("news_at", sa.Float(), nullable=True))
    op.add_column("conversations", sa.Column("news_checked", sa.Float(), nullable=True))
    op.create_index(op.f("ix_conversations_watching"), "conversations", ["watching"], unique=False)
    op.add_column("outgoing", sa.Column("patient", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cases", sa.Column("queue", sa.String(length=32), server_default="", nullable=False))
    op.create_table(
        "sightings",
        sa.Column("offer_id", sa.String(length=120), nullable=False),
        sa.Column("first_seen", sa.Float(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("place_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_sightings")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("sightings")
    op.drop_column("cases", "queue")
    op.drop_column("outgoing", "patient")
    op.drop_index(op.f("ix_conversations_watching"), table_name="conversations")
    op.drop_column("conversations", "news_checked")
    op.drop_column("conversations", "news_at")
    op.drop_column("conversations", "watching")
