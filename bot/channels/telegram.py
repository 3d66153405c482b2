"""Telegram, through python-telegram-bot: polling or webhook in, messages out.

Updates are stored before they are acknowledged: the polling offset moves on, or the webhook answers 200,
only after that. Limits: https://core.telegram.org/bots/api
"""

import asyncio
import json
import logging
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import telegram
from telegram import BotCommand, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.channels import taps, telegram_files, wording
from bot.channels.channel import RefusedError, RetryLaterError, UnreachableError
from bot.channels.telegram_form import form
from bot.i18n import Texts
from bot.messages import FileRef, Incoming, Location, Message, Reply
from bot.settings import Settings
from bot.storage.crypto import Vault
from bot.storage.database import DATABASE_ERRORS
from bot.storage.outgoing import Envelope

log = logging.getLogger(__name__)
# Reading updates one by one, and sending without the library's objects, need the plain call.
warnings.filterwarnings("ignore", r"Please use 'Bot\.(getUpdates|sendMessage|editMessageText)'", PTBUserWarning)

NAME = "telegram"
ALLOWED_UPDATES = ["message", "edited_message", "callback_query"]
# Telegram knows languages of two letters only; to it, Kurmanji is Kurdish.
_TWO_LETTERS = {"kmr": "ku"}
_TYPING_PER_SECOND = 5
# Telegram takes about 30 messages a second; at a tenth of a second each that is three connections. The pool looks at
# every idle one at each request, so more would only cost time.
_CONNECTIONS = 6
_POLL_SECONDS = 25
_NUMBERS = 2**63
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "peer_id_invalid")
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_CONNECT_SECONDS = 5.0
_REFUSED_SECONDS = 60.0
_FAILURES_UNTIL_NOT_READY = 3
_BAD_TOKEN = "Telegram refuses the token. Check LOTSE_TELEGRAM_TOKEN (@BotFather shows it)."  # noqa: S105 - it names one
Store = Callable[[Sequence[Incoming]], Awaitable[object]]


