"""Files in the web chat: a link that opens for the person whose talk it is, and for nobody else."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import httpx
import pytest

from bot import server
from bot.channels.rendering import MessageRenderer
from bot.channels.web import WebChannel
from bot.conversation import OpenCase
from bot.messages import Document, Reply
from bot.metrics import Metrics
from bot.storage import attachments, cases, casework
from bot.storage.attachments import File
from bot.storage.conversations import load, save
from bot.storage.outgoing import Envelope
from tests.files import PDF, picture
from tests.storage.desk import colleague
from tests.storage.parts import Parts, incoming, open_parts

_PERSON, _OTHER = "p" * 32, "o" * 32


@pytest.fixture
async def parts(database_url: str) -> AsyncIterator[Parts]:
    """An empty database with its queues, on both engines."""
    async with open_parts(database_url) as opened:
        yield opened


def browser(parts: Parts, person: str = "") -> httpx.AsyncClient:
    """Somebody's browser with the chat's cookie."""

    async def store(_: object) -> None:
        """Nobody writes here."""

    async def state() -> dict[str, str]:
        return {}

    files = partial(attachments.of_person, parts.database, parts.vault)
    web = WebChannel(parts.vault, store, parts.outgoing, dict, files=files)
    app = server.build(web.routes, Metrics(), state, webhook=None, webhook_secret="")
    cookies = {"lotse_chat": person} if person else {}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost", cookies=cookies)


async def sent(parts: Parts, *files: File) -> list[Document]:
    """Files that somebody of the staff sent to a person of the web chat, as they wait for the page."""
    await parts.incoming.store([replace(incoming("Hallo"), person=_PERSON, channel="web")])
    lane = parts.lane(_PERSON, "web")
    mira = await colleague(parts, "Mira", "*")
    number = await opened(parts, lane)
    await casework.reply(parts.database, parts.vault, mira, number, "", Reply("", "de", title="T"), files=files)
    waiting = [envelope.reply.document for _, envelope in await parts.outgoing.waiting(lane)]
    return [document for document in waiting if document]


async def opened(parts: Parts, lane: str) -> int:
    """A case of the conversation in this lane."""
    async with parts.database.write() as connection:
        talk = await load(connection, parts.vault, lane, lock=False)
        assert talk
        talk.talk.status = "queued"
        await cases.apply(connection, parts.vault, talk, [OpenCase("asked", "de")], time.time())
        await save(connection, parts.vault, talk, time.time())
    assert talk.talk.case
    return talk.talk.case


async def test_only_the_person_opens_their_file(parts: Parts) -> None:
    """A picture is shown and a letter saved; for others, and without a cookie, there is nothing."""
    plan, letter = await sent(
        parts, File("Plan.png", "image/png", picture("PNG")), File("Größe.pdf", "application/pdf", PDF)
    )
    async with browser(parts, _PERSON) as person, browser(parts, _OTHER) as other, browser(parts) as nobody:
        for document, how, content in ((plan, "inline", picture("PNG")), (letter, "attachment", PDF)):
            path = f"/chat/files/{document.attachment}"
            answer = await person.get(path)
            assert answer.content == content
            assert answer.headers["content-disposition"].startswith(f"{how}; filename*=UTF-8''")
            assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store, private"
            assert (await other.get(path)).status_code == 404
            assert (await nobody.get(path)).status_code == 401
        assert (await person.get("/chat/files/99999999999")).status_code == 404


async def test_the_queue_and_the_page_hold_no_content(parts: Parts) -> None:
    """The message is a link, and its file's name is only text."""
    (plan,) = await sent(parts, File("<b>.png", "image/png", picture("PNG")))
    assert (plan.content, plan.data) == ("", None)
    html = MessageRenderer(parts.vault).event(1, Envelope(Reply("", "de", document=plan), {}), "lane")["html"]
    assert f'href="/chat/files/{plan.attachment}" target="_blank"' in html
    assert "&lt;b&gt;.png" in html
    assert "base64" not in html
