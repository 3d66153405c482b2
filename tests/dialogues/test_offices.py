"""Offices in a talk: open on which day, and which team for which surname."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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
        ({"date": ("2026-12-03",)}, "Thursday, 3 December 2026: 13:00–17:00"),
        ({"date": ("2026-12-25",)}, "Friday, 25 December 2026: closed"),
        ({"weekday": ("sat",)}, "Saturday, 28 November 2026: closed"),
        ({"date": ("2026-11-30/2026-12-06",)}, "Wednesday, 2 December 2026: 08:30–12:00"),
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


def test_another_surname_may_follow_and_is_not_kept_either(visitor: Visitor) -> None:
    """People ask for a second person: the next name is a name again, until something else is written."""
    visitor.turn().do_team(OFFICE)
    assert SECOND in only(visitor.turn("Özdemir").surname_given()).text
    assert FIRST in only(visitor.turn("Haddad").surname_given()).text
    assert "haddad" not in str(visitor.talk.as_json()).casefold()
    assert visitor.turn("Where do I find a doctor for my child?").surname_given() is None
    assert visitor.talk.awaiting == visitor.talk.office == ""


SENTENCES = {
    "en": "my last name is %s, which team of the foreigners office is responsible for me?",
    "de": "Mein Nachname ist %s, welches Team der Ausländerbehörde ist für mich zuständig?",
    "fr": "Mon nom de famille est %s, quelle équipe du service des étrangers est responsable ?",
    "ar": "كنيتي %s، أي فريق في مكتب الأجانب مسؤول عني؟",
    "fa": "نام خانوادگی من %s است، کدام تیم مسئول من است؟",
    "ps": "زما تخلص %s دی، کوم ټیم زما مسوول دی؟",
    "kmr": "Paşnavê min %s e, kîjan tîm ji min berpirs e?",
    "tr": "Soyadım %s, yabancılar dairesinde hangi ekip benden sorumlu?",
    "uk": "Моє прізвище %s, яка команда за мене відповідає?",
    "ru": "Моя фамилия %s, какая команда за меня отвечает?",
    "ti": "ስም ስድራቤተይ %s እዩ፣ ኣየናይ ጉጅለ እዩ ሓላፊ?",
    "so": "Magaca qoyskaygu waa %s, kooxdee ayaa iga mas'uul ah?",
}


def sentence(visitor: Visitor, text: str, language: str = "en", **values: Any) -> Outcome | None:
    """Write a sentence that surely asks for an office, the asylum office where no other values are given."""
    made = Understanding(language, "find_office", 1.0, "sure", (), {"office": (OFFICE,)})
    return visitor.turn(text).team_in_words(replace(made, **values))


@pytest.mark.parametrize("language", SENTENCES)
def test_a_surname_in_a_sentence_leads_to_its_team(visitor: Visitor, language: str) -> None:
    """In twelve languages; in another script the name is asked for in Latin letters; nothing of it is kept."""
    for name, address in (("Haddad", FIRST), ("Özdemir", SECOND)):
        told = only(sentence(visitor, SENTENCES[language] % name, language))
        assert address in told.text
        assert told.language == language
        assert not visitor.talk.recent
        assert "dd" not in json.dumps(visitor.talk.as_json()).casefold()
    again = Texts(language).say("Please write only the surname, in Latin letters as in your papers. Or tap a button.")
    assert only(sentence(visitor, SENTENCES[language] % "Хаддад", language)).text == again
    assert not visitor.talk.recent


@pytest.mark.parametrize("language", SENTENCES)
def test_whoever_asks_for_the_team_is_asked_for_the_surname(visitor: Visitor, language: str) -> None:
    """In twelve languages; the next text is the surname."""
    question = SENTENCES[language].partition("%s")[2].lstrip(", ،፣")
    asked = only(sentence(visitor, question, language))
    assert f"team:{OFFICE}:0" in actions(asked)
    assert visitor.talk.awaiting == "surname"


@pytest.mark.parametrize("text", ["Ich heiße Haddad, wer ist zuständig?", "my last name is haddad which team is mine"])
def test_a_name_is_found_in_its_clause(visitor: Visitor, text: str) -> None:
    """Also without a comma behind it."""
    assert FIRST in only(sentence(visitor, text)).text


@pytest.mark.parametrize(
    "text", ["My surname begins with S, which team?", "Mein Nachname fängt mit S an", "my name is Sara Haddad"]
)
def test_no_team_is_guessed_from_a_sentence(visitor: Visitor, text: str) -> None:
    """A verb is no name, and two names may lead to two teams."""
    assert f"team:{OFFICE}:1" in actions(only(sentence(visitor, text)))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Where is the office?", {}),
        ("My name is Haddad, I want to talk to a human", {"intent": "talk_to_human"}),
        ("Who is responsible for my permit?", {"intent": "faq/residence-permit"}),
        ("my last name is Haddad, which team?", {"entities": {"office": ("jobcenter",)}}),
        ("my last name is Haddad, which team?", {"entities": {"office": ("jobcenter", OFFICE)}}),
        ("my last name is Haddad, which team?", {"entities": {}}),
        ("my last name is Haddad, which team?", {"language": "xx"}),
    ],
)
def test_other_sentences_go_their_usual_way(visitor: Visitor, text: str, values: dict[str, Any]) -> None:
    """No office with teams is named, several are, or something else is meant."""
    assert sentence(visitor, text, **values) is None
    assert visitor.talk.awaiting == ""


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Wo ist die vhs?", "vhs-stuttgart"),
        ("VHS", "vhs-stuttgart"),
        ("Wann hat die Clearingstelle offen?", "clearing-language-integration"),
        ("Bürgerbüro", "citizens-office"),
        ("where is the burgerburo", "citizens-office"),
        ("die Bürgerbüros im Westen", "citizens-office"),
        ("Buergerbuero Öffnungszeiten", "citizens-office"),
        ("Bürgerbüro'da randevu", "citizens-office"),
        ("Wo ist die Agentur für Arbeit?", "employment-agency"),
        ("ausländerbehörde", "foreigners-office"),
        ("Ausländerbehörde, Sachgebiet Flüchtlinge", "asylum-office"),
        ("أين مكتب الأجانب؟", "foreigners-office"),
        ("где бюро для граждан", "citizens-office"),
    ],
)
def test_an_office_is_found_by_its_own_name(visitor: Visitor, text: str, service: str) -> None:
    """As people write it, where the understanding did not name it; else what was understood counts."""
    title = visitor.catalogue.services[service].name_in("en")
    nothing = Understanding("en", "find_office", 1.0, "sure", (), {})
    assert only(visitor.turn(text).office_for(nothing)).title == title
    understood = replace(nothing, entities={"office": ("jobcenter",)})
    assert only(visitor.turn(text).office_for(understood)).title != title


@pytest.mark.parametrize("text", ["Wo ist das Amt?", "service", "für Arbeit", "Stuttgart", ""])
def test_words_that_are_no_name_find_no_office(visitor: Visitor, text: str) -> None:
    """Then one chooses from all."""
    nothing = Understanding("en", "find_office", 1.0, "sure", (), {})
    assert len(actions(only(visitor.turn(text).office_for(nothing)))) > len(visitor.catalogue.services)


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
