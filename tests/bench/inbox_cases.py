"""A counselling centre with thousands of cases, to measure the inbox with: who works there, and who wrote what."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import insert, text

from bot.content.vocabulary import DISTRICT_NAMES
from bot.inbox.sessions import Cookies, Sessions
from bot.messages import Candidate, Understanding
from bot.settings import Settings
from bot.storage import schema, staff, transcript
from bot.storage.access import Actor, Role
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.storage.incoming import IncomingQueue
from bot.storage.models import CaseMessageRow, CaseRow
from bot.storage.models_inbox import MentionRow
from bot.storage.outgoing import OutgoingQueue
from bot.storage.pseudonyms import pseudonym
from tests.storage.desk import new_case, write
from tests.storage.parts import Parts

OPEN_CASES, CLOSED_CASES, WRITING = 5000, 10_000, 60
QUEUES = ("default", "sport-mentors", "volunteers")
THEMES = ("arrival-and-housing", "money-and-work", "health-and-family", "")
_LINES = 6
_BATCH = 500
_WORDS = {
    "uk": "Добрий день, я отримала листа від Jobcenter і не розумію, що мені потрібно зробити до 25.11. Допоможіть.",
    "ar": "مرحبًا، وصلتني رسالة من Jobcenter ولا أفهم ما المطلوب مني قبل يوم 25.11. هل يمكنكم مساعدتي في ذلك؟",
    "fa": "سلام، نامه‌ای از Jobcenter به دستم رسیده و نمی‌دانم تا ۲۵.۱۱ چه کار باید بکنم. لطفاً به من کمک کنید.",
    "ru": "Здравствуйте, мне пришло письмо из Jobcenter, и я не понимаю, что мне нужно сделать до 25.11. Помогите.",
    "tr": "Merhaba, Jobcenter'dan bir mektup geldi ve 25.11'e kadar ne yapmam gerektiğini anlamıyorum. Yardım edin.",
    "kmr": "Silav, nameyek ji Jobcenter ji min re hat û ez nizanim heta 25.11 divê ez çi bikim. Alîkariya min bikin.",
    "so": "Salaan, warqad baa iiga timid Jobcenter mana fahmin waxa laga rabo inaan sameeyo 25.11 ka hor. I caawiya.",
    "ti": "ሰላም፡ ካብ Jobcenter ደብዳበ መጺኡኒ ኣሎ፡ ቅድሚ 25.11 እንታይ ክገብር ከም ዘለኒ ኣይተረድኣንን። ሓግዙኒ በጃኹም።",
    "de": "Guten Tag, ich habe einen Brief vom Jobcenter bekommen und verstehe nicht, was ich bis 25.11. tun soll.",
}
_MEANT = Understanding(
    *("uk", "faq/letter-not-understood", 0.61, "unsure"),
    (Candidate("faq/letter-not-understood", 0.61), Candidate("faq/find-apartment", 0.2)),
    {"office": ("jobcenter",), "date": ("2026-11-25",)},
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff, and what their browser sends along."""

    actor: Actor
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Centre:
    """The database of a centre, opened beside the server that is measured."""

    parts: Parts
    # Cases of people who go on writing: number of the case -> person.
    writing: dict[int, str]

    @classmethod
    async def found(cls, settings: Settings, *, open_cases: int) -> "Centre":
        """An empty database becomes a centre with so many open cases; twice as many are closed."""
        database, vault = Database(settings.database_url), Vault(settings.keys)
        await schema.prepare(database, vault)
        parts = Parts(database, vault, IncomingQueue(database, vault, lambda _: False), OutgoingQueue(database, vault))
        return cls(parts, await _fill(parts, open_cases))

    async def colleague(self, number: int, role: Role, *queues: str) -> Colleague:
        """Somebody with these queues, signed in."""
        account = await staff.add(self.parts.database, f"Kollege {number}", f"{number}@stuttgart.example", role, queues)
        session = await Sessions(self.parts.database).open(account, time.time(), complete=True)
        cookie = f"{Cookies(secure=True).session}={session.token}"
        return Colleague(account.actor, {"Cookie": cookie, "Accept": "text/html"})

    async def give(self, colleague: Colleague, cases: int) -> None:
        """Some of the open cases become theirs; they are asked to look at others."""
        number = colleague.actor.staff_id
        mine = text("UPDATE cases SET assignee_id = :staff WHERE id % :every = 1 AND status <> 'resolved'")
        asked = [{"case_id": each, "staff_id": number, "at": time.time()} for each in list(self.writing)[:10]]
        async with self.parts.database.write() as connection:
            await connection.execute(mine, {"staff": number, "every": max(2, (OPEN_CASES + CLOSED_CASES) // cases)})
            await connection.execute(insert(MentionRow), asked)
            if not self.parts.database.is_sqlite:
                await connection.execute(text("ANALYZE"))

    async def says(self, case: int) -> None:
        """The person of a case writes another line; it is committed when this returns."""
        await write(self.parts, self.writing[case], _WORDS["uk"])

    async def close(self) -> None:
        """Close the database; the server goes on."""
        await self.parts.database.close()


async def _fill(parts: Parts, open_cases: int) -> dict[int, str]:
    chance, now = Random(6), time.time()  # noqa: S311 - no secret
    total = open_cases + CLOSED_CASES - WRITING
    for first in range(1, total + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, total + 1))
        rows = [_case(parts.vault, chance, number, now, is_open=number > CLOSED_CASES) for number in numbers]
        lines = [line for row in rows for line in _lines(parts.vault, chance, row)]
        async with parts.database.write(durable=False) as connection:
            await connection.execute(insert(CaseRow), rows)
            await connection.execute(insert(CaseMessageRow), lines)
        if not parts.database.is_sqlite:
            await _number_on(parts, numbers[-1])
    people = [str(7_000_000_000 + each) for each in range(WRITING)]
    return {
        await new_case(parts, *[_WORDS["uk"]] * 3, queue=QUEUES[0], person=each, understood=[_MEANT] * 3): each
        for each in people
    }


async def _number_on(parts: Parts, last: int) -> None:
    """PostgreSQL does not see numbers that were given by hand."""
    async with parts.database.write() as connection:
        await connection.execute(text("SELECT setval(pg_get_serial_sequence('cases', 'id'), :last)"), {"last": last})


def _case(vault: Vault, chance: Random, number: int, now: float, *, is_open: bool) -> dict[str, Any]:
    """Most wait for somebody, some for the person, some are put aside, a few are urgent or blocked."""
    reason = chance.choices(["asked", "no_answer", "not_helped", "crisis", "emergency"], [60, 25, 12, 2, 1])[0]
    language, age = chance.choice(list(_WORDS)), chance.uniform(60, 20 * 86_400)
    opened = now - age if is_open else now - age - 86_400 * chance.uniform(1, 60)
    state = chance.choices(["new", "taken", "answered", "aside", "blocked"], [50, 20, 20, 8, 2])[0]
    closed = None if is_open else opened + chance.uniform(3600, 86_400)
    return {
        "id": number,
        "lane": f"{number:064x}",
        "channel": "telegram",
        "status": ("queued" if state == "new" else "assigned") if is_open else "resolved",
        "reason": reason,
        "rank": transcript.rank(reason) if is_open else 1,
        "language": language,
        "district": chance.choice([*DISTRICT_NAMES, None]),
        "theme": chance.choice(THEMES) or None,
        "queue": chance.choices(QUEUES, [80, 12, 8])[0],
        "pseudonym": pseudonym(number),
        "preview": vault.seal(transcript.PREVIEW, transcript.preview(_WORDS[language])),
        "opened_at": opened,
        "answered_at": None if state == "new" else opened + age / 3,
        "waiting_for": "person" if state == "answered" else "staff",
        "waiting_since": opened + (0 if state == "new" else age / 2),
        "changed_at": closed or opened + age / 2,
        "assignee_id": None if state in ("new", "blocked") else chance.randint(1, 20),
        "snoozed_until": now + 86_400 if state == "aside" and is_open else None,
        "reply_due_at": opened + 14_400 if state == "new" and is_open else None,
        "closed_at": closed,
        "closed_by": None if is_open else "staff",
        "resolution": None if is_open else "answered",
        "blocked": state == "blocked" and is_open,
    }


def _lines(vault: Vault, chance: Random, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What was written by both."""
    kinds: Sequence[str] = ["contact"] * 2 if row["answered_at"] is None else ["contact", "reply"] * (_LINES // 2)
    for place, kind in enumerate(kinds):
        said = _WORDS[row["language"]] if kind == "contact" else "Guten Tag, bitte bringen Sie den Brief mit."
        line = transcript.line(vault, row["id"], kind, said, row["opened_at"] + place * 60)
        if kind == "contact":
            yield line | {"understood": vault.seal(transcript.UNDERSTOOD, _MEANT)}
        else:
            yield line | {"delivery": "sent", "staff_id": chance.randint(1, 20)}
