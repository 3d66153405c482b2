"""What the topics of the staff group lack is found by comparing them with the transcripts."""

import asyncio
import time
from datetime import timedelta

import pytest

from bot.messages import Reply
from bot.storage import cases, casework, outgoing, pings, retention, staff_posts, topics
from bot.storage.casework import CaseStateError
from bot.storage.database import Database
from bot.storage.models import CaseMessageRow
from bot.storage.models_inbox import StaffPostRow, StaffTopicLineRow, StaffTopicRow
from bot.storage.outgoing import first_of
from bot.storage.rekey import rekey
from bot.storage.staff_posts import DoneElsewhereError, Kept, Post
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case, write
from tests.storage.parts import KEY, NEWER, Parts, open_parts

PERSON = "8400000001"
WORDS = "Ich wohne im Haus am See"


def post(update: str = "1", text: str = "Guten Tag", message: int = 77) -> Post:
    """What somebody of the staff wrote in a topic."""
    return Post("post", update, "8500000001", -100, 9, message, text)


async def kept(parts: Parts, written: Post) -> Kept:
    """A post that waits."""
    await staff_posts.store(parts.database, parts.vault, [written])
    found = await staff_posts.first(parts.database, parts.vault)
    assert found
    return found


async def waiting(parts: Parts, case: int) -> list[dict[str, object]]:
    """What is on its way to a topic."""
    return [envelope.address for _, envelope in await parts.outgoing.waiting(topics.lane(case))]


async def test_every_line_goes_to_its_topic_once(parts: Parts) -> None:
    """First the facts, then the transcript in its order, then what comes later."""
    number = await new_case(parts, "eins", "zwei", person=PERSON)
    while await topics.catch_up(parts.database, parts.vault, 0.0):
        pass
    lines = [row.case_message_id for row in await parts.rows(StaffTopicLineRow)]
    assert [each["line"] for each in await waiting(parts, number)] == [0, *lines]
    await write(parts, PERSON, "drei")
    assert await topics.catch_up(parts.database, parts.vault, time.time() - 60) == 1
    assert await topics.catch_up(parts.database, parts.vault, 0.0) == 0
    assert len(await waiting(parts, number)) == len(lines) + 2


