"""People who look for courses, sport, groups and offices in a talk on Telegram, among the offers of the sample."""

import itertools
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.content.hours import BERLIN, state_at
from bot.dialogues.finding.results import RELAXATIONS_SHOWN, example_mark
from bot.dialogues.finding.words import distance_text, offers_counted, price_line, wish_label
from bot.dialogues.surnames import team_of
from bot.i18n import Texts, format_day
from bot.messages import Location
from bot.offers.calendar_file import has_calendar, street_of
from bot.offers.index import metres
from bot.offers.model import LEVELS, Offer, full
from bot.offers.ranking import search
from bot.offers.relaxing import Relaxation, relaxations
from bot.offers.stock import Stock, key_of
from bot.offers.wishes import TIMES_OF_DAY, Gender, Wishes
from tests.e2e.finder import (
    as_it_is,
    bare,
    changes,
    counted,
    courses,
    labels,
    menu,
    offers_of,
    pages_until,
    person_of,
    sentence,
    title,
    today,
)
from tests.e2e.test_privacy import export
from tests.e2e.town import Town, actions

LANGUAGES = ("de", "en", "ar", "fa", "ps", "kmr", "tr", "uk", "ru", "ti", "so", "fr")
AGE, SATURDAY, DISTRICT = 8, 5, "bad-cannstatt"
WOMEN: frozenset[Gender] = frozenset({"women"})
HERE = Location(48.80817, 9.15943)
CLOSED = "This button does not work any more. Please choose again."
SIGNS = {"open": "🟢", "closed": "🔴", "unknown": "🟡"}
NAME = "Haddadzadehpour"
_MOMENTS_AND_IDS = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+|\d{9,}(\.\d+)?")


# Football for a daughter


def meets_all(offer: Offer) -> bool:
    """Whether this is football for children of eight, on Saturdays in Bad Cannstatt, not full and not over."""
    last = min((day for day in (offer.ends, offer.season_to, offer.enrol_until) if day), default=date.max)
    place = offer.place.district if offer.place else ""
    on_saturday = any(session.weekday == SATURDAY for session in offer.sessions)
    return fits_a_child(offer) and on_saturday and place == DISTRICT and not full(offer) and last >= today()


def fits_a_child(offer: Offer) -> bool:
    """Whether this is football for children of eight."""
    young = offer.age_min is None or offer.age_min <= AGE
    old = offer.age_max is None or offer.age_max >= AGE
    return offer.sport == "football" and young and old


def best_first(stock: Stock) -> list[list[str]]:
    """The ids of the three best offers; languages differ in what "daughter" says about for whom it is."""
    wishes = Wishes(
        kind="sport",
        sports=frozenset({"football"}),
        ages=frozenset({AGE}),
        weekdays=frozenset({SATURDAY}),
        districts=frozenset({DISTRICT}),
    )
    children = replace(wishes, audiences=frozenset({"children"}))
    possible = (wishes, children, replace(wishes, genders=WOMEN), replace(children, genders=WOMEN))
    return [[hit.offer.id for hit in search(stock.index, each, today()).hits] for each in possible]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_sentence_finds_football_for_a_child_in_every_language(town: Town, stock: Stock, language: str) -> None:
    """No question is asked: cards at once, best first, in the person's words, each marked as an example."""
    person = person_of(town, language)
    page = person.says(sentence(language))[0]
    text, offers = bare(page.text), offers_of(page, stock)
    assert not [action for action in actions(page) if action.startswith("wish:")], "a question has answers"
    assert labels(page)[bare(person.t.say("🔍 Change my wishes"))] == "filters:1"
    assert 0 < len(offers) <= 3
    assert all(fits_a_child(offer) for offer in offers)
    for place, offer in enumerate(offers, 1):
        assert f"{place}. {bare(offer.title[language])}\n{bare(example_mark(person.t))}\n" in text
        assert any(label.startswith(f"{place}. ") for label in labels(page))
    exact = sum(meets_all(offer) for offer in stock.index.offers)
    assert (offers_counted("sport", exact, person.t) in title(page)) == bool(exact)
    assert [meets_all(offer) for offer in offers] == [place < exact for place in range(len(offers))]
    assert [offer.id for offer in offers] in best_first(stock)


# Courses, step by step


def test_courses_are_found_by_two_questions_and_shown_three_by_three(town: Town, stock: Stock) -> None:
    """The level, then the time, then three cards; "more" shows three others."""
    person = town.person("de")
    question = menu(person, "courses")
    assert person.t.say("Which course do you need?") in question.text
    question = changes(person, "wish:1:levels:A1")
    assert person.t.say("When do you have time?") in question.text
    first = offers_of(changes(person, "wish:1:time:any"), stock)
    more = offers_of(person.taps("more:1")[0], stock)
    assert [len(first), len(more)] == [3, 3]
    assert not {offer.id for offer in first} & {offer.id for offer in more}
    for offer in (*first, *more):
        assert offer.kind == "course"
        assert LEVELS.index(offer.level_from) <= LEVELS.index("A1") <= LEVELS.index(offer.level_to or offer.level_from)


