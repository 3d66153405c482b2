"""Topics and surface forms as a Rasa project reads them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content import content_files, read
from bot.content.rasa_export import Exported, export
from bot.errors import LotseError
from bot.understanding.examples import read_synonyms
from bot.understanding.files import write_atomically
from tests.content.sample import LANGUAGES, TITLES, change, write_project

_DOMAIN = 'version: "3.1"\nintents: [greet]\nentities: [office]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a small project with a fixed domain."""
    write_atomically(tmp_path / "nlu/domain.yml", _DOMAIN.encode())
    return write_project(tmp_path)


def _export(project: Path) -> Exported:
    catalogue = read(content_files(project / "content")).catalogue
    synonyms = read_synonyms(project / "nlu/data")
    return export(catalogue, synonyms, project / "nlu/domain.yml", project / "var/training")


def _blocks(file: Path, kind: str) -> dict[str, list[str]]:
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert content["version"] == "3.1"
    return {block[kind]: block["examples"].splitlines() for block in content["nlu"]}


def test_every_example_of_the_content_stands_under_its_topic_and_language(project: Path) -> None:
    """Editors write examples once, in the entry; Rasa's training data is made of them."""
    assert _export(project) == Exported(topics=2, examples=10, forms=10)
    for language in LANGUAGES:
        blocks = _blocks(project / f"var/training/data/{language}/faq.yml", "intent")
        assert blocks == {f"faq/{topic}": [f"- {TITLES[topic][language]}?"] for topic in ("bank-account", "debts")}


def test_surface_forms_become_tables_of_the_entities_that_rasa_finds(project: Path) -> None:
    """Words that only our own rules for dates and ages look for are none of Rasa's business."""
    change(
        project / "nlu/data/de/entities.yml",
        "- synonym: office",
        "- synonym: month/1\n  examples: |\n    - Januar\n- synonym: office",
    )
    _export(project)
    tables = _blocks(project / "var/training/data/de/lookups.yml", "lookup")
    assert list(tables) == ["office"]
    assert {"- Jobcenter", "- Arbeitsamt"} <= set(tables["office"])


def test_the_domain_names_topics_as_intents_and_as_responses(project: Path) -> None:
    """Rasa's own tools then know them, whether they tell them apart in one step or in two."""
    _export(project)
    domain = yaml.safe_load((project / "var/training/domain/topics.yml").read_text(encoding="utf-8"))
    assert domain["intents"] == ["faq/bank-account", "faq/debts"]
    assert domain["responses"]["utter_faq/debts"] == [{"text": "Schulden"}]
    assert (project / "var/training/domain/fixed.yml").read_text(encoding="utf-8") == _DOMAIN


def test_a_topic_that_is_gone_from_the_content_is_gone_from_the_next_export(project: Path) -> None:
    """Otherwise Rasa would go on to understand what nobody answers."""
    _export(project)
    for name in ("faq/bank-account", "cards/find_course", "cards/find_sport"):
        change(project / f"content/{name}.yaml", "related: [debts]", "related: []")
    (project / "content/faq/debts.yaml").unlink()
    assert _export(project).topics == 1
    assert list(_blocks(project / "var/training/data/de/faq.yml", "intent")) == ["faq/bank-account"]


def test_a_bracket_in_an_example_begins_no_annotation(project: Path) -> None:
    """Rasa would take what stands in it for an entity."""
    change(project / "content/faq/debts.yaml", "      - Schulden?\n", "      - 'Schulden [viele](geld)?'\n")
    _export(project)
    assert _blocks(project / "var/training/data/de/faq.yml", "intent")["faq/debts"] == ["- Schulden (viele)(geld)?"]


def test_a_folder_of_somebody_else_is_left_alone(project: Path) -> None:
    """The export empties its folder; it must be its own."""
    write_atomically(project / "var/training/data/mine.yml", b"kept")
    with pytest.raises(LotseError, match="holds files that no export wrote"):
        _export(project)
    assert (project / "var/training/data/mine.yml").read_bytes() == b"kept"


def test_a_domain_without_entities_is_named(project: Path) -> None:
    """The one who keeps the Rasa project reads which file it is."""
    write_atomically(project / "nlu/domain.yml", b"intents: [greet]\n")
    with pytest.raises(LotseError, match=r"domain\.yml:1: .*entities"):
        _export(project)
