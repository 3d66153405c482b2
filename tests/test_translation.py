"""The translation server's API: what is asked, what is believed, and what happens when it fails."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.translation import TranslationError, Translator
from tests.fakes.libretranslate import KEY, FakeLibreTranslate
from tests.inbox.staffroom import Clock

SECRET = "Мій син Олег хворий"


@asynccontextmanager
async def asking(server: FakeLibreTranslate, **options: Any) -> AsyncIterator[Translator]:
    """A client of this server."""
    translator = Translator(server.url, server.key, **options)
    yield translator
    await translator.close()


@pytest.fixture
async def server() -> AsyncIterator[FakeLibreTranslate]:
    """A running stand-in that wants no key."""
    async with FakeLibreTranslate() as running:
        yield running


async def problem(translator: Translator, source: str = "uk", target: str = "de") -> str:
    """Why there is no translation."""
    with pytest.raises(TranslationError) as caught:
        await translator.translate(SECRET, source, target)
    return caught.value.problem


async def test_a_text_is_translated_with_the_key_over_one_connection(caplog: pytest.LogCaptureFixture) -> None:
    """The server is told the text, both languages and the key, and no log tells any of it."""
    caplog.set_level(logging.DEBUG)
    async with FakeLibreTranslate(KEY) as server, asking(server) as translator:
        server.knows[SECRET, "de"] = "Mein Sohn Oleg ist krank\r\n"
        for _ in range(2):
            found = await translator.translate(SECRET, "uk", "de")
        assert (found.text, found.source) == ("Mein Sohn Oleg ist krank", "uk")
        assert server.asked[0] == {"q": SECRET, "source": "uk", "target": "de", "format": "text", "api_key": KEY}
        assert (server.listed, len(server.connections)) == (1, 1)
    for told in (SECRET, "Oleg", KEY):
        assert told not in caplog.text


async def test_without_a_source_the_server_finds_out(server: FakeLibreTranslate) -> None:
    """And says which language it was, which we call by our own code."""
    server.spoken["ku"], server.detects = "Kurdish (Kurmanji)", "ku"
    async with asking(server) as translator:
        assert (await translator.translate(SECRET, "", "de")).source == "kmr"
    assert server.asked[0]["source"] == "auto"


async def test_a_language_that_the_server_lacks_is_not_asked_for(server: FakeLibreTranslate) -> None:
    """Neither are pairs that it has no way between, nor a language into itself."""
    server.targets = {"uk": ["en"], "ar": ["ar", "de"]}
    async with asking(server) as translator:
        pairs = await translator.pairs()
        assert [pairs.can(*each) for each in (("ti", "de"), ("de", "ti"), ("uk", "de"), ("ar", "ar"))] == [False] * 4
        assert (pairs.can("ar", "de"), pairs.can("", "de"), pairs.can("", "so")) == (True, True, False)
        assert await problem(translator) == "unable"
    assert server.asked == []


async def test_older_servers_translate_each_into_each(server: FakeLibreTranslate) -> None:
    """They name no targets."""
    server.targets = None
    async with asking(server) as translator:
        assert (await translator.pairs()).can("uk", "ar")


@pytest.mark.parametrize(
    ("code", "name", "can"),
    [("kmr", "Kurmanji", True), ("ku", "Kurdish", True), ("ku", "Kurdish (Sorani)", False), ("ckb", "Kurdish", False)],
)
async def test_kurdish_is_kurmanji_only_where_nothing_says_otherwise(
    server: FakeLibreTranslate, code: str, name: str, can: Any
) -> None:
    """A server may mean another Kurdish by the common code, and says so in the name."""
    server.spoken[code] = name
    async with asking(server) as translator:
        assert (await translator.pairs()).can("de", "kmr") is can


async def test_kurdish_in_arabic_letters_is_not_given_out(server: FakeLibreTranslate) -> None:
    """Whoever reads Kurmanji could not read it."""
    server.spoken["ku"] = "Kurdish"
    server.knows[SECRET, "ku"] = "کوڕەکەم نەخۆشە"
    async with asking(server) as translator:
        assert await problem(translator, "uk", "kmr") == "unable"
        server.knows[SECRET, "ku"] = "Kurê min nexweş e"
        assert (await translator.translate(SECRET, "uk", "kmr")).text == "Kurê min nexweş e"


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        *(("500", "silent"), ("503", "silent"), ("cut", "silent"), ("403", "refused"), ("401", "refused")),
        *(("429", "busy"), ("400", "declined"), ("302", "odd"), ("not JSON", "odd"), ("huge", "odd"), ("long", "odd")),
        *(("deep", "odd"), ("empty", "odd"), ("list", "odd"), ("null", "odd")),
    ],
)
async def test_every_failure_is_one_kind_of_error_that_quotes_nothing(
    server: FakeLibreTranslate, trouble: str, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After it, the same client works."""
    async with asking(server) as translator:
        await translator.pairs()
        server.trouble = trouble
        assert await problem(translator) == expected
        server.trouble = ""
        assert (await translator.translate(SECRET, "uk", "de")).text.startswith("[de]")
    assert SECRET not in caplog.text


