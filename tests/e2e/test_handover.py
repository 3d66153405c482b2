"""Talking to people: handing over, silence, the social worker's answer, and the way back."""

import base64
import json
from datetime import UTC, datetime

import pytest

from bot.escalation.promises import promise_of, told
from bot.messages import Reply
from bot.storage.attachments import File
from tests.e2e.town import Person, Town, actions, eventually, plain
from tests.files import picture, telling_photo

CLOSED = "This button does not work any more. Please choose again."


def open_case(town: Town, language: str = "de") -> tuple[Person, str]:
    """Somebody with an open case, and words that only this case has."""
    person = town.person(language)
    words = f"Kennwort Quitte {person.id}"
    person.says("/human", 2)
    person.hears_nothing_of(words)
    return person, words


@pytest.mark.parametrize("language", ["de", "ar"])
def test_whoever_asks_for_a_human_is_told_who_answers_and_when(town: Town, language: str) -> None:
    """Office hours and the promised moment stand in the reply, and then the silence."""
    person = town.person(language)
    queue = town.catalogue.queues["default"]
    before = datetime.now(UTC)
    opened = person.says("/human", 2)[0]
    # A minute may have begun meanwhile.
    expected = [told(promise_of(queue, moment, moment), person.t) for moment in (before, datetime.now(UTC))]
    assert person.t.say("🧑 A human will answer you") in opened.text
    assert "09:00" in opened.text
    assert any(promise in plain(opened) for promise in expected)
    assert person.t.say("Until then I am silent, and what you write goes to them. In danger, call 112.") in plain(
        opened
    )
    assert actions(opened) == ["case:1:close"]


def test_the_button_and_plain_words_call_a_human_too(town: Town) -> None:
    """The menu's button and "I want to talk to a human" open a case."""
    person = town.person("de")
    person.says("/menu")
    assert person.t.say("🧑 A human will answer you") in person.taps("human", 2)[0].text
    other = town.person("de")
    assert other.t.say("🧑 A human will answer you") in other.says("Ich möchte mit einem Menschen sprechen", 2)[0].text


def test_asking_twice_opens_one_case(town: Town) -> None:
    """A second /human says that the case is open."""
    person, _ = open_case(town)
    reply = person.says("/human")[0]
    assert person.t.say("Your message is with the social workers. One of them will answer you here.") in reply.text


def test_last_messages_reach_staff_only_with_consent(town: Town) -> None:
    """The person is asked, and yes passes the last messages on."""
    person = town.person("de")
    words = f"Ich suche eine Wohnung {person.id}"
    person.says(words)
    question = person.says("/human", 2)[1]
    assert actions(question) == ["consent:1:yes", "consent:1:no"]
    place = person.taps("consent:1:yes")[0]
    assert "place:1:mitte" in actions(place)
    assert town.case(town.case_of(person, words)).consent is True


def test_without_consent_staff_do_not_see_what_was_written_before(town: Town) -> None:
    """No is no; what follows reaches staff."""
    person = town.person("de")
    words = f"Ich suche eine Wohnung {person.id}"
    person.says(words)
    person.says("/human", 2)
    person.taps("consent:1:no")
    later = f"Hier bin ich {person.id}"
    person.hears_nothing_of(later)
    case = town.case(town.case_of(person, later))
    assert case.consent is False
    assert [message.text for message in case.messages] == [later]


def test_the_district_is_named_by_a_button(town: Town) -> None:
    """The case shows it."""
    person, words = open_case(town)
    reply = person.taps("place:1:bad-cannstatt")[0]
    assert person.t.say("Thank you. If you want to add something, write it now. The social worker will read it.") == (
        reply.text
    )
    assert town.case(town.case_of(person, words)).district == "bad-cannstatt"


def test_the_shelter_is_named_in_ones_own_words(town: Town) -> None:
    """The next text is the shelter's name, once."""
    person, words = open_case(town)
    person.taps("place:1:shelter")
    person.says("Unterkunft am Tannenweg")
    person.hears_nothing_of("und noch etwas")
    shown = town.lotse("cases", str(town.case_of(person, words))).stdout
    assert "place Unterkunft am Tannenweg" in shown
    assert "contact: und noch etwas" in shown


