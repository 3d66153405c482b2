"""The page of one case: facts, transcript with its gloss, drafts, files, and who else is looking."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.channel import LARGEST_FILE
from bot.channels.files import IMAGES, given_out
from bot.i18n import direction, isolate
from bot.inbox.desk import CASEWORKERS, LONG_FORM, LONGEST, Desk, long_text
from bot.inbox.gate import Visitor
from bot.inbox.gloss import Gloss, direction_of, gloss
from bot.inbox.machine import Machine, is_readable, shown_translation, trouble
from bot.inbox.wording import Wording
from bot.storage import attachments, casefile, drafts, staff
from bot.storage.access import LARGEST, Actor
from bot.storage.casefile import CaseFile, Line
from bot.storage.staff import Staff
from bot.storage.translations import Translation
from bot.translation import Translator

# Letters of what Lotse told, from which on it is folded: staff look for what people wrote.
_LONG = 160


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the transcript as the page shows it; ``day`` is the heading above it, where a new day begins.

    ``asks``: the page offers to have it translated by a machine. ``lacks`` is its language, if the server cannot.
    """

    line: Line
    text: str
    language: str
    direction: str
    gloss: Gloss | None
    day: str
    translation: Translation | None = None
    asks: bool = False
    lacks: str = ""

    @property
    def folded(self) -> tuple[str, str]:
        """What Lotse told, as its first line and the rest; a short text has no rest."""
        first, _, rest = self.text.partition("\n")
        return (first, rest.strip("\n")) if len(self.text) > _LONG else (self.text, "")

    @property
    def translation_text(self) -> str:
        """The translation, what the person got of a reply as it was sent."""
        made = self.translation
        if made is None or self.line.kind != "reply":
            return made.text if made else ""
        return isolate(made.text, made.language)

    @property
    def translation_direction(self) -> str:
        """Of the translation."""
        return direction(self.translation.language) if self.translation else ""


