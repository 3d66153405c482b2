"""News: the right ones, once, at a decent hour, and never in the way of an answer."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from bot import news as newsroom
from bot.conversation import Conversation, Watch
from bot.i18n import Texts
from bot.messages import Reply
from bot.news import MOST_WAITING, News
from bot.offers.districts import load_districts
from bot.offers.model import Offer
from bot.offers.stock import Stock, key_of
from bot.storage import cases, outgoing, personal, watches
from bot.storage.conversations import load, save
from bot.storage.models import ConversationRow, OutgoingRow, SightingRow
from tests.dialogues.talker import actions
from tests.offers.making import EVENING, MORNING, course, sport
from tests.storage.parts import PERSON, Parts, held, incoming, open_case, open_parts, put
from tests.test_delivery import Collecting, delivering

OTHER = "8888888888"
DISTRICTS = load_districts(Path("content"))
MORNING_OF_MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
OLD, NEW = course("x/old", sessions=(EVENING,)), course("x/new", sessions=(EVENING,))
EVENINGS = {"kind": "course", "times_of_day": ["evening"]}
SECONDS = 30.0


@pytest.fixture
async def parts(database_url: str) -> AsyncIterator[Parts]:
    """An empty database with its queues, on both engines."""
    async with open_parts(database_url) as opened:
        yield opened


class Desk:
    """Somebody who tells news, with a clock and offers of their own."""

    def __init__(self, parts: Parts, *offers: Offer, settled: float = 0.0) -> None:
        self.now = MORNING_OF_MONDAY
        self.told: list[str] = []
        self.stock = Stock.of(offers, DISTRICTS)
        self.news = News(
            parts.database,
            parts.vault,
            lambda: self.stock,
            channels=["telegram", "web"],
            on_told=self.told.append,
            now=lambda: self.now,
            pause=0.001,
            settled=settled,
        )

    async def works(self, *offers: Offer, **later: float) -> None:
        """Time passes, the content changes to these offers if there are any, and news are told."""
        self.now += timedelta(**(later or {"minutes": 5}))
        if offers:
            self.stock = Stock.of(offers, DISTRICTS)
        await self.news.note()
        await asyncio.wait_for(self.news.tell(), SECONDS)


@pytest.fixture
async def desk(parts: Parts) -> Desk:
    """The first offers are known."""
    made = Desk(parts, OLD)
    await made.news.note()
    return made


def waits_for(number: int = 1, *, offer: str = "", since: datetime = MORNING_OF_MONDAY, **wishes: Any) -> Watch:
    """A watch for a place, or for new courses."""
    if offer:
        return Watch(number, since.isoformat(), offer=offer)
    return Watch(number, since.isoformat(), kind="course", wishes=wishes or EVENINGS)


async def someone(parts: Parts, *watches: Watch, person: str = PERSON, language: str = "de", **options: Any) -> None:
    """A person who wants to be told about something."""
    await parts.incoming.store([incoming("hallo", person, **options)])
    await changes(parts, *watches, person=person, language=language)


async def changes(parts: Parts, *watches: Watch, person: str = PERSON, language: str = "de") -> None:
    """The person has changed what they wait for."""
    async with parts.database.write() as connection:
        found = await load(connection, parts.vault, parts.lane(person), lock=False)
        assert found
        found.talk.watches, found.talk.language = list(watches), language
        await save(connection, parts.vault, found, time.time())


async def letters(parts: Parts, person: str = PERSON, channel: str = "telegram") -> Sequence[Reply]:
    """What a person was written, which is then out of the queue."""
    lane = parts.lane(person, channel)
    found = [envelope.reply for _, envelope in await parts.outgoing.waiting(lane)]
    async with parts.database.write() as connection:
        await connection.execute(delete(OutgoingRow).where(OutgoingRow.lane == lane))
    return found


async def test_a_new_offer_that_fits_is_told_once(parts: Parts, desk: Desk) -> None:
    """With a button to it and one that ends the news."""
    await someone(parts, waits_for())
    await desk.works(OLD, NEW)
    (letter,) = await letters(parts)
    assert letter.title == Texts("de").say("🔔 Something new for you")
    assert actions(letter) == [f"offer:{key_of(NEW.id)}", "unwatch:1", "menu"]
    assert desk.told == ["telegram"]
    for _ in range(3):
        await desk.works(days=1)
    assert await letters(parts) == []


@pytest.mark.parametrize("language", ["ar", "uk", "en"])
async def test_news_are_in_the_language_of_the_person(parts: Parts, desk: Desk, language: str) -> None:
    """As all that Lotse writes to them."""
    await someone(parts, waits_for(), language=language)
    await desk.works(OLD, NEW)
    (letter,) = await letters(parts)
    t = Texts(language)
    assert (letter.language, letter.title) == (language, t.say("🔔 Something new for you"))


async def test_what_was_there_already_is_no_news(parts: Parts, desk: Desk) -> None:
    """Neither the offers of the first day, nor those that came before the person asked."""
    await someone(parts, waits_for())
    await someone(parts, waits_for(since=MORNING_OF_MONDAY + timedelta(minutes=7)), person=OTHER)
    await desk.works()
    assert await letters(parts) == []
    await desk.works(OLD, NEW, minutes=1)
    assert await letters(parts, OTHER) == []


async def test_only_what_meets_every_wish_is_told(parts: Parts, desk: Desk) -> None:
    """Not a morning course, not a full one, not football."""
    await someone(parts, waits_for())
    await desk.works(
        OLD, course("x/a", sessions=(MORNING,)), course("x/b", sessions=(EVENING,), seats_free=0), sport("x/c")
    )
    assert await letters(parts) == []


async def test_nobody_is_written_to_at_night(parts: Parts, desk: Desk) -> None:
    """What comes in the evening is told in the morning, by the clock in Stuttgart."""
    await someone(parts, waits_for())
    desk.now = datetime(2026, 11, 23, 18, tzinfo=UTC)
    await desk.works(OLD, NEW)
    desk.now = datetime(2026, 11, 24, 7, 50, tzinfo=UTC)
    await desk.works()
    assert await letters(parts) == []
    desk.now = datetime(2026, 11, 24, 8, 1, tzinfo=UTC)
    await desk.works()
    assert len(await letters(parts)) == 1


async def test_at_most_one_message_a_day(parts: Parts, desk: Desk) -> None:
    """What is new later on the same day is told on the next one, and only that."""
    await someone(parts, waits_for())
    await desk.works(OLD, NEW)
    assert len(await letters(parts)) == 1
    later = [course(f"x/same{number}", sessions=(EVENING,)) for number in range(5)]
    await desk.works(OLD, NEW, *later)
    await desk.works(hours=6)
    assert await letters(parts) == []
    await desk.works(hours=18)
    (letter,) = await letters(parts)
    offered = [action for action in actions(letter) if action.startswith("offer:")]
    assert len(offered) == 3
    assert set(offered) < {f"offer:{key_of(offer.id)}" for offer in later}
    assert "news:1" in actions(letter)


async def test_one_message_holds_all_that_a_person_waits_for(parts: Parts, desk: Desk) -> None:
    """An offer that fits twice stands there once, and one tap ends all news."""
    taken = course("x/taken", seats_free=0)
    desk.stock = Stock.of([OLD, taken], DISTRICTS)
    await desk.news.note()
    await someone(parts, waits_for(1, offer=taken.id), waits_for(2), waits_for(3, kind="course"))
    await desk.works(OLD, replace(taken, seats_free=1), NEW)
    (letter,) = await letters(parts)
    offered = [action for action in actions(letter) if action.startswith("offer:")]
    assert sorted(offered) == sorted(f"offer:{key_of(id_)}" for id_ in (taken.id, NEW.id))
    assert "unwatch" in actions(letter)


async def test_a_place_that_becomes_free_is_told_to_those_who_wait_for_it(parts: Parts, desk: Desk) -> None:
    """Each time, but not while it stays free, and not if it is taken again before anybody could be told."""
    full = course("x/full", seats_free=0)
    desk.stock = Stock.of([full], DISTRICTS)
    await desk.news.note()
    await someone(parts, waits_for(offer=full.id))
    await desk.works(replace(full, seats_free=2))
    (letter,) = await letters(parts)
    assert f"offer:{key_of(full.id)}" in actions(letter)
    await desk.works(replace(full, seats_free=2), NEW, days=1)
    assert await letters(parts) == []
    await desk.works(full, minutes=5)
    await desk.works(replace(full, seats_free=1), hours=1)
    assert len(await letters(parts)) == 1
    desk.now += timedelta(days=1, hours=10)
    await desk.works(full)
    await desk.works(replace(full, seats_free=1))
    await desk.works(full)
    await desk.works(hours=12)
    assert await letters(parts) == []


async def test_who_talks_with_staff_is_told_afterwards(parts: Parts, desk: Desk) -> None:
    """Nothing comes between people, and nothing is lost."""
    await someone(parts, waits_for())
    number = await open_case(parts, "Hilfe")
    await desk.works(OLD, NEW)
    assert await letters(parts) == []
    await cases.close(parts.database, parts.vault, number, Reply("Tschüs", "de"))
    await letters(parts)
    await desk.works(days=3)
    assert len(await letters(parts)) == 1


async def test_who_has_stopped_the_news_gets_none(parts: Parts, desk: Desk) -> None:
    """From the next turn on."""
    await someone(parts, waits_for())
    await changes(parts)
    await desk.works(OLD, NEW)
    assert await letters(parts) == []


async def test_who_is_out_of_reach_gets_none_until_they_write(parts: Parts, desk: Desk) -> None:
    """Somebody who has blocked the bot is left alone."""
    await someone(parts, waits_for())
    async with parts.database.write() as connection:
        await connection.execute(update(ConversationRow).values(blocked_at=1.0))
    await desk.works(OLD, NEW)
    assert await letters(parts) == []
    await changes(parts, waits_for())
    await desk.works()
    assert len(await letters(parts)) == 1


async def test_who_is_erased_gets_nothing(parts: Parts, desk: Desk) -> None:
    """Neither later, nor what was on its way."""
    await someone(parts, waits_for())
    await desk.works(OLD, NEW)
    talk = await held(parts)
    async with parts.database.write() as connection:
        await personal.erase(connection, parts.vault, talk, 1, time.time())
    assert await parts.rows(OutgoingRow) == []
    await desk.works(OLD, NEW, course("x/next", sessions=(EVENING,)), days=1)
    assert await parts.rows(OutgoingRow) == []
    assert b"x/new" not in b"".join(row.state for row in await parts.rows(ConversationRow))


async def test_what_may_not_be_known_everywhere_waits(parts: Parts) -> None:
    """Another process might look through its older offers, and would have told nothing."""
    desk = Desk(parts, OLD, settled=60.0)
    await desk.news.note()
    await someone(parts, waits_for())
    await desk.works(OLD, NEW)
    assert await letters(parts) == []
    await desk.works(minutes=2)
    assert len(await letters(parts)) == 1


async def test_a_crash_neither_loses_news_nor_repeats_them(
    parts: Parts, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told and that it was told are written together."""

    async def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError

    await someone(parts, waits_for())
    with monkeypatch.context() as patch:
        patch.setattr(outgoing, "put", crash)
        with suppress(RuntimeError):
            await desk.works(OLD, NEW)
    assert [row.news_at for row in await parts.rows(ConversationRow)] == [None]
    again = Desk(parts, OLD, NEW)
    await again.works()
    await again.works(days=1)
    assert len(await letters(parts)) == 1


