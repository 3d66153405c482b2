"""Everything the stand-in knows: chats, people, messages, taps, calls and what the bot has set."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.fakes.telegram.errors import bad_request, forbidden
from tests.fakes.telegram.params import Upload
from tests.fakes.telegram.updates import Signal, UpdateQueue
from tests.fakes.telegram.values import Call, Chat, Fault, Json, Message, Profile, Tap
from tests.fakes.telegram.webhook import Webhook

DEFAULT_TOKEN = "7000000001:AAtest-token-of-the-stand-in-0000000000"


class World:
    """State in memory; it outlives the bot process and ends with the stand-in."""

    def __init__(self, token: str = DEFAULT_TOKEN, *, username: str = "lotse_test_bot") -> None:
        self.token = token
        self.bot: Json = {
            "id": int(token.split(":", maxsplit=1)[0]),
            "is_bot": True,
            "first_name": "Lotse",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.chats: dict[int, Chat] = {}
        self.people: dict[int, Json] = {}
        self.history: dict[int, dict[int, Message]] = {}
        self.sent: list[Message] = []
        self.taps: dict[str, Tap] = {}
        self.all_calls: list[Call] = []
        self.call_counts: dict[str, int] = {}
        self.faults: list[Fault] = []
        self.profile = Profile()
        self.changed = Signal()
        self.queue = UpdateQueue()
        self.webhook = Webhook(self.queue, self.changed)
        self.queue.on_put = self.webhook.pump
        self.query_ids = itertools.count(4_000_000_000_000_000_001)
        self.file_ids = itertools.count(1)
        self.files: dict[str, bytes] = {}
        self._message_ids = itertools.count(1)
        self._own_ids: dict[int, itertools.count[int]] = {}

    def next_message_id(self, chat: Chat) -> int:
        """Private chats and groups share one row of numbers, supergroups and channels have their own."""
        if chat.type in {"private", "group"}:
            return next(self._message_ids)
        return next(self._own_ids.setdefault(chat.id, itertools.count(1)))

    def find_chat(self, chat_id: int | str) -> Chat:
        """The chat of a number or an @name; 400 when the bot cannot know it."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else self._named(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, chat_id: int | str) -> Chat:
        """The chat, if the bot may write there; 400 or 403 when it may not."""
        chat = self.find_chat(chat_id)
        if chat.blocked:
            private = chat.type == "private"
            raise forbidden("bot was blocked by the user" if private else f"bot was kicked from the {chat.type} chat")
        if not chat.writable:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def _named(self, name: str) -> Chat | None:
        wanted = name.removeprefix("@").lower()
        found = (chat for chat in self.chats.values() if chat.username and chat.username.lower() == wanted)
        # A person cannot be written to by name.
        return next((chat for chat in found if chat.type != "private"), None)

    def remove_topic(self, chat_id: int, thread: int) -> None:
        """Take a topic away, with all messages in it."""
        del self.chats[chat_id].topics[thread]
        for message in self.history.get(chat_id, {}).values():
            message.deleted = message.deleted or message.thread == thread
        self.changed.wake()

    def find_message(self, chat_id: int, message_id: int) -> Message | None:
        """The message, None when there was none or it was deleted."""
        found = self.history.get(chat_id, {}).get(message_id)
        return None if found is None or found.deleted else found

    def store(
        self,
        chat: Chat,
        method: str,
        content: Json,
        sender: Json | None,
        *,
        document: bytes | None = None,
        other_markup: Json | None = None,
    ) -> Message:
        """Put a message into a chat and give it its number."""
        message_id = self.next_message_id(chat)
        head: Json = {"message_id": message_id, "date": int(time.time()), "chat": chat.as_json()}
        if chat.type == "channel":
            head["sender_chat"] = head["chat"]
        elif sender is not None:
            head["from"] = sender
        by_bot = method != "person"
        message = Message(chat.id, message_id, by_bot, method, {**head, **content})
        message.document, message.other_markup = document, other_markup
        message.note_version()
        self.history.setdefault(chat.id, {})[message_id] = message
        if by_bot:
            self.sent.append(message)
        self.changed.wake()
        return message

    def place_in_topic(self, chat: Chat, thread: int | None, *, by_bot: bool) -> Json:
        """What a message in a topic has in its content; 400 for a topic that is gone, or closed to the writer."""
        if thread is None:
            return {}
        topic = chat.topics.get(thread) if chat.forum else None
        if topic is None:
            raise bad_request("message thread not found")
        if topic.closed and (not by_bot or "can_manage_topics" not in chat.rights):
            raise bad_request("TOPIC_CLOSED")
        return {"message_thread_id": thread, "is_topic_message": True}

    def send(self, chat: Chat, method: str, content: Json, params: Json, document: bytes | None = None) -> Message:
        """Put a message of the bot into a chat, with what the call said about replies, topic and keyboard."""
        extra: Json = {}
        reply = params.get("reply_parameters") or {}
        if reply:
            target = self.find_message(chat.id, int(reply.get("message_id", 0)))
            if target is None and not reply.get("allow_sending_without_reply"):
                raise bad_request("message to be replied not found")
            if target is not None:
                extra["reply_to_message"] = {
                    key: value for key, value in target.content.items() if key != "reply_to_message"
                }
        extra.update(self.place_in_topic(chat, params.get("message_thread_id"), by_bot=True))
        if params.get("protect_content"):
            extra["has_protected_content"] = True
        markup = params.get("reply_markup")
        if markup and "inline_keyboard" in markup:
            extra["reply_markup"], markup = markup, None
        sender = {key: self.bot[key] for key in ("id", "is_bot", "first_name", "username")}
        return self.store(chat, method, {**content, **extra}, sender, document=document, other_markup=markup)

    def new_file(self, size: int) -> Json:
        """File fields with ids that nobody else has."""
        number = next(self.file_ids)
        return {"file_id": f"file-{number}", "file_unique_id": f"unique-{number}", "file_size": size}

    def new_content(self, content: bytes) -> Json:
        """The same for a file that can be fetched."""
        fields = self.new_file(len(content))
        self.files[fields["file_id"]] = content
        return fields

    def take_fault(self, method: str, chat_id: object) -> Fault | None:
        """The fault that hits this call, used up by one."""
        for fault in self.faults:
            if fault.matches(method, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def note_call(self, method: str, params: dict[str, Any]) -> Call:
        """Remember a call; of files the name and size."""
        shown = {
            name: {"file_name": value.name, "size": len(value.content)} if isinstance(value, Upload) else value
            for name, value in params.items()
        }
        call = Call(method, shown)
        self.all_calls.append(call)
        key = method.lower()
        self.call_counts[key] = self.call_counts.get(key, 0) + 1
        self.changed.wake()
        return call
