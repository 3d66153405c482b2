"""What staff do with a case beside replying: take, give, hand over, note, put aside, close, open again, block."""

import re
from collections.abc import Awaitable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.content.hours import BERLIN
from bot.escalation import replies
from bot.i18n import Texts
from bot.inbox.desk import CASEWORKERS, LONG_FORM, LONGEST, Desk, back, field, go, long_text, numbered
from bot.inbox.gate import HOME, Visitor
from bot.inbox.wording import RESOLUTIONS
from bot.messages import Reply
from bot.storage import casefile, casework, staff
from bot.storage.access import Actor, NotAllowedError
from bot.storage.casework import CaseStateError
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.staff import Staff

_MORNING: Final = time(9)
_DAYS: Final = {"tomorrow": 1, "days": 3, "week": 7}
_LONGEST_PAUSE: Final = timedelta(days=366)


class Actions:
    """Each is a form of the page of a case, which it leads back to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it."""
        steps = (
            *(self.take, self.assign, self.release, self.hand_over, self.note, self.snooze, self.wake),
            *(self.resolve, self.reopen, self.block, self.unblock),
        )
        page, case = self._desk.gate.page, "/inbox/cases/{number:int}"
        return [
            Route(
                f"{case}/{step.__name__.replace('_', '-')}",
                page(step, roles=CASEWORKERS, limit=LONG_FORM),
                methods=["POST"],
            )
            for step in steps
        ]

    async def take(self, request: Request, visitor: Visitor) -> Response:
        """The first one has it."""
        number = request.path_params["number"]
        try:
            taken = await casework.take(*self._case(number, visitor))
        except CaseStateError:
            return back(request, number, "state")
        return back(request, number, "taken" if taken.won else "lost")

    async def assign(self, request: Request, visitor: Visitor) -> Response:
        """To a colleague; without a name that is one, nothing is done."""
        number = request.path_params["number"]
        colleague = numbered(field(await request.form(), "staff"))
        if colleague is None:
            return back(request, number, "state")
        given = casework.assign(*self._case(number, visitor), colleague)
        return await self._done(request, number, given, "assigned")

    async def release(self, request: Request, visitor: Visitor) -> Response:
        """To everybody."""
        number = request.path_params["number"]
        return await self._done(request, number, casework.assign(*self._case(number, visitor), None), "released")

    async def hand_over(self, request: Request, visitor: Visitor) -> Response:
        """To another team; back to the list, for the case may be none of theirs any more."""
        number, queue = request.path_params["number"], field(await request.form(), "queue")
        if queue not in self._desk.catalogue().queues:
            return back(request, number, "state")
        answer = await self._done(
            request, number, casework.hand_over(*self._case(number, visitor), queue), "handed_over"
        )
        seen = visitor.actor.may_see(queue)
        return answer if seen else go(request, f"{HOME}?said=handed_over")

    async def note(self, request: Request, visitor: Visitor) -> Response:
        """For colleagues only; those named with an @, or ticked, are asked to look."""
        number, form = request.path_params["number"], await request.form()
        text = long_text(form, "note")
        if not text or len(text) > LONGEST:
            return back(request, number, "long" if text else "empty")
        file = await casefile.read(*self._case(number, visitor))
        colleagues = await staff.colleagues(self._desk.database, file.case.queue)
        ticked = {each for value in form.getlist("mention") if isinstance(value, str) for each in [numbered(value)]}
        text, asked = mentions(text, colleagues, {each for each in ticked if each is not None})
        noted = casework.note(*self._case(number, visitor), text, mentions=asked)
        return await self._done(request, number, noted, "noted")

    async def snooze(self, request: Request, visitor: Visitor) -> Response:
        """Until then, or until the person writes."""
        number = request.path_params["number"]
        until = pause_until(await request.form(), self._desk.now())
        if until is None:
            return back(request, number, "when")
        aside = casework.snooze(*self._case(number, visitor), until.timestamp())
        return await self._done(request, number, aside, "snoozed")

    async def wake(self, request: Request, visitor: Visitor) -> Response:
        """Now."""
        number = request.path_params["number"]
        return await self._done(request, number, casework.snooze(*self._case(number, visitor), None), "woken")

    async def resolve(self, request: Request, visitor: Visitor) -> Response:
        """Close it for a reason; the person is told in their language."""
        number, why = request.path_params["number"], field(await request.form(), "resolution")
        if why not in RESOLUTIONS:
            return back(request, number, "state")
        return await self._with_word(request, visitor, "resolve", why)

    async def reopen(self, request: Request, visitor: Visitor) -> Response:
        """The person is told that people read along again."""
        return await self._with_word(request, visitor, "reopen")

    async def block(self, request: Request, visitor: Visitor) -> Response:
        """Keep a person out, but never in an emergency."""
        return await self._with_word(request, visitor, "block")

    async def unblock(self, request: Request, visitor: Visitor) -> Response:
        """Let them in again."""
        number = request.path_params["number"]
        return await self._done(request, number, casework.unblock(*self._case(number, visitor)), "unblocked")

    async def _with_word(self, request: Request, visitor: Visitor, step: str, why: str = "") -> Response:
        """A step that the person is told of."""
        number = request.path_params["number"]
        case = self._case(number, visitor)
        try:
            language, handover = await self._desk.addressee(visitor.actor, number)
            t = Texts(language)
            word = _word(step, t, handover)
            if step == "resolve":
                await casework.resolve(*case, why, farewell=word)
            elif step == "reopen":
                await casework.reopen(*case, word)
            else:
                await casework.block(*case, word)
        except CaseStateError:
            return back(request, number, "state")
        return back(request, number, {"resolve": "resolved", "reopen": "reopened"}.get(step, "blocked"))

    async def _done(self, request: Request, number: int, step: Awaitable[Any], said: str) -> Response:
        try:
            await step
        except CaseStateError:
            return back(request, number, "state")
        return back(request, number, said)

    def _case(self, number: int, visitor: Visitor) -> tuple[Database, Vault, Actor, int]:
        return self._desk.database, self._desk.vault, visitor.actor, number