def test_a_wish_that_is_taken_off_gives_more(town: Town, stock: Stock) -> None:
    """In place of the same message; the wish's own button is gone, the other one stays."""
    person = town.person("de")
    page = courses(person, time="times_of_day:evening")
    assert all(any(session.start.hour >= 17 for session in offer.sessions) for offer in offers_of(page, stock))
    later = changes(person, "unwish:1:times_of_day")
    assert later.message_id == page.message_id
    assert counted(later) > counted(page) > 0
    assert [action for action in actions(later) if action.startswith("unwish:")] == ["unwish:1:levels"]


def combination(stock: Stock) -> tuple[Wishes, list[Relaxation]]:
    """Wishes for a course that nothing meets, though without one of them something does."""
    for level, time, district in itertools.product(LEVELS, TIMES_OF_DAY, stock.districts.entries):
        wishes = Wishes(
            kind="course",
            levels=frozenset({level}),
            times_of_day=frozenset({time}),
            districts=frozenset({district}),
        )
        found = relaxations(stock.index, wishes, today())
        if found and found[0].exact and len(found[0].names) == 1:
            return wishes, found[:RELAXATIONS_SHOWN]
    raise AssertionError("everything is on offer everywhere")


def test_where_nothing_fits_each_way_out_gives_as_many_offers_as_it_says(town: Town, stock: Stock) -> None:
    """The page names what one may give up and what that brings; the tap brings it."""
    wishes, ways = combination(stock)
    (level,), (time,), (district,) = wishes.levels, wishes.times_of_day, wishes.districts
    for way in ways:
        person = town.person("de")
        courses(person, level, f"times_of_day:{time}")
        person.taps("filters:1")
        changes(person, "filters:1:where")
        page = changes(person, f"wish:1:districts:{district}")
        assert person.t.say("Nothing meets all your wishes.") in page.text
        offered = {action: label for label, action in labels(page).items()}
        filters = [action for action in offered if action.startswith("unwish:")]
        assert filters[: len(ways)] == [f"unwish:1:{each.key}" for each in ways]
        label = offered[f"unwish:1:{way.key}"]
        assert label == bare(said(way, wishes, person.t))
        assert f"• {label}\n" in bare(page.text)
        assert counted(changes(person, f"unwish:1:{way.key}")) == way.exact


def said(way: Relaxation, wishes: Wishes, t: Texts) -> str:
    """What a button says that gives up a wish."""
    offers = offers_counted("course", way.exact, t)
    return t.say("Without “%(wish)s”: %(offers)s", wish=wish_label(way.names[0], wishes, t), offers=offers)


def test_whoever_does_not_know_their_level_is_asked_what_they_can_do(town: Town, stock: Stock) -> None:
    """Yes to letters, no to introducing oneself: A1, as a guess, with who tests it; then courses of this level."""
    person = town.person("de")
    question = menu(person, "courses")
    first = changes(person, "level-check:1")
    assert person.t.say("Can you read and write simple words in Latin letters?") in first.text
    second = changes(person, "can:1:0:yes")
    assert person.t.say("Can you introduce yourself in German and ask for the way?") in second.text
    onward = person.taps("can:1:1:no")[0]
    guess = as_it_is(person, question)
    assert person.t.say("This level may be right for you: %(level)s", level="A1") in guess.text
    assert person.t.say("This is only a guess. A placement test decides which level is right for you.") in guess.text
    assert "office:vhs-stuttgart" in actions(guess)
    assert person.t.say("When do you have time?") in onward.text
    offers = offers_of(changes(person, "wish:1:time:any"), stock)
    assert len(offers) == 3
    assert all(offer.level_from in ("alpha", "A1") for offer in offers)


# One offer


def goes_on(offer: Offer) -> bool:
    """Whether its times, price and address are known and it goes on for weeks."""
    known = offer.place is not None and offer.place.street and offer.price.amount is not None and not offer.price.free
    later = today() + timedelta(weeks=3)
    return bool(known) and has_calendar(offer, later) and has_calendar(offer, today())


