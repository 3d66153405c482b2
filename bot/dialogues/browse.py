"""Looking around by buttons: topics, offices, and official pages about courses and sport."""

from collections.abc import Sequence

from bot.answers import entry_reply, service_buttons, topic_buttons
from bot.content.model import Catalogue
from bot.i18n import Texts
from bot.menu import main_menu
from bot.messages import Button, Reply


def groups(catalogue: Catalogue, t: Texts) -> Reply:
    """Write a question, or choose a group of topics."""
    rows = tuple(
        (Button(f"{group.emoji} {group.name_in(t.language)}", action=f"group:{group.id}"),)
        for group in catalogue.groups.values()
        if any(entry.group == group.id for entry in catalogue.faq.values())
    )
    text = t.say("Write your question in your own words, or choose a topic.")
    return Reply(text=text, language=t.language, buttons=(*rows, (main_menu(t),)))


def topics(catalogue: Catalogue, group: str, t: Texts) -> Reply:
    """The topics of a group."""
    entries = [entry for entry in catalogue.faq.values() if entry.group == group]
    back = (Button(t.say("↩ Back"), action="ask"), main_menu(t))
    chosen = catalogue.groups[group]
    return Reply(
        title=f"{chosen.emoji} {chosen.name_in(t.language)}",
        text=t.say("What is it about?"),
        language=t.language,
        buttons=(*topic_buttons(entries, t), back),
    )


def services(catalogue: Catalogue, action: str, t: Texts, only: Sequence[str] = ()) -> Reply:
    """Offices to choose from; ``action`` is ``office`` or ``appointment``."""
    shown = [catalogue.services[name] for name in only] or list(catalogue.services.values())
    if action == "appointment" and not only:
        shown = [service for service in shown if service.kind == "office"]
    text = {
        "office": t.say("Which office or place are you looking for?"),
        "appointment": t.say("Where do you need an appointment?"),
    }[action]
    rows = service_buttons(shown, action, t)
    return Reply(text=text, language=t.language, buttons=(*rows, (main_menu(t),)))


def courses(catalogue: Catalogue, t: Texts) -> Reply:
    """Where German courses are found."""
    return entry_reply(catalogue, catalogue.cards["find_course"], t)


def sport(catalogue: Catalogue, t: Texts) -> Reply:
    """Where sport offers are found."""
    return entry_reply(catalogue, catalogue.cards["find_sport"], t)
