"""News: tells people about the offers that they wait for.

One message a day at most, at a decent hour, in their language; through the outgoing queue, where it lets every answer
go first. What was told is noted in the same transaction, so that a crash repeats nothing and loses nothing.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, zip_longest
from typing import Final

from bot.content.hours import BERLIN
from bot.conversation import Conversation, Watch
from bot.dialogues.finding.results import news_page
from bot.i18n import Texts
from bot.messages import Button, Reply
from bot.offers.fresh import Found, Fresh
from bot.offers.model import full
from bot.offers.reasons import Hit
from bot.offers.stock import Stock
from bot.offers.wishes import NOTHING, from_json
from bot.storage import sightings, watches
from bot.storage.crypto import Vault
from bot.storage.database import DATABASE_ERRORS, Database
from bot.storage.sightings import Sighting
from bot.storage.watches import Letter, Round, Watcher

log = logging.getLogger(__name__)

FIRST_HOUR, LAST_HOUR = 9, 19
"""News leave from nine o'clock until seven in the evening, by the clock in Stuttgart."""
MOST_WAITING: Final = 20
SHOWN: Final = 3

_LOOK_EVERY = 10.0
_ROUND_EVERY = 300.0
# Telegram takes about 30 messages a second from a bot: most of that is left to answers.
_PAUSE = 2.0
# Other processes have read the same content by then.
_SETTLED = 60.0
# Who could not be told for so long, perhaps because they talked with staff, sees the offers when they search.
_NEWS_FOR = timedelta(days=60)
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Edition:
    """What is new: ``offers``, and ``places`` in offers that were full, with the moment since which they are."""

    today: date
    newest: float
    offers: Fresh
    places: Mapping[str, tuple[float, Hit]]


