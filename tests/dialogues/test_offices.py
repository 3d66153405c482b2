"""Offices in a talk: open on which day, and which team for which surname."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content import load
from bot.content.model import Catalogue
from bot.conversation import Conversation, Outcome
from bot.dialogues.offices import Offices
from bot.i18n import Texts
from bot.messages import Button, Message, Reply, Understanding
from bot.offers.districts import Districts
from bot.offers.stock import Stock
from tests.dialogues.talker import actions

NOTHING = Stock.of((), Districts({}))
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFICE = "asylum-office"
FIRST, SECOND = "fluechtlinge.a-i@stuttgart.de", "fluechtlinge.j-z@stuttgart.de"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's own content."""
    return load(Path("content"))


class Visitor:
    """Somebody who asks for offices, turn by turn."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.talk = Conversation(language="en", chosen=True)
        self.now = MONDAY

    def turn(self, text: str = "") -> Offices:
        """A turn that begins now."""
        return Offices(self.catalogue, Message("text", text=text), self.talk, self.now, NOTHING)

    def asks(self, **entities: tuple[str, ...]) -> Reply:
        """Ask for an office in a sentence that names these."""
        (reply,) = self.turn().office_for(Understanding("en", "find_office", 1.0, "sure", (), entities)).replies
        return reply


@pytest.fixture
def visitor(catalogue: Catalogue) -> Visitor:
    """A new visitor."""
    return Visitor(catalogue)


def only(outcome: Outcome | None) -> Reply:
    """The one reply of an outcome."""
    assert outcome is not None
    (reply,) = outcome.replies
    return reply


def labels(reply: Reply) -> list[Button]:
    """The buttons below a reply."""
    return [button for row in reply.buttons for button in row]


def test_a_named_office_says_whether_it_is_open(visitor: Visitor) -> None:
    """Monday, 10 o'clock in Stuttgart."""
    assert "🟢 Open now, until 12:00." in visitor.asks(office=("social-welfare-office",)).text


@pytest.mark.parametrize(
    ("entities", "line"),
    [
        ({"date": ("2026-12-03",)}, "Thursday, December 3, 2026: 13:00–17:00"),
        ({"date": ("2026-12-25",)}, "Friday, December 25, 2026: closed"),
        ({"weekday": ("sat",)}, "Saturday, November 28, 2026: closed"),
        ({"date": ("2026-11-30/2026-12-06",)}, "Wednesday, December 2, 2026: 08:30–12:00"),
    ],
)
def test_the_hours_of_named_days_are_told(visitor: Visitor, entities: dict[str, tuple[str, ...]], line: str) -> None:
    """A date, a holiday, a weekday, and each day of a week."""
    lines = visitor.asks(office=("social-welfare-office",), **entities).text.splitlines()
    assert line in lines


def test_days_that_help_nobody_are_left_out(visitor: Visitor) -> None:
    """The past, the far future, whole months, what is no day, and today and tomorrow twice."""
    plain = visitor.asks(office=("social-welfare-office",))
    days = ("2026-11-22", "2031-01-01", "2026-12-01/2026-12-31", "soon", "2026-11-23", "2026-11-24")
    assert visitor.asks(office=("social-welfare-office",), date=days) == plain


def test_offices_to_choose_from_where_none_or_several_were_named(visitor: Visitor) -> None:
    """Those that were named, else all."""
    assert actions(visitor.asks(office=("jobcenter", "youth-office", "castle"))) == [
        "office:jobcenter",
        "office:youth-office",
        "menu",
    ]
    assert len(actions(visitor.asks())) == len(visitor.catalogue.services) + 1


def test_the_team_is_asked_by_letters(visitor: Visitor) -> None:
    """Buttons name the ranges; each shows its team."""
    assert f"team:{OFFICE}" in actions(only(visitor.turn().do_office(OFFICE)))
    asked = only(visitor.turn().do_team(OFFICE))
    assert [button.label for button in labels(asked)[:2]] == ["A–I", "J–Z"]
    assert [button.action for button in labels(asked)[:2]] == [f"team:{OFFICE}:0", f"team:{OFFICE}:1"]
    assert FIRST in only(visitor.turn().do_team(f"{OFFICE}:0")).text
    assert visitor.talk.awaiting == visitor.talk.office == ""


def test_a_typed_surname_is_used_and_not_kept(visitor: Visitor) -> None:
    """Nothing of it stays in the state of the talk."""
    visitor.turn().do_team(OFFICE)
    told = only(visitor.turn("Özdemir").surname_given())
    assert SECOND in told.text
    assert FIRST not in told.text
    assert "zdemir" not in str(visitor.talk.as_json())
    assert visitor.talk.awaiting == visitor.talk.office == ""


def test_a_name_that_leaves_it_open_is_asked_for_again(visitor: Visitor) -> None:
    """Another script, or two words for two teams."""
    visitor.turn().do_team(OFFICE)
    for unclear in ("شفيق", "Sara Haddad"):
        assert "only the surname" in only(visitor.turn(unclear).surname_given()).text
    assert FIRST in only(visitor.turn("Haddad").surname_given()).text


@pytest.mark.parametrize(("text", "sure"), [("Where do I find a doctor for my child?", False), ("Help", True)])
def test_something_else_is_answered_as_usual(visitor: Visitor, text: str, *, sure: bool) -> None:
    """Then nobody waits for a surname any more."""
    visitor.turn().do_team(OFFICE)
    assert visitor.turn(text).surname_given(sure=sure) is None
    assert visitor.talk.awaiting == visitor.talk.office == ""


def test_a_card_or_a_team_ends_a_row_of_failures(visitor: Visitor) -> None:
    """As every answer does."""
    visitor.talk.failures = 1
    visitor.turn().do_office(OFFICE)
    assert visitor.talk.failures == 0
    visitor.talk.failures = 1
    visitor.turn().do_team(f"{OFFICE}:1")
    assert visitor.talk.failures == 0


def test_the_question_for_a_surname_lapses(visitor: Visitor) -> None:
    """After an hour a word is a word again."""
    visitor.turn().do_team(OFFICE)
    visitor.now += timedelta(minutes=59)
    visitor.turn()
    assert visitor.talk.awaiting == "surname"
    visitor.now += timedelta(minutes=1)
    visitor.turn()
    assert visitor.talk.awaiting == visitor.talk.office == ""


@pytest.mark.parametrize("argument", ["castle", "jobcenter", f"{OFFICE}:9", f"{OFFICE}:x", f"{OFFICE}:²", ""])
def test_buttons_of_other_content_are_too_old(visitor: Visitor, argument: str) -> None:
    """An office that is gone, one without teams, a team that is gone."""
    old = Texts("en").say("This button does not work any more. Please choose again.")
    assert only(visitor.turn().do_team(argument)).text == old
    assert only(visitor.turn().do_office("castle")).text == old
