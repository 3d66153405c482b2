"""What staff write in topics of their group: replies, notes and commands, with the rights of who wrote them.

Being in the group is no right: an account on Telegram counts once it is connected to one of the inbox.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from bot.channels.wording import command_of
from bot.content.model import SOURCE_LANGUAGE, Catalogue
from bot.escalation import replies
from bot.i18n import STAFF, Texts
from bot.inbox.actions import mentions
from bot.inbox.groupwords import LANGUAGE
from bot.inbox.rendering import LANGUAGES
from bot.inbox.wording import RESOLUTIONS, Wording
from bot.messages import Reply, well_formed
from bot.storage import audit, casefile, casework, staff, staff_posts, telegram_links, topics
from bot.storage.access import Actor, NotAllowedError
from bot.storage.casework import CaseStateError
from bot.storage.crypto import Vault
from bot.storage.database import DATABASE_ERRORS, Database
from bot.storage.staff import Staff
from bot.storage.staff_posts import DoneElsewhereError, Kept

log = logging.getLogger(__name__)

# Reactions that Telegram allows: taken in, done or delivered, not done or not delivered, noted.
SEEN, SENT, FAILED, NOTED = "👀", "👍", "👎", "✍"
_ATTEMPTS: Final = 3
_ANSWERED: Final = "answered"
_CORRECTED: Final = "✏️ "


class GroupPosts:
    """Works on posts, one after the other. ``bot_name`` gives the bot's name on Telegram."""

    def __init__(
        self, database: Database, vault: Vault, catalogue: Callable[[], Catalogue], bot_name: Callable[[], str]
    ) -> None:
        self._database = database
        self._vault = vault
        self._catalogue = catalogue
        self._bot_name = bot_name
        self._t = Texts(LANGUAGE, domain=STAFF)

    async def work(self) -> None:
        """Work on all that wait, in the order in which they were written."""
        while kept := await staff_posts.first(self._database, self._vault):
            try:
                await self._one(kept)
            except DoneElsewhereError:
                continue
            except DATABASE_ERRORS:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a post does to us, the others go on
                log.error("a post of staff failed (attempt %d): %s", kept.attempts + 1, type(error).__name__)  # noqa: TRY400 - it may quote
                await self._failed(kept)

    async def _failed(self, kept: Kept) -> None:
        if kept.attempts + 1 < _ATTEMPTS:
            await staff_posts.failed(self._database, kept.id)
            return
        text = self._t.say("That failed, and perhaps nothing was sent. Look into the inbox.")
        await self._say(kept, await topics.case_of(self._database, kept.post.thread), text)

    async def _one(self, kept: Kept) -> None:
        if kept.post.kind == "code":
            await self._connect(kept)
            return
        case = await topics.case_of(self._database, kept.post.thread)
        if case is None:
            await self._forget(kept)
            return
        writer = await telegram_links.whose(self._database, self._vault, kept.post.person)
        if writer is None:
            text = self._t.say(
                "Nothing was sent: your Telegram is not connected to the inbox. Connect it there: “Your account”."
            )
            await topics.refuse(self._database, self._vault, case, kept, text)
            return
        try:
            await _Writing(self, kept, case, writer).work()
        except NotAllowedError:
            await audit.note(self._database, writer.id, "refused", case=case, detail=audit.IN_THE_GROUP)
            await self._say(kept, case, self._t.say("Nothing was done: this case is not in your teams."))
        except CaseStateError:
            text = self._t.say("Nothing was done: the case is closed, or the person is gone. See the inbox.")
            await self._say(kept, case, text)

    async def _connect(self, kept: Kept) -> None:
        code = kept.post.text or ""
        found = await telegram_links.connect(self._database, self._vault, code, kept.post.person)
        text = self._t.say("This code does not work. Make a new one in the inbox: “Your account”.")
        if found:
            text = self._t.say("Your Telegram is connected to the inbox: %(name)s.", name=found.name)
        await staff_posts.answer(self._database, self._vault, kept, text)

    async def _say(self, kept: Kept, case: int | None, text: str) -> None:
        if case is None:
            await self._forget(kept)
            return
        await topics.answer(self._database, self._vault, case, kept, emoji=FAILED, text=text)

    async def _forget(self, kept: Kept) -> None:
        async with self._database.write() as connection:
            await staff_posts.done(connection, kept.id)

    # What one post needs

    @property
    def parts(self) -> tuple[Database, Vault, Texts]:
        """The database, its keys, and the texts of the group."""
        return self._database, self._vault, self._t

    def command(self, text: str) -> tuple[str, str]:
        """A command without its slash and the words behind it; empty if it is none, or another bot's."""
        return command_of(text, self._bot_name())

    def resolution(self, words: str) -> str:
        """The reason that is meant by its id, or by the beginning of its words in a language of the inbox."""
        wanted = words.strip().casefold()
        if not wanted:
            return _ANSWERED
        for language in LANGUAGES:
            wording = Wording(Texts(language, domain=STAFF), self._catalogue(), datetime.now(UTC))
            for id_, name in wording.resolutions.items():
                if wanted == id_ or name.casefold().startswith(wanted):
                    return id_
        return ""

    def resolutions(self) -> str:
        """The reasons there are, with their words."""
        names = Wording(self._t, self._catalogue(), datetime.now(UTC)).resolutions
        return "\n".join(f"/resolve {id_} – {names[id_]}" for id_ in RESOLUTIONS)


