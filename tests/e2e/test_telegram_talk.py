"""Talks in German, Arabic and other languages, as people on Telegram have them."""

import asyncio
from dataclasses import replace

import pytest

from bot import bootstrap
from bot.answers import entry_reply, entry_title
from bot.i18n import Texts
from bot.menu import menu_buttons
from tests.e2e.town import Person, Town, action_of, actions, eventually, plain

LANGUAGES = ("de", "en", "ar", "fa", "ps", "kmr", "tr", "uk", "ru", "ti", "so", "fr")
BANK = {
    "de": "Wie kann ich ein Bankkonto eröffnen?",
    "ar": "كيف أفتح حساب بنكي؟",
    "en": "How do I open a bank account?",
}
UNSURE = (
    "Kind",
    "Papiere",
    "Wie melde ich meinen Hund zum Friseur an",
    "Mein Drache hat 17 Schrauben verloren",
    "Karte",
)
UNKNOWN = (
    "Lohnt sich blau quer hinter Dienstag?",
    "Welche Schrauben brauche ich für mein Segelflugzeug?",
    "Tropfen flüstern rückwärts Marmelade",
    "Sieben Nebel quietschen in der Lampe",
)
DANGER = (
    ("de", "Hilfe, mein Mann schlägt mich jetzt"),
    ("en", "there is a fire in our house"),
    ("ar", "حريق في البيت"),
    ("ar", "fi 7aree2 bil beit"),
    ("fa", "خانه آتش گرفته"),
    ("tr", "evde yangın var"),
    ("uk", "У нас пожежа в будинку"),
    ("ru", "в доме пожар"),
    ("fr", "il y a le feu dans la maison"),
)
DESPAIR = (
    ("de", "Ich will nicht mehr leben"),
    ("ar", "لا اريد ان اعيش"),
    ("fa", "mikham bemiram"),
    ("tr", "ölmek istiyorum"),
    ("ru", "ya khochu umeret"),
)
HARMLESS = (
    "Wie werde ich Feuerwehrmann?",
    "Wo ist die Polizeistation?",
    "Mein Handy ist tot",
    "I got fired from my job",
)
GREETINGS = {
    "de": ("guten tag", "vielen dank"),
    "en": ("hello", "thank you so much"),
    "ar": ("السلام عليكم", "شكرا كتير"),
    "fa": ("درود", "خیلی ممنون"),
    "ps": ("سلامونه", "ډېره مننه"),
    "kmr": ("silav", "gelek spas"),
    "tr": ("selam", "teşekkürler"),
    "uk": ("доброго дня", "дуже дякую"),
    "ru": ("добрый день", "спасибо большое"),
    "ti": ("ከመይ ኣለኻ", "የቐንየለይ"),
    "so": ("salaan", "waad mahadsan tahay"),
    "fr": ("bonjour", "merci beaucoup"),
}


def of_band(mind: bootstrap.Mind, band: str, candidates: tuple[str, ...], count: int = 1) -> list[str]:
    """Sentences that are understood this well; content grows, so it is looked up."""
    found = [text for text in candidates if asyncio.run(mind.interpreter.understand(text, "de")).band == band]
    assert len(found) >= count, f"none of {candidates} is {band} any more: choose others"
    return found[:count]