class News:
    """Tells people about offers until it is cancelled.

    Args:
        offers: the offers of the moment.
        channels: where people can be told.
        on_told: told (channel) after messages for it were written.
        now: the clock (aware datetimes).
        pause: seconds between two portions of ``MOST_WAITING`` messages.
        settled: seconds after which a change is told; until then other processes may not know it.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        offers: Callable[[], Stock],
        *,
        channels: Sequence[str],
        on_told: Callable[[str], None] = lambda _channel: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: float = _PAUSE,
        settled: float = _SETTLED,
    ) -> None:
        self._database = database
        self._vault = vault
        self._offers = offers
        self._channels = channels
        self._on_told = on_told
        self._now = now
        self._pause = pause
        self._settled = settled
        self._noted: Stock | None = None

    async def run(self) -> None:
        """Look for changes all the time, and for people to be told every few minutes, until cancelled."""
        due_at = 0.0
        while True:
            try:
                await self.note()
                if time.monotonic() >= due_at:
                    due_at = time.monotonic() + _ROUND_EVERY
                    await self.tell()
            except DATABASE_ERRORS as error:
                log.warning("news have to wait: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with the news, answers go on
                log.error("news cannot be told: %s", type(error).__name__)  # noqa: TRY400 - it may quote
            await asyncio.sleep(_LOOK_EVERY)

    async def note(self) -> None:
        """Note which offers are new and which have a place again, once for every change of the stock."""
        stock = self._offers()
        if stock is self._noted:
            return
        seen = await asyncio.to_thread(lambda: {offer.id: full(offer) for offer in stock.by_id.values()})
        await sightings.note(self._database, seen, self._now().timestamp())
        self._noted = stock

    async def tell(self) -> None:
        """Go once through all who wait, as far as the hour allows."""
        stock, moment = self._noted, self._now()
        if stock is None or not _is_decent(moment):
            return
        edition = await self._edition(stock, moment)
        if edition is None:
            return
        midnight = datetime.combine(edition.today, datetime.min.time(), BERLIN)
        present = Round(self._channels, midnight.timestamp(), edition.newest)
        after = 0
        while page := await watches.due(self._database, present, after, _PAGE):
            after = page[-1].id
            letters, idle = await self._compare(page, edition)
            await watches.nothing_new(self._database, present, idle)
            while letters:
                letters = await self._send(present, letters)
                if not _is_decent(self._now()) or self._offers() is not stock:
                    return

    async def _edition(self, stock: Stock, moment: datetime) -> Edition | None:
        """What is new at this moment; None if nothing is."""
        now, today = moment.timestamp(), moment.astimezone(BERLIN).date()
        first = now - _NEWS_FOR.total_seconds()
        seen = await sightings.recent(self._database, first, now - self._settled)
        known = {id_: sighting for id_, sighting in seen.items() if id_ in stock.by_id}
        if not known:
            return None
        # Indexing thousands of offers takes a while: others have the loop meanwhile.
        return await asyncio.to_thread(_edition_of, stock, known, first, today)

    async def _compare(self, page: Sequence[Watcher], edition: Edition) -> tuple[list[Letter], list[Watcher]]:
        """Letters to those for whom something is new, and those for whom nothing is."""
        letters, idle = [], []
        for watcher in page:
            try:
                held = watcher.held(self._vault)
                reply = letter_to(held.talk, watcher.checked, edition)
            except Exception as error:  # noqa: BLE001 - whatever one of them waits for, the others get their news
                log.error("somebody cannot be told news: %s", type(error).__name__)  # noqa: TRY400 - it may quote
                continue
            if reply:
                letters.append(Letter(watcher, held, reply))
            else:
                idle.append(watcher)
            await asyncio.sleep(0)
        return letters, idle

    async def _send(self, present: Round, letters: Sequence[Letter]) -> list[Letter]:
        """Put as many letters into the queue as there is room for, then pause; returns the others."""
        now = self._now().timestamp()
        told, later = await watches.tell(self._database, self._vault, present, letters, now=now, most=MOST_WAITING)
        for channel in sorted({letter.held.channel for letter in told}):
            self._on_told(channel)
        await asyncio.sleep(self._pause)
        return later


def _is_decent(moment: datetime) -> bool:
    return FIRST_HOUR <= moment.astimezone(BERLIN).hour < LAST_HOUR


def _edition_of(stock: Stock, seen: Mapping[str, Sighting], first: float, today: date) -> Edition:
    new = {id_: sighting.first_seen for id_, sighting in seen.items() if sighting.first_seen > first}
    freed = {id_: sighting.place_at for id_, sighting in seen.items() if sighting.place_at > first}

    def fresh(since: Mapping[str, float]) -> Fresh:
        return Fresh.of([stock.by_id[id_] for id_ in since], since, stock.districts)

    with_place = fresh(freed).find(NOTHING, first, today, len(freed)).best
    places = {each.offer.id: (freed[each.offer.id], each) for each in with_place}
    return Edition(today, max(chain(new.values(), freed.values())), fresh(new), places)


def letter_to(talk: Conversation, checked: float, edition: Edition) -> Reply | None:
    """Return one message about all that a person waits for and that is newer than ``checked``, or None."""
    found = {watch.number: _found(watch, checked, edition) for watch in talk.watches}
    found = {number: each for number, each in found.items() if each.ids}
    if not found:
        return None
    best = list(_best(list(found.values())))[:SHOWN]
    more = len(frozenset[str]().union(*(each.ids for each in found.values()))) - len(best)
    wishing = [watch.number for watch in talk.watches if watch.number in found and watch.kind]
    t = Texts(talk.language)
    page = news_page(best, wishing[0] if wishing else next(iter(found)), t, more=more)
    if len(found) == 1:
        return page
    stop = (Button(t.say("🔕 Stop all news"), action="unwatch"),)
    return replace(page, buttons=(*page.buttons[:-1], stop, page.buttons[-1]))


def _found(watch: Watch, checked: float, edition: Edition) -> Found:
    after = max(checked, datetime.fromisoformat(watch.since).timestamp())
    if not watch.offer:
        wishes = replace(from_json(watch.wishes), kind=watch.kind)
        return edition.offers.find(wishes, after, edition.today, SHOWN)
    moment, place = edition.places.get(watch.offer, (0.0, None))
    return Found(frozenset({watch.offer}), (place,)) if place and moment > after else Found()


def _best(found: Sequence[Found]) -> Iterator[Hit]:
    """The best of each, then the second best of each, and so on; each offer once."""
    in_turn = chain.from_iterable(zip_longest(*(each.best for each in found)))
    known: dict[str, Hit] = {}
    for each in in_turn:
        if each is not None:
            known.setdefault(each.offer.id, each)
    yield from known.values()
