"""Files: told by their content, cleaned of what they tell, and refused if they would do something."""

import io
import zipfile

import pytest
from PIL import Image

from bot.escalation.files import CASE_LIMIT, LARGEST, LONGEST_NAME, FileRefusedError, clean, clean_name, thumbnail
from tests.files import PAGE, PDF, SECRET, SVG, VOICE, huge_png, pdf, picture, telling_photo


def opened(content: bytes) -> Image.Image:
    """A picture, read to its end."""
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


def test_a_photo_tells_nothing_but_what_is_seen() -> None:
    """No place, no camera, no comment, no profile; it stands upright."""
    photo = telling_photo()
    assert SECRET in photo
    assert opened(photo).getexif().get_ifd(0x8825)
    file = clean("IMG_1.JPG", photo)
    found = opened(file.content)
    assert (file.media_type, file.filename, found.size) == ("image/jpeg", "IMG_1.jpg", (40, 60))
    assert SECRET not in file.content
    assert b"<script>" not in file.content
    assert not found.getexif()
    assert not {"exif", "comment", "icc_profile", "gps"} & found.info.keys()


def test_a_png_stays_sharp_and_loses_its_comments() -> None:
    """What shines through goes on doing so."""
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - for this test alone

    told = PngInfo()
    told.add_text("Author", SECRET.decode())
    file = clean("Plan.png", picture("PNG", color=(9, 9, 9, 100), pnginfo=told))
    found = opened(file.content)
    assert (file.media_type, found.mode) == ("image/png", "RGBA")
    assert SECRET not in file.content
    assert not found.info.get("Author")


@pytest.mark.parametrize(("color", "kind"), [("navy", "jpeg"), ((9, 9, 9, 100), "png")])
def test_webp_becomes_what_every_phone_shows(color: object, kind: str) -> None:
    """JPEG, or PNG where something shines through."""
    file = clean("a.webp", picture("WEBP", color=color))
    assert file.media_type == f"image/{kind}"
    assert opened(file.content).format == kind.upper()


def test_a_large_photo_is_made_smaller() -> None:
    """It can still be read, and Telegram takes it."""
    file = clean("a.jpg", picture(size=(6000, 4000)))
    assert max(opened(file.content).size) == 4096


def test_a_thumbnail_is_small() -> None:
    """Whatever it is made of."""
    found = opened(thumbnail(clean("a.png", picture("PNG", size=(900, 600))).content))
    assert (found.format, found.size) == ("JPEG", (320, 213))


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (PDF, "application/pdf", "a.pdf"),
        (VOICE, "audio/ogg", "a.ogg"),
        ("Größe: 3 < 4, <3\n\tтекст".encode(), "text/plain", "a.txt"),
    ],
)
def test_other_kinds_are_passed_on_as_they_are(content: bytes, media_type: str, name: str) -> None:
    """Their kind is told by what they begin with, not by what they are called."""
    file = clean("a.exe", content)
    assert (file.media_type, file.filename, file.content) == (media_type, name, content)


def docx() -> bytes:
    """A document of an office."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("word/document.xml", "<w:document/>")
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.jpg", b"", "broken"),
        ("large.txt", b"a" * (LARGEST + 1), "large"),
        ("page.jpg", PAGE, "kind"),
        ("picture.svg", SVG, "kind"),
        ("picture.png", b"\xef\xbb\xbf \n" + SVG, "kind"),
        ("letter.docx", docx(), "kind"),
        ("program.pdf", b"MZ\x90\0" + bytes(99), "kind"),
        ("script.txt", b"#!/bin/sh\nrm -rf /", "kind"),
        ("noise.txt", bytes(range(256)), "kind"),
        ("old.gif", picture("GIF"), "kind"),
        ("cut.jpg", picture(size=(600, 400))[:200], "broken"),
        ("cut.png", picture("PNG")[:60], "broken"),
        ("only-magic.jpg", b"\xff\xd8\xff" + PAGE, "broken"),
        ("bomb.png", huge_png(), "large"),
        ("smaller-bomb.png", huge_png(9_000, 9_000), "large"),
        ("cut.pdf", PDF[:40], "broken"),
        ("script.pdf", pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "active"),
        ("escaped.pdf", pdf(b"<< /S /Java#53cript /JS (app.alert(1)) >>"), "active"),
        ("packed.pdf", pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>", packed=True), "active"),
        ("starts.pdf", pdf(b"<< /S /Launch /F (cmd.exe) >>"), "active"),
        ("carries.pdf", pdf(b"<< /Type /EmbeddedFile >>"), "active"),
        ("unpacks.pdf", pdf(bytes(80_000_000), packed=True), "large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_means_no_good_is_refused(name: str, content: bytes, problem: str) -> None:
    """Whatever it is called, and says why."""
    with pytest.raises(FileRefusedError) as refused:
        clean(name, content)
    assert refused.value.problem == problem


def test_moving_pictures_are_refused() -> None:
    """One of their pictures would not say what they say."""
    frames = [Image.new("RGB", (9, 9), color) for color in ("red", "blue")]
    for form in ("PNG", "WEBP"):
        written = io.BytesIO()
        frames[0].save(written, form, save_all=True, append_images=frames[1:], duration=100)
        with pytest.raises(FileRefusedError) as refused:
            clean("a", written.getvalue())
        assert refused.value.problem == "kind"


def test_a_page_behind_a_picture_is_gone() -> None:
    """A file that is a picture and a page at once is only a picture afterwards."""
    for form in ("JPEG", "PNG"):
        file = clean("a.html", picture(form) + PAGE)
        assert b"<script>" not in file.content
        assert file.filename in {"a.jpg", "a.png"}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\anna\\Brief.PDF", "Brief.pdf"),
        ("rechnung\u202efdp.exe", "rechnungfdp.pdf"),
        ("Brief vom 3.12.2026", "Brief vom 3.12.2026.pdf"),
        ("a\r\nContent-Type: text/html\r\n.pdf", "html.pdf"),
        ('x"; filename="y.html', "x_; filename=_y.pdf"),
        ("..", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "file.pdf"),
        ("\u200e\u2066", "file.pdf"),
        ("رسالة.pdf", "رسالة.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
    ],
)
def test_names_do_not_mislead(given: str, name: str) -> None:
    """No path, no control signs, no turned direction, the ending of what it is."""
    assert clean_name(given, "application/pdf") == name


def test_a_long_name_is_cut() -> None:
    """Its ending stays."""
    name = clean_name("ä" * 500 + ".pdf", "application/pdf")
    assert len(name) == LONGEST_NAME
    assert name.endswith("ä.pdf")


def test_several_files_fit_into_a_case() -> None:
    """One person's letters do not fill it at once."""
    assert CASE_LIMIT >= 5 * LARGEST
