"""Machine translation on the page of a case: asked for by a button, marked, kept, and sent as it was looked at."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest

from bot.inbox.desk import LONGEST
from bot.messages import Understanding
from bot.storage import audit, casefile, casework, drafts
from bot.storage.access import Actor
from bot.storage.casefile import CaseFile
from bot.translation import Translator
from tests.fakes.libretranslate import KEY, FakeLibreTranslate
from tests.inbox.staffroom import Browser
from tests.inbox.workroom import Workroom, ask, post

UKRAINIAN, GERMAN = "Мій син хворий", "Mein Sohn ist krank"
OWN, THEIRS = "Bitte rufen Sie 0711 123456 an.", "Будь ласка, зателефонуйте 0711 123456."
_TAG = re.compile("<[^>]+>")
_SEALED = re.compile(r'name="translation" value="([^"]+)"')


@pytest.fixture
async def server() -> AsyncIterator[FakeLibreTranslate]:
    """A translation server that knows two sentences."""
    async with FakeLibreTranslate(KEY) as running:
        running.knows = {(UKRAINIAN, "de"): GERMAN, (OWN, "uk"): THEIRS}
        yield running


@pytest.fixture
async def office(work: Workroom, server: FakeLibreTranslate) -> AsyncIterator[Workroom]:
    """The pages about cases, with that server."""
    translator = Translator(server.url, KEY, patience=5)
    work.place = Workroom.pages(work.room, translator)
    yield work
    await translator.close()


async def read(work: Workroom, actor: Actor, number: int) -> CaseFile:
    """Everything about a case."""
    return await casefile.read(work.room.database, work.room.vault, actor, number)


async def audited(work: Workroom) -> list[str]:
    """What the audit says of translations and replies, the oldest first."""
    rows = await audit.entries(work.room.database, Actor(0, "admin", frozenset()))
    return [f"{row.action}: {row.detail}" for row in reversed(rows) if row.action in ("translated", "reply")]


async def looked_at(browser: Browser, number: int, text: str = OWN, **values: Any) -> str:
    """The sealed translation of a reply that was looked at."""
    piece = (await ask(browser, f"/inbox/cases/{number}/translation", text=text, source="de", **values)).text
    return unescape(_SEALED.findall(piece)[0])


async def test_nothing_is_translated_unless_somebody_asks(office: Workroom, server: FakeLibreTranslate) -> None:
    """Opening a case tells the server nothing; the button is a form that works without scripts too."""
    number = await office.case(UKRAINIAN)
    anna, browser = await office.colleague("Anna Beck", "ost")
    page = (await browser.get(f"/inbox/cases/{number}")).text
    line = (await read(office, anna, number)).lines[0].id
    form = f'<form method="post" action="/inbox/cases/{number}/lines/{line}/translation" hx-post='
    assert form in page
    assert server.asked == []
    answer = await post(browser, f"/inbox/cases/{number}/lines/{line}/translation")
    assert answer.headers["location"] == f"/inbox/cases/{number}#line-{line}"
    assert (server.asked[0]["source"], server.asked[0]["target"]) == ("uk", "de")
    page = (await browser.get(f"/inbox/cases/{number}")).text
    assert f'<p class="said" lang="de" dir="ltr">{GERMAN}</p>' in page
    assert form not in page


async def test_a_translation_is_kept_for_colleagues(office: Workroom, server: FakeLibreTranslate) -> None:
    """The server is asked once, whoever taps how often; the audit says who, and no word of it."""
    number = await office.case(UKRAINIAN)
    anna, first = await office.colleague("Anna Beck", "ost")
    _, second = await office.colleague("Ben Weiß", "ost")
    line = (await read(office, anna, number)).lines[0].id
    for browser in (first, second):
        piece = (await ask(browser, f"/inbox/cases/{number}/lines/{line}/translation")).text
        assert GERMAN in piece
        assert "<form" not in piece
    assert GERMAN in (await second.get(f"/inbox/cases/{number}/talk")).text
    assert len(server.asked) == 1
    assert await audited(office) == [f"translated: line {line}: uk -> de"]


async def test_the_language_that_was_understood_is_the_one_that_is_named(
    office: Workroom, server: FakeLibreTranslate
) -> None:
    """What runs in no direction of theirs, the server finds out; what is German already has no button."""
    french = Understanding("fr", "faq/rent", 0.9, "sure")
    german = Understanding("de", "faq/rent", 0.9, "sure")
    texts = ("Bonjour", "Hallo", "مرحبا")
    number = await office.case(*texts, understood=[french, german, None])
    anna, browser = await office.colleague("Anna Beck", "ost")
    lines = [line.id for line in (await read(office, anna, number)).lines]
    for line in lines:
        await ask(browser, f"/inbox/cases/{number}/lines/{line}/translation")
    assert [(each["q"], each["source"]) for each in server.asked] == [("Bonjour", "fr"), ("مرحبا", "auto")]
    assert (await read(office, anna, number)).lines[2].translations[0].source == "ar"


async def test_a_language_that_the_server_lacks_is_told_instead_of_a_button(
    office: Workroom, server: FakeLibreTranslate
) -> None:
    """For reading and for writing; who asks all the same is told so."""
    number = await office.case("ሰላም", language="ti")
    anna, browser = await office.colleague("Anna Beck", "ost")
    page = (await browser.get(f"/inbox/cases/{number}")).text
    assert page.count("Tigrinya") >= 4  # badge, facts, and what the server cannot do: from it and into it
    assert "/translation" not in page
    line = (await read(office, anna, number)).lines[0].id
    answer = await post(browser, f"/inbox/cases/{number}/lines/{line}/translation")
    assert answer.headers["location"] == f"/inbox/cases/{number}?said=machine-unable#line-{line}"
    assert 'role="alert"' in (await browser.get(f"/inbox/cases/{number}?said=machine-unable")).text
    assert 'role="alert"' in (await ask(browser, f"/inbox/cases/{number}/translation", text=OWN)).text
    assert server.asked == []


@pytest.mark.parametrize("trouble", ["500", "403", "429", "400", "not JSON", "cut"])
async def test_a_server_that_fails_is_told_beside_the_message(
    office: Workroom, server: FakeLibreTranslate, trouble: str
) -> None:
    """The button stays, nothing is kept, nothing else breaks."""
    number = await office.case(UKRAINIAN)
    anna, browser = await office.colleague("Anna Beck", "ost")
    await browser.get(f"/inbox/cases/{number}")
    line = (await read(office, anna, number)).lines[0]
    server.trouble = trouble
    piece = (await ask(browser, f"/inbox/cases/{number}/lines/{line.id}/translation")).text
    assert 'class="problem" role="alert"' in piece
    assert "<button" in piece
    assert (await read(office, anna, number)).lines[0].translations == ()
    (told,) = await audited(office)
    assert told.startswith(f"translated: line {line.id}: "), "the text may have left all the same"


async def test_pages_open_while_the_server_is_silent(office: Workroom, server: FakeLibreTranslate) -> None:
    """They say so once, and offer no button."""
    server.trouble = "500"
    number = await office.case(UKRAINIAN, UKRAINIAN)
    _, browser = await office.colleague("Anna Beck", "ost")
    page = await browser.get(f"/inbox/cases/{number}")
    assert page.status_code == 200
    assert "/translation" not in page.text
    assert server.listed == 1


async def test_another_teams_lines_are_nobodys(office: Workroom, server: FakeLibreTranslate) -> None:
    """Not to be translated, nor their replies; a note of a colleague neither."""
    number = await office.case(UKRAINIAN)
    anna, mine = await office.colleague("Anna Beck", "ost")
    _, other = await office.colleague("Ben Weiß", "west")
    line = (await read(office, anna, number)).lines[0].id
    note = await casework.note(office.room.database, office.room.vault, anna, number, "Notiz")
    for browser, path in (
        (other, f"lines/{line}/translation"),
        (other, "translation"),
        (mine, f"lines/{note}/translation"),
        (mine, "lines/999999999999/translation"),
    ):
        answer = await ask(browser, f"/inbox/cases/{number}/{path}", text=OWN, source="de")
        assert answer.status_code == 404
    assert server.asked == []


async def test_without_a_server_there_is_no_trace_of_it(work: Workroom) -> None:
    """No button, no address."""
    number = await work.case(UKRAINIAN)
    _, browser = await work.colleague("Anna Beck", "ost")
    assert "translation" not in (await browser.get(f"/inbox/cases/{number}")).text
    assert (await ask(browser, f"/inbox/cases/{number}/translation", text=OWN)).status_code == 404


async def test_what_was_looked_at_is_what_is_sent(office: Workroom, server: FakeLibreTranslate) -> None:
    """The translation first, marked as a machine's in their language, then the original; one button at the end."""
    number = await office.case(UKRAINIAN)
    anna, browser = await office.colleague("Anna Beck", "ost")
    piece = (await ask(browser, f"/inbox/cases/{number}/translation", text=OWN, source="de")).text
    server.trouble = "500"  # it is not asked again
    sealed = unescape(_SEALED.findall(piece)[0])
    values = {"text": OWN, "with": "translation", "translation": sealed}
    answer = await post(browser, f"/inbox/cases/{number}/reply", **values)
    assert answer.headers["location"].endswith("said=sent")
    translated, original = await office.arrived()
    assert (translated.text, translated.language, translated.author) == (THEIRS, "uk", "staff")
    assert (original.text, original.language, original.author) == (OWN, "de", "staff")
    assert len(translated.notes) == 1
    assert (translated.buttons, len(original.buttons)) == ((), 1)
    for each in (THEIRS, OWN, translated.notes[0], original.buttons[0][0].label):
        assert each in unescape(_TAG.sub("", piece))
    kept = (await read(office, anna, number)).lines[1]
    assert (kept.text, [each.text for each in kept.translations]) == (OWN, [THEIRS])
    assert await audited(office) == ["translated: reply: de -> uk", f"reply: line {kept.id}: de -> uk by machine"]
    page = (await browser.get(f"/inbox/cases/{number}")).text
    assert f'<p class="said" dir="ltr" lang="de">{OWN}</p>' in page
    assert f'<p class="said" lang="uk" dir="ltr">{THEIRS}</p>' in page