async def test_one_who_cannot_be_told_does_not_stop_the_others(
    parts: Parts, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says what kind of error it was, and nothing of the person."""
    await someone(parts, Watch(1, "geheim", kind="course"))
    await someone(parts, waits_for(), person=OTHER)
    await desk.works(OLD, NEW)
    assert (len(await letters(parts)), len(await letters(parts, OTHER))) == (0, 1)
    assert "ValueError" in caplog.text
    assert "geheim" not in caplog.text


async def test_who_changes_their_mind_meanwhile_is_compared_anew(
    parts: Parts, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that was written before and leaves after a turn would be one that nobody wants."""
    await someone(parts, waits_for())
    tell = watches.tell

    async def late(*arguments: Any, **options: Any) -> Any:
        await changes(parts, waits_for(times_of_day=["morning"]))
        return await tell(*arguments, **options)

    monkeypatch.setattr(watches, "tell", late)
    await desk.works(OLD, NEW)
    assert await parts.rows(OutgoingRow) == []


async def test_who_is_in_a_turn_is_told_later(parts: Parts, desk: Desk) -> None:
    """On PostgreSQL neither waits for the other."""
    if parts.database.is_sqlite:
        pytest.skip("a turn on SQLite holds nothing")
    await someone(parts, waits_for())
    (head,) = await parts.incoming.heads(["telegram"], [], 10)
    claim = await parts.incoming.claim(head)
    assert claim
    await desk.works(OLD, NEW)
    assert await parts.rows(OutgoingRow) == []
    await claim.release()
    await desk.works()
    assert len(await letters(parts)) == 1


async def test_two_processes_tell_everybody_once(
    parts: Parts, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever of them is quicker."""
    if parts.database.is_sqlite:
        pytest.skip("SQLite serves one process")
    monkeypatch.setattr(newsroom, "MOST_WAITING", 1000)
    people = [str(2000 + number) for number in range(120)]
    for person in people:
        await someone(parts, waits_for(), person=person)
    async with open_parts(database_url) as second:
        desks = [Desk(parts, OLD), Desk(second, OLD)]
        for each in desks:
            await each.news.note()
        await asyncio.gather(*(each.works(OLD, NEW) for each in desks))
    lanes = [row.lane for row in await parts.rows(OutgoingRow)]
    assert sorted(lanes) == sorted(parts.lane(person) for person in people)


async def test_the_hour_ends_a_round_that_has_begun(parts: Parts, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are told on the next morning."""
    for number in range(MOST_WAITING + 1):
        await someone(parts, waits_for(), person=str(2000 + number))
    desk.now = datetime(2026, 11, 23, 17, 50, tzinfo=UTC)

    def told(_: str) -> None:
        desk.now = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)

    monkeypatch.setattr(desk.news, "_on_told", told)
    await desk.works(OLD, NEW)
    assert len(await parts.rows(OutgoingRow)) == MOST_WAITING
    async with parts.database.write() as connection:
        await connection.execute(delete(OutgoingRow))
    await desk.works(hours=15)
    assert len(await parts.rows(OutgoingRow)) == 1


async def test_no_more_than_a_few_wait_for_a_channel(parts: Parts, desk: Desk) -> None:
    """Pages of the web chat come for theirs when they are opened, and keep nobody waiting."""
    for number in range(MOST_WAITING + 5):
        await someone(parts, waits_for(), person=str(2000 + number))
    await parts.incoming.store([incoming("hallo", OTHER, channel="web")])
    async with parts.database.write() as connection:
        lane = parts.lane(OTHER, "web")
        found = await load(connection, parts.vault, lane, lock=False)
        assert found
        found.talk.watches, found.talk.language = [waits_for()], "de"
        await save(connection, parts.vault, found, time.time())
    working = asyncio.create_task(desk.works(OLD, NEW))
    async with asyncio.timeout(SECONDS):
        while len(await parts.rows(OutgoingRow)) <= MOST_WAITING:  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)  # nobody else may follow
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert len(await letters(parts, OTHER, "web")) == 1
    assert len(await parts.rows(OutgoingRow)) == MOST_WAITING


