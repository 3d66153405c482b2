"""Questions that found no answer: cleaned text, language and week, tied to nobody."""

from collections import Counter
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import CountQuestion
from bot.storage.database import Database
from bot.storage.models import QuestionRow

_LENGTH = 300


async def count(connection: AsyncConnection, question: CountQuestion, now: datetime) -> None:
    """Keep a question for the editors."""
    year, week, _ = now.isocalendar()
    values = {"week": f"{year}-W{week:02}", "language": question.language, "text": question.text[:_LENGTH]}
    await connection.execute(insert(QuestionRow).values(**values))


async def list_questions(database: Database) -> list[tuple[str, str, str, int]]:
    """Week, language, text and how often, the newest week first."""
    query = select(QuestionRow.week, QuestionRow.language, QuestionRow.text)
    async with database.read() as connection:
        counted = Counter((row.week, row.language, row.text) for row in await connection.execute(query))
    ordered = sorted(counted.items(), key=lambda item: (item[0][0], item[1]), reverse=True)
    return [(*key, number) for key, number in ordered]
