"""What a case shows of its transcript in the list, and what Lotse made of a line."""

import pytest

from bot.messages import Button, Candidate, Reply, Understanding
from bot.settings import Key
from bot.storage import casefile, rekey, transcript
from bot.storage.crypto import Vault
from bot.storage.models import CaseMessageRow, CaseRow
from tests.storage.desk import colleague, new_case
from tests.storage.parts import KEY, NEWER, Parts

VAULT = Vault([Key("test", b"k" * 32)])


@pytest.mark.parametrize(
    ("text", "shown"),
    [("  kurz\n\nund\tgut ", "kurz und gut"), ("x" * 160, "x" * 160), ("x" * 161, "x" * 159 + "…"), ("", "")],
)
def test_a_preview_is_the_beginning_on_one_line(text: str, shown: str) -> None:
    """Never longer than two lines of a list."""
    assert transcript.preview(text) == shown


def test_what_was_understood_comes_back_as_it_was() -> None:
    """Also if another version added something to it."""
    meant = Understanding("uk", "faq/rent", 0.9, "sure", (Candidate("faq/rent", 0.9),), {"district": ("ost", "west")})
    assert transcript.understanding(VAULT, VAULT.seal(transcript.UNDERSTOOD, meant)) == meant
    values = {"language": "uk", "intent": "x", "confidence": 0.1, "band": "unknown", "later": 1}
    assert transcript.understanding(VAULT, VAULT.seal(transcript.UNDERSTOOD, values)) == Understanding(
        "uk", "x", 0.1, "unknown"
    )
    assert transcript.understanding(VAULT, None) is None


TOLD = Reply(
    title="Ein Mensch antwortet",
    text="Heute bis 16:00 Uhr.",
    notes=("Geprüft", "2026"),
    language="de",
    buttons=((Button("Ja", "yes"), Button("Nein", "no")), (Button("Ende", "end"),)),
)


async def test_what_lotse_told_is_one_text_with_its_language_and_buttons(parts: Parts) -> None:
    """Sealed like everything that was said, also under a new key; a message without words is none."""
    mira = await colleague(parts, "Mira", "ost")
    number = await new_case(parts, "Hallo")
    async with parts.database.write() as connection:
        await transcript.add_bot(connection, parts.vault, number, [TOLD, Reply(text="", language="de")], 7.0)
    assert b"16:00" not in await parts.everything()
    vault = Vault([NEWER, KEY])
    await rekey.rekey(parts.database, vault)
    _, line = (await casefile.read(parts.database, Vault([NEWER]), mira, number)).lines
    assert (line.kind, line.author, line.language, line.delivery) == ("bot", "bot", "de", None)
    assert line.text == "Ein Mensch antwortet\n\nHeute bis 16:00 Uhr.\n\nGeprüft\n2026"
    assert line.buttons == ("Ja", "Nein", "Ende")


async def test_what_lotse_told_answers_nobody(parts: Parts) -> None:
    """The case waits as it did, since when it did, with the same preview, and no page has to renew itself."""
    number = await new_case(parts, "Hallo")
    before = await parts.rows(CaseRow)
    async with parts.database.write() as connection:
        await transcript.add_bot(connection, parts.vault, number, [TOLD], 7.0)
    assert await parts.rows(CaseRow) == before
    assert [row.kind for row in await parts.rows(CaseMessageRow)] == ["contact", "bot"]
