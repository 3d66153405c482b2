"""Files of people on their way to staff: kept, refused with a reason, or tried again."""

import pytest

from bot.channels.channel import FileGoneError, FileTooLargeError, RetryLaterError
from bot.escalation import arrivals
from bot.escalation.arrivals import Arrivals
from bot.escalation.files import LARGEST
from bot.messages import FileRef
from bot.storage import casework
from bot.storage.attachments import File
from bot.storage.database import Database
from tests.files import PAGE, PDF
from tests.storage.desk import ANSWER, colleague, new_case
from tests.storage.parts import open_parts


def taking(database: Database, answer: bytes | Exception) -> Arrivals:
    """Arrivals behind a channel that gives this."""

    async def fetch(channel: str, file: FileRef) -> bytes:
        assert (channel, file.id) == ("telegram", "f")
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Arrivals(database, fetch)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [(PAGE, "kind"), (FileTooLargeError("20 MB"), "large"), (FileGoneError("gone"), "lost")],
)
async def test_what_cannot_be_passed_on_has_a_reason(
    answer: bytes | Exception, problem: str, database_url: str
) -> None:
    """Both sides are told it."""
    async with open_parts(database_url) as parts:
        assert await taking(parts.database, answer).take("telegram", FileRef("f"), None, last_try=False) == problem


async def test_what_is_refused_by_its_size_is_not_even_fetched(database_url: str) -> None:
    """Nor is what the channel has a word against."""
    async with open_parts(database_url) as parts:
        reached = taking(parts.database, AssertionError("fetched"))
        for file, problem in ((FileRef("f", size=LARGEST + 1), "large"), (FileRef("f", problem="video"), "video")):
            assert await reached.take("telegram", file, None, last_try=False) == problem


async def test_a_passing_fault_is_tried_again_and_given_up_at_last(database_url: str) -> None:
    """The message is not set aside for it."""
    async with open_parts(database_url) as parts:
        failing = taking(parts.database, RetryLaterError("slow"))
        with pytest.raises(RetryLaterError):
            await failing.take("telegram", FileRef("f"), None, last_try=False)
        assert await failing.take("telegram", FileRef("f"), None, last_try=True) == "lost"


async def test_a_case_takes_so_much_and_no_more(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted over all its files, on both engines."""
    async with open_parts(database_url) as parts:
        mira, number = await colleague(parts, "Mira", "ost"), await new_case(parts, "Hallo")
        taker = taking(parts.database, PDF)
        monkeypatch.setattr(arrivals, "CASE_LIMIT", 2 * len(PDF))
        kept = await taker.take("telegram", FileRef("f", "Brief.pdf"), number, last_try=False)
        assert kept == File("Brief.pdf", "application/pdf", PDF)
        files = [File("a.pdf", "application/pdf", PDF), File("b.pdf", "application/pdf", b"%")]
        await casework.reply(parts.database, parts.vault, mira, number, "Da", ANSWER, files=files)
        assert await taker.take("telegram", FileRef("f"), number, last_try=False) == "full"