def choose(person: Person, language: str) -> None:
    """Start, and take a language."""
    person.says("/start")
    person.taps(f"lang:{language}")
    person.t = Texts(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_start_offers_all_languages_by_their_own_names_with_telegrams_own_first(town: Town, language: str) -> None:
    """Whoever starts sees the language of their app first and ticked, and all others by their own names."""
    app = {"kmr": "ku"}.get(language, language)
    question = town.person(language, app=app).says("/start")[0]
    labels = [button["text"] for button in question.buttons]
    names = {code: each.name for code, each in town.catalogue.languages.items()}
    assert labels[0] == f"✓ {names[language]}"
    assert sorted(label.removeprefix("✓ ") for label in labels) == sorted(names.values())
    assert Texts(language).say("Which language do you want to use?") in question.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_choosing_a_language_edits_the_question_and_introduces_lotse(town: Town, language: str) -> None:
    """The choice is confirmed in place of the question; three sentences, /privacy and the menu follow."""
    person = town.person("de")
    question = person.says("/start")[0]
    introduction = person.taps(f"lang:{language}")[0]
    edited = next(each for each in town.sim.messages(person.id) if each.message_id == question.message_id)
    assert edited.text == f"✓ {town.catalogue.languages[language].name}"
    assert edited.buttons == []
    assert "/privacy" in plain(introduction)
    assert len(introduction.text.split("\n\n")[0].splitlines()) == 3
    wanted = [button.label for row in menu_buttons(Texts(language)) for button in row]
    assert [button["text"] for button in introduction.buttons] == wanted
    offers = ["courses", "sport", "groups", "saved"]
    assert actions(introduction) == ["ask", *offers, "offices", "appointments", "human", "settings"]
    assert all(ord(label[0]) > 0x2000 for label in wanted), "each begins with a pictogram"


def test_an_app_in_a_language_that_lotse_does_not_speak_preselects_german(town: Town) -> None:
    """Unknown and missing languages of the app lead to German."""
    for app in ("ja", None, "pt-br"):
        question = town.person("de", app=app).says("/start")[0]
        assert question.buttons[0]["text"] == f"✓ {town.catalogue.languages['de'].name}"


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("action", ["ask", "courses", "sport", "offices", "appointments", "settings"])
def test_every_button_of_the_menu_leads_on(town: Town, language: str, action: str) -> None:
    """Each choice of the menu answers with a text and with further buttons."""
    person = town.person(language)
    choose(person, language)
    reply = person.taps(action)[0]
    assert reply.text
    assert reply.buttons
    assert person.t.say("This button does not work any more. Please choose again.") not in reply.text


def test_topics_can_be_browsed_down_to_an_answer(town: Town) -> None:
    """Ask, a group, a topic, an answer; and back."""
    person = town.person("ar")
    choose(person, "ar")
    entry = town.catalogue.faq["bank-account"]
    person.taps("ask")
    topics = person.taps(f"group:{entry.group}")[0]
    assert "ask" in actions(topics)
    answer = person.taps("faq:bank-account")[0]
    assert entry.texts["ar"].title in answer.text


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_clear_question_gets_the_editors_answer_with_source_and_review(town: Town, language: str) -> None:
    """The approved words, where they come from, and that neither city nor translator has checked them."""
    person = town.person(language)
    choose(person, language)
    answer = person.says(BANK[language])[0]
    entry = town.catalogue.faq["bank-account"]
    assert entry.texts[language].title in answer.text
    assert entry.source[0].name in plain(answer)
    assert entry.verified is None
    assert person.t.say("Not yet checked by the city.") in answer.text
    unreviewed = person.t.say("This translation has not been reviewed yet.") in answer.text
    assert unreviewed == (language != "de")
    assert {each["type"] for each in answer.entities} >= {"bold", "italic"}


def test_an_unsure_question_is_asked_back_with_at_most_three_meanings(town: Town, mind: bootstrap.Mind) -> None:
    """Up to three buttons and "none of these"; a tap leads to the answer."""
    person = town.person("de")
    question = person.says(of_band(mind, "unsure", UNSURE)[0])[0]
    assert person.t.say("Did you mean one of these?") in question.text
    assert actions(question)[-1] == "none"
    assert 1 <= len(actions(question)[:-1]) <= 3
    meant = actions(question)[0]
    assert person.taps(meant)[0].text


def test_an_unknown_question_is_offered_to_a_human_and_counted_without_numbers(
    town: Town, mind: bootstrap.Mind
) -> None:
    """It says so, offers a human and keeps the cleaned words for the editors."""
    person = town.person("de")
    words = of_band(mind, "unknown", UNKNOWN)[0]
    reply = person.says(f"{words} 0176 98765432")[0]
    if "none" in actions(reply):
        reply = person.taps("none")[0]
    assert person.t.say("I am sorry, I have no answer to this.") in reply.text
    assert "human" in actions(reply)
    counted = town.lotse("questions").stdout
    assert words.split()[1] in counted
    assert "98765432" not in counted


def test_the_second_failure_in_a_row_is_handed_over(town: Town, mind: bootstrap.Mind) -> None:
    """Two questions without an answer call a human."""
    person = town.person("de")
    first, second = of_band(mind, "unknown", UNKNOWN, 2)
    person.says(first)
    opened = person.says(second, 2)[0]
    assert (
        person.t.say("Twice now I could not help you. So I have passed this on to the social workers.") in opened.text
    )


def test_an_answer_between_two_failures_keeps_the_case_closed(town: Town, mind: bootstrap.Mind) -> None:
    """Only failures in a row count."""
    person = town.person("de")
    first, second = of_band(mind, "unknown", UNKNOWN, 2)
    person.says(first)
    person.says(BANK["de"])
    assert person.t.say("I am sorry, I have no answer to this.") in person.says(second)[0].text


def test_an_answer_that_did_not_help_leads_to_the_next_best_and_then_to_a_human(town: Town) -> None:
    """The button offers other meanings first; pressed again, a human is called."""
    person = town.person("de")
    person.says(BANK["de"])
    offered = person.taps("no-help")[0]
    assert "human" in actions(offered)
    assert any(action.startswith("faq:") for action in actions(offered))
    opened = person.says("Das hat mir nicht geholfen", 2)[0]
    assert person.t.say("I could not help you. So I have passed this on to the social workers.") in opened.text


def test_a_message_in_another_language_is_answered_in_it_with_an_offer_to_stay(town: Town) -> None:
    """One tap switches for good; without it the chosen language stays."""
    person = town.person("de")
    choose(person, "de")
    answer = person.says(BANK["ar"])[0]
    assert town.catalogue.faq["bank-account"].texts["ar"].title in answer.text
    assert actions(answer)[-1] == "switch:ar"
    assert person.t.say("What do you need? Choose a button, or just write your question in your own words.") in (
        person.says("/menu")[0].text
    )
    assert town.catalogue.languages["ar"].name in person.taps("switch:ar")[0].text
    menu = person.says("/menu")[0]
    assert [button["text"] for button in menu.buttons] == [
        button.label for row in menu_buttons(Texts("ar")) for button in row
    ]


def test_switching_for_good_keeps_the_answer_on_screen(town: Town) -> None:
    """The tap on "always answer in this language" must not replace the answer above it."""
    person = town.person("de")
    choose(person, "de")
    answer = person.says(BANK["ar"])[0]
    person.taps("switch:ar")
    kept = next(each for each in town.sim.messages(person.id) if each.message_id == answer.message_id)
    assert kept.text == answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_greetings_and_thanks_are_answered_in_every_language(town: Town, language: str) -> None:
    """Hello gets the menu, thanks get a kind word, in the person's language."""
    person = town.person("de")
    choose(person, language)
    hello, thanks = GREETINGS[language]
    assert person.t.say("Hello! What do you need?") in person.says(hello)[0].text
    assert person.t.say("You are welcome. If you need something else, just write to me.") in person.says(thanks)[0].text


def test_an_answer_that_is_not_translated_comes_in_german_and_english_with_an_apology(mind: bootstrap.Mind) -> None:
    """The apology is in the person's language."""
    entry = mind.catalogue.faq["bank-account"]
    untranslated = replace(entry, texts={code: text for code, text in entry.texts.items() if code != "ti"})
    t = Texts("ti")
    reply = entry_reply(mind.catalogue, untranslated, t)
    sorry = "I am sorry, this answer does not exist in your language yet. Here it is in German and English."
    assert reply.text.startswith(t.say(sorry))
    assert entry.texts["de"].answer.strip() in reply.text
    assert entry.texts["en"].answer.strip() in reply.text
    assert reply.title == entry_title(untranslated, "ti") == entry.texts["de"].title


@pytest.mark.parametrize(("language", "text"), DANGER)
def test_an_emergency_is_answered_before_anything_else(town: Town, language: str, text: str) -> None:
    """Even before /start: the numbers, in the language of the cry, and an offer to alert somebody."""
    reply = town.person("de", app=None).says(text)[0]
    assert Texts(language).say("🚨 Call 112 now") in plain(reply)
    assert "110" in reply.text
    assert actions(reply) == ["alert"]


@pytest.mark.parametrize(("language", "text"), DESPAIR)
def test_a_crisis_gets_numbers_to_talk_and_a_human_at_once(town: Town, language: str, text: str) -> None:
    """The crisis lines come first, then that social workers have been told."""
    t = Texts(language)
    first, second, *_ = town.person("de").says(text, 3)
    assert t.say("💙 You are not alone") in plain(first)
    assert "0800 111 0 111" in plain(first)
    assert t.say("🧑 A human will answer you") in second.text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_are_no_emergency(town: Town, text: str) -> None:
    """Fire fighters, police stations and dead telephones are no danger."""
    person = town.person("de")
    reply = person.says(text)[0]
    shown = [Texts(code).say(title) for code in LANGUAGES for title in ("🚨 Call 112 now", "💙 You are not alone")]
    assert not any(title in reply.text for title in shown)


def test_an_emergency_is_answered_while_a_case_is_open_and_reaches_staff_too(town: Town) -> None:
    """Lotse breaks its silence for danger."""
    person = town.person("de")
    person.says("/human", 2)
    words = "Hilfe, es brennt in unserem Haus 77"
    assert person.t.say("🚨 Call 112 now") in person.says(words)[0].text
    assert town.case_of(person, words)


def test_an_office_card_says_where_when_and_how(town: Town) -> None:
    """Address, opening hours, telephone, and a map or a venue."""
    person = town.person("de")
    service = town.catalogue.services["foreigners-office"]
    reply = person.says("Wo ist die Ausländerbehörde?")[0]
    assert service.name_in("de") in reply.text
    assert service.address is not None
    assert service.address.street is not None
    assert service.address.street in reply.text
    assert "🕒" in reply.text
    assert all(phone.value in reply.text for phone in service.phones)
    links = [button["url"] for button in reply.buttons if "url" in button]
    assert any("openstreetmap" in link for link in links) or service.location is not None


def test_an_office_with_a_known_place_sends_a_venue(town: Town) -> None:
    """Where coordinates are known, Telegram's own map pin follows the card."""
    placed = [each for each in town.catalogue.services.values() if each.location and each.address]
    for service in placed[:1]:
        person = town.person("de")
        person.says("/menu")
        person.taps("offices")
        messages = person.taps(f"office:{service.id}", 2)
        assert messages[1].venue


@pytest.mark.parametrize("language", ["de", "ar"])
def test_every_office_has_a_card_and_an_appointment_card(town: Town, language: str) -> None:
    """No card is refused by Telegram, too long, or empty."""
    services = list(town.catalogue.services.values())
    for few in (services[start : start + 7] for start in range(0, len(services), 7)):
        person = town.person(language)
        choose(person, language)
        person.taps("offices")
        for service in few:
            assert service.name_in(language) in plain(person.taps(f"office:{service.id}")[0])
            card = person.taps(f"appointment:{service.id}")[0]
            assert person.t.say("This is how you get an appointment:") in card.text
            assert "human" in actions(card)


def test_an_appointment_at_a_named_office_gets_its_card(town: Town) -> None:
    """The card of the office, and the way to its address."""
    reply = town.person("de").says("Termin bei der Ausländerbehörde")[0]
    assert town.catalogue.services["foreigners-office"].name_in("de") in reply.text
    assert "office:foreigners-office" in actions(reply)


def test_every_answer_can_be_sent(town: Town) -> None:
    """All topics in a language of long texts fit into Telegram's limits, with their buttons."""
    for group in town.catalogue.groups:
        topics = [topic for topic, entry in town.catalogue.faq.items() if entry.group == group]
        if topics:
            person = town.person("fr", app="fr")
            choose(person, "fr")
            person.taps("ask")
            person.taps(f"group:{group}")
            for topic in topics:
                assert "no-help" in actions(person.taps(f"faq:{topic}")[0]), topic


def test_a_typing_signal_is_shown_for_a_text(town: Town) -> None:
    """While Lotse thinks, Telegram shows that somebody is writing."""
    person = town.person("de")

    def shown() -> bool:
        return any(str(call.params["chat_id"]) == str(person.id) for call in town.sim.calls("sendChatAction"))

    person.says(BANK["de"])
    eventually(shown)


def test_no_button_is_longer_than_telegram_allows(town: Town) -> None:
    """Of everything that was ever sent here, no button has more than 64 bytes of data."""
    sent = [button for message in town.sim.all_messages() for button in message.buttons if action_of(button)]
    assert all(len(button["callback_data"].encode()) <= 64 for button in sent)
