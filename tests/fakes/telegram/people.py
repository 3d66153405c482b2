"""What simulated people do: write, send things, edit, tap, block."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.errors import ApiError, SimError
from tests.fakes.telegram.text import command_entities
from tests.fakes.telegram.values import REFUSALS, Chat, Fault, Json, Message, Tap
from tests.fakes.telegram.world import World

_FAULTS = frozenset(
    {"too_many_requests", "server_error", "bad_gateway", "drop_before", "drop_after", "slow", *REFUSALS}
)
_GROUP_TYPES = frozenset({"group", "supergroup", "channel"})


class People(World):
    """The world with hands: each method is one thing a person does, and returns at once.

    `sender` is the id of a person; it may be left out in private chats, where it is the chat's id.
    SimError tells of what cannot happen, such as a tap on a button that is not there.
    """

    def add_person(
        self,
        person_id: int,
        *,
        language_code: str | None = "de",
        first_name: str = "Sami",
        username: str | None = None,
        started: bool = True,
    ) -> int:
        """A person with a private chat of the same id, to which the bot may write if `started`."""
        person: Json = {"id": person_id, "is_bot": False, "first_name": first_name}
        if language_code is not None:
            person["language_code"] = language_code
        if username is not None:
            person["username"] = username
        self.people[person_id] = person
        self.chats[person_id] = Chat(person_id, "private", first_name, username, writable=started)
        return person_id

    def add_chat(
        self,
        chat_id: int,
        chat_type: str = "supergroup",
        *,
        title: str = "Team",
        username: str | None = None,
        forum: bool = False,
        rights: list[str] | None = None,
    ) -> int:
        """A group, supergroup or channel with the bot in it; its id is negative. Only a supergroup can be a forum."""
        if chat_type not in _GROUP_TYPES or chat_id >= 0:
            raise SimError("a group, supergroup or channel has a negative id")
        if forum and chat_type != "supergroup":
            raise SimError("only a supergroup can be a forum")
        self.chats[chat_id] = Chat(chat_id, chat_type, title, username, forum=forum, rights=frozenset(rights or ()))
        return chat_id

    def change_chat(self, chat_id: int, *, forum: bool | None = None, rights: list[str] | None = None) -> None:
        """Switch a group's topics on or off, or give the bot other rights there."""
        chat = self.chats[chat_id]
        chat.forum = chat.forum if forum is None else forum
        chat.rights = chat.rights if rights is None else frozenset(rights)

    def delete_topic(self, chat_id: int, thread: int) -> None:
        """A person deletes a topic with all that is in it; the bot is not told."""
        self.remove_topic(chat_id, thread)

    def send_text(
        self,
        chat_id: int,
        text: str,
        *,
        entities: list[Json] | None = None,
        sender: int | None = None,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> int:
        """A text or a command; commands get their entities. `thread` is a topic. The id of the message."""
        found = command_entities(text) if entities is None and "/" in text else entities
        content: Json = {"text": text, "entities": found} if found else {"text": text}
        return self._write(chat_id, content, sender, reply_to, thread)

    def send_texts(self, texts: list[tuple[int, str]]) -> list[int]:
        """Many texts, each with its chat, in this order; unknown people come into being."""
        for chat_id, _ in texts:
            if chat_id not in self.chats:
                self.add_person(chat_id)
        return [self.send_text(chat_id, text) for chat_id, text in texts]

    def send_photo(
        self,
        chat_id: int,
        *,
        caption: str | None = None,
        sender: int | None = None,
        thread: int | None = None,
        content: bytes | None = None,
    ) -> int:
        """A photo in two sizes; only the larger one can be fetched, if there is any content."""
        sizes = [{**self.new_file(size * size // 8), "width": size, "height": size} for size in (90, 800)]
        if content is not None:
            sizes[-1] |= self.new_content(content)
        return self._write(chat_id, {"photo": sizes, **_caption(caption)}, sender, thread=thread)

    def send_voice(
        self, chat_id: int, *, duration: int = 3, sender: int | None = None, content: bytes | None = None
    ) -> int:
        """A voice message of `duration` seconds."""
        kept = self.new_file(4000 * duration) if content is None else self.new_content(content)
        voice = {**kept, "duration": duration, "mime_type": "audio/ogg"}
        return self._write(chat_id, {"voice": voice}, sender)

    def send_document(
        self,
        chat_id: int,
        file_name: str = "brief.pdf",
        *,
        caption: str | None = None,
        sender: int | None = None,
        content: bytes | None = None,
        size: int = 20_000,
    ) -> int:
        """A document; without content there is none behind it, whatever its size."""
        kept = self.new_file(size) if content is None else self.new_content(content)
        document = {**kept, "file_name": file_name, "mime_type": "application/pdf"}
        return self._write(chat_id, {"document": document, **_caption(caption)}, sender)

    def send_sticker(self, chat_id: int, emoji: str = "👍", *, sender: int | None = None) -> int:
        """A sticker."""
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._write(chat_id, {"sticker": {**self.new_file(9000), **shape, "emoji": emoji}}, sender)

    def send_contact(self, chat_id: int, phone_number: str, first_name: str = "Sami") -> int:
        """A person's phone number, their own when the chat is private."""
        contact = {"phone_number": phone_number, "first_name": first_name, "user_id": chat_id}
        return self._write(chat_id, {"contact": contact}, None)

    def send_location(self, chat_id: int, latitude: float, longitude: float) -> int:
        """A place on the map, in degrees."""
        return self._write(chat_id, {"location": {"latitude": latitude, "longitude": longitude}}, None)

    def edit_text(self, chat_id: int, message_id: int, text: str) -> None:
        """A person changes a message of theirs."""
        message = self._message(chat_id, message_id)
        if message.by_bot:
            raise SimError("a person cannot edit the bot's message")
        changed: Json = {**message.content, "text": text, "edit_date": message.content["date"]}
        changed.pop("entities", None)
        found = command_entities(text)
        message.content = {**changed, "entities": found} if found else changed
        message.note_version()
        kind = "edited_channel_post" if self.chats[chat_id].type == "channel" else "edited_message"
        self.queue.put(kind, message.content, chat_id)

    def tap(
        self,
        chat_id: int,
        message_id: int | None = None,
        *,
        label: str | None = None,
        data: str | None = None,
        sender: int | None = None,
        forged: bool = False,
        expired: bool = False,
        inaccessible: bool = False,
    ) -> str:
        """Tap a button by its label or data; the id of the callback query.

        Without a message: the bot's newest one that has such a button. `forged` sends any data, button or not.
        `expired` makes Telegram refuse the answer. `inaccessible` sends the message as one too old to be seen.
        """
        message = self._tapped(chat_id, message_id, label, data, forged=forged)
        button = _button(message, label, data)
        sent = str(button["callback_data"]) if button is not None and not forged else data or ""
        person = self._sender(chat_id, sender)
        query_id = str(next(self.query_ids))
        tap = Tap(query_id, chat_id, message.message_id, sent, person["id"], expired=expired)
        self.taps[query_id] = tap
        shown = message.content
        if inaccessible or message.deleted:
            shown = {"chat": shown["chat"], "message_id": message.message_id, "date": 0}
        query = {"id": query_id, "from": person, "message": shown, "chat_instance": str(chat_id), "data": sent}
        self.queue.put("callback_query", query, chat_id)
        return query_id

    def block(self, chat_id: int) -> None:
        """A person blocks the bot, or a group throws it out."""
        self._set_blocked(chat_id, blocked=True)

    def unblock(self, chat_id: int) -> None:
        """The way back from `block`."""
        self._set_blocked(chat_id, blocked=False)

    def deliver(self, update: Json) -> int:
        """Queue an update as it stands, malformed or not; the next id when it has none."""
        return self.queue.put_raw(update)

    def inject_fault(
        self,
        kind: str,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
        retry_after: int = 1,
        seconds: float = 0.0,
    ) -> None:
        """Let the next `times` matching calls go wrong; see `Fault` for the kinds."""
        if kind not in _FAULTS or times < 1:
            raise SimError(f"kinds of fault: {', '.join(sorted(_FAULTS))}")
        self.faults.append(Fault(kind, method, chat_id, times, retry_after, seconds))

    def clear_faults(self) -> None:
        """All goes well again."""
        self.faults.clear()

    def set_delivery(
        self, *, parallel: bool | None = None, pauses: list[float] | None = None, timeout: float | None = None
    ) -> None:
        """How the webhook is served: at once or one by one, seconds between attempts, seconds to answer."""
        if parallel is not None:
            self.webhook.parallel = parallel
        if pauses:
            self.webhook.pauses = tuple(pauses)
        if timeout is not None:
            self.webhook.timeout = timeout
        self.webhook.pump()

    def _write(
        self,
        chat_id: int,
        content: Json,
        sender: int | None,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> int:
        chat = self.chats.get(chat_id)
        if chat is None or chat.blocked:
            raise SimError(f"chat {chat_id} does not exist or has blocked the bot")
        chat.writable = True
        try:
            content = {**content, **self.place_in_topic(chat, thread, by_bot=False)}
        except ApiError as error:
            raise SimError(error.description) from None
        if reply_to is not None:
            content = {**content, "reply_to_message": self._message(chat_id, reply_to).content}
        person = None if chat.type == "channel" else self._sender(chat_id, sender)
        message = self.store(chat, "person", content, person)
        kind = "channel_post" if chat.type == "channel" else "message"
        self.queue.put(kind, message.content, chat_id)
        return message.message_id

    def _sender(self, chat_id: int, sender: int | None) -> Json:
        person = self.people.get(chat_id if sender is None else sender)
        if person is None:
            raise SimError("the sender is not a known person")
        return person

    def _message(self, chat_id: int, message_id: int) -> Message:
        found = self.history.get(chat_id, {}).get(message_id)
        if found is None:
            raise SimError(f"no message {message_id} in chat {chat_id}")
        return found

    def _tapped(
        self, chat_id: int, message_id: int | None, label: str | None, data: str | None, *, forged: bool
    ) -> Message:
        if message_id is not None:
            candidates = [self._message(chat_id, message_id)]
        else:
            candidates = [message for message in self.history.get(chat_id, {}).values() if message.by_bot]
        for message in reversed(candidates):
            if forged or (_button(message, label, data) is not None and not message.deleted):
                return message
        raise SimError(f"no button {label or data!r} in chat {chat_id}")

    def _set_blocked(self, chat_id: int, *, blocked: bool) -> None:
        chat = self.chats[chat_id]
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        states = [{"user": self.bot, "status": "member"}, {"user": self.bot, "status": "kicked", "until_date": 0}]
        old, new = states if blocked else reversed(states)
        person = self.people.get(chat_id) or {"id": 777000, "is_bot": False, "first_name": "Telegram"}
        change: Json = {"chat": chat.as_json(), "from": person, "date": 0}
        change.update(old_chat_member=old, new_chat_member=new)
        self.queue.put("my_chat_member", change, chat_id)


def _caption(caption: str | None) -> Json:
    return {} if caption is None else {"caption": caption}


def _button(message: Message, label: str | None, data: str | None) -> dict[str, Any] | None:
    for button in message.buttons:
        if "callback_data" in button and (button["text"] == label or button["callback_data"] == data):
            return button
    return None
