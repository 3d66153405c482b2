"""The offers of the moment: what is served while files change, break and vanish."""

import asyncio
import logging
import os
import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from bot.content.problems import ContentError
from bot.offers import shelf as module
from bot.offers.districts import FILE as DISTRICTS
from bot.offers.shelf import Shelf
from tests.offers.conftest import CONTENT
from tests.offers.tables import table

FILE = "courses/verein.csv"
SAMPLE = "sample/courses/beispiel.csv"
_ticks = count(1)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Content with one course, one invented course and the real districts."""
    folder = tmp_path / "content"
    put(folder, FILE, {})
    put(folder, SAMPLE, {"Beispiel": "ja"})
    shutil.copy(CONTENT / DISTRICTS, folder)
    return folder


def put(folder: Path, name: str, *rows: dict[str, str]) -> None:
    """Write a table of courses, each time with another time of change."""
    save(folder / name, table(*({"Anbieter": "Verein", **row} for row in rows)))


def save(path: Path, data: bytes) -> None:
    """Write a file; the clock of the disk may be too coarse for a test, so its time is set."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (1_700_000_000 + next(_ticks),) * 2)


def test_invented_offers_are_served_in_a_demonstration_alone(content: Path) -> None:
    """They stand beside the real ones, or are not there at all."""
    assert set(Shelf(content, demo=True).stock.by_id) == {"verein/kurs-1", "beispiel/kurs-1"}
    assert set(Shelf(content, demo=False).stock.by_id) == {"verein/kurs-1"}


def test_a_deployment_refuses_to_start_with_an_invented_offer(content: Path) -> None:
    """The error names the file and the line of each."""
    put(content, FILE, {}, {"Beispiel": "ja"})
    with pytest.raises(ContentError, match=r"content/courses/verein\.csv:3: an invented offer .*LOTSE_DEMO=yes"):
        Shelf(content, demo=False)
    assert len(Shelf(content, demo=True).stock.by_id) == 3


def test_an_invented_offer_that_comes_later_is_left_out(content: Path) -> None:
    """A deployment that serves goes on with the real ones."""
    shelf = Shelf(content, demo=False)
    put(content, FILE, {}, {"Beispiel": "ja"})
    assert shelf.look()
    assert set(shelf.stock.by_id) == {"verein/kurs-1"}
    assert [problem.line for problem in shelf.problems] == [3]


def test_a_change_replaces_the_stock_as_a_whole(content: Path) -> None:
    """Whoever took the old one still has the old one."""
    shelf = Shelf(content, demo=False)
    old = shelf.stock
    put(content, FILE, {}, {})
    put(content, "sports/verein.csv", {"Kennung": "fussball", "Sportart": "Fußball"})
    assert shelf.look()
    assert len(old.by_id) == 1
    assert set(shelf.stock.by_id) == {"verein/kurs-1", "verein/kurs-2", "verein/fussball"}
    (content / FILE).unlink()
    assert shelf.look()
    assert set(shelf.stock.by_id) == {"verein/fussball"}


def test_where_nothing_changed_nothing_is_read(content: Path) -> None:
    """A look at the files is all."""
    shelf = Shelf(content, demo=True)
    stock = shelf.stock
    assert not shelf.look()
    assert shelf.stock is stock


