"""What a machine made of a line: who may keep it, that it is sealed, and that it goes with the line."""

import json
import time
from datetime import timedelta

import pytest

from bot.storage import audit, casefile, casework, personal, retention, translations
from bot.storage.access import LARGEST, Actor, NotAllowedError
from bot.storage.casefile import Line
from bot.storage.models import CaseMessageRow, CaseRow
from bot.storage.rekey import rekey
from bot.storage.translations import Translation
from tests.storage.desk import ANSWER, FAREWELL, colleague, new_case
from tests.storage.parts import KEY, NEWER, PERSON, Parts, held, open_parts

GERMAN = Translation("uk", "de", "Geheimnis auf Deutsch", 1000.0)
ENGLISH = Translation("uk", "en", "A secret in English", 2000.0)
TO_THEM = Translation("de", "uk", "Приходьте завтра.", 3000.0)


@pytest.fixture
async def mira(parts: Parts) -> Actor:
    """Somebody of the queue ost."""
    return await colleague(parts, "Mira", "ost")


@pytest.fixture
async def number(parts: Parts) -> int:
    """A case in the queue ost, with one line."""
    return await new_case(parts, "Таємниця", person=PERSON)


async def line_of(parts: Parts, actor: Actor, number: int, place: int = 0) -> Line:
    """A line of a case."""
    return (await casefile.read(parts.database, parts.vault, actor, number)).lines[place]


async def test_a_translation_is_kept_sealed_once_for_each_language(parts: Parts, mira: Actor, number: int) -> None:
    """A newer one takes the place of the older; colleagues are shown that the case has changed."""
    line = await line_of(parts, mira, number)
    before = (await parts.rows(CaseRow))[0].changed_at
    for each in (GERMAN, ENGLISH, Translation("uk", "de", "Neuer", 4000.0)):
        await translations.keep(parts.database, parts.vault, mira, number, each, line=line.id)
    found = (await line_of(parts, mira, number)).translations
    assert [(each.language, each.text) for each in found] == [("en", "A secret in English"), ("de", "Neuer")]
    assert b"secret" not in await parts.everything()
    assert (await parts.rows(CaseRow))[0].changed_at > before


async def test_it_is_audited_without_a_word_of_it(parts: Parts, mira: Actor, number: int) -> None:
    """Who had which line translated, from and into what."""
    line = await line_of(parts, mira, number)
    await translations.keep(parts.database, parts.vault, mira, number, GERMAN, line=line.id)
    lead = await colleague(parts, "Zoe", "ost", role="lead")
    rows = await audit.entries(parts.database, lead, case=number)
    assert (rows[0].staff, rows[0].action, rows[0].detail) == ("Mira", "translated", f"line {line.id}: uk -> de")


async def test_only_lines_of_the_person_in_ones_own_queues(parts: Parts, mira: Actor, number: int) -> None:
    """Not a colleague's note, not another case's line, not another queue's case, not a number of nothing."""
    zoe = await colleague(parts, "Zoe", "west")
    note = await casework.note(parts.database, parts.vault, mira, number, "Notiz")
    other = await new_case(parts, "Fremd", queue="west")
    foreign = (await line_of(parts, zoe, other)).id
    own = (await line_of(parts, mira, number)).id
    for who, case, line in ((mira, number, note), (mira, number, foreign), (zoe, number, own), (mira, number, 10**12)):
        with pytest.raises(NotAllowedError):
            await translations.keep(parts.database, parts.vault, who, case, GERMAN, line=line)
    with pytest.raises(NotAllowedError):
        await translations.keep(parts.database, parts.vault, mira, LARGEST + 1, GERMAN, line=own)
    assert [row.translation for row in await parts.rows(CaseMessageRow)] == [None] * 3


async def test_a_reply_keeps_what_the_person_got(parts: Parts, mira: Actor, number: int) -> None:
    """The line is what the colleague wrote; the audit says that a machine was asked."""
    case = (parts.database, parts.vault, mira, number)
    line = await casework.reply(*case, "Kommen Sie morgen.", ANSWER, translation=TO_THEM)
    found = await line_of(parts, mira, number, 1)
    assert (found.id, found.text, found.translations) == (line, "Kommen Sie morgen.", (TO_THEM,))
    lead = await colleague(parts, "Zoe", "ost", role="lead")
    details = [row.detail for row in await audit.entries(parts.database, lead, case=number) if row.action == "reply"]
    assert details == [f"line {line}: de -> uk by machine"]


async def test_the_person_gets_it_in_their_export_and_erases_it(parts: Parts, mira: Actor, number: int) -> None:
    """It is about them as much as the line is."""
    line = await line_of(parts, mira, number)
    await translations.keep(parts.database, parts.vault, mira, number, GERMAN, line=line.id)
    async with parts.database.write() as connection:
        exported = await personal.export(connection, parts.vault, await held(parts))
        assert GERMAN.text in json.dumps(exported)
        assert exported["cases"][0]["messages"][0]["machine_translations"][0]["language"] == "de"
        await personal.erase(connection, parts.vault, await held(parts), 99, time.time())
    assert await parts.rows(CaseMessageRow) == []


async def test_it_is_forgotten_with_the_transcript(parts: Parts, mira: Actor, number: int) -> None:
    """Not a day later."""
    line = await line_of(parts, mira, number)
    await translations.keep(parts.database, parts.vault, mira, number, GERMAN, line=line.id)
    await casework.resolve(parts.database, parts.vault, mira, number, "answered", farewell=FAREWELL)
    await retention.forget(parts.database, parts.vault, transcripts=timedelta(seconds=-1))
    assert await parts.rows(CaseMessageRow) == []


async def test_a_new_key_opens_it(parts: Parts, mira: Actor, number: int, database_url: str) -> None:
    """After a change of keys, the new one alone."""
    line = await line_of(parts, mira, number)
    await translations.keep(parts.database, parts.vault, mira, number, GERMAN, line=line.id)
    async with open_parts(database_url, NEWER, KEY) as changed:
        await rekey(changed.database, changed.vault)
    async with open_parts(database_url, NEWER) as after:
        assert (await line_of(after, mira, number)).translations == (GERMAN,)
