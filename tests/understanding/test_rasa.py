"""Rasa over HTTP: what it says is understood, and whatever goes wrong has one of few short names."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest

from bot.understanding import rasa
from bot.understanding.classifier import Bands
from bot.understanding.embedded import EmbeddedInterpreter
from bot.understanding.interpreter import InterpreterUnavailable
from bot.understanding.rasa import REASONS, RasaInterpreter, RasaServer
from tests.fakes.rasa import TOKEN, FakeRasa, Fault, answer

SECRET = "mein geheimnis liegt im schrank"
TOPICS = ("faq/bank-account", "faq/see-doctor")
INTENTS = {"greet", "thank", "find_course", "out_of_scope", *TOPICS}
VALUES = {"office": ["jobcenter"], "audience": ["women", "men"], "district": ["wangen", "bad-cannstatt"]}


@pytest.fixture
async def fake() -> AsyncIterator[FakeRasa]:
    """A running Rasa that knows all there is."""
    async with FakeRasa(INTENTS) as running:
        yield running


@pytest.fixture
async def server(fake: FakeRasa) -> AsyncIterator[RasaServer]:
    """A connection to it."""
    connected = RasaServer(fake.url, TOKEN)
    yield connected
    await connected.close()


@pytest.fixture
async def engine(server: RasaServer, interpreter: EmbeddedInterpreter) -> RasaInterpreter:
    """An interpreter that is ready to be asked."""
    ready = RasaInterpreter(server, interpreter, TOPICS, VALUES)
    await ready.check()
    ready.bands = Bands(sure=0.7, margin=0.2, unsure=0.2)
    return ready


# --- The server ---------------------------------------------------------------------------------------------------


async def test_candidates_and_entities_are_read(fake: FakeRasa, server: RasaServer) -> None:
    """Best first, whatever the order in the answer."""
    fake.answers["konto"] = answer({"greet": 0.2, "faq/bank-account": 0.7}, {"office": "office/jobcenter"})
    parsed = await server.parse("konto")
    assert [(each.intent, each.confidence) for each in parsed.ranking] == [("faq/bank-account", 0.7), ("greet", 0.2)]
    assert parsed.entities == (("office", "office/jobcenter"),)


async def test_a_retrieval_intent_stands_for_its_answers(fake: FakeRasa, server: RasaServer) -> None:
    """Each is as probable as the intent and its choice together."""
    chosen = [
        {"confidence": 0.75, "intent_response_key": "faq/see-doctor"},
        {"confidence": 0.25, "intent_response_key": "faq/bank-account"},
        {"confidence": 0.9, "intent_response_key": "chitchat/joke"},
    ]
    for name in ("default", "faq"):
        fake.default = answer({"faq": 0.8, "greet": 0.4}, response_selector={name: {"ranking": chosen}})
        found = [(each.intent, round(each.confidence, 3)) for each in (await server.parse("arzt")).ranking]
        assert found == [("faq/see-doctor", 0.6), ("greet", 0.4), ("faq/bank-account", 0.2)]


async def test_rasas_word_for_not_sure_is_no_intent(fake: FakeRasa, server: RasaServer) -> None:
    """The bands say that."""
    fake.default = answer({"nlu_fallback": 0.7, "greet": 0.4})
    assert [each.intent for each in (await server.parse("x")).ranking] == ["greet"]


async def test_model_and_intents_are_read(fake: FakeRasa, server: RasaServer) -> None:
    """Those of retrieval intents are named by their responses."""
    fake.responses = {"faq/library", "greet"}
    assert await server.status() == "a1"
    assert await server.domain() == INTENTS | {"faq/library"}


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("error", "error 500"),
        ("drop", "unreachable"),
        ("not JSON", "not JSON"),
        ("wrong shape", "wrong shape"),
        ("huge", "too large"),
        ("slow", "slow"),
    ],
)
async def test_a_fault_has_a_short_name(
    fake: FakeRasa, server: RasaServer, monkeypatch: pytest.MonkeyPatch, fault: Fault, told: str
) -> None:
    """And the error holds neither the token nor what was written, nor another error that does."""
    fake.broken = fault
    if fault == "slow":
        monkeypatch.setattr(rasa, "_IN_ALL", 0.2)
    with pytest.raises(InterpreterUnavailable) as caught:
        await server.parse(SECRET)
    assert str(caught.value) == told
    assert caught.value.reason == told.removesuffix(" 500")
    assert caught.value.reason in REASONS
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


async def test_a_connection_that_was_dropped_once_is_made_again(fake: FakeRasa, server: RasaServer) -> None:
    """A server may close an idle connection just as it is used again."""
    fake.faults = ["drop"]
    assert (await server.parse("hallo")).ranking


async def test_the_wrong_token_is_refused(fake: FakeRasa) -> None:
    """Its value does not appear."""
    wrong = RasaServer(fake.url, "another")
    for call in (wrong.status, wrong.domain):
        with pytest.raises(InterpreterUnavailable, match=r"^refused \(401\)$"):
            await call()
    await wrong.close()


async def test_a_server_without_a_model_says_so(fake: FakeRasa, server: RasaServer) -> None:
    """It is started, but has nothing loaded."""
    fake.model = None
    with pytest.raises(InterpreterUnavailable, match=r"^no model$"):
        await server.status()


async def test_nobody_there_is_unreachable(fake: FakeRasa, server: RasaServer) -> None:
    """Also where there was somebody a moment ago."""
    await server.parse("hallo")
    await fake.stop()
    with pytest.raises(InterpreterUnavailable, match=r"^unreachable$"):
        await server.parse("hallo")
    await fake.start()
    assert (await server.parse("hallo")).ranking


@pytest.mark.parametrize("confidence", [float("nan"), float("inf"), -0.1, 1.2, "0.9", True, None])
async def test_a_confidence_that_is_no_share_is_of_the_wrong_shape(
    fake: FakeRasa, server: RasaServer, confidence: object
) -> None:
    """Nothing is guessed from it."""
    fake.default = {"intent_ranking": [{"name": "greet", "confidence": confidence}], "entities": []}
    # Starlette refuses to write what is no JSON, which Python's reader would take.
    fake.raw = json.dumps(fake.default)
    with pytest.raises(InterpreterUnavailable, match=r"^wrong shape$"):
        await server.parse("hallo")


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"intent_ranking": []},
        {"intent_ranking": None},
        {"intent_ranking": [{"name": None, "confidence": 0.0}]},
        {"intent_ranking": [{"name": "greet", "confidence": 0.0}]},
        {"intent_ranking": ["greet"]},
        {"intent_ranking": [{"name": "greet", "confidence": 0.9}], "entities": "none"},
        {"intent_ranking": [{"name": "greet", "confidence": 0.9}], "entities": [{"entity": "office"}]},
        {"intent_ranking": [{"name": "greet", "confidence": 0.9}], "response_selector": [1]},
        {"intent_ranking": [{"name": "greet", "confidence": 0.9}], "response_selector": {"greet": {"ranking": [1]}}},
        None,
        "greet",
        [],
    ],
)
async def test_an_answer_of_another_shape_is_refused(fake: FakeRasa, server: RasaServer, found: object) -> None:
    """Whatever it is, it is no "not understood"."""
    fake.raw = json.dumps(found)
    with pytest.raises(InterpreterUnavailable, match=r"^wrong shape$"):
        await server.parse("hallo")


async def test_a_deep_answer_is_survived(fake: FakeRasa, server: RasaServer) -> None:
    """Half a megabyte of brackets."""
    fake.raw = "[" * 500_000
    with pytest.raises(InterpreterUnavailable, match=r"^not JSON$"):
        await server.parse("hallo")


async def test_a_confidence_rounded_a_little_above_one_is_one(fake: FakeRasa, server: RasaServer) -> None:
    """As sums of small floats may be."""
    fake.default = answer({"greet": 1.0000001})
    assert (await server.parse("hallo")).ranking[0].confidence == 1.0


@pytest.mark.parametrize(
    ("text", "asked"), [("\ud800 hallo", "\ufffd hallo"), ("a\0b", "a\ufffdb"), ("/greet", "greet"), (" //x", "x")]
)
async def test_text_is_made_fit_for_rasa(fake: FakeRasa, server: RasaServer, text: str, asked: str) -> None:
    """No half characters; and nobody writes the name of an intent to get past the model."""
    await server.parse(text)
    assert fake.asked == [asked]


async def test_proxies_of_the_environment_are_not_used(
    fake: FakeRasa, server: RasaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What people write goes to Rasa alone."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert (await server.parse("hallo")).ranking
    assert fake.asked == ["hallo"]


def test_each_event_loop_gets_connections_of_its_own() -> None:
    """A tool may run one loop after the other."""
    server = RasaServer("http://127.0.0.1:9", TOKEN)

    async def ask() -> None:
        with pytest.raises(InterpreterUnavailable, match=r"^unreachable$"):
            await server.parse("hallo")
        await server.close()

    asyncio.run(ask())
    asyncio.run(ask())


# --- The interpreter ----------------------------------------------------------------------------------------------


async def test_rasa_ranks_and_lotse_knows_language_and_entities(fake: FakeRasa, engine: RasaInterpreter) -> None:
    """One call says all there is to know about an utterance."""
    text = "is there a german course for women in Wangen"
    fake.answers[text] = answer({"find_course": 0.9, "greet": 0.05})
    found = await engine.understand(text, "de")
    assert (found.language, found.intent, found.confidence, found.band) == ("en", "find_course", 0.9, "sure")
    assert found.entities == {"audience": ("women",), "district": ("wangen",)}
    assert [each.intent for each in found.ranking] == ["find_course", "greet"]


async def test_entities_of_rasa_fill_what_lotse_left_empty(fake: FakeRasa, engine: RasaInterpreter) -> None:
    """Canonical values only, of entities that Lotse knows; its own findings stay."""
    text = "welcher kurs ist für Frauen da drüben"
    found = {"audience": "audience/men", "office": "office/jobcenter", "district": "wangen", "colour": "red"}
    fake.answers[text] = answer({"find_course": 0.9}, found)
    assert (await engine.understand(text, "de")).entities == {
        "audience": ("women",),
        "office": ("jobcenter",),
        "district": ("wangen",),
    }
    fake.answers[text] = answer({"find_course": 0.9}, {"office": "das Amt", "district": "office/jobcenter"})
    assert (await engine.understand(text, "de")).entities == {"audience": ("women",)}


@pytest.mark.parametrize("text", ["hallo", "Vielen Dank!", "wie kann ich ein konto bei der bank eröffnen?", "👍", "/"])
async def test_what_is_known_word_for_word_needs_no_rasa(fake: FakeRasa, engine: RasaInterpreter, text: str) -> None:
    """Small talk, examples, and what has no words."""
    answers = engine.answers
    await engine.understand(text, "de")
    assert fake.asked == []
    assert engine.answers == answers


async def test_courtesy_is_taken_off_and_long_messages_are_read_by_sentences(
    fake: FakeRasa, engine: RasaInterpreter
) -> None:
    """As the embedded interpreter does it, and only where the whole is not sure."""
    wish = "Wo kann ich hier ein Konto haben"
    story = "Wir sind seit drei Wochen hier und wohnen bei meiner Schwester."
    fake.default = answer({"out_of_scope": 0.4, "greet": 0.3})
    fake.answers[wish] = answer({"faq/bank-account": 0.9})
    found = await engine.understand(f"Guten Tag {wish} vielen Dank", "de")
    assert (found.intent, found.band, fake.asked) == ("faq/bank-account", "sure", [wish])
    fake.asked.clear()
    found = await engine.understand(f"{story} {wish}", "de")
    assert (found.intent, found.band) == ("faq/bank-account", "sure")
    assert fake.asked == [f"{story} {wish}", story, wish]


async def test_the_ranking_holds_what_rasa_named_and_no_more_than_five(fake: FakeRasa, engine: RasaInterpreter) -> None:
    """What shares the rest evenly is no candidate; what Lotse does not know is none either."""
    fake.default = answer({"greet": 0.3, "ask_weather": 0.2, "thank": 0.1})
    assert [each.intent for each in (await engine.understand("xyz abc", "de")).ranking] == ["greet", "thank"]
    fake.default = answer(dict.fromkeys(INTENTS, 0.16))
    assert len((await engine.understand("xyz abc", "de")).ranking) == 5


async def test_bands_are_those_of_this_engine(fake: FakeRasa, engine: RasaInterpreter) -> None:
    """The same confidence means more or less elsewhere."""
    fake.default = answer({"greet": 0.5, "thank": 0.1})
    assert (await engine.understand("xyz abc", "de")).band == "unsure"
    engine.bands = Bands(sure=0.4, margin=0.2, unsure=0.2)
    assert (await engine.understand("xyz abc", "de")).band == "sure"


async def test_an_intent_that_lotse_does_not_know_is_a_wrong_model(fake: FakeRasa, engine: RasaInterpreter) -> None:
    """It is not "not understood" either."""
    fake.default = answer({"ask_weather": 0.9, "greet": 0.1})
    with pytest.raises(InterpreterUnavailable, match=r"^wrong model$"):
        await engine.understand("xyz abc", "de")


async def test_a_model_is_looked_at_once_and_anew_when_it_changes(fake: FakeRasa, engine: RasaInterpreter) -> None:
    """Another model has other topics, and confidences that are worth something else."""
    assert engine.missing == frozenset()
    fake.calls.clear()
    await engine.check()
    assert fake.calls == ["/status"]
    fake.model, fake.intents = "b2", INTENTS - {"faq/see-doctor"} | {"ask_weather"}
    await engine.check()
    assert engine.missing == {"faq/see-doctor"}
    assert "ask_weather" not in engine.intents
    with pytest.raises(InterpreterUnavailable, match=r"^measuring$"):
        await engine.understand("xyz abc", "de")


async def test_a_model_without_any_of_the_topics_is_the_wrong_one(fake: FakeRasa, engine: RasaInterpreter) -> None:
    """However well it knows small talk."""
    fake.model, fake.intents = "b2", {"greet", "ask_weather"}
    with pytest.raises(InterpreterUnavailable, match=r"^wrong model$"):
        await engine.check()
    assert engine.bands is None


async def test_a_model_without_a_domain_is_taken_as_it_is(
    fake: FakeRasa, engine: RasaInterpreter, caplog: pytest.LogCaptureFixture
) -> None:
    """Rasa leaves it out where only the understanding was trained; then nobody knows what is missing."""
    fake.model, fake.intents = "b2", set()
    await engine.check()
    assert engine.missing == frozenset()
    assert "trained without a domain" in caplog.text
    engine.bands = Bands()
    fake.default = answer({"find_course": 0.95})
    assert (await engine.understand("xyz abc", "de")).intent == "find_course"


async def test_nothing_that_was_written_and_no_token_is_logged(
    fake: FakeRasa, engine: RasaInterpreter, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever happens; the library of the protocol is silenced by every verb of the command line."""
    with caplog.at_level(logging.DEBUG, "bot"), caplog.at_level(logging.WARNING, "httpx"):
        for fault in ("error", "drop", "not JSON"):
            fake.broken = fault
            with pytest.raises(InterpreterUnavailable):
                await engine.understand(SECRET, "de")
    assert "geheimnis" not in caplog.text
    assert TOKEN not in caplog.text
