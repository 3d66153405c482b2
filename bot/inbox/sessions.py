"""Sessions live on the server; the browser holds a random token, and the server only its hash.

A session ends after half an hour without a click, after twelve hours in any case, and with the epoch of its account.
Before the second factor it is half a session, good for nothing but that, and for ten minutes.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.storage import sessions as stored
from bot.storage.database import Database
from bot.storage.staff import Staff

HALF = 10 * 60.0  # seconds
_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's session; ``complete`` once the second factor was given, if one is asked for."""

    token: str
    staff: Staff
    complete: bool

    @property
    def csrf(self) -> str:
        """What forms of this session send along."""
        return csrf_of(self.token)


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, staff: Staff, now: float, *, complete: bool) -> Session:
        """A new one with a new token: never one that was known before signing in."""
        token = new_token()
        await stored.begin(self._database, staff.id, token, csrf_of(token), now, second_factor=complete)
        return Session(token, staff, complete)

    async def find(self, token: str, now: float, *, touch: bool = True) -> Session | None:
        """The session of a token, if it is not over. ``touch``: somebody clicked, it was no page by itself."""
        if not _TOKEN.fullmatch(token):
            return None
        found = await stored.find(self._database, token, now, touch=touch)
        if found is None:
            return None
        if not found.second_factor and now - found.created_at >= HALF:
            await stored.end(self._database, token)
            return None
        return Session(token, found.staff, found.second_factor)

    async def finish(self, half: Session, now: float) -> Session | None:
        """The complete session under a new token; None if the half one is gone meanwhile."""
        token = new_token()
        renewed = await stored.renew(self._database, half.token, token, csrf_of(token), now, second_factor=True)
        return Session(token, half.staff, complete=True) if renewed else None

    async def end(self, session: Session) -> None:
        """Sign out here."""
        await stored.end(self._database, session.token)

    async def end_all(self, session: Session) -> None:
        """Sign out everywhere."""
        await stored.end_all(self._database, session.staff.id, by=session.staff.id)


def new_token() -> str:
    """256 random bits, as they stand in cookies and links."""
    return secrets.token_urlsafe(_BYTES)


def is_token(value: str) -> bool:
    """Whether this could be a token."""
    return _TOKEN.fullmatch(value) is not None


def csrf_of(token: str) -> str:
    """What only a page that was made for the holder of this token can send along."""
    return hmac.new(token.encode(), b"lotse form", hashlib.sha256).hexdigest()


class Cookies:
    """The cookies of the staff's pages.

    With ``secure`` their names begin with ``__Host-``: no other host of the domain can set them, and they travel
    through TLS only. Without it, for the demo on one's own machine, browsers would refuse such names.
    """

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        prefix = "__Host-" if secure else ""
        self.session, self.form, self.oidc = f"{prefix}lotse_staff", f"{prefix}lotse_form", f"{prefix}lotse_oidc"

    def set(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Set one; without ``seconds`` it goes with the browser.

        SameSite is Lax, because links from the staff's Telegram group must find them signed in; every POST is guarded
        by its Origin and a token as well.
        """
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax")

    def drop(self, response: Response, name: str) -> None:
        """Take it back."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")

    def form_token(self, request: Request) -> str:
        """What guards forms of those who are not signed in yet; an empty text if there is none."""
        value = request.cookies.get(self.form, "")
        return value if is_token(value) else ""
