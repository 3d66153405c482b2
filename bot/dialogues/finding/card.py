"""One offer with all that is known about it, in the person's language."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final
from urllib.parse import quote_plus

from bot.content.model import in_language
from bot.dialogues.finding.results import example_mark, official
from bot.dialogues.finding.words import (
    DOT,
    LINE,
    SUMMARY,
    TITLE,
    ages_line,
    any_time,
    audience_name,
    cut,
    days_line,
    language_name,
    level_line,
    named,
    price_line,
    search_again,
    too_late,
    value_label,
    week_line,
    women_only,
)
from bot.i18n import Texts, embed, format_date, format_list
from bot.menu import main_menu, sport_mentor, volunteer_circle
from bot.messages import Button, Document, Location, Place, Reply
from bot.offers.calendar_file import address_of, calendar_of, has_calendar, street_of
from bot.offers.model import AUDIENCES, Offer, full
from bot.offers.stock import key_of
from bot.offers.traits import only_women

Rows = tuple[tuple[Button, ...], ...]

_ORIGINAL: Final = "de"
_DAYS_LEFT_OUT: Final = 3
"""How many of the next days without a session are named; the calendar file knows all."""


def offer_card(
    offer: Offer,
    t: Texts,
    today: date,
    *,
    saved: bool,
    watched: bool,
    back: int | None = None,
) -> Reply:
    """Return all that is known about an offer.

    ``saved`` and ``watched`` say that the person keeps it, and waits for a free place; ``back`` is the number of the
    search whose list a button leads back to.
    """
    parts: Sequence[Callable[[Offer, Texts, date], Iterator[str]]] = (_head, _people, _times, _place, _costs, _joining)
    blocks = ["\n".join(part(offer, t, today)) for part in parts]
    if watched and not too_late(offer, t, today):
        blocks.append(t.say("🔔 I will tell you when a place is free."))
    return Reply(
        title=cut(offer.title_in(t.language), TITLE),
        text="\n\n".join(block for block in blocks if block),
        language=t.language,
        notes=_notes(offer, t),
        buttons=(
            *_links(offer, t, today),
            *_keeping(offer, t, today, saved=saved, watched=watched),
            *_ways_on(offer, t, today, back),
        ),
        place=_pin(offer, t),
    )


def calendar_reply(offer: Offer, t: Texts, today: date) -> Reply | None:
    """Return the sessions of an offer as a file, or None where none is known."""
    title = offer.title_in(t.language)
    # The person's own calendar shows the title alone.
    content = calendar_of(offer, DOT.join([example_mark(t), title]) if offer.sample else title, today)
    if content is None:
        return None
    hint = t.say("📅 Open this file. Then the times are in your calendar.")
    return Reply(
        title=cut(title, TITLE),
        text="\n".join([example_mark(t), hint]) if offer.sample else hint,
        language=t.language,
        document=Document(f"{key_of(offer.id)}.ics", "text/calendar", content),
    )


def _head(offer: Offer, t: Texts, today: date) -> Iterator[str]:
    if late := too_late(offer, t, today):
        yield late
    if offer.sample:
        yield example_mark(t)
    if summary := offer.summary_in(t.language):
        yield cut(summary, SUMMARY)
    if level := level_line(offer, t):
        yield "🎓 " + t.say("Level: %(level)s", level=level)
    if offer.units:
        yield "📖 " + t.say_count("%(number)d lesson of 45 minutes", "%(number)d lessons of 45 minutes", offer.units)
    if offer.exam:
        yield "📝 " + t.say("Exam at the end: %(exam)s", exam=named(offer.exam, t))
    if offer.group_type:
        yield "🤝 " + value_label("group_types", offer.group_type, t)
    if offer.shelter:
        yield "🏘 " + t.say("For this shelter: %(shelter)s", shelter=named(offer.shelter, t))


def _people(offer: Offer, t: Texts, _: date) -> Iterator[str]:
    only = only_women(offer)
    named = [name for name in AUDIENCES if name in offer.audiences and not (only and name in ("women", "girls"))]
    who = [women_only(t)] if only else []
    who += [*(audience_name(name, t) for name in named), ages_line(offer, t)]
    if line := DOT.join(part for part in who if part):
        yield f"👥 {line}"
    if offer.childcare:
        yield "🧸 " + value_label("childcare", "yes", t)
    if offer.languages:
        names = format_list([language_name(code, t) for code in offer.languages], t.language)
        yield "🗣 " + t.say("Languages there: %(languages)s", languages=names)


def _times(offer: Offer, t: Texts, today: date) -> Iterator[str]:
    if week := week_line(offer, t):
        yield f"🕒 {week}"
    if days := days_line(offer, t, today):
        yield f"🗓 {days}"
    left_out = sorted(day for day in offer.exceptions if day >= today)[:_DAYS_LEFT_OUT]
    if left_out and offer.sessions:
        days = format_list([format_date(day, t.language) for day in left_out], t.language)
        yield t.say("It does not take place on: %(days)s", days=days)
    if offer.rolling_entry:
        yield f"🚪 {any_time(t)}"
    if offer.trial_possible:
        # Translators: one may come once before one decides.
        yield "👋 " + t.say("You can try it first.")


def _place(offer: Offer, t: Texts, _: date) -> Iterator[str]:
    place = offer.place
    if offer.online:
        yield "💻 " + value_label("modes", "online", t)
    if address := address_of(offer):
        yield f"📍 {named(address, t)}"
    if place and place.transit:
        yield f"🚏 {named(place.transit, t)}"
    if place and place.accessible is not None:
        yield t.say("♿ Accessible by wheelchair.") if place.accessible else t.say("♿ Not accessible by wheelchair.")
    if offer.swim_protected:
        yield "🏊 " + t.say("Nobody can look in from outside.")


def _costs(offer: Offer, t: Texts, _: date) -> Iterator[str]:
    yield "💶 " + (price_line(offer, t) or t.say("I do not know the price. Please ask first."))
    if offer.price.exemption_possible and not offer.price.free:
        yield t.say("Perhaps you need not pay. Please ask about it.")
    if note := in_language(offer.price.note, t.language):
        yield cut(note, LINE)
    if bring := in_language(offer.bring, t.language):
        yield "🎒 " + t.say("Please bring: %(things)s", things=named(bring, t))
    if equipment := in_language(offer.equipment, t.language):
        yield f"🎽 {cut(equipment, LINE)}"


def _joining(offer: Offer, t: Texts, today: date) -> Iterator[str]:
    if not too_late(offer, t, today):
        yield from _seats(offer, t, today)
        yield from _registering(offer, t)
    if offer.contact:
        signs = (("🙋", offer.contact.name), ("☎", offer.contact.phone), ("✉", offer.contact.email))
        yield from (f"{sign} {cut(value, LINE)}" for sign, value in signs if value)


def _seats(offer: Offer, t: Texts, today: date) -> Iterator[str]:
    if full(offer):
        yield t.say("⚠ full")
    elif offer.seats_free is not None:
        yield "🪑 " + t.say_count("%(number)d free place", "%(number)d free places", offer.seats_free)
    if offer.seats_free is not None and offer.seats_as_of and offer.seats_as_of < today:
        # Translators: below the number of free places, or below "full".
        yield t.say("This was so on %(date)s.", date=format_date(offer.seats_as_of, t.language))


def _registering(offer: Offer, t: Texts) -> Iterator[str]:
    if offer.entitlement:
        yield "📄 " + t.say("You need this paper: %(paper)s", paper=named(offer.entitlement, t))
    yield (
        "✍ "
        + {
            "none": t.say("You need not register. Just come."),
            "contact": t.say("Please register with the contact."),
            "link": t.say("Please register on the website."),
        }[offer.registration]
    )
    if offer.enrol_until:
        yield t.say("Register until %(date)s.", date=format_date(offer.enrol_until, t.language))


def _notes(offer: Offer, t: Texts) -> tuple[str, ...]:
    """Say where the facts come from, whether an editor has checked them, and whether anybody read the translation."""
    notes = []
    if offer.source:
        names = format_list([embed(each.name, t.language) for each in offer.source], t.language)
        notes.append(cut(t.say("Source: %(names)s", names=names), LINE))
    if offer.verified is None:
        notes.append(t.say("Not yet checked by the city."))
    else:
        notes.append(t.say("Checked by the city on %(date)s.", date=format_date(offer.verified, t.language)))
    texts = (offer.title, offer.summary, offer.price.note, offer.bring, offer.equipment)
    if t.language != _ORIGINAL and any(t.language in each for each in texts):
        notes.append(t.say("This translation has not been reviewed yet."))
    if any(each and t.language not in each for each in texts):
        notes.append(t.say("Some of this is only in German."))
    return tuple(notes)


def _links(offer: Offer, t: Texts, today: date) -> Rows:
    rows: list[Button] = []
    if offer.url:
        registers = offer.registration == "link" and not too_late(offer, t, today)
        rows.append(Button(t.say("✍ Register") if registers else t.say("🔗 Website"), url=offer.url))
    if has_calendar(offer, today):
        rows.append(Button(t.say("📅 Put it in my calendar"), action=f"ics:{key_of(offer.id)}"))
    place = offer.place
    if place and place.street and place.latitude is None and not offer.sample:
        query = quote_plus(address_of(offer))
        rows.append(Button(t.say("🗺 Map"), url=f"https://www.openstreetmap.org/search?query={query}"))
    if offer.placement_test_at:
        rows.append(Button(t.say("🎓 Ask for a placement test"), action=f"office:{offer.placement_test_at}"))
    return tuple((button,) for button in rows)


def _keeping(offer: Offer, t: Texts, today: date, *, saved: bool, watched: bool) -> Rows:
    key = key_of(offer.id)
    keep = Button(t.say("⭐ Save"), action=f"save:{key}")
    rows = [(Button(t.say("✕ Do not save any more"), action=f"unsave:{key}") if saved else keep,)]
    if full(offer) and not watched and not too_late(offer, t, today):
        rows.append((Button(t.say("🔔 Tell me when a place is free"), action=f"watch:{key}"),))
    return tuple(rows)


def _ways_on(offer: Offer, t: Texts, today: date, back: int | None) -> Rows:
    rows = [(official(offer.kind, t),)]
    if too_late(offer, t, today):
        rows = [(search_again(offer.kind, t),), *rows]
    elif offer.group_type == "volunteer_circle":
        rows = [(volunteer_circle(t, key_of(offer.id)),)]
    elif offer.group_type == "sport_mentor":
        rows = [(sport_mentor(t, offer.place.district if offer.place else ""),)]
    return_to = () if back is None else (Button(t.say("↩ Back"), action=f"results:{back}"),)
    return (*rows, (*return_to, main_menu(t)))


def _pin(offer: Offer, t: Texts) -> Place | None:
    place = offer.place
    if place is None or place.latitude is None or place.longitude is None:
        return None
    name = place.name or offer.title_in(t.language)
    return Place(name, street_of(offer) or name, Location(place.latitude, place.longitude))
