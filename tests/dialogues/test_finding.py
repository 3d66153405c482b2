"""Finding offers in a talk: what is asked, and what the buttons do."""

import json
from dataclasses import replace
from datetime import date

import pytest

from bot.answers import entry_reply
from bot.content.model import Catalogue
from bot.content.reading import load
from bot.conversation import Search, Watch
from bot.dialogues import small_talk
from bot.dialogues.finding.questions import ABOUT, ask, changes
from bot.dialogues.finding.talk import REMEMBERED
from bot.i18n import Texts
from bot.messages import Location
from bot.offers.model import Offer
from bot.offers.stock import Stock, key_of
from bot.offers.wishes import Wishes
from tests.dialogues.finder import DISTRICTS, FEUERBACH, LANGUAGES, NOW, OFFERS, Person, keys, shown
from tests.dialogues.talker import actions
from tests.offers.conftest import CONTENT
from tests.offers.making import FREE, circle, course, in_district, sport, wished

EN = Texts("en")
TOO_OLD = small_talk.button_too_old(EN)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's own content."""
    return load(CONTENT)


@pytest.fixture
def person(catalogue: Catalogue) -> Person:
    """Somebody who speaks English, and a few offers."""
    return Person(catalogue, Stock.of(OFFERS, DISTRICTS))


# Questions


def test_a_course_is_asked_for_level_and_time_and_then_shown(person: Person) -> None:
    """Two questions, then results that keep both answers."""
    assert "wish:1:levels:A2" in actions(person.taps("courses"))
    assert "wish:1:times_of_day:evening" in actions(person.taps("wish:1:levels:A2"))
    results = person.taps("wish:1:times_of_day:morning")
    assert shown(results)[0] == key_of("x/morning")
    assert person.wishes == wished(kind="course", levels={"A2"}, times_of_day={"morning"})


def test_sport_is_asked_for_whom_and_where(person: Person) -> None:
    """A child in Feuerbach finds what is for children there."""
    assert "wish:1:who:children" in actions(person.taps("sport"))
    assert "wish:1:districts:feuerbach" in actions(person.taps("wish:1:who:children"))
    assert shown(person.taps("wish:1:districts:feuerbach"))[0] == key_of("x/chess")


def test_groups_are_asked_for_the_place_alone(person: Person) -> None:
    """One question, then results."""
    assert "wish:1:districts:mitte" in actions(person.taps("groups"))
    assert shown(person.taps("wish:1:districts:feuerbach")) == keys("circle")


def test_a_sentence_that_says_it_all_is_asked_nothing(person: Person) -> None:
    """Football for a child of eight in Ost: results at once."""
    reply = person.seeks("find_sport", sport="football", age="8", audience="children", district="ost", weekday="sat")
    assert len(shown(reply)) == 3
    assert person.wishes == wished(
        kind="sport", sports={"football"}, ages={8}, audiences={"children"}, districts={"ost"}, weekdays={5}
    )


def test_what_offers_of_a_kind_never_say_is_no_wish(person: Person) -> None:
    """Nobody who plays football is asked to give up a level of German."""
    person.seeks("find_sport", sport="football", level="A2")
    assert person.wishes == wished(kind="sport", sports={"football"})
    person.seeks("find_course", sport="football", level="A2")
    assert person.wishes == wished(kind="course", levels={"A2"})


def test_what_was_said_is_not_asked(person: Person) -> None:
    """Who names the level is asked for the time, who names the day for the level, and then no more."""
    assert person.seeks("find_course", level="A2").text.endswith("When do you have time?")
    assert shown(person.taps("wish:1:time:any"))
    assert person.seeks("find_course", weekday="sat").text.endswith("Which course do you need?")
    assert shown(person.taps("wish:2:level:any"))


def test_what_has_been_understood_stands_above_the_question(person: Person) -> None:
    """So that a misunderstanding is seen."""
    assert "A2" in person.seeks("find_course", level="A2").text.splitlines()[0]


@pytest.mark.parametrize(("start", "first", "second"), [("courses", "level", "time"), ("sport", "who", "where")])
def test_what_does_not_matter_is_no_wish(person: Person, start: str, first: str, second: str) -> None:
    """Two taps later all offers of the kind are shown."""
    person.taps(start)
    person.taps(f"wish:1:{first}:any")
    assert shown(person.taps(f"wish:1:{second}:any"))
    assert set(person.search.wishes) == {"kind"}


