"""What is kept, what is given out, what is erased, and what never reaches disk or log."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import settings
from bot.i18n import Texts
from tests.e2e.town import Person, Town, eventually

ERASED = "Everything that I had stored about you is deleted. You can write to me again at any time."
NAME, USERNAME, PHONE = "Zarathustrina-Quintilla", "zarathustrina_q", "+49 176 55501987"


def export(person: Person) -> dict[str, object]:
    """The file that /export sends."""
    caption, file = person.says("/export", 2)
    assert person.t.say("This is everything that Lotse has stored about you.") in caption.text
    assert file.file_name == "lotse-export.json"
    assert file.document is not None
    found: dict[str, object] = json.loads(file.document)
    return found


def stored(folder: Path) -> bytes:
    """All bytes of the database."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("lotse.db*")))


def test_export_sends_all_that_is_stored_as_a_file(town: Town) -> None:
    """State, recent messages, the open case with its talk."""
    person = town.person("de")
    words = f"Ich suche eine Wohnung {person.id}"
    person.says(words)
    person.says("/human", 2)
    person.hears_nothing_of("Bitte rufen Sie mich an")
    found = export(person)
    assert found["channel"] == "telegram"
    assert isinstance(found["address"], dict)
    assert found["address"]["chat"] == person.id
    assert words in json.dumps(found["state"], ensure_ascii=False)
    cases = found["cases"]
    assert isinstance(cases, list)
    said = [(message["author"], message["text"]) for message in cases[0]["messages"]]
    assert [text for author, text in said if author == "contact"] == ["Bitte rufen Sie mich an"]
    assert next(author for author, _ in said if author != "contact") == "bot"


def test_the_command_erases_at_once_and_nothing_remains(own_town: Town) -> None:
    """Neither the person's lane nor anything sealed for them is left, in any table."""
    own_town.start()
    person = own_town.person("de")
    person.says("Ich suche eine Wohnung")
    person.says("/human", 2)
    person.hears_nothing_of("Mein Kennwort ist Quitte")
    assert person.t.say(ERASED) in person.says("/delete")[0].text
    own_town.process.stop()
    assert own_town.lotse("cases").stdout == ""
    tables = rows(own_town.folder)
    assert tables["conversations"] == tables["incoming"] == tables["outgoing"] == tables["case_messages"] == 0


def rows(folder: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(folder / "lotse.db")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: len(connection.execute(f"SELECT rowid FROM {name}").fetchall()) for name in names}  # noqa: S608


def test_the_button_asks_once_before_it_erases(town: Town) -> None:
    """No is possible; yes erases."""
    person = town.person("de")
    person.says("/privacy")
    question = person.taps("delete")[0]
    assert (
        person.t.say("Shall I delete everything that I have stored about you? This cannot be undone.") in question.text
    )
    assert person.t.say(ERASED) in person.taps("delete:yes")[0].text
    assert person.says("/menu")[0].text


def test_after_erasing_the_person_is_unknown(town: Town) -> None:
    """The chosen language is forgotten as well."""
    person = town.person("de")
    person.says("/start")
    person.taps("lang:tr")
    person.says("/delete")
    assert Texts("de").say("What do you need? Choose a button, or just write your question in your own words.") == (
        person.says("/menu")[0].text
    )


def test_erasing_ends_an_open_case(town: Town) -> None:
    """Staff see that there is nothing to answer any more."""
    person = town.person("de")
    person.says("/human", 2)
    words = f"Quitte {person.id}"
    person.hears_nothing_of(words)
    number = town.case_of(person, words)
    person.says("/delete")
    assert (town.case(number).status, town.case(number).messages) == ("resolved", ())


def test_no_name_number_or_token_reaches_disk_or_log(own_town: Town) -> None:
    """A whole talk, with faults on the way, leaves nothing that names the person."""
    own_town.start()
    person = own_town.person("de", first_name=NAME, username=USERNAME)
    person.says("/start")
    person.taps("lang:de")
    own_town.sim.inject_fault("server_error", chat_id=person.id, times=1)
    person.says("Wie kann ich ein Bankkonto eröffnen?")
    person.sends("contact", phone_number=PHONE, first_name=NAME)
    person.says("Lohnt sich blau quer hinter Dienstag?")
    own_town.sim.inject_fault("too_many_requests", chat_id=person.id, times=1)
    person.says("/human", 2)
    person.hears_nothing_of("Bitte rufen Sie mich an")
    own_town.sim.do("deliver", update={"message": {"text": NAME, "from": {"id": person.id}}})
    person.says("/privacy")
    secret = settings.load(own_town.environment).keys[0].secret
    for place in (stored(own_town.folder), own_town.process.log().encode()):
        for word in (NAME, USERNAME, "55501987", str(person.id), own_town.environment["LOTSE_TELEGRAM_TOKEN"]):
            assert word.encode() not in place
            assert word.encode("utf-16-le") not in place
        assert person.id.to_bytes(4, "big") not in place
        assert secret not in place
        assert "Bankkonto eröffnen".encode() not in place
        assert b"rufen Sie mich an" not in place
    assert "Traceback" not in own_town.process.log()


def test_what_was_answered_does_not_stay_on_disk(own_town: Town) -> None:
    """The incoming message and the reply are gone from the queues once they are done."""
    own_town.start()
    person = own_town.person("de")
    person.says("/menu")
    eventually(lambda: rows(own_town.folder)["outgoing"] == 0)
    assert rows(own_town.folder)["incoming"] == 0


@pytest.mark.parametrize("language", ["de", "ar", "ti"])
def test_privacy_is_explained_in_the_persons_language(town: Town, language: str) -> None:
    """What is kept, and how to get or erase it."""
    person = town.person(language)
    reply = person.says("/privacy")[0]
    assert person.t.say("🔒 What Lotse keeps about you") in reply.text
    assert person.t.say("I do not keep your name, your phone number or your profile.") in reply.text
