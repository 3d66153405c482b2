"""Files in the box for replies: previewed as they will arrive, sent, shown in the talk, or refused with a reason."""

import base64
import io
import re
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.escalation.files import LARGEST, MOST, MOST_TOGETHER
from bot.messages import Reply
from bot.storage import attachments, casework, drafts
from bot.storage.attachments import File
from tests.files import PAGE, PDF, SECRET, SVG, VOICE, huge_png, pdf, picture, telling_photo
from tests.inbox.staffroom import HOST, Browser
from tests.inbox.workroom import Workroom

_JS = b"<< /S /JavaScript /JS (app.alert(1)) >>"


async def upload(browser: Browser, path: str, *files: tuple[str, bytes], **values: str) -> httpx.Response:
    """Send a form with files, as a browser does."""
    parts = [("files", (name, content, "image/jpeg")) for name, content in files]
    return await browser.post(path, data=values, files=parts or {"none": b""}, headers={"Origin": HOST})


async def test_a_photo_and_a_letter_are_sent_with_a_text(work: Workroom) -> None:
    """The text first; the files are stored as they leave, and the queue holds only their numbers."""
    number = await work.case("Hallo", language="ar")
    anna, browser = await work.colleague("Anna Beck", "ost")
    answer = await upload(
        browser, f"/inbox/cases/{number}/reply", ("IMG.HEIC.jpg", telling_photo()), ("Brief.exe", PDF), text="Bitte"
    )
    assert answer.headers["location"].endswith("said=sent")
    text, photo, letter = await work.arrived()
    assert text.text == "Bitte"
    assert photo.document is not None
    assert letter.document is not None
    assert (photo.document.filename, photo.document.media_type, photo.document.content) == (
        "IMG.HEIC.jpg",
        "image/jpeg",
        "",
    )
    assert (letter.document.filename, letter.title, letter.author) == ("Brief.pdf", text.title, "staff")
    assert photo.document.attachment is not None
    _, content = await attachments.read(work.room.database, work.room.vault, anna, photo.document.attachment)
    assert SECRET not in content
    assert Image.open(io.BytesIO(content)).size == (40, 60)


async def test_files_go_without_a_text(work: Workroom) -> None:
    """And say from whom they are; nothing at all is still nothing."""
    number = await work.case("Hallo", language="ar")
    anna, browser = await work.colleague("Anna Beck", "ost")
    await upload(browser, f"/inbox/cases/{number}/reply", ("Plan.png", picture("PNG")), text=" ")
    (plan,) = await work.arrived()
    assert "🧑" in plan.title
    assert (await work.lines(anna, number))[-1] == ("reply", "")
    answer = await upload(browser, f"/inbox/cases/{number}/reply", text=" ")
    assert answer.headers["location"].endswith("said=empty")


async def test_the_preview_shows_what_will_arrive(work: Workroom) -> None:
    """A small picture without what the file told, names and sizes, and what will not arrive; nothing is kept."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    files = [("../Foto.jpg", telling_photo()), ("Brief.pdf", PDF), ("böse<b>.jpg", PAGE)]
    page = (await upload(browser, f"/inbox/cases/{number}/preview", *files, text="Ja")).text
    assert re.findall(r'data-file="(\w+)"', page) == ["ok", "ok", "kind"]
    (small,) = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', page)
    shown = Image.open(io.BytesIO(base64.b64decode(small)))
    assert (shown.size, dict(shown.getexif())) == ((40, 60), {})
    assert "<bdi>Foto.jpg</bdi>" in page
    assert "böse&lt;b&gt;.jpg" in page
    assert "<b>.jpg" not in page
    assert await work.arrived() == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("page.jpg", PAGE, "kind"),
        ("picture.svg", SVG, "kind"),
        ("bomb.png", huge_png(), "large"),
        ("cut.jpg", picture(size=(600, 400))[:200], "broken"),
        ("script.pdf", pdf(_JS), "active"),
        ("large.txt", b"a" * (LARGEST + 1), "large"),
        ("empty.jpg", b"", "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_hostile_files_are_refused_and_the_text_is_kept(
    work: Workroom, name: str, content: bytes, problem: str
) -> None:
    """One of them holds back all; the page says why."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    path = f"/inbox/cases/{number}/reply"
    answer = await upload(browser, path, ("Plan.png", picture("PNG")), (name, content), text="Bitte")
    assert answer.headers["location"].endswith(f"said=file_{problem}")
    assert await work.arrived() == []
    assert await drafts.read(work.room.database, work.room.vault, anna, number) == "Bitte"
    assert (await browser.get(answer.headers["location"])).status_code == 200


