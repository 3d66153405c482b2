"""Trains and serves Lotse's Rasa model; runs in Rasa's own environment (Python 3.10), see README.md.

python nlu/start.py train [--config FILE] [--model NAME]
python nlu/start.py serve [--model NAME] [--port NUMBER]
"""

import argparse
import os
import secrets
import sys
import warnings
from pathlib import Path

NLU = Path(__file__).resolve().parent
ROOT = NLU.parent
WORK = ROOT / "var" / "rasa"
TOKEN = WORK / "token"
_LEAST = 16  # characters of a token


def main() -> None:
    """Run Rasa's own command with arguments that keep it to this machine."""
    given = _arguments()
    _quieten()
    os.chdir(NLU)
    # Rasa finds our components as "components.…", and these find "bot.understanding".
    sys.path[:0] = [str(NLU), str(ROOT)]
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    # Not on the command line of the process: every account of the machine can read that of every other.
    sys.argv = ["rasa", *(_training(given) if given.verb == "train" else _serving(given))]
    from rasa.__main__ import main as rasa  # noqa: PLC0415 - it reads the environment while it is imported

    rasa()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train or serve Lotse's Rasa model.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    train = verbs.add_parser("train", help="train a model on what 'lotse export rasa' wrote and on nlu/data")
    train.add_argument("--config", type=lambda name: Path(name).resolve(), default=NLU / "config.yml")
    serve = verbs.add_parser("serve", help="serve a trained model at 127.0.0.1")
    serve.add_argument("--port", type=int, default=5005)
    for verb in (train, serve):
        verb.add_argument("--model", default="lotse", help="the name of the model in var/rasa/models")
    return parser.parse_args()


def _quieten() -> None:
    """Nothing is reported to Rasa's makers, and no log holds what people write: at "debug" Rasa logs every text."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["LOG_LEVEL"] = "INFO"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    # Of old libraries about themselves; they cannot be mended here.
    for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
        warnings.simplefilter("ignore", kind)


def _training(given: argparse.Namespace) -> list[str]:
    exported = WORK / "training"
    if not (exported / "domain").is_dir():
        sys.exit("There are no topics to train on. Run this first: .venv/bin/lotse export rasa")
    data = [str(NLU / "data"), str(exported / "data")]
    where = ["--out", str(WORK / "models"), "--fixed-model-name", given.model]
    return ["train", "--config", str(given.config), "--domain", str(exported / "domain"), "--data", *data, *where]


def _serving(given: argparse.Namespace) -> list[str]:
    model = WORK / "models" / f"{given.model}.tar.gz"
    if not model.is_file():
        sys.exit(f"There is no model {model}. Train it first: make rasa")
    api = ["--enable-api", "--interface", "127.0.0.1", "--port", str(given.port), "--auth-token", _token()]
    return ["run", "--model", str(model), "--endpoints", str(NLU / "endpoints.yml"), *api]


def _token() -> str:
    """Return the secret without which Rasa answers nobody; made once, readable by its owner only."""
    if not TOKEN.exists():
        TOKEN.parent.mkdir(parents=True, exist_ok=True)
        # Made with its permissions, so that there is no moment in which others may read it.
        descriptor = os.open(TOKEN, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    token = TOKEN.read_text(encoding="ascii").strip()
    if len(token) < _LEAST:
        sys.exit(f"The token in {TOKEN} is shorter than {_LEAST} characters. Delete the file; a new one will be made.")
    return token


if __name__ == "__main__":
    main()
