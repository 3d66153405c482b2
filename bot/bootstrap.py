"""The only place that chooses real parts and ties them together."""

import asyncio
import fcntl
import gc
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot import server
from bot.assistant import Assistant
from bot.channels.channel import FileGoneError
from bot.channels.telegram import TelegramChannel
from bot.channels.terminal import TerminalChannel
from bot.channels.web import WebChannel
from bot.content import Loaded
from bot.content.model import Catalogue
from bot.delivery import Delivery
from bot.dialogues import small_talk
from bot.errors import LotseError
from bot.escalation.arrivals import Arrivals, Fetch
from bot.i18n import Texts
from bot.inbox.commands import demo_link
from bot.inbox.gate import Gate
from bot.inbox.routes import entrance
from bot.inbox.staffgroup import GroupParts
from bot.inbox.workplace import Workplace
from bot.learning import language_texts, training_inputs
from bot.messages import FileRef, Incoming
from bot.metrics import Metrics
from bot.news import News
from bot.offers.shelf import Shelf
from bot.rasa import AT_ONCE, standby_of
from bot.reminders import Reminders
from bot.settings import Settings
from bot.storage import attachments, incoming, retention, schema
from bot.storage.crypto import Vault
from bot.storage.database import DATABASE_ERRORS, Database, Eraser, sqlite_file
from bot.storage.incoming import IncomingQueue
from bot.storage.outgoing import OutgoingQueue
from bot.translation import Translator
from bot.turns import Flood, TurnRunner
from bot.understanding.embedded import EmbeddedInterpreter
from bot.understanding.examples import Example, read_names, read_synonyms
from bot.understanding.garbage import nothing_thrown_away
from bot.understanding.guarded import Guarded
from bot.understanding.interpreter import Interpreter
from bot.understanding.normalise import words_of
from bot.understanding.rasa import REASONS
from bot.understanding.redaction import NameList, redact
from bot.understanding.safety import SafetyWords
from bot.understanding.standby import Standby
from bot.understanding.training import prepare
from bot.understanding.typed_phrases import TypedPhrases

log = logging.getLogger(__name__)

_FORGET_EVERY = 300.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Mind:
    """What understands and answers, without a database or a channel."""

    loaded: Loaded
    interpreter: EmbeddedInterpreter
    safety: SafetyWords
    phrases: TypedPhrases
    shelf: Shelf
    settings: Settings

    @property
    def catalogue(self) -> Catalogue:
        """The content."""
        return self.loaded.catalogue

    @property
    def guarded(self) -> Guarded:
        """What the running assistant would make of an utterance."""
        return Guarded(self.interpreter, self.safety)

    @property
    def heldout(self) -> list[Example]:
        """Utterances that nothing here learnt from; read when asked for, as only an outside engine needs them."""
        return training_inputs(self.settings).heldout


def think(settings: Settings, progress: Progress, *, apart: bool = True) -> Mind:
    """Read the content and prepare the understanding; only changed sentences are encoded anew.

    Args:
        settings: where everything is.
        progress: told how many sentences are encoded, of how many.
        apart: train in a process of its own, whose memory is given back when it is done.

    Raises:
        LotseError: content or training data cannot be used at all.
    """
    with nothing_thrown_away():
        mind = _think(settings, progress, apart=apart)
    # What is known now stays: later searches for garbage need not go through it.
    gc.freeze()
    return mind


def _think(settings: Settings, progress: Progress, *, apart: bool) -> Mind:
    # First, for it may refuse to start.
    shelf = Shelf(settings.content, demo=settings.demo)
    known, nlu = training_inputs(settings), settings.root / "nlu"
    _complain(known.loaded)
    interpreter = prepare(
        known.examples,
        read_synonyms(nlu / "data"),
        known.language_texts,
        known.encoder,
        known.cache,
        heldout=known.calibration,
        names=read_names(nlu / "data"),
        progress=progress,
        elsewhere=partial(_prepare_apart, settings) if apart else None,
    )
    safety, phrases = SafetyWords.read(nlu / "safety"), TypedPhrases.read(nlu / "typed")
    return Mind(known.loaded, interpreter, safety, phrases, shelf, settings)


