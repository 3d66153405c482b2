"""The stand-in as a server on a loopback port: ``/languages`` and ``/translate``, as the real one answers."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes.telegram.connections import Listener, cut_connection

KEY = "a-key: with / signs"
# What a server speaks as it is delivered: Kurmanji, Pashto, Somali and Tigrinya are not among it.
_SPOKEN = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "fa": "Persian",
    "fr": "French",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
}
_FIELDS = {"q", "source", "target", "format", "api_key"}


class FakeLibreTranslate:
    """A server that knows a few sentences: `async with FakeLibreTranslate() as server`.

    ``knows`` is (text, target) -> translation; anything else comes back as ``[target] text``. ``spoken`` are codes and
    names, ``targets`` what each is translated into (None: the answer of an older server, without that).
    ``trouble`` is the next answers' kind: slow, cut, 500, 403, 429, 302, not JSON, huge, long,
    deep, empty, list, null.
    ``asked`` are the bodies that came in, ``listed`` how often the languages were asked for.
    """

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.knows: dict[tuple[str, str], str] = {}
        self.spoken = dict(_SPOKEN)
        self.targets: dict[str, list[str]] | None = {}
        self.detects = "ar"
        self.trouble = ""
        self.asked: list[dict[str, Any]] = []
        self.listed = 0
        self.connections: set[Any] = set()
        self.released = asyncio.Event()
        self._listener = Listener(
            Starlette(
                routes=[
                    Route("/languages", self._languages, methods=["GET"]),
                    Route("/translate", self._translate, methods=["POST"]),
                ]
            )
        )

    @property
    def url(self) -> str:
        """Its address."""
        return self._listener.url

    async def __aenter__(self) -> Self:
        """Start."""
        await self._listener.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.released.set()
        await self._listener.stop()

    async def _languages(self, request: Request) -> Response:
        self.listed += 1
        trouble = await self._troubled(request)
        if trouble:
            return trouble
        codes = list(self.spoken)
        rows: list[dict[str, Any]] = [{"code": code, "name": name} for code, name in self.spoken.items()]
        if self.targets is not None:
            rows = [{**row, "targets": self.targets.get(row["code"], codes)} for row in rows]
        return JSONResponse(rows)

    async def _translate(self, request: Request) -> Response:
        self.connections.add(request.scope["client"])
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _error("Invalid JSON format", 400)
        try:
            body = json.loads(await request.body())
        except ValueError:
            return _error("Invalid JSON format", 400)
        self.asked.append(body)
        refused = self._refusal(body) or await self._troubled(request)
        if refused:
            return refused
        answer: dict[str, Any] = {"translatedText": self._said(body["q"], body["target"])}
        if body["source"] == "auto":
            answer["detectedLanguage"] = {"confidence": 92.0, "language": self.detects}
        return JSONResponse(answer)

    def _refusal(self, body: Any) -> Response | None:
        if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
            return _error("Invalid JSON format", 400)
        if self.key and body.get("api_key") != self.key:
            given = "api_key" in body
            return _error("Invalid API key", 403) if given else _error("Please get an API key", 400)
        unknown, missing = set(body) - _FIELDS, [name for name in ("q", "source", "target") if not body.get(name)]
        if unknown or missing or body.get("format") != "text" or (not self.key and "api_key" in body):
            return _error(f"Invalid request: unknown {sorted(unknown)}, missing {missing}", 400)
        for name in ("source", "target"):
            if body[name] not in self.spoken and (name, body[name]) != ("source", "auto"):
                return _error(f"{body[name]} is not supported", 400)
        return None

    async def _troubled(self, request: Request) -> Response | None:
        kind = self.trouble
        if kind == "slow":
            await self.released.wait()
        if kind == "cut":
            await cut_connection(request.scope)
        if kind.isdigit() and kind != "302":
            # As the real one does, it tells the text again.
            return _error(f"Cannot translate text: {self.asked[-1:]}", int(kind))
        answers = {
            "302": RedirectResponse("/elsewhere", 302),
            "not JSON": Response("<h1>Welcome</h1>", media_type="text/html"),
            "huge": JSONResponse({"translatedText": "x" * 600_000}),
            "long": JSONResponse({"translatedText": "ሰ" * 20_000}),
            "deep": Response("[" * 200_000, media_type="application/json"),
            "empty": JSONResponse({"translatedText": " \n"}),
            "list": JSONResponse([1]),
            "null": JSONResponse({"translatedText": None}),
        }
        return answers.get(kind)

    def _said(self, text: str, target: str) -> str:
        return self.knows.get((text, target), f"[{target}] {text}")


def _error(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status)
