"""Rasa Open Source 3.6 as interpreter, over HTTP; Rasa itself is never imported."""

import asyncio
import json
import logging
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx
import numpy as np

from bot.messages import Candidate, Understanding, well_formed
from bot.understanding.classifier import Bands, Probabilities
from bot.understanding.entities import as_wished
from bot.understanding.interpreter import InterpreterUnavailable
from bot.understanding.language import Identified
from bot.understanding.reading import Ranked, Reader

log = logging.getLogger(__name__)

REASONS: Final = (
    "unreachable",
    "slow",
    "refused",
    "no model",
    "error",
    "too large",
    "not JSON",
    "wrong shape",
    "wrong model",
    "not asked yet",
    "measuring",
)
"""Why Rasa's answer is not used: the whole list, by which it is counted."""

_CONNECT, _IN_ALL = 1.0, 3.0  # seconds
_MOST_BYTES = 1024 * 1024
_CONNECTIONS = 16
_KEEP_ALIVE = 4.0  # seconds; Rasa's web server closes a connection that was idle for five
_ROUNDING = 1e-3  # a softmax in 32 bits may end a little above 1
_UNSURE_OF_RASA = "nlu_fallback"  # no intent: Rasa's own word for "not sure", which is what bands are for
_RESPONSES = "utter_"
_STATUS = {401: ("refused", "refused (401)"), 403: ("refused", "refused (403)"), 409: ("no model", "no model")}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What Rasa made of a text: all its candidates, best first, and pairs of entity and value."""

    ranking: tuple[Candidate, ...]
    entities: tuple[tuple[str, str], ...]


class RasaServer:
    """Rasa's HTTP API. Each failure is an InterpreterUnavailable with one of ``REASONS``.

    ``patience`` is how many times longer than a person's message may take is waited for an answer.
    """

    def __init__(self, url: str, token: str = "", patience: int = 1) -> None:
        self._patience = patience
        self._url = url.rstrip("/")
        # Rasa 3.6 takes the token nowhere else.
        self._token = {"token": token} if token else {}
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def parse(self, text: str) -> Parsed:
        """Return what a text means.

        Raises:
            InterpreterUnavailable: Rasa gives no answer, or none that can be used.
        """
        # What begins with a slash Rasa takes for the name of an intent.
        found = await self._ask("POST", "/model/parse", {"text": well_formed(text).lstrip("/ ")})
        try:
            return Parsed(tuple(_ranking(found)), tuple(_entities(found)))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _unavailable("wrong shape") from None

    async def status(self) -> str:
        """Return the name by which a model is told from the next one.

        Raises:
            InterpreterUnavailable: as ``parse``.
        """
        found = await self._ask("GET", "/status")
        model = found.get("model_id") if isinstance(found, dict) else None
        if not isinstance(model, str) or not model:
            raise _unavailable("wrong shape")
        return model

    async def domain(self) -> frozenset[str]:
        """Return the intents of the model's domain, those inside of retrieval intents too.

        They are none where the model was trained by ``rasa train nlu``, which leaves the domain out.

        Raises:
            InterpreterUnavailable: as ``parse``.
        """
        found = await self._ask("GET", "/domain")
        try:
            plain = [
                name for each in (found.get("intents") or []) for name in ([each] if isinstance(each, str) else each)
            ]
            said = [name.removeprefix(_RESPONSES) for name in (found.get("responses") or {})]
        except (TypeError, AttributeError):
            raise _unavailable("wrong shape") from None
        return frozenset([*plain, *(name for name in said if "/" in name)])

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None and self._loop is asyncio.get_running_loop():
            await self._client.aclose()
        self._client = None

    async def _ask(self, method: str, path: str, body: object = None) -> Any:
        status, content = await self._answer(method, path, body)
        if status != httpx.codes.OK:
            raise _unavailable(*_STATUS.get(status, ("error", f"error {status}")))
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise _unavailable("not JSON") from None

    async def _answer(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(self._patience * _IN_ALL):
                try:
                    return await self._exchange(method, path, body)
                except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                    # The server closed a connection just as it was to be used again: a new one will do.
                    return await self._exchange(method, path, body)
        except (TimeoutError, httpx.TimeoutException) as error:
            # Who does not even take a call is not there.
            raise _unavailable("unreachable" if isinstance(error, httpx.ConnectTimeout) else "slow") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise _unavailable("unreachable") from None

    async def _exchange(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        request = {"params": self._token, "json": body} if body is not None else {"params": self._token}
        async with self._connected().stream(method, self._url + path, **request) as answer:
            content = bytearray()
            # Raw: we asked for no compression, behind which a small body could be a huge one.
            async for chunk in answer.aiter_raw():
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise _unavailable("too large")
            return answer.status_code, bytes(content)

    def _connected(self) -> httpx.AsyncClient:
        """Return the client of the running event loop: connections cannot be shared between loops."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._loop = loop
            self._client = httpx.AsyncClient(
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                timeout=httpx.Timeout(self._patience * _IN_ALL, connect=self._patience * _CONNECT),
                limits=httpx.Limits(max_connections=_CONNECTIONS, keepalive_expiry=_KEEP_ALIVE),
                trust_env=False,
            )
        return self._client


