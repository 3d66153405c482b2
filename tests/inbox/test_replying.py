"""The box for replies: what is searched in German arrives in the person's language, as the preview showed it."""

import asyncio
import re
from html import unescape

from bot.inbox.desk import LONGEST
from bot.messages import Reply
from bot.storage import casework, drafts
from tests.inbox.workroom import Workroom, ask, post

_BLANKS = {"blank-date": "2026-11-25", "blank-time": "14:30", "blank-place": "Rathaus, Zimmer 3"}
_PHRASE = {"kind": "phrase", "id": "appointment-confirm"}


def _last(lines: list[tuple[str, str]]) -> tuple[str, str]:
    return lines[-1]


async def test_a_phrase_found_in_german_arrives_in_arabic(work: Workroom) -> None:
    """Word for word as the preview showed it; the preview says in German what it says."""
    number = await work.case("مرحبا", language="ar")
    anna, browser = await work.colleague("Anna Beck", "ost")
    hits = (await ask(browser, f"/inbox/cases/{number}/search", q="Termin bestätigen")).text
    kind, id_ = re.findall(r'name="kind" value="(\w+)"><input type="hidden" name="id" value="([\w-]+)"', hits)[0]
    assert "[Tag]" in hits
    picked = (await ask(browser, f"/inbox/cases/{number}/pick", kind=kind, id=id_)).text
    assert 'type="date"' in picked
    assert "aria-invalid" not in picked
    preview = (await ask(browser, f"/inbox/cases/{number}/preview", kind=kind, id=id_, **_BLANKS)).text
    assert "Mittwoch, 25. November 2026" in preview
    sent = await ask(browser, f"/inbox/cases/{number}/reply", kind=kind, id=id_, **_BLANKS)
    assert sent.headers["hx-redirect"] == f"/inbox/cases/{number}?said=sent"
    (reply,) = await work.arrived()
    assert reply.language == "ar"
    assert reply.author == "staff"
    shown = unescape(re.sub(r"<[^>]+>", "", preview)).translate(dict.fromkeys(range(0x2066, 0x206A)))
    assert reply.text.translate(dict.fromkeys(range(0x2066, 0x206A))) in shown
    assert _last(await work.lines(anna, number)) == ("reply", reply.text)


async def test_a_phrase_with_an_open_blank_is_not_sent(work: Workroom) -> None:
    """The piece comes back with what is wrong beside the field."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    wrong = {**_PHRASE, **_BLANKS, "blank-date": "morgen"}
    answer = await ask(browser, f"/inbox/cases/{number}/reply", **wrong)
    assert answer.status_code == 422
    assert re.search(r'name="blank-date"[^>]+aria-invalid="true" aria-describedby="wrong-date"', answer.text)
    assert "Rathaus, Zimmer 3" in answer.text
    assert await work.arrived() == []


async def test_own_words_go_out_as_they_are(work: Workroom) -> None:
    """The case is then theirs, and the draft is gone."""
    number = await work.case("Hallo", language="de")
    anna, browser = await work.colleague("Anna Beck", "ost")
    case = (work.room.database, work.room.vault, anna, number)
    await drafts.keep(*case, "Guten Tag")
    answer = await post(browser, f"/inbox/cases/{number}/reply", text=" Guten\r\nTag <b> ")
    assert answer.headers["location"].endswith("said=sent")
    assert [reply.text for reply in await work.arrived()] == ["Guten\nTag <b>"]
    assert await drafts.read(*case) == ""
    assert "Ihr Fall" in (await browser.get(f"/inbox/cases/{number}")).text


async def test_a_draft_that_comes_after_its_reply_is_not_shown_again(work: Workroom) -> None:
    """It would be sent twice."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    await post(browser, f"/inbox/cases/{number}/reply", text="Guten Tag")
    await ask(browser, f"/inbox/cases/{number}/draft", text="Guten Tag ")
    assert "></textarea>" in (await browser.get(f"/inbox/cases/{number}")).text.partition('id="text"')[2][:600]
    await ask(browser, f"/inbox/cases/{number}/draft", text="Guten Tag, Herr")
    assert ">Guten Tag, Herr</textarea>" in (await browser.get(f"/inbox/cases/{number}")).text


