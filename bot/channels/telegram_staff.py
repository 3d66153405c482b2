"""The staff's group on Telegram: what they write there comes in, pings and topics of cases go out.

A group takes about 20 messages a minute, all topics together: https://core.telegram.org/bots/faq
"""

import asyncio
import logging
import re
import secrets
import time
import warnings
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

import telegram
from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.warnings import PTBUserWarning

from bot.channels.channel import RefusedError, RetryLaterError
from bot.channels.layout import split
from bot.channels.wording import command_of
from bot.settings import Settings
from bot.storage.outgoing import Envelope
from bot.storage.pings import CHANNEL
from bot.storage.staff_posts import Post

log = logging.getLogger(__name__)
# As in ``telegram``: the plain calls do without the library's objects.
warnings.filterwarnings("ignore", r"Please use 'Bot\.\w+ForumTopic'", PTBUserWarning)
warnings.filterwarnings("ignore", r"Please use 'Bot\.(sendMessage|copyMessage|setMessageReaction)'", PTBUserWarning)
warnings.filterwarnings("ignore", r"Please use 'Bot\.(getChat|getChatMember)'", PTBUserWarning)

_A_MINUTE, _MINUTE = 18, 60.0
_TEXT_LIMIT = 4096
_NAME_LIMIT = 128
_NOT_SET_UP = 300.0
_TOPIC_GONE: Final = ("thread not found", "topic_deleted", "topic_id_invalid", "topic not found", "invalid topic")
_NO_TOPICS: Final = ("not a forum", "forum is disabled", "forums_disabled", "not enough rights")
_GROUP_GONE: Final = ("chat not found", "group chat was deactivated", "bot was kicked", "chat_write_forbidden")
_CODE = re.compile(r"[A-Za-z0-9_-]{22}")
_START = "link_"
# A topic that was deleted is made anew once for each message; should that one be gone too, the message waits.
_TRIES = 2

