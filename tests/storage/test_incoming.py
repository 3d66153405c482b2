"""The incoming queue: once, in order, nobody takes what another holds."""

import asyncio
import time
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.messages import Location, Message
from bot.storage import incoming as queue
from bot.storage.crypto import WrongKeyError
from bot.storage.incoming import Claim, Head, message_from_json, message_to_json
from bot.storage.models import ConversationRow, IncomingRow, ReceiptRow
from tests.storage.parts import KEY, NEWER, PERSON, URGENT, Parts, incoming, open_parts

OTHER = "8888888888"


async def heads(parts: Parts) -> list[str]:
    """The texts that may be worked on now, without holding them."""
    texts = []
    for head in await parts.incoming.heads(["telegram"], [], 100):
        claim = await claimed(parts, head)
        texts.append(claim.message.text)
        await claim.release()
    return texts


async def claimed(parts: Parts, head: Head) -> Claim:
    """Hold a message that nobody else holds."""
    claim = await parts.incoming.claim(head)
    assert claim
    return claim


async def finish(parts: Parts, claim: Claim) -> None:
    """The turn is done."""
    if claim.connection is None:
        async with parts.database.write() as connection:
            await parts.incoming.finish(connection, claim)
    else:
        await parts.incoming.finish(claim.connection, claim)
        await claim.connection.commit()
    await claim.release()


async def test_a_repeat_is_ignored(parts: Parts) -> None:
    """The same update counts once: in one batch, in a later one, and after it was answered."""
    message = incoming("Hallo")
    assert len(await parts.incoming.store([message, message])) == 1
    assert len(await parts.incoming.store([message])) == 0
    (head,) = await parts.incoming.heads(["telegram"], [], 10)
    await finish(parts, await claimed(parts, head))
    assert len(await parts.incoming.store([message, incoming("Neu")])) == 1
    assert await heads(parts) == ["Neu"]


async def test_the_same_update_id_of_another_channel_is_no_repeat(parts: Parts) -> None:
    """Ids belong to their channel."""
    message = incoming("Hallo")
    assert len(await parts.incoming.store([message, replace(message, channel="web")])) == 2


async def test_a_repeat_is_known_after_a_change_of_keys(parts: Parts, database_url: str) -> None:
    """An update that was stored under the old key is not stored again under the new one."""
    message = incoming("Hallo")
    await parts.incoming.store([message])
    async with open_parts(database_url, NEWER, KEY) as changed:
        assert len(await changed.incoming.store([message])) == 0


async def test_the_same_update_twice_at_once_is_stored_once(parts: Parts, database_url: str) -> None:
    """Two processes that get it at the same moment: one stores it, the other may fail and be asked again."""
    async with open_parts(database_url) as second:
        for _ in range(10):
            message = incoming("Hallo")
            both = (parts.incoming.store([message]), second.incoming.store([message]))
            await asyncio.gather(*both, return_exceptions=True)
            await parts.incoming.store([message])
    assert len(await parts.rows(IncomingRow)) == 10
    assert len(await parts.rows(ReceiptRow)) == 10
    assert len(await parts.rows(ConversationRow)) == 1


async def test_messages_of_one_person_come_in_the_order_of_the_channel(parts: Parts) -> None:
    """By sequence, even if they were stored in another order, and one at a time."""
    first, second = incoming("eins"), incoming("zwei")
    await parts.incoming.store([second])
    await parts.incoming.store([first])
    assert await heads(parts) == ["eins"]
    (head,) = await parts.incoming.heads(["telegram"], [], 10)
    await finish(parts, await claimed(parts, head))
    assert await heads(parts) == ["zwei"]


async def test_people_do_not_wait_for_each_other(parts: Parts) -> None:
    """Each conversation has its own head; busy ones and other channels are left out."""
    await parts.incoming.store([incoming("eins"), incoming("zwei"), incoming("other", OTHER)])
    await parts.incoming.store([incoming("web", channel="web")])
    assert await heads(parts) == ["eins", "other"]
    busy = await parts.incoming.heads(["telegram"], [parts.lane()], 10)
    assert [head.lane for head in busy] == [parts.lane(OTHER)]
    assert len(await parts.incoming.heads(["telegram", "web"], [], 2)) == 2


async def test_an_urgent_text_goes_first(parts: Parts) -> None:
    """Words of danger do not wait behind other messages, not even behind one that failed."""
    await parts.incoming.store([incoming("eins"), incoming("zwei"), incoming(URGENT)])
    assert await heads(parts) == [URGENT]


@pytest.mark.parametrize(
    "message",
    [
        Message(kind="unreadable", medium="photo", text=URGENT),
        Message(kind="command", text="human", rest=URGENT),
    ],
)
async def test_urgent_words_go_first_wherever_they_stand(parts: Parts, message: Message) -> None:
    """Below a picture, behind a command."""
    await parts.incoming.store([incoming("eins"), replace(incoming(""), message=message)])
    assert [row.urgent for row in await parts.rows(IncomingRow)] == [False, True]


async def test_slowing_down_spares_urgent_texts(parts: Parts) -> None:
    """The lane's waiting messages have to wait, the urgent one does not, and others are not touched."""
    await parts.incoming.store([incoming("eins"), incoming("other", OTHER)])
    async with parts.database.write() as connection:
        await parts.incoming.slow_down(connection, parts.lane(), 3600)
    assert await heads(parts) == ["other"]
    await parts.incoming.store([incoming(URGENT)])
    async with parts.database.write() as connection:
        await parts.incoming.slow_down(connection, parts.lane(), 3600)
    assert sorted(await heads(parts)) == [URGENT, "other"]


