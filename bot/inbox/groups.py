"""Who comes from the city's own sign-in: groups become a role and queues, at every sign-in anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NoReturn

from bot.inbox.auth import SigningInError, normal
from bot.messages import one_line
from bot.settings import GroupRule
from bot.storage import audit, sessions, staff
from bot.storage.access import Role
from bot.storage.database import Database
from bot.storage.staff import Staff, StaffError

# Who is in several groups gets the role with the widest view.
_WIDEST_FIRST: tuple[Role, ...] = ("admin", "lead", "social_worker", "editor")
_NAME = 120  # characters


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says about somebody. ``subject`` is unique with its issuer."""

    subject: str
    email: str
    email_verified: bool
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rights:
    """A role, and queues; without any, those that somebody has already stay."""

    role: Role
    queues: frozenset[str]


def rights_of(groups: Collection[str], rules: Sequence[GroupRule]) -> Rights | None:
    """What the groups allow; None if nothing."""
    fitting = [rule for rule in rules if rule.group in groups]
    if not fitting:
        return None
    roles = {rule.role for rule in fitting}
    role = next(role for role in _WIDEST_FIRST if role in roles)
    return Rights(role, frozenset[str]().union(*(rule.queues for rule in fitting)))


async def admit(database: Database, claims: Claims, rules: Sequence[GroupRule], *, trust_email: bool) -> Staff:
    """The account of somebody from outside: known by their subject, else by their address, else new.

    Raises:
        SigningInError: no_group if no group lets them in, the account is disabled, or the address is not verified.
    """
    found = await staff.find_by_subject(database, claims.subject)
    rights = rights_of(claims.groups, rules)
    if rights is None:
        if found:
            await sessions.end_all(database, found.id)
        await _refuse(database, found, "no group")
    if found is None:
        if not claims.email_verified and not trust_email:
            await _refuse(database, None, "address not verified")
        found = await staff.find_by_email(database, normal(claims.email))
    if found and not found.active:
        await _refuse(database, found, "disabled")
    return await _renewed(database, found, claims, rights)


async def _renewed(database: Database, found: Staff | None, claims: Claims, rights: Rights) -> Staff:
    try:
        if found is None:
            name = one_line(claims.name)[:_NAME] or normal(claims.email)
            found = await staff.add(database, name, normal(claims.email), rights.role, rights.queues)
        queues = rights.queues or found.queues
        known = await staff.find_by_subject(database, claims.subject)
        if (found.role, found.queues) != (rights.role, queues) or known is None:
            found = await staff.change(
                database, found.id, role=rights.role, queues=queues, subject=claims.subject, by=found.id
            )
    except StaffError:
        await _refuse(database, found, "another account")
    return found


async def _refuse(database: Database, account: Staff | None, why: str) -> NoReturn:
    await audit.note(database, account.id if account else None, "sign-in refused", detail=f"OpenID Connect: {why}")
    raise SigningInError("no_group")