async def test_what_lotse_itself_told_stays_out_of_the_topic(parts: Parts) -> None:
    """It is the talk of people: its end is told there, the farewell of Lotse is not."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "eins", person=PERSON)
    while await topics.catch_up(parts.database, parts.vault, 0.0):
        pass
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    assert await topics.catch_up(parts.database, parts.vault, 0.0) == 1
    assert await topics.catch_up(parts.database, parts.vault, 0.0) == 0
    *_, resolved, told = await parts.rows(CaseMessageRow)
    assert (resolved.kind, told.kind) == ("event", "bot")
    assert (await waiting(parts, number))[-1]["line"] == resolved.id


async def test_nothing_that_somebody_wrote_waits_in_the_queue(parts: Parts) -> None:
    """Only the numbers of lines: what is erased meanwhile is not sent."""
    number = await new_case(parts, WORDS)
    while await topics.catch_up(parts.database, parts.vault, 0.0):
        pass
    envelopes = [envelope for _, envelope in await parts.outgoing.waiting(topics.lane(number))]
    assert envelopes
    assert all(not envelope.reply.text for envelope in envelopes)
    (line,) = await parts.rows(StaffTopicLineRow)
    said = await topics.said(parts.database, parts.vault, line.case_message_id)
    assert said
    assert said.line.text == WORDS


async def test_two_processes_send_a_line_once(parts: Parts) -> None:
    """Each finds what the other has done."""
    number = await new_case(parts, "eins", "zwei")
    await topics.catch_up(parts.database, parts.vault, 0.0)
    other = Database(parts.database.url)
    try:
        await asyncio.gather(*(topics.catch_up(each, parts.vault, 0.0) for each in (parts.database, other)))
    finally:
        await other.close()
    sent = [each["line"] for each in await waiting(parts, number)]
    assert len(sent) == len(set(sent)) > 0


async def test_a_repeated_update_is_one_post(parts: Parts) -> None:
    """Telegram repeats what was not confirmed."""
    await staff_posts.store(parts.database, parts.vault, [post("1"), post("1"), post("2")])
    await staff_posts.store(parts.database, parts.vault, [post("2")])
    assert len(await parts.rows(StaffPostRow)) == 2


async def test_a_post_becomes_one_reply(parts: Parts) -> None:
    """Reply and end of the post are one transaction: a crash or another process cannot make two of it."""
    actor = await colleague(parts, "Anna", "ost")
    number = await new_case(parts, "Hilfe")
    await topics.catch_up(parts.database, parts.vault, 0.0)
    found = await kept(parts, post())

    async def answer() -> int:
        within = topics.taken_in(parts.vault, number, found, "👀")
        return await casework.reply(parts.database, parts.vault, actor, number, "Ja", ANSWER, within=within)

    line = await answer()
    with pytest.raises(DoneElsewhereError):
        await answer()
    assert [row.message_id for row in await parts.rows(StaffTopicLineRow) if row.case_message_id == line] == [77]
    file = await cases.read_case(parts.database, parts.vault, number)
    assert [message.text for message in file.messages if message.author == "staff"] == ["Ja"]
    assert await topics.written_as(parts.database, parts.vault, number, 77) == ("reply", "Ja")
    assert await staff_posts.first(parts.database, parts.vault) is None


async def test_a_post_stays_if_nothing_came_of_it(parts: Parts) -> None:
    """What fails is undone with all that belongs to it."""
    actor = await colleague(parts, "Anna", "ost")
    number = await new_case(parts, "Hilfe")
    await casework.resolve(parts.database, parts.vault, actor, number, "other", farewell=FAREWELL)
    found = await kept(parts, post())
    within = topics.taken_in(parts.vault, number, found, "👀")
    with pytest.raises(CaseStateError):
        await casework.reply(parts.database, parts.vault, actor, number, "Ja", ANSWER, within=within)
    assert await staff_posts.first(parts.database, parts.vault) == found


@pytest.mark.parametrize("delivery", ["sent", "failed"])
async def test_a_receipt_is_shown_once(parts: Parts, delivery: str) -> None:
    """When the person has the reply, or never will."""
    actor = await colleague(parts, "Anna", "ost")
    number = await new_case(parts, "Hilfe", person=PERSON)
    found = await kept(parts, post())
    within = topics.taken_in(parts.vault, number, found, "👀")
    await casework.reply(parts.database, parts.vault, actor, number, "Ja", ANSWER, within=within)
    assert not await topics.receipts(parts.database)
    sending = await parts.outgoing.claim(first_of(parts.lane(PERSON)))
    assert sending
    if delivery == "sent":
        await parts.outgoing.sent(sending)
    else:
        await parts.outgoing.give_up(sending, unreachable=False)
    await sending.release()
    (receipt,) = await topics.receipts(parts.database)
    assert (receipt.message, receipt.delivery) == (77, delivery)
    for _ in range(2):
        await topics.show(parts.database, parts.vault, receipt, "👍")
    assert not await topics.receipts(parts.database)
    assert [each["emoji"] for each in await waiting(parts, number)] == ["👀", "👍"]


async def test_when_a_transcript_is_erased_its_topic_goes(parts: Parts) -> None:
    """With the numbers of all messages in it."""
    actor = await colleague(parts, "Anna", "ost")
    number = await new_case(parts, WORDS)
    while await topics.catch_up(parts.database, parts.vault, 0.0):
        pass
    await topics.made(parts.database, number, 4711)
    await casework.resolve(parts.database, parts.vault, actor, number, "other", farewell=FAREWELL)
    assert not await topics.drop_erased(parts.database, parts.vault)
    await retention.forget(parts.database, parts.vault, transcripts=timedelta(seconds=-1))
    assert await topics.find(parts.database, parts.vault, number) is None
    assert await topics.drop_erased(parts.database, parts.vault) == 1
    assert (await waiting(parts, number))[-1]["thread"] == 4711
    assert not await parts.rows(StaffTopicLineRow)
    assert not await parts.rows(StaffTopicRow)


async def test_a_topic_that_was_made_while_the_talk_was_erased_is_told_of(parts: Parts) -> None:
    """Nobody would ever delete it."""
    number = await new_case(parts, WORDS, person=PERSON)
    await topics.catch_up(parts.database, parts.vault, 0.0)
    assert await topics.made(parts.database, number, 1)
    later = time.time() + timedelta(days=91).total_seconds()
    await cases.close(parts.database, parts.vault, number, FAREWELL)
    await retention.forget(parts.database, parts.vault, now=later)
    await topics.drop_erased(parts.database, parts.vault)
    assert not await topics.made(parts.database, number, 2)


async def test_a_topic_that_was_made_anew_is_not_lost_by_news_of_the_old_one(parts: Parts) -> None:
    """Two messages may find at the same time that it is gone."""
    number = await new_case(parts)
    await topics.catch_up(parts.database, parts.vault, 0.0)
    await topics.made(parts.database, number, 2)
    await topics.headed(parts.database, number)
    await topics.lost(parts.database, number, 1)
    found = await topics.find(parts.database, parts.vault, number)
    assert found
    assert (found.thread, found.headed) == (2, True)
    assert await topics.case_of(parts.database, 2) == number


async def test_what_waits_for_the_group_is_not_given_up_after_days(parts: Parts) -> None:
    """A page that was closed never asks again, the group does."""
    envelope = outgoing.Envelope(Reply(text="", language="de"), {"to": "topic", "case": 1, "line": 0})
    week_ago = time.time() - 7 * 24 * 3600
    async with parts.database.write() as connection:
        await outgoing.put(connection, parts.vault, topics.lane(1), pings.CHANNEL, [envelope], received_at=week_ago)
    await retention.forget(parts.database, parts.vault)
    assert len(await waiting(parts, 1)) == 1


async def test_posts_are_sealed_anew_with_a_new_key(database_url: str) -> None:
    """What waits can be read after the old key is dropped."""
    async with open_parts(database_url, KEY) as parts:
        await kept(parts, post(text=WORDS))
        assert WORDS.encode() not in await parts.everything()
    async with open_parts(database_url, NEWER, KEY) as parts:
        await rekey(parts.database, parts.vault)
    async with open_parts(database_url, NEWER) as parts:
        found = await staff_posts.first(parts.database, parts.vault)
        assert found
        assert found.post.text == WORDS
