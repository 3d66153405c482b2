"""Receiving and sending when the network, Telegram or the database fail."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.dialogues import small_talk
from tests.e2e.town import PATIENCE, Person, Town, actions, eventually

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "too_many_requests", "retry_after": 1},
    {"kind": "server_error"},
    {"kind": "bad_gateway", "times": 2},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "slow", "seconds": 1.5},
)
ODD: tuple[dict[str, Any], ...] = (
    {},
    {"message": "text"},
    {"message": None},
    {"message": []},
    {"message": {"text": "hallo"}},
    {"message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "hallo"}},
    {"message": {"message_id": "x", "date": "y", "chat": 7}},
    {"callback_query": {"id": "1"}},
    {"callback_query": {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"}, "chat_instance": "1"}},
    {"edited_message": {"message_id": 1}},
    {"something_new": {"id": 1}},
)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A database into which nobody else can write."""
    with closing(sqlite3.connect(folder / "lotse.db", PATIENCE, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def talk_of_three(person: Person) -> list[str]:
    """Three messages at once, and what their answers begin with, in order."""
    person.sim.do("send_texts", texts=[[person.id, text] for text in ("guten tag", "vielen dank", "/privacy")])
    return [
        small_talk.greet(person.t).text[:12],
        small_talk.thank(person.t).text[:12],
        person.t.say("🔒 What Lotse keeps about you")[:12],
    ]


def heard(person: Person) -> list[str]:
    """How the bot's messages begin; one that was sent twice in a row counts once."""
    return [text for text, _ in groupby(message.text[:12] for message in person.sim.messages(person.id))]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["kind"]))
def test_no_reply_is_lost_and_order_is_kept_when_sending_fails(town: Town, fault: dict[str, Any]) -> None:
    """After a fault the same reply is sent again, before those behind it."""
    person = town.person("de")
    town.sim.inject_fault(method="sendMessage", chat_id=person.id, **fault)
    wanted = talk_of_three(person)
    eventually(lambda: heard(person) == wanted)


def test_telegrams_patience_is_honoured(town: Town) -> None:
    """After "retry after 2" nothing is sent to this chat for two seconds."""
    person = town.person("de")
    town.sim.inject_fault("too_many_requests", method="sendMessage", chat_id=person.id, retry_after=2)
    person.says("guten tag")
    calls = [call for call in town.sim.calls("sendMessage") if str(call.params["chat_id"]) == str(person.id)]
    assert [call.status for call in calls] == [429, 200]
    assert calls[1].at - calls[0].at >= 1.9


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["kind"]))
def test_updates_are_received_after_a_fault_of_polling(town: Town, fault: dict[str, Any]) -> None:
    """Polling goes on, and what was sent meanwhile is answered once."""
    town.sim.inject_fault(method="getUpdates", **fault)
    person = town.person("de")
    wanted = talk_of_three(person)
    eventually(lambda: heard(person) == wanted)
    assert person.received() == 3


@pytest.mark.parametrize("update", ODD, ids=lambda update: str(update)[:40])
def test_an_update_of_odd_form_does_not_stop_polling(town: Town, update: dict[str, Any]) -> None:
    """It is left out, and those before and behind it are answered."""
    before, behind = town.person("de"), town.person("de")
    town.sim.send_text(before.id, "guten tag")
    town.sim.do("deliver", update=update)
    assert behind.says("guten tag")[0].text == small_talk.greet(behind.t).text
    before.new_messages(0, 1)
    eventually(lambda: town.sim.do("pending_updates") == 0)


@pytest.mark.parametrize(
    "content", [{"text": 5}, {"text": ["a"]}, {"text": {}}, {"location": {"latitude": "x", "longitude": 1}}]
)
def test_a_message_with_values_of_wrong_types_does_not_stop_polling(town: Town, content: dict[str, Any]) -> None:
    """The library does not check types; Lotse goes on all the same."""
    person = town.person("de")
    town.sim.do("deliver", update=person.update(**content))
    eventually(lambda: town.sim.do("pending_updates") == 0)
    person.says("guten tag")
    eventually(lambda: person.sim.messages(person.id)[-1].text == small_talk.greet(person.t).text)


def test_updates_are_confirmed_only_after_they_are_stored(own_town: Town) -> None:
    """While nothing can be stored the update stays with Telegram, even if Lotse is killed."""
    own_town.start()
    person = own_town.person("de")
    person.says("guten tag")
    # The next poll, which confirms the greeting, may come after the answer to it.
    eventually(lambda: own_town.sim.do("pending_updates") == 0)
    with locked(own_town.folder):
        own_town.sim.send_text(person.id, "vielen dank")
        eventually(lambda: own_town.sim.calls("getUpdates")[-1].status is not None)
        own_town.process.kill()
        assert own_town.sim.do("pending_updates") == 1
    own_town.start()
    # The greeting's answer may come twice: that it had left could not be noted either.
    eventually(lambda: person.sim.messages(person.id)[-1].text == small_talk.thank(person.t).text)


def test_everything_is_answered_after_a_kill_in_the_middle(own_town: Town) -> None:
    """Killed at once after the messages came in; all are answered after the next start."""
    own_town.start()
    people = [own_town.person("de") for _ in range(10)]
    for person in people:
        own_town.sim.send_text(person.id, "guten tag")
    people[0].new_messages(0, 1)
    own_town.process.kill()
    own_town.start()
    for person in people:
        person.new_messages(0, 1)
        assert heard(person) == [small_talk.greet(person.t).text[:12]]


def test_another_program_with_the_same_token_is_named_and_survived(own_town: Town) -> None:
    """Telegram answers 409; Lotse says so and polls again."""
    own_town.start()
    person = own_town.person("de")
    person.says("guten tag")
    token = own_town.environment["LOTSE_TELEGRAM_TOKEN"]
    eventually(lambda: own_town.sim.calls("getUpdates")[-1].status is None)
    httpx.get(f"{own_town.sim.base_url}{token}/getUpdates", params={"timeout": 0}, timeout=PATIENCE)
    assert person.says("vielen dank")[0].text == small_talk.thank(person.t).text
    assert "another program polls with the same token" in own_town.process.log()
    assert token not in own_town.process.log()


def test_lotse_starts_before_telegram_can_be_reached(own_town: Town) -> None:
    """It serves the web chat, says what is missing, and connects later on."""
    own_town.sim.inject_fault("server_error", method="getMe", times=1)
    own_town.sim.inject_fault("server_error", method="deleteWebhook", times=1)
    own_town.start()
    assert own_town.person("de").says("guten tag")[0].text


def test_a_flood_is_answered_in_the_end_with_one_notice_and_danger_ahead(town: Town) -> None:
    """Twenty-five messages at once: one plea for patience, every message answered, the emergency not last."""
    person = town.person("de")
    words = ["guten tag"] * 23 + ["Hilfe, es brennt in unserem Haus", "vielen dank"]
    town.sim.do("send_texts", texts=[[person.id, text] for text in words])
    texts = [message.text for message in person.new_messages(0, 26)]
    assert texts.count(small_talk.slow_down(person.t).text) == 1
    assert texts.count(small_talk.greet(person.t).text) == 23
    assert texts.count(small_talk.thank(person.t).text) == 1
    danger = next(place for place, text in enumerate(texts) if person.t.say("🚨 Call 112 now") in text)
    assert danger < 23
    other = town.person("de")
    assert actions(other.says("/menu")[0])[-1] == "settings"
    town.sim.do("wait_until_confirmed", timeout=PATIENCE)
