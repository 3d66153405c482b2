"""The staff's group on Telegram: Lotse's parts around it, running, and the stand-in behind them."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_staff import new_code
from bot.conversation import AddToCase
from bot.delivery import Delivery
from bot.inbox.staffgroup import GroupParts
from bot.messages import Incoming
from bot.storage import cases, telegram_links
from bot.storage.access import Actor, Role
from bot.storage.database import Eraser
from tests.fakes.telegram import FakeTelegram, Message
from tests.fakes.telegram.values import Topic
from tests.inbox.staffroom import HOST
from tests.inbox.workroom import Workroom, content
from tests.storage.desk import colleague
from tests.storage.parts import held

GROUP = -1001234567890
RIGHTS = ["can_manage_topics", "can_delete_messages"]

_people = count(7_000_000_001)


@dataclass
class Grouproom:
    """What runs around the group. ``people`` are messages that were taken for those of contacts."""

    work: Workroom
    fake: FakeTelegram
    telegram: TelegramChannel
    group: GroupParts
    people: list[Incoming]

    async def member(
        self, name: str, *queues: str, role: Role = "social_worker", linked: bool = True
    ) -> tuple[Actor, int]:
        """Somebody of the staff who is in the group, and their number on Telegram."""
        actor = await colleague(self.work.parts, name, *queues, role=role)
        number = self.fake.add_person(next(_people), first_name=name)
        if linked:
            code = new_code()
            await telegram_links.make_code(self.work.room.database, actor.staff_id, code)
            self.fake.send_text(number, f"/link {code}")
            await self.fake.wait_for_messages(number, 1)
        return actor, number

    async def case(self, *texts: str, **options: Any) -> tuple[int, int]:
        """A case of somebody who writes on Telegram, and their number there."""
        person = self.fake.add_person(next(_people), first_name="Olena", language_code="uk")
        number = await self.work.case(*texts, person=str(person), **options)
        return number, person

    async def writes(self, person: int, text: str) -> None:
        """The person writes on while their case is open, as a turn would store it."""
        message = self.fake.send_text(person, text)
        talk = await held(self.work.parts, str(person))
        async with self.work.room.database.write() as connection:
            await cases.apply(connection, self.work.room.vault, talk, [AddToCase((text,), number=message)], time.time())

    async def topic(self, number: int) -> Topic:
        """The topic of a case, once its first message is there."""
        await self.fake.wait_for_text(GROUP, f"{HOST}/inbox/cases/{number}\n")
        return self.fake.topics(GROUP)[-1]

    def in_topic(self, topic: Topic) -> list[Message]:
        """What the bot wrote there."""
        return [message for message in self.fake.messages(GROUP) if message.thread == topic.number]


@asynccontextmanager
async def open_group(database_url: str, *, topics: bool = True, running: bool = True) -> AsyncIterator[Grouproom]:
    """A group with the bot in it, and Lotse polling, or about to."""
    work = await Workroom.open(database_url)
    room = work.room
    async with FakeTelegram() as fake:
        fake.add_chat(GROUP, forum=topics, rights=RIGHTS if topics else None)
        known = replace(
            room.settings,
            telegram_token=fake.token,
            telegram_api_url=fake.url,
            public_url=HOST,
            staff_group=GROUP,
            staff_topics=topics,
        )
        people: list[Incoming] = []

        async def store(messages: Sequence[Incoming]) -> None:
            people.extend(messages)

        telegram = TelegramChannel(known, room.vault, store, ["de"])
        group = GroupParts.of(known, room.entrance.gate, telegram, (room.database, room.vault), content)
        opened = Grouproom(work, fake, telegram, group, people)
        tasks: list[asyncio.Task[None]] = []
        if running:
            await telegram.connect()
            tasks = [asyncio.create_task(job) for job in _jobs(opened)]
        yield opened
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
    await work.close()


def _jobs(opened: Grouproom) -> list[Any]:
    eraser, queue = Eraser(opened.work.room.database), opened.work.parts.outgoing

    def deliver(channel: Any) -> Any:
        return Delivery(queue, channel, eraser, lambda _channel, _seconds: None).run()

    group = opened.group
    return [
        opened.telegram.run(),
        deliver(opened.telegram),
        deliver(group.channel),
        group.channel.watch(),
        group.job.run(),
    ]
