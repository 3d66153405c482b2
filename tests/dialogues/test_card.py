"""One offer with all that is known about it, and nothing that is not."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from icalendar import Calendar

from bot.channels import layout
from bot.content.model import Source
from bot.dialogues.finding.card import calendar_reply, offer_card
from bot.i18n import Texts
from bot.messages import Location, Reply
from bot.offers.columns import SPOKEN
from bot.offers.model import AUDIENCES, Contact, Offer, Place, Price, Session
from bot.offers.stock import key_of
from tests.dialogues.finder import LANGUAGES
from tests.dialogues.talker import actions
from tests.offers.making import EVENING, FREE, MORNING, TODAY, circle, course, sport

EN = Texts("en")
KEY = key_of("example/course")


def card(offer: Offer, **values: Any) -> Reply:
    """Return the card of an offer that nobody has saved."""
    return offer_card(offer, EN, TODAY, **{"saved": False, "watched": False, **values})


def urls(reply: Reply) -> list[str]:
    """Return where the buttons lead to."""
    return [button.url for row in reply.buttons for button in row if button.url]


def test_a_card_says_all_that_is_known() -> None:
    """Level, times, exceptions, place, price, what to bring, contact, and how to register."""
    offer = course(
        summary={"de": "Für den Alltag", "en": "For everyday life"},
        level_to="B1",
        units=100,
        sessions=(MORNING, EVENING),
        starts=date(2026, 12, 1),
        ends=date(2027, 3, 1),
        exceptions=(date(2026, 11, 2), date(2026, 12, 28)),
        place=Place("Haus", "Weg 1", "70469", "feuerbach", transit="Bahnhof", accessible=True),
        price=Price(Decimal(60), "course", exemption_possible=True, note={"de": "Fragen Sie", "en": "Just ask"}),
        childcare=True,
        languages=("de", "ar"),
        bring={"de": "Heft", "en": "A notebook"},
        contact=Contact("Büro", "0711 123", "a@example.org"),
        registration="contact",
        enrol_until=date(2026, 11, 30),
        entitlement="Berechtigungsschein",
        exam="Prüfung B1",
        seats_free=3,
        seats_as_of=date(2026, 11, 20),
    )
    text = card(offer).text
    for said in (
        "For everyday life",
        "Level: A2–B1",
        "100 lessons of 45 minutes",
        "Exam at the end: Prüfung B1",
        "child care",
        "Languages there: German and Arabic",
        "🕒 Mon 09:00–12:15, Tue 18:00–19:30",
        "from 1 December 2026 to 1 March 2027",
        "It does not take place on: 28 December 2026",
        "📍 Haus, Weg 1, 70469 Stuttgart-Feuerbach",
        "🚏 Bahnhof",
        "♿ Accessible by wheelchair.",
        "60\u00a0€ for the course",
        "Perhaps you need not pay.",
        "Just ask",
        "Please bring: A notebook",
        "3 free places",
        "This was so on 20 November 2026.",
        "You need this paper: Berechtigungsschein",
        "Please register with the contact.",
        "Register until 30 November 2026.",
        "🙋 Büro\n☎ 0711 123\n✉ a@example.org",
    ):
        assert said in text
    assert "2 November 2026" not in text


def test_what_is_not_known_is_not_said() -> None:
    """A bare offer has no place, no pin, no calendar, no times; and an unknown price is not free."""
    reply = card(course(level_from="", level_to=""))
    assert reply.text == "💶 I do not know the price. Please ask first.\n\n✍ You need not register. Just come."
    assert reply.place is None
    assert actions(reply) == [f"save:{KEY}", "official:course", "menu"]


def test_a_known_point_becomes_a_pin_and_else_there_is_a_link_to_a_map() -> None:
    """The pin has the name and the address; an invented address is not looked up."""
    place = Place("Haus", "Weg 1", "70469", "feuerbach", 48.8, 9.15)
    pin = card(course(place=place)).place
    assert pin is not None
    assert (pin.name, pin.address, pin.location) == ("Haus", "Weg 1, 70469 Stuttgart-Feuerbach", Location(48.8, 9.15))
    street = Place("Haus", "Weg 1", "70469", "feuerbach")
    assert "openstreetmap" in urls(card(course(place=street)))[0]
    assert urls(card(course(place=street, sample=True))) == []


def test_an_invented_offer_is_marked() -> None:
    """Its card begins with it."""
    assert card(course(sample=True)).text.startswith("🧪 Example, not a real offer")
    assert "Example" not in card(course()).text


def test_small_print_says_where_it_comes_from_and_who_checked_it() -> None:
    """The source, the day of the check, a translation that nobody has read, and what is not translated."""
    source = (Source("Stadt Stuttgart"),)
    checked = card(course(source=source, verified=date(2026, 11, 1), summary={"de": "Kurs", "en": "Course"}))
    assert checked.notes == (
        "Source: Stadt Stuttgart",
        "Checked by the city on 1 November 2026.",
        "This translation has not been reviewed yet.",
        "Some of this is only in German.",
    )
    german = offer_card(course(), Texts("de"), TODAY, saved=False, watched=False)
    assert len(german.notes) == 1


def test_saving_and_dropping_are_the_same_place() -> None:
    """One button or the other."""
    assert f"save:{KEY}" in actions(card(course()))
    assert f"unsave:{KEY}" in actions(card(course(), saved=True))
    assert f"save:{KEY}" not in actions(card(course(), saved=True))


def test_only_a_full_offer_can_be_waited_for() -> None:
    """Who waits already is told so."""
    full = course(seats_free=0)
    assert f"watch:{KEY}" in actions(card(full))
    assert "⚠ full" in card(full).text
    assert f"watch:{KEY}" not in actions(card(course(seats_free=1)))
    waiting = card(full, watched=True)
    assert f"watch:{KEY}" not in actions(waiting)
    assert "I will tell you when a place is free." in waiting.text


def test_the_way_back_leads_to_the_same_search() -> None:
    """Without a search there is none."""
    assert "results:7" in actions(card(course(), back=7))
    assert not any(action.startswith("results") for action in actions(card(course())))


def test_registering_online_and_the_placement_test_are_one_tap_away() -> None:
    """The button says what the page is for."""
    offer = course(url="https://example.org/a", registration="link", placement_test_at="clearing")
    reply = card(offer)
    assert reply.buttons[0][0].label == "✍ Register"
    assert urls(reply) == ["https://example.org/a"]
    assert "office:clearing" in actions(reply)
    assert card(course(url="https://example.org/a")).buttons[0][0].label == "🔗 Website"


def test_sport_for_women_says_so_once() -> None:
    """And whether anybody can look in, and whether one may try."""
    offer = sport(audiences=frozenset({"women"}), swim_protected=True, trial_possible=True, age_min=16)
    text = card(offer).text
    assert "👥 only women and girls · 16 years or older" in text
    assert "Nobody can look in from outside." in text
    assert "You can try it first." in text


@pytest.mark.parametrize(
    ("group_type", "action"),
    [("volunteer_circle", f"circle:{key_of('example/group')}"), ("sport_mentor", "mentor:west")],
)
def test_neighbours_can_be_asked_for(group_type: str, action: str) -> None:
    """The card of a circle leads to this circle, that of a mentor to the mentors of the district."""
    assert action in actions(card(circle(group_type=group_type, place=Place(district="west"))))


def test_the_calendar_is_offered_only_where_there_is_one() -> None:
    """A session is needed, and the first day of a course."""
    dated = course(sessions=(MORNING,), starts=date(2026, 12, 1), price=FREE)
    assert f"ics:{KEY}" in actions(card(dated))
    assert f"ics:{KEY}" not in actions(card(course(sessions=(MORNING,))))
    reply = calendar_reply(dated, EN, TODAY)
    assert reply is not None
    assert reply.document is not None
    assert reply.document.filename == f"{KEY}.ics"
    assert reply.document.content.startswith("BEGIN:VCALENDAR")
    assert calendar_reply(course(), EN, TODAY) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_calendar_of_an_invented_offer_says_so(language: str) -> None:
    """In the person's own calendar and in the reply, in the person's language: there nobody sees the card."""
    t = Texts(language)
    offer = course(sessions=(MORNING,), starts=date(2026, 12, 1), sample=True)
    mark = t.say("🧪 Example, not a real offer")
    assert language == "en" or mark != EN.say("🧪 Example, not a real offer")
    reply = calendar_reply(offer, t, TODAY)
    assert reply is not None
    assert reply.document is not None
    event: Any
    (event,) = Calendar.from_ical(reply.document.content).walk("VEVENT")
    assert event["summary"] == f"{mark} · Deutsch"
    assert reply.text.startswith(f"{mark}\n")
    real = calendar_reply(replace(offer, sample=False), t, TODAY)
    assert real is not None
    assert real.document is not None
    assert mark not in real.text + real.document.content


def test_what_is_over_says_so_first_and_leads_to_a_new_search() -> None:
    """Nobody is asked to register, to put it into a calendar, or to wait for a place."""
    offer = course(
        sessions=(MORNING,),
        starts=date(2026, 9, 1),
        ends=date(2026, 11, 20),
        url="https://example.org/a",
        registration="link",
        enrol_until=date(2026, 9, 1),
        seats_free=0,
        sample=True,
    )
    reply = card(offer, watched=True, saved=True)
    assert reply.text.startswith("⚠ This is over.\n🧪 Example")
    assert actions(reply) == [f"unsave:{KEY}", "courses", "official:course", "menu"]
    assert reply.buttons[0][0].label == "🔗 Website"
    for said in ("egister", "full", "when a place is free"):
        assert said not in reply.text
    running = card(replace(offer, ends=TODAY, enrol_until=None))
    assert "This is over" not in running.text
    assert {f"ics:{KEY}", f"watch:{KEY}"} <= {*actions(card(replace(offer, ends=date(2027, 1, 1), enrol_until=None)))}


@pytest.mark.parametrize(
    ("offer", "action"), [(course(), "courses"), (sport(), "sport"), (circle(group_type="sport_mentor"), "groups")]
)
def test_closed_registration_is_said_first(offer: Offer, action: str) -> None:
    """From the day after the last one; who is enrolled still has the calendar."""
    closed = replace(offer, enrol_until=date(2026, 11, 22), sessions=(MORNING,), starts=TODAY, registration="contact")
    reply = card(closed)
    assert reply.text.startswith("⚠ Registration has closed.")
    assert "Please register" not in reply.text
    assert action in actions(reply)
    assert not any(each.startswith("mentor") for each in actions(reply))
    assert f"ics:{key_of(offer.id)}" in actions(reply)
    last_chance = card(replace(closed, enrol_until=TODAY))
    assert "closed" not in last_chance.text
    assert action not in actions(last_chance)


def test_the_longest_card_is_not_refused() -> None:
    """Telegram takes 4096 units; where everything is long, the parts are shortened."""
    long = {"de": "Wort " * 790, "en": "word " * 790}
    text = "Wort " * 790
    offer = course(
        summary=long,
        sessions=tuple(Session(day, time(hour), time(hour + 1)) for day in range(7) for hour in range(8, 20, day + 1)),
        place=Place(text, text, "70469", "feuerbach", transit=text, accessible=True),
        price=Price(Decimal(60), "course", exemption_possible=True, note=long),
        bring=long,
        equipment=long,
        contact=Contact(text, "0711 123", text),
        entitlement=text,
        exam=text,
        shelter=text,
        languages=tuple(SPOKEN.values()),
        source=(Source(text), Source(text)),
        audiences=frozenset(AUDIENCES),
        sample=True,
    )
    for language in ("en", "ar"):
        reply = offer_card(offer, Texts(language), TODAY, saved=False, watched=True)
        assert layout.length(reply) <= 4096
        assert "…" in reply.text
