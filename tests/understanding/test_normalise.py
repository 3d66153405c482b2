"""Spellings that mean the same become equal; what cannot be seen is not read."""

import pytest

from bot.understanding.normalise import (
    MAX_CHARACTERS,
    MAX_WORDS,
    clean_utterance,
    key_of,
    normalise,
    sentences_of,
    without_accents,
    words_of,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("مُحَمَّد", "محمد"),
        ("الإقامة", "الاقامه"),
        ("كتاب علي", "کتاب علی"),
        ("مرحبـــا", "مرحبا"),
        ("می‌خواهم", "می خواهم"),
        ("٨ سنوات", "8 سنوات"),
        ("۸ ساله", "8 ساله"),
        ("ещё", "еще"),
        ("İSTANBUL", "istanbul"),
        ("Straße", "STRASSE"),
        ("hallooooo", "hallo"),
        ("a\u202eb\u200f", "ab"),
        ("ﻻ", "لا"),
    ],
)
def test_spellings_of_one_word_become_equal(one: str, other: str) -> None:
    """Vowel signs, look-alike letters, digits, case and stretched letters make no difference."""
    assert normalise(one) == normalise(other)


def test_words_have_no_punctuation_and_emoji() -> None:
    """Only words and numbers are left, and an apostrophe inside a word."""
    assert words_of("Hallo!!! 😀 qu'est-ce, 'so' #12") == ["hallo", "qu'est", "ce", "so", "12"]


def test_a_text_of_nothing_but_signs_has_no_words() -> None:
    """Emoji and punctuation are no words."""
    assert words_of("👍 ... ?!") == []


def test_utterances_that_differ_in_signs_have_one_key() -> None:
    """The key is what a known phrase is found by."""
    assert key_of("  Guten   TAG!") == key_of("guten tag")


def test_bare_letters_are_what_people_type_on_a_foreign_keyboard() -> None:
    """Accents can be left out."""
    assert without_accents("öğrenmek çok") == "ogrenmek cok"


def test_a_short_utterance_is_left_as_it_is() -> None:
    """Cleaning keeps case and punctuation: the encoder knows them."""
    assert clean_utterance("Wo ist das Jobcenter?") == "Wo ist das Jobcenter?"


def test_controls_overrides_and_lone_surrogates_never_reach_the_encoder() -> None:
    """What cannot be seen or encoded is dropped."""
    assert clean_utterance("a\0b\u202ec\ud800d\ne") == "abcd e"


def test_a_long_message_keeps_its_first_and_its_last_words() -> None:
    """The wish often stands at the end."""
    cleaned = clean_utterance(" ".join(f"w{n}" for n in range(200))).split()
    assert len(cleaned) == MAX_WORDS
    assert (cleaned[0], cleaned[-1]) == ("w0", "w199")


def test_a_message_without_spaces_is_cut_as_well() -> None:
    """A limit in words alone would let an endless word through."""
    assert len(clean_utterance("ab" * 5000)) <= MAX_CHARACTERS


def test_sentences_end_at_the_marks_of_all_our_scripts() -> None:
    """Latin, Arabic and Ethiopic marks and line breaks end a sentence."""
    assert sentences_of("Hallo. Wie geht es?\nمرحبا؟ نعم") == ["Hallo.", "Wie geht es?", "مرحبا؟", "نعم"]
    assert sentences_of("ሰላም። ከመይ") == ["ሰላም።", "ከመይ"]