def test_after_results_nothing_is_asked_any_more(person: Person) -> None:
    """Not even when the wish that made a question needless is taken off."""
    person.seeks("find_course", level="A2", time_of_day="evening")
    assert shown(person.taps("unwish:1:levels"))
    assert shown(person.taps("wish:1:free:yes"))


def test_an_open_question_is_asked_again_once_where_something_else_was_said(person: Person) -> None:
    """The level matters most; but there are never more than two questions."""
    person.taps("courses")
    again = person.says("online", "find_course", "sure", mode="online")
    assert again
    assert "wish:1:levels:A2" in actions(again)
    results = person.says("kostenlos", "thank", "unknown", free="yes")
    assert results
    assert "watch-new:1" in actions(results)
    assert person.search.question == ""


def test_a_search_online_does_not_ask_where(person: Person) -> None:
    """Who takes part from home may live anywhere."""
    person.seeks("find_sport", mode="online", audience="women")
    assert person.search.question == ""


# Buttons


def test_a_filter_can_be_taken_off(person: Person) -> None:
    """The list is shown again in the same message, without the wish."""
    person.seeks("find_course", level="A2", time_of_day="morning")
    reply = person.taps("unwish:1:times_of_day")
    assert reply.replaces
    assert person.wishes == wished(kind="course", levels={"A2"})
    assert person.taps("unwish:1:times_of_day").replaces
    person.taps("unwish:1:kind")
    assert person.wishes.kind == "course"


def test_an_answer_replaces_its_question_and_a_page_replaces_nothing(person: Person) -> None:
    """What was read stays on the screen."""
    person.taps("courses")
    assert person.taps("wish:1:levels:A2").replaces
    assert person.taps("wish:1:times_of_day:evening").replaces
    assert not person.taps("more:1").replaces
    assert not person.taps("results:1").replaces
    typed = person.says("abends", "goodbye", "unknown", time_of_day="evening")
    assert typed
    assert not typed.replaces


def test_more_shows_the_next_three_and_then_begins_again(person: Person) -> None:
    """No offer twice, none left out."""
    first = person.seeks("find_course", level="A2", time_of_day="evening")
    second = person.taps("more:1")
    assert len({*shown(first), *shown(second)}) == 6
    assert shown(person.taps("more:1")) == shown(first)
    assert shown(person.taps("results:1")) == shown(first)


@pytest.mark.parametrize(
    "action",
    ["wish:1:levels:A2", "unwish:1:levels", "filters:1", "more:1", "results:1", "news:1", "official:nothing"],
)
def test_buttons_of_an_older_search_or_of_none_do_not_work(person: Person, action: str) -> None:
    """They say so, and the present search stays as it is."""
    assert person.taps(action) == TOO_OLD
    person.talk.searches = 1
    person.taps("courses")
    before = replace(person.search)
    assert person.taps(action) == TOO_OLD
    assert person.search == before


@pytest.mark.parametrize(
    "action", ["wish:1:levels:Z9", "wish:1:nothing:any", "wish:1:weekdays:7", "wish:1:ages:x", "wish:1", "filters:1:x"]
)
def test_a_value_that_nobody_knows_is_not_wished(person: Person, action: str) -> None:
    """A button of another version may say anything."""
    person.taps("courses")
    assert person.taps(action) == TOO_OLD


def test_wishes_can_be_added_and_changed_later(person: Person) -> None:
    """The menu of changes asks a question again, or adds a condition at once, and offers no condition twice."""
    person.seeks("find_course", level="A2", time_of_day="evening")
    menu = person.taps("filters:1")
    assert {"filters:1:level", "wish:1:free:yes", "results:1"} <= set(actions(menu))
    assert "wish:1:levels:B1" in actions(person.taps("filters:1:level"))
    person.taps("wish:1:levels:B1")
    person.taps("wish:1:free:yes")
    assert person.wishes == wished(kind="course", levels={"B1"}, times_of_day={"evening"}, free=True)
    assert "wish:1:free:yes" not in actions(person.taps("filters:1"))


