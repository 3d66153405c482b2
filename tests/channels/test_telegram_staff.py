"""The staff's group: what is read from it, what is sent to it, and what the operator is told."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import telegram
from telegram import Update

from bot import settings
from bot.channels.channel import RefusedError, RetryLaterError
from bot.channels.telegram_staff import Line, StaffGroupChannel, Thread, code_link, new_code
from bot.messages import Reply
from bot.storage.outgoing import Envelope
from bot.storage.staff_posts import Post
from tests.fakes.telegram import FakeTelegram, Message

GROUP = -1001234567890
RIGHTS = ["can_manage_topics", "can_delete_messages"]
PERSON = 510_200_301


@dataclass
class Shelf:
    """Topics in memory: one case, whose lines are given."""

    thread_: Thread | None = field(default_factory=lambda: Thread("Blaue Möwe 27", "the facts", None, headed=False))
    lines: dict[int, Line] = field(default_factory=dict)
    erased: bool = False

    async def thread(self, case: int) -> Thread | None:  # noqa: ARG002 - there is one
        """It."""
        return self.thread_

    async def line(self, number: int) -> Line | None:
        """A line."""
        return self.lines.get(number)

    async def made(self, case: int, thread: int) -> bool:  # noqa: ARG002
        """Keep its number, unless the talk was erased meanwhile."""
        if self.erased:
            return False
        self.thread_ = Thread("Blaue Möwe 27", "the facts", thread, headed=False)
        return True

    async def headed(self, case: int) -> None:  # noqa: ARG002
        """Keep that it has its head."""
        assert self.thread_
        self.thread_ = Thread("Blaue Möwe 27", "the facts", self.thread_.number, headed=True)

    async def lost(self, case: int, thread: int) -> None:  # noqa: ARG002
        """Keep that it is gone."""
        self.thread_ = Thread("Blaue Möwe 27", "the facts", None, headed=False)


class Bench:
    """A channel, the stand-in behind it, topics in memory, and what was stored."""

    def __init__(self, fake: FakeTelegram, **environment: str) -> None:
        known = settings.load(
            {
                "LOTSE_TELEGRAM_TOKEN": fake.token,
                "LOTSE_TELEGRAM_API_URL": fake.url,
                "LOTSE_PUBLIC_URL": "https://lotse.example",
                "LOTSE_STAFF_GROUP": str(GROUP),
                "LOTSE_STAFF_TOPICS": "yes",
                "LOTSE_SECRET_KEY": settings.new_key("test"),
                **environment,
            }
        )
        self.fake = fake
        self.shelf = Shelf()
        self.stored: list[Post] = []
        self.bot = telegram.Bot(fake.token, base_url=fake.base_url)
        self.channel = StaffGroupChannel(known, self.bot, self.store, self.shelf)

    async def store(self, posts: Sequence[Post]) -> None:
        """Keep them."""
        self.stored += posts

    async def send(self, text: str = "", **address: Any) -> None:
        """Send something to the group."""
        await self.channel.send(Envelope(Reply(text=text, language="de"), address), "lane")

    async def send_line(self, text: str, **more: Any) -> None:
        """Send a line to the topic of the case."""
        number = len(self.shelf.lines) + 1
        self.shelf.lines[number] = Line(text, **more)
        await self.send(to="topic", case=7, line=number)

    def read(self, chat: int = GROUP, kind: str = "message", **content: Any) -> Post | None:
        """What becomes of a message of the staff."""
        known = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
        sender = {"id": PERSON, "is_bot": False, "first_name": "Anna"}
        values = {"message_id": 5, "date": 1, "chat": known, "from": sender, **content}
        update = Update.de_json({"update_id": 77, kind: values}, self.bot)
        return self.channel.read(update)

    def topic_messages(self) -> list[Message]:
        """What is in topics, the oldest first."""
        return [message for message in self.fake.messages(GROUP) if message.thread]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """Connected to a stand-in with a forum in which the bot may do everything it needs."""
    async with FakeTelegram() as fake:
        fake.add_person(PERSON)
        fake.add_chat(GROUP, forum=True, rights=RIGHTS)
        made = Bench(fake)
        await made.bot.initialize()
        yield made
        await made.bot.shutdown()


def test_what_stands_in_a_topic_is_read(bench: Bench) -> None:
    """With who wrote it; a picture is one without a text."""
    in_topic: dict[str, Any] = {"message_thread_id": 9, "is_topic_message": True}
    assert bench.read(text="Guten Tag", **in_topic) == Post("post", "77", str(PERSON), GROUP, 9, 5, "Guten Tag")
    edited = bench.read(kind="edited_message", text="Guten Abend", **in_topic)
    assert edited
    assert edited.kind == "edit"
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    picture = bench.read(photo=photo, caption="so", **in_topic)
    assert picture
    assert picture.text is None


@pytest.mark.parametrize(
    "content",
    [
        {"text": "Mahlzeit"},
        {"text": "eine Antwort", "message_thread_id": 3},
        {"forum_topic_closed": {}, "message_thread_id": 9, "is_topic_message": True},
        {"chat": -1009, "text": "a", "message_thread_id": 9, "is_topic_message": True},
    ],
    ids=["general", "an answer outside of topics", "a notice", "another group"],
)
def test_all_else_is_left_alone(bench: Bench, content: dict[str, Any]) -> None:
    """What is not meant for a case is nobody's business."""
    assert bench.read(**content) is None