def test_nobody_has_to_say_where_they_live(town: Town) -> None:
    """Skipping is a button of its own."""
    person, words = open_case(town)
    person.taps("place:1:skip")
    assert not town.case(town.case_of(person, words)).district


def test_while_a_case_is_open_lotse_is_silent_and_passes_on(town: Town) -> None:
    """A question that Lotse could answer goes to staff only."""
    person, words = open_case(town)
    person.hears_nothing_of("Wie kann ich ein Bankkonto eröffnen?")
    assert (
        "contact: Wie kann ich ein Bankkonto eröffnen?" in town.lotse("cases", str(town.case_of(person, words))).stdout
    )


def test_buttons_of_the_bot_say_that_a_case_is_open(town: Town) -> None:
    """The menu rests while people talk to people."""
    person, _ = open_case(town)
    reply = person.says("/menu")[0]
    assert person.t.say("Your message is with the social workers. One of them will answer you here.") in reply.text


def test_a_social_worker_answers_from_the_command_line_while_lotse_runs(town: Town) -> None:
    """The answer arrives marked as a human's; after closing, the bot is back, and what was said can still be read."""
    person, words = open_case(town)
    number = town.case_of(person, words)
    before = person.received()
    done = town.lotse("reply", str(number), "Guten Tag, <b>kommen</b> Sie bitte *morgen* um 9-10 Uhr.")
    assert done.returncode == 0, done.stderr
    answer = person.new_messages(before, 1)[0]
    assert answer.text.startswith(person.t.say("🧑 Social worker"))
    assert "Guten Tag, <b>kommen</b> Sie bitte *morgen* um 9-10 Uhr." in answer.text
    eventually(lambda: town.case(number).messages[-1].delivery == "sent")
    assert " assigned " in town.lotse("cases", str(number)).stdout
    assert "staff [sent]: Guten Tag" in town.lotse("cases", str(number)).stdout
    person.hears_nothing_of("Danke, ich komme")
    before = person.received()
    assert town.lotse("close", str(number)).returncode == 0
    farewell = person.new_messages(before, 1)[0]
    assert [action for action in actions(farewell) if action.startswith("rate:")] == [
        "rate:1:good",
        "rate:1:partly",
        "rate:1:bad",
    ]
    assert "menu" in actions(farewell)
    assert person.t.say("Hello! What do you need?") in person.says("hallo")[0].text
    closed = town.lotse("cases", str(number)).stdout
    assert "resolved" in closed
    assert words in closed


def test_a_long_answer_of_a_social_worker_arrives_whole(town: Town) -> None:
    """In several messages, in order; the transcript has it once."""
    person, words = open_case(town)
    number, before = town.case_of(person, words), person.received()
    text = " ".join(f"Satz {place}." for place in range(700))
    assert town.lotse("reply", str(number), text).returncode == 0
    eventually(lambda: town.case(number).messages[-1].delivery == "sent")
    parts = [message.text.partition("\n\n") for message in person.new_messages(before, 2)]
    assert {title for title, _, _ in parts} == {person.t.say("🧑 Social worker")}
    assert " ".join(body for _, _, body in parts) == text
    assert [message.text for message in town.case(number).messages] == [words, text]


def test_a_closed_case_cannot_be_answered(town: Town) -> None:
    """A clear error, exit status 2."""
    for verb in (("reply", "999999", "Hallo"), ("close", "999999"), ("cases", "999999")):
        done = town.lotse(*verb)
        assert done.returncode == 2
        assert "999999" in done.stderr
        assert "Traceback" not in done.stderr


def test_an_answer_comes_in_the_frame_of_the_persons_language(town: Town) -> None:
    """Title and button are Arabic, the social worker's words stay as they are."""
    person = town.person("ar")
    person.says("/start")
    person.taps("lang:ar")
    person.says("/human", 2)
    words = f"كلمة {person.id}"
    person.hears_nothing_of(words)
    before = person.received()
    town.lotse("reply", str(town.case_of(person, words)), "مرحبا، اتصل بي 0711 123456")
    answer = person.new_messages(before, 1)[0]
    assert answer.text.startswith(person.t.say("🧑 Social worker"))
    assert "مرحبا، اتصل بي 0711 123456" in plain(answer)


