"""Machine translation by a LibreTranslate-compatible server, over HTTP. What is translated stands in no log."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import httpx

from bot.errors import LotseError
from bot.messages import well_formed

log = logging.getLogger(__name__)

Problem = Literal["silent", "refused", "busy", "declined", "odd", "unable"]
"""Why there is no translation: no answer, our key is not taken, too many questions, it does not take this text,
an answer that cannot be used, a language that it lacks."""

LONGEST: Final = 48_000
"""Bytes of a translation in UTF-8; more than our longest text grows to in any language."""

_AUTO: Final = "auto"
_CONNECT, _QUICK, _IN_ALL = 2.0, 3.0, 20.0  # seconds; a long letter takes an old computer a while
_FRESH, _PAUSE = 3600.0, 60.0  # seconds until its languages are asked for again: after an answer, after none
_MOST_BYTES: Final = 512 * 1024
_CONNECTIONS: Final = 8
_KEEP_ALIVE: Final = 4.0  # seconds; common web servers close a connection that was idle for five
_STATUS: Final[Mapping[int, Problem]] = MappingProxyType(
    {400: "declined", 401: "refused", 403: "refused", 413: "declined", 429: "busy"}
)
_ERRORS: Final = 500
# Kurmanji has no code of two letters; "ku" is all of Kurdish, and what a server means by it its name has to show.
_OTHER_CODES: Final[Mapping[str, str]] = MappingProxyType({"kmr": "ku"})
_NOT_KURMANJI: Final = re.compile(r"sorani|central|ckb|کوردی", re.IGNORECASE)
_ARABIC_LETTER, _LATIN_LETTER = re.compile(r"[\u0620-\u06d3]"), re.compile(r"[A-Za-zÀ-ɏ]")


class TranslationError(LotseError):
    """There is no translation; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


@dataclass(frozen=True, slots=True)
class Translated:
    """What the server made of a text, and the language in which it took the text to be, by our code."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """What the server can translate: the code of a language, as the server has it -> the codes it translates into."""

    targets: Mapping[str, frozenset[str]]

    def code(self, language: str) -> str:
        """The server's code of one of our languages; empty if it lacks it."""
        codes = {each.lower(): each for each in self.targets}
        return codes.get(language.lower()) or codes.get(_OTHER_CODES.get(language, ""), "")

    def ours(self, code: str) -> str:
        """Our code of one of its languages."""
        return next((own for own, theirs in _OTHER_CODES.items() if theirs == code.lower()), code)

    def can(self, source: str, target: str) -> bool:
        """Whether it translates from one of our languages into another; without a ``source`` it finds out itself."""
        wanted = self.code(target)
        if not wanted or source == target:
            return False
        if not source:
            return any(wanted in targets for code, targets in self.targets.items() if code != wanted)
        return wanted in self.targets.get(self.code(source), ())


class Translator:
    """The server's HTTP API. Each failure is a TranslationError; ``clock`` is in seconds."""

    def __init__(
        self, url: str, key: str = "", *, clock: Callable[[], float] = time.monotonic, patience: float = _IN_ALL
    ) -> None:
        self._url = url.rstrip("/")
        self._key = {"api_key": key} if key else {}
        self._clock = clock
        self._patience = patience
        self._client: httpx.AsyncClient | None = None
        self._asking = asyncio.Lock()
        self._pairs: Pairs | None = None
        self._problem: Problem | None = None
        self._asked_at = float("-inf")

    async def pairs(self) -> Pairs:
        """Return what it can translate; asked for once an hour, and once a minute while it does not answer.

        Raises:
            TranslationError: it has never said.
        """
        async with self._asking:
            if self._clock() - self._asked_at >= (_PAUSE if self._problem else _FRESH):
                await self._ask_for_pairs()
        if self._pairs is None:
            raise TranslationError(self._problem or "silent")
        return self._pairs

    async def translate(self, text: str, source: str, target: str) -> Translated:
        """Return a text in another language; without a ``source``, the server finds out which it is in.

        Raises:
            TranslationError: there is none.
        """
        pairs = await self.pairs()
        if not pairs.can(source, target):
            raise TranslationError("unable")
        known, wanted = (pairs.code(source) if source else _AUTO), pairs.code(target)
        body = {"q": well_formed(text), "source": known, "target": wanted, "format": "text", **self._key}
        answer = await self._ask("POST", "/translate", body, self._patience)
        said = _text(answer)
        if target in _OTHER_CODES and wanted == _OTHER_CODES[target] and _is_arabic(said):
            # The other Kurdish, in letters that our readers do not have.
            raise TranslationError("unable")
        return Translated(said, source or pairs.ours(_detected(answer)))

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
        self._client = None

    async def _ask_for_pairs(self) -> None:
        try:
            self._pairs = _read_pairs(await self._ask("GET", "/languages", None, min(_QUICK, self._patience)))
        except TranslationError as error:
            log.warning("translation: the server does not say its languages: %s", error.problem)
            self._problem = error.problem
        else:
            self._problem = None
        self._asked_at = self._clock()

    async def _ask(self, method: str, path: str, body: object, seconds: float) -> Any:
        status, content = await self._answer(method, path, body, seconds)
        if status != httpx.codes.OK:
            raise TranslationError(_STATUS.get(status, "silent" if status >= _ERRORS else "odd"))
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise TranslationError("odd") from None

    async def _answer(self, method: str, path: str, body: object, seconds: float) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(seconds):
                try:
                    return await self._exchange(method, path, body)
                except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                    # The server closed a connection just as it was to be used again: a new one will do.
                    return await self._exchange(method, path, body)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError):
            raise TranslationError("silent") from None

    async def _exchange(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        async with self._connected().stream(method, self._url + path, json=body) as answer:
            content = bytearray()
            # Raw: we asked for no compression, behind which a small body could be a huge one.
            async for chunk in answer.aiter_raw():
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise TranslationError("odd")
            return answer.status_code, bytes(content)

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                timeout=httpx.Timeout(self._patience, connect=_CONNECT),
                limits=httpx.Limits(max_connections=_CONNECTIONS, keepalive_expiry=_KEEP_ALIVE),
                # What people write goes to this server alone: through no proxy, and wherever it points to, no further.
                trust_env=False,
                follow_redirects=False,
            )
        return self._client


def _read_pairs(answer: Any) -> Pairs:
    """Languages, each with what it is translated into; older servers do not say that, and translate each into each."""
    try:
        rows = [each for each in answer if not _is_other_kurdish(each)]
        codes = frozenset(_word(each["code"]) for each in rows)
        return Pairs({each["code"]: frozenset(map(_word, each.get("targets", codes))) & codes for each in rows})
    except (KeyError, TypeError, AttributeError):
        raise TranslationError("odd") from None


def _is_other_kurdish(row: Any) -> bool:
    return row["code"] in _OTHER_CODES.values() and bool(_NOT_KURMANJI.search(str(row.get("name", ""))))


def _word(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("no word")
    return value


def _text(answer: Any) -> str:
    found = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(found, str):
        raise TranslationError("odd")
    text = well_formed(found).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text or len(text.encode()) > LONGEST:
        raise TranslationError("odd")
    return text


def _detected(answer: Any) -> str:
    found = answer.get("detectedLanguage")
    code = found.get("language") if isinstance(found, dict) else None
    return code if isinstance(code, str) else ""


def _is_arabic(text: str) -> bool:
    return len(_ARABIC_LETTER.findall(text)) > len(_LATIN_LETTER.findall(text))