def test_a_code_is_read_from_a_command_and_from_a_link(bench: Bench) -> None:
    """Nothing else of what people write to the bot is taken from them."""
    code = new_code()
    start = code_link("lotse_test_bot", code).partition("?start=")[2]
    for text in (f"/link {code}", f"/link@lotse_test_bot {code}", f"/start {start}"):
        found = bench.read(PERSON, text=text)
        assert found
        assert (found.kind, found.text, found.chat) == ("code", code, PERSON)
    for text in ("/link", "/link bitte", "/start", "/start link_", code, f"/linked {code}"):
        assert bench.read(PERSON, text=text) is None
    assert bench.read(PERSON, kind="edited_message", text=f"/link {code}") is None


async def test_updates_of_others_are_given_back(bench: Bench) -> None:
    """In their order."""
    chat, sender = {"id": PERSON, "type": "private"}, {"id": PERSON, "is_bot": False, "first_name": "Sami"}
    code = f"/link {new_code()}"
    updates = [
        Update.de_json(
            {"update_id": at, "message": {"message_id": at, "date": 1, "chat": chat, "from": sender, "text": text}},
            bench.bot,
        )
        for at, text in enumerate(("hallo", code, "/menu"))
    ]
    assert await bench.channel.take_out(updates) == [updates[0], updates[2]]
    assert [post.update_id for post in bench.stored] == ["1"]


async def test_a_topic_is_made_with_its_first_message(bench: Bench) -> None:
    """Named by the pseudonym; made once."""
    await bench.send(to="topic", case=7, line=0)
    await bench.send_line("Guten Tag")
    (topic,) = bench.fake.topics(GROUP)
    assert topic.name == "Blaue Möwe 27"
    assert [message.text for message in bench.topic_messages()] == ["the facts", "Guten Tag"]


async def test_a_message_of_the_person_is_copied(bench: Bench) -> None:
    """And sent as text if it cannot be copied any more."""
    message = bench.fake.send_text(PERSON, "Guten Tag")
    await bench.send_line("💬 Guten Tag", copied_from=(PERSON, message))
    await bench.send_line("💬 weg", copied_from=(PERSON, 4711))
    texts = [(each.method, each.text) for each in bench.topic_messages()]
    assert texts[1:] == [("copyMessage", "Guten Tag"), ("sendMessage", "💬 weg")]


async def test_a_person_whose_chat_is_gone_is_not_taken_for_the_group(bench: Bench) -> None:
    """What they wrote comes as text, and the group goes on."""
    await bench.channel.check()
    await bench.send_line("💬 Guten Tag", copied_from=(PERSON + 1, 1))
    assert [message.text for message in bench.topic_messages()] == ["the facts", "💬 Guten Tag"]
    assert bench.channel.state == "ok"


async def test_a_deleted_topic_is_made_anew(bench: Bench) -> None:
    """What was to be sent is sent there, behind the facts."""
    await bench.send_line("eins")
    bench.fake.delete_topic(GROUP, bench.fake.topics(GROUP)[0].number)
    await bench.send_line("zwei")
    assert [message.text for message in bench.topic_messages()] == ["the facts", "zwei"]


async def test_a_topic_is_closed_and_opened_behind_the_news_of_it(bench: Bench) -> None:
    """That it is closed already is no error."""
    await bench.send_line("geschlossen", closes=True)
    await bench.send_line("geschlossen", closes=True)
    (topic,) = bench.fake.topics(GROUP)
    assert topic.closed
    await bench.send_line("offen", opens=True)
    assert not topic.closed


