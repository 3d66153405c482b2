"""What staff write reaches the person whole."""

import pytest

from bot.channels.layout import paragraphs, utf16_length
from bot.escalation import replies
from bot.i18n import Texts
from bot.messages import Button, Location, Place, Reply

_TELEGRAM = 4096


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize(
    "text", ["Bitte kommen Sie um 10:30 Uhr. " * 220, "0711 216-1 " * 600, "😀" * 3300, "a" * 6600]
)
def test_a_long_answer_of_staff_is_sent_in_parts(text: str, language: str) -> None:
    """Each part fits, each says who wrote it, and the last one has the button."""
    sent = replies.from_staff(text.strip(), Texts(language), 1)
    assert len(sent) > 1
    for reply in sent:
        assert utf16_length("\n\n".join(part for part in paragraphs(reply) if part)) <= _TELEGRAM
        assert (reply.title, reply.author) == (Texts(language).say("🧑 Social worker"), "staff")
    assert "".join("".join(reply.text for reply in sent).split()) == "".join(text.split())
    assert [bool(reply.buttons) for reply in sent] == [False] * (len(sent) - 1) + [True]


def test_a_short_answer_of_staff_is_one_message() -> None:
    """As it was written."""
    (reply,) = replies.from_staff("Guten Tag", Texts("de"), 2)
    assert (reply.text, reply.buttons[0][0].action) == ("Guten Tag", "case:2:close")


def test_a_card_of_staff_keeps_its_small_print_its_pin_and_its_links() -> None:
    """Below the last part; its other buttons would lead to the bot, which is silent."""
    pin = Place("Haus", "Weg 1", Location(48.8, 9.2))
    rows = (
        (Button("Menu", action="menu"), Button("Website", url="https://www.example.org")),
        (Button("?", action="x"),),
    )
    below = Reply(text="", language="de", notes=("Quelle: Stadt",), place=pin, buttons=rows)
    *parts, last = replies.from_staff("Bitte kommen Sie. " * 400, Texts("de"), 3, below)
    assert parts
    assert not any(reply.notes or reply.place or reply.buttons for reply in parts)
    assert (last.notes, last.place) == (("Quelle: Stadt",), pin)
    assert [button.url or button.action for row in last.buttons for button in row] == [
        "https://www.example.org",
        "case:3:close",
    ]


def test_small_print_that_is_long_is_sent_as_text() -> None:
    """Nothing is lost, and every part fits."""
    notes = tuple(f"Quelle {number}: {'x' * 50}" for number in range(200))
    sent = replies.from_staff("Guten Tag", Texts("de"), 1, Reply(text="", language="de", notes=notes))
    for reply in sent:
        assert utf16_length("\n\n".join(part for part in paragraphs(reply) if part)) <= _TELEGRAM
    assert all(note in "\n\n".join(reply.text for reply in sent) for note in notes)
