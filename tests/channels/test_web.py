"""The web chat over real HTTP: what it takes, what it refuses, and how replies reach the page."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn

from bot import server
from bot.channels import taps
from bot.channels.web import NAME, TEXT_LIMIT, WebChannel
from bot.content.model import Language
from bot.messages import Incoming, Reply
from bot.metrics import Metrics
from bot.settings import load, new_key
from bot.storage import outgoing, schema
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.incoming import IncomingQueue
from bot.storage.outgoing import Envelope, OutgoingQueue

LANGUAGES = {
    code: Language(code, name)
    for code, name in {"de": "Deutsch", "ar": "العربية", "kmr": "Kurmancî", "fa": "فارسی"}.items()
}
PATIENCE = 20.0


@dataclass
class Chat:
    """A served chat without an assistant: the test reads what came in and writes what goes out."""

    url: str
    vault: Vault
    database: Database
    channel: WebChannel
    stored: list[Incoming] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    broken: Exception | None = None

    async def reply(self, person: str, *texts: str) -> None:
        """Put replies into the queue, as a turn does."""
        lane = self.vault.hash("person", NAME, person)
        envelopes = [Envelope(Reply(text, "de"), {}) for text in texts]
        async with self.database.write() as connection:
            await outgoing.put(connection, self.vault, lane, NAME, envelopes, received_at=time.time())
        self.channel.wake()

    @asynccontextmanager
    async def newcomer(self) -> AsyncIterator[httpx.AsyncClient]:
        """A person who has opened the page and has a cookie."""
        async with httpx.AsyncClient(base_url=self.url, timeout=PATIENCE) as client:
            await client.get("/")
            yield client


@pytest.fixture
async def chat(database_url: str) -> AsyncIterator[Chat]:
    """Served by uvicorn on a free port."""
    known = load({"LOTSE_DATABASE_URL": database_url, "LOTSE_SECRET_KEY": new_key("test")})
    vault, database = Vault(known.keys), Database(known.database_url)
    await schema.prepare(database, vault)
    queue = IncomingQueue(database, vault, lambda _: False)

    async def store(messages: Any) -> int:
        if here.broken:
            raise here.broken
        here.stored += messages
        here.new.append(len(await queue.store(messages)))
        return here.new[-1]

    async def state() -> dict[str, str]:
        return {}

    web = WebChannel(vault, store, OutgoingQueue(database, vault), lambda: LANGUAGES)
    here = Chat("", vault, database, web)
    app = server.build(web.routes, Metrics(), state, webhook=None, webhook_secret="")
    http = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=5))
    tasks = [asyncio.create_task(http.serve()), asyncio.create_task(web.run())]
    async with asyncio.timeout(PATIENCE):
        while not http.started:  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.01)
    here.url = f"http://127.0.0.1:{http.servers[0].sockets[0].getsockname()[1]}"
    yield here
    http.should_exit = True
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.close()


def person_of(client: httpx.AsyncClient) -> str:
    """Who the cookie says they are."""
    return str(client.cookies["lotse_chat"])


def message(**values: Any) -> dict[str, Any]:
    """A message with an id."""
    return {"id": "0123456789abcdef", **values}


async def events(
    client: httpx.AsyncClient, number: int, headers: list[tuple[bytes, bytes]] | None = None
) -> list[tuple[int, str]]:
    """The first replies of a stream: their numbers and texts."""
    found = []
    async with asyncio.timeout(PATIENCE), client.stream("GET", "/chat/stream", headers=headers) as stream:
        assert stream.status_code == 200
        identity = 0
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                identity = int(line.removeprefix("id: "))
            elif line.startswith("data: "):
                text = re.search(r"<p>(.*)</p>", json.loads(line.removeprefix("data: "))["html"])
                found.append((identity, text[1] if text else ""))
                if len(found) == number:
                    break
    return found


async def test_the_page_speaks_the_browsers_language(chat: Chat) -> None:
    """Or German where the browser's is unknown; older names of languages are understood."""
    expected = {
        "ar-EG,en;q=0.8": ("ar", "rtl"),
        "xx": ("de", "ltr"),
        "": ("de", "ltr"),
        "ku": ("kmr", "ltr"),
        "prs": ("fa", "rtl"),
    }
    async with httpx.AsyncClient(base_url=chat.url) as client:
        for header, (language, direction) in expected.items():
            page = (await client.get("/", headers={"Accept-Language": header})).text
            assert f'<html lang="{language}" dir="{direction}">' in page, header
        labels = (await client.get("/chat/labels", params={"language": "ar"})).json()
    assert (labels["language"], labels["direction"]) == ("ar", "rtl")


