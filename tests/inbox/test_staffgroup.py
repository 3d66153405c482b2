"""The staff's group on Telegram: pings say nothing that somebody wrote, topics are the inbox by another door."""

import time
from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram_staff import new_code
from bot.i18n import Texts
from bot.storage import audit, casefile, casework, personal, pings, staff, topics
from bot.storage.models_inbox import StaffPostRow, StaffTopicLineRow
from tests.inbox.grouproom import GROUP, Grouproom, open_group
from tests.inbox.staffroom import HOST
from tests.storage.desk import ANSWER, FAREWELL
from tests.storage.parts import held

SECRET = "Мене звати Олена, я живу на вулиці Тестовій."  # what nobody but staff may read


@pytest.fixture
async def pinged(database_url: str) -> AsyncIterator[Grouproom]:
    """A group that is only told that there is something, on both engines."""
    async with open_group(database_url, topics=False) as opened:
        yield opened


@pytest.fixture
async def forum(database_url: str) -> AsyncIterator[Grouproom]:
    """A group with topics, on both engines."""
    async with open_group(database_url) as opened:
        yield opened


async def test_a_ping_says_what_it_is_about_and_nothing_of_what_was_written(pinged: Grouproom) -> None:
    """Language, theme, team and a link; no word of the person, no name, no reason."""
    number, person = await pinged.case(SECRET, theme="arrival-and-housing", queue="default", reason="no_answer")
    ping = await pinged.fake.wait_for_text(GROUP, f"{HOST}/inbox/cases/{number}")
    assert "Ukrainisch" in ping.text
    assert "Sozialberatung" in ping.text
    assert not any(word in ping.text for word in (*SECRET.split(), "Olena", str(person)))
    assert ping.thread is None


async def test_a_reply_in_the_topic_reaches_the_person_and_the_transcript(forum: Grouproom) -> None:
    """It is marked as a social worker's, and the writer sees that it was delivered."""
    anna, writer = await forum.member("Anna Beck", "ost")
    number, person = await forum.case(SECRET)
    topic = await forum.topic(number)
    await forum.fake.wait_for_text(GROUP, SECRET)
    message = forum.fake.send_text(GROUP, "Kommen Sie morgen um 9 Uhr.", sender=writer, thread=topic.number)
    answer = await forum.fake.wait_for_text(person, "Kommen Sie morgen um 9 Uhr.")
    assert answer.text.startswith(Texts("uk").say("🧑 Social worker"))
    await forum.fake.wait_for_reaction(GROUP, message, "👍")
    file = await casefile.read(forum.work.room.database, forum.work.room.vault, anna, number)
    (reply,) = (line for line in file.lines if line.kind == "reply")
    assert (reply.text, reply.staff, reply.delivery) == ("Kommen Sie morgen um 9 Uhr.", "Anna Beck", "sent")
    assert file.case.assignee == "Anna Beck"
    # Their own words do not come back to where they wrote them.
    assert not [each for each in forum.in_topic(topic) if "9 Uhr" in each.text]


async def test_what_the_person_writes_is_copied_into_the_topic_without_their_name(forum: Grouproom) -> None:
    """A copy, not a forwarded message; in order."""
    number, person = await forum.case("Добрий день")
    topic = await forum.topic(number)
    await forum.writes(person, "Перше")
    await forum.writes(person, "Друге")
    await forum.fake.wait_for_text(GROUP, "Друге")
    copies = [each for each in forum.in_topic(topic) if each.method == "copyMessage"]
    assert [each.text for each in copies] == ["Перше", "Друге"]
    assert not any("forward_origin" in each.content or "Olena" in str(each.content) for each in copies)


