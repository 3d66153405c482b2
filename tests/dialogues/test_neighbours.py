"""Asking for a sport mentor or a volunteer circle: what is passed on, to whom, and only after a yes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answers import entry_reply
from bot.content import load
from bot.content.model import Catalogue
from bot.content.vocabulary import DISTRICTS
from bot.conversation import AddToCase, Conversation, DescribeCase, OpenCase, Outcome, Search
from bot.dialogues.finding.neighbours import Neighbours
from bot.i18n import Texts
from bot.messages import Message, Reply
from bot.offers.districts import Districts, load_districts
from bot.offers.model import Offer
from bot.offers.stock import Stock, key_of
from tests.dialogues.talker import actions
from tests.offers.making import circle

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
# 960 minutes of office hours later.
DUE = datetime(2026, 11, 25, 9, tzinfo=UTC)
CIRCLE = circle("friends/west")
LANGUAGES = ("de", "en", "ar", "fa", "ps", "kmr", "tr", "uk", "ru", "ti", "so", "fr")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's own content."""
    return load(Path("content"))


@pytest.fixture(scope="module")
def districts() -> Districts:
    """The real districts."""
    return load_districts(Path("content"))


class Person:
    """Somebody who taps; each tap is a turn of its own."""

    def __init__(self, catalogue: Catalogue, districts: Districts, *offers: Offer, language: str = "en") -> None:
        self.parts = catalogue, Stock.of(offers or (CIRCLE,), districts)
        self.talk = Conversation(language=language)

    def taps(self, action: str) -> Outcome:
        """What a tap leads to; it has to be one of the part's own actions."""
        catalogue, stock = self.parts
        name, _, argument = action.partition(":")
        assert name in Neighbours.ACTIONS
        turn = Neighbours(catalogue, Message("tap", action=action), self.talk, NOW, stock)
        outcome: Outcome = getattr(turn, "do_" + name.replace("-", "_"))(argument)
        return outcome


@pytest.fixture
def person(catalogue: Catalogue, districts: Districts) -> Person:
    """Somebody who speaks English, with one circle in the stock."""
    return Person(catalogue, districts)


def only(outcome: Outcome) -> Reply:
    """The one reply of a turn that decides nothing else."""
    (reply,) = outcome.replies
    assert outcome.effects == ()
    return reply


@pytest.mark.parametrize("wish", ["mentor", "circle"])
def test_the_district_is_asked_where_nobody_knows_it(person: Person, wish: str) -> None:
    """Every district, a shelter, and no answer at all can be tapped."""
    offered = actions(only(person.taps(f"{wish}:")))
    assert offered == [f"{wish}:{place}" for place in (*DISTRICTS, "shelter", "skip")]


@pytest.mark.parametrize(
    ("wish", "reason", "queue", "line"),
    [
        ("mentor", "sport_mentor", "sport-mentors", "Sucht Sportpaten, Stadtbezirk Feuerbach"),
        ("circle", "volunteer_circle", "volunteers", "Sucht Kontakt zu einem Freundeskreis, Stadtbezirk Feuerbach"),
    ],
)
def test_a_wish_reaches_its_queue_after_a_yes(person: Person, wish: str, reason: str, queue: str, line: str) -> None:
    """Before it nothing is decided; after it the case says the language, the district and the wish."""
    person.talk.remember("I am alone and my name is Amal", NOW)
    assert f"{wish}-yes:feuerbach" in actions(only(person.taps(f"{wish}:feuerbach")))
    outcome = person.taps(f"{wish}-yes:feuerbach")
    assert outcome.effects == (
        OpenCase(reason, "en", queue, reply_due=DUE),  # type: ignore[arg-type]
        DescribeCase(consent=True, district="feuerbach"),
        AddToCase((line,), (None,)),
    )
    assert person.talk.status == "queued"


