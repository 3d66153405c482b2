"""Words count wherever they stand: in a text, below a picture, behind a command, in a correction."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import bootstrap
from bot.assistant import Assistant
from bot.conversation import AddToCase, Conversation, Effect, OpenCase, Outcome, RateCase
from bot.dialogues import small_talk
from bot.i18n import Texts
from bot.messages import Message, Understanding
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


def said(outcome: Outcome) -> list[str]:
    """What reaches staff; there is no other effect."""
    assert all(isinstance(effect, AddToCase) for effect in outcome.effects)
    return [text for effect in outcome.effects if isinstance(effect, AddToCase) for text in effect.texts]


def undated(outcome: Outcome) -> list[Effect]:
    """The effects without the moment that was promised, which depends on today."""
    opened = [effect for effect in outcome.effects if isinstance(effect, OpenCase)]
    assert all(effect.reply_due and effect.reply_due > datetime.now(UTC) for effect in opened)
    return [replace(effect, reply_due=None) if isinstance(effect, OpenCase) else effect for effect in outcome.effects]


async def understood(assistant: Assistant, message: Message) -> Understanding:
    """What staff are told about the only message of an open case."""
    outcome = await assistant.respond(message, german(status="queued", case=1))
    (added,) = [effect for effect in outcome.effects if isinstance(effect, AddToCase)]
    (meant,) = added.understood
    assert meant is not None
    return meant


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
    assert said(outcome) == ["Das ist der Brief"]


async def test_danger_behind_a_command_comes_before_the_command(assistant: Assistant) -> None:
    """Neither a case without the numbers nor the help text."""
    outcome = await assistant.respond(Message(kind="command", text="human", rest=DESPAIR), german())
    assert titles(outcome)[0] == T.say("💙 You are not alone")
    assert undated(outcome) == [OpenCase("crisis", "de", "default")]
    for command, words in (("help", "mein mann schlägt mich"), ("hilfe", "es brennt bei uns"), ("start", FIRE)):
        outcome = await assistant.respond(Message(kind="command", text=command, rest=words), german())
        assert titles(outcome) == [T.say("🚨 Call 112 now")], command


async def test_words_behind_human_are_kept_for_the_case(assistant: Assistant) -> None:
    """Staff may read them if the person agrees, as with other utterances."""
    talk = german()
    outcome = await assistant.respond(Message(kind="command", text="human", rest="Mein Antrag ist weg"), talk)
    assert undated(outcome) == [OpenCase("asked", "de", "default")]
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
    ("command", "words"), [("human", ["sind Sie da?"]), ("15", ["/15 sind Sie da?"]), ("start", [])]
)
async def test_words_behind_a_command_reach_staff(assistant: Assistant, command: str, words: list[str]) -> None:
    """While a case is open nothing that was written is thrown away."""
    message = Message(kind="command", text=command, rest="sind Sie da?")
    assert said(await assistant.respond(message, german(status="queued", case=1))) == words


async def test_staff_see_that_a_message_was_changed(assistant: Assistant) -> None:
    """A line that looks like an earlier one is marked."""
    message = Message(kind="text", text="Zimmer 12", edited=True)
    outcome = await assistant.respond(message, german(status="assigned", case=1))
    assert said(outcome) == ["Zimmer 12 (edited)"]


async def test_staff_see_what_a_message_was_understood_as(assistant: Assistant) -> None:
    """In a language that they may not read: the topic, the language, and danger before both."""
    meant = await understood(assistant, Message(kind="text", text="كيف أفتح حسابًا بنكيًا؟", edited=True))
    assert (meant.language, meant.intent) == ("ar", "faq/bank-account")
    assert (await understood(assistant, Message(kind="text", text=DESPAIR))).intent == "crisis"


async def test_the_last_messages_are_understood_when_they_are_passed_on(assistant: Assistant) -> None:
    """After the person said yes, each for itself; signs have no meaning."""
    now = datetime.now(UTC).isoformat()
    talk = german(status="queued", case=1, handovers=1, recent=[(now, BANK), (now, "???")])
    outcome = await assistant.respond(Message(kind="tap", action="consent:1:yes"), talk)
    (added,) = [effect for effect in outcome.effects if isinstance(effect, AddToCase)]
    first, second = added.understood
    assert first is not None
    assert (added.texts, first.intent, second) == ((BANK, "???"), "faq/bank-account", None)


async def test_words_reach_staff_although_nothing_is_understood(assistant: Assistant) -> None:
    """Whatever breaks: people read what was written."""

    class Broken:
        async def understand(self, _text: str, _prior: str | None) -> Understanding:
            raise RuntimeError

    message, talk = Message(kind="text", text=BANK), german(status="assigned", case=1)
    outcome = await replace(assistant, interpreter=Broken()).respond(message, talk)
    assert outcome.effects == (AddToCase((BANK,), (None,)),)


@pytest.mark.parametrize("value", ["good", "partly", "bad"])
async def test_one_tap_tells_how_it_was(assistant: Assistant, value: str) -> None:
    """It is kept with the case; whoever was not helped is offered a human again."""
    outcome = await assistant.respond(Message(kind="tap", action=f"rate:2:{value}"), german(handovers=2))
    assert outcome.effects == (RateCase(value),)
    offered = [button.action for row in outcome.replies[0].buttons for button in row]
    assert ("human" in offered) == (value != "good")


async def test_a_rating_that_nobody_offers_is_not_kept(assistant: Assistant) -> None:
    """Nor one that comes while a new case is open, nor one of an older case."""
    assert not (await assistant.respond(Message(kind="tap", action="rate:0:best"), german())).effects
    talk = german(status="queued", case=2)
    assert not (await assistant.respond(Message(kind="tap", action="rate:0:good"), talk)).effects
    assert not (await assistant.respond(Message(kind="tap", action="rate:1:good"), german(handovers=2))).effects


async def test_privacy_names_the_days_of_this_deployment(assistant: Assistant) -> None:
    """Not those of the manual."""
    keeping = replace(assistant, transcript_days=61, media_days=7)
    (told,) = (await keeping.respond(Message(kind="command", text="privacy"), german())).replies
    assert "61 Tage" in told.text
    assert "7 Tage" in told.text


async def test_a_correction_that_means_the_same_is_not_answered_again(assistant: Assistant) -> None:
    """A comma more changes nothing; another question does."""
    talk = german(recent=[(datetime.now(UTC).isoformat(), BANK)])
    correction = Message(kind="text", text=BANK.replace("?", " ?"), edited=True)
    assert await assistant.respond(correction, talk) == Outcome()
    assert [text for _, text in talk.recent] == [correction.text]
    other = Message(kind="text", text="guten tag", edited=True)
    assert (await assistant.respond(other, talk)).replies == (small_talk.greet(T),)


async def test_a_turn_says_for_the_figures_how_the_talk_goes(assistant: Assistant) -> None:
    """An answer, a failure and a case count; a greeting does not."""

    class Puzzled:
        async def understand(self, _text: str, _prior: str | None) -> Understanding:
            return Understanding("de", "out_of_scope", 0.1, "unknown")

    kinds = []
    talk = german()
    for house, message in (
        (assistant, Message("text", "Hallo!")),
        (assistant, Message("text", BANK)),
        (replace(assistant, interpreter=Puzzled()), Message("text", "xqzt wrblk ffnord")),
        (assistant, Message("command", "human")),
    ):
        outcome = await house.respond(message, talk)
        kinds.append(outcome.counted.kind if outcome.counted else "")
    assert kinds == ["", "answered", "unanswered", "handed_over"]
