"""A reduced copy of the whole project, code included, that is run by its own command line."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.check.amounts import LEAST_OF_INTENT

ROOT = Path(__file__).parents[2]
LANGUAGES = ("de", "en", "fr")
TRAINED = ("de", "en")  # the required ones; French has its texts and their examples only
TOPICS = ("bank-account", "library", "see-doctor", "waste")


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy; ``lotse`` runs a verb in it."""

    root: Path

    def lotse(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line as an editor does, with nothing of ours in the environment."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
        environment["OPENBLAS_NUM_THREADS"] = "1"  # threads only hinder each other in sums as small as these
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.root,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )

    def understand(self, text: str) -> dict[str, Any]:
        """Return what an utterance is understood as."""
        done = self.lotse("understand", given=f"{text}\n")
        assert done.returncode == 0, done.stderr
        understood: dict[str, Any] = json.loads(done.stdout)
        return understood

    def answer(self, text: str) -> dict[str, Any]:
        """Return the first reply to an utterance at the terminal."""
        done = self.lotse("chat", "--script", "-", given=f"{text}\n")
        assert done.returncode == 0, done.stderr
        reply: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
        return reply


def copy_of_lotse(root: Path) -> Copy:
    """Copy the code as it is, and of content, catalogues and training data a few topics and languages."""
    shutil.copytree(ROOT / "bot", root / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    for language in TRAINED:
        _copy(ROOT / f"nlu/data/{language}/entities.yml", root)
        _copy_intents(root, Path(f"nlu/data/{language}/intents.yml"))
    for folder in ("nlu/safety", "nlu/names", "locales"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            own = {part.partition(".")[0] for part in path.relative_to(ROOT).parts}
            if path.is_file() and (own & {*LANGUAGES, "names"} or path.suffix == ".pot"):
                _copy(path, root)
    _copy_content(root)
    vectors = ROOT / "var/understanding/vectors.npz"
    if vectors.exists():  # without it sentences are encoded anew, which only takes longer
        _copy(vectors, root)
    return Copy(root)


def _copy(path: Path, root: Path) -> None:
    target = root / path.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def _copy_intents(root: Path, name: Path) -> None:
    """Copy the first fifteen examples of each intent: what the check asks for, and quickly learnt."""
    lines, count = [], 0
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        count = count + 1 if line.startswith("    - ") else 0
        if count <= LEAST_OF_INTENT:
            lines.append(line)
    (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _copy_content(root: Path) -> None:
    kept = [f"content/faq/{topic}.yaml" for topic in TOPICS]
    kept += [
        "content/groups.yaml",
        "content/handover.yaml",
        "content/cards/find_course.yaml",
        "content/cards/find_sport.yaml",
    ]
    for name in kept:
        value = _reduced(yaml.safe_load((ROOT / name).read_text(encoding="utf-8")))
        if "related" in value:
            value |= {"services": [], "related": [topic for topic in value["related"] if topic in TOPICS]}
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8")
    lines = (ROOT / "content/languages.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition(":")[0] in LANGUAGES]
    (root / "content/languages.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")


def _reduced(value: Any) -> Any:
    """Leave other languages out of everything that has a German text."""
    if isinstance(value, Mapping):
        chosen = value.items() if "de" not in value else [(key, value[key]) for key in LANGUAGES if key in value]
        return {key: _reduced(part) for key, part in chosen}
    return [_reduced(part) for part in value] if isinstance(value, list) else value