@pytest.mark.parametrize("kind", ["course", "sport", "group"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_fits_and_is_known(person: Person, kind: str, language: str) -> None:
    """Telegram takes 52 bytes; every change that is offered can be made."""
    search = Search(9999, kind, NOW.isoformat())  # type: ignore[arg-type]
    t = Texts(language)
    replies = [changes(search, Wishes(), t), *(ask(question, search, Wishes(), t, person.stock) for question in ABOUT)]
    for action in [action for reply in replies for action in actions(reply)]:
        assert len(action.encode()) <= 52
        if action.split(":")[0] in ("wish", "filters"):
            person.talk.searches, person.talk.search = 9999, replace(search)
            assert person.taps(action) != TOO_OLD, action


def test_without_offers_of_a_kind_official_pages_are_shown(catalogue: Catalogue) -> None:
    """Nobody is asked questions that lead to nothing."""
    person = Person(catalogue, Stock.of([], DISTRICTS))
    assert person.taps("courses") == entry_reply(catalogue, catalogue.cards["find_course"], EN)
    assert person.taps("sport") == entry_reply(catalogue, catalogue.cards["find_sport"], EN)
    assert person.taps("groups") == entry_reply(catalogue, catalogue.faq["meet-people"], EN)
    assert person.seeks("find_course", level="A2") == person.taps("official:course")
    assert person.talk.search is None


def test_where_nothing_fits_the_search_says_what_to_give_up(person: Person) -> None:
    """Without "C1" there are courses."""
    reply = person.seeks("find_course", level="C1", time_of_day="evening")
    assert "unwish:1:levels" in actions(reply)
    assert shown(person.taps("unwish:1:levels"))


def test_several_wishes_are_taken_off_with_one_tap(person: Person) -> None:
    """Where no single one helps, the button gives up two of them; the kind stays."""
    person.seeks("find_course", level="A2", time_of_day="evening", free="yes")
    assert shown(person.taps("unwish:1:times_of_day+free+kind"))
    assert person.wishes == wished(kind="course", levels={"A2"})


def test_groups_of_all_types_are_mixed_where_the_type_does_not_matter(catalogue: Catalogue) -> None:
    """The first page has a circle, a meeting place and a mentor, though all circles come first by their ids."""
    types = {"a": "volunteer_circle", "b": "volunteer_circle", "c": "volunteer_circle", "d": "volunteer_circle"}
    types |= {"e": "meeting_place", "f": "meeting_place", "g": "sport_mentor"}
    offers = [circle(f"x/{id_}", group_type=type_) for id_, type_ in types.items()]
    offers.append(circle("x/0-full", group_type="sport_mentor", seats_free=0))
    person = Person(catalogue, Stock.of(offers, DISTRICTS))
    person.taps("groups")
    assert shown(person.taps("wish:1:districts:any")) == keys("a", "e", "g")
    assert shown(person.taps("more:1")) == keys("b", "c", "d")


def test_news_lead_to_all_that_fits(person: Person) -> None:
    """The wishes of the watch are searched again; nothing is asked."""
    person.talk.watches = [
        Watch(4, NOW.isoformat(), kind="course", wishes={"kind": "course", "times_of_day": ["morning"]})
    ]
    assert shown(person.taps("news:4"))[0] == key_of("x/morning")
    assert person.search.number == person.talk.searches == 1
    assert person.taps("news:5") == TOO_OLD


# Location


def spread(apart: int = 1) -> list[Offer]:
    """Seven football teams, each 111 metres or more farther from Feuerbach than the last, and one of them full."""
    return [
        sport(f"x/{number}", place=in_district("feuerbach", latitude=48.808 + number * apart / 1000, longitude=9.155))
        for number in range(6)
    ] + [sport("x/full", place=in_district("feuerbach", latitude=48.808, longitude=9.155), seats_free=0)]


def test_a_shared_location_sorts_by_distance_and_is_forgotten(catalogue: Catalogue) -> None:
    """More and back stay in that order; nothing that is kept says where somebody is."""
    person = Person(catalogue, Stock.of(spread(), DISTRICTS))
    person.taps("sport")
    assert shown(person.sends(Location(48.80812, 9.15534))) == keys("0", "1", "2")
    assert "48.8" not in json.dumps(person.talk.as_json())
    assert "near" not in person.search.wishes
    assert shown(person.taps("more:1")) == keys("3", "4", "5")
    assert shown(person.taps("more:1")) == keys("full")
    assert shown(person.taps("results:1")) == keys("0", "1", "2")


def test_a_location_from_the_other_side_turns_the_order(catalogue: Catalogue) -> None:
    """A full one stays last, however near it is."""
    person = Person(catalogue, Stock.of(spread(6), DISTRICTS))
    person.taps("sport")
    assert shown(person.sends(Location(48.844, 9.155))) == keys("5", "4", "3")
    assert shown(person.sends(FEUERBACH)) == keys("0", "1", "2")
    assert person.search.found[-1] == key_of("x/full")


def test_the_order_by_distance_does_not_tell_two_doors_of_a_street_apart(catalogue: Catalogue) -> None:
    """What is kept for an hour is as rough as half a kilometre: inside a step the ids decide."""
    orders = []
    for north in range(3):
        person = Person(catalogue, Stock.of(spread(), DISTRICTS))
        person.taps("sport")
        person.sends(Location(48.8090 + north / 1000, 9.155))
        orders.append(person.search.found)
    assert orders[0] == orders[1] == orders[2]


def test_behind_the_nearest_offers_nothing_is_repeated(catalogue: Catalogue) -> None:
    """Only a few keep their order; then one may send the location again, and no other order begins."""
    place = in_district("feuerbach", latitude=48.808, longitude=9.155)
    offers = [sport(f"x/{number:02}", place=place) for number in range(20)]
    person = Person(catalogue, Stock.of(offers, DISTRICTS))
    person.taps("sport")
    seen = shown(person.sends(FEUERBACH))
    for _ in range(3):
        seen += shown(person.taps("more:1"))
    assert len(set(seen)) == len(seen) == REMEMBERED
    last = person.taps("more:1")
    assert not shown(last)
    assert "location again" in last.text
    assert {"filters:1", "results:1"} <= set(actions(last))
    assert shown(person.taps("results:1")) == seen[:3]


def test_the_nearer_one_is_first_whatever_else_speaks_for_the_other(catalogue: Catalogue) -> None:
    """A location sorts by distance: costs and the beginning do not count."""
    near = in_district("feuerbach", latitude=48.810, longitude=9.155)
    farther = in_district("feuerbach", latitude=48.813, longitude=9.155)
    offers = [sport("x/near", place=near, starts=date(2027, 1, 23)), sport("x/farther", place=farther, price=FREE)]
    person = Person(catalogue, Stock.of(offers, DISTRICTS))
    person.taps("sport")
    assert shown(person.sends(FEUERBACH)) == keys("near", "farther")


def test_a_location_takes_the_place_of_a_district(person: Person) -> None:
    """Whoever stands in Feuerbach is shown what is there, though football in Ost was wished before."""
    person.seeks("find_sport", audience="children", district="ost")
    assert shown(person.sends(FEUERBACH))[0] == key_of("x/chess")
    assert person.wishes == wished(kind="sport", audiences={"children"})


def test_what_is_near_and_full_or_easier_stands_behind(catalogue: Catalogue) -> None:
    """However near it is."""
    far = in_district("vaihingen")
    here = in_district("feuerbach")
    offers = [course("x/far", place=far), course("x/easy", place=here, level_from="A1", level_to="A1")]
    person = Person(catalogue, Stock.of([*offers, course("x/full", place=here, seats_free=0)], DISTRICTS))
    person.seeks("find_course", level="A2")
    assert shown(person.sends(FEUERBACH)) == keys("far", "easy", "full")


def test_an_offer_without_a_point_counts_as_the_middle_of_its_district(person: Person) -> None:
    """Chess in Feuerbach is nearer than football in Ost."""
    person.taps("sport")
    assert shown(person.sends(FEUERBACH))[0] == key_of("x/chess")


def test_an_offer_that_is_gone_is_passed_over(catalogue: Catalogue) -> None:
    """Between two taps the content may have been read anew."""
    person = Person(catalogue, Stock.of(spread(), DISTRICTS))
    person.taps("sport")
    person.sends(FEUERBACH)
    person.stock = Stock.of([offer for offer in spread() if offer.id != "x/4"], DISTRICTS)
    assert shown(person.taps("more:1")) == keys("3", "5")


def test_new_wishes_end_the_order_by_distance(person: Person) -> None:
    """The offers that fit now are not those that were sorted."""
    person.taps("sport")
    person.sends(FEUERBACH)
    person.taps("wish:1:sports:football")
    assert person.search.found == []


def test_a_location_without_a_search_asks_what_for(person: Person) -> None:
    """And says that it has to be sent again."""
    reply = person.sends(FEUERBACH)
    assert {"courses", "sport", "groups"} <= set(actions(reply))
    assert "again" in reply.text
    assert person.talk.search is None