def test_the_person_ends_the_case_by_the_button(town: Town) -> None:
    """The bot is back, and nothing that is said from then on comes into the case."""
    person, words = open_case(town)
    number = town.case_of(person, words)
    reply = person.taps("case:1:close")[0]
    assert person.t.say("The talk with the social worker is closed. I am here again. What do you need?") in reply.text
    assert person.t.say("Hello! What do you need?") in person.says("hallo")[0].text
    closed = town.case(number)
    assert (closed.status, [message.text for message in closed.messages]) == ("resolved", [words])


def test_an_old_button_of_an_earlier_case_does_nothing_to_the_new_one(town: Town) -> None:
    """Consent, place and end of case 1 are dead in case 2."""
    person, _ = open_case(town)
    person.taps("place:1:shelter")
    person.taps("case:1:close")
    person.says("/human", 2)
    for action in ("case:1:close", "place:1:skip", "place:1:ost"):
        assert person.t.say(CLOSED) in person.taps(action)[0].text
    words = f"noch offen {person.id}"
    person.hears_nothing_of(words)
    case = town.case(town.case_of(person, words))
    assert (case.district, case.status) == ("", "queued")


def test_pictures_go_both_ways_while_a_case_is_open(town: Town) -> None:
    """The person's reaches staff without where it was taken, and staff see that theirs arrived."""
    person, words = open_case(town)
    number = town.case_of(person, words)
    town.sim.do(
        "send_photo", chat_id=person.id, caption="Mein Brief", content=base64.b64encode(telling_photo()).decode()
    )
    eventually(lambda: any(line.attachments for line in town.file(number).lines))
    (line,) = [line for line in town.file(number).lines if line.attachments]
    assert (line.text, line.attachments[0].media_type) == ("Mein Brief", "image/jpeg")
    before = person.received()
    plan = File("Plan.png", "image/png", picture("PNG"))
    town.answer(number, Reply("", "de", title="Team", author="staff"), plan)
    (sent,) = person.new_messages(before, 1)
    assert (sent.method, sent.text, sent.document) == ("sendPhoto", "Team", plan.content)
    eventually(lambda: town.file(number).lines[-1].delivery == "sent")


def test_cases_are_listed_as_json_without_naming_the_person(town: Town) -> None:
    """One object a case, for scripts."""
    person, words = open_case(town)
    number = town.case_of(person, words)
    case = json.loads(town.lotse("cases", str(number), "--json").stdout)
    assert case["status"] == "queued"
    assert case["reason"] == "asked"
    assert [message["text"] for message in case["messages"]] == [words]
    assert str(person.id) not in json.dumps({**case, "messages": []})


def test_an_alert_after_an_emergency_opens_an_urgent_case(town: Town) -> None:
    """One tap below the numbers."""
    person = town.person("de")
    person.says("Hilfe, mein Mann schlägt mich jetzt")
    opened = person.taps("alert", 2)[0]
    assert "112" in opened.text
    person.hears_nothing_of(words := f"schnell {person.id}")
    assert town.case(town.case_of(person, words)).reason == "emergency"


def test_an_answer_to_somebody_who_blocked_the_bot_is_noted_as_failed(town: Town) -> None:
    """Staff see that it did not arrive."""
    person, words = open_case(town)
    number = town.case_of(person, words)
    town.sim.do("block", chat_id=person.id)
    town.lotse("reply", str(number), "Sind Sie da?")
    eventually(lambda: town.case(number).messages[-1].delivery == "failed")


def test_who_comes_back_after_the_end_finds_the_same_case(town: Town) -> None:
    """They are asked how it was; then the talk goes on in the case that was closed."""
    person, words = open_case(town)
    person.taps("place:1:ost")
    number, before = town.case_of(person, words), person.received()
    assert town.lotse("close", str(number)).returncode == 0
    person.new_messages(before, 1)
    thanks = person.taps("rate:1:partly")[0]
    assert actions(thanks) == ["human", "menu"]
    (opened,) = person.taps("human", 1)
    assert person.t.say("They can read what you wrote to each other before.") in opened.text
    person.hears_nothing_of(later := f"noch eine Frage {person.id}")
    case = town.case(number)
    assert (case.status, case.district, [line.text for line in case.messages]) == ("queued", "ost", [words, later])
