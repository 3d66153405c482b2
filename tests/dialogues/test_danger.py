"""Danger is answered in the language of the person, not in that of the first list that knows the word."""

import pytest

from bot import bootstrap
from bot.conversation import DescribeCase, OpenCase
from bot.i18n import Texts
from bot.understanding.safety import SafetyMatch
from tests.dialogues.talker import DUE, Talker, actions

SHORT = (
    ("ar", "112"),
    ("ar", "SOS"),
    ("tr", "ambulance"),
    ("uk", "police"),
    ("ti", "help fire"),
    ("ar", "Feuer"),
    ("fr", "suicide"),
    ("fa", "حریق"),
    ("ps", "حریق"),
    ("uk", "пожар"),
)
CLEAR = (
    ("uk", "У нас пожежа в будинку"),
    ("uk", "пожежа"),
    ("ar", "حريق في البيت"),
    ("tr", "ölmek istiyorum"),
    ("fa", "mikham bemiram"),
    ("en", "there is a fire in our house"),
)


@pytest.mark.parametrize(("language", "text"), SHORT)
async def test_a_word_of_many_languages_is_answered_in_that_of_the_app(
    mind: bootstrap.Mind, language: str, text: str
) -> None:
    """A short cry that may be the person's own language is answered in it, also when nothing was chosen."""
    replies = await Talker(mind, hint=language).says(text)
    assert {reply.language for reply in replies} == {language}


@pytest.mark.parametrize(("language", "text"), SHORT)
async def test_a_word_of_many_languages_is_answered_in_the_chosen_one(
    mind: bootstrap.Mind, language: str, text: str
) -> None:
    """The chosen language counts as the app's does, and nothing is offered."""
    replies = await Talker(mind, hint="de", chosen=language).says(text)
    assert replies[0].language == language
    assert f"switch:{language}" not in actions(replies[-1])


@pytest.mark.parametrize(("language", "text"), CLEAR)
async def test_a_cry_in_another_language_than_the_chosen_one_is_answered_in_it(
    mind: bootstrap.Mind, language: str, text: str
) -> None:
    """With an offer to go on in that language; the chosen one stays until the offer is taken."""
    talker = Talker(mind, hint="de", chosen="de")
    replies = await talker.says(text)
    assert replies[0].language == language
    assert actions(replies[-1])[-1] == f"switch:{language}"
    assert talker.talk.language == "de"


@pytest.mark.parametrize(("language", "text"), CLEAR)
async def test_a_clear_cry_wins_over_the_language_of_the_app(mind: bootstrap.Mind, language: str, text: str) -> None:
    """Many have their telephone in another language."""
    talker = Talker(mind, hint="de")
    replies = await talker.says(text)
    assert replies[0].language == talker.talk.language == language


async def test_a_case_of_despair_is_opened_in_the_language_of_the_person(mind: bootstrap.Mind) -> None:
    """Staff see the language in which they should answer."""
    talker = Talker(mind, hint="fr")
    await talker.says("suicide")
    assert talker.effects == (OpenCase("crisis", "fr", "default", reply_due=DUE),)


def test_a_match_knows_all_languages_that_use_the_words(mind: bootstrap.Mind) -> None:
    """Numbers and shared words are international, words of one language are not."""
    shared = ("112", "SOS!!", "ambulance", "police")
    own = ("es brennt", "حريق", "je veux mourir", "help fire")
    assert all(match(mind, text).international for text in shared)
    assert not any(match(mind, text).international for text in own)
    assert match(mind, "police").languages == {"en", "fr"}


def match(mind: bootstrap.Mind, text: str) -> SafetyMatch:
    """What danger a text speaks of."""
    found = mind.safety.find(text)
    assert found
    return found


async def test_alerting_makes_an_open_case_an_emergency(mind: bootstrap.Mind) -> None:
    """The person is told that staff were alerted, and the reason of the case rises."""
    talker = Talker(mind, hint="uk")
    await talker.taps("human")
    (told,) = await talker.taps("alert")
    alerted = "I have alerted the social workers. One of them will write to you here. They cannot come to you now."
    assert Texts("uk").say(alerted) in told.text
    assert talker.effects == (DescribeCase(reason="emergency", queue="default", reply_due=DUE),)


@pytest.mark.parametrize("by_tap", [True, False])
async def test_despair_makes_an_open_case_a_crisis(mind: bootstrap.Mind, by_tap: bool) -> None:  # noqa: FBT001
    """By a tap or by words: the numbers, and that staff know; the words reach staff too."""
    talker = Talker(mind, hint="de")
    await talker.taps("human")
    numbers, told = await (talker.taps("crisis") if by_tap else talker.says("Ich will nicht mehr leben"))
    assert "0800 111 0 111" in numbers.text
    known = "I have told the social workers that you need somebody. One of them will write to you here."
    assert talker.t.say(known) in told.text
    assert talker.effects[0] == DescribeCase(reason="crisis", queue="default", reply_due=DUE)
    assert len(talker.effects) == (1 if by_tap else 2)
