"""The pages of signing in: password, second factor, one-time link, the city's own sign-in, and one's own account."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.i18n import Texts
from bot.inbox import gate, groups, totp
from bot.inbox.auth import Door, Link, NewPassword, Problem, SigningInError
from bot.inbox.gate import Gate, Stranger, Visitor, next_page
from bot.inbox.passwords import LEAST
from bot.inbox.rendering import LANGUAGES
from bot.inbox.security import network_of
from bot.inbox.sessions import Session
from bot.messages import well_formed
from bot.settings import OpenId
from bot.storage import staff
from bot.storage.crypto import Vault, WrongKeyError
from bot.storage.database import Database

if TYPE_CHECKING:
    from bot.inbox.oidc import Provider

_PENDING = "pending second factor"
_STATUS: Mapping[Problem, int] = {"throttled": 429, "locked": 429, "no_link": 404, "weak": 422, "different": 422}
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class OutsideDoor:
    """The city's own sign-in."""

    known: OpenId
    provider: "Provider"


class SigningIn:
    """Pages around ``Door``."""

    def __init__(self, watch: Gate, door: Door, database: Database, vault: Vault, outside: OutsideDoor | None) -> None:
        self._gate = watch
        self._door = door
        self._database = database
        self._vault = vault
        self._outside = outside

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it."""
        both = ["GET", "POST"]
        watch = self._gate
        routes: list[BaseRoute] = [
            Route(gate.LOGIN, watch.open_page(self.login), methods=both),
            Route(gate.SECOND_FACTOR, watch.page(self.second_factor, half=True), methods=both),
            Route("/inbox/link/{token}", watch.open_page(self.link), methods=both),
            Route("/inbox/account", watch.page(self.account), methods=both),
            Route("/inbox/sign-out", watch.page(self.sign_out), methods=["POST"]),
            Route("/inbox/sign-out-everywhere", watch.page(self.sign_out_everywhere), methods=["POST"]),
        ]
        if self._outside:
            routes.append(Route("/inbox/oidc", watch.open_page(self.leave)))
            routes.append(Route("/inbox/oidc/callback", watch.open_page(self.come_back)))
        return routes

    # Signing in

    async def login(self, request: Request, stranger: Stranger) -> Response:
        """Address and password."""
        if request.method != "POST":
            if (found := await self._gate.find(request)) and found.complete:
                return RedirectResponse(gate.HOME, 303)
            return self._login(request, stranger, next_page(request.query_params.get("next")))
        form = await request.form()
        then = next_page(form.get("next"))
        try:
            session = await self._door.with_password(_text(form, "email"), _text(form, "password"), _address(request))
        except SigningInError as error:
            return self._login(request, stranger, then, error.problem, email=_text(form, "email"))
        return await self._let_in(request, session, then)

    def _login(
        self, request: Request, stranger: Stranger, then: str, problem: Problem | None = None, email: str = ""
    ) -> Response:
        answer = self._gate.pages.render(
            "login.html",
            stranger.t,
            status=_status(problem, 401),
            csrf=stranger.csrf,
            next=then,
            email=email,
            problem=problem_text(stranger.t, problem),
            outside=self._outside is not None,
        )
        if (chosen := request.query_params.get("language")) in LANGUAGES:
            self._gate.cookies.set(answer, gate.LANGUAGE_COOKIE, chosen, _YEAR)
        return answer

    async def second_factor(self, request: Request, visitor: Visitor) -> Response:
        """The code of the authenticator app."""
        problem: Problem | None = None
        then = next_page(request.query_params.get("next"))
        if request.method == "POST":
            form = await request.form()
            then = next_page(form.get("next"))
            try:
                complete = await self._door.with_code(visitor.session, _text(form, "code"))
                return await self._let_in(request, complete, then)
            except SigningInError as error:
                problem = error.problem
        values = {"csrf": visitor.csrf, "next": then, "problem": problem_text(visitor.t, problem)}
        return self._gate.pages.render("second_factor.html", visitor.t, status=_status(problem, 401), **values)

    async def _let_in(self, request: Request, session: Session, then: str = gate.HOME) -> Response:
        """Give the browser its new token; whoever was signed in there before is out."""
        if earlier := await self._gate.find(request):
            await self._door.sign_out(earlier)
        to = then
        if not session.complete:
            to = gate.SECOND_FACTOR if then == gate.HOME else f"{gate.SECOND_FACTOR}?next={gate.quoted(then)}"
        answer = RedirectResponse(to, 303)
        self._gate.cookies.set(answer, self._gate.cookies.session, session.token)
        self._gate.cookies.drop(answer, self._gate.cookies.form)
        return answer

    # One-time links

    async def link(self, request: Request, stranger: Stranger) -> Response:
        """Set a password and a second factor, or in the demo come in; only a tap uses the link, no preview of it."""
        try:
            link = await self._door.read_link(request.path_params["token"], _address(request))
            if request.method != "POST":
                return self._link(stranger, link, totp.new_secret())
            if link.purpose == "demo":
                return await self._let_in(request, await self._door.with_demo_link(link))
        except SigningInError as error:
            return self._no_link(stranger, error.problem)
        form = await request.form()
        secret = self._opened(_text(form, "pending"), link)
        given = NewPassword(_text(form, "password"), _text(form, "again"), secret, _text(form, "code"))
        try:
            return await self._let_in(request, await self._door.with_password_link(link, given))
        except SigningInError as error:
            if error.problem == "no_link":
                return self._no_link(stranger, error.problem)
            return self._link(stranger, link, secret or totp.new_secret(), error.problem)

    def _link(self, stranger: Stranger, link: Link, secret: str, problem: Problem | None = None) -> Response:
        return self._gate.pages.render(
            "link.html",
            stranger.t,
            status=_status(problem, 422),
            csrf=stranger.csrf,
            link=link,
            demo=self._door.demo,
            least=LEAST,
            secret=totp.spelled(secret),
            picture=totp.picture(secret, link.staff.email),
            pending=self._sealed(secret, link),
            problem=problem_text(stranger.t, problem),
        )

    def _no_link(self, stranger: Stranger, problem: Problem) -> Response:
        text = problem_text(stranger.t, problem)
        return self._gate.pages.render("no_link.html", stranger.t, status=_status(problem, 404), problem=text)

    def _sealed(self, secret: str, link: Link) -> str:
        """The secret as it travels in the form: nobody can choose another, or take it to another link."""
        value = [staff.token_hash(link.token), secret]
        return base64.urlsafe_b64encode(self._vault.seal(_PENDING, value)).decode()

    def _opened(self, sealed: str, link: Link) -> str:
        try:
            made_for, secret = self._vault.open(_PENDING, base64.urlsafe_b64decode(sealed))
        except (WrongKeyError, binascii.Error, ValueError, TypeError):
            return ""
        return str(secret) if made_for == staff.token_hash(link.token) else ""

    # The city's own sign-in

    async def leave(self, request: Request, stranger: Stranger) -> Response:
        """To the provider."""
        provider = self._provider()
        then = next_page(request.query_params.get("next"))
        try:
            departure = await provider.provider.start(then)
        except SigningInError as error:
            return self._login(request, stranger, then, error.problem)
        answer = RedirectResponse(departure.url, 303)
        self._gate.cookies.set(answer, self._gate.cookies.oidc, departure.cookie, departure.seconds)
        return answer

    async def come_back(self, request: Request, stranger: Stranger) -> Response:
        """From the provider. The journey's cookie is taken back whatever happened, so that it serves once."""
        provider, answer = self._provider(), None
        try:
            cookie = request.cookies.get(self._gate.cookies.oidc, "")
            claims, then = await provider.provider.finish(request.query_params, cookie)
            known = provider.known
            account = await groups.admit(self._database, claims, known.rules, trust_email=known.trust_email)
            answer = await self._let_in(request, await self._door.from_outside(account), next_page(then))
        except SigningInError as error:
            if error.problem != "no_group":
                await self._gate.refusals.note("sign-in refused", f"OpenID Connect: {error.problem}")
            answer = self._login(request, stranger, gate.HOME, error.problem)
        self._gate.cookies.drop(answer, self._gate.cookies.oidc)
        return answer

    def _provider(self) -> OutsideDoor:
        if self._outside is None:
            raise LookupError("there is no provider")
        return self._outside

    # One's own account

    async def account(self, request: Request, visitor: Visitor) -> Response:
        """Who one is here, the language of the pages, and the ways out."""
        if request.method == "POST":
            chosen = _text(await request.form(), "language")
            if chosen in LANGUAGES:
                await staff.change(self._database, visitor.staff.id, language=chosen, by=visitor.staff.id)
            return RedirectResponse("/inbox/account", 303)
        return self._gate.pages.render("account.html", visitor.t, csrf=visitor.csrf, staff=visitor.staff)

    async def sign_out(self, _: Request, visitor: Visitor) -> Response:
        """Here."""
        await self._door.sign_out(visitor.session)
        return self._out()

    async def sign_out_everywhere(self, _: Request, visitor: Visitor) -> Response:
        """On all devices."""
        await self._door.sessions.end_all(visitor.session)
        return self._out()

    def _out(self) -> Response:
        answer = RedirectResponse(gate.LOGIN, 303)
        self._gate.cookies.drop(answer, self._gate.cookies.session)
        return answer


