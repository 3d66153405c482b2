"""What the server says besides the chat: health, figures, and how it refuses."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import server
from bot.metrics import Metrics

SECRET = "a-secret-of-some-length"


class House:
    """What the server is given: parts that can be broken, and a webhook that remembers."""

    def __init__(self) -> None:
        self.parts = {"database": "ok", "interpreter": "ok", "content": "ok", "telegram": "off"}
        self.updates: list[bytes] = []
        self.broken: Exception | None = None

    async def state(self) -> dict[str, str]:
        """For ``/readyz``."""
        return self.parts

    async def take(self, body: bytes) -> None:
        """For the webhook."""
        if self.broken:
            raise self.broken
        self.updates.append(body)

    def app(self, *, webhook: bool = True) -> Starlette:
        """The server."""
        routes = [Route("/chat/probe", lambda _: PlainTextResponse("probe"), methods=["POST"])]
        take = self.take if webhook else None
        return server.build(routes, Metrics(), self.state, webhook=take, webhook_secret=SECRET)


@pytest.fixture
def house() -> House:
    """A server's surroundings."""
    return House()


@pytest.fixture
async def web(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks the server."""
    transport = httpx.ASGITransport(house.app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://lotse.test") as client:
        yield client


async def test_healthz_says_that_the_process_lives(web: httpx.AsyncClient, house: House) -> None:
    """Even when parts of it are not ready."""
    house.parts["database"] = "OperationalError"
    answer = await web.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.parametrize(("state", "status"), [("ok", 200), ("off", 200), ("not connected", 503)])
async def test_readyz_names_every_part(state: str, status: int, web: httpx.AsyncClient, house: House) -> None:
    """One part that is not ready is enough to say no."""
    house.parts["telegram"] = state
    answer = await web.get("/readyz")
    assert answer.status_code == status
    assert answer.json() == house.parts


@pytest.mark.parametrize("state", ["ok (rasa)", "embedded (rasa: unreachable)"])
async def test_it_is_ready_with_either_interpreter(state: str, web: httpx.AsyncClient, house: House) -> None:
    """People are answered; which one answers is said."""
    house.parts["interpreter"] = state
    answer = await web.get("/readyz")
    assert (answer.status_code, answer.json()["interpreter"]) == (200, state)


async def test_metrics_are_in_prometheus_format(web: httpx.AsyncClient) -> None:
    """Each figure with its help and type."""
    answer = await web.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE lotse_" in answer.text


@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics", "/inbox/login", "/nothing/here", "/chat/nothing"])
async def test_every_answer_keeps_to_itself(path: str, web: httpx.AsyncClient) -> None:
    """The headers stand on refusals too."""
    headers = (await web.get(path)).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/nothing", "/..%2f..%2fetc/passwd", "/telegram/x", "/inbox/cases", "/%00"])
async def test_an_unknown_path_is_not_found(path: str, web: httpx.AsyncClient) -> None:
    """Without a word about what there is."""
    answer = await web.get(path)
    assert (answer.status_code, answer.text) == (404, "Not Found\n")


async def test_the_chats_refusals_are_json(web: httpx.AsyncClient) -> None:
    """The page's script reads them."""
    answer = await web.get("/chat/probe")
    assert answer.status_code == 405
    assert answer.json() == {"error": "Method Not Allowed"}


async def test_the_webhook_takes_updates_with_the_secret_only(web: httpx.AsyncClient, house: House) -> None:
    """Nobody else can speak in Telegram's name."""
    name = "X-Telegram-Bot-Api-Secret-Token"
    for headers in ({}, {name: "wrong"}, {name: ""}, {name: SECRET[:-1]}):
        assert (await web.post("/telegram", content=b"{}", headers=headers)).status_code == 403
    assert house.updates == []
    assert (await web.post("/telegram", content=b"{}", headers={name: SECRET})).status_code == 200
    assert house.updates == [b"{}"]


@pytest.mark.parametrize(("error", "status"), [(ValueError("no update"), 400), (OSError("disk full"), 503)])
async def test_an_update_that_was_not_stored_is_not_acknowledged(
    error: Exception, status: int, web: httpx.AsyncClient, house: House
) -> None:
    """Telegram sends it again; what the error says about our inside stays inside."""
    house.broken = error
    answer = await web.post("/telegram", content=b"{}", headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
    assert answer.status_code == status
    assert "disk" not in answer.text


async def test_an_update_that_is_too_large_is_refused(web: httpx.AsyncClient, house: House) -> None:
    """Before it is read to its end."""
    body = b"x" * (server.WEBHOOK_LIMIT + 1)
    answer = await web.post("/telegram", content=body, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
    assert answer.status_code == 413
    assert house.updates == []


async def test_without_webhook_there_is_no_door_for_one(house: House) -> None:
    """Polling opens nothing to the outside."""
    transport = httpx.ASGITransport(house.app(webhook=False))
    async with httpx.AsyncClient(transport=transport, base_url="http://lotse.test") as client:
        assert (await client.post("/telegram", content=b"{}")).status_code == 404