def _unavailable(reason: str, message: str = "") -> InterpreterUnavailable:
    return InterpreterUnavailable(message or reason, reason)


def _ranking(found: Mapping[str, Any]) -> Sequence[Candidate]:
    """Return candidates, best first; a retrieval intent's are the answers that its selector chooses from."""
    candidates: dict[str, Candidate] = {}
    for each in found["intent_ranking"]:
        name, confidence = _name(each["name"]), _share(each["confidence"])
        answers = list(_selected(found.get("response_selector") or {}, name))
        for candidate in [Candidate(key, confidence * share) for key, share in answers] or [
            Candidate(name, confidence)
        ]:
            if candidate.intent != _UNSURE_OF_RASA:
                candidates.setdefault(candidate.intent, candidate)
    ranking = sorted(candidates.values(), key=lambda candidate: -candidate.confidence)
    if not ranking or not ranking[0].confidence:
        raise ValueError("an empty ranking")
    return ranking


def _selected(selectors: Mapping[str, Any], intent: str) -> Iterator[tuple[str, float]]:
    selector = selectors.get(intent) or selectors.get("default") or {}
    for each in selector.get("ranking", ()):
        key = _name(each["intent_response_key"])
        if key.startswith(f"{intent}/"):
            yield key, _share(each["confidence"])