def problem_text(t: Texts, problem: Problem | None) -> str:
    """What went wrong, and what to do now."""
    texts = {
        None: "",
        "wrong": t.say("The address or the password is wrong."),
        "throttled": t.say("Too many attempts. Wait a quarter of an hour, then try again."),
        "locked": t.say("Too many wrong codes today. Ask your lead for a new link."),
        "no_second_factor": t.say("Your account has no second factor. Ask your lead for a new link."),
        "wrong_code": t.say("The code is wrong or was used already. Wait for the next one and type it."),
        "weak": t.say("Choose another password: at least %(number)d characters, and not your address.", number=LEAST),
        "different": t.say("The two passwords are different."),
        "no_link": t.say("This link was used already, or it is too old. Ask your lead for a new one."),
        "expired": t.say("That took too long. Start again."),
        "outside": t.say("The city's sign-in did not answer as it should. Try again."),
        "no_group": t.say("The city's sign-in knows you, but you are in none of Lotse's groups. Ask your lead."),
    }
    return texts[problem]


def _status(problem: Problem | None, otherwise: int) -> int:
    return 200 if problem is None else _STATUS.get(problem, otherwise)


def _text(form: Mapping[str, object], name: str) -> str:
    value = form.get(name, "")
    return well_formed(value) if isinstance(value, str) else ""


def _address(request: Request) -> str:
    return network_of(request.client.host) if request.client else ""
