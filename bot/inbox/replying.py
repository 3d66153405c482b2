"""The box for replies: searching in German, filling in blanks, a preview of what will arrive, and sending it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, get_args

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.content.model import Catalogue
from bot.content.phrases import BlankProblem, BlanksError
from bot.escalation.files import FileRefusedError
from bot.i18n import Texts
from bot.inbox.cards import Counter, Kind, NoSuchPickError, Pick, Prepared, preview
from bot.inbox.desk import CASEWORKERS, LONG_FORM, LONGEST, Desk, back, field, long_text, numbered
from bot.inbox.gate import Visitor
from bot.inbox.machine import OutdatedError, unseal, wants_translation
from bot.inbox.search import Hit, Library, search_offers
from bot.inbox.uploads import FILE_FORM, MOST_PARTS, arriving, taken
from bot.storage import casefile, casework, drafts
from bot.storage.access import Actor
from bot.storage.attachments import File
from bot.storage.casefile import CaseFile
from bot.storage.casework import CaseStateError, CrossedError
from bot.storage.crypto import Vault
from bot.storage.database import Database

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_BLANK: Final = "blank-"
_MOST, _MOST_OFFERS = 12, 6


@dataclass(slots=True)
class _Shelf:
    """The words of the catalogue, read once for each state of it."""

    catalogue: Catalogue | None = None
    library: Library | None = None

    def of(self, catalogue: Catalogue) -> Library:
        if self.library is None or self.catalogue is not catalogue:
            self.catalogue, self.library = catalogue, Library(catalogue)
        return self.library


class Replying:
    """The pieces of the page of a case that make a reply."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shelf = _Shelf()

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it. All are sent, so that nothing that is typed stands in an address."""
        page, case = self._desk.gate.page, "/inbox/cases/{number:int}"
        steps = {self.search: False, self.pick: False, self.preview: True, self.reply: True}
        limits = {False: (LONG_FORM, 0), True: (FILE_FORM, MOST_PARTS)}
        return [
            Route(
                f"{case}/{step.__name__}",
                page(step, roles=CASEWORKERS, limit=limits[has_files][0], files=limits[has_files][1]),
                methods=["POST"],
            )
            for step, has_files in steps.items()
        ]

    async def search(self, request: Request, visitor: Visitor) -> Response:
        """What fits to some German words."""
        await self._addressee(request, visitor)
        form = await request.form()
        query, kind = field(form, "q"), field(form, "kind")
        hits = self._hits(query, kind)
        return self._desk.show(
            "_picks.html", request, visitor, hits=hits, query=query, number=request.path_params["number"]
        )

    def _hits(self, query: str, kind: str) -> list[Hit]:
        library, kinds = self._shelf.of(self._desk.catalogue()), [each for each in KINDS if each == kind]
        offers = search_offers(query, self._desk.stock(), _MOST_OFFERS) if kind in ("", "offer") else []
        if kind == "offer":
            return offers
        # Without a word, the phrases of a first reply.
        return [*library.search(query, kinds or ([] if query else ["phrase"]), _MOST), *offers]

    async def pick(self, request: Request, visitor: Visitor) -> Response:
        """What was chosen: its blanks, and how it will look."""
        return await self._picked(request, visitor, _pick(await request.form()))

    async def _picked(
        self, request: Request, visitor: Visitor, pick: Pick | None, problem: str = "", *, status: int = 200
    ) -> Response:
        """The piece about what was chosen."""
        language, handover = await self._addressee(request, visitor)
        phrase = self._desk.catalogue().phrases.get(pick.id) if pick and pick.kind == "phrase" else None
        try:
            prepared, wrong = self._attempt(pick, "", (language, handover), visitor.t)
        except NoSuchPickError:
            pick, prepared, wrong = None, None, {}
        return self._desk.show(
            "_pick.html",
            request,
            visitor,
            status=status,
            number=request.path_params["number"],
            pick=pick,
            blanks=phrase.blanks if phrase else {},
            # Before anything was filled in, nothing is wrong yet.
            wrong=wrong if pick and pick.values else {},
            problem=problem,
            **_seen(prepared, language),
        )

    async def preview(self, request: Request, visitor: Visitor) -> Response:
        """How a reply will look, whether picked or written."""
        form = await request.form(max_files=MOST_PARTS)
        pick, text = _pick(form), long_text(form, "text")[:LONGEST]
        language, handover = await self._addressee(request, visitor)
        try:
            prepared, _ = self._attempt(pick, text, (language, handover), visitor.t)
        except NoSuchPickError:
            pick, prepared = None, None
        values = {"pick": pick, "files": await arriving(form), **_seen(prepared, language)}
        return self._desk.show("_preview.html", request, visitor, **values)

    async def reply(self, request: Request, visitor: Visitor) -> Response:
        """Send it."""
        number, form = request.path_params["number"], await request.form(max_files=MOST_PARTS)
        pick, text = _pick(form), long_text(form, "text")
        try:
            said = await self._send(number, visitor, form, pick, text)
        except (BlanksError, NoSuchPickError):
            return await self._picked(request, visitor, pick, status=422)
        except FileRefusedError as refused:
            said = f"file_{refused.problem}"
        except OutdatedError:
            said = "outdated"
        except CaseStateError:
            said = "state"
        if pick and said == "overtaken":
            problem = visitor.t.say("A colleague has replied meanwhile. Read it first, then send again.")
            return await self._picked(request, visitor, pick, problem, status=422)
        if pick or said != "sent":
            # What was begun, beside a picked reply or in vain, is still to be said.
            await self._keep(number, visitor, text)
        return back(request, number, said)

    async def _send(self, number: int, visitor: Visitor, form: FormData, pick: Pick | None, text: str) -> str:
        """Send what a form holds; returns the code of what is said about it."""
        desk, case = self._desk, self._case(number, visitor)
        to = await desk.addressee(visitor.actor, number)
        files = await taken(form, desk.database, number)
        if pick is None and len(text) > LONGEST:
            return "long"
        if pick is None and not text and not files:
            return "empty"
        prepared = self._wanted(form, number, pick, text, to)
        while True:
            file = await casefile.read(*case)
            if _is_repeated(file, prepared, files, form, visitor):
                return "sent"
            if _is_overtaken(file, form, visitor):
                return "overtaken"
            last = casework.unless_crossed(number, max((line.id for line in file.lines), default=0))
            with suppress(CrossedError):
                await casework.reply(
                    *case, prepared.text, *prepared.replies, files=files, translation=prepared.machine, within=last
                )
                return "sent"

    def _wanted(self, form: FormData, number: int, pick: Pick | None, text: str, to: tuple[str, int]) -> Prepared:
        """What a form sends: of a machine's translation the very one that was looked at, or nothing."""
        if pick or not wants_translation(form):
            return self._prepared(pick, text, *to)
        machine = unseal(self._desk.vault, form, number, text, to[0])
        return self._counter().by_machine(text, machine, to[1])

    def _prepared(self, pick: Pick | None, text: str, language: str, handover: int) -> Prepared:
        if pick:
            return self._counter().prepare(pick, language, handover)
        return self._counter().free_text(text, language, handover)

    def _counter(self) -> Counter:
        return Counter(self._desk.catalogue(), self._desk.stock(), self._desk.now())

    def _attempt(
        self, pick: Pick | None, text: str, to: tuple[str, int], t: Texts
    ) -> tuple[Prepared | None, dict[str, str]]:
        """A reply, if it is complete, and what is wrong with its blanks."""
        try:
            return self._prepared(pick, text, *to) if pick or text else None, {}
        except BlanksError as error:
            return None, blank_problems(error, t)

    async def _addressee(self, request: Request, visitor: Visitor) -> tuple[str, int]:
        """The person's language and handover; those of the case where the person is gone."""
        number = request.path_params["number"]
        try:
            return await self._desk.addressee(visitor.actor, number)
        except CaseStateError:
            return (await casefile.read(*self._case(number, visitor))).case.language, 0

    async def _keep(self, number: int, visitor: Visitor, text: str) -> None:
        if text:
            await drafts.keep(*self._case(number, visitor), text[:LONGEST])

    def _case(self, number: int, visitor: Visitor) -> tuple[Database, Vault, Actor, int]:
        return self._desk.database, self._desk.vault, visitor.actor, number


