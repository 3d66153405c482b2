"""Who works with the inbox, and what that lets them see.

Only queues decide which cases somebody sees; a role decides what they may do besides. Whoever asks for a case
outside their queues gets ``NotAllowedError``, and is told no more than if it did not exist.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LotseError
from bot.storage.models import CaseRow

Role = Literal["social_worker", "lead", "editor", "admin"]

# The queue of whoever is responsible where no rule names another.
DEFAULT_QUEUE = "default"
# Among somebody's queues: all there are, and all there will be.
EVERY_QUEUE = "*"
# No row has a larger number, and PostgreSQL would complain about one.
LARGEST = 2**31 - 1


class NotAllowedError(LotseError):
    """The case does not exist, or the one who asks may not know that it does.

    ``case`` is its number if it does exist, for the audit and for nobody else.
    """

    def __init__(self, message: str, case: int | None = None) -> None:
        super().__init__(message)
        self.case = case


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the staff who asks for something."""

    staff_id: int
    role: Role
    queues: frozenset[str]

    @property
    def all_queues(self) -> bool:
        """Whether every queue is theirs."""
        return EVERY_QUEUE in self.queues

    def may_see(self, queue: str) -> bool:
        """Whether the cases of a queue are theirs to read. Editors work on texts and see no case."""
        return self.role != "editor" and (self.all_queues or queue in self.queues)

    @property
    def leads(self) -> bool:
        """Whether the audit, and figures of others, are theirs to read."""
        return self.role in ("lead", "admin")


async def check(connection: AsyncConnection, actor: Actor, number: int, *, lock: bool = False) -> Any:
    """The row of a case that they may see; with ``lock`` nobody else changes it before the transaction ends.

    Raises:
        NotAllowedError: it is in none of their queues, or does not exist.
    """
    query = select(CaseRow).where(CaseRow.id == number)
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update()
    row = (await connection.execute(query)).first() if 0 < number <= LARGEST else None
    if row is None or not actor.may_see(row.queue):
        raise NotAllowedError(f"There is no case {number}.", number if row else None)
    return row
