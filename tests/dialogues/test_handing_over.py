"""A case finds its team, and another one when the place is known; what was promised is kept in mind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.content import load
from bot.content.hours import BERLIN
from bot.content.model import Catalogue, Queue
from bot.content.queues import with_default
from bot.conversation import CloseCase, Conversation, DescribeCase, Effect, OpenCase, Reason, Search, Status
from bot.dialogues.handing_over import HandingOver
from bot.i18n import Texts
from bot.messages import Message, Reply
from bot.offers.districts import load_districts
from bot.offers.stock import Stock
from tests.dialogues.talker import actions

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NINE_TO_FIVE = "Mo-Fr 09:00-17:00"
TEAMS = (
    Queue("sport-mentors", {}, themes=("sport_mentor",), office_hours=NINE_TO_FIVE, first_reply_minutes=960),
    Queue("money", {}, themes=("money",), office_hours=NINE_TO_FIVE, first_reply_minutes=60),
    Queue("east", {}, districts=("ost",), office_hours="Mo-Fr 13:00-17:00", first_reply_minutes=30),
    Queue("shelter", {}, shelters=("Musterstraße 1",), office_hours=NINE_TO_FIVE, first_reply_minutes=480),
    Queue("default", {}, office_hours=NINE_TO_FIVE, first_reply_minutes=240),
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's content with teams of a larger town."""
    queues = {queue.id: queue for queue in TEAMS}
    return replace(load(Path("content")), queues=MappingProxyType(with_default(queues, None)))


