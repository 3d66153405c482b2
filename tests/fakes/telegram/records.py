"""What tests read and wait for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.fakes.telegram.people import People

if TYPE_CHECKING:
    from tests.fakes.telegram.values import Call, Json, Message, Tap, Topic


class Records(People):
    """The world with its records open; waits end with TimeoutError after `timeout` seconds."""

    def messages(self, chat_id: int, *, by_bot: bool | None = True, deleted: bool = False) -> list[Message]:
        """Messages of a chat, oldest first: of the bot, of people (False) or all (None)."""
        return [
            message
            for message in self.history.get(chat_id, {}).values()
            if (deleted or not message.deleted) and by_bot in (None, message.by_bot)
        ]

    def all_messages(self, *, since: int = 0) -> list[Message]:
        """All the bot sent to anybody in the order of sending, without the first `since`."""
        return self.sent[since:]

    def topics(self, chat_id: int) -> list[Topic]:
        """The topics of a forum, the oldest first."""
        return list(self.chats[chat_id].topics.values())

    def calls(self, method: str | None = None) -> list[Call]:
        """Calls of a method, or of all, in order."""
        wanted = method.lower() if method is not None else None
        return [call for call in self.all_calls if wanted in (None, call.method.lower())]

    def list_taps(self, chat_id: int | None = None) -> list[Tap]:
        """Taps with the bot's answers to them."""
        return [tap for tap in self.taps.values() if chat_id in (None, tap.chat_id)]

    def commands(self, language_code: str = "", scope: Json | None = None) -> list[Json]:
        """The menu of commands of exactly this language and scope."""
        place = json.dumps(scope or {"type": "default"}, sort_keys=True)
        return self.profile.commands.get((place, language_code), [])

    def bot_texts(self) -> Json:
        """Name, description and short description by language code."""
        return {
            "name": self.profile.name,
            "description": self.profile.description,
            "short_description": self.profile.short_description,
        }

    def pending_updates(self) -> int:
        """Updates the bot has not confirmed."""
        return len(self.queue.waiting)

    def stats(self) -> Json:
        """Counts: pending updates, messages sent, taps answered, webhook attempts, calls by method (lower case)."""
        return {
            "pending_updates": len(self.queue.waiting),
            "sent": len(self.sent),
            "taps": len(self.taps),
            "taps_answered": sum(tap.answered for tap in self.taps.values()),
            "webhook_attempts": self.webhook.attempts,
            "webhook_error": self.webhook.last_error,
            "calls": dict(self.call_counts),
        }

    async def wait_for_messages(
        self,
        chat_id: int,
        count: int,
        timeout: float = 30.0,  # noqa: ASYNC109
    ) -> list[Message]:
        """The bot's messages of a chat, once there are `count`."""
        await self.changed.until(lambda: len(self.messages(chat_id)) >= count, timeout)
        return self.messages(chat_id)

    async def wait_for_sent(self, count: int, timeout: float = 30.0) -> int:  # noqa: ASYNC109
        """How many messages the bot sent to all chats, once there are `count`."""
        await self.changed.until(lambda: len(self.sent) >= count, timeout)
        return len(self.sent)

    async def wait_for_text(
        self,
        chat_id: int,
        text: str,
        timeout: float = 30.0,  # noqa: ASYNC109
    ) -> Message:
        """The first message of the bot in which `text` stands, as sent or after an edit."""
        await self.changed.until(lambda: any(text in message.text for message in self.messages(chat_id)), timeout)
        return next(message for message in self.messages(chat_id) if text in message.text)

    async def wait_for_topic(
        self,
        chat_id: int,
        name: str = "",
        *,
        closed: bool = False,
        timeout: float = 30.0,  # noqa: ASYNC109
    ) -> Topic:
        """The newest topic of a forum in whose name `name` stands, once it is there, and closed or open."""

        def found() -> list[Topic]:
            return [topic for topic in self.topics(chat_id) if name in topic.name and topic.closed == closed]

        await self.changed.until(lambda: bool(found()), timeout)
        return found()[-1]

    async def wait_for_reaction(
        self,
        chat_id: int,
        message_id: int,
        emoji: str,
        timeout: float = 30.0,  # noqa: ASYNC109
    ) -> None:
        """Return once the bot shows this reaction at a message."""
        await self.changed.until(lambda: self.history[chat_id][message_id].reactions == [emoji], timeout)

    async def wait_for_calls(
        self,
        method: str,
        count: int,
        timeout: float = 30.0,  # noqa: ASYNC109
    ) -> list[Call]:
        """The calls of a method, once `count` have come in."""
        await self.changed.until(lambda: self.call_counts.get(method.lower(), 0) >= count, timeout)
        return self.calls(method)

    async def wait_for_tap_answer(self, query_id: str, timeout: float = 30.0) -> Tap:  # noqa: ASYNC109
        """The tap, once the bot answered it."""
        await self.changed.until(lambda: self.taps[query_id].answered, timeout)
        return self.taps[query_id]

    async def wait_until_confirmed(self, timeout: float = 30.0) -> None:  # noqa: ASYNC109
        """Return once the bot has taken all updates."""
        await self.changed.until(lambda: not self.queue.waiting, timeout)
