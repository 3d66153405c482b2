"""The language of an utterance comes from its script, its letters and the conversation so far."""

import pytest

from bot.understanding.embedded import EmbeddedInterpreter


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich brauche einen arzt und suche eine ärztin", "de"),
        ("i want to open a bank account", "en"),
        ("انا اريد ان اتعلم اللغة الالمانية", "ar"),
        ("من می‌خواهم زبان آلمانی یاد بگیرم", "fa"),
        ("زه غواړم ډاکټر ته لاړ شم", "ps"),
        ("мені потрібен лікар", "uk"),
        ("мне нужен врач и курсы", "ru"),
        ("almanca öğrenmek istiyorum", "tr"),
        ("almanca ogrenmek istiyorum", "tr"),
    ],
)
def test_a_sentence_names_its_language(interpreter: EmbeddedInterpreter, text: str, language: str) -> None:
    """Languages of one script are kept apart, with or without accents."""
    assert interpreter.identify(text, None).language == language


def test_a_sentence_changes_the_language_of_the_conversation(interpreter: EmbeddedInterpreter) -> None:
    """Three telling words are evidence enough."""
    found = interpreter.identify("i want to learn german", "de")
    assert (found.language, found.certain) == ("en", True)


@pytest.mark.parametrize("text", ["ok", "hi", "danke", "Jobcenter", "👍", "123", "", "B1 kurs"])
def test_short_words_stay_in_the_language_of_the_conversation(interpreter: EmbeddedInterpreter, text: str) -> None:
    """One or two Latin words under Arabic do not switch."""
    found = interpreter.identify(text, "ar")
    assert (found.language, found.certain) == ("ar", False)


def test_a_short_word_in_a_foreign_script_does_switch(interpreter: EmbeddedInterpreter) -> None:
    """Nobody writes German in Cyrillic letters."""
    assert interpreter.identify("привіт", "de").language == "uk"


def test_german_names_do_not_turn_an_arabic_sentence_german(interpreter: EmbeddedInterpreter) -> None:
    """People use the German word for an office in every language."""
    assert interpreter.identify("اريد Termin في Jobcenter من فضلك", None).language == "ar"


def test_a_romanised_sentence_is_known_as_such(interpreter: EmbeddedInterpreter) -> None:
    """Arabic in Latin letters is Arabic."""
    found = interpreter.identify("ana bdi at3allam almani", None)
    assert (found.language, found.romanised) == ("ar", True)


@pytest.mark.parametrize(
    "text", ["我想学德语", "Θέλω να μάθω γερμανικά", "necesito un médico por favor, busco trabajo", "मुझे डॉक्टर चाहिए"]
)
def test_a_language_that_lotse_does_not_speak_is_other(interpreter: EmbeddedInterpreter, text: str) -> None:
    """Saying "not mine" is better than guessing."""
    found = interpreter.identify(text, "de")
    assert (found.language, found.certain) == ("other", True)


def test_a_text_without_letters_and_without_a_conversation_is_open(interpreter: EmbeddedInterpreter) -> None:
    """Nothing is known, and it is said so."""
    assert not interpreter.identify("???", None).certain