def test_a_card_has_address_times_and_price_and_a_file_for_the_calendar(town: Town, stock: Stock) -> None:
    """The file is read by a calendar: each session at its hour by the clock in Berlin."""
    person = town.person("de")
    offer = pages_until(person, courses(person), stock, goes_on)
    place, key = offer.place, key_of(offer.id)
    assert place is not None
    pinned = place.latitude is not None
    card = person.taps(f"offer:{key}", 1 + pinned)
    text = bare(card[0].text)
    for fact in (offer.title["de"], example_mark(person.t), street_of(offer), place.name, price_line(offer, person.t)):
        assert fact in text
    for session in offer.sessions:
        assert f"{session.start:%H:%M}–{session.end:%H:%M}" in text
    assert f"save:{key}" in actions(card[0])
    assert [bool(message.venue) for message in card[1:]] == [True] * pinned
    caption, file = person.taps(f"ics:{key}", 2)
    assert person.t.say("📅 Open this file. Then the times are in your calendar.") in caption.text
    assert file.file_name == f"{key}.ics"
    assert file.document is not None
    assert_sessions(Calendar.from_ical(file.document), offer)


def assert_sessions(calendar: Any, offer: Offer) -> None:
    """Each session is a weekly event in Europe/Berlin, and the file brings the rules of that clock."""
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    events = calendar.walk("VEVENT")
    found = set()
    for event in events:
        start, end = event.decoded("dtstart"), event.decoded("dtend")
        assert event["dtstart"].params["TZID"] == "Europe/Berlin"
        in_berlin = datetime.combine(start.date(), start.time(), BERLIN)
        assert start.astimezone(UTC) == in_berlin.astimezone(UTC)
        assert start.date() >= today()
        assert event["rrule"]["freq"] == ["WEEKLY"]
        assert str(event["summary"]) == f"{example_mark(Texts('de'))} · {offer.title['de']}"
        found.add((start.weekday(), start.time(), end.time()))
    assert found == {(session.weekday, session.start, session.end) for session in offer.sessions}


def test_what_is_saved_is_found_again(town: Town, stock: Stock) -> None:
    """The card says so at once, the menu leads to it, and it can be taken out."""
    person = town.person("de")
    offer = offers_of(courses(person), stock)[0]
    key, pinned = key_of(offer.id), offer.place is not None and offer.place.latitude is not None
    person.taps(f"offer:{key}", 1 + pinned)
    assert f"unsave:{key}" in actions(changes(person, f"save:{key}"))
    saved = menu(person, "saved")
    assert offer.title["de"] in saved.text
    assert [offer.id] == [each.id for each in offers_of(saved, stock)]
    assert f"save:{key}" in actions(changes(person, f"unsave:{key}"))
    assert person.t.say("You have not saved anything.") in menu(person, "saved").text


def test_whoever_wants_news_can_stop_them_by_one_tap(town: Town) -> None:
    """A promise with its end below it; "saved" lists it as long as it holds."""
    person = town.person("de")
    courses(person)
    promise = person.taps("watch-new:1")[0]
    assert person.t.say("🔔 I will tell you when something new fits.") in promise.text
    assert person.t.say("I write at most one message a day, and never at night.") in promise.text
    assert "unwatch:1" in actions(promise)
    saved = menu(person, "saved")
    assert person.t.say("I tell you when there is something new:") in saved.text
    assert "unwatch:1" in actions(saved)
    assert person.t.say("I will not write to you about this any more.") in person.taps("unwatch:1")[0].text
    assert "unwatch:1" not in actions(menu(person, "saved"))


# Where one is


def away(offer: Offer, stock: Stock) -> float:
    """The metres to an offer, or to the middle of its district."""
    place = offer.place
    assert place is not None
    if place.latitude is not None and place.longitude is not None:
        return float(metres(HERE, place.latitude, place.longitude))
    middle = stock.districts.entries[place.district].location
    return float(metres(HERE, middle.latitude, middle.longitude))


def test_a_location_sorts_by_distance_and_is_not_kept(town: Town, stock: Stock) -> None:
    """The nearest first, over two pages, each with its distance; nothing of the point is stored or logged."""
    person = town.person("de")
    assert person.t.say("Who is it for? You can also write the age, for example 8.") in menu(person, "sport").text
    assert person.t.say("In which part of Stuttgart?") in changes(person, "wish:1:who:any").text
    near = person.sends("location", latitude=HERE.latitude, longitude=HERE.longitude)[0]
    pages = [near, person.taps("more:1")[0]]
    offers = [offer for page in pages for offer in offers_of(page, stock)]
    distances = [away(offer, stock) for offer in offers]
    assert len(offers) == 6
    assert not any(full(offer) for offer in offers)
    assert distances == sorted(distances)
    assert distances[0] < 2000
    text = bare("\n".join(page.text for page in pages))
    pinned = [metre for offer, metre in zip(offers, distances, strict=True) if offer.place and offer.place.latitude]
    assert pinned
    assert all(bare(distance_text(round(metre), person.t)) in text for metre in pinned)
    kept = _MOMENTS_AND_IDS.sub("", json.dumps(export(person)))
    for trace in (f"{HERE.latitude}", f"{HERE.longitude}", "48.8", "9.15", "80817", "15943"):
        assert trace not in kept
    assert str(HERE.latitude) not in town.process.log()