def _prepare_apart(settings: Settings) -> None:
    """Fit the understanding in a process of its own; if that fails, the same is tried here, and says why."""
    environment = {**os.environ, "LOTSE_CONTENT": str(settings.content)}
    subprocess.run([sys.executable, "-m", "bot", "prepare"], env=environment, cwd=settings.root, check=False)


def _complain(loaded: Loaded) -> None:
    if loaded.origin == "present":
        return
    for problem in loaded.problems:
        if problem.severity == "error":
            log.error("%s", problem)
    using = {"last_good": "the last good content", "partial": "the entries without errors"}[loaded.origin]
    log.error("The content has errors. Lotse goes on with %s.", using)


def _known_words(catalogue: Catalogue) -> frozenset[str]:
    """Words of the content: a capital letter does not make a name of them."""
    return frozenset(word.casefold() for text, _ in language_texts(catalogue) for word in words_of(text))


def assistant(settings: Settings, mind: Mind, metrics: Metrics, interpreter: Interpreter | None = None) -> Assistant:
    """The conversation, on real parts; without an ``interpreter``, the embedded one."""
    names = NameList.read(settings.root / "nlu" / "names")
    known = _known_words(mind.catalogue)
    return Assistant(
        interpreter=interpreter or mind.interpreter,
        safety=mind.safety,
        phrases=mind.phrases,
        catalogue=lambda: mind.catalogue,
        redact=lambda text: redact(text, names, known),
        now=lambda: datetime.now(UTC),
        offers=lambda: mind.shelf.stock,
        on_understood=metrics.understood,
        transcript_days=settings.transcript_days,
        media_days=settings.media_days,
        staff_topics=settings.staff_topics,
        translated=bool(settings.translate_url),
    )


def with_rasa(settings: Settings, mind: Mind, on_fallback: Callable[[str], None]) -> Standby:
    """Rasa, with the embedded interpreter on standby; ``on_fallback`` is told why that one had to answer."""
    return standby_of(settings, mind.catalogue, mind.interpreter, mind.heldout, on_fallback)


@dataclass(slots=True)
class House:
    """Everything that runs in one process."""

    settings: Settings
    mind: Mind
    database: Database
    vault: Vault
    metrics: Metrics
    eraser: Eraser
    incoming: IncomingQueue
    outgoing: OutgoingQueue
    assistant: Assistant
    standby: Standby | None
    translator: Translator | None

    def turns(
        self,
        channels: Sequence[str],
        wake: Callable[[str, str], None],
        begun: Callable[[str, Mapping[str, str | int]], None] = lambda _channel, _address: None,
        fetch: Fetch | None = None,
    ) -> TurnRunner:
        """What works on messages of these channels; ``wake`` is told which channel and lane got replies.

        ``begun`` is told (channel, address) before the bot thinks about a text; ``fetch`` gets a file of a channel.
        """
        return TurnRunner(
            self.database,
            self.vault,
            self.incoming,
            self.assistant.respond,
            channels=channels,
            flood=Flood(self.settings.flood_messages, self.settings.flood_seconds),
            apology=lambda language: small_talk.set_aside(Texts(language or "de")),
            slow_down=lambda language: small_talk.slow_down(Texts(language or "de")),
            eraser=self.eraser,
            on_outgoing=wake,
            metrics=self.metrics,
            on_begun=begun,
            arrivals=Arrivals(self.database, fetch) if fetch else None,
        )


@asynccontextmanager
async def open_house(settings: Settings, mind: Mind) -> AsyncIterator[House]:
    """Prepare the database and tie the parts together.

    Raises:
        SchemaError: the database is of a newer version. WrongKeyError: a key is missing.
    """
    vault, database, metrics = Vault(settings.keys), Database(settings.database_url), Metrics()
    standby = with_rasa(settings, mind, metrics.fallback) if settings.rasa_url else None
    translator = Translator(settings.translate_url, settings.translate_key) if settings.translate_url else None
    metrics.expect_fallbacks(REASONS if standby else ())
    try:
        await schema.prepare(database, vault)
        yield House(
            settings=settings,
            mind=mind,
            database=database,
            vault=vault,
            metrics=metrics,
            eraser=Eraser(database),
            incoming=IncomingQueue(database, vault, lambda text: mind.safety.find(text) is not None),
            outgoing=OutgoingQueue(database, vault),
            assistant=assistant(settings, mind, metrics, standby),
            standby=standby,
            translator=translator,
        )
    finally:
        if standby:
            await standby.close()
        if translator:
            await translator.close()
        await database.close()


