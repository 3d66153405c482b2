"""The self-check of the level: what it asks, what it guesses, and how the search goes on."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.content.model import Catalogue
from bot.conversation import Conversation, Outcome
from bot.dialogues.finding.level_check import PLACEMENT_TESTS_AT, QUESTIONS, LevelCheck, level_of
from bot.i18n import Texts
from bot.messages import Message
from bot.offers.districts import Districts, load_districts
from bot.offers.stock import Stock
from tests.dialogues.talker import actions
from tests.offers.making import course

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOO_OLD = "This button does not work any more. Please choose again."
OFFICES = {f"office:{service}" for service in PLACEMENT_TESTS_AT}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's own content."""
    return load(Path("content"))


@pytest.fixture(scope="module")
def districts() -> Districts:
    """The real districts."""
    return load_districts(Path("content"))


class Learner:
    """Somebody who searches a course; each tap and each text is a turn of its own."""

    def __init__(self, catalogue: Catalogue, districts: Districts, language: str = "en") -> None:
        self.parts = catalogue, Stock.of([course()], districts)
        self.talk = Conversation(language=language)
        self.taps("courses:")
        self.number = self.talk.searches

    def taps(self, action: str) -> Outcome:
        """What a tap leads to."""
        name, _, argument = action.partition(":")
        assert name in LevelCheck.ACTIONS
        outcome: Outcome = getattr(self.turn(Message("tap", action=action)), "do_" + name.replace("-", "_"))(argument)
        return outcome

    def writes(self, text: str) -> Outcome | None:
        """What a text leads to, if the check takes it."""
        return self.turn(Message("text", text=text)).check_in_words(text)

    def turn(self, message: Message) -> LevelCheck:
        """One turn of the talk."""
        catalogue, stock = self.parts
        return LevelCheck(catalogue, message, self.talk, NOW, stock)

    def checks(self, answers: str) -> Outcome:
        """Go through the check; each letter is a tap on yes (y) or no (n)."""
        outcome = self.taps(f"level-check:{self.number}")
        for at, letter in enumerate(answers):
            outcome = self.taps(f"can:{self.number}:{at}:{'yes' if letter == 'y' else 'no'}")
        return outcome

    def wished(self) -> object:
        """The levels that the search is about."""
        return self.talk.search and self.talk.search.wishes.get("levels")


@pytest.fixture
def learner(catalogue: Catalogue, districts: Districts) -> Learner:
    """Somebody who speaks English and searches a course."""
    return Learner(catalogue, districts)


@pytest.mark.parametrize(
    ("answers", "level"), [("n", "alpha"), ("yn", "A1"), ("yyn", "A2"), ("yyyn", "B1"), ("yyyy", "B2")]
)
def test_the_first_no_ends_the_check_with_a_guess(learner: Learner, answers: str, level: str) -> None:
    """The guess becomes the wish of the search, and the search asks its next question, which is about time."""
    guess, onward = learner.checks(answers).replies
    assert learner.wished() == [level]
    assert set(actions(guess)) == OFFICES
    assert f"wish:{learner.number}:times_of_day:evening" in actions(onward)
    assert learner.talk.search
    assert learner.talk.search.level_check is None


def test_the_guess_says_what_it_is_and_what_decides(learner: Learner) -> None:
    """Nobody takes it for a certificate."""
    guess = learner.checks("yyn").replies[0]
    assert "A2" in guess.title
    assert Texts("en").say("This is only a guess. A placement test decides which level is right for you.") in guess.text


def test_every_question_has_yes_no_and_a_way_out(learner: Learner) -> None:
    """While everything is yes, there are four questions, each another one."""
    pages = [learner.checks("y" * at).replies[0] for at in range(QUESTIONS)]
    assert len({page.text for page in pages}) == QUESTIONS
    for at, page in enumerate(pages):
        n = learner.number
        assert actions(page) == [f"can:{n}:{at}:yes", f"can:{n}:{at}:no", f"wish:{n}:level:any"]
        assert page.replaces


def test_the_way_out_leaves_the_check(learner: Learner) -> None:
    """The level does not matter then, and a typed yes means nothing to the check any more."""
    learner.checks("yy")
    learner.taps(f"wish:{learner.number}:level:any")
    assert not learner.wished()
    assert learner.writes("yes") is None


def test_the_guess_takes_the_place_of_the_question_and_the_search_goes_on_below(learner: Learner) -> None:
    """So the guess stays readable above the next question."""
    assert [reply.replaces for reply in learner.checks("n").replies] == [True, False]


def test_a_second_tap_on_the_same_answer_answers_no_second_question(learner: Learner) -> None:
    """Fingers tap twice; the next question is still open."""
    once = learner.checks("y")
    twice = learner.taps(f"can:{learner.number}:0:yes")
    assert twice == once
    assert learner.talk.search
    assert learner.talk.search.level_check == [True]


def test_an_earlier_question_can_be_answered_anew(learner: Learner) -> None:
    """What came after it is asked again or no longer counts."""
    learner.checks("yyy")
    learner.taps(f"can:{learner.number}:1:no")
    assert learner.wished() == ["A1"]


@pytest.mark.parametrize(
    "action",
    [
        "level-check:7",
        "level-check:",
        "can:7:0:yes",
        "can:1:3:yes",
        "can:1:-1:no",
        "can:1:x:no",
        "can:1:0:maybe",
        "can:",
    ],
)
def test_foreign_and_forged_buttons_change_nothing(learner: Learner, action: str) -> None:
    """Buttons of another search, of a question that was not asked yet, or with other words."""
    learner.checks("y")
    (reply,) = learner.taps(action).replies
    assert reply.text == Texts("en").say(TOO_OLD)
    assert learner.talk.search
    assert learner.talk.search.level_check == [True]


def test_answers_are_void_before_the_check_and_after_it(learner: Learner) -> None:
    """Buttons of a check that is over do not overwrite what was wished since."""
    assert learner.taps(f"can:{learner.number}:0:no").replies[0].text == Texts("en").say(TOO_OLD)
    learner.checks("yn")
    learner.taps(f"can:{learner.number}:0:no")
    assert learner.wished() == ["A1"]


@pytest.mark.parametrize("text", ["Yes", "yes!", " YES "])
def test_yes_and_no_can_be_typed(learner: Learner, text: str) -> None:
    """Typed words count as taps, and replace no message."""
    learner.checks("")
    outcome = learner.writes(text)
    assert outcome
    assert actions(outcome.replies[0])[0] == f"can:{learner.number}:1:yes"
    assert not outcome.replies[0].replaces
    assert learner.writes("No")
    assert learner.wished() == ["A1"]


def test_other_words_are_not_for_the_check(learner: Learner) -> None:
    """They are understood as everywhere; without a check yes and no are words like others."""
    assert learner.writes("yes") is None
    learner.checks("y")
    assert learner.writes("where is the jobcenter?") is None


def test_without_a_place_that_tests_none_is_named(catalogue: Catalogue, districts: Districts) -> None:
    """A deployment of another city names no office of Stuttgart."""
    elsewhere = replace(catalogue, services={})
    guess, _ = Learner(elsewhere, districts).checks("n").replies
    assert guess.buttons == ()
    assert "\n" not in guess.text


def test_the_level_is_that_of_the_course_which_teaches_what_is_missing() -> None:
    """Whoever can introduce themselves, but not talk about everyday life, learns it in a course at A2."""
    assert level_of([True, True, False]) == "A2"
