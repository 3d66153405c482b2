"""An office at work: social workers in browsers of their own, people on Telegram, the running Lotse between them."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.browser.chat import PATIENCE
from tests.e2e.town import Person, Town, plain
from tests.fakes.telegram import Message

DESK: Any = {"width": 1280, "height": 800}
PASSWORD = "sieben gelbe Segel"
# What htmx says when somebody goes to another page, or types on, while it asks for something.
_CUT_SHORT = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")
_SERIOUS = ("serious", "critical")
_NO_JUMPS = "window.stayed = true"


@dataclass
class Worker:
    """A social worker at a browser; ``errors`` is what its console complained about."""

    name: str
    page: Page
    url: str
    errors: list[str] = field(default_factory=list)

    def opens(self, path: str) -> None:
        """Go to a page; its scripts have run by then."""
        self.page.goto(f"{self.url}{path}")
        self.page.evaluate(_NO_JUMPS)

    def opens_case(self, number: int) -> None:
        """Open a case, and wait until everything in it works."""
        self.opens(f"/inbox/cases/{number}")
        expect(self.page.locator("#picking")).to_be_visible()

    @property
    def cases(self) -> Locator:
        """The cases in the list."""
        return self.page.locator("a.case")

    def case_about(self, words: str) -> int:
        """The number of the case in the list whose preview has these words, once it is there."""
        found = self.cases.filter(has_text=words)
        expect(found).to_have_count(1)
        return int(str(found.get_attribute("id")).removeprefix("case-"))

    @property
    def said(self) -> Locator:
        """What the person wrote on the page of a case."""
        return self.page.locator(".line.contact .said")

    def picks(self, words: str, kind: str, id_: str) -> Locator:
        """Look for a text by German words, and choose it; what it looks like."""
        self.page.fill("#picking", words)
        self.page.locator(f"#hits form:has(input[value='{kind}']):has(input[value='{id_}']) button").first.click()
        return self.page.locator("#picked")

    def is_told(self, words: str) -> None:
        """The word after a step."""
        expect(self.page.locator("#notice")).to_contain_text(words)

    def stayed(self) -> bool:
        """Whether the page was never loaded anew since it was opened."""
        return bool(self.page.evaluate("window.stayed === true"))

    def does(self, step: str, **values: str) -> None:
        """One of the steps beside a case: open it, choose, send."""
        form = self.page.locator(f"form[action$='/{step}']").last
        form.evaluate("each => { const box = each.closest('details'); if (box) box.open = true; }")
        for name, value in values.items():
            form.locator(f"select[name={name}]").select_option(value)
        form.locator("button[type=submit]").last.click()

    def note(self, line: str) -> None:
        """Keep what the console says."""
        if not line.startswith(_CUT_SHORT):
            self.errors.append(line)

    def pumps_until(self, condition: Callable[[], bool]) -> None:
        """Let the browser go on until something holds."""
        until = time.monotonic() + PATIENCE / 1000
        while not condition():
            assert time.monotonic() < until, "it did not happen"
            self.page.wait_for_timeout(20)


@dataclass
class Office:
    """A counselling centre with Lotse."""

    town: Town
    browser: Browser
    workers: list[Worker] = field(default_factory=list)

    def worker(self, name: str, *queues: str, language: str = "en", **options: Any) -> Worker:
        """A new colleague, who has set a password, connected an app for codes, and signed in with both."""
        email = f"{name.partition(' ')[0].lower()}@stuttgart.example"
        named = [argument for queue in queues for argument in ("--queue", queue)]
        made = self.town.lotse("staff", "add", email, "--name", name, "--language", language, *named)
        assert made.returncode == 0, made.stderr
        context = self.browser.new_context(**{"viewport": DESK, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE)
        worker = Worker(name, context.new_page(), self.town.process.url)
        worker.page.on("console", lambda line: worker.note(line.text) if line.type == "error" else None)
        worker.page.on("pageerror", lambda error: worker.errors.append(str(error)))
        found = re.search(r"/inbox/link/\S+", made.stdout)
        assert found
        self._sign_in(worker, email, found[0])
        self.workers.append(worker)
        return worker

    def _sign_in(self, worker: Worker, email: str, link: str) -> None:
        page = worker.page
        worker.opens(link)
        codes = pyotp.TOTP(page.locator(".key").inner_text().replace(" ", ""))
        for name, value in {"password": PASSWORD, "again": PASSWORD, "code": codes.now()}.items():
            page.fill(f"#{name}", value)
        page.keyboard.press("Enter")
        page.wait_for_url("**/inbox")
        worker.opens("/inbox/account")
        page.locator("form[action$='/sign-out'] button").first.click()
        page.wait_for_url("**/inbox/login")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        # Each code is taken once; that of the next half minute is taken already, for clocks that are fast.
        page.fill("#code", codes.at(time.time() + codes.interval))
        page.keyboard.press("Enter")
        page.wait_for_url("**/inbox")

    def person(self, language: str) -> Person:
        """Somebody who has greeted Lotse in their language; ``ku`` is what Telegram calls Kurmanji."""
        person = self.town.person(language, app={"kmr": "ku"}.get(language, language))
        person.says("/start")
        person.taps(f"lang:{language}")
        return person

    def asks(self, language: str, words: str) -> Person:
        """Somebody who has asked for a human and told them something."""
        person = self.person(language)
        person.says("/human", 2)
        self.tells(person, words)
        return person

    def tells(self, person: Person, words: str) -> None:
        """Write while people read along: Lotse keeps silent."""
        self.town.sim.send_text(person.id, words)

    def close(self) -> None:
        """All browsers; their consoles must have stayed silent."""
        for worker in self.workers:
            worker.page.context.close()
        errors = [line for worker in self.workers for line in worker.errors]
        assert errors == [], errors


class AtOnce:
    """Holds back what several browsers send to one path until all have sent it: nobody has seen the other's step."""

    def __init__(self, path: str, *workers: Worker) -> None:
        self._held: list[Route] = []
        self._workers = workers
        self._is_over = False
        for worker in workers:
            worker.page.route(path, self._meet)

    def let_go(self) -> None:
        """All are under way: let them arrive; nothing is held back any more."""
        self._workers[0].pumps_until(lambda: len(self._held) == len(self._workers))
        self._is_over = True
        for route in self._held:
            route.continue_()

    def _meet(self, route: Route) -> None:
        if self._is_over:
            route.continue_()
        else:
            self._held.append(route)