async def test_what_is_erased_is_not_sent(bench: Bench) -> None:
    """Neither a line nor a topic comes of it."""
    await bench.send(to="topic", case=7, line=99)
    bench.shelf.thread_ = None
    await bench.send_line("Guten Tag")
    assert not bench.fake.topics(GROUP)
    assert not bench.fake.messages(GROUP)


async def test_a_topic_that_is_made_while_the_talk_is_erased_does_not_stay(bench: Bench) -> None:
    """Its name and its first message would be there for ever."""
    bench.shelf.erased = True
    await bench.send_line("Guten Tag")
    assert not bench.fake.topics(GROUP)
    assert not bench.topic_messages()


async def test_a_long_line_comes_in_parts(bench: Bench) -> None:
    """Telegram takes 4096 characters at once."""
    await bench.send_line("wort " * 1500)
    parts = bench.topic_messages()[1:]
    assert len(parts) == 2
    assert " ".join(part.text for part in parts).split() == ["wort"] * 1500


async def test_a_reaction_is_a_receipt(bench: Bench) -> None:
    """Another one takes its place; at a message that is gone it is given up."""
    message = bench.fake.send_text(GROUP, "Guten Tag", sender=PERSON)
    for emoji in ("👀", "👍"):
        await bench.send(to="mark", message=message, emoji=emoji)
    assert bench.fake.history[GROUP][message].reactions == ["👍"]
    with pytest.raises(RefusedError):
        await bench.send(to="mark", message=4711, emoji="👍")


async def test_the_topic_of_an_erased_case_is_deleted(bench: Bench) -> None:
    """That somebody has deleted it already is no error."""
    await bench.send_line("Guten Tag")
    (topic,) = bench.fake.topics(GROUP)
    for _ in range(2):
        await bench.send(to="drop", thread=topic.number)
    assert not bench.fake.topics(GROUP)
    assert not bench.topic_messages()


async def test_a_minute_s_messages_are_counted(bench: Bench) -> None:
    """The nineteenth waits in the queue, however many topics they are for."""
    for number in range(18):
        await bench.send(f"ping {number}", to="group")
    with pytest.raises(RetryLaterError) as caught:
        await bench.send("ping", to="group")
    assert 0 < caught.value.seconds <= 60
    assert len(bench.fake.messages(GROUP)) == 18


async def test_when_telegram_asks_for_patience_all_of_the_group_waits(bench: Bench) -> None:
    """Not only the message that met the limit."""
    bench.fake.inject_fault("too_many_requests", chat_id=GROUP, retry_after=30)
    for _ in range(2):
        with pytest.raises(RetryLaterError) as caught:
            await bench.send("ping", to="group")
        assert 25 < caught.value.seconds <= 30
    assert len(bench.fake.calls("sendMessage")) == 1


async def test_a_group_that_threw_the_bot_out_gets_its_messages_later(bench: Bench) -> None:
    """Nobody there is gone for good: somebody will put it right, and is told what is wrong."""
    bench.fake.block(GROUP)
    with pytest.raises(RetryLaterError) as caught:
        await bench.send("ping", to="group")
    assert caught.value.seconds >= 60
    assert "not in this group" in bench.channel.state


@pytest.mark.parametrize(
    ("forum", "rights", "said"),
    [
        (False, RIGHTS, "no topics"),
        (True, [], "administrator"),
        (True, ["can_manage_topics"], "delete messages"),
        (True, RIGHTS, "ok"),
    ],
)
async def test_the_operator_is_told_what_the_group_lacks(
    bench: Bench,
    forum: bool,  # noqa: FBT001
    rights: list[str],
    said: str,
) -> None:
    """Topics begin when all is there."""
    bench.fake.change_chat(GROUP, forum=forum, rights=rights)
    await bench.channel.check()
    assert said in bench.channel.state
    assert bench.channel.has_topics == (said == "ok")


async def test_a_group_that_is_not_there_is_told_too(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Once, in a line for the operator."""
    del bench.fake.chats[GROUP]
    for _ in range(2):
        await bench.channel.check()
    assert [record.getMessage() for record in caplog.records] == [
        "LOTSE_STAFF_GROUP: the bot is not in this group, or may not write there."
    ]


async def test_topics_that_were_switched_off_wait(bench: Bench) -> None:
    """Nothing is lost when the group has them again."""
    bench.fake.change_chat(GROUP, forum=False)
    with pytest.raises(RetryLaterError):
        await bench.send_line("Guten Tag")
    assert "topics" in bench.channel.state