async def test_who_is_only_in_the_group_answers_nobody(forum: Grouproom) -> None:
    """They are told once in the topic, the person hears nothing, and no contact comes of it."""
    _, stranger = await forum.member("Paul Fremd", "ost", linked=False)
    number, person = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    first = forum.fake.send_text(GROUP, "Ich helfe!", sender=stranger, thread=topic.number)
    second = forum.fake.send_text(GROUP, "Hallo?", sender=stranger, thread=topic.number)
    for message in (first, second):
        await forum.fake.wait_for_reaction(GROUP, message, "👎")
    told = [each for each in forum.in_topic(topic) if each.content.get("reply_to_message")]
    assert [each.content["reply_to_message"]["message_id"] for each in told] == [first]
    assert not forum.fake.messages(person)
    assert not forum.people
    lead, _ = await forum.member("Lena Vogt", "ost", role="lead", linked=False)
    entries = await audit.entries(forum.work.room.database, lead, case=number)
    assert [(each.staff, each.detail) for each in entries if each.action == "refused"] == [("", "Telegram group")] * 2


async def test_another_team_s_case_is_not_theirs_on_telegram_either(forum: Grouproom) -> None:
    """Neither to answer, nor to take, nor to close; it is audited."""
    _, writer = await forum.member("Wim West", "west")
    lead, _ = await forum.member("Lena Vogt", "ost", role="lead", linked=False)
    number, person = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    for text in ("Hallo", "/take", "/note geheim", "/resolve"):
        message = forum.fake.send_text(GROUP, text, sender=writer, thread=topic.number)
        await forum.fake.wait_for_reaction(GROUP, message, "👎")
    assert not forum.fake.messages(person)
    room = forum.work.room
    assert (await casefile.read(room.database, room.vault, lead, number)).case.status == "queued"
    rows = await audit.entries(room.database, lead, case=number)
    assert [row.staff for row in rows if row.action == "refused"] == ["Wim West"] * 4


async def test_the_first_one_takes_a_case_and_the_other_is_told(forum: Grouproom) -> None:
    """Whether they tap in the inbox or write in the topic."""
    _, writer = await forum.member("Anna Beck", "ost")
    other, _ = await forum.member("Mira Sommer", "ost", linked=False)
    number, _ = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    room = forum.work.room
    await casework.take(room.database, room.vault, other, number)
    message = forum.fake.send_text(GROUP, "/take", sender=writer, thread=topic.number)
    await forum.fake.wait_for_reaction(GROUP, message, "👎")
    answered = [each for each in forum.in_topic(topic) if each.content.get("reply_to_message")]
    assert ["Mira Sommer" in each.text for each in answered] == [True]


async def test_a_note_is_not_sent(forum: Grouproom) -> None:
    """It is kept with the case, and said to be kept; so is a changed one."""
    anna, writer = await forum.member("Anna Beck", "ost")
    number, person = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    message = forum.fake.send_text(GROUP, "/note Ruft das Jobcenter an", sender=writer, thread=topic.number)
    await forum.fake.wait_for_reaction(GROUP, message, "✍")
    forum.fake.edit_text(GROUP, message, "/note Ruft das Sozialamt an")
    room = forum.work.room
    await forum.fake.wait_for_calls("setMessageReaction", 2)
    assert [line for line in await forum.work.lines(anna, number) if line[0] == "note"] == [
        ("note", "Ruft das Jobcenter an"),
        ("note", "Ruft das Sozialamt an"),
    ]
    assert not forum.fake.messages(person)
    assert (await casefile.read(room.database, room.vault, anna, number)).case.status == "queued"


async def test_a_command_that_does_not_exist_is_not_sent(forum: Grouproom) -> None:
    """A slip of the finger must not reach the person; neither does a picture."""
    _, writer = await forum.member("Anna Beck", "ost")
    number, person = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    slip = forum.fake.send_text(GROUP, "/noet nur für uns", sender=writer, thread=topic.number)
    picture = forum.fake.send_photo(GROUP, caption="Plan", sender=writer, thread=topic.number)
    empty = forum.fake.send_text(GROUP, "/note", sender=writer, thread=topic.number)
    for message in (slip, picture, empty):
        await forum.fake.wait_for_reaction(GROUP, message, "👎")
    assert not forum.fake.messages(person)