async def many(parts: Parts, count: int) -> None:
    """So many people who wait for evening courses."""
    talk = Conversation(language="de", watches=[waits_for()])
    state = parts.vault.seal("state", talk.as_json())
    rows = [
        {
            "lane": parts.lane(str(10_000 + number)),
            "channel": "telegram",
            "address": parts.vault.seal("address", {"chat": 10_000 + number}),
            "state": state,
            "status": "bot",
            "active_at": 0.0,
            "watching": True,
        }
        for number in range(count)
    ]
    async with parts.database.write() as connection:
        await connection.execute(insert(ConversationRow), rows)


async def test_an_answer_goes_before_the_news_for_ten_thousand(parts: Parts, desk: Desk) -> None:
    """It is handed to the channel next, behind those few that were handed over already."""
    await many(parts, 10_000)
    channel = Collecting()
    async with delivering(parts, channel) as delivery:
        desk.stock = Stock.of([OLD, NEW], DISTRICTS)
        desk.now += timedelta(minutes=5)
        await desk.news.note()
        telling = asyncio.create_task(desk.news.tell())
        await channel.until(lambda: len(channel.sent) >= 2 * MOST_WAITING)
        await put(parts, "Antwort", person=OTHER)
        before = len(channel.sent)
        delivery.wake()
        await channel.until(lambda: "Antwort" in channel.texts(OTHER))
        place = [text for _, text in channel.sent].index("Antwort")
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    assert place - before <= 12
    assert len(channel.sent) < 10_000


