"""The outgoing queue: in order per conversation, erased once it has left."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.messages import Button, Document, Location, Place, Reply
from bot.storage import cases
from bot.storage import outgoing as queue
from bot.storage.models import CaseRow, ConversationRow, OutgoingRow
from bot.storage.outgoing import Envelope, OutgoingHead, Sending
from tests.storage.parts import PERSON, Parts, held, incoming, open_case, open_parts, put

OTHER = "8888888888"
FULL = Reply(
    text="Text",
    language="ar",
    title="Titel",
    notes=("Quelle",),
    buttons=((Button("Menü", action="menu"), Button("Netz", url="https://example.org")),),
    place=Place("Amt", "Straße 1", Location(48.7, 9.1)),
    document=Document("a.json", "application/json", "{}"),
    replaces=True,
)


async def claimed(parts: Parts, head: OutgoingHead) -> Sending:
    """Hold a message that nobody else holds."""
    sending = await parts.outgoing.claim(head)
    assert sending
    return sending


async def first(parts: Parts) -> Sending:
    """Hold the first message that is due."""
    return await claimed(parts, (await parts.outgoing.heads("telegram", [], 10))[0])


async def texts(parts: Parts, person: str = PERSON) -> list[str]:
    """What waits for a person."""
    return [envelope.reply.text for _, envelope in await parts.outgoing.waiting(parts.lane(person))]


async def test_messages_leave_in_order_per_conversation(parts: Parts) -> None:
    """One at a time of each conversation, side by side across conversations."""
    await put(parts, "eins", "zwei")
    await put(parts, "andere", person=OTHER)
    heads = await parts.outgoing.heads("telegram", [], 10)
    assert [head.lane for head in heads] == [parts.lane(), parts.lane(OTHER)]
    assert await parts.outgoing.heads("web", [], 10) == []
    assert [head.lane for head in await parts.outgoing.heads("telegram", [parts.lane()], 10)] == [parts.lane(OTHER)]
    sending = await claimed(parts, heads[0])
    assert sending.envelope == Envelope(Reply(text="eins", language="de"), {"chat": int(PERSON)})
    await parts.outgoing.sent(sending)
    await sending.release()
    assert await texts(parts) == ["zwei"]
    following = await claimed(parts, heads[0])
    assert following.envelope.reply.text == "zwei"
    await following.release()


async def test_patient_messages_let_all_others_go_first(parts: Parts) -> None:
    """However long they wait; but none is forgotten, and within a conversation the order stays."""
    people = ["1001", "1002", "1003"]
    for person in people:
        await put(parts, "Neuigkeit", person=person, patient=True)
    await put(parts, "Antwort", person=people[2])
    await put(parts, "Antwort", person=OTHER)
    heads = await parts.outgoing.heads("telegram", [], 10)
    assert [head.lane for head in heads] == [parts.lane(OTHER), *(parts.lane(person) for person in people)]
    assert await texts(parts, people[2]) == ["Neuigkeit", "Antwort"]
    assert [head.lane for head in await parts.outgoing.heads("telegram", [], 1)] == [parts.lane(OTHER)]


async def test_every_part_of_a_reply_comes_back(parts: Parts) -> None:
    """Buttons, place and file are as they were."""
    async with parts.database.write() as connection:
        envelope = Envelope(FULL, {"chat": 1}, "17")
        await queue.put(connection, parts.vault, parts.lane(), "telegram", [envelope], received_at=1.0)
    sending = await first(parts)
    await sending.release()
    assert (sending.envelope, sending.received_at) == (envelope, 1.0)


async def test_a_postponed_message_holds_back_those_behind_it(parts: Parts) -> None:
    """Order is more than speed; other conversations go on."""
    await put(parts, "eins", "zwei")
    await put(parts, "andere", person=OTHER)
    heads = await parts.outgoing.heads("telegram", [], 10)
    sending = await claimed(parts, heads[0])
    await parts.outgoing.postpone(sending, 3600)
    await sending.release()
    assert [head.lane for head in await parts.outgoing.heads("telegram", [], 10)] == [parts.lane(OTHER)]
    assert await parts.outgoing.claim(heads[0]) is None, "who saw it before it was postponed does not send it"
    row = (await parts.rows(OutgoingRow))[0]
    assert row.attempts == 1
    assert row.due_at > time.time() + 3000


async def test_a_replaced_message_keeps_its_place(parts: Parts) -> None:
    """The other form leaves before what waits behind it."""
    await put(parts, "eins", "zwei")
    sending = await first(parts)
    await parts.outgoing.replace(sending, replace(sending.envelope, reply=Reply(text="bloß", language="de")))
    await sending.release()
    assert await texts(parts) == ["bloß", "zwei"]


async def test_giving_up_one_message_leaves_the_others(parts: Parts) -> None:
    """A message that is at fault is dropped alone."""
    await put(parts, "eins", "zwei")
    sending = await first(parts)
    await parts.outgoing.give_up(sending, unreachable=False)
    await sending.release()
    assert await texts(parts) == ["zwei"]


async def test_an_unreachable_person_is_recorded_and_nothing_waits_for_them(parts: Parts) -> None:
    """Their queue is emptied, nobody else's; what staff wrote is shown as failed."""
    await parts.incoming.store([incoming("Hallo"), incoming("Hallo", OTHER)])
    number = await open_case(parts, "Bitte helfen Sie mir")
    await cases.reply(parts.database, parts.vault, number, "Guten Tag", Reply(text="Guten Tag", language="de"))
    await put(parts, "zwei")
    await put(parts, "andere", person=OTHER)
    sending = await first(parts)
    await parts.outgoing.give_up(sending, unreachable=True)
    await sending.release()
    assert (await texts(parts), await texts(parts, OTHER)) == ([], ["andere"])
    blocked = {row.lane for row in await parts.rows(ConversationRow) if row.blocked_at}
    assert blocked == {parts.lane()}
    case = await cases.read_case(parts.database, parts.vault, number)
    assert [line.delivery for line in case.messages] == [None, "failed"]
    (row,) = await parts.rows(CaseRow)
    assert row.waiting_for == "staff"