def test_what_was_written_before_is_neither_passed_on_nor_asked_for(person: Person) -> None:
    """The person said yes to three things; there is no further question, only the way back."""
    person.talk.remember("I am alone and my name is Amal", NOW)
    (told,) = person.taps("mentor-yes:west").replies
    assert actions(told) == [f"case:{person.talk.handovers}:close"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_passed_on_is_said_before(catalogue: Catalogue, districts: Districts, language: str) -> None:
    """The language under its own name and the district; every line begins with a bullet."""
    person = Person(catalogue, districts, language=language)
    reply = only(person.taps("mentor:bad-cannstatt"))
    told = [line for line in reply.text.splitlines() if line.startswith("• ")]
    assert len(told) == 3
    assert catalogue.languages[language].name in told[1]
    assert "Bad Cannstatt" in told[2]


def test_who_says_nothing_about_the_place_passes_on_no_district(person: Person) -> None:
    """Then two things are passed on, and no place is described."""
    reply = only(person.taps("mentor:skip"))
    assert reply.text.count("• ") == 2
    _, described, line = person.taps("mentor-yes:skip").effects
    assert described == DescribeCase(consent=True)
    assert line == AddToCase(("Sucht Sportpaten",), (None,))


def test_who_lives_in_a_shelter_is_asked_for_its_name_after_the_yes(person: Person) -> None:
    """The name follows as text, as after every other handover, and it was said that it will."""
    assert "shelter" in only(person.taps("circle:shelter")).text
    opened, asked = person.taps("circle-yes:shelter").replies
    assert actions(opened) == ["case:1:close"]
    assert actions(asked) == ["place:1:skip"]
    assert person.talk.awaiting == "shelter"


def test_the_district_of_the_search_is_not_asked_again(person: Person) -> None:
    """The page names it, and one step back asks for another."""
    person.talk.search = Search(1, "sport", NOW.isoformat(), wishes={"districts": ["west"]})
    offered = actions(only(person.taps("mentor:")))
    assert offered == ["mentor-yes:west", "neighbours-no", "mentor:ask"]
    assert "mentor:nord" in actions(only(person.taps("mentor:ask")))


def test_of_several_searched_districts_none_is_taken_for_the_home(person: Person) -> None:
    """Then the person is asked."""
    person.talk.search = Search(1, "sport", NOW.isoformat(), wishes={"districts": ["nord", "west"]})
    assert "mentor:west" in actions(only(person.taps("mentor:")))


def test_one_circle_can_be_asked_for(person: Person) -> None:
    """The case names it in German; where it meets is not taken for the place where the person lives."""
    key = key_of(CIRCLE.id)
    page = only(person.taps(f"circle:{key}"))
    assert "Freundeskreis" in page.text
    assert actions(page) == [f"circle-yes:{key}", "neighbours-no"]
    effects = person.taps(f"circle-yes:{key}").effects
    assert effects[1:] == (
        DescribeCase(consent=True),
        AddToCase(("Sucht Kontakt zu einem Freundeskreis: Freundeskreis",), (None,)),
    )


def test_staff_see_that_a_circle_is_an_example(catalogue: Catalogue, districts: Districts) -> None:
    """In a demonstration nobody looks for a circle that does not exist."""
    person = Person(catalogue, districts, circle("friends/west", sample=True))
    assert person.taps(f"circle-yes:{key_of('friends/west')}").effects[-1] == AddToCase(
        ("Sucht Kontakt zu einem Freundeskreis: Freundeskreis (Beispiel)",), (None,)
    )


@pytest.mark.parametrize(
    "action", ["mentor:atlantis", "mentor-yes:", "mentor-yes:atlantis", "circle:abcdefgh", "circle-yes:abcdefgh"]
)
def test_a_place_that_nobody_knows_opens_no_case(person: Person, action: str) -> None:
    """The button is of another time: a circle that is gone, or no answer."""
    reply = only(person.taps(action))
    assert reply.text == Texts("en").say("This button does not work any more. Please choose again.")
    assert person.talk.status == "bot"


def test_a_meeting_place_is_no_circle(catalogue: Catalogue, districts: Districts) -> None:
    """One just goes there."""
    place = circle("cafe/west", group_type="meeting_place")
    only(Person(catalogue, districts, place).taps(f"circle-yes:{key_of(place.id)}"))


def test_a_no_passes_nothing_on(person: Person) -> None:
    """It says so, and the bot goes on."""
    assert "menu" not in actions(only(person.taps("neighbours-no")))
    assert person.talk.status == "bot"


def test_every_action_fits_into_a_button(person: Person) -> None:
    """At most 52 bytes."""
    pages = [person.taps("circle:"), *(person.taps(f"mentor:{place}") for place in DISTRICTS)]
    assert all(len(action.encode()) <= 52 for page in pages for action in actions(only(page)))


@pytest.mark.parametrize(
    ("topic", "action"),
    [("meet-people", "circle:"), ("volunteer", "circle:"), ("children-activities", "mentor:")],
)
def test_topics_about_company_lead_to_people(catalogue: Catalogue, topic: str, action: str) -> None:
    """Below the answer stands a button that asks for them; below other answers there is none."""
    t = Texts("en")
    assert action in actions(entry_reply(catalogue, catalogue.faq[topic], t))
    assert not {"circle:", "mentor:"} & set(actions(entry_reply(catalogue, catalogue.faq["bank-account"], t)))


def test_the_card_of_sport_leads_to_a_mentor(catalogue: Catalogue) -> None:
    """Also where no offers are known."""
    assert "mentor:" in actions(entry_reply(catalogue, catalogue.cards["find_sport"], Texts("en")))
