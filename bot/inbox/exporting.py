"""A case as a file for the person it is about, who has asked for it: to be read, and for machines."""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.content.model import SOURCE_LANGUAGE
from bot.escalation.handout import Paper, paper
from bot.i18n import Texts, direction
from bot.inbox.desk import LEADS, Desk, back, field
from bot.inbox.gate import Visitor
from bot.inbox.gloss import direction_of
from bot.storage import handout
from bot.storage.handout import Handout

_UNSAFE: Final = re.compile(r"[^\w.() -]+")
_LONGEST_NAME: Final = 80


class Exporting:
    """Gives cases out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def routes(self) -> list[BaseRoute]:
        """What the server serves of it."""
        page = self._desk.gate.page
        return [Route("/inbox/cases/{number:int}/export", page(self.give, roles=LEADS), methods=["POST"])]

    async def give(self, request: Request, visitor: Visitor) -> Response:
        """The case as a file, only if it is said that the person asked for it."""
        desk, number, form = self._desk, request.path_params["number"], await request.form()
        if field(form, "asked") != "yes":
            return back(request, number, "not_asked")
        notes = field(form, "notes") == "yes"
        found = await handout.read(desk.database, desk.vault, visitor.actor, number, notes=notes)
        content = await asyncio.to_thread(self._packed, found)
        headers = {"Content-Disposition": f'attachment; filename="lotse-{number}.zip"'}
        return Response(content, media_type="application/zip", headers=headers)

    def _packed(self, found: Handout) -> bytes:
        t = Texts(found.language or SOURCE_LANGUAGE)
        paths = tuple(_paths(found.data))
        page = self._page(paper(found.data, t, found.made_at, paths), t)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("index.html", page)
            archive.writestr("data.json", json.dumps(found.data, ensure_ascii=False, indent=2))
            every = (path for message in paths for path in message)
            for path, content in zip(every, found.files, strict=True):
                archive.writestr(path, content)
        return packed.getvalue()

    def _page(self, values: Paper, t: Texts) -> str:
        return self._desk.gate.pages.text(
            "handout.html", t, paper=values, way=direction(t.language), way_of=direction_of
        )


def _paths(data: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Where the files of each message lie: numbered, so that none is another's, and never outside their folder."""
    number = 0
    for message in data["messages"]:
        paths = []
        for file in message["files"]:
            number += 1
            last = file["name"].replace("\\", "/").rpartition("/")[2]
            name = _UNSAFE.sub("_", last).strip(". ")[-_LONGEST_NAME:]
            paths.append(f"files/{number}-{name or 'file'}")
        yield tuple(paths)
