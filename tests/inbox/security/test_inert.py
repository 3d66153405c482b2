"""Hostile words in everything that reaches a page: shown as they are, and never run, with and without the policy."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from sqlalchemy import update

from bot.content.model import Catalogue
from bot.inbox.routes import entrance
from bot.messages import Candidate, Understanding
from bot.offers.districts import load_districts
from bot.offers.model import Offer
from bot.offers.stock import Stock
from bot.storage import casework, drafts, staff
from bot.storage.models import CaseRow
from tests.fakes.telegram.connections import Listener
from tests.inbox.security.mounting import Mounted
from tests.inbox.security.walk import OPEN, STREAMS, Scene, endpoints, field_names, file_of, guarded, member, send
from tests.inbox.staffroom import HOST
from tests.inbox.workroom import CONTENT, content
from tests.storage.desk import new_case
from tests.storage.parts import Parts

ATTACK = (
    "\"'><x-evil onpointerenter=alert(1) hx-get=/inbox hx-trigger=load>x</x-evil></textarea></select></title>"
    "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)><a href='javascript:alert(1)'>y</a>"
    "<style>*{display:none}</style><base href=//evil.example><!--{{7*7}}${7*7}"
)
SHORT = "\"'><x-evil onclick=alert(1)><img src=x onerror=alert(1)>"
TURNED = "\u2069\u2069\u202e\u2067"
_RUNNING = re.compile(r"\b(script|iframe|object|embed|base|x-evil|svg|style)\b")


@dataclass
class Hostile:
    """A place where everything that people, staff, providers and editors write is hostile. ``marks`` must be shown."""

    scene: Scene
    lead: Any
    marks: tuple[str, ...]

    @property
    def work(self) -> Any:
        """The application."""
        return self.scene.work


def _catalogue(known: Catalogue) -> Catalogue:
    """The content, with hostile names in all that editors write."""
    queue = replace(known.queues["default"], id="ost", names={"de": f"queue{SHORT}", "en": f"queue{SHORT}"})
    topic, entry = next(iter(known.faq.items()))
    texts = {
        language: replace(text, title=f"title{SHORT}", answer=f"answer{ATTACK}", examples=("xyzzy",))
        for language, text in entry.texts.items()
    }
    name, service = next(iter(known.services.items()))
    service = replace(service, names={"de": f"xyzzy{SHORT}"}, abouts={"de": f"about{ATTACK}"})
    phrase = next(each for each in known.phrases.values() if "text" in each.blanks.values())
    spoken = {language: replace(text, text=f"phrase{SHORT}{text.text}") for language, text in phrase.texts.items()}
    phrase = replace(phrase, keywords=(f"xyzzy{SHORT}",), texts=spoken)
    return replace(
        known,
        queues={**known.queues, "ost": queue},
        faq={**known.faq, topic: replace(entry, texts=texts)},
        services={**known.services, name: service},
        phrases={**known.phrases, phrase.id: phrase},
    )


def _stock() -> Stock:
    offer = Offer(
        id="xyzzy",
        kind="course",
        provider=f"provider{SHORT}",
        title={"de": f"xyzzy offer{SHORT}"},
        summary={"de": f"summary{ATTACK}"},
        url="javascript:alert(1)",
        registration="link",
    )
    return Stock.of([offer], load_districts(CONTENT))


async def _hostile(work: Mounted) -> Hostile:
    work.catalogue, work.stock = _catalogue(content()), _stock()
    await work.mount()
    meant = Understanding(
        "de", f"i{SHORT}", 0.4, "unsure", (Candidate(f"j{SHORT}", 0.3),), {"office": (f"entity{SHORT}",), SHORT: ("x",)}
    )
    number = await new_case(work.parts, f"message{ATTACK}", language="de", understood=[meant], district="ost")
    await new_case(work.parts, f"{TURNED}umgedreht", language="de")
    lead = await member(work, "admin", "*")
    await staff.change(work.room.database, lead.account.id, name=f"staff{SHORT}")
    await staff.add(work.room.database, f"colleague{SHORT}", "evil@x.example", "social_worker", ["ost"])
    actor, database, vault = lead.account.actor, work.room.database, work.room.vault
    await casework.note(database, vault, actor, number, f"note{ATTACK}")
    await casework.take(database, vault, actor, number)
    await drafts.keep(database, vault, actor, number, f"draft{ATTACK}")
    await drafts.look(database, replace(actor, staff_id=lead.account.id + 1), number)
    await _columns(work.parts, number)
    file = await file_of(work, number, f"file{SHORT}.png", "image/png")
    await file_of(work, number, f"other{SHORT}.txt", "text/plain")
    scene = Scene(work, number, file, actor)
    marks = ("message", "note", "draft", "staff", "colleague", "queue", "file", "other", "entity", "shelter", "theme")
    return Hostile(scene, lead, marks)


async def _columns(parts: Parts, number: int) -> None:
    """What no form can write, but another version of us may have."""
    values = {"shelter": parts.vault.seal("shelter", f"shelter{ATTACK}"), "theme": f"theme{SHORT}"[:24]}
    async with parts.database.write() as connection:
        await connection.execute(update(CaseRow).where(CaseRow.id == number).values(**values))


@pytest.fixture
async def hostile(work: Mounted) -> Hostile:
    """Everything is hostile."""
    return await _hostile(work)


class _Reader(HTMLParser):
    """Collects what a page would run, and the text that it shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.running: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element: only our own scripts run, and nothing else."""
        values = {name: value or "" for name, value in attrs}
        own = tag == "script" and values.get("src", "").startswith("/inbox/static/")
        drawn = tag == "svg" and "onload" not in values
        if _RUNNING.fullmatch(tag) and not own and not drawn:
            self.running.append(tag)
        for name, value in values.items():
            self.texts.append(value)
            bad = name.startswith("on") or value.strip().lower().startswith(("javascript:", "vbscript:"))
            inline = name == "style" or (name in ("src", "href", "action") and value.startswith("//"))
            if bad or inline or (name == "src" and value == "x"):
                self.running.append(f"{tag} {name}")

    def handle_data(self, data: str) -> None:
        """A text."""
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - the parser hands it over
        """Nobody writes one into a page."""
        self.running.append("comment")


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


async def test_every_page_shows_hostile_words_as_words(hostile: Hostile) -> None:
    """Parsed as browsers do: nothing of them becomes an element or an attribute, and all of them are shown."""
    work, values, shown = hostile.work, await hostile.scene.values(), ""
    names = [name for name in field_names() if name not in ("queue", "view", "q")]
    for each in endpoints(work.app()):
        if each.method != "GET" or each.path in STREAMS:
            continue
        headers = {} if each.path in OPEN else hostile.lead.headers(work)
        for query in ({}, dict.fromkeys(names, ATTACK), {"view": "team", "q": SHORT}, {"view": "team"}):
            answer = await send(work, "GET", each.at(values), headers=headers, params=query)
            if "html" not in answer.headers.get("content-type", ""):
                continue
            read = _read(answer.text)
            assert read.running == [], (each, query)
            assert "49" not in answer.text.partition("{{7*7}}")[0][-3:]
            shown += "\n".join(read.texts)
    for mark in hostile.marks:
        assert re.search(rf"{mark}[^\n]{{0,3}}><x-evil", shown), mark


async def test_every_answer_to_a_form_shows_hostile_words_as_words(hostile: Hostile) -> None:
    """Hits, blanks, previews and what comes back of a form that was wrong."""
    work, values, shown = hostile.work, await hostile.scene.values(), ""
    phrase = next(each for each in work.catalogue.phrases.values() if f"xyzzy{SHORT}" in each.keywords)
    blanks = {f"blank-{name}": SHORT for name in phrase.blanks}
    topic, service = next(iter(work.catalogue.faq)), next(iter(work.catalogue.services))
    picks = [("phrase", phrase.id), ("faq", topic), ("office", service), ("offer", "xyzzy"), ("offer", SHORT)]
    forms = [{"kind": kind, "id": id_, **blanks, "text": ATTACK, "q": "xyzzy"} for kind, id_ in picks]
    forms += [{"q": f"xyzzy {SHORT}"}, {"text": f"text{ATTACK}"}, dict.fromkeys(field_names(), ATTACK)]
    pieces = ("/search", "/pick", "/preview", "/presence", "/login", "/draft")
    for each in (each for each in endpoints(work.app()) if each.changes and each.path.endswith(pieces)):
        for form in forms:
            token = {} if each.path in OPEN else {"X-CSRF-Token": hostile.lead.csrf}
            headers = {"Origin": HOST, **token, **({} if each.path in OPEN else hostile.lead.headers(work))}
            answer = await send(work, "POST", each.at(values), headers=headers, data=form)
            read = _read(answer.text)
            assert read.running == [], (each, form)
            shown += "\n".join(read.texts)
    for mark in ("xyzzy", "title", "answer", "phrase", "xyzzy offer", "text"):
        assert re.search(rf"{mark}[^\n]{{0,3}}><x-evil", shown), mark


async def test_no_file_is_run_by_a_browser(hostile: Hostile) -> None:
    """Whatever it calls itself: only images are shown, in a page that may do nothing; the rest is saved."""
    work = hostile.work
    kinds = ("text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "application/pdf", "text/xml")
    for kind in (*kinds, "image/png\r\nX: y", "image/png; charset=x", "", "IMAGE/PNG"):
        with suppress(ValueError):
            number = await file_of(work, hostile.scene.number, "a\u202egpj.exe\r\nX: y\"'.html", kind)
            answer = await send(work, "GET", f"/inbox/files/{number}", headers=hostile.lead.headers(work))
            assert answer.headers["content-type"] == "application/octet-stream", kind
            assert answer.headers["content-disposition"].startswith("attachment"), kind
            assert "sandbox" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "x" not in answer.headers


HOOK = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt"]) window[name] = (...words) => { window.ran.push([name, ...words]); };
document.addEventListener("securitypolicyviolation", (event) => window.ran.push(["policy", event.violatedDirective]));
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) {
    const evil = "x-evil, base, [onerror], [onload], [onclick]";
    if (node.matches?.(evil) || node.querySelector?.(evil)) window.ran.push(["element", node.outerHTML.slice(0, 80)]);
  }
}).observe(document, { childList: true, subtree: true });
"""