async def test_two_processes_never_hold_the_same_conversation(parts: Parts, database_url: str) -> None:
    """On PostgreSQL the second one gets nothing until the first lets go."""
    if parts.database.is_sqlite:
        pytest.skip("SQLite serves one process")
    await parts.incoming.store([incoming("eins"), incoming("other", OTHER)])
    async with open_parts(database_url) as second:
        mine, others = await parts.incoming.heads(["telegram"], [], 10)
        claim = await claimed(parts, mine)
        assert await second.incoming.claim(mine) is None
        other = await claimed(second, others)
        await other.release()
        await claim.release()
        again = await claimed(second, mine)
        await again.release()


async def test_a_finished_message_is_not_taken_again(parts: Parts) -> None:
    """Who comes late with an old head gets nothing."""
    await parts.incoming.store([incoming("eins")])
    (head,) = await parts.incoming.heads(["telegram"], [], 10)
    await finish(parts, await claimed(parts, head))
    assert await parts.incoming.claim(head) is None
    assert await parts.rows(IncomingRow) == []


async def test_a_message_that_was_postponed_meanwhile_is_not_taken(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pause counts for a process too that saw the message before it was postponed."""
    monkeypatch.setattr(queue, "_RETRY_PAUSES", (3600.0,))
    await parts.incoming.store([incoming("eins")])
    (head,) = await parts.incoming.heads(["telegram"], [], 10)
    claim = await claimed(parts, head)
    await claim.release()
    await parts.incoming.try_again(claim, "ValueError")
    assert await parts.incoming.claim(head) is None


async def test_after_three_failures_it_is_time_to_set_aside(parts: Parts) -> None:
    """Two pauses that grow, then True; the kind of the problem is kept."""
    await parts.incoming.store([incoming("gift")])
    due = []
    for attempt in range(3):
        head = Head((await parts.rows(IncomingRow))[0].id, parts.lane())
        claim = await claimed(parts, head)
        assert claim.attempts == attempt
        await claim.release()
        before = time.time()
        assert await parts.incoming.try_again(claim, "ValueError") == (attempt == 2)
        row = (await parts.rows(IncomingRow))[0]
        due.append(row.due_at - before)
        async with parts.database.write() as connection:
            await connection.execute(update(IncomingRow).values(due_at=0.0))
    assert 0 < due[0] < due[1]


async def test_what_is_set_aside_blocks_nobody_and_can_be_retried(parts: Parts) -> None:
    """The next message moves up; an operator sees it and puts it back."""
    await parts.incoming.store([incoming("gift"), incoming("zwei")])
    (head,) = await parts.incoming.heads(["telegram"], [], 10)
    claim = await claimed(parts, head)
    await claim.release()
    async with parts.database.write() as connection:
        assert await parts.incoming.set_aside(connection, claim, "ValueError")
    async with parts.database.write() as connection:
        assert not await parts.incoming.set_aside(connection, claim, "ValueError"), "a second process is told"
    assert await heads(parts) == ["zwei"]
    assert await queue.unfinished(parts.database) == 1
    ((number, channel, _, problem),) = await queue.set_aside_messages(parts.database)
    assert (number, channel, problem) == (head.id, "telegram", "ValueError")
    assert await queue.retry_set_aside(parts.database, number)
    assert not await queue.retry_set_aside(parts.database, number)
    assert await heads(parts) == ["gift"]


async def test_waiting_messages_of_a_lane_are_known(parts: Parts) -> None:
    """Until the turn is done, the lane has something that waits."""
    await parts.incoming.store([incoming("eins")])
    assert await parts.incoming.waits(parts.lane())
    assert not await parts.incoming.waits(parts.lane(OTHER))


async def test_nothing_readable_is_stored(parts: Parts) -> None:
    """Neither words nor the address nor the person's id is found in any row or file."""
    await parts.incoming.store([incoming("Mein Name ist Samira")])
    stored = await parts.everything()
    for secret in (b"Samira", PERSON.encode(), int(PERSON).to_bytes(5, "big"), b"chat"):
        assert secret not in stored


async def test_a_message_without_its_key_cannot_be_read(parts: Parts) -> None:
    """The error is raised, and the conversation is let go."""
    await parts.incoming.store([incoming("eins")])
    (head,) = await parts.incoming.heads(["telegram"], [], 10)
    async with parts.database.write() as connection:
        await connection.execute(update(IncomingRow).values(payload=b"lost\0" + b"x" * 40))
    for _ in range(2):
        with pytest.raises(WrongKeyError, match="'lost' is missing"):
            await parts.incoming.claim(head)


@pytest.mark.parametrize(
    "message",
    [
        Message(kind="text", text="Hallo 👋 \ud800", language_hint="ar", edited=True),
        Message(kind="tap", action="faq:school", reference="17"),
        Message(kind="location", location=Location(48.78, 9.18)),
        Message(kind="unreadable", medium="voice", text="Hilfe"),
        Message(kind="command", text="human", rest="bitte \ud800"),
    ],
)
def test_messages_come_back_as_they_were(message: Message) -> None:
    """What is empty is left out; unknown fields of another version are ignored."""
    values = message_to_json(message)
    assert None not in values.values()
    assert message_from_json({**values, "later": 1}) == message
