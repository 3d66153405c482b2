"""Alembic's entry: runs on the connection that ``bot.storage.schema`` hands over."""

from alembic import context

from bot.storage import models_inbox  # noqa: F401 - its tables belong to the same Base
from bot.storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
