"""The stand-in as a server on a loopback port."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.fakes.rasa.answers import BROKEN, VERSION, Fault, Json, answer, error
from tests.fakes.telegram.connections import Listener, cut_connection

TOKEN = "fake-rasa-token"
_Handler = Callable[[Request], Awaitable[Response]]


class FakeRasa:
    """A Rasa with a model: `async with FakeRasa({"greet", "faq/bank-account"}) as fake: RasaServer(fake.url, TOKEN)`.

    ``answers`` is what it says to a text (see ``answer``), ``default`` what it says to any other. ``faults`` come over
    the next calls of ``/model/parse``, one each; ``broken`` over all of them; ``raw`` is a body instead of any answer.
    ``asked`` are the texts it was given.
    """

    def __init__(self, intents: set[str], *, token: str = TOKEN, model: str = "a1", port: int = 0) -> None:
        self.intents = intents
        self.responses: set[str] = set()
        self.model: str | None = model
        self.token = token
        self.answers: dict[str, Json] = {}
        self.default = answer({min(intents): 0.9}) if intents else answer({})
        self.raw: str | None = None
        self.faults: list[Fault] = []
        self.broken: Fault | None = None
        self.asked: list[str] = []
        self.calls: list[str] = []
        self._stopped = asyncio.Event()
        self._port = port
        self._listener: Listener | None = None

    @property
    def url(self) -> str:
        """Address without a trailing slash; the same after a restart."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Open the port."""
        self._stopped.clear()
        self._listener = Listener(self._app(), self._port)
        self._port = int(self._listener.url.rpartition(":")[2])
        await self._listener.start()

    async def stop(self) -> None:
        """Close the port, as if the process were killed."""
        self._stopped.set()
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._hello),
                Route("/version", self._version),
                Route("/status", self._loaded(self._status)),
                Route("/domain", self._loaded(self._domain)),
                Route("/model/parse", self._loaded(self._parse), methods=["POST"]),
            ]
        )

    def _loaded(self, handler: _Handler) -> _Handler:
        """Let only those in who know the token, and only to a model."""

        async def guarded(request: Request) -> Response:
            self.calls.append(request.url.path)
            if request.query_params.get("token", "") != self.token:
                return JSONResponse(error(401, "NotAuthenticated", "User is not authenticated."), 401)
            if self.model is None:
                return JSONResponse(error(409, "Conflict", "No agent loaded."), 409)
            return await handler(request)

        return guarded

    async def _hello(self, _: Request) -> Response:
        return PlainTextResponse(f"Hello from Rasa: {VERSION}")

    async def _version(self, _: Request) -> Response:
        return JSONResponse({"version": VERSION, "minimum_compatible_version": "3.5.0"})

    async def _status(self, _: Request) -> Response:
        return JSONResponse(
            {"model_file": f"{self.model}.tar.gz", "model_id": self.model, "num_active_training_jobs": 0}
        )

    async def _domain(self, request: Request) -> Response:
        if not request.headers.get("Accept", "application/json").endswith("json"):
            return JSONResponse(error(406, "NotAcceptable", "Invalid Accept header."), 406)
        responses = {f"utter_{name}": [{"text": name}] for name in sorted(self.responses)}
        # Rasa gives an intent with settings of its own as an object.
        intents: list[object] = [{name: {"use_entities": []}} if "/" in name else name for name in sorted(self.intents)]
        # A model that was trained by "rasa train nlu" has a domain without either.
        known = {"intents": intents, "responses": responses} if intents else {}
        return JSONResponse({"version": "3.1", "session_config": {"session_expiration_time": 60}, **known})

    async def _parse(self, request: Request) -> Response:
        fault = self.faults.pop(0) if self.faults else self.broken
        body = await request.body()
        if not body:
            return JSONResponse(error(400, "BadRequest", "No text message defined in request_body."), 400)
        try:
            text = json.loads(body)["text"]
            text.encode()
        except (ValueError, KeyError, TypeError, AttributeError):
            # Rasa makes no difference between its own faults and those of a body with something in it.
            return JSONResponse(error(500, "ParsingError", "An unexpected error occurred."), 500)
        self.asked.append(text)
        if fault is not None:
            return await self._fail(fault, request, text)
        if self.raw is not None:
            return Response(self.raw, media_type="application/json")
        return JSONResponse({"text": text, **self._answer(text)})

    async def _fail(self, fault: Fault, request: Request, text: str) -> Response:
        if fault == "slow":
            await self._stopped.wait()
        if fault == "drop":
            await cut_connection(request.scope)
        if fault == "error":
            # Rasa's errors quote what they stumbled over.
            return JSONResponse(error(500, "ParsingError", f"An unexpected error occurred. Error: {text}"), 500)
        return PlainTextResponse(BROKEN.get(fault, ""), media_type="application/json")

    def _answer(self, text: str) -> Json:
        if text.startswith("/"):
            return answer({text[1:].partition("{")[0]: 1.0})
        return self.answers.get(text, self.default)
