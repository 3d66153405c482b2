"""Vectors are kept on disk; only changed sentences are encoded anew."""

from pathlib import Path

import numpy as np

from bot.understanding.cache import encode_with_cache, fingerprint_of
from tests.understanding.conftest import SpellingEncoder


def test_only_new_sentences_are_encoded(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """A second run encodes what the first has not seen."""
    encode_with_cache(["a b", "c d"], encoder, tmp_path)
    encoder.encoded.clear()
    vectors = encode_with_cache(["c d", "e f"], encoder, tmp_path)
    assert encoder.encoded == ["e f"]
    assert np.allclose(vectors, encoder.encode(["c d", "e f"]))


def test_another_encoder_does_not_see_the_vectors_of_the_first(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """The fingerprint of the encoder is part of the key."""
    encode_with_cache(["a b"], encoder, tmp_path)
    second = SpellingEncoder("second")
    encode_with_cache(["a b"], second, tmp_path)
    assert second.encoded == ["a b"]


def test_a_corrupt_cache_is_built_again(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """A broken file costs time, never the start."""
    (tmp_path / "vectors.npz").write_bytes(b"PK\x03\x04 broken")
    assert encode_with_cache(["a b"], encoder, tmp_path).shape == (1, encoder.dimension)
    encoder.encoded.clear()
    encode_with_cache(["a b"], encoder, tmp_path)
    assert encoder.encoded == []


def test_a_sentence_that_occurs_twice_is_encoded_once(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """Both places get the same vector."""
    vectors = encode_with_cache(["a b", "a b"], encoder, tmp_path)
    assert encoder.encoded == ["a b"]
    assert np.array_equal(vectors[0], vectors[1])


def test_progress_reaches_the_number_of_missing_sentences(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """Whoever waits sees how far it is."""
    seen: list[tuple[int, int]] = []
    texts = [f"sentence {n}" for n in range(70)]
    encode_with_cache(texts, encoder, tmp_path, lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 70)
    assert seen[-1] == (70, 70)


def test_no_texts_need_no_encoder(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """Nothing in, nothing out."""
    assert encode_with_cache([], encoder, tmp_path).shape == (0, encoder.dimension)


def test_a_fingerprint_sees_where_one_text_ends() -> None:
    """Texts that only join to the same string have different fingerprints."""
    assert fingerprint_of(["ab", "c"]) != fingerprint_of(["a", "bc"])