class _Writing:
    """One post of somebody of the staff."""

    def __init__(self, posts: GroupPosts, kept: Kept, case: int, writer: Staff) -> None:
        self._posts = posts
        self._kept = kept
        self._number = case
        self._writer = writer
        self._database, self._vault, self._t = posts.parts

    @property
    def _case(self) -> tuple[Database, Vault, Actor, int]:
        return self._database, self._vault, self._writer.actor, self._number

    async def work(self) -> None:
        """Do what the post says.

        Raises:
            NotAllowedError: the case is none of theirs. CaseStateError: it is not open any more.
            DoneElsewhereError: another process was quicker.
        """
        post = self._kept.post
        text = well_formed(post.text or "").strip()
        command, rest = self._posts.command(text)
        if not text:
            await self._refuse(self._t.say("Nothing was sent: only text goes from here to the person."))
        elif post.kind == "edit":
            await self._edit(text, command, rest)
        elif not text.startswith("/"):
            await self._reply(text)
        else:
            steps: dict[str, Callable[[str], Awaitable[None]]]
            steps = {"take": self._take, "note": self._note, "resolve": self._resolve}
            await steps.get(command, self._unknown)(rest)

    async def _reply(self, text: str, *, correction: bool = False) -> None:
        language, handover = await casework.addressee(*self._case)
        t = Texts(language or SOURCE_LANGUAGE)
        said: tuple[Reply, ...]
        said = (replies.corrected if correction else replies.from_staff)(text, t, handover)
        within = topics.taken_in(self._vault, self._number, self._kept, SEEN)
        await casework.reply(*self._case, f"{_CORRECTED}{text}" if correction else text, *said, within=within)

    async def _edit(self, text: str, command: str, rest: str) -> None:
        """A reply was sent already: the person gets a correction. A note is kept once more."""
        before, last = await topics.written_as(self._database, self._vault, self._number, self._kept.post.message)
        if before == "reply" and last.removeprefix(_CORRECTED) == text:
            # Telegram tells of changes too that nobody sees.
            await self._answer()
        elif before == "reply" and not text.startswith("/"):
            await self._reply(text, correction=True)
        elif before == "note" and command == "note":
            await self._note(rest)
        else:
            await self._refuse(self._t.say("The change was not sent. Write a new message."))

    async def _take(self, _: str) -> None:
        taken = await casework.take(*self._case)
        if taken.won:
            await self._answer(emoji=SENT)
        else:
            await self._refuse(self._t.say("%(who)s has the case already.", who=taken.staff))

    async def _note(self, text: str) -> None:
        if not text:
            await self._refuse(self._t.say("Write the note behind /note."))
            return
        file = await casefile.read(*self._case)
        colleagues = await staff.colleagues(self._database, file.case.queue)
        text, asked = mentions(text, colleagues, set())
        kept = self._t.say("Kept as a note for the team. It was not sent.")
        within = topics.taken_in(self._vault, self._number, self._kept, NOTED, kept)
        await casework.note(*self._case, text, mentions=asked, within=within)

    async def _resolve(self, words: str) -> None:
        why = self._posts.resolution(words)
        if not why:
            said = self._t.say("The case is still open. Close it with one of these reasons:")
            await self._refuse(f"{said}\n{self._posts.resolutions()}")
            return
        language, handover = await casework.addressee(*self._case)
        farewell = replies.closed_by_staff(Texts(language or SOURCE_LANGUAGE), handover)
        await casework.resolve(*self._case, why, farewell=farewell)
        await self._answer(emoji=SENT)

    async def _unknown(self, _: str) -> None:
        said = self._t.say("Nothing was sent: there is no such command. There are /take, /note TEXT, /resolve REASON.")
        await self._refuse(said)

    async def _refuse(self, text: str) -> None:
        await self._answer(emoji=FAILED, text=text)

    async def _answer(self, *, emoji: str = "", text: str = "") -> None:
        await topics.answer(self._database, self._vault, self._number, self._kept, emoji=emoji, text=text)
