"""N-grams are counted inside words and fall into a fixed number of buckets."""

from bot.understanding.ngrams import Ngrams


def test_the_order_of_words_does_not_matter() -> None:
    """An n-gram never crosses the gap between two words."""
    ngrams = Ngrams(2, 3, 1000)
    one, other = ngrams.of_text("ab cd"), ngrams.of_text("cd ab")
    assert dict(zip(*one, strict=True)) == dict(zip(*other, strict=True))


def test_every_bucket_lies_in_the_range() -> None:
    """Whatever the script, the numbers fit the arrays of a model."""
    ids, counts = Ngrams(1, 4, 64).of_text("Wo ist مكتب лікар ትግርኛ 12")
    assert ids.min() >= 0
    assert ids.max() < 64
    assert counts.min() >= 1


def test_a_text_without_words_fills_no_bucket() -> None:
    """Emoji have no n-grams."""
    assert len(Ngrams(1, 4, 64).of_text("🙂")[0]) == 0


def test_a_word_shorter_than_the_n_gram_still_counts() -> None:
    """One letter is enough to be seen."""
    assert len(Ngrams(4, 5, 64).of_text("a")[0]) > 0