def test_a_row_with_errors_is_left_out_and_the_others_serve(content: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log names file and line, and nothing that stands there."""
    put(content, FILE, {}, {"Preis": "geheim"}, {})
    shelf = Shelf(content, demo=False)
    assert set(shelf.stock.by_id) == {"verein/kurs-1", "verein/kurs-3"}
    assert "content/courses/verein.csv:3: there is an error" in caplog.text
    assert "geheim" not in caplog.text
    caplog.clear()
    put(content, "courses/andere.csv", {})
    assert shelf.look()
    assert "verein.csv" not in caplog.text  # it was said already


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe\xff", b"PK\x03\x04 not a table", b"Kennung;Titl\na1;Deutsch"])
def test_of_a_file_that_cannot_be_read_any_more_the_offers_stay(content: Path, broken: bytes) -> None:
    """Others change meanwhile; once it is mended, what stands there counts."""
    shelf = Shelf(content, demo=False)
    save(content / FILE, broken)
    put(content, "courses/andere.csv", {})
    assert shelf.look()
    assert set(shelf.stock.by_id) == {"verein/kurs-1", "andere/kurs-1"}
    assert any(problem.path == "content/courses/verein.csv" for problem in shelf.problems)
    put(content, FILE, {"Kennung": "neu"})
    assert shelf.look()
    assert set(shelf.stock.by_id) == {"verein/neu", "andere/kurs-1"}
    assert shelf.problems == ()


def test_the_same_id_in_two_folders_counts_once(content: Path) -> None:
    """The real one wins over the invented one, and the problem says where both are."""
    put(content, "sample/courses/verein.csv", {"Beispiel": "ja"})
    shelf = Shelf(content, demo=True)
    assert not shelf.stock.by_id["verein/kurs-1"].sample
    (problem,) = shelf.problems
    assert str(problem).startswith("content/sample/courses/verein.csv:2: the id ")
    assert "content/courses/verein.csv:2" in problem.problem


def test_what_offers_refer_to_has_to_be_there(content: Path) -> None:
    """A topic that is removed takes the offers that name it along, until it is back."""
    topic = content / "faq" / "find-job.yaml"
    save(topic, b"")
    row = {"Kennung": "kreis", "Gruppenart": "Freundeskreis", "Themen": "find-job"}
    put(content, "groups/kreise.csv", row)
    shelf = Shelf(content, demo=False)
    assert "kreise/kreis" in shelf.stock.by_id, shelf.problems
    topic.unlink()
    save(content / "faq" / "other.yaml", b"")
    assert shelf.look()
    assert "kreise/kreis" not in shelf.stock.by_id


def test_without_districts_there_are_offers_all_the_same(content: Path) -> None:
    """A broken table is a problem, and the last good one stays in use."""
    shelf = Shelf(content, demo=False)
    save(content / DISTRICTS, b"nothing: here")
    assert shelf.look()
    assert len(shelf.stock.districts.entries) == 23
    assert shelf.problems
    fresh = Shelf(content, demo=False)
    assert not fresh.stock.districts.entries
    assert set(fresh.stock.by_id) == {"verein/kurs-1"}


def test_content_without_offers_needs_no_districts(tmp_path: Path) -> None:
    """A city may begin with its FAQ."""
    shelf = Shelf(tmp_path, demo=True)
    assert (shelf.problems, len(shelf.stock.by_id)) == ((), 0)


async def watched(content: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> "asyncio.Task[None]":
    """Return the running watch, which hardly waits."""
    monkeypatch.setattr(module, "_EVERY", 0.01)
    monkeypatch.setattr(module, "_STILL", 0.01)
    task = asyncio.create_task(shelf.watch())
    put(content, FILE, {}, {})
    return task


async def until_two(shelf: Shelf) -> None:
    """Wait for the second course."""
    async with asyncio.timeout(30):
        while len(shelf.stock.by_id) < 2:  # noqa: ASYNC110 - nothing tells when it is there
            await asyncio.sleep(0.01)


async def test_a_change_is_noticed_while_serving(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to start Lotse again."""
    shelf = Shelf(content, demo=False)
    task = await watched(content, shelf, monkeypatch)
    await until_two(shelf)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_the_watch_survives_whatever_goes_wrong(
    content: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is served stays, the log says so without details, and the next look may succeed."""
    shelf = Shelf(content, demo=False)
    look = shelf.look
    fails = [True]

    def once_broken() -> bool:
        if fails and fails.pop():
            raise OSError("geheim")
        return look()

    monkeypatch.setattr(shelf, "look", once_broken)
    task = await watched(content, shelf, monkeypatch)
    await until_two(shelf)
    assert not task.done()
    assert "OSError" in caplog.text
    assert "geheim" not in caplog.text
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_what_could_not_be_read_is_tried_again(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The change is not forgotten because the first try went wrong."""
    shelf = Shelf(content, demo=False)
    put(content, FILE, {}, {})
    with monkeypatch.context() as broken:
        broken.delattr(module, "read_offers")
        with pytest.raises(NameError):
            shelf.look()
    assert len(shelf.stock.by_id) == 1
    assert shelf.look()
    assert len(shelf.stock.by_id) == 2


def test_the_log_says_that_offers_are_invented(content: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever runs a demonstration reads so at the start."""
    caplog.set_level(logging.INFO, logger="bot")
    Shelf(content, demo=True)
    assert "2 offers; 1 of them are invented" in caplog.text