class CasePage:
    """The page of a case, and what it asks for by itself."""

    def __init__(self, desk: Desk, translator: Translator | None = None) -> None:
        self._desk = desk
        self._translator = translator

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it."""
        page, case = self._desk.gate.page, "/inbox/cases/{number:int}"
        return [
            Route(case, page(self.page, roles=CASEWORKERS)),
            Route(f"{case}/talk", page(self.talk, roles=CASEWORKERS, by_itself=True)),
            Route(f"{case}/presence", page(self.presence, roles=CASEWORKERS, by_itself=True), methods=["POST"]),
            Route(f"{case}/leave", page(self.leave, roles=CASEWORKERS, by_itself=True), methods=["POST"]),
            Route(f"{case}/draft", page(self.draft, roles=CASEWORKERS, limit=LONG_FORM), methods=["POST"]),
            Route("/inbox/files/{file:int}", page(self.file, roles=CASEWORKERS)),
        ]

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """The whole page."""
        desk, number, actor = self._desk, request.path_params["number"], visitor.actor
        values = await self._values(number, visitor)
        found: CaseFile = values["file"]
        colleagues = await staff.colleagues(desk.database, found.case.queue)
        written = await drafts.read(desk.database, desk.vault, actor, number)
        return desk.show(
            "case.html",
            request,
            visitor,
            again=False,
            draft="" if _is_sent(written, found, actor) else written,
            longest=LONGEST,
            largest=LARGEST_FILE,
            colleagues=_others(colleagues, actor),
            present=await drafts.present(desk.database, actor, number),
            queues=[each for each in desk.catalogue().queues if each != found.case.queue],
            **values,
        )

    async def talk(self, request: Request, visitor: Visitor) -> Response:
        """The transcript and the state of the case alone."""
        values = await self._values(request.path_params["number"], visitor)
        return self._desk.show("_talk.html", request, visitor, again=True, **values)

    async def _values(self, number: int, visitor: Visitor) -> dict[str, Any]:
        desk = self._desk
        found = await casefile.read(desk.database, desk.vault, visitor.actor, number)
        machine = await Machine.ask(self._translator)
        lines = shown(found, desk.wording(visitor), machine)
        return {
            "file": found,
            "case": found.case,
            "lines": lines,
            "is_open": found.case.status != "resolved",
            "images": IMAGES,
            "machine": machine,
            "trouble": trouble,
            "lacking": sorted({each.lacks for each in lines if each.lacks}),
            "problem": "",
        }

    async def presence(self, request: Request, visitor: Visitor) -> Response:
        """Somebody still looks at it; answers with who else does."""
        desk, number = self._desk, request.path_params["number"]
        await drafts.look(desk.database, visitor.actor, number)
        others = await drafts.present(desk.database, visitor.actor, number)
        return desk.show("_present.html", request, visitor, present=others)

    async def leave(self, request: Request, visitor: Visitor) -> Response:
        """They look at something else now."""
        await drafts.leave(self._desk.database, visitor.actor, min(request.path_params["number"], LARGEST))
        return Response(status_code=204)

    async def draft(self, request: Request, visitor: Visitor) -> Response:
        """Keep what was typed so far."""
        desk, text = self._desk, long_text(await request.form(), "text")
        await drafts.keep(desk.database, desk.vault, visitor.actor, request.path_params["number"], text[:LONGEST])
        return HTMLResponse(visitor.t.say("Draft kept") if text else "")

    async def file(self, request: Request, visitor: Visitor) -> Response:
        """A file of a transcript: an image to be looked at, anything else to be saved."""
        desk = self._desk
        found, content = await attachments.read(desk.database, desk.vault, visitor.actor, request.path_params["file"])
        return given_out(found.filename, found.media_type, content)


def shown(found: CaseFile, w: Wording, machine: Machine | None = None) -> list[Shown]:
    """The lines of a transcript for the page; ``machine`` is what the translation server can do, if there is one."""
    lines, last = [], ""
    for line in found.lines:
        day = w.day(line.at)
        lines.append(shown_line(line, found.case.language, day if day != last else "", w, machine))
        last = day
    return lines


def shown_line(line: Line, spoken: str, day: str, w: Wording, machine: Machine | None) -> Shown:
    """A line for the page; ``spoken`` is the language of the person."""
    language, made = language_of(line, spoken), shown_translation(line, w.t.language)
    # As it was sent: what the person wrote went through nothing of ours.
    text = isolate(line.text, language) if line.kind in ("reply", "bot") and language else line.text
    words = line.kind == "contact" and bool(line.text.strip())
    wanted = machine is not None and words and not is_readable(line, language, w.t.language)
    asks = wanted and machine is not None and machine.can(language, w.t.language)
    lacks = language if wanted and machine is not None and machine.pairs and not asks else ""
    meaning = gloss(line.understood, w.catalogue, w.t) if line.understood else None
    way = direction(language) if line.kind == "bot" else direction_of(line.text)
    return Shown(line, text, language, way, meaning, day, made, asks=asks, lacks=lacks)


def language_of(line: Line, spoken: str) -> str:
    """The language of a line, empty where nobody knows it; ``spoken`` is the person's."""
    if line.kind == "bot":
        return line.language
    if line.kind == "reply" and line.translations:
        return line.translations[-1].source
    if line.understood and line.understood.language and line.kind == "contact":
        return line.understood.language
    # Only a text that runs like the person's language is called one in it.
    return spoken if line.kind != "note" and direction_of(line.text) == direction(spoken) else ""


def _is_sent(text: str, found: CaseFile, actor: Actor) -> bool:
    """Whether a draft is what they have just sent: it was on its way to be kept when the reply overtook it."""
    own = [line.text for line in found.lines if line.kind == "reply" and line.staff_id == actor.staff_id]
    return bool(own) and text.strip() == own[-1]


def _others(colleagues: list[Staff], actor: Actor) -> list[Staff]:
    return [each for each in colleagues if each.id != actor.staff_id]
