"""Commands, the bot's profile, and what is not text."""

from typing import Any

import pytest

from bot.channels import wording
from bot.dialogues import small_talk
from bot.dialogues.finding.questions import which_kind
from bot.i18n import Texts
from tests.e2e.town import PATIENCE, Person, Town, action_of, actions, eventually, plain

COMMANDS = {
    "menu": "ask",
    "language": "lang:ar",
    "help": "ask",
    "privacy": "export",
}
MEDIA: dict[str, dict[str, Any]] = {
    "video": {"video": {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9, "duration": 1}},
    "video_note": {"video_note": {"file_id": "f", "file_unique_id": "u", "length": 9, "duration": 1}},
    "audio": {"audio": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "poll": {
        "poll": {
            "id": "1",
            "question": "?",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    },
}


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize(("command", "action"), COMMANDS.items())
def test_commands_answer_in_the_persons_language(town: Town, language: str, command: str, action: str) -> None:
    """Each command leads to its buttons."""
    person = town.person(language)
    reply = person.says(f"/{command}")[0]
    assert action in actions(reply)


def test_a_command_may_be_written_in_capitals_and_with_words_behind(town: Town) -> None:
    """/MENU and "/menu please" are the menu."""
    person = town.person("de")
    for words in ("/MENU", "/menu bitte", "/Menu@lotse_test_bot", "/menu@LOTSE_TEST_BOT"):
        assert actions(person.says(words)[0])[-1] == "settings"


def test_a_command_of_another_bot_is_text(town: Town) -> None:
    """It does not delete anybody's data."""
    person = town.person("de")
    assert person.t.say("Everything that I had stored about you is deleted.") not in (
        person.says("/delete@another_bot")[0].text
    )


def test_an_unknown_command_gets_a_kind_answer(town: Town) -> None:
    """Nothing is done, the menu is offered."""
    reply = town.person("de").says("/gibtesnicht")[0]
    assert actions(reply)[-1] == "settings"


def test_commands_are_described_in_every_language(town: Town) -> None:
    """People see the list in the language of their app; Telegram knows Kurmanji as Kurdish, ku."""
    ours = {"": "en", "ku": "kmr"} | {code: code for code in town.catalogue.languages if code != "kmr"}
    codes = list(ours)
    last = Texts(ours[codes[-1]])
    eventually(
        lambda: town.sim.do("bot_texts")["short_description"].get(codes[-1]) == wording.bot_short_description(last)
    )
    texts = town.sim.do("bot_texts")
    for code in codes:
        t = Texts(ours[code])
        shown = town.sim.do("commands", language_code=code)
        assert [(each["command"], each["description"]) for each in shown] == list(wording.commands(t))
        # What equals the default need not be set.
        assert texts["name"].get(code, texts["name"][""]) == wording.bot_name(t)
        assert texts["description"].get(code, texts["description"][""]) == wording.bot_description(t)
        assert texts["short_description"].get(code, texts["short_description"][""]) == wording.bot_short_description(t)


@pytest.mark.parametrize("kind", ["photo", "voice", "document", "sticker", "contact"])
def test_what_cannot_be_read_gets_a_kind_answer_and_a_human(town: Town, kind: str) -> None:
    """Lotse says so in the person's language and offers a person."""
    person = town.person("ar")
    options: dict[str, Any] = {"phone_number": "+49 176 5550199"} if kind == "contact" else {}
    reply = person.sends(kind, **options)[0]
    assert plain(reply) == small_talk.unreadable(person.t, kind).text
    assert "human" in actions(reply)


@pytest.mark.parametrize("kind", MEDIA)
def test_other_media_get_a_kind_answer_too(town: Town, kind: str) -> None:
    """Videos, music, dice and polls."""
    person = town.person("de")
    assert "human" in actions(person.delivers(person.update(**MEDIA[kind]))[0])


def test_words_below_a_picture_are_answered_after_the_apology(town: Town) -> None:
    """The picture cannot be read, its words can; a cry for help comes first."""
    person = town.person("de")
    sorry, answer = person.sends("photo", count=2, caption="Wie kann ich ein Bankkonto eröffnen?")
    assert plain(sorry) == small_talk.unreadable(person.t, "photo").text
    assert town.catalogue.faq["bank-account"].texts["de"].title in answer.text
    cry = person.sends("photo", caption="Hilfe, meine Wohnung brennt!")[0]
    assert person.t.say("🚨 Call 112 now") in cry.text


def test_words_behind_a_command_are_read_for_danger(town: Town) -> None:
    """The numbers come before the case."""
    person = town.person("de")
    assert person.t.say("💙 You are not alone") in person.says("/human ich will sterben", 3)[0].text


def test_a_place_on_the_map_is_not_kept(town: Town) -> None:
    """Lotse says so and asks what it is for."""
    person = town.person("de")
    reply = person.sends("location", latitude=48.775, longitude=9.182)[0]
    assert reply.text == which_kind(person.t).text


def test_an_edited_message_is_answered_as_it_is_now(town: Town) -> None:
    """Who corrects a question wants the answer to the corrected one."""
    person = town.person("de")
    number = town.sim.send_text(person.id, "guten tag")
    person.new_messages(0, 1)
    town.sim.do("edit_text", chat_id=person.id, message_id=number, text="Wie kann ich ein Bankkonto eröffnen?")
    assert town.catalogue.faq["bank-account"].texts["de"].title in person.new_messages(1, 1)[0].text


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_groups_and_channels_are_left_alone(town: Town, kind: str) -> None:
    """Nothing is answered there, not even commands."""
    person = town.person("de")
    chat = town.sim.do("add_chat", chat_id=-person.id, chat_type=kind)
    sender = {} if kind == "channel" else {"sender": person.id}
    for words in ("/start@lotse_test_bot", "Hilfe, es brennt in unserem Haus"):
        town.sim.send_text(chat, words, **sender)
    person.says("/menu")
    assert town.sim.messages(chat) == []
    assert person.received() == 1


def test_somebody_who_blocked_the_bot_and_came_back_is_answered(town: Town) -> None:
    """A block ends what waits, and nothing else."""
    person = town.person("de")
    person.says("/menu")
    town.sim.do("block", chat_id=person.id)
    town.sim.do("unblock", chat_id=person.id)
    assert person.says("/menu")[0].text


def refused(person: Person, data: str, **options: Any) -> None:
    """A tap with this data gets a kind answer and does nothing else."""
    before = person.received()
    message = person.sim.messages(person.id)[0]
    query = person.sim.tap(person.id, message.message_id, data=data, forged=True, **options)
    reply = person.new_messages(before, 1)[0]
    assert reply.text == small_talk.button_too_old(person.t).text
    if not options.get("expired"):
        person.sim.do("wait_for_tap_answer", query_id=query, timeout=PATIENCE)


def test_a_button_of_another_person_does_nothing(town: Town) -> None:
    """Signed for one conversation, good in no other."""
    one, other = town.person("de"), town.person("de")
    one.says("/privacy")
    other.says("/privacy")
    other.says("/human", 2)
    other.taps("case:1:close")
    one.taps("delete")
    refused(other, one.button("delete:yes")[1])


@pytest.mark.parametrize(
    "data", ["delete:yes", "delete:yes~", "delete:yes~AAAAAAAAAAA", "~", "lang_de", "ü" * 30, "x~\u0000"]
)
def test_forged_and_old_buttons_do_nothing(town: Town, data: str) -> None:
    """Kind words, the menu, no deletion."""
    person = town.person("de")
    person.says("/menu")
    refused(person, data)


def test_an_expired_tap_is_still_carried_out(town: Town) -> None:
    """Telegram may refuse the little confirmation; the reply comes all the same."""
    person = town.person("de")
    person.says("/menu")
    assert person.taps("settings", expired=True)[0].text
    assert person.taps("privacy", inaccessible=True)[0].text


def test_every_tap_is_confirmed(town: Town) -> None:
    """The clock on the button goes away."""
    person = town.person("de")
    person.says("/menu")
    person.taps("offices")
    eventually(lambda: all(tap.answered for tap in town.sim.list_taps(person.id)))


def test_a_second_tap_on_the_same_language_changes_nothing(town: Town) -> None:
    """Telegram's "message is not modified" is no error; a new introduction comes."""
    person = town.person("de")
    question = person.says("/start")[0]
    data = person.button("lang:tr")[1]
    for _ in range(2):
        before = person.received()
        town.sim.tap(person.id, question.message_id, data=data, forged=True)
        assert "ask" in actions(person.new_messages(before, 1)[0])
    assert "refused" not in town.process.log()


def test_a_choice_whose_question_was_deleted_is_confirmed_in_a_new_message(town: Town) -> None:
    """Telegram's "message to edit not found" leads to a message."""
    person = town.person("de")
    question = person.says("/start")[0]
    data = next(each["callback_data"] for each in question.buttons if action_of(each) == "lang:tr")
    update = {
        "callback_query": {
            "id": "77",
            "from": person.update()["message"]["from"],
            "message": {"chat": {"id": person.id, "type": "private"}, "message_id": 8_888_888, "date": 0},
            "chat_instance": "1",
            "data": data,
        }
    }
    confirmed, introduction = person.delivers(update, 2)
    assert town.catalogue.languages["tr"].name in confirmed.text
    assert "ask" in actions(introduction)
