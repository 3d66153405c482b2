"""Questions without an answer: counted for the editors, tied to nobody."""

from datetime import UTC, datetime

from bot.conversation import CountQuestion
from bot.storage import questions
from bot.storage.models import QuestionRow
from tests.storage.parts import Parts

MONDAY = datetime(2025, 3, 31, tzinfo=UTC)


async def count(parts: Parts, text: str, language: str = "de", now: datetime = MONDAY) -> None:
    """One question."""
    async with parts.database.write() as connection:
        await questions.count(connection, CountQuestion(text, language), now)


async def test_equal_questions_are_counted_by_week_and_language(parts: Parts) -> None:
    """The newest week comes first, and in it what was asked most."""
    await count(parts, "wo schwimmen", now=datetime(2024, 12, 30, tzinfo=UTC))
    await count(parts, "wo schwimmen")
    await count(parts, "wo schwimmen")
    await count(parts, "где плавать", "ru")
    assert await questions.list_questions(parts.database) == [
        ("2025-W14", "de", "wo schwimmen", 2),
        ("2025-W14", "ru", "где плавать", 1),
        ("2025-W01", "de", "wo schwimmen", 1),
    ]


async def test_a_question_is_tied_to_nobody(parts: Parts) -> None:
    """Text, language and week are all that there is."""
    await count(parts, "wo schwimmen")
    (row,) = await parts.rows(QuestionRow)
    assert tuple(row)[1:] == ("2025-W14", "de", "wo schwimmen")


async def test_a_long_question_is_cut(parts: Parts) -> None:
    """Nobody fills the database with one message."""
    await count(parts, "ä" * 5000)
    assert [len(row.text) for row in await parts.rows(QuestionRow)] == [300]