@dataclass
class Office:
    """The hostile place on a port of this machine, and a browser of the lead's."""

    hostile: Hostile
    url: str
    chromium: Browser

    async def page(self, *, bypass_csp: bool, **options: Any) -> Page:
        """A page that notes what runs."""
        context = await self.chromium.new_context(bypass_csp=bypass_csp, locale="de-DE", **options)
        name = self.hostile.work.room.entrance.gate.cookies.session
        await context.add_cookies([{"name": name, "value": self.hostile.lead.token, "url": self.url}])
        await context.add_init_script(HOOK)
        return await context.new_page()


@pytest.fixture
async def office(tmp_path: Any, chromium: Browser) -> AsyncIterator[Office]:
    """The real application with everything switched on, listening."""
    work = await Mounted.open(f"sqlite:///{tmp_path}/lotse.db", demo=True)
    room = work.room
    room.entrance = entrance(replace(room.settings, public_url=""), room.database, room.vault, clock=room.clock)
    hostile = await _hostile(work)
    listener = Listener(work.app())
    await listener.start()
    yield Office(hostile, listener.url, chromium)
    for context in chromium.contexts:
        await context.close()
    await listener.stop()
    await work.close()


async def _ran(page: Page) -> Any:
    return await page.evaluate("window.ran")