async def test_a_changed_reply_comes_as_a_correction(forum: Grouproom) -> None:
    """The person has read the first one; the transcript keeps both."""
    anna, writer = await forum.member("Anna Beck", "ost")
    number, person = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    message = forum.fake.send_text(GROUP, "Um 9 Uhr.", sender=writer, thread=topic.number)
    await forum.fake.wait_for_text(person, "Um 9 Uhr.")
    forum.fake.edit_text(GROUP, message, "Um 10 Uhr.")
    corrected = await forum.fake.wait_for_text(person, "Um 10 Uhr.")
    # Telegram tells of changes too that nobody sees; only behind them something new.
    forum.fake.edit_text(GROUP, message, "Um 10 Uhr.")
    forum.fake.send_text(GROUP, "Bis dann!", sender=writer, thread=topic.number)
    await forum.fake.wait_for_text(person, "Bis dann!")
    assert Texts("uk").say("✏️ I correct an earlier message:") in corrected.text
    assert [text for kind, text in await forum.work.lines(anna, number) if kind == "reply"] == [
        "Um 9 Uhr.",
        "✏️ Um 10 Uhr.",
        "Bis dann!",
    ]


async def test_a_case_is_closed_with_its_topic_and_opened_again_with_it(forum: Grouproom) -> None:
    """By a command or in the inbox; a reason that is none closes nothing."""
    anna, writer = await forum.member("Anna Beck", "ost")
    number, person = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    unclear = forum.fake.send_text(GROUP, "/resolve weil halt", sender=writer, thread=topic.number)
    await forum.fake.wait_for_reaction(GROUP, unclear, "👎")
    forum.fake.send_text(GROUP, "/resolve referred", sender=writer, thread=topic.number)
    await forum.fake.wait_for_topic(GROUP, closed=True)
    await forum.fake.wait_for_text(person, "/human")
    room = forum.work.room
    file = await casefile.read(room.database, room.vault, anna, number)
    assert (file.case.status, file.case.resolution) == ("resolved", "referred")
    await casework.reopen(room.database, room.vault, anna, number, FAREWELL)
    assert (await forum.fake.wait_for_topic(GROUP, closed=False)).number == topic.number


async def test_a_deleted_topic_is_made_anew_with_what_was_not_delivered(forum: Grouproom) -> None:
    """The database is the truth; what was there before can be read in the inbox."""
    anna, writer = await forum.member("Anna Beck", "ost")
    number, person = await forum.case("Guten Tag")
    first = await forum.topic(number)
    await forum.fake.wait_for_text(GROUP, "Guten Tag")
    forum.fake.delete_topic(GROUP, first.number)
    await forum.writes(person, "Bist du noch da?")
    copy = await forum.fake.wait_for_text(GROUP, "Bist du noch da?")
    second = forum.fake.topics(GROUP)[-1]
    assert copy.thread == second.number != first.number
    assert second.name == first.name
    assert f"{HOST}/inbox/cases/{number}\n" in forum.in_topic(second)[0].text
    forum.fake.send_text(GROUP, "Ja!", sender=writer, thread=second.number)
    await forum.fake.wait_for_text(person, "Ja!")
    assert ("reply", "Ja!") in await forum.work.lines(anna, number)


async def test_what_colleagues_do_in_the_inbox_is_told_in_the_topic(forum: Grouproom) -> None:
    """Who took it, what they replied and noted."""
    anna, _ = await forum.member("Anna Beck", "ost", linked=False)
    number, _ = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    room = forum.work.room
    case = (room.database, room.vault, anna, number)
    await casework.take(*case)
    await casework.reply(*case, "Kommen Sie morgen.", ANSWER)
    await casework.note(*case, "Dolmetscher bestellt")
    noted = await forum.fake.wait_for_text(GROUP, "Dolmetscher bestellt")
    texts = [each.text for each in forum.in_topic(topic)]
    assert texts.index(noted.text) > next(at for at, text in enumerate(texts) if "Kommen Sie morgen." in text)
    assert any("Anna Beck" in text and "Guten Tag" not in text for text in texts)


