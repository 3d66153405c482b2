"""What all pages about cases share: where things are, who may come, and what is said after a step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, get_args

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.content.model import SOURCE_LANGUAGE, Catalogue
from bot.escalation.files import PROBLEMS as FILE_PROBLEMS
from bot.i18n import Texts
from bot.inbox.gate import HOME, Gate, Visitor
from bot.inbox.machine import code_of, trouble
from bot.inbox.wording import Wording, file_problem
from bot.messages import well_formed
from bot.offers.stock import Stock
from bot.storage import casework
from bot.storage.access import LARGEST, Actor, Role
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.translation import Problem

CASEWORKERS: Final[tuple[Role, ...]] = ("social_worker", "lead", "admin")
"""Who works with cases; for editors these pages do not exist."""

LEADS: Final[tuple[Role, ...]] = ("lead", "admin")
"""Who answers for others: reads the audit and the figures, and gives cases out."""

LONGEST: Final = 8000
"""Characters of a reply or a note."""

LONG_FORM: Final = 192 * 1024
"""Bytes of a form with one: a letter takes up to twelve."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts behind the pages. ``catalogue`` and ``stock`` give what is valid at the moment."""

    gate: Gate
    database: Database
    vault: Vault
    catalogue: Callable[[], Catalogue]
    stock: Callable[[], Stock]
    now: Callable[[], datetime] = _now

    def wording(self, visitor: Visitor) -> Wording:
        """The names of things for somebody's page."""
        return Wording(visitor.t, self.catalogue(), self.now())

    async def addressee(self, actor: Actor, number: int) -> tuple[str, int]:
        """The language in which the person is written to, and the number of their handover.

        Raises:
            CaseStateError: the person is gone.
        """
        language, handover = await casework.addressee(self.database, self.vault, actor, number)
        # Who has only tapped so far may have no language yet.
        return language or SOURCE_LANGUAGE, handover

    def show(self, template: str, request: Request, visitor: Visitor, *, status: int = 200, **values: Any) -> Response:
        """A page, or a piece of one."""
        return self.gate.pages.render(
            template,
            visitor.t,
            status=status,
            csrf=visitor.csrf,
            staff=visitor.staff,
            w=self.wording(visitor),
            notice=notice(visitor.t, request.query_params.get("said", "")),
            **values,
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said after a step; ``problem`` if it was not done."""

    text: str
    problem: bool


def notice(t: Texts, code: str) -> Notice | None:
    """What a code in the address stands for; None if it is none of ours."""
    done = {
        "sent": t.say("Your reply is on its way."),
        "noted": t.say("Your note is kept. Only the team sees it."),
        "taken": t.say("The case is yours now."),
        "assigned": t.say("The case is given to your colleague."),
        "released": t.say("The case is everybody's again."),
        "handed_over": t.say("The case is handed over."),
        "snoozed": t.say("The case is put aside."),
        "woken": t.say("The case is back."),
        "resolved": t.say("The case is closed. Lotse answers the person again."),
        "reopened": t.say("The case is open again, and yours."),
        "blocked": t.say("The person is blocked. Emergencies still reach you."),
        "unblocked": t.say("The block is lifted."),
    }
    problems = {
        "lost": t.say("Somebody else was faster and has the case."),
        "state": t.say("That is not possible any more: the case has changed meanwhile."),
        "overtaken": t.say("A colleague has replied meanwhile. Nothing was sent; your text is still below."),
        "empty": t.say("There was nothing to send."),
        "long": t.say("That is too long. Nothing was sent; your text is still below."),
        "not_asked": t.say("A case is given out only if the person has asked for it."),
        "when": t.say("Choose a moment in the future, within a year."),
        **{f"file_{each}": _no_files(t, each) for each in FILE_PROBLEMS},
        "outdated": t.say("The text is not the one that was translated. Nothing was sent; translate it again."),
        **{code_of(each): trouble(each, t) for each in get_args(Problem)},
    }
    text = done.get(code) or problems.get(code)
    return Notice(text, code in problems) if text else None


def _no_files(t: Texts, problem: str) -> str:
    why = file_problem(t, problem)
    return t.say("A file is not passed on: %(why)s. Nothing was sent; your text is still below.", why=why)


def back(request: Request, number: int, said: str) -> Response:
    """To the page of a case, with a word about what was done; scripts are told to go there."""
    return go(request, f"{HOME}/cases/{number}?said={said}")


def go(request: Request, path: str) -> Response:
    """To a page, after a form."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def field(form: FormData, name: str, longest: int = 200) -> str:
    """What stands in a field of a form, as text that can be kept; what is longer is cut."""
    value = form.get(name, "")
    return well_formed(value).strip()[:longest] if isinstance(value, str) else ""


def long_text(form: FormData, name: str) -> str:
    """What was written in a large field, its lines ending as in all our texts; one sign too many tells of the rest."""
    value = form.get(name, "")
    text = well_formed(value) if isinstance(value, str) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()[: LONGEST + 1]


def numbered(value: str) -> int | None:
    """The number of something in a form; None if it is none."""
    if not value.isascii() or not value.isdigit() or len(value) > len(str(LARGEST)):
        return None
    return int(value) if int(value) <= LARGEST else None
