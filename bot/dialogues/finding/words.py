"""What is wished, and why an offer fits, in the person's language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from babel import dates, numbers, units

from bot.content.vocabulary import DISTRICT_NAMES
from bot.i18n import Texts, embed, format_date, format_list, format_week, locale_of
from bot.messages import Button
from bot.offers.model import LEVELS, Audience, Kind, Offer, over, registration_closed
from bot.offers.reasons import Hit, Reason, ReasonName
from bot.offers.wishes import GENDERS, TIMES_OF_DAY, WEEKDAYS, Wishes, WishName

DOT: Final = " · "
"""Between short facts on one line."""

TITLE: Final = 100
LINE: Final = 200
SUMMARY: Final = 800
"""Letters of a title, of a line and of a description on a card: a message with more than about 4000 is refused."""

_METRES_SHOWN: Final = 100


def cut(text: str, longest: int) -> str:
    """Return the text, shortened between two words where it is longer."""
    text = text.strip()
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    return f"{kept[: kept.rfind(' ', longest // 2)].rstrip() if ' ' in kept[longest // 2 :] else kept}…"


def kind_name(kind: Kind, t: Texts) -> str:
    """Return what all offers of a kind are called, with their pictogram."""
    return {
        "course": t.say("📚 German courses"),
        "sport": t.say("⚽ Sport"),
        "group": t.say("🤝 Groups and meeting places"),
    }[kind]


def offers_counted(kind: Kind, number: int, t: Texts) -> str:
    """Return how many offers of a kind there are."""
    if kind == "course":
        return t.say_count("%(number)d German course", "%(number)d German courses", number)
    if kind == "sport":
        return t.say_count("%(number)d sport offer", "%(number)d sport offers", number)
    return t.say_count("%(number)d group", "%(number)d groups", number)


def wish_label(name: WishName, wishes: Wishes, t: Texts) -> str:
    """Return what is wished as it stands on a button: "evening", "A2", "Feuerbach", "8 years"; several as a list."""
    wished = getattr(wishes, name)
    if isinstance(wished, frozenset):
        return format_list([value_label(name, value, t) for value in sorted(wished, key=_in_order(name))], t.language)
    return value_label(name, wished if isinstance(wished, (str, int)) else "yes", t)


def value_label(name: WishName, value: str | int, t: Texts) -> str:
    """Return one value of a wish as it stands on a button; of a wish that is given or not, ``value`` is not read."""
    if name == "weekdays":
        return weekday(int(value), t)
    if name == "ages":
        return t.say_count("%(number)d year old", "%(number)d years old", int(value))
    if name == "districts":
        return district_name(str(value), t)
    if name == "sports":
        return sport_name(str(value), t)
    if name == "text":
        return embed(str(value), t.language)
    return _words(t).get(name, {}).get("yes" if name in _YES_ONLY else str(value), str(value))


_YES_ONLY: Final = frozenset({"childcare", "free", "near"})


_ORDERS: Final[Mapping[WishName, Sequence[str]]] = {"times_of_day": TIMES_OF_DAY, "levels": LEVELS}


def _in_order(name: WishName) -> Callable[[str | int], tuple[int, str | int]]:
    """Order values as people do: the morning before the evening, alpha before A1."""
    order = _ORDERS.get(name, ())
    return lambda value: (order.index(str(value)) if value in order else len(order), value)


def _words(t: Texts) -> Mapping[str, Mapping[str, str]]:
    # Translators: the following short labels are wishes on buttons and facts in a list, such as "evening · free".
    return {
        "kind": {kind: kind_name(kind, t) for kind in ("course", "sport", "group")},
        # Translators: the level of a course for people who learn to read and write; A1 to C1 are levels after it.
        "levels": {"alpha": t.say("learn to read and write")},
        "times_of_day": {
            "morning": t.say_in("time of day", "morning"),
            "afternoon": t.say_in("time of day", "afternoon"),
            "evening": t.say_in("time of day", "evening"),
        },
        "modes": {"online": t.say("online"), "in_person": t.say("not online")},
        "childcare": {"yes": t.say("child care")},
        "free": {"yes": t.say("free of charge")},
        "near": {"yes": t.say("near me")},
        # Translators: for whom an offer is.
        "genders": {"women": t.say_in("for whom", "women"), "men": t.say_in("for whom", "men")},
        "audiences": {
            "children": t.say_in("for whom", "children"),
            "teens": t.say_in("for whom", "teenagers"),
            "seniors": t.say_in("for whom", "older people"),
            "families": t.say_in("for whom", "families"),
        },
        "group_types": {
            "volunteer_circle": t.say("volunteer circle"),
            "meeting_place": t.say("meeting place"),
            "sport_mentor": t.say("sport mentor"),
        },
    }


def sport_name(id_: str, t: Texts) -> str:
    """Return what a sport of the vocabulary is called."""
    return {
        "football": t.say("Football"),
        "swimming": t.say("Swimming"),
        "cycling": t.say("Cycling"),
        "martial-arts": t.say("Martial arts"),
        "boxing": t.say("Boxing"),
        "yoga": t.say("Yoga"),
        "dance": t.say("Dance"),
        "gymnastics": t.say("Gymnastics"),
        "fitness": t.say("Fitness"),
        "volleyball": t.say("Volleyball"),
        "basketball": t.say("Basketball"),
        "handball": t.say("Handball"),
        "running": t.say("Running"),
        "cricket": t.say("Cricket"),
        "table-tennis": t.say("Table tennis"),
        "tennis": t.say("Tennis"),
        "climbing": t.say("Climbing"),
        "chess": t.say("Chess"),
    }.get(id_, id_)


def audience_name(name: Audience, t: Texts) -> str:
    """Return for whom an offer is, in one or two words."""
    return {
        "all": t.say_in("for whom", "everybody"),
        "girls": t.say_in("for whom", "girls"),
        "refugees": t.say_in("for whom", "refugees"),
    }.get(name) or value_label("genders" if name in GENDERS else "audiences", name, t)


def women_only(t: Texts) -> str:
    """Return that nobody else takes part."""
    return t.say("only women and girls")


def any_time(t: Texts) -> str:
    """Return that one need not wait for a first day."""
    # Translators: a short fact about a course: one need not wait for a first day.
    return t.say("start at any time")


def language_name(code: str, t: Texts) -> str:
    """Return what a language is called in the person's own."""
    # The names know Kurmanji as Kurdish only.
    names = locale_of(t.language).languages
    return str(names.get(code) or names.get({"kmr": "ku"}.get(code, ""), code))