async def test_the_page_for_looking_works_without_scripts(office: Workroom) -> None:
    """It is a page of its own, which sends both; what was typed is kept besides."""
    number = await office.case(UKRAINIAN)
    anna, browser = await office.colleague("Anna Beck", "ost")
    answer = await post(browser, f"/inbox/cases/{number}/translation", text=f" {OWN}\r\n", source="de", seen="7")
    assert answer.status_code == 200
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert set(fields) == {"csrf", "seen", "translation"}
    (text,) = re.findall(r'<textarea name="text" hidden>\n([^<]*)</textarea>', answer.text)
    assert await drafts.read(office.room.database, office.room.vault, anna, number) == OWN
    values = {**fields, "text": unescape(text), "with": "translation"}
    sent = await post(browser, f"/inbox/cases/{number}/reply", **values)
    assert sent.headers["location"].endswith("said=sent")
    assert [reply.text for reply in await office.arrived()] == [THEIRS, OWN]


async def test_a_translation_of_something_else_is_not_sent(office: Workroom, server: FakeLibreTranslate) -> None:
    """Of another text, another case, another language, or none of ours: nothing leaves, the text is kept."""
    number = await office.case(UKRAINIAN)
    other, french = await office.case("Ще одне"), await office.case("Salut", language="fr")
    anna, browser = await office.colleague("Anna Beck", "ost")
    server.knows["Ja", "uk"] = "Так"
    sealed = await looked_at(browser, number)
    tries = [
        (number, f"{OWN} Ja", sealed),
        (number, OWN, await looked_at(browser, number, "Ja")),
        (number, OWN, await looked_at(browser, other)),
        (french, OWN, sealed),
        *((number, OWN, forged) for forged in ("", "AAAA", "ä", sealed[:-8], f"{sealed}AAAA")),
    ]
    for case, text, given in tries:
        values = {"text": text, "with": "translation", "translation": given}
        answer = await post(browser, f"/inbox/cases/{case}/reply", **values)
        assert answer.headers["location"] == f"/inbox/cases/{case}?said=outdated"
        assert await drafts.read(office.room.database, office.room.vault, anna, case) == text
    assert await office.arrived() == []


