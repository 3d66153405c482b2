"""Results are cards, best first, with why each fits, and buttons that take wishes off."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from bot.channels import layout
from bot.conversation import OfferKind, Search
from bot.dialogues.finding.results import news_page, results_page, saved_page
from bot.i18n import Texts, format_date
from bot.messages import Location, Reply
from bot.offers.districts import load_districts
from bot.offers.index import build
from bot.offers.model import Offer, Place, Session
from bot.offers.ranking import search
from bot.offers.reasons import Hit
from bot.offers.relaxing import Relaxation, relaxations
from bot.offers.stock import key_of
from bot.offers.wishes import Wishes, WishName
from tests.dialogues.talker import actions
from tests.offers.conftest import CONTENT
from tests.offers.making import EVENING, FREE, MORNING, TODAY, course, sport, wished

DISTRICTS = load_districts(CONTENT)
EN = Texts("en")
LONGEST_ACTION = 52  # bytes; a signature takes the rest of what Telegram carries
FIVE = [course(f"example/course-{number}", sessions=(MORNING,)) for number in range(1, 6)]


def page(offers: list[Offer], shown: int = 0, kind: OfferKind = "course", **values: Any) -> Reply:
    """Return what a search with number 7 shows."""
    index, wishes = build(offers, DISTRICTS), wished(**values)
    results = search(index, wishes, TODAY, 3, shown)
    relaxed = relaxations(index, wishes, TODAY)
    return results_page(results, wishes, Search(7, kind, ""), EN, TODAY, shown=shown, relaxed=relaxed)


def labels(reply: Reply) -> dict[str, str]:
    """Return what stands on each button, by what it does."""
    return {button.action: button.label for row in reply.buttons for button in row}


def test_three_cards_come_first_and_more_on_a_tap() -> None:
    """The title counts all that fit, each card has a button, and "more" goes on with the numbers."""
    first = page(FIVE)
    assert first.title == "📚 5 German courses"
    assert actions(first)[:4] == [*(f"offer:{key_of(offer.id)}" for offer in FIVE[:3]), "more:7"]
    second = page(FIVE, shown=3)
    assert "4. Deutsch" in second.text
    assert "1. Deutsch" not in second.text
    assert "more:7" not in actions(second)


def test_a_card_says_when_what_it_costs_and_why_it_fits() -> None:
    """Title, times, and the reasons in one line."""
    offer = course(sessions=(EVENING,), price=FREE)
    text = page([offer], times_of_day={"evening"}).text
    assert "1. Deutsch\n🕒 Tue 18:00–19:30\n✓ evening · free of charge" in text


def test_an_invented_offer_is_marked() -> None:
    """Nobody takes an example for a real offer, and no real offer is called an example."""
    assert "Example" in page([course(sample=True)]).text
    assert "Example" not in page([course()]).text


def test_a_card_says_in_which_part_of_the_city_it_is() -> None:
    """Also where nobody wished for one; a wished one is named once, among the reasons."""
    there = [course(place=Place(district="feuerbach"))]
    assert "📍 Feuerbach" in page(there).text
    assert page(there, districts={"feuerbach"}).text.count("Feuerbach") == 1


def test_wishes_are_filters_that_can_be_taken_off() -> None:
    """Each wish but the kind, and the point on the map that is not kept anyway, has a button with a cross."""
    reply = page(FIVE, kind="course", levels={"A2"}, times_of_day={"morning"}, near=Location(48.8, 9.2))
    off = {action: label for action, label in labels(reply).items() if action.startswith("unwish:")}
    assert off == {"unwish:7:levels": "✕ A2", "unwish:7:times_of_day": "✕ morning"}


def test_where_nothing_meets_all_wishes_it_says_what_to_relax() -> None:
    """The sentence has the true count, the button does it, and what comes close says what it misses."""
    reply = page(FIVE, levels={"A2"}, times_of_day={"evening"})
    assert reply.text.startswith("Nothing meets all your wishes.\n• Without “evening”: 5 German courses\n")
    assert labels(reply)["unwish:7:times_of_day"] == "Without “evening”: 5 German courses"
    assert actions(reply).count("unwish:7:times_of_day") == 1
    assert "These come close:" in reply.text
    assert "⚠ Not as you wish: evening" in reply.text
    assert "5" not in reply.title


def test_two_wishes_that_only_together_stand_in_the_way_are_one_button() -> None:
    """Both are named; the tap takes both off, and each keeps its own cross."""
    reply = page(FIVE, times_of_day={"evening"}, free=True)
    label = "Without “evening and free of charge”: 5 German courses"
    assert f"• {label}\n" in reply.text
    assert labels(reply)["unwish:7:times_of_day+free"] == label
    assert {"unwish:7:times_of_day", "unwish:7:free"} <= set(actions(reply))


def test_what_begins_only_with_a_later_season_is_not_counted() -> None:
    """The title counts what one can join, and the card says from when."""
    may = date(2027, 5, 2)
    later = sport("example/later", season_from=may, rolling_entry=True)
    reply = page([later, sport("example/now")], kind="sport")
    assert reply.title == "⚽ 1 sport offer"
    assert (
        reply.text.index("1. Fußball")
        < reply.text.index("2. Fußball\n")
        < reply.text.index(f"⚠ only from {format_date(may, 'en')}")
    )


def test_an_offer_for_one_of_two_children_says_for_whom_it_is_not() -> None:
    """Who has a child of 6 and one of 10 sees what takes both first."""
    reply = page([sport("example/a", age_max=8), sport("example/b")], kind="sport", ages={6, 10})
    assert reply.text.index("2. Fußball") < reply.text.index("⚠ not for age 10")
    assert "not for age 6" not in reply.text


def test_a_relaxation_that_gives_only_near_misses_says_so() -> None:
    """Taking off "online" leaves courses in the morning, while the evening was wished."""
    reply = page(FIVE, modes={"online"}, times_of_day={"evening"})
    assert "Without “online”, close to your wishes: 5 German courses" in reply.text


def test_where_nothing_fits_at_all_there_are_ways_on() -> None:
    """The official pages and a human, and no word of near misses."""
    reply = page([], levels={"A2"})
    assert reply.text == "I have found nothing that fits."
    assert {"official:course", "human", "watch-new:7", "filters:7", "menu"} <= set(actions(reply))
    assert "more:7" not in actions(reply)


def test_the_count_leaves_near_misses_out_but_mentions_them() -> None:
    """One course meets the wish, five only come close; what to relax is not pressed on anybody."""
    reply = page([*FIVE, course("example/late", sessions=(EVENING,))], times_of_day={"evening"})
    assert reply.title == "📚 1 German course"
    assert reply.text.startswith("5 more come close.")
    assert "Without" not in reply.text


def test_sharing_a_location_is_offered_where_it_would_help() -> None:
    """Not where it was sent, nor for courses from home, nor on every page."""
    assert "location" in page(FIVE).text
    assert "location" not in page(FIVE, near=Location(48.8, 9.2)).text
    assert "location" not in page([course(mode="online")], modes={"online"}).text
    assert "location" not in page(FIVE, shown=3).text


def test_an_order_by_distance_is_not_offered_twice() -> None:
    """Where the point is forgotten, the order that it gave is still known."""
    index, wishes = build(FIVE, DISTRICTS), Wishes()
    sorted_before = Search(7, "course", "", found=["abcdefgh"])
    reply = results_page(search(index, wishes, TODAY), wishes, sorted_before, EN, TODAY, shown=0, relaxed=[])
    assert "location" not in reply.text


def test_a_page_behind_the_last_offer_is_not_empty() -> None:
    """Offers may have gone between two taps."""
    assert page(FIVE, shown=5).text == "There are no more."


def test_every_button_fits_into_telegrams_limit() -> None:
    """Also with the largest number, and the longest name of a wish."""
    wishes = wished(levels={"A2"}, times_of_day={"evening"}, group_types={"meeting_place"}, districts={"mitte"})
    results = replace(search(build(FIVE, DISTRICTS), wished(), TODAY), total=9, exact=0)
    relaxed = [Relaxation(("times_of_day", "group_types", "districts"), 1, 1)]
    reply = results_page(results, wishes, Search(10**6, "course", ""), EN, TODAY, shown=0, relaxed=relaxed)
    assert "unwish:1000000:times_of_day+group_types+districts" in actions(reply)
    assert max(len(action.encode()) for action in actions(reply)) <= LONGEST_ACTION
    assert all(len(row) <= 2 for row in reply.buttons)


def test_sport_leads_to_a_mentor_of_the_wished_district() -> None:
    """Whoever begins with sport may ask for company."""
    assert "mentor:feuerbach" in actions(page([], kind="sport", districts={"feuerbach"}))
    assert "mentor:" in actions(page([], kind="sport"))


def test_the_kept_offers_and_the_watches_can_be_ended() -> None:
    """Each has its button, several watches one for all, and what vanished is counted."""
    watches: list[tuple[int, str]] = [(1, "A2 · evening"), (4, "Deutsch")]
    reply = saved_page([FIVE[0], course("example/other", sample=True)], 2, watches, EN, TODAY)
    assert "2 offers that you saved do not exist any more." in reply.text
    assert "Example" in reply.text
    assert actions(reply)[:2] == [f"offer:{key_of(FIVE[0].id)}", f"offer:{key_of('example/other')}"]
    assert actions(reply)[2:] == ["unwatch:1", "unwatch:4", "unwatch", "menu"]
    assert "unwatch" not in actions(saved_page([], 0, watches[:1], EN, TODAY))


def test_kept_offers_that_came_too_late_say_so() -> None:
    """Below their title; and one can search again for each of their kinds."""
    kept = [
        FIVE[0],
        course("example/ended", ends=date(2026, 11, 22)),
        course("example/closed", enrol_until=date(2026, 11, 22)),
        sport("example/summer", season_to=date(2026, 9, 30)),
    ]
    reply = saved_page(kept, 0, [], EN, TODAY)
    parts = reply.text.split("\n\n")
    assert "⚠" not in parts[0]
    assert parts[1] == "2. Deutsch\n⚠ This is over.\n🕒 until 22 November 2026"
    assert parts[2] == "3. Deutsch\n⚠ Registration has closed."
    assert parts[3].startswith("4. Fußball\n⚠ This is over.")
    assert actions(reply)[4:] == ["courses", "sport", "menu"]
    assert actions(saved_page(kept[:1], 0, [], EN, TODAY))[1:] == ["menu"]


def test_nothing_saved_is_said() -> None:
    """An empty page would look broken."""
    assert saved_page([], 0, [], EN, TODAY).text == "You have not saved anything."


def test_news_can_be_stopped_with_one_tap() -> None:
    """And all that fit can be seen."""
    reply = news_page([Hit(FIVE[0], ())], 3, EN, more=4)
    assert actions(reply) == [f"offer:{key_of(FIVE[0].id)}", "news:3", "unwatch:3", "menu"]
    assert "news:3" not in actions(news_page([Hit(FIVE[0], ())], 3, EN, more=0))


def test_a_long_title_does_not_break_the_button() -> None:
    """It is cut between two words."""
    offer = replace(course(place=Place(district="west")), title={"de": "Deutsch " * 20})
    reply = page([offer])
    assert max(len(label) for label in labels(reply).values()) <= 60
    assert "Deutsch Deutsch" in reply.text


def test_each_filter_names_its_wish() -> None:
    """The name on the button is the field of the wishes, so that it can be taken off."""
    names: list[WishName] = ["levels", "childcare", "districts"]
    reply = page(FIVE, levels={"A2"}, childcare=True, districts={"west"})
    assert {f"unwish:7:{name}" for name in names} <= set(actions(reply))


def test_the_longest_pages_are_not_refused() -> None:
    """Telegram takes 4096 units; long titles, many sessions, and many kept offers are shortened."""
    sessions = tuple(Session(day, time(hour), time(hour + 1)) for day in range(7) for hour in range(8, 20, day + 1))
    title = {"de": "Ein langer Titel " * 30}
    many = [replace(course(f"example/{n}", sessions=sessions, sample=True), title=title) for n in range(50)]
    everywhere: dict[str, Any] = {
        "districts": set(DISTRICTS.entries),
        "levels": {"A2"},
        "childcare": True,
        "free": True,
    }
    for reply in (page(many, **everywhere), saved_page(many, 3, [(n, "Deutsch " * 40) for n in range(10)], EN, TODAY)):
        assert layout.length(reply) <= 4096
        assert max(len(button.label) for row in reply.buttons for button in row) <= 120
    assert "I show the first 10." in saved_page(many, 0, [], EN, TODAY).text
