"""What stands before every page of the staff: the right host, a session, a role, and a form that was made here."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.i18n import Texts, spoken
from bot.inbox.rendering import LANGUAGES, Pages
from bot.inbox.security import FORM_LIMIT, Origins, Refusals, RefusedError, check_token, limited
from bot.inbox.sessions import Cookies, Session, Sessions, csrf_of, new_token
from bot.storage.access import LARGEST, Actor, NotAllowedError, Role
from bot.storage.staff import Staff

LANGUAGE_COOKIE = "lotse_language"
HOME, LOGIN, SECOND_FACTOR = "/inbox", "/inbox/login", "/inbox/second-factor"
EVERYBODY: tuple[Role, ...] = ("social_worker", "lead", "editor", "admin")
_SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, as pages need them. ``session`` may be half one, on the page of the second factor."""

    session: Session
    t: Texts

    @property
    def staff(self) -> Staff:
        """Who it is."""
        return self.session.staff

    @property
    def actor(self) -> Actor:
        """What they may see and do."""
        return self.session.staff.actor

    @property
    def csrf(self) -> str:
        """For the field ``csrf`` of forms, or the header ``X-CSRF-Token``."""
        return self.session.csrf


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who is not signed in, with what guards their forms."""

    t: Texts
    token: str

    @property
    def csrf(self) -> str:
        """For the field ``csrf`` of forms."""
        return csrf_of(self.token)


Page = Callable[[Request, Visitor], Awaitable[Response]]
OpenPage = Callable[[Request, Stranger], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Gate:
    """Makes endpoints of pages. What is refused is told without reasons, and noted in the audit."""

    sessions: Sessions
    origins: Origins
    refusals: Refusals
    cookies: Cookies
    pages: Pages
    clock: Callable[[], float]

    def page(
        self,
        page: Page,
        *,
        roles: Collection[Role] = EVERYBODY,
        half: bool = False,
        by_itself: bool = False,
        limit: int = FORM_LIMIT,
        files: int = 0,
    ) -> Endpoint:
        """An endpoint for people who are signed in.

        Args:
            page: makes the answer. Its ``NotAllowedError`` becomes 404, for that there is something is not told.
            roles: who may see it; for others it does not exist.
            half: it is for those who still owe the second factor, and for nobody else.
            by_itself: a page asks for it without a click, so that it does not keep the session alive.
            limit: of the body, in bytes.
            files: how many may be in it.
        """

        async def endpoint(request: Request) -> Response:
            self.origins.check_host(request)
            session = await self._session(request, touch=not by_itself)
            if session is None or session.complete == half:
                return await self._send_to_sign_in(request, session)
            request.scope["staff_id"] = session.staff.id
            if session.staff.role not in roles:
                raise RefusedError(404, "role refused")
            guarded = limited(request, limit)
            if request.method not in _SAFE_METHODS:
                self.origins.check_origin(request)
                await check_token(guarded, session.csrf, files)
            return await page(guarded, Visitor(session, self.pages.texts(session.staff.language)))

        return self._told(endpoint)

    def open_page(self, page: OpenPage) -> Endpoint:
        """An endpoint for everybody; forms are guarded by a cookie of their own."""

        async def endpoint(request: Request) -> Response:
            self.origins.check_host(request)
            guarded, token = limited(request), self.cookies.form_token(request)
            if request.method not in _SAFE_METHODS:
                self.origins.check_origin(request)
                await check_token(guarded, csrf_of(token) if token else "")
            stranger = Stranger(self.pages.texts(_language(request)), token or new_token())
            answer = await page(guarded, stranger)
            if not token:
                self.cookies.set(answer, self.cookies.form, stranger.token)
            return answer

        return self._told(endpoint)

    def files(self, app: ASGIApp) -> ASGIApp:
        """The files that all pages need, at the pages' own hosts only."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            request, answer = Request(scope, receive), app
            try:
                self.origins.check_host(request)
            except HTTPException as error:
                answer = await self._refused(request, error)
            await answer(scope, receive, send)

        return guarded

    async def find(self, request: Request) -> Session | None:
        """The session of a request, complete or half; nothing is refused."""
        return await self._session(request, touch=False)

    async def _session(self, request: Request, *, touch: bool) -> Session | None:
        return await self.sessions.find(request.cookies.get(self.cookies.session, ""), self.clock(), touch=touch)

    async def _send_to_sign_in(self, request: Request, session: Session | None) -> Response:
        """Those who are half in go on; all others begin. What no person looks at is refused with 401."""
        if session is not None and session.complete:
            return RedirectResponse(HOME, 303)
        if session is None:
            await self.refusals.note("no session", _asked_for(request), case=_case(request))
        to = SECOND_FACTOR if session else LOGIN
        if "hx-request" in request.headers:
            return Response(status_code=401, headers={"HX-Redirect": to})
        if "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("sign in\n", 401)
        wanted = next_page(_local(request)) if request.method in _SAFE_METHODS else HOME
        return RedirectResponse(to if wanted == HOME else f"{to}?next={quoted(wanted)}", 303)

    def _told(self, endpoint: Endpoint) -> Endpoint:
        """Turn what was refused into an answer and a line of the audit; keep every answer out of caches."""

        async def told(request: Request) -> Response:
            try:
                answer = await endpoint(request)
            except (HTTPException, NotAllowedError) as error:
                answer = await self._refused(request, error)
            answer.headers.setdefault("Cache-Control", "no-store")
            # Without any referrer, browsers would say with a form that it comes from nowhere: "Origin: null".
            answer.headers["Referrer-Policy"] = "same-origin"
            if self.cookies.secure:
                answer.headers["Strict-Transport-Security"] = "max-age=31536000"
            return answer

        return told

    async def _refused(self, request: Request, error: HTTPException | NotAllowedError) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        action = "refused" if isinstance(error, NotAllowedError) else getattr(error, "action", "")
        staff_id: int | None = request.scope.get("staff_id")
        if action:
            case = error.case if isinstance(error, NotAllowedError) else _case(request)
            await self.refusals.note(action, _asked_for(request), staff_id, case)
        return self.pages.refusal(self.pages.texts(_language(request)), status)


def next_page(wanted: object) -> str:
    """Where to go after signing in: a page of ours, whatever stood in the address."""
    if not isinstance(wanted, str) or not wanted.startswith(f"{HOME}/"):
        return HOME
    strange = any(letter in wanted for letter in "\\\r\n\t") or "//" in wanted or ".." in wanted
    return HOME if strange or wanted.startswith((LOGIN, SECOND_FACTOR)) else wanted


def _local(request: Request) -> str:
    # Not ``request.url``: it is made of the Host too.
    path, query = str(request.scope["path"]), request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _asked_for(request: Request) -> str:
    """What a request wanted, for the audit: numbers are told, the token of a one-time link never is."""
    path = str(request.scope["path"])
    for name, value in request.path_params.items():
        if value and not isinstance(value, int):
            path = path.replace(value, f"{{{name}}}")
    return f"{request.method} {path}"


def _case(request: Request) -> int | None:
    """The number of the case that a request is about, whether there is such a case or not."""
    number = request.path_params.get("number")
    return number if isinstance(number, int) and 0 < number <= LARGEST else None


def _language(request: Request) -> str:
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    for tag in (request.query_params.get("language", ""), request.cookies.get(LANGUAGE_COOKIE, ""), *accepted):
        if code := spoken(tag, LANGUAGES):
            return code
    return ""


def quoted(path: str) -> str:
    """A path as the value of ``next``."""
    return quote(path, safe="")
