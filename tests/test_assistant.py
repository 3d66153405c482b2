"""Words count wherever they stand: in a text, below a picture, behind a command, in a correction."""

from datetime import UTC, datetime

import pytest

from bot import bootstrap
from bot.assistant import Assistant
from bot.conversation import AddToCase, Conversation, OpenCase, Outcome
from bot.dialogues import small_talk
from bot.i18n import Texts
from bot.messages import Message
from bot.metrics import Metrics

FIRE = "Hilfe, meine Wohnung brennt!"
DESPAIR = "ich will sterben"
BANK = "Wie kann ich ein Bankkonto eröffnen?"
T = Texts("de")


@pytest.fixture(scope="module")
def assistant(mind: bootstrap.Mind) -> Assistant:
    """The whole conversation, without queues and channels."""
    return bootstrap.assistant(mind.settings, mind, Metrics())


def german(**state: object) -> Conversation:
    """Somebody who chose German."""
    return Conversation.from_json({"language": "de", "chosen": True, **state})


def titles(outcome: Outcome) -> list[str]:
    """What stands above the replies."""
    return [reply.title for reply in outcome.replies]


def photo(caption: str) -> Message:
    """A picture with words below it."""
    return Message(kind="unreadable", medium="photo", text=caption)


async def test_an_emergency_below_a_picture_is_answered_with_the_numbers(assistant: Assistant) -> None:
    """Whoever sends a photo of the fire gets 112 first."""
    outcome = await assistant.respond(photo(FIRE), german())
    assert titles(outcome) == [T.say("🚨 Call 112 now")]


async def test_a_question_below_a_picture_is_answered_too(assistant: Assistant) -> None:
    """After the apology for the picture comes the answer."""
    outcome = await assistant.respond(photo(BANK), german())
    sorry, answer = outcome.replies
    assert sorry == small_talk.unreadable(T, "photo")
    assert "Bankkonto" in answer.title


@pytest.mark.parametrize("caption", ["", "👍", "12345"])
async def test_a_picture_without_words_gets_one_kind_answer(assistant: Assistant, caption: str) -> None:
    """Signs below it are no question."""
    outcome = await assistant.respond(photo(caption), german())
    assert outcome.replies == (small_talk.unreadable(T, "photo"),)


async def test_words_below_a_picture_reach_staff(assistant: Assistant) -> None:
    """The person learns that the picture does not."""
    outcome = await assistant.respond(photo("Das ist der Brief"), german(status="queued", case=1))
    assert outcome.replies == (small_talk.unreadable(T, "photo"),)
    assert outcome.effects == (AddToCase(("Das ist der Brief",)),)


async def test_danger_behind_a_command_comes_before_the_command(assistant: Assistant) -> None:
    """Neither a case without the numbers nor the help text."""
    outcome = await assistant.respond(Message(kind="command", text="human", rest=DESPAIR), german())
    assert titles(outcome)[0] == T.say("💙 You are not alone")
    assert outcome.effects == (OpenCase("crisis", "de"),)
    for command, words in (("help", "mein mann schlägt mich"), ("hilfe", "es brennt bei uns"), ("start", FIRE)):
        outcome = await assistant.respond(Message(kind="command", text=command, rest=words), german())
        assert titles(outcome) == [T.say("🚨 Call 112 now")], command


async def test_words_behind_human_are_kept_for_the_case(assistant: Assistant) -> None:
    """Staff may read them if the person agrees, as with other utterances."""
    talk = german()
    outcome = await assistant.respond(Message(kind="command", text="human", rest="Mein Antrag ist weg"), talk)
    assert outcome.effects == (OpenCase("asked", "de"),)
    assert [text for _, text in talk.recent] == ["Mein Antrag ist weg"]
    assert outcome.replies[-1].buttons[0][0].action == "consent:1:yes"


async def test_a_command_that_nobody_knows_is_read_as_a_question(assistant: Assistant) -> None:
    """Without its first word; alone it still gets help."""
    outcome = await assistant.respond(Message(kind="command", text="frage", rest=BANK), german())
    assert "Bankkonto" in outcome.replies[0].title
    outcome = await assistant.respond(Message(kind="command", text="frage"), german())
    assert outcome.replies == (small_talk.help_text(T),)


async def test_words_behind_a_command_do_not_change_the_command(assistant: Assistant) -> None:
    """A link's payload behind /start and a "please" behind /menu are nothing to answer."""
    for command in ("start", "menu"):
        plain = await assistant.respond(Message(kind="command", text=command), german())
        assert await assistant.respond(Message(kind="command", text=command, rest="bitte"), german()) == plain


@pytest.mark.parametrize(
    ("command", "effects"),
    [
        ("human", (AddToCase(("sind Sie da?",)),)),
        ("15", (AddToCase(("/15 sind Sie da?",)),)),
        ("start", ()),
    ],
)
async def test_words_behind_a_command_reach_staff(
    assistant: Assistant, command: str, effects: tuple[AddToCase, ...]
) -> None:
    """While a case is open nothing that was written is thrown away."""
    message = Message(kind="command", text=command, rest="sind Sie da?")
    assert (await assistant.respond(message, german(status="queued", case=1))).effects == effects


async def test_staff_see_that_a_message_was_changed(assistant: Assistant) -> None:
    """A line that looks like an earlier one is marked."""
    message = Message(kind="text", text="Zimmer 12", edited=True)
    outcome = await assistant.respond(message, german(status="assigned", case=1))
    assert outcome.effects == (AddToCase(("Zimmer 12 (edited)",)),)


async def test_a_correction_that_means_the_same_is_not_answered_again(assistant: Assistant) -> None:
    """A comma more changes nothing; another question does."""
    talk = german(recent=[(datetime.now(UTC).isoformat(), BANK)])
    correction = Message(kind="text", text=BANK.replace("?", " ?"), edited=True)
    assert await assistant.respond(correction, talk) == Outcome()
    assert [text for _, text in talk.recent] == [correction.text]
    other = Message(kind="text", text="guten tag", edited=True)
    assert (await assistant.respond(other, talk)).replies == (small_talk.greet(T),)
