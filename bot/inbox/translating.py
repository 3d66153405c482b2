"""Machine translation on the page of a case: of what the person wrote, and of a reply before it is sent.

Text leaves for the server only when somebody asks for it with a button, and that is audited.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.inbox.cards import Counter, Prepared, preview
from bot.inbox.casepage import language_of, shown_line
from bot.inbox.desk import CASEWORKERS, LONG_FORM, LONGEST, Desk, back, field, go, long_text, notice, numbered
from bot.inbox.gate import HOME, Visitor
from bot.inbox.machine import Machine, code_of, is_readable, seal, trouble
from bot.inbox.rendering import LANGUAGES
from bot.storage import audit, casefile, drafts, translations
from bot.storage.access import NotAllowedError
from bot.storage.casefile import CaseFile, Line
from bot.storage.casework import CaseStateError
from bot.storage.translations import Translation
from bot.translation import Problem, TranslationError, Translator


@dataclass(frozen=True, slots=True)
class _Written:
    """A reply and its translation; ``problem`` if there is none."""

    text: str
    source: str
    prepared: Prepared | None = None
    sealed: str = ""
    problem: str = ""


class Translating:
    """The buttons that ask the server."""

    def __init__(self, desk: Desk, translator: Translator) -> None:
        self._desk = desk
        self._translator = translator

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it."""
        page, case = partial(self._desk.gate.page, roles=CASEWORKERS), "/inbox/cases/{number:int}"
        return [
            Route(f"{case}/lines/{{line:int}}/translation", page(self.read), methods=["POST"]),
            Route(f"{case}/translation", page(self.write, limit=LONG_FORM), methods=["POST"]),
        ]

    async def read(self, request: Request, visitor: Visitor) -> Response:
        """What the person wrote, in the reader's language; kept, so that it is asked for once."""
        number, line_number = request.path_params["number"], request.path_params["line"]
        file, line = await self._line(visitor, number, line_number)
        problem: Problem | None = None
        if not is_readable(line, language_of(line, file.case.language), visitor.t.language):
            problem = await self._ask(visitor, file, line)
        if "hx-request" not in request.headers:
            said = f"?said={code_of(problem)}" if problem else ""
            return go(request, f"{HOME}/cases/{number}{said}#line-{line_number}")
        file, line = await self._line(visitor, number, line_number)
        machine = await Machine.ask(self._translator)
        each = shown_line(line, file.case.language, "", self._desk.wording(visitor), machine)
        shown: dict[str, Any] = {"each": each, "case": file.case, "problem": trouble(problem, visitor.t)}
        return self._desk.show("_machine.html", request, visitor, **shown)

    async def _line(self, visitor: Visitor, number: int, line: int) -> tuple[CaseFile, Line]:
        file = await casefile.read(self._desk.database, self._desk.vault, visitor.actor, number)
        found = next((each for each in file.lines if each.id == line and each.kind == "contact"), None)
        if found is None:
            raise NotAllowedError(f"Nobody wrote line {line} in case {number}.")
        return file, found

    async def _ask(self, visitor: Visitor, file: CaseFile, line: Line) -> Problem | None:
        desk, to = self._desk, visitor.t.language
        try:
            made = await self._translator.translate(line.text, language_of(line, file.case.language), to)
        except TranslationError as error:
            await self._left(visitor, file.case.id, f"line {line.id}", error.problem)
            return error.problem
        translation = Translation(made.source, to, made.text, desk.now().timestamp())
        await translations.keep(desk.database, desk.vault, visitor.actor, file.case.id, translation, line=line.id)
        return None

    async def write(self, request: Request, visitor: Visitor) -> Response:
        """A reply beside its translation, to be looked at before it is sent; nothing that was typed is lost."""
        number, form = request.path_params["number"], await request.form()
        text = long_text(form, "text")
        chosen = field(form, "source")
        source = chosen if chosen in LANGUAGES else visitor.t.language
        try:
            written = await self._written(visitor, number, text, source)
        except CaseStateError:
            await self._keep(visitor, number, text)
            return back(request, number, "state")
        piece = "hx-request" in request.headers
        if not piece:
            await self._keep(visitor, number, text)
        return self._desk.show(
            "_written.html" if piece else "translated.html",
            request,
            visitor,
            number=number,
            seen=numbered(field(form, "seen")),
            **_values(written),
        )

    async def _written(self, visitor: Visitor, number: int, text: str, source: str) -> _Written:
        language, handover = await self._desk.addressee(visitor.actor, number)
        if not text or len(text) > LONGEST:
            problem = notice(visitor.t, "long" if text else "empty")
            return _Written(text, source, problem=problem.text if problem else "")
        try:
            made = await self._translator.translate(text, source, language)
        except TranslationError as error:
            await self._left(visitor, number, "reply", error.problem)
            return _Written(text, source, problem=trouble(error.problem, visitor.t))
        desk = self._desk
        detail = f"reply: {source} -> {language}"
        await audit.note(desk.database, visitor.staff.id, "translated", case=number, detail=detail)
        translation = Translation(source, language, made.text, desk.now().timestamp())
        counter = Counter(desk.catalogue(), desk.stock(), desk.now())
        prepared = counter.by_machine(text, translation, handover)
        return _Written(text, source, prepared, seal(desk.vault, number, text, translation))

    async def _left(self, visitor: Visitor, number: int, what: str, problem: Problem) -> None:
        """A text may have reached the server although nothing came back; ``unable`` is known before it leaves."""
        if problem != "unable":
            detail = f"{what}: {problem}"
            await audit.note(self._desk.database, visitor.staff.id, "translated", case=number, detail=detail)

    async def _keep(self, visitor: Visitor, number: int, text: str) -> None:
        if text:
            await drafts.keep(self._desk.database, self._desk.vault, visitor.actor, number, text[:LONGEST])


def _values(written: _Written) -> dict[str, Any]:
    """For the templates: the messages that arrive, those of the machine and those with the original."""
    bubbles = preview(written.prepared) if written.prepared else ()
    theirs = [each for each in bubbles if each.language != written.source]
    own = [each for each in bubbles if each.language == written.source]
    return {"written": written, "theirs": theirs, "own": own}