async def test_the_longest_text_of_the_largest_letters_is_taken(work: Workroom) -> None:
    """In several messages, and one line of the transcript."""
    number = await work.case("ሰላም", language="ti")
    anna, browser = await work.colleague("Anna Beck", "ost")
    text = "ሰላም " * (LONGEST // 4)
    answer = await post(browser, f"/inbox/cases/{number}/reply", text=text)
    assert answer.headers["location"].endswith("said=sent")
    assert _last(await work.lines(anna, number)) == ("reply", text.strip())
    assert len(await work.arrived()) == 3


async def test_a_second_tap_sends_nothing_more(work: Workroom) -> None:
    """The same text from the same page is one reply; the same text again, later, is another."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    for _ in range(2):
        answer = await post(browser, f"/inbox/cases/{number}/reply", text="Ja", seen="1")
        assert answer.headers["location"].endswith("said=sent")
    assert len(await work.arrived()) == 1
    await post(browser, f"/inbox/cases/{number}/reply", text="Ja", seen="999")
    assert len(await work.arrived()) == 2


async def test_a_reply_that_crosses_a_colleagues_is_held_back(work: Workroom) -> None:
    """And kept; once the colleague's reply is on the screen, it goes out."""
    number = await work.case("Hallo")
    _, anna = await work.colleague("Anna Beck", "ost")
    ben, _ = await work.colleague("Ben Weiß", "ost")
    page = (await anna.get(f"/inbox/cases/{number}")).text
    (seen,) = re.findall(r'name="seen" form="reply" value="(\d+)"', page)
    case = (work.room.database, work.room.vault, ben, number)
    await casework.reply(*case, "Von Ben", Reply(text="Von Ben", language="uk", author="staff"))
    answer = await post(anna, f"/inbox/cases/{number}/reply", text="Von Anna", seen=seen)
    assert answer.headers["location"].endswith("said=overtaken")
    assert len(await work.arrived()) == 1
    page = (await anna.get(f"/inbox/cases/{number}")).text
    assert ">Von Anna</textarea>" in page
    assert (await ask(anna, f"/inbox/cases/{number}/reply", **_PHRASE, **_BLANKS, seen=seen)).status_code == 422
    (seen,) = re.findall(r'name="seen" form="reply" value="(\d+)"', page)
    await post(anna, f"/inbox/cases/{number}/reply", text="Von Anna", seen=seen)
    assert len(await work.arrived()) == 2


async def test_of_replies_at_the_very_same_time_one_leaves(work: Workroom) -> None:
    """Two taps are one; of two colleagues the second is told, and keeps the text."""
    number = await work.case("Hallo")
    _, anna = await work.colleague("Anna Beck", "ost")
    _, ben = await work.colleague("Ben Weiß", "ost")
    page = (await anna.get(f"/inbox/cases/{number}")).text
    await ben.get(f"/inbox/cases/{number}")
    (seen,) = re.findall(r'name="seen" form="reply" value="(\d+)"', page)
    address = f"/inbox/cases/{number}/reply"
    answers = await asyncio.gather(*(post(each, address, text="Ja", seen=seen) for each in (anna, ben, anna, ben)))
    said = [answer.headers["location"].partition("said=")[2] for answer in answers]
    assert sorted(said) == ["overtaken", "overtaken", "sent", "sent"]
    assert len(await work.arrived()) == 1


async def test_nothing_is_sent_that_is_nothing_or_too_much(work: Workroom) -> None:
    """Nor to a case that was closed meanwhile; what was written is kept where it can be."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    case = (work.room.database, work.room.vault, anna, number)
    for text, said in ((" \n ", "empty"), ("x" * (LONGEST + 1), "long")):
        answer = await post(browser, f"/inbox/cases/{number}/reply", text=text)
        assert answer.headers["location"].endswith(f"said={said}")
    assert await drafts.read(*case) == "x" * LONGEST
    await post(browser, f"/inbox/cases/{number}/resolve", resolution="answered")
    before = len(await work.arrived())
    answer = await post(browser, f"/inbox/cases/{number}/reply", text="Noch etwas")
    assert answer.headers["location"].endswith("said=state")
    assert len(await work.arrived()) == before


async def test_what_does_not_exist_cannot_be_picked(work: Workroom) -> None:
    """A kind, a text or a blank of nobody's: no page breaks."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    for values in ({"kind": "phrase", "id": "nothing"}, {"kind": "evil", "id": "x"}, {}, {"kind": "offer", "id": "\0"}):
        for step in ("pick", "preview", "search"):
            answer = await ask(browser, f"/inbox/cases/{number}/{step}", **values)
            assert answer.status_code == 200, (step, values)
    assert (await ask(browser, f"/inbox/cases/{number}/reply", kind="faq", id="nothing")).status_code == 422
    assert await work.arrived() == []