def blank_problems(error: BlanksError, t: Texts) -> dict[str, str]:
    """What is wrong with each blank, and what to do."""
    texts: dict[BlankProblem, str] = {
        "missing": t.say("Fill this in."),
        "date": t.say("A day is needed here."),
        "time": t.say("A time is needed here, such as 14:30."),
        "number": t.say("A number is needed here."),
        "long": t.say("That is too long."),
    }
    return {name: texts[problem] for name, problem in error.problems.items()}


def _pick(form: FormData) -> Pick | None:
    kind, id_ = field(form, "kind"), field(form, "id")
    found = next((each for each in KINDS if each == kind), None)
    if found is None or not id_:
        return None
    values = {name.removeprefix(_BLANK): field(form, name) for name in form if name.startswith(_BLANK)}
    return Pick(found, id_, values)


def _seen(prepared: Prepared | None, language: str) -> dict[str, Any]:
    bubbles = preview(prepared) if prepared else ()
    return {"prepared": prepared, "bubbles": bubbles, "spoken": language}


def _since(file: CaseFile, form: FormData) -> list[casefile.Line]:
    """The replies that the page did not show when this one was sent."""
    seen = numbered(field(form, "seen"))
    return [line for line in file.lines if line.kind == "reply" and seen is not None and line.id > seen]


def _is_repeated(file: CaseFile, prepared: Prepared, files: Sequence[File], form: FormData, visitor: Visitor) -> bool:
    """A second tap on the same button."""
    own = (line for line in _since(file, form) if line.staff_id == visitor.staff.id)
    names = [(each.filename, len(each.content)) for each in files]
    return any(
        line.text == prepared.text and [(each.filename, each.size) for each in line.attachments] == names
        for line in own
    )


def _is_overtaken(file: CaseFile, form: FormData, visitor: Visitor) -> bool:
    return any(line.staff_id != visitor.staff.id for line in _since(file, form))