def named(text: str, t: Texts) -> str:
    """Return a name, or what an editor wrote in any language, so that it keeps its own direction."""
    return embed(cut(text, LINE), t.language)


def district_name(id_: str, t: Texts) -> str:
    """Return a district by the name on its signs."""
    return embed(DISTRICT_NAMES.get(id_, id_), t.language)


def weekday(day: int, t: Texts) -> str:
    """Return the full name of a weekday; 0 is Monday."""
    return str(dates.get_day_names("wide", locale=locale_of(t.language))[day])


def distance_text(metres: int, t: Texts) -> str:
    """Return a distance in kilometres with one digit: nobody measured more exactly."""
    kilometres = max(metres, _METRES_SHOWN) / 1000
    return units.format_unit(round(kilometres, 1), "kilometer", "short", locale=locale_of(t.language))


def level_line(offer: Offer, t: Texts) -> str:
    """Return the levels of a course ("A1–B1"), or ``""``."""
    ends = dict.fromkeys(level for level in (offer.level_from, offer.level_to) if level)
    return "–".join(value_label("levels", level, t) for level in ends)


def too_late(offer: Offer, t: Texts, today: date) -> str:
    """Return that nobody can join an offer any more, or ``""`` where one can as far as is known."""
    if over(offer, today):
        # Translators: a course, a sport offer or a group does not take place any more.
        return t.say("⚠ This is over.")
    # Translators: one cannot register for this course, sport offer or group any more.
    return t.say("⚠ Registration has closed.") if registration_closed(offer, today) else ""


def search_again(kind: Kind, t: Texts) -> Button:
    """Lead to a new search for offers of this kind."""
    return Button(kind_name(kind, t), action={"course": "courses", "sport": "sport", "group": "groups"}[kind])


def ages_line(offer: Offer, t: Texts) -> str:
    """Return the ages of those who may come, or ``""`` where the offer does not say."""
    low, high = offer.age_min, offer.age_max
    if low is not None and high is not None:
        # Translators: the ages of those who may come, such as 6 to 12.
        return t.say("%(low)d to %(high)d years old", low=low, high=high)
    if low is not None:
        return t.say("%(low)d years or older", low=low)
    return "" if high is None else t.say("up to %(high)d years old", high=high)


def times_line(offer: Offer, t: Texts, today: date | None = None) -> str:
    """Return weekdays and times, and the first and last day, as far as they are known; see ``days_line``."""
    return DOT.join(part for part in (week_line(offer, t), days_line(offer, t, today)) if part)


def week_line(offer: Offer, t: Texts) -> str:
    """Return the weekdays with their times on one line, or ``""``."""
    sessions = sorted(offer.sessions, key=lambda session: (session.weekday, session.start))
    week = {day: [(each.start, each.end) for each in sessions if each.weekday == day] for day in range(len(WEEKDAYS))}
    return cut(", ".join(format_week(week, t.language).splitlines()), LINE)