def _name(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("no name")
    return value


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    if not math.isfinite(value) or not 0 <= value <= 1 + _ROUNDING:
        raise ValueError("no share")
    return min(float(value), 1.0)


def _entities(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in found.get("entities", ()):
        value = each["value"]
        if isinstance(value, str):
            yield _name(each["entity"]), value


class Groundwork(Protocol):
    """What Rasa has no part in, or that Lotse does better: languages, and its own entities."""

    @property
    def reader(self) -> Reader:
        """How messages are read; of this the known phrases are used, and the intents."""
        ...

    def identify(self, text: str, prior: str | None) -> Identified:
        """Say which language a text is in."""
        ...

    def entities(self, text: str, language: str) -> dict[str, tuple[str, ...]]:
        """Return entity -> canonical values that a text in ``language`` names."""
        ...


class RasaInterpreter:
    """Understands utterances with the model that a Rasa server has loaded.

    Before it can be asked, ``check`` must have found out which model that is, and ``bands`` must be set to what its
    confidences are worth.
    """

    def __init__(
        self,
        server: RasaServer,
        groundwork: Groundwork,
        topics: Collection[str],
        values: Mapping[str, Collection[str]],
    ) -> None:
        """Take the content's ``topics`` (``faq/x``), and the canonical ``values`` of each entity."""
        self._server = server
        self._groundwork = groundwork
        self._topics = frozenset(topics)
        self._known = self._topics | frozenset(groundwork.reader.intents)
        self._values = values
        self.model = ""
        self.intents: tuple[str, ...] = ()
        self.bands: Bands | None = None
        self.answers = 0  # how often Rasa was asked with success

    @property
    def missing(self) -> frozenset[str]:
        """What Lotse knows and the model does not."""
        return self._known.difference(self.intents) if self.intents else frozenset()

    async def check(self) -> None:
        """Find out which model is loaded; another one than before has to be measured anew.

        Raises:
            InterpreterUnavailable: Rasa gives no answer, or its model knows none of the topics.
        """
        model = await self._server.status()
        if model == self.model and self.intents:
            return
        named = await self._server.domain()
        self.model, self.intents, self.bands = model, (), None
        if not named:
            log.warning("The model of Rasa was trained without a domain, so nobody can tell which topics it lacks.")
        intents = self._known & (named or self._known)
        if not intents & self._topics:
            raise _unavailable("wrong model")
        self.intents = tuple(sorted(intents))

    async def understand(self, text: str, prior: str | None) -> Understanding:
        """Return language, intent and entities of an utterance; each failure is one of ``REASONS``.

        Raises:
            InterpreterUnavailable: Rasa gives no answer that can be used; nothing of that is "not understood".
        """
        if self.bands is None:
            raise _unavailable("measuring" if self.intents else "not asked yet")
        reader = Reader(self.intents, self.bands, self._groundwork.reader.phrases)
        language, entities = await asyncio.to_thread(self._groundwork_of, text, prior)
        (ranking, band), parsed = await self._rank(text, reader)
        if parsed:
            # What Rasa did not name stands in the probabilities only so that they can be weighed against each other.
            named = {candidate.intent for part in parsed for candidate in part.ranking}
            ranking = tuple(candidate for candidate in ranking if candidate.intent in named)
            entities = {**self._entities_of(parsed[0]), **entities}
        first = ranking[0]
        entities = as_wished(entities, first.intent)
        return Understanding(language, first.intent, first.confidence, band, ranking, entities)

    async def close(self) -> None:
        """Close the connections to the server."""
        await self._server.close()

    async def probabilities(self, text: str) -> Probabilities:
        """Return the probabilities [intents] of an utterance as it is asked about first.

        Raises:
            InterpreterUnavailable: as ``understand``.
        """
        reader = Reader(self.intents, Bands(), self._groundwork.reader.phrases)
        return _row(await self._parse(reader.wish_of(text), reader.intents), reader.intents)

    def _groundwork_of(self, text: str, prior: str | None) -> tuple[str, dict[str, tuple[str, ...]]]:
        language = self._groundwork.identify(text, prior).language
        return language, self._groundwork.entities(text, language)

    async def _rank(self, text: str, reader: Reader) -> tuple[Ranked, list[Parsed]]:
        questions, parsed = reader.read(text), list[Parsed]()
        try:
            parts = next(questions)
            while True:
                found = [await self._parse(part, reader.intents) for part in parts]
                parsed += found
                parts = questions.send(np.stack([_row(each, reader.intents) for each in found]))
        except StopIteration as done:
            return done.value, parsed

    async def _parse(self, text: str, intents: Collection[str]) -> Parsed:
        parsed = await self._server.parse(text)
        if parsed.ranking[0].intent not in intents:
            raise _unavailable("wrong model")
        self.answers += 1
        return parsed

    def _entities_of(self, parsed: Parsed) -> dict[str, tuple[str, ...]]:
        """Return what Rasa found, as far as it is a canonical value; our names for these are ``entity/value``."""
        found: dict[str, tuple[str, ...]] = {}
        for entity, written in parsed.entities:
            value = written.removeprefix(f"{entity}/")
            if value in self._values.get(entity, ()) and value not in found.get(entity, ()):
                found[entity] = (*found.get(entity, ()), value)
        return found


def _row(parsed: Parsed, intents: Sequence[str]) -> Probabilities:
    """Return probabilities [intents]: Rasa names the best ten, what is left is shared evenly by the rest."""
    given = {each.intent: each.confidence for each in parsed.ranking}
    left = max(1.0 - sum(given.values()), 0.0) / max(len(set(intents) - given.keys()), 1)
    # Less than what was named, which stood higher.
    share = min(left, min(given.values()) / 2)
    return np.array([given.get(intent, share) for intent in intents], np.float32)
