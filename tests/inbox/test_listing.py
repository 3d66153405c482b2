"""The list shows each what is theirs, the urgent first, and never who somebody is."""

import re

from bot.storage import casework
from tests.inbox.workroom import ARABIC, LETTER, Workroom
from tests.storage.desk import write

_LINE = re.compile(r'id="case-(\d+)"')


def _numbers(page: str) -> list[int]:
    return [int(number) for number in _LINE.findall(page)]


async def test_danger_comes_first_and_then_who_waits_longest(work: Workroom) -> None:
    """With pseudonym, language in German, theme, district and the beginning of the text."""
    first = await work.case(ARABIC, language="ar", theme="money", district="bad-cannstatt", person="77123456")
    urgent = await work.case("Ich will nicht mehr", language="de", reason="crisis")
    _, browser = await work.colleague("Anna Beck", "ost")
    page = (await browser.get("/inbox")).text
    assert _numbers(page) == [urgent, first]
    assert "Krise" in page
    for shown in ("Arabisch", "Geld", "Bad Cannstatt", "أرسل لي رسالة"):
        assert shown in page
    assert "77123456" not in page


async def test_a_case_without_words_says_so(work: Workroom) -> None:
    """Whoever was handed over and has not written since; their first words take its place."""
    _, browser = await work.colleague("Anna Beck", "ost")
    await work.case(reason="crisis", person="77123456")
    assert '<span class="preview quiet">' in (await browser.get("/inbox")).text
    await write(work.parts, "77123456", "Ось і я")
    assert '<span class="preview quiet">' not in (await browser.get("/inbox")).text


async def test_only_cases_of_ones_own_queues_are_there(work: Workroom) -> None:
    """Neither in a view, nor counted, nor found by number; another queue's filter is no page at all."""
    other = await work.case("Hallo", queue="west")
    _, browser = await work.colleague("Anna Beck", "ost")
    for query in ("", "?view=team", f"?view=team&q={other}", "?view=resolved"):
        page = (await browser.get(f"/inbox{query}")).text
        assert _numbers(page) == []
        assert '<span class="count">1</span>' not in page
    assert (await browser.get("/inbox?view=team&queue=west")).status_code == 404
    assert ("refused", "GET /inbox") in await work.room.audited()


async def test_who_has_cases_begins_with_them(work: Workroom) -> None:
    """Others begin with what nobody has yet."""
    mine, free = await work.case("Eins"), await work.case("Zwei")
    anna, browser = await work.colleague("Anna Beck", "ost")
    assert _numbers((await browser.get("/inbox")).text) == [mine, free]
    await casework.take(work.room.database, work.room.vault, anna, mine)
    assert _numbers((await browser.get("/inbox")).text) == [mine]


async def test_filters_narrow_and_stay_in_the_fields(work: Workroom) -> None:
    """Language, theme, district, and words of the pseudonym; strange values find nothing and break nothing."""
    number = await work.case("Ja", language="ar", theme="money")
    await work.case("Так", language="uk", theme="health")
    _, browser = await work.colleague("Anna Beck", "ost")
    page = (await browser.get("/inbox?view=team&language=ar")).text
    assert _numbers(page) == [number]
    assert '<option value="ar" selected>Arabisch</option>' in page
    for query in ("theme=%00", "q=%00%ff", "district=" + "x" * 5000, "after=1_2_3_4", "view=nothing", "after=nan_1_1"):
        assert (await browser.get(f"/inbox?{query}")).status_code == 200


async def test_long_lists_have_pages(work: Workroom) -> None:
    """The link leads to what comes below, and from there back to the top."""
    numbers = [await work.case("Hallo") for _ in range(51)]
    _, browser = await work.colleague("Anna Beck", "ost")
    page = (await browser.get("/inbox?view=team&district=ost")).text
    (below,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert _numbers(page) == numbers[:50]
    second = (await browser.get(below.replace("&amp;", "&"))).text
    assert _numbers(second) == numbers[50:]
    assert "Zurück zum Anfang" in second


async def test_the_piece_that_renews_itself_holds_the_same_cases_and_the_figures(work: Workroom) -> None:
    """But no page around them; the figures replace those beside the list."""
    number = await work.case("Hallo", understood=[LETTER])
    _, browser = await work.colleague("Anna Beck", "ost")
    piece = (await browser.get("/inbox/list?view=team")).text
    assert _numbers(piece) == [number]
    assert "<html" not in piece
    assert 'hx-swap-oob="true"' in piece


async def test_editors_see_no_list(work: Workroom) -> None:
    """Signing in leads them to a page that says so; its piece is empty."""
    await work.case("Hallo")
    _, browser = await work.colleague("Emil Rot", "*", role="editor")
    assert "Keine Fälle" in (await browser.get("/inbox")).text
    assert _numbers((await browser.get("/inbox/list?view=team")).text) == []