def days_line(offer: Offer, t: Texts, today: date | None = None) -> str:
    """Return the first and the last day of the offer, or of its season; ``""`` where neither is known.

    A first day before ``today`` is left out.
    """
    first, last = offer.starts or offer.season_from, offer.ends or offer.season_to
    if first and today and first < today:
        first = None
    if first and last:
        return t.say("from %(first)s to %(last)s", first=_day(first, t), last=_day(last, t))
    if first:
        return t.say("from %(date)s", date=_day(first, t))
    return t.say("until %(date)s", date=_day(last, t)) if last else ""


def price_line(offer: Offer, t: Texts) -> str:
    """Return what it costs, or ``""`` where nobody knows."""
    price = offer.price
    if price.amount is None:
        return ""
    if price.free:
        return value_label("free", "yes", t)
    amount = euros(price.amount, t)
    return {
        # Translators: one pays this amount a single time.
        "once": t.say("%(price)s once", price=amount),
        "month": t.say("%(price)s per month", price=amount),
        "lesson": t.say("%(price)s per lesson", price=amount),
        "course": t.say("%(price)s for the course", price=amount),
    }.get(price.unit, amount)


def euros(amount: Decimal, t: Texts) -> str:
    """Return an amount of money as it stands on price tags: "60 €", "12,50 €"."""
    pattern = "0" if amount == amount.to_integral_value() else "0.00"
    return f"{numbers.format_decimal(amount, format=pattern, locale=locale_of(t.language))}\u00a0€"


def reason_line(hit: Hit, t: Texts) -> str:
    """Return why an offer fits, and what speaks against it: "evening · Feuerbach, 1.2 km from you · ⚠ full"."""
    return DOT.join(_reasons(hit, t))


def _reasons(hit: Hit, t: Texts) -> Iterator[str]:
    known = {reason.name: reason for reason in hit.reasons}
    for reason in hit.reasons:
        if reason.name == "distance":
            yield _place_and_distance(hit.offer, reason, t)
        elif not (reason.name in PLACES and "distance" in known):
            yield reason_text(reason, hit.offer, t)


PLACES: Final[frozenset[ReasonName]] = frozenset({"district", "neighbour_district"})


def _place_and_distance(offer: Offer, reason: Reason, t: Texts) -> str:
    away = distance_text(int(str(reason.value)), t)
    if offer.place is None or not offer.place.district:
        return t.say("%(distance)s from you", distance=away)
    return t.say("%(place)s, %(distance)s from you", place=district_name(offer.place.district, t), distance=away)


def reason_text(reason: Reason, offer: Offer, t: Texts) -> str:
    """Return one reason; what speaks against the offer begins with a warning sign."""
    value = reason.value
    if isinstance(value, date):
        return _dated(reason.name, format_date(value, t.language), t)
    if reason.name == "seats_free":
        return t.say_count("%(number)d free place", "%(number)d free places", int(str(value)))
    if reason.name == "not_for_age":
        # Translators: an age in years. The person looks for several children, and this one is too young or too old.
        return t.say("⚠ not for age %(age)d", age=int(str(value)))
    if reason.name == "weekday":
        return weekday(WEEKDAYS.index(str(value)), t)
    if reason.name in _WISH_OF:
        return value_label(_WISH_OF[reason.name], str(value), t)
    return {
        "age": ages_line(offer, t),
        "level": level_line(offer, t),
        "level_below": t.say("⚠ level %(level)s, easier", level=level_line(offer, t)),
        "level_above": t.say("⚠ level %(level)s, harder", level=level_line(offer, t)),
        "level_unknown": t.say("⚠ level not known"),
        "online": value_label("modes", "online", t),
        "neighbour_district": t.say("%(place)s, the next district", place=district_name(str(value), t)),
        "women_only": women_only(t),
        "rolling_entry": any_time(t),
        "full": t.say("⚠ full"),
    }[reason.name]


_WISH_OF: Final[Mapping[ReasonName, WishName]] = {
    "time_of_day": "times_of_day",
    "district": "districts",
    "free": "free",
    "childcare": "childcare",
    "audience": "audiences",
}


def _dated(name: ReasonName, day: str, t: Texts) -> str:
    return {
        "starts": t.say("starts on %(date)s", date=day),
        "season_starts": t.say("⚠ only from %(date)s", date=day),
        "begun": t.say("⚠ has begun on %(date)s", date=day),
    }[name]


def missed_line(hit: Hit, wishes: Wishes, t: Texts) -> str:
    """Return the wishes that an offer does not meet, or ``""``; for the level a reason says so already."""
    missed = [wish_label(name, wishes, t) for name in hit.missed if name != "levels"]
    return t.say("⚠ Not as you wish: %(wishes)s", wishes=format_list(missed, t.language)) if missed else ""


def _day(day: date, t: Texts) -> str:
    return format_date(day, t.language)
