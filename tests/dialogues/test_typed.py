"""Words on buttons, typed instead of tapped."""

import pytest

from bot import bootstrap
from bot.answers import no_help
from bot.conversation import EraseAll, OpenCase, SendExport
from bot.dialogues.typed import meant
from bot.i18n import Texts
from bot.menu import menu_buttons, settings
from bot.messages import Button
from tests.dialogues.talker import DUE, Talker, actions

LANGUAGES = ("de", "en", "ar", "fa", "ps", "kmr", "tr", "uk", "ru", "ti", "so", "fr")


def labelled(language: str) -> list[Button]:
    """Every button of the menu and the settings, and the one below answers."""
    t = Texts(language)
    return [button for row in (*menu_buttons(t), *settings(t).buttons, (no_help(t),)) for button in row]


def words_of(label: str) -> str:
    """A label as somebody types it, without its pictogram."""
    return label.partition(" ")[2].lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_means_its_button(mind: bootstrap.Mind, language: str) -> None:
    """With and without pictogram, in small and in capital letters."""
    for button in labelled(language):
        for text in (button.label, words_of(button.label), words_of(button.label).upper() + "!"):
            assert meant(text, mind.catalogue.languages, language) == (button.action, language), text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_typed_label_does_what_the_button_does(mind: bootstrap.Mind, language: str) -> None:
    """The same replies, whichever way it was asked for; nothing is counted as a question without an answer."""
    for button in labelled(language):
        typing, tapping = Talker(mind, chosen=language), Talker(mind, chosen=language)
        assert await typing.says(words_of(button.label)) == await tapping.taps(button.action), button.label
        assert typing.effects == tapping.effects
        if button.action == "human":
            assert typing.effects == (OpenCase("asked", language, "default", reply_due=DUE),)
        if button.action == "export":
            assert isinstance(typing.effects[0], SendExport)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_typed_name_of_a_language_chooses_it(mind: bootstrap.Mind, language: str) -> None:
    """In its own letters, also when the name has two parts."""
    name = mind.catalogue.languages[language].name
    for text in (name, *(part.strip() for part in name.split("/"))):
        talker = Talker(mind, hint="en")
        replies = await talker.says(text)
        assert (talker.talk.language, talker.talk.chosen) == (language, True)
        assert replies[0].text == f"✓ {name}"


async def test_typing_delete_my_data_asks_first(mind: bootstrap.Mind) -> None:
    """As the button does: words are not as clear as the command."""
    talker = Talker(mind, chosen="de")
    (asked,) = await talker.says(words_of(Texts("de").say("🗑 Delete my data")))
    assert "delete:yes" in actions(asked)
    assert EraseAll() not in talker.effects


async def test_where_no_language_is_known_the_label_tells_it(mind: bootstrap.Mind) -> None:
    """Somebody whose app says nothing is answered in the language of the words; else the talk's language stays."""
    words = words_of(Texts("uk").say("⚙️ Settings"))
    assert (await Talker(mind).says(words))[0].language == "uk"
    assert (await Talker(mind, chosen="ar").says(words))[0].language == "ar"


def test_a_question_with_a_menu_word_in_it_is_no_label(mind: bootstrap.Mind) -> None:
    """Only the words alone are a button."""
    for text in ("wo finde ich sport für kinder", "settings of my phone", "", "?!"):
        assert meant(text, mind.catalogue.languages, "de") is None
