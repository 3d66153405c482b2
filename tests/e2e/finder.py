"""What people do who look for offers, and how what they are shown is read."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from bot.content.hours import BERLIN
from bot.offers.model import Offer
from bot.offers.stock import Stock
from tests.e2e.town import Person, Town, actions, eventually
from tests.fakes.telegram import Message

WISHES = Path(__file__).parents[1] / "wishes"
FOOTBALL = {"sport": ["football"], "age": [8], "weekday": ["sat"], "district": ["bad-cannstatt"]}
"""What the sentences wish: football for a daughter, 8, on Saturday in Bad Cannstatt."""

A_FEW_PAGES = 8
_INVISIBLE = re.compile("[\u200e\u200f\u2066-\u2069]")


def bare(text: str) -> str:
    """The text without the invisible signs that keep names and numbers in order."""
    return _INVISIBLE.sub("", text)


def today() -> date:
    """The day in Stuttgart."""
    return datetime.now(BERLIN).date()


def person_of(town: Town, language: str) -> Person:
    """Somebody new whose app speaks this language."""
    return town.person(language, app={"kmr": "ku"}.get(language, language))


def changes(person: Person, action: str) -> Message:
    """Tap the newest button that does this, and read what its message becomes."""
    tapped, data = person.button(action)
    person.sim.tap(person.id, tapped.message_id, data=data)
    eventually(lambda: len(as_it_is(person, tapped).versions) > len(tapped.versions))
    return as_it_is(person, tapped)


def as_it_is(person: Person, message: Message) -> Message:
    """The message as it stands now."""
    return next(each for each in person.sim.messages(person.id) if each.message_id == message.message_id)


def sentence(language: str) -> str:
    """The sentence about football in this language."""
    lines = [json.loads(line) for line in (WISHES / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()]
    return next(str(line["text"]) for line in lines if line["wishes"] == FOOTBALL)


def menu(person: Person, action: str) -> Message:
    """Open the menu, and tap one of its buttons."""
    person.says("/menu")
    return person.taps(action)[0]


def courses(person: Person, level: str = "A1", time: str = "time:any") -> Message:
    """Look for a course by the menu's button, answer both questions, and read the results."""
    menu(person, "courses")
    changes(person, f"wish:1:levels:{level}")
    return changes(person, f"wish:1:{time}")


def offers_of(page: Message, stock: Stock) -> list[Offer]:
    """The offers that the page has buttons for."""
    return [stock.by_key[action.removeprefix("offer:")] for action in actions(page) if action.startswith("offer:")]


def title(page: Message) -> str:
    """The first line."""
    return bare(page.text.partition("\n")[0])


def counted(page: Message) -> int:
    """How many offers meet all wishes, as a German title says."""
    number = re.search(r"\d+", title(page))
    return int(number[0]) if number else 0


def labels(message: Message) -> dict[str, str]:
    """What the buttons say, without the invisible signs, and what they do."""
    found = [button for button in message.buttons if "callback_data" in button]
    return {bare(button["text"]): action for button, action in zip(found, actions(message), strict=True)}


def pages_until(person: Person, page: Message, stock: Stock, fits: Callable[[Offer], bool]) -> Offer:
    """Turn pages until an offer fits."""
    for _ in range(A_FEW_PAGES):
        for offer in offers_of(page, stock):
            if fits(offer):
                return offer
        page = person.taps("more:1")[0]
    raise AssertionError("no such offer on the first pages")