async def test_the_usual_button_sends_what_was_written(office: Workroom) -> None:
    """Even with a translation below it."""
    number = await office.case(UKRAINIAN)
    _, browser = await office.colleague("Anna Beck", "ost")
    sealed = await looked_at(browser, number)
    await post(browser, f"/inbox/cases/{number}/reply", text=OWN, translation=sealed)
    assert [reply.text for reply in await office.arrived()] == [OWN]


async def test_a_second_tap_and_a_crossing_reply_are_held_back_as_always(office: Workroom) -> None:
    """A translated reply is a reply."""
    number = await office.case(UKRAINIAN)
    ben, _ = await office.colleague("Ben Weiß", "ost")
    anna, browser = await office.colleague("Anna Beck", "ost")
    values = {"text": OWN, "with": "translation", "translation": await looked_at(browser, number)}
    seen = str((await read(office, anna, number)).lines[-1].id)
    for _ in range(2):
        answer = await post(browser, f"/inbox/cases/{number}/reply", seen=seen, **values)
        assert answer.headers["location"].endswith("said=sent")
    assert len(await office.arrived()) == 2
    seen = str((await read(office, anna, number)).lines[-1].id)
    reply = (await office.arrived())[0]
    await casework.reply(office.room.database, office.room.vault, ben, number, "Von Ben", reply)
    answer = await post(browser, f"/inbox/cases/{number}/reply", seen=seen, **values)
    assert answer.headers["location"].endswith("said=overtaken")