def _word(step: str, t: Texts, handover: int) -> Reply:
    if step == "reopen":
        return replies.reopened_by_staff(t, handover)
    # Whoever is blocked is not told that they may come back: that would be untrue.
    return (replies.closed_by_person if step == "block" else replies.closed_by_staff)(t, handover)


def mentions(text: str, colleagues: Sequence[Staff], ticked: set[int]) -> tuple[str, set[int]]:
    """Whom a note asks: who is ticked, or named with an @ by the whole name, or by a first name that only one has.

    Those who are only ticked are named at the end, so that everybody sees who was asked.

    Raises:
        NotAllowedError: somebody is ticked who may not see the case.
    """
    if not ticked <= {each.id for each in colleagues}:
        raise NotAllowedError("Somebody is asked who may not see this case.")
    firsts = [_first(each) for each in colleagues]
    named = {
        each.id
        for each in colleagues
        if _is_named(each.name, text) or (firsts.count(_first(each)) == 1 and _is_named(_first(each), text))
    }
    only_ticked = [each.name for each in colleagues if each.id in ticked - named]
    return "\n".join([text, *(f"@{name}" for name in only_ticked)]), named | ticked


def _first(colleague: Staff) -> str:
    return colleague.name.partition(" ")[0].casefold()


def _is_named(name: str, text: str) -> bool:
    """Whether a name stands behind an @ that is not part of an address."""
    return bool(name) and bool(re.search(rf"(?<!\w)@{re.escape(name)}(?![\w-])", text, re.IGNORECASE))


def pause_until(form: FormData, now: datetime) -> datetime | None:
    """The moment that was chosen or typed, in Stuttgart's time; None if it is not within a year from now."""
    choice, local = field(form, "choice"), now.astimezone(BERLIN)
    if choice == "hour":
        return now + timedelta(hours=1)
    if choice in _DAYS:
        day = local.date() + timedelta(days=_DAYS[choice])
        return datetime.combine(day, _MORNING, BERLIN)
    try:
        until = datetime.fromisoformat(field(form, "until")).replace(tzinfo=BERLIN)
    except ValueError:
        return None
    return until if now < until < now + _LONGEST_PAUSE else None
