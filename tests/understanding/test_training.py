"""Preparation trains once; afterwards it only loads."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.errors import LotseError
from bot.understanding.examples import Example
from bot.understanding.training import load_model, prepare
from tests.understanding.conftest import EXAMPLES, LANGUAGE_TEXTS, SYNONYMS, SpellingEncoder


def test_a_second_start_encodes_and_fits_nothing(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """The fitted model is loaded and answers like the first."""
    text = "wo kann ich einen sprachkurs finden"
    first = prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path).understand_now(text, None)
    encoder.encoded.clear()
    second = prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path)
    assert encoder.encoded == []
    assert second.understand_now(text, None).intent == first.intent


def test_a_new_example_is_learnt_and_nothing_else_is_encoded(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """An editor's change costs one sentence."""
    prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path)
    encoder.encoded.clear()
    extra = Example("wo gibt es einen schwimmkurs", "de", "find_sport")
    interpreter = prepare([*EXAMPLES, extra], SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path)
    assert encoder.encoded == [extra.text]
    assert interpreter.understand_now("wo gibt es einen Schwimmkurs?", None).intent == "find_sport"


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"not a model"])
def test_a_damaged_model_is_fitted_again(tmp_path: Path, encoder: SpellingEncoder, damage: bytes) -> None:
    """A broken file never keeps Lotse from starting."""
    prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path)
    (model,) = tmp_path.glob("model-*.npz")
    model.write_bytes(damage)
    prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path)
    with np.load(model, allow_pickle=False) as stored:
        assert "dense" in stored


def test_a_model_for_other_inputs_is_not_loaded(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """The fingerprint decides."""
    prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path)
    (model,) = tmp_path.glob("model-*.npz")
    assert load_model(model, "another") is None


def test_one_intent_is_too_few(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """There is nothing to tell apart, and the message says so."""
    with pytest.raises(LotseError, match="two intents"):
        prepare([Example("hallo", "de", "greet")], {}, [], encoder, tmp_path)


def test_understanding_alone_does_not_load_scikit_learn(tmp_path: Path, encoder: SpellingEncoder) -> None:
    """A warm start stays small and quick."""
    prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, encoder, tmp_path)
    program = (
        "import sys; from pathlib import Path; from tests.understanding.conftest import *;"
        f"i = prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, SpellingEncoder(), Path({str(tmp_path)!r}));"
        "i.understand_now('wo ist ein arzt', None); print({'sklearn', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
