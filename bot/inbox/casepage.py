"""The page of one case: facts, transcript with its gloss, drafts, files, and who else is looking."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.i18n import direction, isolate
from bot.inbox.desk import CASEWORKERS, LONG_FORM, LONGEST, Desk, long_text
from bot.inbox.gate import Visitor
from bot.inbox.gloss import Gloss, direction_of, gloss
from bot.inbox.wording import Wording
from bot.storage import attachments, casefile, drafts, staff
from bot.storage.access import LARGEST, Actor
from bot.storage.casefile import CaseFile, Line
from bot.storage.staff import Staff

# What browsers draw without running anything; all else is only given out to be saved.
IMAGES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the transcript as the page shows it; ``day`` is the heading above it, where a new day begins."""

    line: Line
    text: str
    language: str
    direction: str
    gloss: Gloss | None
    day: str


class CasePage:
    """The page of a case, and what it asks for by itself."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

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
        lines = shown(found, desk.wording(visitor))
        return {
            "file": found,
            "case": found.case,
            "lines": lines,
            "is_open": found.case.status != "resolved",
            "images": IMAGES,
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
        is_image = found.media_type in IMAGES
        how, media_type = ("inline", found.media_type) if is_image else ("attachment", "application/octet-stream")
        headers = {
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.filename, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(content, media_type=media_type, headers=headers)


def shown(found: CaseFile, w: Wording) -> list[Shown]:
    """The lines of a transcript for the page."""
    lines, last = [], ""
    for line in found.lines:
        day = w.day(line.at)
        lines.append(_shown(line, found.case.language, day if day != last else "", w))
        last = day
    return lines


def _shown(line: Line, spoken: str, day: str, w: Wording) -> Shown:
    way = direction_of(line.text)
    # Only a text that runs like the person's language is called one in it.
    language = spoken if line.kind != "note" and way == direction(spoken) else ""
    meant = line.understood
    if meant and meant.language and line.kind == "contact":
        language = meant.language
    # As it was sent: what the person wrote went through nothing of ours.
    text = isolate(line.text, language) if line.kind == "reply" and language else line.text
    return Shown(line, text, language, way, gloss(meant, w.catalogue, w.t) if meant else None, day)


def _is_sent(text: str, found: CaseFile, actor: Actor) -> bool:
    """Whether a draft is what they have just sent: it was on its way to be kept when the reply overtook it."""
    own = [line.text for line in found.lines if line.kind == "reply" and line.staff_id == actor.staff_id]
    return bool(own) and text.strip() == own[-1]


def _others(colleagues: list[Staff], actor: Actor) -> list[Staff]:
    return [each for each in colleagues if each.id != actor.staff_id]
