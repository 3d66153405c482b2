"""Signing in: a password and a code, a one-time link, or the city's own sign-in. Knows nothing of pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.errors import LotseError
from bot.inbox import totp
from bot.inbox.passwords import Passwords, too_weak
from bot.inbox.security import DAY, Throttle
from bot.inbox.sessions import Session, Sessions, new_token
from bot.storage import audit, staff
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.staff import Staff

LINK_LIFE = 3 * 24 * 3600.0  # seconds
DEMO_LINK_LIFE = 12 * 3600.0

# How often something may fail in a quarter of an hour: a whole office may share one address.
_PER_PERSON_AND_ADDRESS, _PER_PERSON, _PER_ADDRESS, _CODES = 5, 20, 30, 5
# Whoever knows a password would guess a code within a year, five at a time.
_CODES_A_DAY = 20

Purpose = Literal["password", "demo"]
Problem = Literal[
    "wrong", "throttled", "no_second_factor", "wrong_code", "weak", "different", "no_link", "expired",
    "outside", "no_group", "locked",
]  # fmt: skip


class SigningInError(LotseError):
    """Somebody could not be signed in; the pages say why in the reader's language."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link that works: it sets a password, or signs in at once in the demo."""

    token: str
    staff: Staff
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class NewPassword:
    """What somebody with a link sends: the password twice, and a code of the new second factor."""

    password: str
    again: str
    secret: str = ""
    code: str = ""