async def run(settings: Settings, mind: Mind, announce: Callable[[str, str], None]) -> None:
    """Serve all channels until the process is asked to stop.

    ``announce`` is told the address, and in the demo a one-time link into the staff's pages.

    Raises:
        LotseError: another process uses the same SQLite database, or the port is taken.
    """
    with _alone(settings):
        async with open_house(settings, mind) as house:
            await _serve(house, announce)


async def _serve(house: House, announce: Callable[[str, str], None]) -> None:
    settings = house.settings
    wakers: dict[str, Callable[[str], None]] = {}
    telegram: TelegramChannel | None = None
    # Before the jobs are made: if the port cannot be had, there is nothing to stop.
    listener = server.listen(settings.host, settings.port)
    address = f"http://{settings.host}:{listener.getsockname()[1]}"
    way_in = await demo_link(settings, house.database, address)

    def wake(channel: str, lane: str) -> None:
        if channel in wakers:
            wakers[channel](lane)

    def begun(channel: str, address: Mapping[str, str | int]) -> None:
        if telegram and channel == telegram.name:
            telegram.show_typing(address)

    async def fetch(channel: str, file: FileRef) -> bytes:
        if telegram is None or channel != telegram.name:
            raise FileGoneError(f"There are no files on {channel}.")
        return await telegram.fetch(file)

    turns = house.turns(["web", "telegram"], wake, begun, fetch)

    async def store(messages: Sequence[Incoming]) -> None:
        turns.wake(await house.incoming.store(messages))

    web = WebChannel(
        house.vault,
        store,
        house.outgoing,
        lambda: house.mind.catalogue.languages,
        public_url=settings.public_url,
        on_sent=house.metrics.sent,
        files=partial(attachments.of_person, house.database, house.vault),
    )
    wakers["web"] = lambda _lane: web.wake()
    jobs = [turns.run(), web.run(), house.eraser.run(), house.mind.shelf.watch(), _forget(house)]
    jobs.append(Reminders(house.database, house.vault, lambda: house.mind.catalogue.queues).run())
    if house.standby:
        jobs.append(house.standby.watch())
    if settings.telegram_token:
        telegram = TelegramChannel(settings, house.vault, store, list(house.mind.catalogue.languages))
        delivery = Delivery(house.outgoing, telegram, house.eraser, house.metrics.sent)
        wakers["telegram"] = lambda lane: delivery.wake([lane])
        jobs += [telegram.run(), _deliver(telegram, delivery)]
    jobs.append(_news(house, ["web", "telegram"] if telegram else ["web"], web).run())
    inside = entrance(settings, house.database, house.vault)
    place = _workplace(house, inside.gate)
    jobs.append(place.live.run())
    group, its_jobs = _staff_group(house, telegram, inside.gate)
    jobs += its_jobs
    app = server.build(
        [*inside.routes, *place.routes, *web.routes, *(group.routes if group else ())],
        house.metrics,
        lambda: _state(house, telegram, group),
        webhook=telegram.webhook if telegram and settings.telegram_mode == "webhook" else None,
        webhook_secret=settings.webhook_secret,
    )
    await server.serve(app, listener, jobs, lambda _port: announce(address, way_in))


def _workplace(house: House, gate: Gate) -> Workplace:
    """The staff's pages about cases."""
    mind = house.mind
    present = (lambda: mind.catalogue, lambda: mind.shelf.stock)
    return Workplace.of(gate, house.database, house.vault, *present, translator=house.translator)