def bubble_text(previewed: Locator) -> str:
    """The words of a preview, without the page's own sign that a link leads elsewhere."""
    return words_of(" ".join(previewed.locator(".bubble").all_inner_texts()).replace("↗", ""))


def words_of(text: str) -> str:
    """A text without the signs for its direction, and with single blanks."""
    return " ".join(re.sub("[\u2066-\u2069\u200e\u200f]", "", text).split())


def arrived(message: Message) -> str:
    """The words of a message, with what stands on its buttons."""
    return words_of(" ".join([plain(message), *(str(button["text"]) for button in message.buttons)]))


def begins_at_the_right(said: Locator) -> bool:
    """Whether the first letter of a text stands at the right end of its line."""
    return bool(
        said.evaluate(
            """each => {
              const box = each.getBoundingClientRect(), range = document.createRange();
              range.setStart(each.firstChild, 0);
              range.setEnd(each.firstChild, 1);
              const letter = range.getBoundingClientRect();
              return box.right - letter.right < letter.left - box.left;
            }"""
        )
    )


def everybody_can_use(page: Page) -> None:
    """Axe-core finds nothing serious, and nothing has to be scrolled sideways."""
    found = find_spec("axe_playwright_python")
    assert found
    assert found.origin
    page.evaluate(Path(found.origin).with_name("axe.min.js").read_text())
    report: dict[str, Any] = page.evaluate("axe.run()")
    serious = [
        (each["id"], [node["target"] for node in each["nodes"]])
        for each in report["violations"]
        if each["impact"] in _SERIOUS
    ]
    assert serious == [], serious
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def focus_is_seen(page: Page) -> bool:
    """Whether something on the page has the focus, is on the screen, and has a line around it."""
    return bool(
        page.evaluate(
            """() => {
              const each = document.activeElement;
              if (!each || each === document.body || !each.matches(':focus-visible')) return false;
              const style = getComputedStyle(each), box = each.getBoundingClientRect();
              return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
                && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
            }"""
        )
    )


def small_targets(page: Page) -> list[str]:
    """What can be tapped, with the label around it, and is smaller than 24 pixels either way."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
          .filter(each => each.checkVisibility({visibilityProperty: true}))
          .filter(each => !each.matches('.skip'))
          .filter(each => {
            const box = (each.closest('label') ?? each).getBoundingClientRect();
            return box.width < 24 || box.height < 24;
          })
          .map(each => each.outerHTML.slice(0, 120))"""
    )
    return found