# People who help


def test_a_sport_mentor_is_asked_for_with_consent_and_none_of_the_persons_words(town: Town) -> None:
    """What is passed on is said before; the case names queue and district, and nothing that was written."""
    person = town.person("de")
    person.says(sentence("de"))
    question = person.taps(f"mentor:{DISTRICT}")[0]
    assert person.t.say("May I pass this on to the social workers? They get only this:") in question.text
    assert actions(question)[:2] == [f"mentor-yes:{DISTRICT}", "neighbours-no"]
    opened = person.taps(f"mentor-yes:{DISTRICT}")[0]
    assert person.t.say("🧑 A human will answer you") in opened.text
    case = town.case(town.case_of(person, "Sucht Sportpaten, Stadtbezirk Bad Cannstatt"))
    assert (case.reason, case.queue, case.district, case.consent) == ("sport_mentor", "sport-mentors", DISTRICT, True)
    shown = town.lotse("cases", str(case.id)).stdout
    assert "for sport mentors" in shown
    assert f"place {DISTRICT}" in shown
    assert [message.text for message in case.messages] == ["Sucht Sportpaten, Stadtbezirk Bad Cannstatt"]
    assert not [word for word in ("Tochter", "Fussball", "samstags") if word in shown]


def test_whoever_does_not_consent_to_a_mentor_opens_no_case(town: Town) -> None:
    """No is no, in place of the question, and the bot goes on."""
    person = town.person("de")
    person.says(sentence("de"))
    person.taps(f"mentor:{DISTRICT}")
    answer = changes(person, "neighbours-no")
    assert person.t.say("All right. I have passed nothing on. What do you need?") in answer.text
    assert export(person)["cases"] == []


# Old buttons


def test_a_button_of_an_earlier_search_is_answered_kindly(town: Town) -> None:
    """It changes nothing of the present search, which goes on."""
    person = town.person("de")
    menu(person, "courses")
    menu(person, "sport")
    for action in ("wish:1:levels:A1", "wish:1:level:any", "level-check:1"):
        answer = person.taps(action)[0]
        assert person.t.say(CLOSED) in answer.text
        assert "courses" in actions(answer)
    assert person.t.say("In which part of Stuttgart?") in changes(person, "wish:2:who:children").text


# Offices


@pytest.mark.parametrize(
    ("language", "words", "office"),
    [
        ("de", "Wann hat das Jobcenter geöffnet?", "jobcenter"),
        ("en", "opening hours of the Jobcenter", "jobcenter"),
        ("de", "Hat das Sozialamt jetzt offen?", "social-welfare-office"),
        ("en", "is the social welfare office open now?", "social-welfare-office"),
    ],
)
def test_whether_an_office_is_open_is_answered_for_today_and_tomorrow(
    town: Town, language: str, words: str, office: str
) -> None:
    """Open or closed at this moment, and both days by their names; unknown hours are called unknown."""
    service, person = town.catalogue.services[office], person_of(town, language)
    before = datetime.now(BERLIN)
    text = bare(person.says(words)[0].text)
    after = datetime.now(BERLIN)
    assert service.name_in(language) in text
    if not service.hours:
        assert person.t.say("I do not know the opening hours. Please ask first.") in text
        assert not [sign for sign in SIGNS.values() if sign in text]
        return
    assert any(SIGNS[state_at(service.hours, now)] in text for now in (before, after))
    days = [(now.date(), now.date() + timedelta(days=1)) for now in (before, after)]
    assert any(all(format_day(day, language) in text for day in pair) for pair in days)


def test_a_surname_leads_to_its_team_and_is_not_kept(town: Town) -> None:
    """The team's ways are shown; the name is neither exported nor logged."""
    person = town.person("de")
    service = town.catalogue.services["foreigners-office"]
    number = team_of(NAME, service.teams)
    assert number is not None
    menu(person, "offices")
    person.taps(f"office:{service.id}")
    question = person.taps(f"team:{service.id}")[0]
    assert f"team:{service.id}:{number}" in actions(question)
    card = bare(person.says(NAME)[0].text)
    team = service.teams[number]
    assert [way for way in (team.phone, team.email) if way]
    assert all(way in card for way in (team.phone, team.email) if way)
    assert NAME.lower() not in json.dumps(export(person)).lower()
    assert NAME.lower() not in town.process.log().lower()
