"""A running Lotse with a group of the staff: from somebody who asks for a human to the answer, and through a crash."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import bootstrap, settings
from bot.channels.telegram_staff import new_code
from bot.storage import staff, telegram_links
from bot.storage.database import Database
from tests.e2e.conftest import telegram_environment
from tests.e2e.town import Person, eventually
from tests.fakes.telegram import Message, SimClient
from tests.processes import LotseProcess

GROUP = -1001234567890
PERSON, WRITER = 510_900_001, 510_900_002
ADDRESS = "http://127.0.0.1:9999"


class Office:
    """Lotse, the group, somebody who asks and somebody of the staff."""

    def __init__(self, sim: SimClient, folder: Path) -> None:
        self.sim = sim
        self.environment = {
            **telegram_environment(sim, folder),
            "LOTSE_PUBLIC_URL": ADDRESS,
            "LOTSE_STAFF_GROUP": str(GROUP),
            "LOTSE_STAFF_TOPICS": "yes",
        }
        sim.do("add_chat", chat_id=GROUP, forum=True, rights=["can_manage_topics", "can_delete_messages"])
        sim.add_person(PERSON, language_code="uk", first_name="Olena")
        sim.add_person(WRITER, first_name="Anna")
        self.person = Person(sim, PERSON, "uk")
        self.process = LotseProcess(self.environment)

    def link(self) -> None:
        """Connect the account of the one who answers."""
        code = new_code()
        asyncio.run(self._make_code(code))
        self.sim.send_text(WRITER, f"/link {code}")
        self.sim.wait_for_messages(WRITER, 1)

    async def _make_code(self, code: str) -> None:
        database = Database(settings.load(self.environment).database_url)
        try:
            anna = await staff.add(database, "Anna Beck", "anna@example.org", "social_worker", ["*"])
            await telegram_links.make_code(database, anna.id, code)
        finally:
            await database.close()

    def in_group(self, text: str) -> Message:
        """The message of the group in which this stands, once it is there."""
        return Message.from_json(self.sim.do("wait_for_text", chat_id=GROUP, text=text, timeout=60))


@pytest.fixture
def office(sim: SimClient, mind: bootstrap.Mind, tmp_path: Path) -> Iterator[Office]:
    """Lotse is running; ``mind`` has prepared the understanding by then."""
    assert mind
    opened = Office(sim, tmp_path)
    opened.process.start()
    opened.process.wait_until_ready()
    opened.link()
    yield opened
    opened.process.stop()


def test_from_a_question_to_an_answer_out_of_the_group(office: Office) -> None:
    """Ping, topic, copy, answer, close; what the group is told besides is nothing that the person wrote."""
    office.person.says("/human", 2)
    ping = office.in_group(f"{ADDRESS}/inbox/cases/1")
    assert "Olena" not in ping.text
    office.sim.send_text(PERSON, "Мені потрібна допомога з квартирою")
    copy = office.in_group("Мені потрібна допомога з квартирою")
    assert (copy.method, copy.thread is not None) == ("copyMessage", True)
    before = office.person.received()
    office.sim.send_text(GROUP, "Kommen Sie morgen um 9 Uhr.", sender=WRITER, thread=copy.thread)
    (answer,) = office.person.new_messages(before, 1)
    assert answer.text.startswith(office.person.t.say("🧑 Social worker"))
    assert "Kommen Sie morgen um 9 Uhr." in answer.text
    before = office.person.received()
    office.sim.send_text(GROUP, "/resolve", sender=WRITER, thread=copy.thread)
    assert "/human" in office.person.new_messages(before, 1)[0].text
    office.sim.do("wait_for_topic", chat_id=GROUP, closed=True, timeout=60)
    assert office.sim.calls("getUpdates")
    eventually(lambda: not office.sim.stats()["pending_updates"])


def test_a_killed_lotse_loses_nothing_of_the_group(office: Office) -> None:
    """What was on its way to the group, and what staff had written meanwhile, arrives after the next start."""
    office.person.says("/human", 2)
    topic = office.in_group(f"{ADDRESS}/inbox/cases/1\n").thread
    office.sim.inject_fault("server_error", chat_id=GROUP, times=1000)
    office.sim.send_text(PERSON, "Перше повідомлення")
    office.sim.wait_until_confirmed()
    office.process.kill()
    office.sim.send_text(GROUP, "Ich bin da.", sender=WRITER, thread=topic)
    office.sim.do("clear_faults")
    before = office.person.received()
    office.process = LotseProcess(office.environment)
    office.process.start()
    (answer,) = office.person.new_messages(before, 1)
    assert "Ich bin da." in answer.text
    office.in_group("Перше повідомлення")
    assert [message.text for message in office.sim.messages(GROUP)].count("Перше повідомлення") <= 2