def _staff_group(
    house: House, telegram: TelegramChannel | None, gate: Gate
) -> tuple[GroupParts | None, list[Coroutine[Any, Any, None]]]:
    """What looks after the staff's group. It has a delivery of its own, so that no answer waits for it."""
    if telegram is None or not house.settings.staff_group:
        return None, []
    kept = (house.database, house.vault)
    group = GroupParts.of(house.settings, gate, telegram, kept, lambda: house.mind.catalogue)
    delivery = Delivery(house.outgoing, group.channel, house.eraser, house.metrics.sent)
    return group, [group.job.run(), _deliver(telegram, delivery), _watch_group(telegram, group)]


async def _watch_group(telegram: TelegramChannel, group: GroupParts) -> None:
    await telegram.until_connected()
    await group.channel.watch()


async def _state(house: House, telegram: TelegramChannel | None, group: GroupParts | None) -> dict[str, str]:
    """What ``/readyz`` says."""
    try:
        await incoming.unfinished(house.database)
        database = "ok"
    except Exception as error:  # noqa: BLE001 - whatever it is, the database is not ready
        database = type(error).__name__
    content = {"present": "ok", "last_good": "last good content in use", "partial": "entries left out"}
    channel = "off" if telegram is None else ("ok" if telegram.ready else "not connected")
    return {
        "database": database,
        "interpreter": house.standby.state if house.standby else "ok",
        "content": content[house.mind.loaded.origin],
        "telegram": channel,
        "staff_group": group.channel.state if group else "off",
    }


def _news(house: House, channels: Sequence[str], web: WebChannel) -> News:
    """What tells people about new offers. Telegram is not woken by name: its own look puts patient messages last."""
    return News(
        house.database,
        house.vault,
        lambda: house.mind.shelf.stock,
        channels=channels,
        on_told=lambda channel: web.wake() if channel == "web" else None,
    )


async def _deliver(telegram: TelegramChannel, delivery: Delivery) -> None:
    await telegram.until_connected()
    await delivery.run()


async def _forget(house: House) -> None:
    while True:
        try:
            await retention.forget(
                house.database,
                house.vault,
                transcripts=timedelta(days=house.settings.transcript_days),
                media=timedelta(days=house.settings.media_days),
            )
            house.eraser.soon()
        except DATABASE_ERRORS as error:
            log.warning("forgetting has to wait: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever cannot be forgotten, people are answered
            log.error("what is over cannot be forgotten: %s", type(error).__name__)  # noqa: TRY400 - it may quote
        await asyncio.sleep(_FORGET_EVERY)


@asynccontextmanager
async def terminal(settings: Settings, mind: Mind, language: str, progress: Progress) -> AsyncIterator[TerminalChannel]:
    """A talk at the terminal; beside a running ``lotse run`` it works on its own messages only.

    ``progress`` is told how far Rasa is measured, which is done before the first line.
    """
    async with open_house(settings, mind) as house:
        turns = house.turns(["terminal"], lambda _channel, _lane: None)

        async def store(messages: Sequence[Incoming]) -> None:
            turns.wake(await house.incoming.store(messages))

        async def working(lane: str) -> bool:
            return await house.incoming.waits(lane)

        channel = TerminalChannel(house.vault, store, house.outgoing, working, language=language)
        jobs = [turns.run(), house.eraser.run()]
        if house.standby:
            await house.standby.renew(progress, AT_ONCE)
            jobs.append(house.standby.watch())
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            yield channel
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class _alone:  # noqa: N801 - reads as the statement it stands for
    """On SQLite only one ``lotse run`` may use a database: the lock goes with the process, even a killed one."""

    def __init__(self, settings: Settings) -> None:
        file = sqlite_file(settings.database_url)
        self._path = file.with_name(file.name + ".lock") if file else None
        self._descriptor = -1

    def __enter__(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise LotseError(
                f"Lotse is running with this database already ({self._path}). "
                "Stop it first, or use PostgreSQL for several processes."
            ) from error

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)


def use_fast_loop() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """The event loop to run on: uvloop where it exists."""
    if sys.platform == "win32":
        return asyncio.run
    import uvloop  # noqa: PLC0415 - not on every platform

    return uvloop.run
