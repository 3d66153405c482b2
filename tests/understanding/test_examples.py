"""Training examples and surface forms are read from Rasa's YAML."""

from pathlib import Path

import pytest

from bot.errors import LotseError
from bot.understanding.examples import Example, Synonym, read_intents, read_names, read_synonyms


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / "de" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_intents_are_read_without_annotations(tmp_path: Path) -> None:
    """An annotated word counts as the word that people write."""
    text = "nlu:\n- intent: find_course\n  examples: |\n    - kurs in [Mitte](district)\n    - kurs\n"
    _write(tmp_path, "intents.yml", text)
    assert read_intents(tmp_path) == [
        Example("kurs in Mitte", "de", "find_course"),
        Example("kurs", "de", "find_course"),
    ]


def test_synonyms_name_entity_and_value(tmp_path: Path) -> None:
    """The name of a synonym is split at its slash."""
    _write(tmp_path, "entities.yml", "nlu:\n- synonym: office/jobcenter\n  examples: |\n    - JC\n")
    assert read_synonyms(tmp_path) == {"de": [Synonym("JC", "office", "jobcenter")]}


def test_broken_yaml_is_reported_with_file_and_line(tmp_path: Path) -> None:
    """An editor sees where to look."""
    _write(tmp_path, "intents.yml", "nlu:\n- intent: a\n  examples: [\n- b: }\n")
    with pytest.raises(LotseError, match=r"intents\.yml:4: "):
        read_intents(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["just words", "nlu: 3", "nlu:\n- 3", "nlu:\n- intent: a", "nlu:\n- intent: a\n  examples: |\n    no dash"],
)
def test_a_file_of_another_shape_is_reported(tmp_path: Path, text: str) -> None:
    """Whatever is not Rasa's form is said in words, not as a failure of Python."""
    _write(tmp_path, "intents.yml", text)
    with pytest.raises(LotseError, match=r"intents\.yml"):
        read_intents(tmp_path)


def test_a_synonym_without_entity_is_reported(tmp_path: Path) -> None:
    """``<entity>/<value>`` is the form of a name."""
    _write(tmp_path, "entities.yml", "nlu:\n- synonym: jobcenter\n  examples: |\n    - JC\n")
    with pytest.raises(LotseError, match="<entity>/<value>"):
        read_synonyms(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("intents.yml", "nlu:\n- intent: a\n  examples: |\n    - x\n\n    no dash\n", "6: in"),
        ("intents.yml", "nlu:\n- intent: a\n  examples: |\n    - x\n- intent: b\n", "5: intent"),
        ("intents.yml", "nlu:\n- intent: a\n  examples: |\n    - x\n- word\n", "5: each entry"),
        ("entities.yml", "# x\nnlu:\n- synonym: jobcenter\n  examples: |\n    - JC\n", "3: synonym"),
        ("lookups.yml", "nlu:\n- regex: a\n  examples: |\n    - b\n    - (c\n", '5: "(c" is not a regular'),
    ],
)
def test_the_line_of_a_mistake_is_named(tmp_path: Path, name: str, text: str, place: str) -> None:
    """It is the line in the file, whatever stands above."""
    _write(tmp_path, name, text)
    with pytest.raises(LotseError) as raised:
        {"intents": read_intents, "entities": read_synonyms, "lookups": read_names}[name[:-4]](tmp_path)
    assert str(raised.value).startswith(f"{tmp_path}/de/{name}:{place}")
