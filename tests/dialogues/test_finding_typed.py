"""What is typed while a search is under way: more wishes, answers in words, or something else."""

from dataclasses import replace

import pytest

from bot.content.model import Catalogue
from bot.content.reading import load
from bot.conversation import Search
from bot.dialogues.finding.questions import ABOUT, ask
from bot.i18n import Texts
from bot.messages import Band, Message
from bot.offers.stock import Stock
from bot.offers.wishes import Wishes
from tests.dialogues.finder import DISTRICTS, LANGUAGES, NOW, OFFERS, Person
from tests.offers.conftest import CONTENT
from tests.offers.making import wished


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's own content."""
    return load(CONTENT)


@pytest.fixture
def person(catalogue: Catalogue) -> Person:
    """Somebody who speaks English, and a few offers."""
    return Person(catalogue, Stock.of(OFFERS, DISTRICTS))


def test_more_words_refine_the_search(person: Person) -> None:
    """The same wish is replaced, the others are kept."""
    person.seeks("find_course", level="A2", time_of_day="morning")
    assert person.says("abends", "goodbye", "unknown", time_of_day="evening")
    assert person.wishes == wished(kind="course", levels={"A2"}, times_of_day={"evening"})
    assert person.says("in Feuerbach", "find_office", "unsure", district="feuerbach")
    assert person.wishes.districts == {"feuerbach"}
    assert person.talk.searches == 1


def test_the_same_wish_in_a_whole_sentence_refines_too(person: Person) -> None:
    """Whoever asks for a course again goes on with the search."""
    person.seeks("find_course", level="A2", time_of_day="morning")
    assert person.says("Gibt es einen Deutschkurs B1?", "find_course", "sure", level="B1")
    assert person.wishes == wished(kind="course", levels={"B1"}, times_of_day={"morning"})


def test_another_kind_starts_a_new_search(person: Person) -> None:
    """Football is no wish of a course; and a level is none of sport."""
    person.seeks("find_course", level="A2", time_of_day="morning")
    person.says("Fußball", "find_sport", "sure", sport="football")
    assert (person.search.number, person.search.kind, person.wishes) == (
        2,
        "sport",
        wished(kind="sport", sports={"football"}),
    )
    person.says("A2", "find_course", "sure", level="A2")
    assert (person.search.number, person.wishes) == (3, wished(kind="course", levels={"A2"}))


def test_words_that_name_no_kind_stay_with_the_search(person: Person) -> None:
    """The word "online" alone was taken for a course."""
    person.seeks("find_sport", audience="men", district="ost")
    assert person.says("online", "find_course", "sure", mode="online")
    assert person.wishes == wished(kind="sport", genders={"men"}, modes={"online"})


@pytest.mark.parametrize(
    ("text", "intent", "band", "entities"),
    [
        ("Wie eröffne ich ein Konto?", "faq/bank-account", "sure", {}),
        ("Wann hat die Bibliothek in Feuerbach offen?", "faq/library", "sure", {"district": "feuerbach"}),
        ("Wohnung in Mitte", "faq/find-apartment", "sure", {"district": "mitte"}),
        ("Was kostet eine Wohnung in Feuerbach heute", "faq/find-apartment", "unsure", {"district": "feuerbach"}),
        ("Gewalt gegen Frauen", "faq/violence-against-women", "sure", {"audience": "women"}),
        ("Jobcenter Feuerbach", "find_office", "unsure", {"office": "jobcenter", "district": "feuerbach"}),
        ("Danke", "thank", "sure", {}),
        ("Ich möchte mit einem Menschen sprechen", "talk_to_human", "sure", {}),
    ],
)
def test_what_is_about_something_else_is_left_alone(
    person: Person, text: str, intent: str, band: Band, entities: dict[str, str]
) -> None:
    """It is answered as usual, and the search stays as it was."""
    person.seeks("find_course", level="A2", time_of_day="morning")
    before = replace(person.search)
    assert person.says(text, intent, band, **entities) is None
    assert person.search == before


def test_without_a_search_no_text_is_about_one(person: Person) -> None:
    """It is understood as usual."""
    assert person.says("abends", "goodbye", "unknown", time_of_day="evening") is None


@pytest.mark.parametrize("text", ["8", " 8. ", "٨", "۸"])
def test_a_bare_number_says_how_old_somebody_is(person: Person, text: str) -> None:
    """Where it was asked for whom it is; in the digits of every script."""
    person.taps("sport")
    assert person.turn(Message("text", text=text)).answer_in_words() == ("wish:1:ages:8", "en")
    person.says(text, "out_of_scope", "unknown")
    assert person.wishes == wished(kind="sport", ages={8})


def test_a_bare_number_says_nothing_where_no_age_was_asked_for(person: Person) -> None:
    """Nor does one that nobody reaches."""
    person.taps("courses")
    assert person.turn(Message("text", text="8")).answer_in_words() is None
    person.taps("sport")
    assert person.turn(Message("text", text="821")).answer_in_words() is None


@pytest.mark.parametrize("question", sorted(ABOUT))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_can_be_typed(person: Person, question: str, language: str) -> None:
    """The label of each button below a question does what the button does."""
    person.talk.language = language
    person.talk.search = Search(7, "sport", NOW.isoformat(), question=question)
    reply = ask(question, person.search, Wishes(), Texts(language), person.stock)  # type: ignore[arg-type]
    for row in reply.buttons[:-1]:
        for button in row:
            for text in (button.label, button.label.upper() + "!"):
                assert person.turn(Message("text", text=text)).answer_in_words() == (button.action, language)


@pytest.mark.parametrize(("text", "intent"), [("ماښام", "greet"), ("وړیا", "faq/volunteer"), ("êvarê", "greet")])
def test_a_text_that_is_nothing_but_a_wish_is_one(person: Person, text: str, intent: str) -> None:
    """One word has no intent, however surely one was found."""
    person.seeks("find_course", level="A2", time_of_day="morning")
    assert person.says(text, intent, "sure", time_of_day="evening")
    assert person.wishes.times_of_day == {"evening"}


def test_few_words_answer_the_open_question_whatever_they_were_taken_for(person: Person) -> None:
    """Where it was asked for whom it is, "for my son" is no question about school."""
    person.taps("sport")
    assert person.says("für meinen Sohn", "faq/school", "sure", audience="children")
    assert person.wishes.audiences == {"children"}
    assert person.says("für meine Tochter", "faq/school", "sure", audience="teens") is None


def test_an_age_takes_the_place_of_a_stage_of_life(person: Person) -> None:
    """Who says "teenagers" and then "8 years" does not look for teenagers of eight."""
    person.seeks("find_sport", audience="teens", district="ost")
    person.says("8 Jahre", "faq/school", "unsure", age="8")
    assert person.wishes.ages == {8}
    assert not person.wishes.audiences