class TelegramChannel:
    """Sends replies, and turns updates into messages. It keeps nothing.

    ``refused_seconds`` is how long it waits after Telegram has refused the token or the webhook.
    """

    name = NAME

    def __init__(
        self,
        settings: Settings,
        vault: Vault,
        store: Store,
        languages: Sequence[str],
        *,
        refused_seconds: float = _REFUSED_SECONDS,
    ) -> None:
        self._refused_seconds = refused_seconds
        self._settings = settings
        self._vault = vault
        self._store = store
        self._languages = languages
        self._typing = _Allowance(_TYPING_PER_SECOND)
        self._background: set[asyncio.Task[Any]] = set()
        self.ready = False
        # What belongs to the staff's group is stored by it, and the rest is given back.
        self.take_out: Callable[[Sequence[Update]], Awaitable[Sequence[Update]]] | None = None
        self._connected = asyncio.Event()
        # The library's Application confirms updates before anybody has stored them, so we poll ourselves.
        self.bot = telegram.Bot(
            settings.telegram_token,
            base_url=f"{settings.telegram_api_url}/bot",
            base_file_url=f"{settings.telegram_api_url}/file/bot",
            request=HTTPXRequest(connection_pool_size=_CONNECTIONS, pool_timeout=30.0),
            get_updates_request=HTTPXRequest(connection_pool_size=1),
        )

    # In

    async def run(self) -> None:
        """Connect, introduce the bot in every language and receive updates until cancelled."""
        await self.connect()
        introducing = self._in_background(self._introduce())
        try:
            if self._settings.telegram_mode == "webhook":
                await self._until_agreed(self._set_webhook, "LOTSE_PUBLIC_URL")
                self.ready = True
                await asyncio.Event().wait()
            else:
                await self._poll()
        finally:
            self.ready = False
            introducing.cancel()
            with suppress(TelegramError, RuntimeError):
                await self.bot.shutdown()

    async def connect(self) -> None:
        """Log in; an unreachable server is tried again, a refused token is said clearly and tried rarely."""
        seconds = 1.0
        while True:
            try:
                await self.bot.initialize()
            except InvalidToken:
                log.error(_BAD_TOKEN)  # noqa: TRY400 - the error's text may quote it
                seconds = self._refused_seconds
            except TelegramError as error:
                log.warning("Telegram cannot be reached (%s), trying again in %.0f s", type(error).__name__, seconds)
            else:
                self._connected.set()
                return
            await asyncio.sleep(seconds)
            seconds = min(seconds * 2, self._refused_seconds)

    @property
    def is_connected(self) -> bool:
        """Whether the bot has logged in, and knows its name."""
        return self._connected.is_set()

    async def until_connected(self) -> None:
        """Wait until the bot has logged in.

        Before, a message would take long to leave; whoever is killed meanwhile cannot know whether it has.
        """
        await self._connected.wait()

    async def _until_agreed(self, call: Callable[[], Awaitable[Any]], variable: str) -> None:
        """Repeat a call until Telegram does not refuse it any more; ``variable`` is what an operator should look at."""
        while True:
            try:
                await self._patiently(call)
            except InvalidToken:
                log.error(_BAD_TOKEN)  # noqa: TRY400 - the error's text may quote it
            except TelegramError as error:
                log.error("Telegram refuses to start: %s. Check %s.", error.message, variable)  # noqa: TRY400 - one line
            else:
                return
            await asyncio.sleep(self._refused_seconds)

    async def _set_webhook(self) -> None:
        await self.bot.set_webhook(
            f"{self._settings.public_url}/telegram",
            secret_token=self._settings.webhook_secret,
            allowed_updates=ALLOWED_UPDATES,
        )

    async def _poll(self) -> None:
        """Ask for updates; the offset, which confirms them, moves on only after they are stored."""
        offset, seconds, failures = 0, 0.0, 0
        await self._until_agreed(self.bot.delete_webhook, "LOTSE_TELEGRAM_TOKEN")
        self.ready = True
        while True:
            try:
                # After a failure nobody shall wait for the next message to learn that all is well again.
                updates = await self._get_updates(offset, 0 if failures else _POLL_SECONDS)
                failures, self.ready = 0, True
                await self.receive(updates)
                offset, seconds = max([offset, *(update.update_id + 1 for update in updates)]), 0.0
            except TelegramError as error:
                failures, seconds = failures + 1, self._pause_after(error, seconds)
                if failures >= _FAILURES_UNTIL_NOT_READY or isinstance(error, InvalidToken):
                    self.ready = False
            except DATABASE_ERRORS as error:
                log.warning("updates cannot be stored yet: %s", type(error).__name__)
                seconds = min(max(seconds * 2, 0.5), 30.0)
            await asyncio.sleep(seconds)

    def _pause_after(self, error: TelegramError, last: float) -> float:
        """Say why polling failed, and return the seconds until the next try, the last one having waited ``last``."""
        if isinstance(error, InvalidToken):
            log.error(_BAD_TOKEN)
            return self._refused_seconds
        if isinstance(error, Conflict):
            log.warning("Telegram: another program polls with the same token. Stop one of them.")
            return 5.0
        if isinstance(error, RetryAfter):
            return _seconds(error)
        log.warning("polling Telegram: %s", type(error).__name__)
        return min(max(last * 2, 0.5), 30.0)

    async def _get_updates(self, offset: int, seconds: int) -> Sequence[Update]:
        try:
            return await self.bot.get_updates(offset, timeout=seconds, allowed_updates=ALLOWED_UPDATES)
        except TelegramError:
            raise
        except Exception as error:  # noqa: BLE001 - the library raises what its parser happens to raise
            log.warning("an update has an unknown form: %s", type(error).__name__)
        # One update that the library cannot read would come again for ever: read them one by one.
        raw = await self.bot.do_api_request("getUpdates", {"offset": offset, "limit": 1})
        try:
            return [Update.de_json(values, self.bot) for values in raw]
        except Exception as error:  # noqa: BLE001 - the same
            log.error("update %s is left out: %s", raw[0]["update_id"], type(error).__name__)  # noqa: TRY400 - no trace: it may quote
            return [Update(raw[0]["update_id"])]

    async def webhook(self, body: bytes) -> None:
        """Store the update of a webhook call.

        A call may come before the bot knows its own name, without which a command cannot be read: it waits.

        Raises:
            ValueError: the body is not an update; the text says why, without quoting it.
            TimeoutError: the bot has not connected yet; Telegram shall send the update again.
        """
        async with asyncio.timeout(_CONNECT_SECONDS):
            await self.until_connected()
        try:
            values = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ValueError("the body is not JSON") from error
        number = values.get("update_id") if isinstance(values, dict) else None
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _NUMBERS:
            raise ValueError("the body is not an update: it needs a whole number update_id")
        try:
            update = Update.de_json(values, self.bot)
        except Exception as error:
            raise ValueError("the body is not an update of the Bot API") from error
        await self.receive([update])

    async def receive(self, updates: Sequence[Update]) -> None:
        """Store updates that are for us; groups and channels are left alone, but for that of the staff."""
        if self.take_out:
            updates = await self.take_out(updates)
        incoming = [message for update in updates if (message := self._read(update)) is not None]
        if incoming:
            await self._store(incoming)
        for update in updates:
            if update.callback_query:
                # What the person sees at once: it is no loss if it fails.
                self._in_background(_quietly(self.bot.answer_callback_query(update.callback_query.id)))

    def show_typing(self, address: Mapping[str, str | int]) -> None:
        """Show the person that an answer is being written, if there are not too many to show it to."""
        if self._connected.is_set() and self._typing.take():
            self._in_background(_quietly(self.bot.send_chat_action(int(address["chat"]), ChatAction.TYPING)))

    def _read(self, update: Update) -> Incoming | None:
        """The message in an update; one that is not formed as Telegram forms them must not stop all others."""
        try:
            return self.incoming(update)
        except Exception as error:  # noqa: BLE001 - the library checks no types
            log.error("update %d is left out: %s", update.update_id, type(error).__name__)  # noqa: TRY400 - it may quote
            return None

    def incoming(self, update: Update) -> Incoming | None:
        """The message in an update, without anything that names the person; None if it is not for us."""
        chat = update.effective_chat
        if chat is None or chat.type != ChatType.PRIVATE or update.effective_user is None:
            return None
        message = self._tap(update) if update.callback_query else self._message(update)
        if message is None:
            return None
        if update.message:
            message = replace(message, number=update.message.message_id)
        return Incoming(
            channel=NAME,
            update_id=str(update.update_id),
            sequence=update.update_id,
            person=str(chat.id),
            address={"chat": chat.id},
            message=message,
            received_at=datetime.now(UTC),
        )

    def _tap(self, update: Update) -> Message | None:
        query = update.callback_query
        if query is None or query.message is None:
            return None
        action = taps.verify(self._vault, (NAME, str(query.message.chat.id)), query.data or "")
        return Message(
            kind="tap",
            action=action,
            language_hint=query.from_user.language_code or "",
            reference=str(query.message.message_id),
        )

    def _message(self, update: Update) -> Message | None:
        message = update.effective_message
        if message is None or update.effective_user is None:
            return None
        hint = update.effective_user.language_code or ""
        edited = update.edited_message is not None
        if message.text is not None:
            command, rest = wording.command_of(message.text, self.bot.username)
            if command:
                return Message(kind="command", text=command, rest=rest, language_hint=hint, edited=edited)
            return Message(kind="text", text=message.text, language_hint=hint, edited=edited)
        if message.location is not None:
            # A live location is edited all the time; the first one is enough.
            point = Location(message.location.latitude, message.location.longitude)
            return None if edited else Message(kind="location", location=point, language_hint=hint)
        if not (medium := telegram_files.medium_of(message)):
            return None
        caption, file = message.caption or "", telegram_files.file_of(message)
        return Message("unreadable", caption, medium=medium, file=file, language_hint=hint, edited=edited)

    # Out

    async def send(self, envelope: Envelope, lane: str) -> None:
        """Send one message; see ``Channel.send`` for the errors."""
        chat = int(envelope.address["chat"])
        try:
            await self._send(chat, envelope, lane)
        except RetryAfter as error:
            raise RetryLaterError("too many requests", _seconds(error)) from error
        except Forbidden as error:
            raise UnreachableError(error.message) from error
        except BadRequest as error:
            if any(sign in error.message.lower() for sign in _GONE):
                raise UnreachableError(error.message) from error
            raise RefusedError(error.message) from error
        except taps.TooLongActionError as error:
            raise RefusedError(str(error)) from error
        except TelegramError as error:
            raise RetryLaterError(type(error).__name__) from error

    async def _send(self, chat: int, envelope: Envelope, lane: str) -> None:
        reply = envelope.reply
        if reply.place:
            point = reply.place.location
            await self.bot.send_venue(chat, point.latitude, point.longitude, reply.place.name, reply.place.address)
        elif reply.document:
            await telegram_files.send_file(self.bot, chat, reply.document, reply.title)
        elif reply.replaces and envelope.reference and await self._replace(chat, int(envelope.reference), reply, lane):
            return
        else:
            made = form(self._vault, reply, lane)
            await self._call("sendMessage", chat_id=chat, **made, link_preview_options={"is_disabled": True})

    async def _replace(self, chat: int, message: int, reply: Reply, lane: str) -> bool:
        """Change the message whose button was tapped; False if it cannot be changed any more."""
        made = form(self._vault, reply, lane)
        try:
            await self._call("editMessageText", chat_id=chat, message_id=message, **made)
        except BadRequest as error:
            if "message is not modified" in error.message.lower():
                return True
            if any(sign in error.message.lower() for sign in _NOT_EDITABLE):
                return False
            raise
        return True

    async def _call(self, method: str, **values: Any) -> None:
        """Call without the library's objects: it would make a hundred of them of an answer that nobody reads."""
        await self.bot.do_api_request(method, values)

    async def fetch(self, file: FileRef) -> bytes:
        """What is in a file that a person sent; see ``telegram_files.fetch`` for the errors."""
        return await telegram_files.fetch(self.bot, file)

    # Around the talk

    async def _introduce(self) -> None:
        """Set commands, name and description in every language that Telegram knows, only where they differ."""
        bot = self.bot
        for language in [None, *self._languages]:
            t = Texts(language or "en")
            code = language and _TWO_LETTERS.get(language, language)
            if code and len(code) > len("xx"):
                continue
            commands = tuple(BotCommand(name, description) for name, description in wording.commands(t))
            name, about, short = wording.bot_name(t), wording.bot_description(t), wording.bot_short_description(t)
            if await self._patiently(partial(bot.get_my_commands, language_code=code)) != commands:
                await self._patiently(partial(bot.set_my_commands, commands, language_code=code))
            if (await self._patiently(partial(bot.get_my_name, code))).name != name:
                await self._patiently(partial(bot.set_my_name, name, code))
            if (await self._patiently(partial(bot.get_my_description, code))).description != about:
                await self._patiently(partial(bot.set_my_description, about, code))
            if (await self._patiently(partial(bot.get_my_short_description, code))).short_description != short:
                await self._patiently(partial(bot.set_my_short_description, short, code))

    async def _patiently(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Repeat a call while Telegram asks for patience or cannot be reached."""
        seconds = 1.0
        while True:
            try:
                return await call()
            except RetryAfter as error:
                seconds = _seconds(error)
            except BadRequest:
                raise
            except NetworkError:
                seconds = min(seconds * 2, 60.0)
            await asyncio.sleep(seconds)

    def _in_background(self, work: Any) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background_done)
        return task

    def _background_done(self, task: "asyncio.Task[Any]") -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("Telegram does not take a part of the bot's profile: %s", error)


class _Allowance:
    """So many a second, no more."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._times: list[float] = []

    def take(self) -> bool:
        """Take one if there is one left."""
        now = time.monotonic()
        self._times = [moment for moment in self._times if moment > now - 1.0]
        if len(self._times) >= self._per_second:
            return False
        self._times.append(now)
        return True


async def _quietly(call: Awaitable[object]) -> None:
    with suppress(TelegramError):
        await call


def _seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait; the library gives a number or, later on, a timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