async def test_the_longest_reply_fits_into_its_form(office: Workroom, server: FakeLibreTranslate) -> None:
    """Of the largest letters, with a translation as long."""
    server.spoken["ti"] = "Tigrinya"
    number = await office.case("ሰላም", language="ti")
    _, browser = await office.colleague("Anna Beck", "ost")
    text = "ሰላም " * (LONGEST // 4) + "ሰላም"
    text = text[:LONGEST].strip()
    server.knows[text, "ti"] = text[::-1].strip()
    values = {"text": text, "with": "translation", "translation": await looked_at(browser, number, text)}
    answer = await post(browser, f"/inbox/cases/{number}/reply", **values)
    assert answer.headers["location"].endswith("said=sent")


@pytest.mark.parametrize(("text", "asked"), [(" \n", 0), ("x" * (LONGEST + 1), 0)])
async def test_nothing_and_too_much_are_not_translated(
    office: Workroom, server: FakeLibreTranslate, text: str, asked: int
) -> None:
    """Staff are told; what they wrote stays."""
    number = await office.case(UKRAINIAN)
    _, browser = await office.colleague("Anna Beck", "ost")
    piece = (await ask(browser, f"/inbox/cases/{number}/translation", text=text, source="de")).text
    assert 'role="alert"' in piece
    assert len(server.asked) == asked


async def test_what_the_server_says_is_only_text(office: Workroom, server: FakeLibreTranslate) -> None:
    """Whatever it sends, no page runs it."""
    evil = "<img src=x onerror=alert(1)><script>"
    server.knows = {(UKRAINIAN, "de"): evil, (OWN, "uk"): evil}
    number = await office.case(UKRAINIAN)
    anna, browser = await office.colleague("Anna Beck", "ost")
    line = (await read(office, anna, number)).lines[0].id
    pages = [
        await ask(browser, f"/inbox/cases/{number}/lines/{line}/translation"),
        await ask(browser, f"/inbox/cases/{number}/translation", text=OWN, source="de"),
        await post(browser, f"/inbox/cases/{number}/translation", text=OWN, source="de"),
        await browser.get(f"/inbox/cases/{number}"),
    ]
    assert all("<img src=x" not in page.text and "&lt;img" in page.text for page in pages)