@pytest.mark.parametrize("bypass_csp", [True, False], ids=["without the policy", "with the policy"])
async def test_nothing_runs_in_a_real_browser(office: Office, *, bypass_csp: bool) -> None:
    """On any page, even without the policy; and with it, it has nothing to forbid."""
    page = await office.page(bypass_csp=bypass_csp)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: asyncio.ensure_future(_note(dialogs, dialog)))
    values = await office.hostile.scene.values()
    visited = 0
    for each in guarded(office.hostile.work.app()):
        if each.method != "GET" or each.path in STREAMS or "/files/" in each.path or "export" in each.path:
            continue
        with suppress(Exception):  # what is to be saved opens no page
            await page.goto(f"{office.url}{each.at(values)}?view=team&q=", wait_until="load")
            await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert await _ran(page) == [], each
        assert await page.locator("x-evil").count() == 0, each
        visited += 1
    assert visited >= 4
    assert dialogs == []


async def _note(dialogs: list[str], dialog: Any) -> None:
    dialogs.append(dialog.message)
    await dialog.dismiss()


async def test_nothing_runs_in_what_is_fetched_while_typing(office: Office) -> None:
    """Hits of a search, blanks, the preview: htmx puts them into the page."""
    page = await office.page(bypass_csp=True)
    await page.goto(f"{office.url}/inbox/cases/{office.hostile.scene.number}")
    for kind in ("phrase", "faq", "office", "offer"):
        await page.select_option("#picking-kind", kind)
        await page.fill("#picking", "xyzzy")
        await page.wait_for_selector(f"#hits input[name=kind][value={kind}]", state="attached")
        assert "<x-evil" in await page.locator("#hits").inner_text()
        await page.locator("#hits .hit").first.click()
        await page.wait_for_selector("#picked form")
        for field in await page.locator("#picked input[type=text]").all():
            await field.fill(SHORT)
        await page.wait_for_selector(f"#picked input[name=kind][value={kind}]", state="attached")
    await page.fill("#text", ATTACK)
    await page.get_by_role("button", name="Vorschau").click()
    await page.wait_for_selector("#looks .bubble")
    assert await _ran(page) == []
    assert await page.locator("a[href^='javascript' i]").count() == 0


_ORDER = """(element) => {
  const text = [...element.childNodes].find((node) => node.nodeType === 3 && node.data.trim().length > 1);
  const range = document.createRange(), at = text.data.search(/\\S/);
  const left = (from) => {
    range.setStart(text, from);
    range.setEnd(text, from + 1);
    return range.getBoundingClientRect().left;
  };
  return left(at) < left(at + 1);
}"""


async def test_signs_that_turn_words_round_turn_only_themselves(office: Office) -> None:
    """What stands beside a message that is full of them keeps its order."""
    # Without scripts: a list that renews itself would take the words away while they are measured.
    page = await office.page(bypass_csp=True, java_script_enabled=False)
    await page.goto(f"{office.url}/inbox?view=team")
    line = page.locator("a.case").filter(has=page.locator(".preview", has_text="umgedreht"))
    for beside in (".name", ".number", ".since"):
        assert await line.locator(beside).evaluate(_ORDER), beside
    href = await line.get_attribute("href")
    await page.goto(f"{office.url}{href}")
    for beside in (".line.contact .by b", "#state .number", ".fact-list dd"):
        assert await page.locator(beside).first.evaluate(_ORDER), beside
