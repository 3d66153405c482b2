"""Conversations: found by a keyed hash, sealed, and changed by one at a time."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bot.conversation import Conversation, Watch
from bot.storage import cases
from bot.storage.conversations import ConflictError, forget_recent, load, recreate, save
from bot.storage.incoming import Head
from bot.storage.models import ConversationRow, IncomingRow
from tests.storage.parts import KEY, NEWER, PERSON, Parts, held, incoming, open_case, open_parts, put


async def test_a_new_person_gets_one_conversation(parts: Parts) -> None:
    """However many messages come at once, and again later."""
    await parts.incoming.store([incoming("eins"), incoming("zwei")])
    await parts.incoming.store([incoming("drei"), incoming("andere", "8888888888")])
    assert len(await parts.rows(ConversationRow)) == 2
    found = await held(parts)
    assert (found.address["chat"], found.status, found.talk.language) == (int(PERSON), "bot", "")


async def test_state_comes_back_sealed_and_whole(parts: Parts) -> None:
    """What a turn remembers is there for the next one, and not to be read on disk."""
    await parts.incoming.store([incoming("eins")])
    talk = await held(parts)
    talk.talk.language, talk.talk.chosen = "ti", True
    talk.talk.remember("Mein Geheimnis", datetime.now(UTC))
    async with parts.database.write() as connection:
        await save(connection, parts.vault, talk, time.time())
    assert (await held(parts)).talk == talk.talk
    assert b"Geheimnis" not in await parts.everything()


async def test_who_waits_for_news_is_found_without_opening_the_state(parts: Parts) -> None:
    """From the turn that asks for them to the one that ends them."""
    await parts.incoming.store([incoming("eins")])
    for watches in ([Watch(1, datetime.now(UTC).isoformat(), kind="course")], []):
        talk = await held(parts)
        talk.talk.watches = watches
        async with parts.database.write() as connection:
            await save(connection, parts.vault, talk, time.time())
        assert [row.watching for row in await parts.rows(ConversationRow)] == [bool(watches)]


async def test_who_writes_has_not_blocked_us(parts: Parts) -> None:
    """The mark of an unreachable person goes with their next message."""
    await parts.incoming.store([incoming("eins")])
    async with parts.database.write() as connection:
        await connection.execute(update(ConversationRow).values(blocked_at=1.0))
    talk = await held(parts)
    async with parts.database.write() as connection:
        await save(connection, parts.vault, talk, time.time())
    assert [row.blocked_at for row in await parts.rows(ConversationRow)] == [None]


async def test_a_turn_does_not_overwrite_what_staff_did_meanwhile(parts: Parts) -> None:
    """The turn is told, and is done once more on the new state."""
    await parts.incoming.store([incoming("eins")])
    talk = await held(parts)
    await open_case(parts, "Hilfe")
    with pytest.raises(ConflictError):
        async with parts.database.write() as connection:
            await save(connection, parts.vault, talk, time.time())
    assert (await held(parts)).status == "queued"


async def test_recent_utterances_are_forgotten_after_an_hour(parts: Parts) -> None:
    """Not before, and without a turn; the rest of the state stays."""
    await parts.incoming.store([incoming("eins")])
    talk = await held(parts)
    talk.talk.language = "uk"
    talk.talk.remember("Geheim", datetime.now(UTC))
    now = time.time()
    async with parts.database.write() as connection:
        await save(connection, parts.vault, talk, now)
        assert await forget_recent(connection, parts.vault, now + 3599) == 0
    assert (await held(parts)).talk.recent
    async with parts.database.write() as connection:
        assert await forget_recent(connection, parts.vault, now + 3601) == 1
        assert await forget_recent(connection, parts.vault, now + 3601) == 0
    assert ((await held(parts)).talk.recent, (await held(parts)).talk.language) == ([], "uk")


async def test_a_turn_does_not_see_older_utterances_either() -> None:
    """Of three at most, those of the last hour are kept."""
    talk, now = Conversation(), datetime.now(UTC)
    for number in range(5):
        talk.remember(str(number), now - timedelta(minutes=70 - 5 * number))
    talk.forget_old(now)
    assert [text for _, text in talk.recent] == ["3", "4"]


async def test_a_new_key_finds_people_with_everything_that_is_theirs(parts: Parts, database_url: str) -> None:
    """Conversation, waiting messages, replies and the open case move to the new key's lane."""
    await parts.incoming.store([incoming("eins")])
    talk = await held(parts)
    talk.talk.language = "fa"
    async with parts.database.write() as connection:
        await save(connection, parts.vault, talk, time.time())
    number = await open_case(parts, "Hilfe")
    await put(parts, "Antwort")
    async with open_parts(database_url, NEWER, KEY) as changed:
        await changed.incoming.store([incoming("zwei")])
        assert len(await changed.rows(ConversationRow)) == 1
        assert (await held(changed)).talk.language == "fa"
        assert {row.lane for row in await changed.rows(IncomingRow)} == {changed.lane()}
        assert len(await changed.outgoing.waiting(changed.lane())) == 1
        assert (await cases.addressee(changed.database, changed.vault, number))[0] == "fa"


async def test_messages_are_stored_while_a_turn_lasts(parts: Parts) -> None:
    """A long turn does not keep the person's next message waiting at the door."""
    await parts.incoming.store([incoming("eins")])
    (head,) = await parts.incoming.heads(["telegram"], [], 10)
    claim = await parts.incoming.claim(Head(head.id, head.lane))
    assert claim
    assert len(await parts.incoming.store([incoming("zwei")])) == 1
    await claim.release()


async def test_a_blank_conversation_keeps_the_address(parts: Parts) -> None:
    """For somebody whose messages still wait."""
    await parts.incoming.store([incoming("eins")])
    talk = await held(parts)
    talk.talk.language = "so"
    async with parts.database.write() as connection:
        await connection.execute(delete(ConversationRow))
        await recreate(connection, parts.vault, talk, time.time())
        again = await load(connection, parts.vault, parts.lane(), lock=False)
    assert again
    assert (again.talk.language, again.address) == ("", talk.address)
