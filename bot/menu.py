"""The menu, the settings and the buttons that recur below other replies."""

from bot.conversation import OfferKind
from bot.i18n import Texts
from bot.messages import Button, Reply


def human(t: Texts) -> Button:
    """Leads to a person."""
    return Button(t.say("🧑 Talk to a human"), action="human")


def main_menu(t: Texts) -> Button:
    """Leads back to the menu."""
    return Button(t.say("🏠 Menu"), action="menu")


def sport_mentor(t: Texts, where: str = "") -> Button:
    """Ask for a sport mentor; ``where`` is the person's district, if it is known."""
    # Translators: a sport mentor (German: Sportpate) helps newcomers to begin with sport; neutral, not gendered.
    return Button(t.say("🤝 Ask for a sport mentor"), action=f"mentor:{where}")


def volunteer_circle(t: Texts, where: str = "") -> Button:
    """Get in touch with neighbours who help; ``where`` is a district or the key of a circle, if it is known."""
    # Translators: a volunteer circle (German: Freundeskreis) is a group of neighbours who meet and help refugees.
    return Button(t.say("🤝 Contact a volunteer circle"), action=f"circle:{where}")


def neighbour_buttons(kind: OfferKind, t: Texts, district: str = "") -> tuple[Button, ...]:
    """Whom one may ask beside offers of a kind, because they help to begin; ``district`` may be empty."""
    buttons = {"sport": (sport_mentor(t, district),), "group": (volunteer_circle(t, district),)}
    return buttons.get(kind, ())


def menu_buttons(t: Texts) -> tuple[tuple[Button, ...], ...]:
    """The choices of the menu, two a row so that they can be read on a phone."""
    return (
        (Button(t.say("❓ Ask a question"), action="ask"),),
        (
            Button(t.say("📚 German courses"), action="courses"),
            Button(t.say("⚽ Sport"), action="sport"),
        ),
        (
            Button(t.say("🤝 Groups and meeting places"), action="groups"),
            Button(t.say("⭐ Saved"), action="saved"),
        ),
        (
            Button(t.say("🏢 Offices and help"), action="offices"),
            Button(t.say("📅 Appointments"), action="appointments"),
        ),
        (human(t), Button(t.say("⚙️ Settings"), action="settings")),
    )


def menu(t: Texts) -> Reply:
    """What one can do here."""
    return Reply(
        text=t.say("What do you need? Choose a button, or just write your question in your own words."),
        language=t.language,
        buttons=menu_buttons(t),
    )


def settings(t: Texts) -> Reply:
    """Language and one's own data."""
    return Reply(
        title=t.say("⚙️ Settings"),
        text=t.say("You can change the language here, and decide about your data."),
        language=t.language,
        buttons=(
            (Button(t.say("🌍 Change language"), action="lang"),),
            (Button(t.say("🔒 What Lotse keeps about me"), action="privacy"),),
            (Button(t.say("📄 Send me my data"), action="export"),),
            (Button(t.say("🗑 Delete my data"), action="delete"),),
            (main_menu(t),),
        ),
    )