async def test_what_staff_wrote_is_noted_as_sent(parts: Parts) -> None:
    """The transcript says that the person has it."""
    await parts.incoming.store([incoming("Hallo")])
    number = await open_case(parts, "Bitte")
    await cases.reply(parts.database, parts.vault, number, "Guten Tag", Reply(text="Guten Tag", language="de"))
    (before,) = await parts.rows(CaseRow)
    sending = await first(parts)
    await parts.outgoing.sent(sending)
    await sending.release()
    (after,) = await parts.rows(CaseRow)
    assert (after.changed_at > before.changed_at, after.waiting_for) == (True, "person")
    assert (await cases.read_case(parts.database, parts.vault, number)).messages[-1].delivery == "sent"
    assert (await held(parts)).talk.case == number


async def test_two_processes_never_send_the_same_message(parts: Parts, database_url: str) -> None:
    """On PostgreSQL the second gets nothing while the first sends, and takes over if it falls silent."""
    if parts.database.is_sqlite:
        pytest.skip("SQLite serves one process")
    await put(parts, "eins")
    async with open_parts(database_url) as second:
        (head,) = await second.outgoing.heads("telegram", [], 10)
        sending = await claimed(parts, head)
        assert await second.outgoing.claim(head) is None
        await sending.release()
        again = await claimed(second, head)
        await second.outgoing.sent(again)
        await again.release()
    assert await parts.rows(OutgoingRow) == []


async def test_a_page_that_asks_gets_what_waits_and_says_what_it_has(parts: Parts) -> None:
    """What was received is erased; the rest stays, in order."""
    await put(parts, "eins", received_at=5.0)
    await put(parts, "zwei", "drei", received_at=6.0)
    waiting = await parts.outgoing.waiting(parts.lane())
    assert [envelope.reply.text for _, envelope in waiting] == ["eins", "zwei", "drei"]
    assert await parts.outgoing.newest([parts.lane(), parts.lane(OTHER)]) == {parts.lane(): waiting[-1][0]}
    assert sorted(await parts.outgoing.received(parts.lane(), waiting[1][0])) == [5.0, 6.0]
    assert await texts(parts) == ["drei"]
    assert [number for number, _ in await parts.outgoing.waiting(parts.lane(), waiting[1][0])] == [waiting[2][0]]


async def test_nothing_readable_is_stored(parts: Parts) -> None:
    """Neither words nor the address is found in any row or file."""
    await put(parts, "Ihr Aufenthaltstitel")
    stored = await parts.everything()
    for secret in (b"Aufenthalt", PERSON.encode(), b"chat"):
        assert secret not in stored


async def test_numbers_are_never_used_again(parts: Parts) -> None:
    """A page that remembers the last number it got does not miss a later message."""
    await put(parts, "eins")
    (number, _), *_ = await parts.outgoing.waiting(parts.lane())
    await parts.outgoing.received(parts.lane(), number)
    await parts.database.erase_remains()
    await put(parts, "zwei")
    assert [text.reply.text for _, text in await parts.outgoing.waiting(parts.lane(), number)] == ["zwei"]


async def test_a_postponed_message_is_due_again(parts: Parts) -> None:
    """When the pause is over, it leaves first."""
    await put(parts, "eins", "zwei")
    sending = await first(parts)
    await parts.outgoing.postpone(sending, 3600)
    await sending.release()
    async with parts.database.write() as connection:
        await connection.execute(update(OutgoingRow).values(due_at=0.0))
    again = await first(parts)
    await again.release()
    assert (again.envelope.reply.text, again.attempts) == ("eins", 1)
