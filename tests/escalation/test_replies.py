"""What staff write reaches the person whole."""

import pytest

from bot.channels.layout import paragraphs, utf16_length
from bot.escalation import replies
from bot.i18n import Texts

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
