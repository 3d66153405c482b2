"""The page of a case: the talk as the person saw it, what Lotse understood, and nothing about who they are."""

import re
import time

from bot.escalation import replies as handover
from bot.i18n import Texts
from bot.messages import Button, Reply
from bot.storage import attachments, casework, drafts, transcript
from bot.storage.attachments import File
from tests.inbox.workroom import ARABIC, LETTER, PERHAPS, Workroom, ask, post

_SENT = Reply(text="Antwort", language="ar", author="staff")


async def test_what_is_written_from_the_right_is_set_from_the_right(work: Workroom) -> None:
    """Even if it begins with a Latin word; its language is named for those who listen."""
    number = await work.case(ARABIC, "Hallo", language="ar", person="77123456")
    _, browser = await work.colleague("Anna Beck", "ost")
    page = (await browser.get(f"/inbox/cases/{number}")).text
    assert re.search(r'<p class="said" dir="rtl" lang="ar">Jobcenter أرسل', page)
    assert '<p class="said" dir="ltr">Hallo</p>' in page
    assert "77123456" not in page


async def test_a_gloss_says_in_german_what_was_meant(work: Workroom) -> None:
    """The topic, how sure Lotse was, what was named; where it was unsure, what else it could be."""
    number = await work.case(ARABIC, "Квартира", understood=[LETTER, PERHAPS])
    _, browser = await work.colleague("Anna Beck", "ost")
    page = (await browser.get(f"/inbox/cases/{number}")).text
    assert "Ich verstehe einen Brief nicht (91 %)" in page
    assert "Amt: <b><bdi>Jobcenter Stuttgart</bdi></b>" in page
    assert "Mittwoch, 25. November 2026" in page
    assert re.search(r"Vielleicht:</b> \S.+ \(48 %\) · oder .+ \(30 %\)", page)


async def test_notes_look_different_from_replies(work: Workroom) -> None:
    """A note says that only the team sees it, a reply says what became of it, and steps are told in a sentence."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    case = (work.room.database, work.room.vault, anna, number)
    await casework.take(*case)
    await casework.note(*case, "Vorsicht")
    await casework.reply(*case, "Guten Tag", _SENT)
    page = (await browser.get(f"/inbox/cases/{number}")).text
    assert re.search(r'class="line note".*?Notiz von Anna Beck, nur für das Team.*?Vorsicht', page, re.DOTALL)
    assert re.search(r'class="line reply".*?Guten Tag.*?Unterwegs', page, re.DOTALL)
    assert "Anna Beck hat den Fall übernommen." in page


async def test_what_lotse_told_the_person_stands_where_it_was_told(work: Workroom) -> None:
    """In their language and its direction, quietly, what is long folded behind its first line; nobody translates it."""
    number = await work.case("مرحبا", language="ar")
    short = Reply(text="<b>1</b> اكتب", language="ar", buttons=((Button("نعم", "yes"), Button("لا", "no")),))
    async with work.room.database.write() as connection:
        told = [short, handover.crisis(Texts("en"))]
        await transcript.add_bot(connection, work.room.vault, number, told, time.time())
    _, browser = await work.colleague("Anna Beck", "ost")
    page = (await browser.get(f"/inbox/cases/{number}")).text
    quiet, folded = re.findall(r'<li class="line bot".*?</li>', page, re.DOTALL)
    assert '<p class="said" lang="ar" dir="rtl">&lt;b&gt;1' in quiet
    assert "<bdi>نعم</bdi> · <bdi>لا</bdi>" in quiet
    assert "details" not in quiet
    assert re.search(
        r'<details [^>]*lang="en" dir="ltr">\s*<summary class="said">💙 You are not alone</summary>', folded
    )
    assert '<p class="said">It is good that you wrote this.' in folded
    assert page.index("مرحبا") < page.index("اكتب") < page.index("💙")


async def test_whatever_somebody_wrote_is_only_text(work: Workroom) -> None:
    """In the talk, in the list, in a draft and in a note."""
    evil = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
    number = await work.case(evil)
    anna, browser = await work.colleague("Anna Beck", "ost")
    case = (work.room.database, work.room.vault, anna, number)
    await drafts.keep(*case, evil)
    await casework.note(*case, evil)
    for path in (f"/inbox/cases/{number}", f"/inbox/cases/{number}/talk", "/inbox?view=team"):
        page = (await browser.get(path)).text
        assert "alert(1)" in page
        assert "<script>" not in page
        assert "<img src=x" not in page


async def test_an_unsent_text_is_there_again(work: Workroom) -> None:
    """For its author alone."""
    number = await work.case("Hallo")
    _, anna = await work.colleague("Anna Beck", "ost")
    _, ben = await work.colleague("Ben Weiß", "ost")
    assert "Entwurf" in (await ask(anna, f"/inbox/cases/{number}/draft", text="Guten\r\nTag")).text
    assert ">Guten\nTag</textarea>" in (await anna.get(f"/inbox/cases/{number}")).text
    assert "Guten" not in (await ben.get(f"/inbox/cases/{number}")).text


async def test_one_sees_who_else_looks(work: Workroom) -> None:
    """Until they leave."""
    number = await work.case("Hallo")
    _, anna = await work.colleague("Anna Beck", "ost")
    _, ben = await work.colleague("Ben Weiß", "ost")
    assert "Ben" not in (await ask(anna, f"/inbox/cases/{number}/presence")).text
    assert "Anna Beck" in (await ask(ben, f"/inbox/cases/{number}/presence")).text
    assert "Ben Weiß" in (await ask(anna, f"/inbox/cases/{number}/presence")).text
    await post(ben, f"/inbox/cases/{number}/leave")
    assert "Ben" not in (await ask(anna, f"/inbox/cases/{number}/presence")).text


async def test_a_file_is_given_out_but_never_run(work: Workroom) -> None:
    """An image may be looked at; a page that calls itself one is saved, under a policy that lets it do nothing."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    _, stranger = await work.colleague("Ben Weiß", "west")
    files = [File("a.html", "text/html", b"<script>"), File("böse\r\n.png", "image/png", b"\x89PNG")]
    case = (work.room.database, work.room.vault, anna, number)
    await casework.reply(*case, "Da", _SENT, files=files)
    found = re.findall(r'href="(/inbox/files/\d+)"', (await browser.get(f"/inbox/cases/{number}")).text)
    page, image = [await browser.get(path) for path in found]
    assert page.headers["content-disposition"].startswith("attachment;")
    assert page.headers["content-type"] == "application/octet-stream"
    assert image.headers["content-disposition"].startswith("inline;")
    assert image.headers["content-type"] == "image/png"
    for answer in (page, image):
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await stranger.get(found[0])).status_code == 404
    assert attachments.CONTENT not in page.text


async def test_a_reader_is_audited_and_a_live_page_is_not_a_click(work: Workroom) -> None:
    """The page that renews itself must not keep a session alive for ever."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    await browser.get(f"/inbox/cases/{number}")
    assert [action for action, _ in await work.room.audited()].count("read") == 1
    work.room.clock.now += 20 * 60
    assert (await browser.get(f"/inbox/cases/{number}/talk")).status_code == 200
    work.room.clock.now += 20 * 60
    assert (await browser.get(f"/inbox/cases/{number}/talk", headers={"HX-Request": "true"})).status_code == 401
