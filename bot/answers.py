"""From an intent to what an editor approved: FAQ answers, cards of courses and sport, cards of offices.

Nothing here composes a fact: sentences come from ``content/``, and each reply says where from.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import quote_plus

from bot.content.hours import BERLIN
from bot.content.model import Card, Catalogue, FaqEntry, FaqText, Link, Service, Source, Team, in_language
from bot.conversation import OfferKind
from bot.doors import present_lines, usual_week
from bot.i18n import Texts, embed, format_date, format_list
from bot.menu import human, main_menu, neighbour_buttons
from bot.messages import Button, Place, Reply

FAQ = "faq/"
_ORIGINAL = "de"
_APOLOGY_LANGUAGES = ("de", "en")
_LABEL = 60
_FEW_TEAMS = 3  # more of them are not listed on a card
_RANGES_A_ROW = 3
# Where people may be of more help than a text.
_NEIGHBOURS: Mapping[str, OfferKind] = {
    "find_sport": "sport",
    f"{FAQ}children-activities": "sport",
    f"{FAQ}meet-people": "group",
    f"{FAQ}volunteer": "group",
}


def entry_reply(catalogue: Catalogue, entry: FaqEntry | Card, t: Texts) -> Reply:
    """An approved answer with its sources, or German and English with an apology where it is not translated."""
    text = entry.texts.get(t.language)
    shown = [text] if text else [entry.texts[code] for code in _APOLOGY_LANGUAGES if code in entry.texts]
    if text is None:
        title, body = entry.texts[_ORIGINAL].title, _in_other_languages(entry, t)
    else:
        title, body = text.title, text.answer.strip()
    return Reply(
        title=title,
        text=body,
        notes=(*_notes(t, entry.source, entry.verified), *_translation_notes(t, shown)),
        buttons=_below_entry(catalogue, entry, t),
        language=t.language,
    )


def service_card(service: Service, t: Texts, now: datetime | None = None, asked: Sequence[date] = ()) -> Reply:
    """An office or counselling place: what for, where, when, how to reach it.

    Args:
        service: the place.
        t: the language.
        now: the moment for which it says whether the place is open, with a time zone; None is the present one.
        asked: further days whose hours were asked for.
    """
    now = now or datetime.now(BERLIN)
    by_appointment = service.access == "appointment_only"
    lines = [service.about_in(t.language), "", *_address(service)]
    if by_appointment:
        lines += _access(service, t)
    lines += present_lines(service.hours, t, now, asked, by_appointment=by_appointment)
    lines += [*_hours(service, t, now, access=not by_appointment), *_bring(service, t), *_contact(service, t)]
    return Reply(
        title=service.name_in(t.language),
        text="\n".join(lines).strip(),
        notes=(*_notes(t, service.source, service.verified), *_service_notes(t, service)),
        buttons=_below_service(service, t),
        place=_place(service, t),
        language=t.language,
    )


def appointment_card(service: Service, t: Texts, now: datetime | None = None) -> Reply:
    """How one gets an appointment at this office: link, mail, telephone, hours; ``now`` as for its other card."""
    now = now or datetime.now(BERLIN)
    lines = [t.say("This is how you get an appointment:")]
    if service.appointment and (how := in_language(service.appointment.how, t.language)):
        lines.append(how)
    lines += ["", *_hours(service, t, now), *_bring(service, t), *_contact(service, t)]
    if len([line for line in lines if line]) == 1:
        lines.append(t.say("I do not know it yet. Please ask at the office."))
    booking = service.appointment.url if service.appointment else ""
    rows: list[tuple[Button, ...]] = [(Button(t.say("📅 Book online (German)"), url=booking),)] if booking else []
    rows += _to_teams(service, t)
    rows.append((Button(t.say("📍 Address and map"), action=f"office:{service.id}"),))
    rows.append((human(t), main_menu(t)))
    return Reply(
        title=f"📅 {service.name_in(t.language)}",
        text="\n".join(lines).strip(),
        notes=(*_notes(t, service.source, service.verified), *_service_notes(t, service)),
        buttons=tuple(rows),
        language=t.language,
    )


def ask_surname(service: Service, t: Texts, *, again: bool = False) -> Reply:
    """Which team it is depends on the surname; ``again`` where what was written did not tell."""
    if again:
        text = t.say("Please write only the surname, in Latin letters as in your papers. Or tap a button.")
    else:
        text = t.say(
            "Which letter does your surname begin with? It counts how the name stands in Latin letters in your papers. "
            "Tap a button, or write the surname. I do not keep it."
        )
    choices = [
        Button(_letters(team), action=f"team:{service.id}:{number}") for number, team in enumerate(service.teams)
    ]
    rows = [tuple(choices[start : start + _RANGES_A_ROW]) for start in range(0, len(choices), _RANGES_A_ROW)]
    rows.append((Button(t.say("📍 Address and map"), action=f"office:{service.id}"),))
    return Reply(
        title=service.name_in(t.language),
        text=text,
        language=t.language,
        buttons=(*rows, (human(t), main_menu(t))),
    )


def team_card(service: Service, team: Team, t: Texts) -> Reply:
    """Who is responsible for a range of surnames, and how to reach them."""
    how = in_language(service.appointment.how, t.language) if service.appointment else ""
    lines = [*_team(team, t), "", *_address(service), *_access(service, t), how]
    rows = (
        (Button(t.say("👥 Another surname"), action=f"team:{service.id}"),),
        (Button(t.say("📍 Address and map"), action=f"office:{service.id}"),),
        (human(t), main_menu(t)),
    )
    return Reply(
        title=service.name_in(t.language),
        text="\n".join(lines).strip(),
        notes=(*_notes(t, service.source, service.verified), *_service_notes(t, service)),
        buttons=rows,
        language=t.language,
    )


def intent_label(catalogue: Catalogue, intent: str, t: Texts) -> str:
    """How an intent is named on a button; empty for intents that are never offered."""
    if intent.startswith(FAQ):
        entry = catalogue.faq.get(intent.removeprefix(FAQ))
        return entry_title(entry, t.language)[:_LABEL] if entry else ""
    return {
        "find_course": t.say("📚 German courses"),
        "find_sport": t.say("⚽ Sport"),
        "find_office": t.say("🏢 Offices and help"),
        "find_appointment": t.say("📅 Appointments"),
        "talk_to_human": t.say("🧑 Talk to a human"),
        "change_language": t.say("🌍 Change language"),
        "delete_my_data": t.say("🔒 What Lotse keeps about me"),
        "emergency": t.say("🚨 Emergency: 112"),
        "crisis": t.say("💙 I need somebody to talk to now"),
        "help": t.say("🏠 Menu"),
    }.get(intent, "")


def entry_title(entry: FaqEntry | Card, language: str) -> str:
    """The title in the language, else in German."""
    return entry.text_in(language).title


def topic_buttons(entries: Iterable[FaqEntry], t: Texts) -> tuple[tuple[Button, ...], ...]:
    """One button a topic."""
    return tuple((Button(entry_title(entry, t.language), action=f"faq:{entry.topic}"),) for entry in entries)


def service_buttons(services: Iterable[Service], action: str, t: Texts) -> tuple[tuple[Button, ...], ...]:
    """One button an office; ``action`` is ``office`` or ``appointment``."""
    return tuple((Button(service.name_in(t.language), action=f"{action}:{service.id}"),) for service in services)


def _in_other_languages(entry: FaqEntry | Card, t: Texts) -> str:
    sorry = t.say("I am sorry, this answer does not exist in your language yet. Here it is in German and English.")
    texts = [
        f"{entry.texts[code].title}\n{entry.texts[code].answer.strip()}"
        for code in _APOLOGY_LANGUAGES
        if code in entry.texts
    ]
    return "\n\n".join((sorry, *texts))


def _notes(t: Texts, source: Sequence[Source], verified: date | None) -> tuple[str, ...]:
    notes = []
    if source:
        names = format_list([embed(item.name, t.language) for item in source], t.language)
        notes.append(t.say("Source: %(names)s", names=names))
    if verified is None:
        notes.append(t.say("Not yet checked by the city."))
    else:
        notes.append(t.say("Checked by the city on %(date)s.", date=format_date(verified, t.language)))
    return tuple(notes)


def _translation_notes(t: Texts, shown: Iterable[FaqText]) -> tuple[str, ...]:
    translations = [text for text in shown if text.language != _ORIGINAL]
    notes = []
    if any(text.review is None for text in translations):
        notes.append(t.say("This translation has not been reviewed yet."))
    if any(text.outdated for text in translations):
        notes.append(t.say("The German text is newer than this translation."))
    return tuple(notes)


def _service_notes(t: Texts, service: Service) -> tuple[str, ...]:
    """Offices carry no day of a review, so no translation of theirs has been reviewed."""
    how = service.appointment.how if service.appointment else {}
    notes = [each.note for each in (*service.phones, *service.emails)] + [team.note for team in service.teams]
    translated = any(t.language in texts for texts in (service.names, service.abouts, service.bring, how, *notes))
    unreviewed = translated and t.language != _ORIGINAL
    return (t.say("This translation has not been reviewed yet."),) if unreviewed else ()


def _below_entry(catalogue: Catalogue, entry: FaqEntry | Card, t: Texts) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = [(_link(link),) for link in entry.links]
    services = [catalogue.services[name] for name in entry.services if name in catalogue.services]
    rows += [(Button("📍 " + service.name_in(t.language), action=f"office:{service.id}"),) for service in services]
    related = [catalogue.faq[topic] for topic in entry.related if topic in catalogue.faq]
    if kind := _NEIGHBOURS.get(entry.intent):
        rows += [(button,) for button in neighbour_buttons(kind, t)]
    rows += [(Button("› " + entry_title(other, t.language), action=f"faq:{other.topic}"),) for other in related]
    rows.append((no_help(t), main_menu(t)))
    return tuple(rows)


def no_help(t: Texts) -> Button:
    """Says that an answer did not help."""
    return Button(t.say("👎 This did not help"), action="no-help")


def _link(link: Link) -> Button:
    return Button("🔗 " + link.name, url=link.url)


def address_line(service: Service) -> str:
    """The address in one line, as a letter would have it; empty where the street is not known."""
    if service.address is None or not service.address.street:
        return ""
    return f"{service.address.street}, {service.address.postcode} {service.address.city}".replace("  ", " ").strip()


def _address(service: Service) -> list[str]:
    line = address_line(service)
    return [f"📍 {line}"] if line else []


def _has_door(service: Service) -> bool:
    return service.kind == "office" or bool(address_line(service))


def _access(service: Service, t: Texts) -> list[str]:
    access = {
        "walk_in": t.say("You can go there without an appointment."),
        "appointment_only": t.say("Only with an appointment."),
        "both": t.say("With or without an appointment."),
        "unknown": t.say("I do not know whether you need an appointment. Please ask first."),
    }[service.access]
    return [access] if _has_door(service) else []


def _hours(service: Service, t: Texts, now: datetime, *, access: bool = True) -> list[str]:
    if service.hours:
        lines = [usual_week(service.hours, t, now)]
    elif _has_door(service):
        lines = ["🕒 " + t.say("I do not know the opening hours. Please ask first.")]
    else:
        lines = []
    return [*lines, *(_access(service, t) if access else []), *_wheelchair(service, t)]


def _wheelchair(service: Service, t: Texts) -> list[str]:
    if service.accessible is None:
        unknown = t.say("♿ I do not know whether it is accessible by wheelchair.")
        return [unknown] if _has_door(service) else []
    if service.accessible:
        return [t.say("♿ Accessible by wheelchair.")]
    return [t.say("♿ Not accessible by wheelchair.")]


def _bring(service: Service, t: Texts) -> list[str]:
    things = in_language(service.bring, t.language)
    return ["🎒 " + t.say("Please bring: %(things)s", things=embed(things, t.language))] if things else []


def _contact(service: Service, t: Texts) -> list[str]:
    lines = [_noted(f"☎ {phone.value}", phone.note, t) for phone in service.phones]
    lines += [_noted(f"✉ {email.value}", email.note, t) for email in service.emails]
    if len(service.teams) <= _FEW_TEAMS:
        lines += [line for team in service.teams for line in _team(team, t)]
    return lines


def _team(team: Team, t: Texts) -> list[str]:
    served = t.say(
        "Surname %(first)s to %(last)s, as it stands in Latin letters in your papers:",
        first=team.surname_from,
        last=team.surname_to,
    )
    ways = (team.phone and f"☎ {team.phone}", team.email and f"✉ {team.email}")
    return [served, _noted(" · ".join(way for way in ways if way), team.note, t)]


def _noted(line: str, note: Mapping[str, str], t: Texts) -> str:
    said = in_language(note, t.language)
    return f"{line} ({said})" if said else line


def _letters(team: Team) -> str:
    return team.surname_from if team.surname_from == team.surname_to else f"{team.surname_from}–{team.surname_to}"


def _to_teams(service: Service, t: Texts) -> list[tuple[Button, ...]]:
    return [(Button(t.say("👥 Which team is mine?"), action=f"team:{service.id}"),)] if service.teams else []


def _below_service(service: Service, t: Texts) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if address_line(service) and service.location is None:
        query = quote_plus(address_line(service))
        rows.append((Button(t.say("🗺 Map"), url=f"https://www.openstreetmap.org/search?query={query}"),))
    if service.website:
        rows.append((Button(t.say("🔗 Website"), url=service.website),))
    rows += _to_teams(service, t)
    rows.append((Button(t.say("📅 Get an appointment"), action=f"appointment:{service.id}"),))
    rows.append((human(t), main_menu(t)))
    return tuple(rows)


def _place(service: Service, t: Texts) -> Place | None:
    if service.location is None or not address_line(service):
        return None
    return Place(service.name_in(t.language), address_line(service), service.location)
