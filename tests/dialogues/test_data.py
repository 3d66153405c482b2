"""What people are told about their data."""

import pytest

from bot.dialogues import data
from bot.i18n import Texts


@pytest.mark.parametrize("topics", [False, True])
def test_people_are_told_where_their_talks_with_staff_are(topics: bool) -> None:  # noqa: FBT001
    """Also on Telegram, but only where staff answer from a group there."""
    told = data.privacy(Texts("en"), 90, 30, staff_topics=topics)
    assert ("a closed group on Telegram" in told.text) == topics
