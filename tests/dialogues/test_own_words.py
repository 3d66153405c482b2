"""What people type in their own words where a button would do."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from bot import bootstrap
from bot.conversation import AddToCase, Search, Watch
from bot.i18n import Texts
from bot.offers.stock import Stock
from bot.offers.wishes import Wishes, as_json, from_json
from bot.settings import ROOT
from bot.understanding.typed_phrases import WHOLE, TypedPhrases
from tests.dialogues.finder import DISTRICTS, LANGUAGES, OFFERS
from tests.dialogues.talker import Talker, actions
from tests.offers.making import wished

SENTENCES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("typed_sentences.yaml").read_text(encoding="utf-8")
)
EVENING = wished(kind="course", times_of_day={"evening"})
WATCH = Watch(1, "2026-11-01T09:00:00+00:00", kind="course")


@pytest.fixture(scope="module")
def phrases() -> TypedPhrases:
    """The phrases of all languages."""
    return TypedPhrases.read(ROOT / "nlu" / "typed")


def talker(mind: bootstrap.Mind, language: str = "en") -> Talker:
    """Somebody in a town with a few offers."""
    made = Talker(mind, chosen=language)
    stock = Stock.of(OFFERS, DISTRICTS)
    made._assistant = replace(made._assistant, offers=lambda: stock)
    return made


async def searching(mind: bootstrap.Mind, language: str = "en", wishes: Wishes = EVENING) -> Talker:
    """Somebody who has the first page of results on the screen."""
    made = talker(mind, language)
    made.talk.searches = 1
    made.talk.search = Search(1, cast("Any", wishes.kind), made.now.isoformat(), as_json(wishes))
    await made.taps("results:1")
    return made


def search_of(made: Talker) -> Search:
    """The search that is under way."""
    assert made.talk.search
    return made.talk.search


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_means_what_it_says(phrases: TypedPhrases, language: str) -> None:
    """In every language, also in Latin letters; whoever wants to be a mentor or a volunteer asks for none."""
    for subject, texts in SENTENCES[language].items():
        for text in texts:
            if subject in WHOLE:
                assert subject in {each.subject for each in phrases.meanings(text, language)}, text
            else:
                found = phrases.within(text, language)
                assert (found.subject if found else "unless") == subject, text


def test_ordinary_questions_are_not_swallowed(phrases: TypedPhrases) -> None:
    """Of all sentences that look for no offers, fewer than 3 in 1,000 are taken for a phrase."""
    lines = [
        json.loads(line)
        for path in sorted((ROOT / "tests" / "utterances").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    others = [line for line in lines if not line["label"].startswith("find_")]
    taken = [
        line["text"]
        for line in others
        if phrases.meanings(line["text"], line["lang"]) or phrases.within(line["text"], line["lang"])
    ]
    assert len(others) > 2000
    assert len(taken) * 1000 < 3 * len(others), taken


@pytest.mark.parametrize("language", LANGUAGES)
async def test_saved_offers_are_shown_on_a_word(mind: bootstrap.Mind, language: str) -> None:
    """The same page as behind the button."""
    for text in SENTENCES[language]["saved"]:
        made = talker(mind, language)
        assert await made.says(text) == await made.taps("saved"), text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_news_end_on_a_word(mind: bootstrap.Mind, language: str) -> None:
    """In clear words at any time; words that may mean much else only end news that somebody gets."""
    for text in (*SENTENCES[language]["stop"], *SENTENCES[language]["halt"]):
        made = talker(mind, language)
        made.talk.watches = [WATCH]
        (reply,) = await made.says(text)
        assert made.talk.watches == [], text
        assert reply.text == Texts(language).say("I will not write to you about this any more.")
        assert made.talk.failures == 0


async def test_stop_alone_means_nothing_where_no_news_are_on_their_way(mind: bootstrap.Mind) -> None:
    """It is understood as any other text is."""
    (reply,) = await talker(mind).says("stop")
    assert reply.text != Texts("en").say("I will not write to you about this any more.")


def passed_on(made: Talker) -> list[tuple[str, ...]]:
    """What goes to staff."""
    return [effect.texts for effect in made.effects if isinstance(effect, AddToCase)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_news_end_while_people_talk_to_people(mind: bootstrap.Mind, language: str) -> None:
    """All else that is written then goes to staff, a bare "stop" too."""
    for text in SENTENCES[language]["stop"]:
        made = talker(mind, language)
        made.talk.status, made.talk.watches = "assigned", [WATCH]
        await made.says(text)
        assert made.talk.watches == [], text
    made.talk.watches = [WATCH]
    for text in (SENTENCES[language]["halt"][0], SENTENCES[language]["saved"][0], SENTENCES[language]["mentor"][0]):
        await made.says(text)
        assert passed_on(made) == [(text,)]
    assert made.talk.watches == [WATCH]
    made.talk.watches = []
    await made.says(SENTENCES[language]["stop"][0])
    assert passed_on(made) == [(SENTENCES[language]["stop"][0],)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("subject", "action"), [("more", "more:1"), ("results", "results:1"), ("change", "filters:1"), ("any", "results:1")]
)
async def test_results_are_ruled_by_words(mind: bootstrap.Mind, language: str, subject: str, action: str) -> None:
    """The same replies as below the buttons; nothing counts as a failure."""
    for text in SENTENCES[language][subject]:
        typing, tapping = await searching(mind, language), await searching(mind, language)
        expected = await tapping.taps(action)
        assert await typing.says(text) == tuple(replace(reply, replaces=False) for reply in expected), text
        assert (typing.talk.failures, typing.effects) == (0, ())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_does_not_matter_answers_an_open_question(mind: bootstrap.Mind, language: str) -> None:
    """In whatever words."""
    for text in SENTENCES[language]["any"]:
        made = talker(mind, language)
        await made.taps("courses")
        assert search_of(made).question == "level"
        await made.says(text)
        assert search_of(made).question == "time", text


async def test_more_means_nothing_without_results(mind: bootstrap.Mind) -> None:
    """Neither before a search nor while a question is open."""
    made = talker(mind)
    assert "offer:" not in str(await made.says("more"))
    await made.taps("courses")
    await made.says("more")
    assert search_of(made).shown == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wish", ["mentor", "circle"])
async def test_mentors_and_volunteers_are_found_in_own_words(mind: bootstrap.Mind, language: str, wish: str) -> None:
    """The district is asked, or taken from the sentence; then the person is asked whether it may be passed on."""
    for text in SENTENCES[language][wish]:
        made = talker(mind, language)
        offered = actions((await made.says(text))[-1])
        assert f"{wish}:ost" in offered or f"{wish}-yes:feuerbach" in offered, text
        assert made.talk.failures == 0


async def test_the_district_of_the_sentence_is_taken(mind: bootstrap.Mind) -> None:
    """Nobody is asked for what was said, also while something is searched for."""
    for made in (talker(mind, "de"), await searching(mind, "de", wished(kind="sport"))):
        (reply,) = await made.says("Ich suche einen Sportpaten in Feuerbach")
        assert "mentor-yes:feuerbach" in actions(reply)


async def test_whoever_wants_to_volunteer_gets_the_answer_about_that(mind: bootstrap.Mind) -> None:
    """No circle is asked to help somebody who wants to help."""
    made = talker(mind)
    await made.says("i want to volunteer")
    assert made.talk.shown == "faq/volunteer"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_groups_are_found_in_own_words(mind: bootstrap.Mind, language: str) -> None:
    """A search for groups begins with all that the sentence wishes."""
    for text in SENTENCES[language]["groups"]:
        made = talker(mind, language)
        await made.says(text)
        assert search_of(made).kind == "group", text


async def test_a_number_opens_the_offer_that_stands_beside_it(mind: bootstrap.Mind) -> None:
    """On the first page and on the next one, where numbers go on; in other digits, too."""
    made = await searching(mind)
    first = list(search_of(made).page)
    assert (await made.says("2"))[0] == (await made.taps(f"offer:{first[1]}"))[0]
    await made.says("more")
    assert search_of(made).page[:3] == first
    fourth = search_of(made).page[3]
    assert (await made.says("٤"))[0] == (await made.taps(f"offer:{fourth}"))[0]
    assert (await made.says("1."))[0] == (await made.taps(f"offer:{first[0]}"))[0]
    assert made.talk.failures == 0


async def test_a_number_means_nothing_beside_another_list(mind: bootstrap.Mind) -> None:
    """After the saved offers, "1" does not open the first result; nor does a number that no offer has."""
    made = await searching(mind)
    assert "ics:" not in str(await made.says("9"))
    await made.taps("saved")
    (reply,) = await made.says("1")
    assert not any(action.startswith("save:") for action in actions(reply))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_typed_labels_of_results_do_what_the_buttons_do(mind: bootstrap.Mind, language: str) -> None:
    """Every button of the page that belongs to the search."""
    made = await searching(mind, language)
    (page,) = await made.taps("results:1")
    for button in (button for row in page.buttons for button in row if ":" in button.action):
        typing, tapping = await searching(mind, language), await searching(mind, language)
        label = button.label if button.label.startswith("✕") else button.label.partition(" ")[2]
        if button.action.startswith("offer:"):
            continue
        expected = tuple(replace(reply, replaces=False) for reply in await tapping.taps(button.action))
        assert await typing.says(label.lower()) == expected, label


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_not_needed_is_taken_off(mind: bootstrap.Mind, language: str) -> None:
    """A wish behind "without", as a button that leaves it out begins."""
    t = Texts(language)
    evening = t.say_in("time of day", "evening")
    for offers in ("", "5"):
        made = await searching(mind, language)
        await made.says(t.say("Without “%(wish)s”: %(offers)s", wish=evening, offers=offers))
        assert from_json(search_of(made).wishes) == wished(kind="course")


@pytest.mark.parametrize(
    ("language", "text"), [("de", "abends ist egal"), ("de", "nicht abends"), ("en", "not in the evening")]
)
async def test_a_wish_that_does_not_matter_is_taken_off(mind: bootstrap.Mind, language: str, text: str) -> None:
    """In few words that name it; the other wishes stay."""
    made = await searching(mind, language, replace(EVENING, districts=frozenset({"feuerbach"})))
    await made.says(text)
    assert from_json(search_of(made).wishes) == wished(kind="course", districts={"feuerbach"})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_typed_labels_of_a_card_do_what_its_buttons_do(mind: bootstrap.Mind, language: str) -> None:
    """Those of the last card: keep it, keep it no longer, the calendar, back to the list."""
    t = Texts(language)
    made = await searching(mind, language)
    await made.says("1")
    await made.says(t.say("⭐ Save").partition(" ")[2])
    assert len(made.talk.saved) == 1
    await made.says(t.say("✕ Do not save any more"))
    assert made.talk.saved == []
    assert (await made.says(t.say("↩ Back"))) == tuple(
        replace(reply, replaces=False) for reply in await made.taps("results:1")
    )
    assert search_of(made).card == ""