async def test_the_cookie_is_random_and_stays(chat: Chat) -> None:
    """A known visitor keeps theirs, for another month; a forged one is replaced."""
    async with chat.newcomer() as one, chat.newcomer() as other:
        assert re.fullmatch(r"[A-Za-z0-9_-]{32}", person_of(one))
        assert person_of(one) != person_of(other)
        cookie = (await one.get("/")).headers["set-cookie"]
        assert person_of(one) in cookie
        assert {"HttpOnly", "SameSite=lax", "Max-Age=2592000"} <= set(cookie.split("; "))
    async with httpx.AsyncClient(base_url=chat.url, cookies={"lotse_chat": "short"}) as forged:
        assert "short" not in (await forged.get("/")).headers["set-cookie"]


async def test_a_text_a_command_and_a_location_are_taken(chat: Chat) -> None:
    """202 only when it is kept."""
    async with chat.newcomer() as client:
        bodies: list[dict[str, object]] = [
            {"text": "Hallo"},
            {"text": " /Privacy "},
            {"text": "x" * TEXT_LIMIT},
            {"text": "😀" * (TEXT_LIMIT // 2)},
            {"location": {"latitude": 48.7, "longitude": 9}},
            {"text": "/human  ich will sterben"},
        ]
        for number, body in enumerate(bodies):
            answer = await client.post("/chat/messages", json={"id": f"message-{number}", "language": "ar", **body})
            assert answer.status_code == 202
    kinds = [(stored.message.kind, stored.message.language_hint) for stored in chat.stored]
    assert [kind for kind, _ in kinds] == ["text", "command", "text", "text", "location", "command"]
    assert {hint for _, hint in kinds} == {"ar"}
    assert chat.stored[1].message.text == "privacy"
    assert (chat.stored[5].message.text, chat.stored[5].message.words) == ("human", "ich will sterben")
    assert {stored.person for stored in chat.stored} == {person_of(client)}


async def test_a_repeated_id_is_stored_once(chat: Chat) -> None:
    """The page sends again when it is not sure; another person's same id is another message."""
    async with chat.newcomer() as one, chat.newcomer() as other:
        for client in (one, one, other):
            assert (await client.post("/chat/messages", json=message(text="Hallo"))).status_code == 202
    assert chat.new == [1, 0, 1]


async def test_without_cookie_nothing_is_taken_or_shown(chat: Chat) -> None:
    """401, with a word about what to do."""
    for cookie in ("", "x" * 31, "ö" * 4):
        headers = [(b"Cookie", f"lotse_chat={cookie}".encode())] if cookie else []
        async with httpx.AsyncClient(base_url=chat.url, headers=headers) as client:
            answers = [
                await client.post("/chat/messages", json=message(text="Hallo")),
                await client.post("/chat/received", json={"up_to": 1}),
                await client.get("/chat/stream"),
            ]
        assert [answer.status_code for answer in answers] == [401] * 3
        assert "cookie" in answers[0].json()["error"]
    assert chat.stored == []


async def test_another_sites_page_cannot_write(chat: Chat) -> None:
    """Its origin gives it away; the page's own and no origin at all are fine."""
    async with chat.newcomer() as client:
        for origin in ("https://evil.example", "null", "", "http://[", f"{chat.url}.evil.example"):
            for path, body in (("/chat/messages", message(text="Hallo")), ("/chat/received", {"up_to": 1})):
                answer = await client.post(path, json=body, headers={"Origin": origin})
                assert answer.status_code == 403, origin
        assert (
            await client.post("/chat/messages", json=message(text="Hallo"), headers={"Origin": chat.url})
        ).is_success
    assert len(chat.stored) == 1


WRONG_SHAPES: list[object] = [
    *([], "text", 1, None, {}, {"text": "Hallo"}, message()),
    *(message(text=text) for text in ("", " \n", 1, None, ["a"])),
    *(message(tap=1), message(tap={}), message(location=[])),
]
BAD_BODIES: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"{", 400),
    (b"\xff\xfe", 400),
    ('{"id": "12345678", "text": "ä"}'.encode("latin-1"), 400),
    (json.dumps({"id": "12345678", "text": "a"}).encode("utf-16"), 400),
    (b"[" * 60_000, 400),
    (b'{"id": "12345678", "text": "\\ud83d"}', 400),
    (b'{"id": "12345678", "text": "a\\u0000b"}', 400),
    (b'{"id": "12345678", "text": "\\u001b[31m"}', 400),
    (b'{"id": "12345678", "tap": "\\ud83d"}', 400),
    (b'{"id": "12345678", "text": "Hallo", "language": "\\udfff"}', 400),
    *((json.dumps(shape).encode(), 400) for shape in WRONG_SHAPES),
    *(
        (json.dumps(message(location={"latitude": latitude, "longitude": 9})).encode(), 400)
        for latitude in (None, "48", 91, -1e300, float("nan"), float("inf"))
    ),
    *(
        (json.dumps({"id": name, "text": "Hallo"}).encode(), 400)
        for name in (1, None, "", "short", "x" * 65, "a b c d e f")
    ),
    (json.dumps(message(text="x" * (TEXT_LIMIT + 1))).encode(), 413),
    (json.dumps(message(text="😀" * (TEXT_LIMIT // 2) + "x")).encode(), 413),
    (json.dumps(message(text="x" * 70_000)).encode(), 413),
]


async def test_what_is_no_message_is_refused_clearly(chat: Chat) -> None:
    """Whatever somebody sends, the answer is a 4xx with a reason, and nothing is stored."""
    async with chat.newcomer() as client:
        for body, status in BAD_BODIES:
            answer = await client.post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == status, body[:80]
            assert answer.json()["error"]
        for value in (None, "1", -1, True, 1.5, 2**31, 2**63):
            answer = await client.post("/chat/received", json={"up_to": value})
            assert answer.status_code == 400, value
        for kind in ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            body = json.dumps(message(text="Hallo")).encode()
            answer = await client.post("/chat/messages", content=body, headers={"Content-Type": kind})
            assert answer.status_code == 415, kind
        assert (await client.get("/chat/messages")).status_code == 405
    assert chat.stored == []


async def test_odd_hints_do_no_harm(chat: Chat) -> None:
    """A language or a reference of a wrong shape is as good as none."""
    async with chat.newcomer() as client:
        odd_values: list[object] = [{}, 1, "x" * 99, "<b>", None, ["de"]]
        for number, odd in enumerate(odd_values):
            body = {"id": f"message-{number}", "tap": "menu", "language": odd, "message": odd}
            assert (await client.post("/chat/messages", json=body)).status_code == 202
    assert {stored.message.language_hint for stored in chat.stored} == {"de"}
    assert {stored.message.reference for stored in chat.stored} == {"", "1"}


async def test_only_ones_own_buttons_work(chat: Chat) -> None:
    """Forged, changed and other people's taps carry no action."""
    async with chat.newcomer() as one, chat.newcomer() as other:
        own, foreign = (
            taps.sign(chat.vault, chat.vault.hash("person", NAME, person_of(who)), "menu") for who in (one, other)
        )
        for number, data in enumerate(
            (own, foreign, "menu", "menu~", "", "~", own.replace("menu", "delete:yes"), "x" * 500)
        ):
            body = {"id": f"message-{number}", "tap": data, "message": "7"}
            assert (await one.post("/chat/messages", json=body)).status_code == 202
    assert [stored.message.action for stored in chat.stored] == ["menu", *[""] * 7]
    assert chat.stored[0].message.reference == "7"


async def test_while_the_database_is_busy_the_page_is_asked_to_wait(chat: Chat) -> None:
    """503 makes the page try again; the reason stays here."""
    chat.broken = OSError("disk full")
    async with chat.newcomer() as client:
        answer = await client.post("/chat/messages", json=message(text="Hallo"))
    assert answer.status_code == 503
    assert "disk" not in answer.text


async def test_replies_stay_until_the_page_has_them(chat: Chat) -> None:
    """A lost connection loses none; what was received is erased."""
    async with chat.newcomer() as client:
        await chat.reply(person_of(client), "eins", "zwei", "drei")
        first = await events(client, 3)
        assert [text for _, text in first] == ["eins", "zwei", "drei"]
        assert await events(client, 3) == first
        assert await events(client, 1, [(b"Last-Event-ID", str(first[1][0]).encode())]) == first[2:]
        assert (await client.post("/chat/received", json={"up_to": first[1][0]})).status_code == 204
        assert await events(client, 1) == first[2:]


async def test_a_broken_last_event_id_shows_everything(chat: Chat) -> None:
    """Rather twice than never; the page knows what it has."""
    async with chat.newcomer() as client:
        await chat.reply(person_of(client), "eins")
        for last in ("", "x", "-1", "1e3", "9" * 40, "١", "0; drop table", "NaN"):
            found = await events(client, 1, [(b"Last-Event-ID", last.encode())])
            assert [text for _, text in found] == ["eins"], last


async def test_a_reply_arrives_on_the_open_page_of_its_person_only(chat: Chat) -> None:
    """In every tab of theirs, and in nobody else's."""
    async with chat.newcomer() as one, chat.newcomer() as other:
        waiting = [asyncio.create_task(events(one, 1)) for _ in range(2)]
        foreign = asyncio.create_task(events(other, 1))
        await chat.reply(person_of(one), "für dich")
        assert [[text for _, text in await task] for task in waiting] == [["für dich"]] * 2
        assert not foreign.done()
        await chat.reply(person_of(other), "für andere")
        assert [text for _, text in await foreign] == ["für andere"]


async def test_one_person_cannot_confirm_anothers_replies(chat: Chat) -> None:
    """The numbers are counted through, but belong to a person."""
    async with chat.newcomer() as one, chat.newcomer() as other:
        await chat.reply(person_of(one), "eins")
        assert (await other.post("/chat/received", json={"up_to": 10**9})).status_code == 204
        assert [text for _, text in await events(one, 1)] == ["eins"]


async def test_clients_that_do_not_read_hold_nobody_up(chat: Chat) -> None:
    """Many open streams, full of what nobody takes, beside a person who is served."""
    host, port = chat.url.removeprefix("http://").split(":")
    async with chat.newcomer() as slow, chat.newcomer() as quick:
        await chat.reply(person_of(slow), *["x" * 20_000] * 20)
        request = f"GET /chat/stream HTTP/1.1\r\nHost: {host}\r\nCookie: lotse_chat={person_of(slow)}\r\n\r\n"
        writers = []
        for _ in range(30):
            _, writer = await asyncio.open_connection(host, int(port), limit=1)
            writer.write(request.encode())
            writers.append(writer)
        await chat.reply(person_of(quick), "sofort")
        assert [text for _, text in await events(quick, 1)] == ["sofort"]
        assert (await quick.post("/chat/messages", json=message(text="Hallo"))).status_code == 202
        for writer in writers:
            writer.transport.abort()


async def test_streams_end_when_the_server_stops(chat: Chat) -> None:
    """A stop does not wait for pages that stay open."""
    async with chat.newcomer() as client, client.stream("GET", "/chat/stream") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        [running] = [task for task in asyncio.all_tasks() if "WebChannel.run" in repr(task.get_coro())]
        running.cancel()
        async with asyncio.timeout(PATIENCE):
            assert [line async for line in lines if line] == []