class Door:
    """Lets staff in. ``demo``: no second factor is asked of those who have none, and links may sign in at once."""

    def __init__(
        self, database: Database, vault: Vault, passwords: Passwords, clock: Callable[[], float], *, demo: bool
    ) -> None:
        self.demo = demo
        self.sessions = Sessions(database)
        self._database = database
        self._vault = vault
        self._passwords = passwords
        self._throttle = Throttle(database, vault)
        self._clock = clock

    async def with_password(self, email: str, password: str, address: str) -> Session:
        """A session; not complete while a code is still asked for. ``address`` is the network's.

        Raises:
            SigningInError: wrong, throttled, no_second_factor. An unknown address is answered like a wrong password.
        """
        email = normal(email)
        limits = {
            f"person and address:{email} {address}": _PER_PERSON_AND_ADDRESS,
            f"person:{email}": _PER_PERSON,
            f"address:{address}": _PER_ADDRESS,
        }
        async with self._throttle.one_at_a_time(*limits):
            if not await self._throttle.allows(limits, self._clock()):
                await self._note("sign-in throttled")
                raise SigningInError("throttled")
            found = await self._whose(email, password)
            if found is None:
                await self._throttle.failed(limits, self._clock())
                raise SigningInError("wrong")
        await self._throttle.forget(f"person and address:{email} {address}")
        if not found.has_second_factor and not self.demo:
            await self._note("sign-in refused", found.id, "no second factor")
            raise SigningInError("no_second_factor")
        return await self._open(found, complete=not found.has_second_factor, how="password")

    async def _whose(self, email: str, password: str) -> Staff | None:
        found = await staff.find_by_email(self._database, email)
        kept = None
        if found and found.active:
            kept = (await staff.credentials(self._database, self._vault, found.id)).password_hash
        if not await self._passwords.fits(password, kept):
            await self._note("sign-in refused", found.id if found else None, "password")
            return None
        if found and kept and self._passwords.outdated(kept):
            await staff.renew_hash(self._database, found.id, await self._passwords.hash(password))
        return found

    async def with_code(self, half: Session, code: str) -> Session:
        """The complete session, with a new token; each code is taken once.

        Raises:
            SigningInError: wrong_code; expired; throttled and locked, and then the password is asked for again.
        """
        number, limits = half.staff.id, {f"code:{half.staff.id}": _CODES}
        async with self._throttle.one_at_a_time(*limits):
            if (problem := await self._too_many_codes(number)) is not None:
                await self.sessions.end(half)
                await self._note("code throttled", number)
                raise SigningInError(problem)
            known = await staff.credentials(self._database, self._vault, number)
            step = totp.step_of(known.totp or "", code, self._clock())
            if step is None or not await staff.use_totp_step(self._database, number, step):
                await self._throttle.failed(limits, self._clock())
                await self._note("code refused", number)
                raise SigningInError("wrong_code")
        await self._throttle.forget(f"code:{number}")
        complete = await self.sessions.finish(half, self._clock())
        if complete is None:
            raise SigningInError("expired")
        await self._note("signed in", number, "password and code")
        return complete

    async def _too_many_codes(self, number: int) -> Problem | None:
        key, now = f"code:{number}", self._clock()
        if not await self._throttle.allows({key: _CODES_A_DAY}, now, DAY):
            return "locked"
        return None if await self._throttle.allows({key: _CODES}, now) else "throttled"

    async def read_link(self, token: str, address: str) -> Link:
        """What a one-time link is good for; looking at it does not use it.

        Raises:
            SigningInError: no_link, throttled.
        """
        limits = {f"link:{address}": _PER_ADDRESS}
        if not await self._throttle.allows(limits, self._clock()):
            await self._note("link throttled")
            raise SigningInError("throttled")
        purposes: tuple[Purpose, ...] = ("password", "demo") if self.demo else ("password",)
        for purpose in purposes:
            if found := await staff.look_at_link(self._database, token, purpose, self._clock()):
                return Link(token, found, purpose)
        await self._throttle.failed(limits, self._clock())
        await self._note("link refused")
        raise SigningInError("no_link")

    async def with_demo_link(self, link: Link) -> Session:
        """Sign in at once, in the demo.

        Raises:
            SigningInError: no_link.
        """
        if link.purpose != "demo":
            raise SigningInError("no_link")
        await self._use(link)
        return await self._open(link.staff, complete=True, how="demo link")

    async def with_password_link(self, link: Link, given: NewPassword) -> Session:
        """Set password and second factor, end all other sessions, and sign in.

        Raises:
            SigningInError: no_link; different, weak, wrong_code, after which the link still works.
        """
        if link.purpose != "password":
            raise SigningInError("no_link")
        step = self._checked(link.staff, given)
        kept = await self._passwords.hash(given.password)
        await self._use(link)
        number = link.staff.id
        await staff.set_password(self._database, number, kept)
        # Whoever lost the old second factor gets a link: it must not stand in the way.
        if step is not None:
            await staff.set_totp(self._database, self._vault, number, given.secret)
            await staff.use_totp_step(self._database, number, step)
            await self._throttle.forget(f"code:{number}")
        elif link.staff.has_second_factor:
            await staff.set_totp(self._database, self._vault, number, None)
        renewed = await staff.find(self._database, number)
        return await self._open(renewed or link.staff, complete=True, how="link")

    def _checked(self, account: Staff, given: NewPassword) -> int | None:
        """The time step of the code; None if no second factor was wanted, in the demo."""
        if given.password != given.again:
            raise SigningInError("different")
        if too_weak(given.password, account.email):
            raise SigningInError("weak")
        if self.demo and not given.code:
            return None
        step = totp.step_of(given.secret, given.code, self._clock()) if given.secret else None
        if step is None:
            raise SigningInError("wrong_code")
        return step

    async def from_outside(self, account: Staff) -> Session:
        """A complete session for somebody whom the city's own sign-in knows; the second factor is its business."""
        return await self._open(account, complete=True, how="OpenID Connect")

    async def sign_out(self, session: Session) -> None:
        """End this session."""
        await self.sessions.end(session)
        await self._note("signed out", session.staff.id)

    async def _use(self, link: Link) -> None:
        if not await staff.use_link(self._database, link.token, link.purpose, self._clock()):
            await self._note("link refused", link.staff.id)
            raise SigningInError("no_link")

    async def _open(self, account: Staff, *, complete: bool, how: str) -> Session:
        session = await self.sessions.open(account, self._clock(), complete=complete)
        await self._note("signed in" if complete else "password accepted", account.id, how)
        return session

    async def _note(self, action: str, staff_id: int | None = None, detail: str = "") -> None:
        await audit.note(self._database, staff_id, action, detail=detail)


async def make_link(database: Database, staff_id: int, now: float, purpose: Purpose = "password") -> str:
    """The token of a new one-time link; whoever has it can set the password, or in the demo sign in at once."""
    token = new_token()
    await staff.make_link(
        database, staff_id, purpose, token, now + (DEMO_LINK_LIFE if purpose == "demo" else LINK_LIFE)
    )
    await audit.note(database, staff_id, "link made", detail=purpose)
    return token


def normal(email: str) -> str:
    """An address as it is kept: small letters, no spaces around."""
    return email.strip().lower()
