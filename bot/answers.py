"""From an intent to what an editor approved: FAQ answers, cards of courses and sport, cards of offices.

Nothing here composes a fact: sentences come from ``content/``, and each reply says where from.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import quote_plus

from bot.content.hours import week_of
from bot.content.model import Card, Catalogue, FaqEntry, FaqText, Link, Service, Source, in_language
from bot.i18n import Texts, embed, format_date, format_list, format_week
from bot.menu import human, main_menu
from bot.messages import Button, Place, Reply

FAQ = "faq/"
_ORIGINAL = "de"
_APOLOGY_LANGUAGES = ("de", "en")
_LABEL = 60


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


def service_card(service: Service, t: Texts) -> Reply:
    """An office or counselling place: what for, where, when, how to reach it."""
    lines = [service.about_in(t.language), "", *_address(service), *_hours(service, t), *_contact(service, t)]
    return Reply(
        title=service.name_in(t.language),
        text="\n".join(lines).strip(),
        notes=(*_notes(t, service.source, service.verified), *_service_notes(t, service)),
        buttons=_below_service(service, t),
        place=_place(service, t),
        language=t.language,
    )


def appointment_card(service: Service, t: Texts) -> Reply:
    """How one gets an appointment at this office: link, mail, telephone, hours."""
    lines = [t.say("This is how you get an appointment:")]
    if service.appointment and (how := in_language(service.appointment.how, t.language)):
        lines.append(how)
    lines += ["", *_hours(service, t), *_contact(service, t)]
    if len([line for line in lines if line]) == 1:
        lines.append(t.say("I do not know it yet. Please ask at the office."))
    booking = service.appointment.url if service.appointment else ""
    rows: list[tuple[Button, ...]] = [(Button(t.say("📅 Book online (German)"), url=booking),)] if booking else []
    rows.append((Button(t.say("📍 Address and map"), action=f"office:{service.id}"),))
    rows.append((human(t), main_menu(t)))
    return Reply(
        title=f"📅 {service.name_in(t.language)}",
        text="\n".join(lines).strip(),
        notes=(*_notes(t, service.source, service.verified), *_service_notes(t, service)),
        buttons=tuple(rows),
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
    translated = any(t.language in texts for texts in (service.names, service.abouts, how, *notes))
    unreviewed = translated and t.language != _ORIGINAL
    return (t.say("This translation has not been reviewed yet."),) if unreviewed else ()


def _below_entry(catalogue: Catalogue, entry: FaqEntry | Card, t: Texts) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = [(_link(link),) for link in entry.links]
    services = [catalogue.services[name] for name in entry.services if name in catalogue.services]
    rows += [(Button("📍 " + service.name_in(t.language), action=f"office:{service.id}"),) for service in services]
    related = [catalogue.faq[topic] for topic in entry.related if topic in catalogue.faq]
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


def _hours(service: Service, t: Texts) -> list[str]:
    access = {
        "walk_in": t.say("You can go there without an appointment."),
        "appointment_only": t.say("Only with an appointment."),
        "both": t.say("With or without an appointment."),
        "unknown": t.say("I do not know whether you need an appointment. Please ask first."),
    }[service.access]
    if service.hours:
        times = format_week(week_of(service.hours), t.language)
    else:
        times = t.say("I do not know the opening hours. Please ask first.")
    has_door = service.kind == "office" or bool(address_line(service))
    lines = [f"🕒 {times}"] if has_door or service.hours else []
    lines += [access] if has_door else []
    if service.accessible is not None:
        reachable = t.say("♿ Accessible by wheelchair."), t.say("♿ Not accessible by wheelchair.")
        lines.append(reachable[0] if service.accessible else reachable[1])
    return lines


def _contact(service: Service, t: Texts) -> list[str]:
    def noted(line: str, note: Mapping[str, str]) -> str:
        said = in_language(note, t.language)
        return f"{line} ({said})" if said else line

    lines = [noted(f"☎ {phone.value}", phone.note) for phone in service.phones]
    lines += [noted(f"✉ {email.value}", email.note) for email in service.emails]
    for team in service.teams:
        lines.append(
            t.say(
                "Surname %(first)s to %(last)s, as it stands in Latin letters in your papers:",
                first=team.surname_from,
                last=team.surname_to,
            )
        )
        contact = " · ".join(
            part for part in (team.phone and f"☎ {team.phone}", team.email and f"✉ {team.email}") if part
        )
        lines.append(noted(contact, team.note))
    return lines


def _below_service(service: Service, t: Texts) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if address_line(service) and service.location is None:
        query = quote_plus(address_line(service))
        rows.append((Button(t.say("🗺 Map"), url=f"https://www.openstreetmap.org/search?query={query}"),))
    if service.website:
        rows.append((Button(t.say("🔗 Website"), url=service.website),))
    rows.append((Button(t.say("📅 Get an appointment"), action=f"appointment:{service.id}"),))
    rows.append((human(t), main_menu(t)))
    return tuple(rows)


def _place(service: Service, t: Texts) -> Place | None:
    if service.location is None or not address_line(service):
        return None
    return Place(service.name_in(t.language), address_line(service), service.location)