async def test_too_many_files_are_refused(work: Workroom) -> None:
    """By their number, and by their bytes: a form that is too large is not even read."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    path = f"/inbox/cases/{number}/reply"
    answer = await upload(browser, path, *[("a.txt", b"a")] * (MOST + 1))
    assert answer.headers["location"].endswith("said=file_many")
    answer = await upload(browser, path, *[("a.txt", b"a" * (MOST_TOGETHER // 4))] * 5)
    assert answer.status_code == 413
    assert await work.arrived() == []


async def test_a_form_with_files_is_guarded_like_any_other(work: Workroom) -> None:
    """With the token in a field too, for who has no scripts; without it nothing is kept."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    token = browser.headers.pop("X-CSRF-Token")
    path = f"/inbox/cases/{number}/reply"
    assert (await upload(browser, path, ("a.pdf", PDF), text="Ja")).status_code == 403
    assert await work.arrived() == []
    answer = await upload(browser, path, ("a.pdf", PDF), text="Ja", csrf=token)
    assert answer.headers["location"].endswith("said=sent")


async def test_a_second_tap_sends_no_file_twice(work: Workroom) -> None:
    """Another file with the same text is another reply."""
    number = await work.case("Hallo")
    _, browser = await work.colleague("Anna Beck", "ost")
    path = f"/inbox/cases/{number}/reply"
    for _ in range(2):
        await upload(browser, path, ("a.pdf", PDF), text="Ja", seen="1")
    assert len(await work.arrived()) == 2
    await upload(browser, path, ("b.pdf", PDF), text="Ja", seen="1")
    assert len(await work.arrived()) == 4


def header(answer: httpx.Response, name: str) -> Any:
    """What an answer says about itself."""
    return answer.headers[name]


async def test_pictures_are_shown_in_the_talk_and_other_files_saved(work: Workroom) -> None:
    """Said by whom they are; nothing is run, nothing is kept by the browser, and another team's do not exist."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    _, stranger = await work.colleague("Ben Weiß", "west")
    files = [File("Plan.png", "image/png", picture("PNG")), File("خطاب.ogg", "audio/ogg", VOICE)]
    sent = Reply("", "uk", title="T", author="staff")
    await casework.reply(work.room.database, work.room.vault, anna, number, "", sent, files=files)
    page = (await browser.get(f"/inbox/cases/{number}")).text
    assert re.search(
        r'<img class="sent-image" src="/inbox/files/\d+" alt="[^"]+" loading="lazy"></a> <bdi>Plan.png', page
    )
    assert re.search(r'href="/inbox/files/\d+" download>📎 <bdi>خطاب.ogg</bdi>', page)
    for path, how in zip(
        dict.fromkeys(re.findall(r'"(/inbox/files/\d+)"', page)), ("inline", "attachment"), strict=True
    ):
        answer = await browser.get(path)
        assert header(answer, "content-disposition").startswith(f"{how}; filename*=UTF-8''")
        assert header(answer, "cache-control") == "no-store, private"
        assert header(answer, "content-security-policy") == "default-src 'none'; sandbox"
        assert (await stranger.get(path)).status_code == 404
    audited = [action for action, _ in await work.room.audited()]
    assert audited.count("file read") == 2
    assert audited.count("refused") == 2


async def test_a_picture_that_is_loaded_again_is_one_reading(work: Workroom) -> None:
    """The page renews itself all the time."""
    number = await work.case("Hallo")
    anna, browser = await work.colleague("Anna Beck", "ost")
    await upload(browser, f"/inbox/cases/{number}/reply", ("Plan.png", picture("PNG")))
    (plan,) = await work.arrived()
    assert plan.document is not None
    for _ in range(3):
        assert (await browser.get(f"/inbox/files/{plan.document.attachment}")).status_code == 200
    assert [action for action, _ in await work.room.audited()].count("file read") == 1
    assert anna.staff_id
