"""What is known of a talk between two turns, and for how long."""

from datetime import UTC, datetime, timedelta

from bot.conversation import Conversation

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def noted() -> Conversation:
    """A talk with a failure a while ago."""
    return Conversation(
        language="de",
        failures=1,
        options=["faq/debts"],
        offered=["faq/waste"],
        shown="faq/bank-account",
        noted_at=NOW.isoformat(),
    )


def test_failures_and_what_was_offered_are_dropped_after_an_hour() -> None:
    """So long and no longer; the language stays."""
    talk = noted()
    talk.forget_old(NOW + timedelta(minutes=59))
    assert talk == noted()
    talk.forget_old(NOW + timedelta(minutes=60))
    assert talk == Conversation(language="de")


def test_a_state_of_an_older_version_is_read() -> None:
    """What it does not know yet has its default; what it knew and we do not is ignored."""
    old = {"language": "ti", "chosen": True, "failures": 1, "gone": 7}
    assert Conversation.from_json(old) == Conversation(language="ti", chosen=True, failures=1)
    assert Conversation.from_json(noted().as_json()) == noted()
