"""The two faces over HTTP: the Bot API below /bot<token>/ and the simulated people below /sim/."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from tests.fakes.telegram import editing, groups, sending, settings
from tests.fakes.telegram.connections import cut_connection
from tests.fakes.telegram.errors import ApiError, SimError, bad_request
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.params import Upload
from tests.fakes.telegram.values import REFUSALS

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from tests.fakes.telegram.records import Records
    from tests.fakes.telegram.values import Call, Fault

_HANDLERS = (sending, editing, groups, settings)  # imported for the table they fill
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_ACTIONS = frozenset(
    [
        "add_person",
        "add_chat",
        "change_chat",
        "delete_topic",
        "topics",
        "send_text",
        "send_texts",
        "send_photo",
        "send_voice",
        "send_document",
        "send_sticker",
        "send_contact",
        "send_location",
        "edit_text",
        "tap",
        "block",
        "unblock",
        "deliver",
        "inject_fault",
        "clear_faults",
        "set_delivery",
        "messages",
        "all_messages",
        "calls",
        "list_taps",
        "commands",
        "bot_texts",
        "pending_updates",
        "stats",
        "wait_for_messages",
        "wait_for_sent",
        "wait_for_text",
        "wait_for_reaction",
        "wait_for_topic",
        "wait_for_calls",
        "wait_for_tap_answer",
        "wait_until_confirmed",
    ]
)


async def _read_params(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        async with request.form() as form:
            for name, value in form.multi_items():
                given[name] = await _upload(value) if isinstance(value, UploadFile) else value
        return given
    body = await request.body()
    try:
        if kind.startswith("application/json"):
            given.update(json.loads(body or b"{}"))
        elif body:
            given.update(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except (ValueError, TypeError):
        raise bad_request("can't parse request body") from None
    return given


async def _upload(value: UploadFile) -> Upload:
    return Upload(value.filename or "file", await value.read(), value.content_type or "application/octet-stream")


def _ok(result: Any) -> Response:
    body = json.dumps({"ok": True, "result": result}, separators=(",", ":"))
    return Response(body, media_type="application/json")


def _refused(error: ApiError) -> Response:
    headers = None if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return JSONResponse(error.body(), error.code, headers)


def _failed(fault: Fault | None) -> Response | None:
    """The answer of a fault that keeps the call from being handled."""
    if fault is None or fault.kind in {"slow", "drop_after"}:
        return None
    if fault.kind == "too_many_requests":
        return _refused(
            ApiError(429, f"Too Many Requests: retry after {fault.retry_after}", retry_after=fault.retry_after)
        )
    if fault.kind in REFUSALS:
        return _refused(ApiError(*REFUSALS[fault.kind]))
    if fault.kind == "server_error":
        return _refused(ApiError(500, "Internal Server Error"))
    return Response(_BAD_GATEWAY, 502, media_type="text/html")


class BotApi:
    """The Bot API as an ASGI application without a router, as each call counts in the benchmark."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or cut its connection."""
        request = Request(scope, receive)
        response = await self._answer(request)
        if response is None:
            await cut_connection(scope)
        else:
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        if request.url.path.startswith("/file/bot"):
            return await self._download(request)
        token, _, name = unquote(request.url.path).removeprefix("/bot").partition("/")
        if not request.url.path.startswith("/bot") or not _TOKEN.fullmatch(token):
            return _refused(ApiError(404, "Not Found"))
        if token != self._records.token:
            return _refused(ApiError(401, "Unauthorized"))
        if name.lower() not in METHODS:
            return _refused(ApiError(404, "Not Found"))
        try:
            params = await _read_params(request)
        except ApiError as error:
            return _refused(error)
        return await self._call(METHODS[name.lower()].name, params)

    async def _download(self, request: Request) -> Response | None:
        """A file at the address that `getFile` gave; faults are those of the method "file"."""
        token, _, path = unquote(request.url.path).removeprefix("/file/bot").partition("/")
        call = self._records.note_call("file", {"file_path": path})
        fault = self._records.take_fault("file", None)
        content = self._records.files.get(path.removeprefix("files/"))
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind in {"drop_before", "drop_after"}:
            return None
        response = _failed(fault)
        if response is None and (token != self._records.token or content is None):
            response = _refused(ApiError(404, "Not Found"))
        response = response or Response(content, media_type="application/octet-stream")
        call.status = response.status_code
        return response

    async def _call(self, name: str, params: dict[str, Any]) -> Response | None:
        call = self._records.note_call(name, params)
        fault = self._records.take_fault(name, params.get("chat_id"))
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "drop_before":
            response = None
        else:
            response = _failed(fault) or await self._handle(call, params)
        if fault is not None and fault.kind == "drop_after":
            response = None
        call.status = response.status_code if response is not None else 0
        self._records.changed.wake()
        return response

    async def _handle(self, call: Call, params: dict[str, Any]) -> Response:
        try:
            result = METHODS[call.method.lower()].call(self._records, params)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            return _refused(error)
        return _ok(result)


def _plain(value: Any) -> Any:
    """Values and lists of them as JSON."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.as_json() if hasattr(value, "as_json") else value


def build_app(records: Records) -> Starlette:
    """POST /sim/<method of Records> with its arguments as JSON (content as base64), and the Bot API everywhere else."""

    async def act(request: Request) -> Response:
        action = request.path_params["action"]
        if action not in _ACTIONS:
            return JSONResponse({"error": f"unknown action {action}"}, 404)
        try:
            arguments = json.loads(await request.body() or b"{}")
            if isinstance(arguments.get("content"), str):
                arguments["content"] = base64.b64decode(arguments["content"])
            result = getattr(records, action)(**arguments)
            if inspect.isawaitable(result):
                result = await result
        except TimeoutError:
            return JSONResponse({"error": "timeout"}, 408)
        except (SimError, TypeError, KeyError, json.JSONDecodeError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)
        return JSONResponse({"result": _plain(result)})

    routes = [Route("/sim/{action}", act, methods=["GET", "POST"]), Mount("/", app=BotApi(records))]
    return Starlette(routes=routes)