async def test_erased_talks_go_from_telegram_too(forum: Grouproom) -> None:
    """When somebody asks for it, or when their time is over, the topic is deleted with all that is in it."""
    number, person = await forum.case("Guten Tag")
    await forum.topic(number)
    await forum.fake.wait_for_text(GROUP, "Guten Tag")
    room = forum.work.room
    talk = await held(forum.work.parts, str(person))
    async with room.database.write() as connection:
        await personal.erase(connection, room.vault, talk, 0, time.time())
    assert await topics.drop_erased(room.database, room.vault) == 1
    await forum.fake.wait_for_calls("deleteForumTopic", 1)
    await forum.fake.changed.until(lambda: not forum.fake.topics(GROUP), 30)
    assert not await forum.work.parts.rows(StaffTopicLineRow)


async def test_whoever_is_no_longer_on_the_staff_answers_nobody(forum: Grouproom) -> None:
    """From the moment on in which the account is disabled."""
    anna, writer = await forum.member("Anna Beck", "ost")
    number, person = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    await staff.change(forum.work.room.database, anna.staff_id, active=False)
    message = forum.fake.send_text(GROUP, "Hallo", sender=writer, thread=topic.number)
    await forum.fake.wait_for_reaction(GROUP, message, "👎")
    assert not forum.fake.messages(person)


async def test_what_is_written_outside_of_topics_is_nobody_s_business(forum: Grouproom) -> None:
    """Colleagues may talk to each other there; neither contacts nor replies come of it."""
    _, writer = await forum.member("Anna Beck", "ost")
    forum.fake.send_text(GROUP, "Mahlzeit", sender=writer)
    forum.fake.send_text(GROUP, "/take", sender=writer)
    number, _ = await forum.case("Guten Tag")
    topic = await forum.topic(number)
    message = forum.fake.send_text(GROUP, "/take", sender=writer, thread=topic.number)
    await forum.fake.wait_for_reaction(GROUP, message, "👍")
    assert not forum.people
    assert not await forum.work.parts.rows(StaffPostRow)


async def test_a_code_that_does_not_work_is_said_so(forum: Grouproom) -> None:
    """Other messages of that person go where everybody's go."""
    number = forum.fake.add_person(7_900_000_001)
    forum.fake.send_text(number, f"/link {new_code()}")
    await forum.fake.wait_for_messages(number, 1)
    assert not forum.people
    forum.fake.send_text(number, "/link bitte")
    forum.fake.send_text(number, "hallo")
    await forum.fake.wait_until_confirmed()
    assert [each.message.kind for each in forum.people] == ["command", "text"]


async def test_many_new_cases_are_told_in_one_message(database_url: str) -> None:
    """Telegram takes twenty messages a minute: while one waits, what comes meanwhile is put together."""
    async with open_group(database_url, topics=False, running=False) as opened:
        job, first = opened.group.job, await opened.case("Guten Tag")
        await job.look()
        for _ in range(8):
            await opened.case("Guten Tag", queue="default")
            await job.look()
        (waiting,) = await opened.work.arrived()
        assert waiting.text.endswith(f"{HOST}/inbox/cases/{first[0]}")
        await opened.work.parts.outgoing.received(pings.LANE, 1)
        await job.look()
        (together,) = await opened.work.arrived()
        assert "8" in together.text
        assert "Sozialberatung 8" in together.text
        assert together.text.endswith(f"{HOST}/inbox")
        await opened.work.parts.outgoing.received(pings.LANE, 2)
        await job.look()
        assert not await opened.work.arrived()


async def test_an_urgent_case_is_told_as_urgent_and_not_why(pinged: Grouproom) -> None:
    """Crisis or emergency: that stands in the inbox."""
    number, _ = await pinged.case("Guten Tag", reason="crisis")
    ping = await pinged.fake.wait_for_text(GROUP, f"/inbox/cases/{number}")
    assert "🔴" in ping.text
    assert not any(word in ping.text.casefold() for word in ("kris", "cris", "suizid"))