Store = Callable[[Sequence[Post]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Thread:
    """The topic of a case. ``number`` is None if it has to be made; ``headed``: its first message is there."""

    name: str
    head: str
    number: int | None
    headed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What goes into a topic: a copy of (chat, message), or this text; then the topic may be closed or opened."""

    text: str
    copied_from: tuple[int, int] | None = None
    closes: bool = False
    opens: bool = False


class Topics(Protocol):
    """What the channel asks about topics; cases and lines are known by their numbers."""

    async def thread(self, case: int) -> Thread | None:
        """The topic of a case; None if nothing of it may be shown any more."""

    async def line(self, number: int) -> Line | None:
        """A line of the transcript; None if it is erased."""

    async def made(self, case: int, thread: int) -> bool:
        """Keep the number of a new topic; False if nothing of the case may be shown any more."""

    async def headed(self, case: int) -> None:
        """Keep that its first message is there."""

    async def lost(self, case: int, thread: int) -> None:
        """Keep that a topic is gone."""


class StaffGroupChannel:
    """Sends to the group and its topics. ``state`` is ``ok``, or says what the operator has to do."""

    name = CHANNEL

    def __init__(self, settings: Settings, bot: telegram.Bot, store: Store, topics: Topics) -> None:
        self._group = settings.staff_group
        self._wants_topics = settings.staff_topics
        self._bot = bot
        self._store = store
        self._topics = topics
        self._times: list[float] = []
        self._rests_until = 0.0
        self.has_topics = False
        self.state = "not checked yet"

    # In

    async def take_out(self, updates: Sequence[Update]) -> Sequence[Update]:
        """Store what staff write in topics, and codes that connect their accounts; return the other updates."""
        posts: list[Post] = []
        others = []
        for update in updates:
            try:
                post = self.read(update)
            except Exception as error:  # noqa: BLE001 - the library checks no types
                log.error("update %d is left out: %s", update.update_id, type(error).__name__)  # noqa: TRY400 - it may quote
                continue
            if post:
                posts.append(post)
            else:
                others.append(update)
        if posts:
            await self._store(posts)
        return others

    def read(self, update: Update) -> Post | None:
        """What staff wrote; None if it is none of that."""
        message = update.message or update.edited_message
        if message is None or message.from_user is None or not self._wants_topics:
            return None
        kind = "edit" if update.edited_message else "post"
        text, thread = message.text, message.message_thread_id or 0
        if message.chat.type == ChatType.PRIVATE:
            text, kind, thread = _code(text or "", self._bot.username), "code", 0
            if not text or update.edited_message:
                return None
        elif message.chat.id != self._group or not message.is_topic_message:
            return None
        elif text is None and not message.effective_attachment:
            return None  # a notice, such as that the topic was closed
        return Post(
            kind=kind,  # type: ignore[arg-type]  # one of the three
            update_id=str(update.update_id),
            person=str(message.from_user.id),
            chat=message.chat.id,
            thread=thread,
            message=message.message_id,
            text=text,
        )

    # Set-up

    async def watch(self) -> None:
        """Check the group now and every minute, until cancelled."""
        while True:
            await self.check()
            await asyncio.sleep(_MINUTE)

    async def check(self) -> None:
        """Look whether the group is what the settings say; what is missing is said in the log, once."""
        try:
            state = await self._look()
        except (BadRequest, Forbidden, ChatMigrated) as error:
            state = _unusable(error)
        except TelegramError as error:
            self._say_state(f"not checked: {type(error).__name__}")
            return
        self.has_topics = state == "ok" and self._wants_topics
        self._say_state(state)

    def _say_state(self, state: str) -> None:
        if state not in {"ok", self.state}:
            log.error("LOTSE_STAFF_GROUP: %s.", state)
        self.state = state

    async def _look(self) -> str:
        group: Any = await self._bot.do_api_request("getChat", {"chat_id": self._group})
        if group.get("type") not in (ChatType.GROUP, ChatType.SUPERGROUP):
            return "this is no group"
        if not self._wants_topics:
            return "ok"
        if not group.get("is_forum"):
            return "the group has no topics: switch them on in its settings, or set LOTSE_STAFF_TOPICS=no"
        asked = {"chat_id": self._group, "user_id": self._bot.id}
        me: Any = await self._bot.do_api_request("getChatMember", asked)
        rights = ("can_manage_topics", "can_delete_messages")
        if me.get("status") != ChatMemberStatus.ADMINISTRATOR or not all(me.get(right) for right in rights):
            return "the bot must be an administrator of the group that may manage topics and delete messages"
        return "ok"

    # Out

    async def send(self, envelope: Envelope, lane: str) -> None:  # noqa: ARG002 - a channel's form
        """Send one message; see ``Channel.send`` for the errors. Nobody here is gone for good: the group comes back."""
        address = envelope.address
        try:
            await self._send(address, envelope.reply.text)
        except RetryAfter as error:
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            self._rests_until = time.monotonic() + seconds
            raise RetryLaterError("too many requests", seconds) from error
        except (ChatMigrated, Forbidden, BadRequest) as error:
            if address["to"] == "private":
                raise RefusedError(error.message) from error
            if _is(error, _GROUP_GONE) or _is(error, _NO_TOPICS) or not isinstance(error, BadRequest):
                self._say_state(_unusable(error))
                raise RetryLaterError(self.state, _NOT_SET_UP) from error
            if _is(error, _TOPIC_GONE):
                raise RetryLaterError(error.message) from error
            raise RefusedError(error.message) from error
        except TelegramError as error:
            raise RetryLaterError(type(error).__name__) from error

    async def _send(self, address: dict[str, Any], text: str) -> None:
        to = address["to"]
        if to == "group":
            await self._say(self._group, text)
        elif to == "private":
            await self._say(address["chat"], text)
        elif to == "mark":
            reaction = [{"type": "emoji", "emoji": address["emoji"]}]
            values = {"chat_id": self._group, "message_id": address["message"], "reaction": reaction}
            await self._call("setMessageReaction", **values)
        elif to == "drop":
            await self._unless("deleteForumTopic", _TOPIC_GONE, address["thread"])
        else:
            await self._to_topic(address, text)

    async def _to_topic(self, address: dict[str, Any], text: str) -> None:
        """Send to the topic of a case; one that was deleted is made anew."""
        case, number = address["case"], address.get("line", 0)
        for _ in range(_TRIES):
            line = Line(text) if text else await self._topics.line(number) if number else Line("")
            thread = await self._open(case) if line else None
            if line is None or thread is None:
                return  # erased meanwhile
            try:
                await self._post(thread, line, address.get("answers"))
            except BadRequest as error:
                if not _is(error, _TOPIC_GONE):
                    raise
                await self._topics.lost(case, thread)
            else:
                return
        raise RetryLaterError("the topic cannot be found")

    async def _open(self, case: int) -> int | None:
        """The number of the topic, which is made, and told what it is about, where that was not done yet."""
        found = await self._topics.thread(case)
        if found is None:
            return None
        number = found.number
        if number is None:
            self._hold_back()
            name = found.name[:_NAME_LIMIT]
            made = await self._call("createForumTopic", chat_id=self._group, name=name)
            number = int(made["message_thread_id"])
            if not await self._topics.made(case, number):
                await self._unless("deleteForumTopic", _TOPIC_GONE, number)
                return None
        if not found.headed or found.number is None:
            try:
                await self._say(self._group, found.head, message_thread_id=number)
            except BadRequest as error:
                if _is(error, _TOPIC_GONE):
                    await self._topics.lost(case, number)
                raise
            await self._topics.headed(case)
        return number

    async def _post(self, thread: int, line: Line, answers: int | None) -> None:
        if line.opens:
            await self._unless("reopenForumTopic", ("topic_not_modified",), thread)
        if not line.copied_from or not await self._copy(thread, line.copied_from):
            more: dict[str, Any] = {"message_thread_id": thread}
            if answers:
                more["reply_parameters"] = {"message_id": answers, "allow_sending_without_reply": True}
            await self._say(self._group, line.text, **more)
        if line.closes:
            await self._unless("closeForumTopic", ("topic_not_modified",), thread)

    async def _copy(self, thread: int, origin: tuple[int, int]) -> bool:
        """Copy what the person sent, without their name; False if that cannot be done (any more)."""
        self._hold_back()
        chat, message = origin
        values = {"chat_id": self._group, "message_thread_id": thread, "from_chat_id": chat, "message_id": message}
        try:
            await self._call("copyMessage", **values)
        except (BadRequest, Forbidden) as error:
            if _is(error, _TOPIC_GONE):
                raise
            # Whether it is the person's chat that is gone or the group, sending the text will tell.
            return False
        return True

    async def _say(self, chat: int, text: str, **more: Any) -> None:
        for part in split(text, _TEXT_LIMIT):
            self._hold_back()
            values = {"chat_id": chat, "text": part, "link_preview_options": {"is_disabled": True}, **more}
            await self._call("sendMessage", **values)

    async def _unless(self, method: str, fine: Sequence[str], thread: int) -> None:
        """Do something with a topic; that it is so already, or gone, is fine."""
        try:
            await self._call(method, chat_id=self._group, message_thread_id=thread)
        except BadRequest as error:
            if not _is(error, fine):
                raise

    def _hold_back(self) -> None:
        """Count a message of this minute.

        Raises:
            RetryLaterError: there have been enough; the others wait in the queue, and no connection waits with them.
        """
        now = time.monotonic()
        self._times = [moment for moment in self._times if moment > now - _MINUTE]
        if now < self._rests_until:
            raise RetryLaterError("the group rests", self._rests_until - now)
        if len(self._times) >= _A_MINUTE:
            raise RetryLaterError("enough for this minute", self._times[0] + _MINUTE - now)
        self._times.append(now)

    async def _call(self, method: str, **values: Any) -> Any:
        return await self._bot.do_api_request(method, values)


def _code(text: str, own_name: str) -> str:
    """The code in ``/link CODE``, or in what a link to the bot makes of it; empty if there is none."""
    command, rest = command_of(text, own_name)
    if command == "start" and rest.startswith(_START):
        rest = rest.removeprefix(_START)
    elif command != "link":
        return ""
    return rest if _CODE.fullmatch(rest) else ""


def new_code() -> str:
    """A code that nobody can guess, in the form that ``/link`` takes."""
    return secrets.token_urlsafe(16)


def code_link(username: str, code: str) -> str:
    """An address that opens the bot on Telegram and sends it the code."""
    return f"https://t.me/{username}?start={_START}{code}"


def _is(error: TelegramError, signs: Sequence[str]) -> bool:
    return any(sign in error.message.lower() for sign in signs)


def _unusable(error: TelegramError) -> str:
    if isinstance(error, ChatMigrated):
        return f"the group has another number now: {error.new_chat_id}"
    if _is(error, _NO_TOPICS):
        return "the bot cannot make topics there: the group needs topics, and the bot the right to manage them"
    return "the bot is not in this group, or may not write there"
