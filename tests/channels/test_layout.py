"""How a reply becomes text."""

from bot.channels.layout import paragraphs, split, utf16_length
from bot.messages import Reply


def test_lengths_are_counted_as_telegram_counts() -> None:
    """A letter is one unit, an emoji two, half a pair one."""
    assert [utf16_length(text) for text in ("", "a", "ሰ", "😀", "\ud800")] == [0, 1, 1, 2, 1]


def test_a_short_text_stays_whole() -> None:
    """Nothing is cut that fits."""
    assert list(split("Hallo Welt", 10)) == ["Hallo Welt"]
    assert list(split("", 10)) == []


def test_long_texts_are_cut_between_paragraphs_lines_or_words() -> None:
    """The largest gap in the second half wins."""
    assert list(split("aaaa bbbb\n\ncccc dddd", 12)) == ["aaaa bbbb", "cccc dddd"]
    assert list(split("aaaa bbbb\ncccc dddd", 12)) == ["aaaa bbbb", "cccc dddd"]
    assert list(split("aaaa bbbb cccc", 10)) == ["aaaa bbbb", "cccc"]


def test_a_text_without_gaps_is_cut_between_characters() -> None:
    """An emoji is never cut in half."""
    pieces = list(split("😀" * 7, 5))
    assert pieces == ["😀😀", "😀😀", "😀😀", "😀"]
    assert all(utf16_length(piece) <= 5 for piece in pieces)


def test_no_word_is_lost_by_cutting() -> None:
    """All words are there, in order."""
    text = "\n\n".join(f"Absatz {number} mit mehreren Wörtern 😀" for number in range(50))
    pieces = list(split(text, 100))
    assert " ".join(pieces).split() == text.split()
    assert all(0 < utf16_length(piece) <= 100 for piece in pieces)


def test_numbers_keep_their_order_in_languages_written_from_right_to_left() -> None:
    """Telephone numbers and times are isolated there, and only there."""
    for language, wanted in (("ar", "\u20660711 216-0\u2069"), ("de", "0711 216-0")):
        _, text, _ = paragraphs(Reply(text="☎ 0711 216-0", language=language))
        assert wanted in text
    assert paragraphs(Reply(text="0711 216-0", language="de"))[1] == "0711 216-0"


def test_small_print_stands_below_one_another() -> None:
    """One note a line."""
    assert paragraphs(Reply(text="x", language="de", title="t", notes=("a", "b"))) == ("t", "x", "a\nb")
