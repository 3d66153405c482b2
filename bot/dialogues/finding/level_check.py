"""A self-check of the level of German: four questions at most, and a guess.

Each question is about something one can do in a language. The first "no" ends the check: a course at that level
teaches just this. A placement test decides, so the guess comes with the places that give one.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import ClassVar, Final, Literal

from bot.answers import service_buttons
from bot.conversation import Outcome, Search
from bot.dialogues import small_talk
from bot.dialogues.finding.questions import ANY, Question
from bot.dialogues.finding.talk import Finding
from bot.dialogues.finding.words import value_label
from bot.i18n import Texts
from bot.messages import Button, Reply
from bot.offers.model import Level
from bot.offers.wishes import from_json
from bot.understanding.safety_phrases import fold

QUESTIONS: Final = 4
PLACEMENT_TESTS_AT: Final = ("clearing-language-integration", "vhs-stuttgart")
"""Services that say where and how a placement test is taken."""

_QUESTION: Final[Question] = "level"
# The level of the course for somebody who says "no" to the first, the second ... question, or to none.
_LEVELS: Final[tuple[Level, ...]] = ("alpha", "A1", "A2", "B1", "B2")


class LevelCheck(Finding):
    """The part of a turn that guesses a level where the person does not know it."""

    ACTIONS: ClassVar[frozenset[str]] = Finding.ACTIONS | {"level-check", "can"}

    def do_level_check(self, number: str) -> Outcome:
        """Begin the self-check for the present search."""
        search = self._search_for_course(number)
        if search is None:
            return Outcome((small_talk.button_too_old(self.t),))
        return self._ask_ability(search, [])

    def do_can(self, argument: str) -> Outcome:
        """An answer (``<search>:<question>:<yes or no>``); tapped once more, an earlier one is answered anew."""
        number, at, answer = (*argument.split(":"), "", "")[:3]
        search = self._search_for_course(number)
        given = search.level_check if search else None
        if search is None or given is None or at not in map(str, range(len(given) + 1)) or answer not in ("yes", "no"):
            return Outcome((small_talk.button_too_old(self.t),))
        return self._take_ability(search, [*given[: int(at)], answer == "yes"])

    def check_in_words(self, text: str) -> Outcome | None:
        """What is typed instead of tapped: "yes" and "no" in every language, while a check is under way.

        Whoever has said the level otherwise meanwhile is in no check any more.
        """
        search = self.talk.search
        if search is None or search.level_check is None or search.question != _QUESTION:
            return None
        answer = _yes_or_no(tuple(self.catalogue.languages)).get(fold(text))
        return None if answer is None else self._take_ability(search, [*search.level_check, answer == "yes"])

    def _search_for_course(self, number: str) -> Search | None:
        """The present search for a course, if it has this number."""
        search = self.talk.search
        return search if search and search.kind == "course" and number == str(search.number) else None

    def _ask_ability(self, search: Search, answers: list[bool]) -> Outcome:
        """The question behind these answers, in place of the one before."""
        search.level_check, search.question = answers, _QUESTION
        self._changed(search)
        return self._in_place(Outcome((question(self.t, search.number, len(answers)),)))

    def _take_ability(self, search: Search, answers: list[bool]) -> Outcome:
        """Ask on while everything is "yes", then say what it means and go on with the search."""
        if answers[-1] and len(answers) < QUESTIONS:
            return self._ask_ability(search, answers)
        level = level_of(answers)
        search.question = ""
        self._wish(search, replace(from_json(search.wishes), levels=frozenset({level})))
        guess = self._in_place(Outcome((self._guess(level),)))
        onward = self.go_on()
        return Outcome((*guess.replies, *onward.replies), onward.effects)

    def _guess(self, level: Level) -> Reply:
        """The level, that it is a guess, and who tests it."""
        t, known = self.t, self.catalogue.services
        services = [known[name] for name in PLACEMENT_TESTS_AT if name in known]
        lines = [t.say("This is only a guess. A placement test decides which level is right for you.")]
        if services:
            lines.append(t.say("You can ask for a placement test here:"))
        return Reply(
            title=t.say("This level may be right for you: %(level)s", level=value_label("levels", level, t)),
            text="\n".join(lines),
            language=t.language,
            buttons=service_buttons(services, "office", t),
        )


def level_of(answers: list[bool]) -> Level:
    """The level of the course that fits; ``answers`` to the questions in their order, up to the first "no"."""
    return _LEVELS[answers.index(False) if False in answers else len(answers)]


def question(t: Texts, number: int, at: int) -> Reply:
    """The question at place ``at`` (from 0) for the search ``number``."""
    asked = (
        t.say("Can you read and write simple words in Latin letters?"),
        t.say("Can you introduce yourself in German and ask for the way?"),
        t.say("Can you talk in German about your everyday life, and write a short message?"),
        t.say("Can you say your opinion in German, and understand a talk about something that you know well?"),
    )[at]
    yes = Button(t.say("Yes"), action=f"can:{number}:{at}:yes")
    no = Button(t.say("No"), action=f"can:{number}:{at}:no")
    skip = Button(t.say("It does not matter"), action=f"wish:{number}:{_QUESTION}:{ANY}")
    return Reply(
        title=t.say("Your German: question %(number)d of at most %(total)d", number=at + 1, total=QUESTIONS),
        text=asked,
        language=t.language,
        buttons=((yes, no), (skip,)),
    )


Answer = Literal["yes", "no"]


@cache
def _yes_or_no(languages: tuple[str, ...]) -> Mapping[str, Answer]:
    """Folded words -> the answer; a word that is both in two languages is neither."""
    yes = {fold(Texts(language).say("Yes")) for language in languages}
    no = {fold(Texts(language).say("No")) for language in languages}
    answers: dict[str, Answer] = dict.fromkeys(yes - no, "yes")
    return answers | dict.fromkeys(no - yes, "no")