async def test_comparing_lets_others_work_all_the_time(parts: Parts, desk: Desk) -> None:
    """Between any two people that are looked at, whoever else has something to do gets their turn."""
    count, turns = 400, 0
    await many(parts, count)

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    working = asyncio.create_task(others())
    await desk.works(OLD, course("x/morning", sessions=(MORNING,)))
    working.cancel()
    assert turns >= count
    assert {row.news_checked for row in await parts.rows(ConversationRow)} == {
        row.first_seen for row in await parts.rows(SightingRow) if row.first_seen
    }


async def test_the_job_goes_on_after_an_error(
    parts: Parts, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says what kind of error it was and looks again."""
    monkeypatch.setattr(newsroom, "_LOOK_EVERY", 0.01)
    monkeypatch.setattr(newsroom, "_ROUND_EVERY", 0.0)
    await someone(parts, waits_for())
    stock, looks = Stock.of([OLD, NEW], DISTRICTS), 0

    def offers() -> Stock:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise KeyError("geheim")
        return stock

    monkeypatch.setattr(desk.news, "_offers", offers)
    desk.now += timedelta(minutes=5)
    running = asyncio.create_task(desk.news.run())
    async with asyncio.timeout(SECONDS):
        while not desk.told:  # noqa: ASYNC110 - the job tells it in this list alone
            await asyncio.sleep(0.01)
    running.cancel()
    assert len(await letters(parts)) == 1
    assert "KeyError" in caplog.text
    assert "geheim" not in caplog.text