async def test_a_wrong_or_missing_key_is_told_apart_from_silence() -> None:
    """The server says no; whoever runs Lotse has to set the right one."""
    async with FakeLibreTranslate(KEY) as server:
        translator = Translator(server.url, "another")
        assert await problem(translator) == "refused"
        await translator.close()


async def test_a_slow_server_is_not_waited_for(server: FakeLibreTranslate) -> None:
    """The time is that of the whole answer."""
    async with asking(server) as translator:
        await translator.pairs()
        server.trouble, translator._patience = "slow", 0.2
        assert await problem(translator) == "silent"


async def test_its_languages_are_asked_once_and_again_after_a_pause(server: FakeLibreTranslate) -> None:
    """Ten pages at once ask one question; while it is silent, a minute passes before the next."""
    clock = Clock(1000.0)
    async with asking(server, clock=clock) as translator:
        server.trouble = "500"
        results = await asyncio.gather(*(translator.pairs() for _ in range(10)), return_exceptions=True)
        assert {type(each) for each in results} == {TranslationError}
        assert server.listed == 1
        server.trouble = ""
        clock.now += 59
        assert await problem(translator) == "silent"
        clock.now += 1
        assert (await translator.pairs()).can("uk", "de")
        clock.now += 3600
        server.trouble = "not JSON"
        # What it could an hour ago, it most likely still can.
        assert (await translator.pairs()).can("uk", "de")
        assert server.listed == 3


@pytest.mark.parametrize("answer", ["not JSON", "list", "null", "huge"])
async def test_languages_that_cannot_be_read_are_none(server: FakeLibreTranslate, answer: str) -> None:
    """Nothing is guessed."""
    server.trouble = answer
    async with asking(server) as translator:
        with pytest.raises(TranslationError, match="odd"):
            await translator.pairs()


async def test_nobody_there_is_silence() -> None:
    """A port that nobody listens on."""
    async with FakeLibreTranslate() as server:
        url = server.url
    translator = Translator(url)
    assert await problem(translator) == "silent"


@pytest.mark.parametrize(
    ("change", "status"),
    [({"alternatives": "3"}, 400), ({"q": ""}, 400), ({"target": "xx"}, 400), ({"api_key": "wrong"}, 403)],
)
async def test_the_stand_in_refuses_what_the_real_one_would(change: dict[str, str], status: int) -> None:
    """Unknown fields, missing ones, unknown languages, a wrong key; and another method."""
    body = {"q": "Hallo", "source": "de", "target": "uk", "format": "text", "api_key": KEY}
    async with FakeLibreTranslate(KEY) as server, httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.post("/translate", json=body)).json() == {"translatedText": "[uk] Hallo"}
        assert (await client.post("/translate", json={**body, **change})).status_code == status
        assert (await client.get("/translate")).status_code == 405
        assert (await client.post("/translate", data=body)).status_code == 400
