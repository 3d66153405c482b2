"""When an answer does not help: what is offered then, and when a human is called."""

import pytest

from bot import bootstrap
from bot.conversation import OpenCase
from bot.dialogues.next_best import answers_among, near
from tests.dialogues.talker import DUE, Talker, actions

BANK = "Wie kann ich ein Bankkonto eröffnen?"
COMPLAINT = "Das hat mir nicht geholfen"


def topics(offered: list[str]) -> list[str]:
    """The actions that open a topic."""
    return [action for action in offered if action.startswith("faq:")]


@pytest.mark.parametrize("complaint", ["tap", "words"])
async def test_a_known_question_has_next_best_answers(mind: bootstrap.Mind, complaint: str) -> None:
    """Also a sentence that the content knows word for word, whether the person taps or writes that it did not help."""
    talker = Talker(mind, hint="de")
    known = mind.catalogue.faq["bank-account"].texts["de"].examples[0]
    await talker.says(known)
    (offered,) = await (talker.taps("no-help") if complaint == "tap" else talker.says(COMPLAINT))
    assert topics(actions(offered))
    assert set(actions(offered)) - set(topics(actions(offered))) == {"human", "menu"}
    assert "faq:bank-account" not in actions(offered)


async def test_a_browsed_answer_has_next_best_answers_of_its_own(mind: bootstrap.Mind) -> None:
    """The topics that editors name below it, not those of an earlier question."""
    talker = Talker(mind, hint="de")
    await talker.says(BANK)
    await talker.taps("faq:kindergarten")
    (offered,) = await talker.taps("no-help")
    assert topics(actions(offered)) == [
        f"faq:{intent.removeprefix('faq/')}" for intent in near(mind.catalogue, "faq/kindergarten")[:3]
    ]


@pytest.mark.parametrize("shown", ["find_course", "find_sport"])
def test_courses_and_sport_have_topics_nearby(mind: bootstrap.Mind, shown: str) -> None:
    """Cards lead on to the topics that editors name."""
    assert all(intent.startswith("faq/") for intent in near(mind.catalogue, shown))
    assert near(mind.catalogue, shown) or not mind.catalogue.cards[shown].related


def test_every_topic_has_topics_nearby(mind: bootstrap.Mind) -> None:
    """Related ones first, then its group, never itself."""
    for topic, entry in mind.catalogue.faq.items():
        found = near(mind.catalogue, f"faq/{topic}")
        assert found[: len(entry.related)] == [f"faq/{other}" for other in entry.related]
        assert found, topic
        assert f"faq/{topic}" not in found


def test_danger_help_and_data_are_no_alternatives() -> None:
    """Only answers are offered after an answer."""
    assert answers_among(["emergency", "faq/debts", "crisis", "help", "delete_my_data", "find_sport", "greet"]) == [
        "faq/debts",
        "find_sport",
    ]


async def test_thanks_between_answer_and_complaint_leave_the_alternatives(mind: bootstrap.Mind) -> None:
    """Only a question that leads to an answer brings alternatives of its own."""
    talker = Talker(mind, hint="de")
    await talker.says("Wie kann ich ein Konto aufmachen und was kostet das bei der Bank")
    before = talker.talk.options, talker.talk.shown
    await talker.says("vielen dank")
    assert (talker.talk.options, talker.talk.shown) == before


async def test_an_offered_answer_that_does_not_help_either_calls_a_human(mind: bootstrap.Mind) -> None:
    """A topic opened from the next best ones does not break the row of failures."""
    talker = Talker(mind, hint="de")
    await talker.says(BANK)
    (offered,) = await talker.taps("no-help")
    last = topics(actions(offered))[0]
    await talker.taps(last)
    await talker.taps("no-help")
    theme = mind.catalogue.faq[last.removeprefix("faq:")].group
    assert talker.effects == (OpenCase("not_helped", "de", "default", theme, DUE),)


@pytest.mark.parametrize("action", ["faq:waste", "courses", "sport", "office:jobcenter", "appointment:jobcenter"])
async def test_an_answer_by_tap_ends_the_row_of_failures(mind: bootstrap.Mind, action: str) -> None:
    """Somebody who found something else in between is not handed over."""
    talker = Talker(mind, hint="de")
    await talker.says(BANK)
    await talker.taps("no-help")
    assert talker.talk.failures == 1
    assert action.replace("faq:", "faq/") not in talker.talk.offered
    await talker.taps(action)
    await talker.taps("no-help")
    assert talker.talk.failures == 1
    assert talker.talk.status == "bot"


async def test_failures_are_forgotten_after_an_hour(mind: bootstrap.Mind) -> None:
    """They go with the short memory, and so do the answer and its alternatives."""
    talker = Talker(mind, hint="de")
    await talker.says(BANK)
    await talker.taps("no-help")
    talker.waits(minutes=59)
    await talker.taps("menu")
    assert talker.talk.failures == 1
    talker.waits(minutes=2)
    await talker.taps("menu")
    talk = talker.talk
    assert (talk.failures, talk.options, talk.offered, talk.shown, talk.recent) == (0, [], [], "", [])
    await talker.taps("no-help")
    assert talker.talk.status == "bot"
