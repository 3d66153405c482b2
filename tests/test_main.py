"""The command line as it is typed: what comes of it, and how it ends."""

import shutil
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.offers.tables import table

ROOT = Path(__file__).parents[1]
SAMPLE = "courses/beispielschule-mitte.csv"


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editors' folder of one real and some invented courses, which the command line works on."""
    folder = tmp_path / "content"
    for name in ("courses", "sample/courses"):
        (folder / name).mkdir(parents=True)
    (folder / "courses" / "verein.csv").write_bytes(table({"Anbieter": "Verein"}))
    shutil.copy(ROOT / "content/sample" / SAMPLE, folder / "sample" / SAMPLE)
    monkeypatch.setenv("LOTSE_CONTENT", str(folder))
    return folder


@pytest.mark.parametrize("verb", ["run", "chat"])
def test_a_deployment_does_not_start_with_invented_offers(
    content: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    """Nothing is prepared or opened before; the error names the first row."""
    shutil.copy(content / "sample" / SAMPLE, content / SAMPLE)
    monkeypatch.setenv("LOTSE_DEMO", "no")
    assert main([verb]) == 2
    assert f"lotse: content/{SAMPLE}:2: an invented offer stands among the real ones" in capsys.readouterr().err


@pytest.mark.usefixtures("content")
def test_one_verb_exports_the_offers_and_the_training_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The offers of the editors' folder, and a project for Rasa."""
    offers = tmp_path / "offers.xlsx"
    assert main(["export", "offers", "xlsx", str(offers)]) == 0
    assert f"{offers}: 1 offers." in capsys.readouterr().out
    monkeypatch.delenv("LOTSE_CONTENT")
    assert main(["export", "rasa", "--folder", str(tmp_path / "rasa")]) == 0
    assert list((tmp_path / "rasa").rglob("*.yml"))


def test_a_table_is_made_and_taken_in(content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A provider's courses come into the editors' folder, and refused rows end with 1."""
    empty = tmp_path / "courses.csv"
    assert main(["template", "courses", str(empty)]) == 0
    filled = tmp_path / "filled.csv"
    filled.write_bytes(table({}, {"Preis": "teuer"}))
    assert main(["import", "courses", str(filled), "--provider", "Schule"]) == 1
    assert "1 taken" in capsys.readouterr().out
    assert (content / "courses" / "schule.csv").exists()


def test_what_cannot_be_done_is_said_in_a_sentence(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code tells scripts."""
    assert main(["import", "courses", str(content / "nothing.csv"), "--provider", "Schule"]) == 2
    assert capsys.readouterr().err.startswith("lotse: ")