class Person:
    """Somebody who taps and writes; each time is a turn of its own."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.stock = Stock.of((), load_districts(Path("content")))
        self.talk = Conversation(language="de")
        self.now = NOW
        self.replies: tuple[Reply, ...] = ()

    def does(self, method: str, *arguments: str, text: str = "") -> tuple[Effect, ...]:
        """One turn; returns its effects and keeps its replies."""
        message = Message("text", text=text) if text else Message("tap", action="x")
        turn = HandingOver(self.catalogue, message, self.talk, self.now, self.stock)
        outcome = getattr(turn, method)(*arguments)
        self.replies = outcome.replies
        return tuple(outcome.effects)

    def after(self, status: Status, **time: float) -> None:
        """Let time pass, and staff do something."""
        self.now, self.talk.status = self.now + timedelta(**time), status


@pytest.fixture
def person(catalogue: Catalogue) -> Person:
    """Somebody who has written nothing yet."""
    return Person(catalogue)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in Stuttgart in that November."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


def test_nobody_promises_an_answer_to_those_who_are_blocked(person: Person) -> None:
    """Lotse goes on answering; in danger staff are told all the same."""
    person.talk.blocked = True
    assert person.does("do_human", "") == ()
    (reply,) = person.replies
    assert reply.text.startswith("Die Sozialarbeiterinnen und Sozialarbeiter antworten Ihnen hier zurzeit nicht.")
    assert person.talk.status == "bot"
    (opened,) = person.does("open_case", "crisis")
    assert isinstance(opened, OpenCase)


def test_a_case_has_its_team_its_theme_and_its_promise(person: Person) -> None:
    """The last answer says what it is about."""
    person.talk.shown, person.talk.noted_at = "faq/debts", NOW.isoformat()
    theme = person.catalogue.faq["debts"].group
    assert theme == "money"
    assert person.does("do_human", "") == (OpenCase("asked", "de", "money", theme, berlin(23, 11)),)
    assert "11:00" in person.replies[0].text


def test_a_search_is_a_theme_too(person: Person) -> None:
    """Whoever looks for sport and asks for a human asks about sport."""
    person.talk.search = Search(1, "sport", NOW.isoformat())
    (opened,) = person.does("do_human", "")
    assert isinstance(opened, OpenCase)
    assert opened.theme == "daily-life"


def test_what_was_not_understood_has_no_theme(person: Person) -> None:
    """The answer before was about something else."""
    person.talk.shown, person.talk.noted_at = "faq/debts", NOW.isoformat()
    (opened,) = person.does("open_case", "no_answer")
    assert isinstance(opened, OpenCase)
    assert (opened.theme, opened.queue) == ("", "default")


def test_the_place_leads_to_the_team_of_the_place_and_its_promise(person: Person) -> None:
    """Counted from the moment when the person asked, not from the tap."""
    person.does("do_human", "")
    person.after("queued", minutes=5)
    assert person.does("do_place", "1:ost") == (
        DescribeCase(district="ost", queue="east", reply_due=berlin(23, 13, 30)),
    )
    assert "13:30" in person.replies[0].text


def test_a_place_of_the_same_team_changes_no_promise(person: Person) -> None:
    """Then nothing is said about it once more."""
    person.does("do_human", "")
    assert person.does("do_place", "1:west") == (DescribeCase(district="west"),)
    assert "14:00" not in person.replies[0].text


def test_the_name_of_a_shelter_leads_to_its_team(person: Person) -> None:
    """As the person writes it."""
    person.does("do_human", "")
    person.does("do_place", "1:shelter")
    (described,) = person.does("to_staff", text="Heim Musterstr. 1")
    assert described == DescribeCase(shelter="Heim Musterstr. 1", queue="shelter", reply_due=berlin(24, 10))


def test_a_case_that_somebody_has_stays_with_them(person: Person) -> None:
    """The place is noted, and no new promise is made."""
    person.does("do_human", "")
    person.after("assigned", minutes=5)
    assert person.does("do_place", "1:ost") == (DescribeCase(district="ost"),)


def test_who_asks_for_mentors_stays_with_them_wherever_they_live(person: Person) -> None:
    """The place tells mentors where to look."""
    person.does("open_case", "sport_mentor")
    assert person.does("do_place", "1:ost") == (DescribeCase(district="ost"),)


def test_danger_leads_away_from_those_who_cannot_help(person: Person) -> None:
    """The promise begins anew."""
    person.does("open_case", "sport_mentor")
    person.after("queued", hours=1)
    assert person.does("do_alert", "") == (DescribeCase(reason="emergency", queue="default", reply_due=berlin(23, 15)),)


def test_whoever_asks_again_hears_the_same_promise(person: Person) -> None:
    """Until somebody has answered, or the moment is over."""
    person.does("do_human", "")
    person.after("queued", hours=1)
    assert not person.does("do_human", "")
    assert "14:00" in person.replies[0].text
    person.after("assigned", hours=1)
    person.does("do_human", "")
    assert "14:00" not in person.replies[0].text
    assert "09:00–17:00" in person.replies[0].text


def test_a_case_of_an_earlier_version_is_described_without_a_team(person: Person) -> None:
    """Nothing is known about it here."""
    person.talk.status, person.talk.handovers = "queued", 1
    assert person.does("do_place", "1:ost") == (DescribeCase(district="ost"),)
    assert not person.does("do_human", "")


@pytest.mark.parametrize(("status", "asked"), [("queued", False), ("assigned", True)])
def test_who_ends_the_talk_is_asked_how_it_was_if_somebody_answered(
    person: Person,
    status: Status,
    asked: bool,  # noqa: FBT001
) -> None:
    """One tap; nobody is asked about an answer that never came."""
    person.does("do_human", "")
    person.after(status)
    assert person.does("do_case", "1:close") == (CloseCase(),)
    assert ("rate:1:good" in actions(person.replies[0])) == asked
    assert Texts("de").say("The talk with the social worker is closed. I am here again. What do you need?") in (
        person.replies[0].text
    )


def test_what_is_known_about_a_case_survives_the_database(person: Person) -> None:
    """As plain JSON, like everything about a talk."""
    person.does("open_case", "crisis")
    assert person.talk.handover
    assert Conversation.from_json(person.talk.as_json()).handover == person.talk.handover


def closed(person: Person, queue: str = "default", **ago: float) -> None:
    """Staff have closed the case so long ago."""
    assert person.talk.handover
    person.talk.status = "bot"
    person.talk.handover.queue = queue
    person.talk.handover.closed = (person.now - timedelta(**ago)).isoformat()


def test_who_comes_back_goes_on_with_those_who_helped(person: Person) -> None:
    """Their promise, no second question about the place, and the person knows that they know."""
    person.does("do_human", "")
    person.does("do_place", "1:west")
    closed(person, "east", hours=47)
    assert person.does("do_human", "") == (OpenCase("asked", "de", "east", "", berlin(23, 13, 30)),)
    (opened,) = person.replies
    assert Texts("de").say("They can read what you wrote to each other before.") in opened.text


def test_whoever_did_not_say_where_they_live_is_asked_once_more(person: Person) -> None:
    """They had no time to answer; who did not want to say is left in peace."""
    person.does("do_human", "")
    closed(person, hours=1)
    person.does("do_human", "")
    assert "place:2:west" in actions(person.replies[1])
    person.does("do_place", "2:skip")
    closed(person, hours=1)
    person.does("do_human", "")
    assert len(person.replies) == 1


def test_a_question_for_consent_is_the_last_one_when_the_place_is_known(person: Person) -> None:
    """Then comes the thanks."""
    person.does("do_human", "")
    person.does("do_place", "1:west")
    closed(person, hours=1)
    person.talk.remember("Mein Antrag ist weg", NOW)
    person.does("do_human", "")
    assert actions(person.replies[1]) == ["consent:2:yes", "consent:2:no"]
    person.does("do_consent", "2:yes")
    (thanks,) = person.replies
    assert not thanks.buttons


@pytest.mark.parametrize(("reason", "hours"), [("asked", 49), ("sport_mentor", 1)])
def test_a_new_matter_is_a_new_case(person: Person, reason: Reason, hours: float) -> None:
    """Two days later, or with somebody else."""
    person.does("do_human", "")
    person.does("do_place", "1:west")
    closed(person, "east", hours=hours)
    queue = "sport-mentors" if reason == "sport_mentor" else ""
    opened, *_ = person.does("open_case", reason)
    assert isinstance(opened, OpenCase)
    assert opened.queue == (queue or "default")
    assert len(person.replies) == 2


def test_what_a_closed_case_was_about_is_forgotten(person: Person) -> None:
    """Nobody can come back to it any more."""
    person.does("open_case", "crisis")
    closed(person, hours=49)
    person.does("do_rate", "good")
    assert person.talk.handover is None
