"""The stand-in of Rasa refuses what Rasa refuses."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.fakes.rasa import TOKEN, FakeRasa, answer


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    """A running stand-in."""
    async with FakeRasa({"greet", "faq/bank-account"}) as running:
        running.answers["konto"] = answer({"faq/bank-account": 0.9, "greet": 0.1})
        yield running


@pytest.fixture
async def web(rasa: FakeRasa) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks it."""
    async with httpx.AsyncClient(base_url=rasa.url) as client:
        yield client


@pytest.mark.parametrize("token", [{}, {"token": ""}, {"token": "wrong"}])
@pytest.mark.parametrize(("method", "path"), [("GET", "/status"), ("GET", "/domain"), ("POST", "/model/parse")])
async def test_nobody_is_let_in_without_the_token(
    web: httpx.AsyncClient, method: str, path: str, token: dict[str, str]
) -> None:
    """Neither without one, nor with another; a header counts for nothing."""
    answered = await web.request(method, path, params=token, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answered.status_code == 401
    assert answered.json()["reason"] == "NotAuthenticated"


async def test_everybody_may_ask_for_the_version(web: httpx.AsyncClient) -> None:
    """And whether somebody is there."""
    assert (await web.get("/")).text == "Hello from Rasa: 3.6.21"
    assert (await web.get("/version")).json()["version"] == "3.6.21"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/models", 404), ("GET", "/model/parse", 405)])
async def test_other_paths_and_methods_are_refused(web: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    """Nothing is guessed."""
    assert (await web.request(method, path, params={"token": TOKEN})).status_code == status


@pytest.mark.parametrize(("body", "status"), [("", 400), ("{}", 500), ("[]", 500), ("text", 500), ('{"text": 5}', 500)])
async def test_a_body_without_a_text_is_refused(web: httpx.AsyncClient, body: str, status: int) -> None:
    """An empty one is the asker's fault; what is wrong inside of one Rasa takes for its own."""
    answered = await web.post("/model/parse", params={"token": TOKEN}, content=body)
    assert (answered.status_code, answered.json()["code"]) == (status, status)


async def test_an_answer_has_the_text_and_a_ranking(web: httpx.AsyncClient) -> None:
    """As it was set, best first."""
    found = (await web.post("/model/parse", params={"token": TOKEN}, json={"text": "konto"})).json()
    assert (found["text"], found["intent"]) == ("konto", {"name": "faq/bank-account", "confidence": 0.9})
    assert [each["name"] for each in found["intent_ranking"]] == ["faq/bank-account", "greet"]


async def test_a_slash_names_an_intent(web: httpx.AsyncClient) -> None:
    """Which is sure, whatever the model says."""
    found = (await web.post("/model/parse", params={"token": TOKEN}, json={"text": '/greet{"a": 1}'})).json()
    assert found["intent"] == {"name": "greet", "confidence": 1.0}


async def test_without_a_model_there_is_a_conflict(web: httpx.AsyncClient, rasa: FakeRasa) -> None:
    """Rasa runs before its model is loaded."""
    rasa.model = None
    assert (await web.get("/status", params={"token": TOKEN})).status_code == 409
